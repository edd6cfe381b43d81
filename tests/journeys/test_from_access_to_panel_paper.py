"""From asking for access to the paper for the panel, with nothing faked: server, worker, mail server and browser.

A lead, two colleagues, an approver, somebody of another authority and somebody who is not signed in.
"""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import docx
import httpx
import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from tests.browser.check import check_site, open_browser, open_page
from tests.browser.keyboard import tab_to
from tests.conftest import BROWSER, KINSHIP, Engines
from tests.journeys.test_from_draft_to_last_mail import Place, press, said
from tests.processes import TRACKER, environment, free_port, running, tracker, until, until_up
from tests.sinks import beside, hook_sink, smtp_sink
from tracker.benchmark.questions import lines

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

HOME = "/benchmark/kent"
PAGES = 30
"""In fewer than so many, every line is answered and all answers are shown."""


@pytest.fixture
async def database_url(engines: Engines) -> str:
    return await engines.empty("sqlite")


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Place]:
    """A tracker as it runs on one machine, with a mail server, and a reader of another authority."""
    with beside(smtp_sink()) as mail, beside(hook_sink()) as hooks:
        settings: dict[str, object] = {
            "data_dir": tmp_path,
            "database_url": database_url,
            "secret": "only for tests: 0123456789abcdef",
            "port": free_port(),
            "strategies_dir": KINSHIP,
            "mail_url": f"smtp://127.0.0.1:{mail.port}",
            "mail_allow": "@example.org,@kent.gov.uk",
        }
        with running(*TRACKER, "serve", env=environment(**settings)):
            until_up(f"http://127.0.0.1:{settings['port']}")
            rita = ("user", "add", "rita@example.org", "--name", "Rita", "--role", "reader", "--of", "bexley")
            done = tracker(*rita, **settings)
            assert done.returncode == 0, done.stderr
            yield Place(f"http://127.0.0.1:{settings['port']}", mail, hooks, settings)


def link_of(place: Place, address: str, subject: str) -> str:
    """Where somebody’s newest mail about something leads, when it has come."""

    def found() -> list[str]:
        mails = [message_from_bytes(mail, policy=policy.default) for to, mail in place.mail.mails if to == address]
        return [said(mail, r": (http://\S+)$") for mail in mails if subject in str(mail["subject"])]

    until(lambda: bool(found()), seconds=60)
    return found()[-1]


@contextmanager
def somebody(browser: Browser) -> Iterator[Page]:
    with open_page(browser, 320, (), scripts=False) as page:
        yield page


def come_in(page: Page, place: Place, name: str) -> None:
    """Ask for access with an address of Kent’s, prove it, and sign in."""
    address = f"{name.lower()}@kent.gov.uk"
    page.goto(f"{place.address}/authorities/kent")
    page.get_by_role("link", name="Ask for access").click()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your work email address").fill(address)
    press(page, "Ask for access")
    page.goto(link_of(place, address, "Confirm your address"))
    press(page, "Yes, confirm")
    link_of(place, address, "You are now")
    sign_in(page, place, address)


def sign_in(page: Page, place: Place, address: str) -> None:
    page.goto(f"{place.address}/sign-in?next={HOME}")
    page.get_by_label("Email address").fill(address)
    press(page, "Send me a link")
    page.goto(link_of(place, address, "Your link and code"))
    press(page, "Sign in")


def say(page: Page, place: Place, at: str, level: str, sentence: str) -> None:
    """A colleague’s view of one line."""
    page.goto(f"{place.address}{at}/first-pass/7")
    page.locator(f"input[name=level][value={level}]").check()
    page.locator("textarea[name=sentence]").fill(sentence)
    press(page, "Save and continue")


def first_pass(page: Page) -> int:
    """Answer every line with the keyboard alone; how many pages that took, the one of all answers included."""
    pages = 1
    while "/first-pass/" in page.url:
        pages += 1
        assert pages <= PAGES
        tab_to(page, "level")
        page.keyboard.press("Space")
        page.keyboard.press("ArrowDown")
        tab_to(page, "sentence")
        page.keyboard.type("A page on our website, last changed in May.")
        page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    return pages


