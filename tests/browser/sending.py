"""Fills in forms and sends them, as somebody at a page does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from playwright.sync_api import Locator, Page, Response


@dataclass(frozen=True)
class Sent:
    """A page that a form leads to: opened at `path`, filled in by the names of its fields, sent by a button."""

    path: str
    button: str
    fields: Mapping[str, str] = field(default_factory=dict)
    """What is typed or chosen; nothing takes away what is there or ticked."""
    status: int = 422
    signed_out: bool = False
    """Whether the session has ended by the time it is sent."""

    def __str__(self) -> str:
        return f"{self.path}, “{self.button}”"


def send(page: Page, base: str, form: Sent) -> Response | None:
    """Open a form, fill it in and send it; the answer, after any redirects."""
    page.goto(urljoin(base, form.path))
    page.evaluate("() => document.querySelectorAll('details').forEach(d => { d.open = true; })")
    for name, value in form.fields.items():
        _give(page.locator(f"[name='{name}']"), value)
    if form.signed_out:
        page.context.clear_cookies()
    with page.expect_navigation() as gone:
        page.get_by_role("button", name=form.button, exact=True).first.click()
    return gone.value


def _give(fields: Locator, value: str) -> None:
    """Type into a field, or choose or tick one of several; nothing unticks what is ticked."""
    for one in fields.all():
        kind = one.get_attribute("type") or one.evaluate("e => e.tagName")
        if kind in ("checkbox", "radio"):
            one.set_checked(one.get_attribute("value") == value)
        elif kind == "hidden":
            one.evaluate("(e, value) => { e.value = value; }", value)
        elif kind == "SELECT":
            one.select_option(value)
        else:
            one.fill(value)
