"""Webhooks as a receiver meets them: signed by the standard, with ids that stay, and one apart from the other."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from sqlmodel import col, select, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests.alerts.fakes import SECRETS, sender
from tests.alerts.make import SECRET, follower, published
from tests.conftest import NOON, FixedClock
from tests.sinks import HookSink, hook_sink
from tracker.alerts import actions
from tracker.alerts.channels.webhook import WebhookChannel, judge
from tracker.alerts.links import Links
from tracker.alerts.models import Attempt, Delivery, Destination
from tracker.alerts.schemas import Came
from tracker.clock import utc_now
from tracker.db import Database
from tracker.outbound import Answer, Outbound

LINKS = Links(public_url="https://tracker.test", secrets=SECRETS, mail_host="tracker.test")
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


@pytest.fixture
def clock() -> FixedClock:
    """The present moment, since receivers refuse what was signed long ago."""
    return FixedClock(datetime.now(UTC))


async def test_the_reference_library_accepts_what_is_sent(
    database: Database, clock: FixedClock, sink: HookSink, channel: WebhookChannel
) -> None:
    await owe(database, clock, f"{sink.base}/hook")
    assert await sender(database, clock, webhook=channel).drain() == 1
    ((path, headers, body),) = sink.calls
    event = Webhook(SECRET).verify(body, headers)
    assert (path, event["type"], event["data"]["sequence"]) == ("/hook", "change.published", 1)
    assert event["data"]["changes"]["url"] == "https://tracker.test/api/v1/changes?after=6"
    assert event["data"]["content"]["addresses"][0]["url"] == "https://tracker.test/announcements/14#change-7"
    assert headers["content-type"] == "application/json"
    assert len(body) < 20_000


async def test_what_was_changed_on_the_way_is_not_accepted(
    database: Database, clock: FixedClock, sink: HookSink, channel: WebhookChannel
) -> None:
    await owe(database, clock, f"{sink.base}/hook")
    await sender(database, clock, webhook=channel).drain()
    ((_, headers, body),) = sink.calls
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body.replace(b"14", b"15"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(body, headers)


@pytest.mark.parametrize(
    ("until", "accepted"), [(timedelta(hours=1), True), (timedelta(hours=-1), False)], ids=["in its day", "after it"]
)
async def test_the_old_secret_signs_for_a_day_beside_the_new_one(
    database: Database, clock: FixedClock, sink: HookSink, channel: WebhookChannel, until: timedelta, accepted: bool
) -> None:
    await owe(database, clock, f"{sink.base}/hook", old_secret=OTHER, old_secret_until=clock() + until)
    await sender(database, clock, webhook=channel).drain()
    ((_, headers, body),) = sink.calls
    assert Webhook(SECRET).verify(body, headers)
    if accepted:
        assert Webhook(OTHER).verify(body, headers)
    else:
        with pytest.raises(WebhookVerificationError):
            Webhook(OTHER).verify(body, headers)


async def test_a_try_that_failed_and_a_replay_have_the_same_id(
    database: Database, clock: FixedClock, sink: HookSink, channel: WebhookChannel
) -> None:
    await owe(database, clock, f"{sink.base}/hook")
    sink.answers["/hook"] = (500, {})
    work = sender(database, clock, webhook=channel)
    await work.drain()
    sink.answers.clear()
    clock.move(timedelta(minutes=1))
    await work.drain()
    async with database.writing() as db:
        destination = (await db.exec(select(Destination))).one()
        assert await actions.replay(db, destination.id or 0, after=0, now=clock()) == 1
    await work.drain()
    assert len(sink.calls) == 3
    assert len({headers["webhook-id"] for _, headers, _ in sink.calls}) == 1
    assert [row.status for row in await attempts(database)] == [500, 204, 204]


async def test_every_destination_and_event_has_an_id_of_its_own(
    database: Database, clock: FixedClock, sink: HookSink, channel: WebhookChannel
) -> None:
    for path in ("a", "b"):
        await owe(database, clock, f"{sink.base}/{path}")
    await sender(database, clock, webhook=channel).drain()
    assert len({headers["webhook-id"] for _, headers, _ in sink.calls}) == len(sink.calls) == 3


@pytest.mark.parametrize(
    ("status", "what"),
    [(200, Came.SENT), (204, Came.SENT), (301, Came.AGAIN), (307, Came.AGAIN), (400, Came.AGAIN), (404, Came.AGAIN),
     (410, Came.GONE), (429, Came.AGAIN), (500, Came.AGAIN), (503, Came.AGAIN)],
)  # fmt: skip
def test_what_an_answer_means(status: int, what: Came) -> None:
    assert judge(Answer(status, {}, b""), now=NOON).came is what


async def test_a_retry_after_is_obeyed(
    database: Database, clock: FixedClock, sink: HookSink, channel: WebhookChannel
) -> None:
    await owe(database, clock, f"{sink.base}/hook")
    sink.answers["/hook"] = (429, {"retry-after": "7200"})
    work = sender(database, clock, webhook=channel)
    await work.drain()
    async with database.reading() as db:
        (row,) = (await db.exec(select(Delivery))).all()
        destination = (await db.exec(select(Destination))).one()
    assert row.due_at is not None
    assert timedelta(hours=2) <= row.due_at - clock() <= timedelta(hours=2.5)
    assert destination.not_before == clock() + timedelta(hours=2)


async def test_nothing_that_an_endpoint_answers_keeps_others_from_hearing(
    database: Database, clock: FixedClock, sink: HookSink, channel: WebhookChannel
) -> None:
    async with database.writing() as db:
        for name in ("nul", "never", "good"):
            await follower(db, f"{sink.base}/{name}")
        await actions.owe(db, await published(db, at=clock()), now=clock())
    sink.answers["/nul"], sink.bodies["/nul"] = (500, {}), b"a\x00b \xed\xa0\x80"
    sink.answers["/never"] = (503, {"retry-after": "9" * 5000})
    sending = asyncio.create_task(sender(database, clock, webhook=channel).drain())
    done, _ = await asyncio.wait([sending], timeout=60)
    assert done, "nothing is written down any more"
    assert await sending == 1
    assert len(sink.calls) == 3
    async with database.reading() as db:
        rows = (await db.exec(select(Delivery).order_by(col(Delivery.id)))).all()
        tries = (await db.exec(select(Attempt).order_by(col(Attempt.delivery_id)))).all()
    assert [(row.sent_at is not None, row.attempts) for row in rows] == [(False, 1), (False, 1), (True, 1)]
    assert [item.error for item in tries] == ["500 a\ufffdb \ufffd\ufffd\ufffd", "503", None]
    assert rows[1].due_at is not None
    assert rows[1].due_at > clock() + timedelta(hours=23)


async def test_one_slow_and_one_dead_endpoint_delay_a_thousand_good_ones_by_less_than_a_second(
    database: Database, sink: HookSink, channel: WebhookChannel
) -> None:
    async with database.writing() as db:
        for number in range(1000):
            await follower(db, f"{sink.base}/good/{number}")
    # The best of a few: what else this machine does meanwhile is not what is asked.
    alone = min([await seconds_until_told(database, sink, channel, f"Alone {number}") for number in range(2)])
    sink.hangs.add("/slow")
    async with database.writing() as db:
        await follower(db, f"{sink.base}/slow")
        await follower(db, "http://127.0.0.1:1/dead")
        for number in range(10):
            await actions.owe(db, await published(db, subject=f"Before {number}"), now=utc_now())
        # Both have ten events each to get, and everybody else has had them.
        await db.exec(update(Delivery).where(col(Delivery.destination_id) <= 1000).values(sent_at=utc_now()))
    together = await seconds_until_told(database, sink, channel, "Together")
    assert sink.most_at_once["/slow"] == 4
    for number in range(5):
        if together - alone >= 1:
            together = min(together, await seconds_until_told(database, sink, channel, f"Once more {number}"))
    assert together - alone < 1, f"{together:.2f} s beside them, {alone:.2f} s alone"


async def seconds_until_told(database: Database, sink: HookSink, channel: WebhookChannel, subject: str) -> float:
    """How long it takes until a thousand good endpoints have been told of one more event."""
    async with database.writing() as db:
        await actions.owe(db, await published(db, subject=subject), now=utc_now())
    sink.calls.clear()
    work = sender(database, FixedClock(utc_now()), webhook=channel)
    started = time.monotonic()
    running = asyncio.create_task(work.run())
    while sum(path.startswith("/good") for path, _, _ in sink.calls) < 1000:
        assert time.monotonic() - started < 60
        await asyncio.sleep(0.02)
    took = time.monotonic() - started
    running.cancel()
    await asyncio.wait([running])
    async with database.writing() as db:
        await db.exec(update(Delivery).values(leased_until=None))
        await db.exec(update(Delivery).where(col(Delivery.destination_id) <= 1000).values(sent_at=utc_now()))
    return took


async def owe(database: Database, clock: FixedClock, address: str, **given: object) -> None:
    """An endpoint, and a publication that everybody so far is owed."""
    async with database.writing() as db:
        await follower(db, address, **given)
        await actions.owe(db, await published(db, subject=address, at=clock()), now=clock())


async def attempts(database: Database) -> list[Attempt]:
    async with database.reading() as db:
        return list((await db.exec(select(Attempt).order_by(col(Attempt.id)))).all())


@pytest_asyncio.fixture
async def sink() -> AsyncIterator[HookSink]:
    async with hook_sink() as receiver:
        yield receiver


@pytest_asyncio.fixture
async def channel(clock: FixedClock) -> AsyncIterator[WebhookChannel]:
    made = WebhookChannel(Outbound(agent="test", loopback=True), links=LINKS, clock=clock)
    yield made
    await made.close()
