"""A charity's developer with webhooks: adding, secrets, tests, attempts, replay, taking up again, removing."""

import base64
import json
import re
from datetime import timedelta

import pytest
import pytest_asyncio
from msgspec.structs import replace
from sqlmodel import col, select

from tests.alerts.fakes import Recorder, sender
from tests.alerts.mailbox import Mailbox
from tests.alerts.make import SLUG, follower, published
from tests.alerts.test_manage import home_of
from tests.browsers import Browser
from tests.conftest import NOON, SETTINGS, FixedClock
from tracker.alerts import actions
from tracker.alerts.models import Attempt, Delivery, Destination, Subscription
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies.models import Publication
from tracker.web.front import Front

ALL, TO_14 = f"all/{SLUG}", f"announcement/{SLUG}/14"
DEV = "dev@charity.example.org"
CASES, NEWS = "https://hooks.charity.example.org/cases", "https://hooks.charity.example.org/news"
DAY = timedelta(days=1)


@pytest_asyncio.fixture
async def home(database: Database) -> str:
    """A developer’s address that gets no emails of its own; where it is managed."""
    async with database.writing() as db:
        return home_of(await follower(db, DEV, []))


async def add(browser: Browser, home: str, address: str = CASES, name: str = "Cases", *topics: str) -> str:
    """Add an endpoint; where its page is."""
    answer = await browser.send(f"{home}/webhooks", name=name, address=address, topic=list(topics or (ALL,)))
    assert answer.status_code == 200, browser.problems
    found = re.search(rf'href="({re.escape(home)}/webhooks/\d+)"', browser.page)
    assert found
    return found[1]


def secret_on(browser: Browser) -> str:
    found = re.search(r"whsec_[A-Za-z0-9+/=]+", browser.page)
    assert found, "no secret is shown"
    return found[0]


async def endpoint(database: Database, address: str = CASES) -> Destination:
    async with database.reading() as db:
        return (await db.exec(select(Destination).where(Destination.address == address))).one()


async def publish(database: Database, count: int, *topics: str) -> None:
    """Publish so often, each owed to whoever follows it."""
    async with database.writing() as db:
        for number in range(count):
            at = NOON + timedelta(seconds=len((await db.exec(select(Publication.id))).all()))
            row = await published(db, topics or ("all", ALL, TO_14), subject=f"Change {number}", at=at)
            await actions.owe(db, row, now=NOON)


async def owed(database: Database, address: str = CASES) -> list[str]:
    row = await endpoint(database, address)
    async with database.reading() as db:
        found = select(Delivery.about).where(Delivery.destination_id == row.id, *actions.STILL_OWED)
        return list((await db.exec(found.order_by(col(Delivery.id)))).all())


async def test_an_organisation_adds_two_endpoints_and_sees_each_secret_once(
    browser: Browser, home: str, database: Database
) -> None:
    path = await add(browser, home)
    secret = secret_on(browser)
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
    await add(browser, home, NEWS, "News", TO_14)
    assert secret_on(browser) != secret
    for page in (path, home, f"{home}/webhooks"):
        await browser.get(page)
        assert "whsec_" not in browser.page
    assert {"Cases", "News"} <= set(re.findall(r">(Cases|News)</a>", (await browser.get(home)).text))
    row = await endpoint(database)
    assert (row.secret, row.cadence, row.confirmed_at) == (secret, "at-once", NOON)
    await publish(database, 1)
    assert await owed(database) == ["publication:1"]
    assert await owed(database, NEWS) == ["publication:1"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "Enter the whole address"),
        ("http://hooks.charity.example.org/", "begins with https://"),
        ("https://user:word@hooks.charity.example.org/", "user name and password"),
        ("https://10.0.0.7/hook", "private network"),
        ("https://127.0.0.1/hook", "private network"),
        ("http://127.0.0.1:8000/hook", "begins with https://"),
        ("https://[::ffff:192.168.1.1]/", "private network"),
    ],
)
async def test_an_endpoint_that_may_not_be_called_is_refused_and_kept_in_the_form(
    browser: Browser, home: str, address: str, said: str
) -> None:
    answer = await browser.send(f"{home}/webhooks", name="Cases", address=address, topic=TO_14)
    assert answer.status_code == 422
    assert said in browser.problems[0]
    assert f'value="{address}"' in browser.page
    assert 'value="Cases"' in browser.page
    assert re.findall(r'value="([^"]+)" checked', browser.page) == [TO_14]