def test_an_authority_goes_from_access_to_a_signed_benchmark_a_plan_and_a_paper(place: Place) -> None:
    with (
        open_browser() as browser,
        somebody(browser) as lena,
        somebody(browser) as carl,
        somebody(browser) as cora,
        somebody(browser) as alan,
        somebody(browser) as rita,
    ):
        for page, name in ((lena, "Lena"), (carl, "Carl"), (cora, "Cora"), (alan, "Alan")):
            come_in(page, place, name)
            assert page.locator("h1").inner_text() == "Kent"
        begin(lena, place)
        at = lena.url.removeprefix(place.address).partition("/first-pass")[0]
        say(carl, place, at, "developing", "We have begun.")
        say(cora, place, at, "not-in-place", "Nothing is written down.")
        began = time.monotonic()
        pages = first_pass(lena)
        print(f"the first pass took {pages} pages and {time.monotonic() - began:.0f} seconds by keyboard")
        assert len(lines()) < pages < PAGES
        reference = signed(lena, alan, place, at)
        plan(lena, place)
        papers(lena, place, at, reference)
        nobody_else(rita, place, at, reference)
        cookies = [
            {"name": each["name"], "value": each["value"], "url": place.address} for each in lena.context.cookies()
        ]
    every_page_is_sound(place, at, cookies)


def begin(lena: Page, place: Place) -> None:
    """Make somebody approver, and begin."""
    lena.get_by_role("link", name="People who take part").click()
    lena.get_by_role("link", name="Alan").click()
    lena.get_by_label("Approver").check()
    press(lena, "Save")
    lena.goto(f"{place.address}{HOME}")
    press(lena, "Begin the first pass")


def signed(lena: Page, alan: Page, place: Place, at: str) -> str:
    """Settle what colleagues see differently, ask for a signature, and sign; the reference."""
    assert lena.url == f"{place.address}{at}/check"
    lena.goto(f"{place.address}{at}/questions/7/history")
    told = lena.locator("main").inner_text()
    assert "Carl" in told
    assert "Nothing is written down." in told
    lena.goto(f"{place.address}{at}/ask")
    lena.get_by_label("Alan").check()
    press(lena, "Ask for a signature")
    alan.goto(f"{place.address}{HOME}")
    alan.get_by_role("button", name="Read and sign").click()
    alan.get_by_label("Your name").fill("Alan Approver")
    alan.get_by_label("Your position").fill("Director of Children’s Services")
    alan.get_by_label("I have read these answers").check()
    press(alan, "Sign")
    alan.goto(f"{place.address}{at}")
    return alan.locator(".govuk-inset-text strong").first.inner_text()


def plan(lena: Page, place: Place) -> None:
    """Two actions in one step from gaps."""
    lena.goto(f"{place.address}{HOME}/plan/gaps")
    for box in lena.locator("input[name=suggested]").all()[:2]:
        box.check()
    press(lena, "Add what is ticked to the plan")
    assert "2 actions added to the plan" in lena.locator("main").inner_text()


def papers(lena: Page, place: Place, at: str, reference: str) -> None:
    """The paper and the workbook, as Word and Excel read them."""
    paper = docx.Document(io.BytesIO(taken(lena, f"{place.address}{at}/paper.docx")))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "Kent" in text
    assert reference in text + "".join(cell.text for table in paper.tables for row in table.rows for cell in row.cells)
    assert any(paragraph.style and paragraph.style.name == "Heading 1" for paragraph in paper.paragraphs)
    book = openpyxl.load_workbook(io.BytesIO(taken(lena, f"{place.address}{at}/benchmark.xlsx")))
    assert all(not sheet.merged_cells.ranges for sheet in book.worksheets)


def taken(page: Page, address: str) -> bytes:
    """A file that somebody takes away."""
    answer = page.request.get(address)
    assert answer.status == 200
    return answer.body()


def nobody_else(rita: Page, place: Place, at: str, reference: str) -> None:
    """Somebody of another authority finds nothing, and somebody who is not signed in is asked who they are."""
    sign_in(rita, place, "rita@example.org")
    for path in (HOME, at, f"{at}/comparison", f"{at}/paper.docx", f"{HOME}/plan", f"{HOME}/people"):
        answer = rita.request.get(f"{place.address}{path}")
        assert (answer.status, reference in answer.text()) == (404, False)
        anonymous = httpx.get(f"{place.address}{path}")
        assert anonymous.status_code == 303
        assert anonymous.headers["location"].startswith("/sign-in?next=")
    rita.goto(f"{place.address}/search?q={reference}")
    assert "No results" in rita.locator("main").inner_text() or "nothing" in rita.locator("main").inner_text().lower()


def every_page_is_sound(place: Place, at: str, cookies: list[dict[str, Any]]) -> None:
    """Axe and the validator over the pages that nobody else’s tests open with so much in them."""
    paths = (
        "/benchmark",
        HOME,
        at,
        f"{at}/check",
        f"{at}/questions/7",
        f"{at}/questions/7/history",
        f"{at}/comparison",
        f"{HOME}/plan",
        f"{HOME}/plan/gaps",
        f"{HOME}/plan/1",
        f"{HOME}/flags",
        f"{HOME}/people",
        f"{HOME}/data",
    )
    report = check_site(place.address, paths, cookies=cookies)
    assert (report.pages, report.problems) == (len(paths), []), str(report)
