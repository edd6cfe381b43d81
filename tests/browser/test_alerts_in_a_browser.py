"""Alerts in real Chromium: a carer on a phone from an announcement to the confirmation, and every page of theirs."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page

from tests.alerts.make import SLUG
from tests.browser.check import check_site, open_browser, open_page
from tests.browser.keyboard import answer, check_keyboard
from tests.conftest import BROWSER, KINSHIP
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up
from tracker.alerts import links
from tracker.web.secrets import Secrets

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

TO_13, TO_14 = f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"
STEPS = (
    "/subscribe",
    f"/subscribe?step=topics&topic={TO_14}&topic=kind/{SLUG}/overdue",
    f"/subscribe?topic={TO_14}",
    f"/subscribe?topic={TO_13}&topic={TO_14}&often=weekly",
    "/subscribe?for=webhooks",
    "/subscriptions",
    "/subscriptions/sent",
)


class Place:
    """A real server, and what only its own worker and mailbox would know."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder

    @property
    def secrets(self) -> Secrets:
        return Secrets((self._folder / "secret").read_bytes().strip())

    def asking(self) -> tuple[int, datetime]:
        """What was asked for last, as its links are made of it."""
        return self._row("SELECT id, asked_at FROM asking ORDER BY id DESC LIMIT 1")

    def confirm(self) -> str:
        """Where what was asked for last is confirmed."""
        return links.confirm_address("", self.secrets, *self.asking())

    def one_click(self, address: str) -> str:
        """Where a mail program would stop the emails to an address."""
        row = self._row("SELECT id, created_at FROM destination WHERE address = ?", address)
        return links.one_click_address("", self.secrets, *row)

    def _row(self, question: str, *given: str) -> tuple[int, datetime]:
        with closing(sqlite3.connect(self._folder / "tracker.db")) as database:
            number, moment = database.execute(question, given).fetchone()
        return number, datetime.fromisoformat(moment)

    def subscribed(self, client: httpx.Client, address: str) -> str:
        """Ask for alerts and confirm them; where they are managed."""
        data = {"topic": [TO_13, TO_14], "often": "weekly", "address": address}
        assert client.post("/subscribe", data=data).status_code == 303
        return client.post(self.confirm()).headers["location"].partition("?")[0]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("var")
    settings = {"data_dir": folder, "port": free_port(), "strategies_dir": KINSHIP, "webhook_loopback": "yes"}
    for command in ("migrate", "load"):
        done = tracker(command, **settings)
        assert done.returncode == 0, done.stderr
    with running(*TRACKER, "web", env=environment(**settings)):
        until_up(f"http://127.0.0.1:{settings['port']}")
        yield Place(f"http://127.0.0.1:{settings['port']}", folder)


def test_a_carer_on_a_phone_subscribes_by_keyboard_without_javascript(place: Place) -> None:
    with open_browser() as browser, open_page(browser, 320, (), scripts=False) as page:
        page.goto(f"{place.address}/announcements/14")
        press(page, "Get an email when this changes")
        answer(page, "often", "weekly")
        type_into(page, "address", "carol@example.org")
        assert page.locator("h1").inner_text() == "Check your email"
        type_into(page, "code", links.confirm_code(place.secrets, *place.asking()))
        assert page.locator("h1").inner_text() == "Confirmed"
        assert "Announcement 14." in page.locator("main").inner_text()
        assert page.context.cookies() == []


def press(page: Page, text: str) -> None:
    """Go to a link with the Tab key, and follow it."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.textContent.trim()") == text:
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not reach “{text}” on {page.url}")


def type_into(page: Page, name: str, text: str) -> None:
    """Go to a field with the Tab key, type into it, and send its form."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.name") == name:
            page.keyboard.type(text)
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
    raise AssertionError(f"Tab does not reach {name} on {page.url}")


def test_every_page_of_alerts_is_accessible_valid_and_fits_a_phone(place: Place) -> None:
    with httpx.Client(base_url=place.address) as client:
        home, paused, stopped = (place.subscribed(client, f"{name}@example.org") for name in ("lead", "away", "gone"))
        client.post(f"{paused}/pause", data={"weeks": "8"})
        client.post(f"{stopped}/stop")
        hook = {"name": "Cases", "address": "http://127.0.0.1:9/hook/with/a/long/path", "topic": f"all/{SLUG}"}
        page = client.post(f"{home}/webhooks", data=hook).text
        found = re.search(rf'href="({home}/webhooks/\d+)"', page)
        assert found
        sent = client.post("/subscribe", data={"topic": TO_14, "often": "daily", "address": "new@example.org"})
    pages = (
        *STEPS,
        sent.headers["location"],
        place.confirm(),
        f"{home}?done=confirmed",
        *(f"{home}/{name}" for name in ("topics", "how-often", "address", "stop", "sent", "erase", "webhooks")),
        found[1],
        f"{found[1]}/topics",
        paused,
        stopped,
        place.one_click("lead@example.org"),
        "/subscriptions/1/old/one-click",
    )
    report = check_site(place.address, pages)
    assert (report.pages, report.problems) == (len(pages), []), str(report)
    problems = check_keyboard(place.address, (*STEPS[:4], home, f"{home}/topics", found[1]))
    assert problems == [], "\n".join(map(str, problems))


def test_what_was_wrong_is_said_as_well_as_everything_else(place: Place) -> None:
    paths = ("/subscribe?asked=topic", f"/subscribe?topic={TO_14}&asked=often", "/subscriptions/1/wrong")
    report = check_site(place.address, paths, statuses=(404, 422))
    assert report.problems == [], str(report)