async def test_a_name_and_something_to_tell_are_asked_for(browser: Browser, home: str) -> None:
    assert (await browser.send(f"{home}/webhooks", name="", address=CASES)).status_code == 422
    assert len(browser.problems) == 2
    assert (await browser.send(f"{home}/webhooks", name="a\r\nb", address=CASES, topic=ALL)).status_code == 422
    assert browser.problems == ["The name must be one line"]


async def test_this_machine_can_be_called_only_by_setting(
    home: str, database: Database, clock: FixedClock, site: Front
) -> None:
    settings = replace(SETTINGS, webhook_loopback=True)
    browser = Browser(create_app(settings, database=database, clock=clock, keeper=site.keeper))
    await add(browser, home, "http://127.0.0.1:9000/hook")
    assert (await endpoint(database, "http://127.0.0.1:9000/hook")).secret


async def test_the_same_endpoint_is_not_told_twice(browser: Browser, home: str) -> None:
    await add(browser, home)
    again = await browser.send(
        f"{home}/webhooks", name="Again", address=CASES.upper().replace("CASES", "cases"), topic=ALL
    )
    assert again.status_code == 422
    assert "registered already" in browser.problems[0]


async def test_ten_endpoints_are_enough(browser: Browser, home: str, database: Database) -> None:
    owner = await endpoint(database, DEV)
    async with database.writing() as db:
        for number in range(10):
            await follower(db, f"https://hooks.example.org/{number}", owner_id=owner.id)
    answer = await browser.send(f"{home}/webhooks", name="One more", address=CASES, topic=ALL)
    assert answer.status_code == 422
    assert "You have 10 webhooks" in browser.problems[0]


