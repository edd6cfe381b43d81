"""Alerts in real Chromium: a carer on a phone from an announcement to the confirmation, and every page of theirs."""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page
from sqlmodel import select

from tests.alerts.make import SLUG
from tests.browser.check import check_site, open_browser, open_page
from tests.browser.keyboard import answer, check_keyboard
from tests.browser.sending import Sent
from tests.conftest import BROWSER, KINSHIP
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up
from tracker.alerts import endpoints, links
from tracker.alerts.models import Attempt, Delivery, Destination
from tracker.clock import utc_now
from tracker.db import Database
from tracker.web.secrets import Secrets

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

TO_13, TO_14 = f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"
HOOK = "http://127.0.0.1:9/hook/with/a/long/path"
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

    def note_trouble(self, bounced: str, parked: str) -> None:
        """As the worker leaves an address whose mail came back, and an endpoint that has not answered for days."""
        asyncio.run(note_trouble(self._folder / "tracker.db", int(bounced.split("/")[2]), int(parked.split("/")[-1])))

    def _row(self, question: str, *given: str) -> tuple[int, datetime]:
        with closing(sqlite3.connect(self._folder / "tracker.db")) as database:
            number, moment = database.execute(question, given).fetchone()
        return number, datetime.fromisoformat(moment)

    def subscribed(self, client: httpx.Client, address: str) -> str:
        """Ask for alerts and confirm them; where they are managed."""
        data = {"topic": [TO_13, TO_14], "often": "weekly", "address": address}
        assert client.post("/subscribe", data=data).status_code == 303
        return client.post(self.confirm()).headers["location"].partition("?")[0]


async def note_trouble(file: Path, bounced: int, parked: int) -> None:
    database = Database(f"sqlite+aiosqlite:///{file}")
    now = utc_now()
    async with database.writing() as db:
        address = await db.get_one(Destination, bounced)
        address.stopped_at, address.stopped_because = now, "bounced"
        came_back = (await db.exec(select(Delivery).where(Delivery.destination_id == bounced))).one()
        came_back.failed_at, came_back.last_error = now, "550 5.1.1 No such user"
        endpoint = await db.get_one(Destination, parked)
        endpoint.failing_since, endpoint.parked_at = now - timedelta(days=3), now
        await endpoints.owe_test(db, endpoint, now=now)
        owed = (await db.exec(select(Delivery).where(Delivery.destination_id == parked))).one()
        db.add_all(
            Attempt(delivery_id=owed.id or 0, at=now, status=status, error=error, took_ms=15_000)
            for status, error in ((503, "503 Away"), (None, "no answer within 15 seconds"))
        )
    await database.close()


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


def add_webhook(client: httpx.Client, home: str, more: str) -> str:
    """Add an endpoint that nobody else has registered; where it is managed."""
    given = {"name": "Cases", "address": f"{HOOK}{more}", "topic": f"all/{SLUG}"}
    found = re.search(rf'href="({home}/webhooks/\d+)"', client.post(f"{home}/webhooks", data=given).text)
    assert found
    return found[1]


def test_every_page_of_alerts_is_accessible_valid_and_fits_a_phone(place: Place) -> None:
    with httpx.Client(base_url=place.address) as client:
        home, paused, stopped = (place.subscribed(client, f"{name}@example.org") for name in ("lead", "away", "gone"))
        client.post(f"{paused}/pause", data={"weeks": "8"})
        client.post(f"{stopped}/stop")
        hook = add_webhook(client, home, "/whole")
        sent = client.post("/subscribe", data={"topic": TO_14, "often": "daily", "address": "new@example.org"})
    pages = (
        *STEPS,
        sent.headers["location"],
        place.confirm(),
        f"{home}?done=confirmed",
        *(f"{home}/{name}" for name in ("topics", "how-often", "address", "stop", "sent", "erase", "webhooks")),
        hook,
        f"{hook}/topics",
        paused,
        stopped,
        place.one_click("lead@example.org"),
        "/subscriptions/1/old/one-click",
    )
    report = check_site(place.address, pages)
    assert (report.pages, report.problems) == (len(pages), []), str(report)
    problems = check_keyboard(place.address, (*STEPS[:4], home, f"{home}/topics", hook))
    assert problems == [], "\n".join(map(str, problems))


def test_what_was_wrong_is_said_as_well_as_everything_else(place: Place) -> None:
    with httpx.Client(base_url=place.address) as client:
        home = place.subscribed(client, "wrong@example.org")
        hook = add_webhook(client, home, "/wrong")
        asked = {"topic": TO_14, "often": "daily", "address": "often@example.org"}
        sent = client.post("/subscribe", data=asked).headers["location"]
        answers = [client.post(f"{sent}/again", data={"again": "yes"}).status_code for _ in range(6)]
        assert answers[-1] == 429
    wheres = (
        "/subscribe?asked=topic",
        f"/subscribe?topic={TO_14}&asked=often",
        "/subscriptions/1/wrong",
        Sent(f"/subscribe?topic={TO_14}&often=daily", "Send me the email to confirm", {"address": "nobody"}),
        Sent(sent, "Confirm", {"code": "1"}),
        Sent(sent, "Send the email again", status=429),
        Sent("/subscriptions", "Send me the link"),
        Sent(f"{home}/topics", "Save", {"topic": ""}),
        Sent(f"{home}/address", "Send the email to confirm"),
        Sent(f"{home}/webhooks", "Add it and show its secret", {"address": "https://10.0.0.1/", "topic": ""}),
        Sent(f"{hook}/topics", "Save", {"topic": ""}),
        Sent(hook, "Send it again", {"after": "all"}),
    )
    report = check_site(place.address, wheres, statuses=(404, 422))
    assert (report.pages, report.problems) == (len(wheres), []), str(report)


def test_what_was_done_is_said_as_well_as_everything_else(place: Place) -> None:
    with httpx.Client(base_url=place.address) as client:
        home, bounced = (place.subscribed(client, f"{name}@example.org") for name in ("done", "bounced"))
        hook, parked = add_webhook(client, home, "/done"), add_webhook(client, home, "/parked")
        client.post("/subscribe", data={"topic": TO_14, "often": "daily", "address": "refuses@example.org"})
        refused = place.confirm()
        client.post("/subscribe", data={"topic": TO_14, "often": "daily", "address": "agrees@example.org"})
        agreed = place.confirm()
    place.note_trouble(bounced, parked)
    wheres = (
        bounced,
        parked,
        Sent(refused, "I did not ask for this", status=200),
        Sent(agreed, "Yes, send me these alerts", status=200),
        agreed,
        Sent("/subscriptions", "Send me the link", {"address": "done@example.org"}, status=200),
        Sent(f"{home}/address", "Send the email to confirm", {"address": "elsewhere@example.org"}, status=200),
        Sent(f"{home}/webhooks", "Add it and show its secret", {"name": "A", "address": HOOK + "/a"}, status=200),
        Sent(hook, "Send a test", status=200),
        Sent(hook, "Make a new secret", status=200),
        hook,
        home,
        f"{home}/stop",
        Sent(place.one_click("done@example.org"), "Stop all emails", status=200),
        Sent(f"{home}/erase", "Erase everything", status=200),
    )
    report = check_site(place.address, wheres)
    assert (report.pages, report.problems) == (len(wheres), []), str(report)
