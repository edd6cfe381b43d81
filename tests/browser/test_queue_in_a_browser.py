"""The queue and the page of sources in real Chromium: as good as all other pages, and one press for each decision."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Page

from tests.browser import watching
from tests.browser.check import check_site, open_browser, open_page
from tests.browser.keyboard import check_keyboard
from tests.browser.sending import Sent
from tests.browser.test_editing_in_a_browser import press
from tests.conftest import BROWSER, KINSHIP
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up
from tracker.accounts import people, sessions
from tracker.accounts.policies import Role
from tracker.clock import utc_now
from tracker.db import Database

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

PUBLIC = ("/sources", "/", "/search?q=zzyzx", "/methodology")
EDITORS = (
    "/editor",
    "/editor/queue",
    "/editor/queue?page=2",
    "/editor/queue?announcement=8",
    "/editor/queue?announcement=4",
    "/editor/queue?source=bills",
    "/editor/queue/1",
    "/editor/queue/3?announcement=8",
    "/editor/queue/24",
    "/editor/queue/decided",
    "/editor/entries/1?from=queue",
    "/editor/entries/1/facts/1",
    "/editor/entries/1/facts/1?kind=delivered",
)
ACTS = (
    Sent("/editor/queue", "Accept for all that are ticked"),
    Sent("/editor/queue?announcement=8", "Not evidence"),
    Sent("/editor/queue/1", "Accept for all that are ticked"),
    Sent("/editor/queue/1", "Not evidence", {"words": "x" * 300}),
    Sent("/editor/queue", "Accept for 14", {"decision": "1"}, status=409),
    Sent("/editor/queue?announcement=10", "Other nation", status=200),
    Sent("/editor/queue?announcement=10", "Tomorrow", status=200),
    Sent("/editor/queue/decided", "Undo for Kinship care: statutory guidance for local authorities", status=200),
    Sent("/editor", "I looked it through by hand for DfE guidance", status=200),
    Sent("/editor/queue?announcement=3", "Accept for 3", status=200),
)


class Served(NamedTuple):
    """A running tracker, and the cookies of an editor."""

    address: str
    editor: list[Any]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    settings = {"data_dir": tmp_path, "port": free_port(), "strategies_dir": KINSHIP}
    for command in (("migrate",), ("load",)):
        done = tracker(*command, **settings)
        assert done.returncode == 0, done.stderr
    token = asyncio.run(arrange(tmp_path / "tracker.db"))
    with running(*TRACKER, "web", env=environment(**settings)):
        address = f"http://127.0.0.1:{settings['port']}"
        until_up(address)
        yield Served(address, [{"name": "tracker-session", "value": token, "url": address}])


async def arrange(file: Path) -> str:
    """An editor who is signed in, and everything that can be watched and decided."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    now = utc_now()
    async with database.writing() as db:
        person = await people.add_person(db, "alice@example.org", name="Alice", by=None, now=now)
        await people.give(db, person.id or 0, Role.EDITOR, "", by=None, now=now)
        token = (await sessions.start(db, person.id or 0, now=now)).token
        await watching.arrange(db, now=now, by=person.id or 0)
    await database.close()
    return token


def test_every_page_and_every_answer_is_accessible_valid_and_fits_a_phone(served: Served) -> None:
    report = check_site(served.address, PUBLIC)
    assert (report.pages, report.problems) == (len(PUBLIC), []), str(report)
    report = check_site(served.address, (*EDITORS, *ACTS), cookies=served.editor)
    assert (report.pages, report.problems) == (len(EDITORS) + len(ACTS), []), str(report)


def test_every_control_of_the_queue_is_reached_by_keyboard(served: Served) -> None:
    problems = check_keyboard(served.address, ("/sources",))
    assert problems == [], "\n".join(map(str, problems))
    paths = ("/editor/queue?announcement=14", "/editor/queue/decided")
    problems = check_keyboard(served.address, paths, cookies=served.editor)
    assert problems == [], "\n".join(map(str, problems))


def test_a_day_is_gone_through_by_keyboard_on_a_phone_without_javascript(served: Served) -> None:
    with open_browser() as browser, open_page(browser, 320, served.editor, scripts=False) as page:
        page.goto(f"{served.address}/editor")
        link(page, "Go through the queue (23)")
        first = page.locator(".tracker-queue__title").first.inner_text()
        press(page, "Same news")
        assert f"{first}: not evidence: same news." in page.locator(".tracker-queue__done").inner_text()
        press(page, "Undo")
        assert "It is in the queue again" in page.locator("main").inner_text()
        assert page.locator(".tracker-queue__title").first.inner_text() == first
        press(page, "Accept for 14")
        assert "Department for Education updated" in page.locator("main").inner_text()
        press(page, "Publish now")
        assert "Published: Department for Education updated" in page.locator("main").inner_text()
        page.goto(f"{served.address}/editor/queue")
        assert page.locator(".tracker-queue__title").first.inner_text() != first


def link(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name).press("Enter")