async def test_a_new_secret_is_shown_once_and_the_old_one_signs_for_a_day(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    path = await add(browser, home)
    first = secret_on(browser)
    await browser.send(f"{path}/rotate")
    second = secret_on(browser)
    row = await endpoint(database)
    assert (row.secret, row.old_secret, row.old_secret_until) == (second, first, NOON + DAY)
    await browser.get(path)
    assert "The one before it signs too until 23 November 2026 at 12:00pm" in browser.page


async def test_a_test_is_owed_before_any_news_and_says_what_it_is(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    path = await add(browser, home)
    await browser.follow(await browser.send(f"{path}/test"))
    assert "A test is on its way" in browser.page
    async with database.reading() as db:
        row = (await db.exec(select(Delivery))).one()
    assert (row.message, row.channel, row.bulk, row.due_at) == ("webhook-test", "webhook", False, NOON)
    channel = Recorder()
    await sender(database, clock, webhook=channel).drain()
    (alert,) = channel.sent
    assert json.loads(alert.event or b"")["type"] == "test"
    assert alert.owed.secrets == ((await endpoint(database)).secret,)
    await browser.get(path)
    assert "A test" in browser.page.partition("The newest calls first")[2]


async def test_tests_and_replays_are_limited(browser: Browser, home: str) -> None:
    path = await add(browser, home)
    for act, most, fields in (("test", 20, {}), ("replay", 6, {"after": "0"})):
        for _ in range(most):
            assert (await browser.send(f"{path}/{act}", **fields)).status_code == 303
        answer = await browser.send(f"{path}/{act}", **fields)
        assert answer.status_code == 429
        assert int(answer.headers["retry-after"]) > 0
        assert browser.problems == [f"That was too often. Wait {3 if act == 'test' else 10} minutes, then try again."]


async def test_each_attempt_is_shown(browser: Browser, home: str, database: Database, clock: FixedClock) -> None:
    path = await add(browser, home)
    await publish(database, 1)
    async with database.writing() as db:
        (delivery,) = (await db.exec(select(Delivery))).all()
        webhook = await db.get_one(Destination, delivery.destination_id)
        known = f"msg_publication-1.{webhook.created_at.timestamp():.0f}.{delivery.id}"
        for status, error, took in (
            (503, "Service Unavailable", 1234),
            (None, "no answer in 15 seconds", 15000),
            (500, "500", 41),
        ):
            clock.move(timedelta(minutes=5))
            db.add(Attempt(delivery_id=delivery.id, at=clock(), status=status, error=error, took_ms=took))
        delivery.sent_at = clock()
    await browser.get(path)
    rows = re.findall(r"<tr class=\"govuk-table__row\">.*?</tr>", browser.page, flags=re.DOTALL)[1:]
    told = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    assert told == [
        f"22 November 2026 at 12:15pm Tracker: Change 0 {known} 500 41",
        f"22 November 2026 at 12:10pm Tracker: Change 0 {known} no answer in 15 seconds 15,000",
        f"22 November 2026 at 12:05pm Tracker: Change 0 {known} 503, Service Unavailable 1,234",
    ]


async def test_what_an_endpoint_that_works_never_took_can_be_tried_again(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    path = await add(browser, home)
    await publish(database, 1)
    async with database.writing() as db:
        (delivery,) = (await db.exec(select(Delivery))).all()
        delivery.attempts, delivery.due_at = 10, None  # as after its last try, while others were taken
    await browser.get(path)
    assert "Working" in browser.page
    assert "Try again now" in browser.page
    await browser.send(f"{path}/take-up")
    async with database.reading() as db:
        (delivery,) = (await db.exec(select(Delivery))).all()
    assert (delivery.attempts, delivery.due_at) == (0, clock())


async def test_everything_after_a_cursor_is_sent_again_with_the_same_ids(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await publish(database, 2)
    path = await add(browser, home)
    await publish(database, 3)
    async with database.writing() as db:
        before = {row.about: row.id for row in (await db.exec(select(Delivery))).all()}
        for row in (await db.exec(select(Delivery))).all():
            row.sent_at = clock()
    assert await owed(database) == []
    await browser.follow(await browser.send(f"{path}/replay", after="3"))
    assert "2 calls will be made again" in browser.page
    assert await owed(database) == ["publication:4", "publication:5"]
    await browser.follow(await browser.send(f"{path}/replay", after="0"))
    assert "5 calls will be made again" in browser.page
    assert set(await owed(database)) == {f"publication:{number}" for number in range(1, 6)}
    async with database.reading() as db:
        after = {row.about: row.id for row in (await db.exec(select(Delivery))).all()}
    assert before.items() <= after.items()
    await browser.follow(await browser.send(f"{path}/replay", after="5"))
    assert "There is nothing to send again" in browser.page


@pytest.mark.parametrize("typed", ["", "x", "-1", "1.5", "٣", "9999999999999"])
async def test_a_cursor_that_is_no_number_is_refused(browser: Browser, home: str, typed: str) -> None:
    path = await add(browser, home)
    assert (await browser.send(f"{path}/replay", after=typed)).status_code == 422
    assert len(browser.problems) == 1
    assert f'value="{typed}"' in browser.page


async def test_a_parked_endpoint_is_taken_up_with_what_it_is_owed(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    path = await add(browser, home)
    row = await endpoint(database)
    async with database.writing() as db:
        await actions.park(db, row.id or 0, now=NOON)
    await publish(database, 2)
    await browser.get(path)
    assert "Not called since 22 November 2026 at 12:00pm" in browser.page
    clock.move(DAY)
    await browser.follow(await browser.send(f"{path}/take-up"))
    assert "It is called again" in browser.page
    async with database.reading() as db:
        assert [item.due_at for item in (await db.exec(select(Delivery))).all()] == [clock(), clock()]
    assert (await endpoint(database)).parked_at is None


async def test_an_endpoint_that_said_it_was_gone_can_be_taken_up(
    browser: Browser, home: str, database: Database
) -> None:
    path = await add(browser, home)
    row = await endpoint(database)
    async with database.writing() as db:
        await actions.stop(db, row.id or 0, because="gone", now=NOON)
    await browser.get(path)
    assert "410 Gone" in browser.page
    await browser.send(f"{path}/take-up")
    assert (await endpoint(database)).stopped_at is None
    await publish(database, 1)
    assert await owed(database) == ["publication:1"]


async def test_what_an_endpoint_is_told_of_can_be_changed(browser: Browser, home: str, database: Database) -> None:
    path = await add(browser, home)
    await browser.get(f"{path}/topics")
    assert re.findall(r'value="([^"]+)" checked', browser.page) == [ALL]
    assert (await browser.send(f"{path}/topics")).status_code == 422
    await browser.follow(await browser.send(f"{path}/topics", topic=TO_14))
    assert "What it is told of has been saved" in browser.page
    async with database.reading() as db:
        assert (await db.exec(select(Subscription.topic))).all() == [TO_14]


async def test_an_endpoint_that_is_removed_is_called_no_more_and_can_be_added_again(
    browser: Browser, home: str, database: Database
) -> None:
    path = await add(browser, home)
    await publish(database, 1)
    await browser.follow(await browser.send(f"{path}/remove"))
    assert "The webhook has been removed" in browser.page
    assert (await browser.get(path)).status_code == 404
    async with database.reading() as db:
        assert (await db.exec(select(Delivery))).all() == []
    await add(browser, home)


async def test_somebody_else_sees_and_touches_no_endpoint(browser: Browser, home: str, database: Database) -> None:
    number = (await add(browser, home)).rsplit("/", 1)[1]
    async with database.writing() as db:
        other = home_of(await follower(db, "other@example.org"))
    for path in (
        f"{other}/webhooks/{number}",
        f"{other}/webhooks/{number}/topics",
        f"{other}/webhooks/99999999999999999999",
    ):
        assert (await browser.get(path)).status_code == 404
    for act in ("test", "rotate", "take-up", "remove", "topics"):
        assert (await browser.send(f"{other}/webhooks/{number}/{act}", topic=ALL)).status_code == 404
    assert (await browser.send(f"{other}/webhooks/{number}/replay", after="0")).status_code == 404


async def test_an_address_for_webhooks_alone_needs_no_topic(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    await browser.get("/subscribe?for=webhooks")
    assert browser.heading == "What is your email address?"
    assert (await browser.send("/subscribe", **{"for": "webhooks"}, address="x")).status_code == 422
    await browser.follow(await browser.send("/subscribe", **{"for": "webhooks"}, address=DEV))
    mail = await mailbox.newest(DEV)
    assert "call webhooks" in mail.text
    await browser.get(mail.confirm)
    assert browser.heading == "Do you want to set up webhooks?"
    await browser.follow(await browser.send(mail.confirm))
    assert f"{mail.manage}/webhooks" in browser.page
    await add(browser, mail.manage)
    async with database.reading() as db:
        assert (await db.exec(select(Subscription.topic))).all() == [ALL]


async def test_stopping_emails_leaves_webhooks_unless_they_are_to_stop_too(
    browser: Browser, home: str, database: Database
) -> None:
    await add(browser, home)
    await browser.send(f"{home}/stop")
    assert (await endpoint(database)).stopped_at is None
    await browser.send(f"{home}/start")
    await browser.get(f"{home}/stop")
    assert "Stop my 1 webhook as well" in browser.page
    await browser.send(f"{home}/stop", webhooks="yes")
    assert (await endpoint(database)).stopped_because == "asked"
    await browser.get(home)
    assert "when you stopped everything" in browser.page
