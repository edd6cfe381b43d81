"""Walks through a page with the Tab key, as somebody without a mouse does."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Page

from tests.browser.check import WIDTHS, Problem, open_browser, open_page

REACHABLE = """() => [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary')]
  .filter(e => e.getClientRects().length && e.checkVisibility({contentVisibilityAuto: true}))
  .filter((e, place, all) => e.type !== 'radio' || all.findIndex(o => o.name === e.name) === place)
  .length"""

FOCUSED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  return {
    place: [...document.querySelectorAll('*')].indexOf(e),
    shown: (style.outlineStyle !== 'none' && style.outlineWidth !== '0px') || style.boxShadow !== 'none',
    inView: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    html: e.outerHTML.slice(0, 100),
  };
}"""


def check_keyboard(base: str, paths: Iterable[str], *, cookies: Sequence[Any] = ()) -> list[Problem]:
    """Controls that Tab does not reach in the order of the page, or whose focus cannot be seen, at each width."""
    with open_browser() as browser:
        found = []
        for path in paths:
            for width in WIDTHS:
                with open_page(browser, width, cookies, scripts=True) as page:
                    page.goto(urljoin(base, path))
                    found += [Problem(page=path, check="keyboard", text=t, width=width) for t in _walk(page)]
        return found


def _walk(page: Page) -> list[str]:
    wanted = page.evaluate(REACHABLE)
    problems: list[str] = []
    last, reached = -1, 0
    # A date field takes several tabs: one for each of its parts.
    for _ in range(wanted * 4 + 20):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            break
        if focused["place"] == last:
            continue
        problems += [f"out of order: {focused['html']}"] if focused["place"] < last else []
        problems += [] if focused["shown"] else [f"focus cannot be seen: {focused['html']}"]
        problems += [] if focused["inView"] else [f"focus is out of view: {focused['html']}"]
        last, reached = focused["place"], reached + 1
    if reached != wanted:
        problems.append(f"{reached} of {wanted} controls were reached")
    return problems


def answer(page: Page, name: str, value: str) -> None:
    """Give one answer of a form and send it, with the keyboard alone: radios by arrows, a list by typing."""
    tab_to(page, name)
    kind = page.evaluate("() => document.activeElement.tagName")
    if kind == "SELECT":
        page.keyboard.type(page.locator(f"option[value='{value}']").inner_text())
        page.keyboard.press("Tab")
    else:
        page.keyboard.press("Space")
        for _ in range(page.locator(f"input[name='{name}']").count()):
            if page.evaluate("() => document.activeElement.value") == value:
                break
            page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == name:
            return
    raise AssertionError(f"Tab does not reach {name} on {page.url}")
