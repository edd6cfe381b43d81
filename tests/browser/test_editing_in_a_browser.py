"""The pages of editing in real Chromium: as good as the public ones, and usable without JavaScript on a phone."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from tests.browser.check import check_site, open_browser, open_page
from tests.browser.keyboard import check_keyboard
from tests.browser.sending import Sent
from tests.conftest import BROWSER, KINSHIP
from tests.editing.make import SLUG, entry, noted
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up
from tracker.accounts import people, sessions
from tracker.accounts.policies import Role
from tracker.clock import utc_now
from tracker.db import Database
from tracker.editing import actions
from tracker.editing.contests import contest

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

CORRECT = "/editor/correct?key=2024-12-department-leave-next-year"
EDITORS = (
    "/editor",
    "/editor/record",
    "/editor/record?chosen=1",
    "/editor/record?kind=delivered&announcement=3",
    "/editor/record?kind=date-stated&announcement=1",
    "/editor/record?kind=scope-stated&announcement=1&announcement=2",
    "/editor/record?kind=reviewed",
    "/editor/announcements/14",
    "/editor/entries/1",
    "/editor/entries/1/facts/1",
    "/editor/entries/1/page?path=/announcements/14",
    "/editor/entries/2",
    "/editor/contests/1",
    "/editor/audit",
    CORRECT,
)
WRONG = (
    Sent("/editor/record?kind=delivered&announcement=3", "Save and preview"),
    Sent("/editor/record?kind=scope-stated&announcement=1", "Save and preview", {"text": "More.", "url-1": "nowhere"}),
    Sent("/editor/entries/1/facts/1", "Save and preview", {"text": ""}),
    Sent("/editor/entries/3/facts/1", "Save and preview", {"version": "1", "text": "Mine."}, status=409),
    Sent("/editor/entries/3", "Publish now", {"version": "1"}, status=409),
    Sent(CORRECT, "Save and preview"),
    Sent("/editor/contests/1", "Answer"),
    Sent("/editor/entries/1", "Publish now", {"token": "old"}, status=403),
    Sent("/editor/entries/1", "Publish now", status=401, signed_out=True),
)
DONE = (
    Sent("/editor", "I have looked today", status=200),
    Sent("/editor/entries/4", "Publish in 10 minutes", status=200),
    Sent("/editor/entries/4", "Delete", status=200),
    Sent("/editor/entries/5", "Publish now", status=200),
    Sent("/editor/contests/2", "Answer", {"outcome": "kept", "said": "A word.", "answer": "It is right."}, status=200),
    "/editor/contests/2",
    "/corrections",
)
AUTHORS = ("/organisation", "/organisation/verdict", Sent("/organisation/verdict", "Save and preview"))


class Served(NamedTuple):
    """A running tracker, and the cookies of two who are signed in."""

    address: str
    editor: list[Any]
    author: list[Any]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = {"data_dir": tmp_path_factory.mktemp("var"), "port": free_port(), "strategies_dir": KINSHIP}
    for command in (("migrate",), ("load",)):
        done = tracker(*command, **settings)
        assert done.returncode == 0, done.stderr
    tokens = asyncio.run(arrange(Path(settings["data_dir"]) / "tracker.db"))
    with running(*TRACKER, "web", env=environment(**settings)):
        address = f"http://127.0.0.1:{settings['port']}"
        until_up(address)
        yield Served(address, *([{"name": "tracker-session", "value": token, "url": address}] for token in tokens[:2]))


async def arrange(file: Path) -> list[str]:
    """People who are signed in, an entry in each of three states, and two entries and a contest to be dealt with."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    now = utc_now()
    async with database.writing() as db:
        tokens = []
        for name, role, of in (
            ("Alice", Role.EDITOR, ""),
            ("Kim", Role.ORGANISATION_AUTHOR, "Kinship"),
            ("Bob", Role.EDITOR, ""),
        ):
            person = await people.add_person(db, f"{name.lower()}@example.org", name=name, by=None, now=now)
            await people.give(db, person.id or 0, role, of, by=None, now=now)
            tokens.append((await sessions.start(db, person.id or 0, now=now)).token)
        for text in ("A page was published.", "Another page was published.", "A third page was published."):
            await actions.start(db, entry(noted("13", "14", text=text)), strategy=SLUG, by=1, now=now)
        for text in ("To be deleted.", "To be published."):
            await actions.start(db, entry(noted("12", text=text)), strategy=SLUG, by=1, now=now)
        newer = entry(noted("13", "14", text="A page was published, they say."))
        await actions.save(db, 3, newer, version=1, by=3, now=now)
        await actions.give_back(db, 2, "“News” came on record meanwhile.", now=now)
        for about in ("14", "13"):
            await contest(
                db, strategy=SLUG, about=about, text="Wrong.", evidence_url=None, address="cara@example.org", now=now
            )
    await database.close()
    return tokens


def test_editors_pages_are_accessible_valid_and_fit_a_phone(served: Served) -> None:
    report = check_site(served.address, EDITORS, cookies=served.editor, statuses=(200, 422))
    assert (report.pages, report.problems) == (len(EDITORS), []), str(report)


def test_what_was_wrong_is_said_to_editors_as_well_as_everything_else(served: Served) -> None:
    report = check_site(served.address, WRONG, cookies=served.editor)
    assert (report.pages, report.problems) == (len(WRONG), []), str(report)


def test_authors_pages_are_accessible_valid_and_fit_a_phone(served: Served) -> None:
    report = check_site(served.address, AUTHORS, cookies=served.author)
    assert (report.pages, report.problems) == (len(AUTHORS), []), str(report)


def test_the_pages_of_a_contest_are_accessible_valid_and_fit_a_phone(served: Served) -> None:
    form = "/announcements/14/contest"
    right = {"wrong": "The day.", "address": "cara@example.org"}
    wheres = (form, Sent(form, "Send", {"url": "nowhere"}), Sent(form, "Send", right, status=200))
    report = check_site(served.address, wheres)
    assert (report.pages, report.problems) == (len(wheres), []), str(report)


def test_the_form_of_a_contest_is_reached_by_keyboard(served: Served) -> None:
    problems = check_keyboard(served.address, ("/announcements/14/contest",))
    assert problems == [], "\n".join(map(str, problems))


def press(page: Page, name: str) -> None:
    """Go to a button and press Enter, as somebody without a mouse does."""
    page.get_by_role("button", name=name, exact=True).first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_fact_is_recorded_and_published_by_keyboard_on_a_phone_without_javascript(served: Served) -> None:
    with open_browser() as browser, open_page(browser, 320, served.editor, scripts=False) as page:
        page.goto(f"{served.address}/editor/record")
        page.get_by_label("Evidence or context").check()
        page.get_by_label("18. Joining up").check()
        press(page, "Continue")
        page.get_by_label("What happened").fill("A browser said so.")
        page.get_by_label("When did it happen?").fill("today")
        page.get_by_label("Address").fill("https://www.gov.uk/said")
        page.get_by_label("Title of the page").fill("It was said")
        page.get_by_label("Who published it").fill("A browser")
        press(page, "Save and preview")
        assert "18. Joining up" in page.locator("main").inner_text()
        press(page, "Publish now")
        assert "Published: A browser said so." in page.locator("main").inner_text()
        page.goto(f"{served.address}/announcements/18")
        assert "A browser said so." in page.locator("main").inner_text()


def test_what_was_done_is_said_to_editors_as_well_as_everything_else(served: Served) -> None:
    report = check_site(served.address, DONE, cookies=served.editor)
    assert (report.pages, report.problems) == (len(DONE), []), str(report)
