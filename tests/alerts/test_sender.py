"""Sending: each delivery once, whoever sends, whatever fails, whenever it ends."""

import asyncio
from datetime import timedelta

from sqlmodel import col, select

from tests.alerts.fakes import Recorder, sender
from tests.alerts.make import follower, published
from tests.conftest import NOON, FixedClock
from tracker.alerts import actions
from tracker.alerts.models import Attempt, Delivery, Destination
from tracker.alerts.rules import BACKOFF, JITTER, LONGEST_WAIT
from tracker.alerts.schemas import Came, Tried
from tracker.db import Database

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


async def owed_to(database: Database, count: int, *, host: str = "", at: object = NOON) -> None:
    """One publication, owed to so many followers."""
    async with database.writing() as db:
        for number in range(count):
            await follower(db, f"https://{host}/{number}" if host else f"p{number}@example.org")
        await actions.owe(db, await published(db), now=NOON)


async def deliveries(database: Database) -> list[Delivery]:
    async with database.reading() as db:
        return list((await db.exec(select(Delivery).order_by(col(Delivery.id)))).all())


async def test_everybody_who_is_owed_gets_it_once(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 130)
    channel = Recorder()
    assert await sender(database, clock, email=channel).drain() == 130
    assert await sender(database, clock, email=channel).drain() == 0
    assert sorted(channel.addresses) == sorted(f"p{number}@example.org" for number in range(130))
    assert all((row.sent_at, row.attempts, row.leased_until) == (NOON, 1, None) for row in await deliveries(database))


async def test_two_workers_share_the_work_and_send_nothing_twice(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 300)
    url = database.engine.url.render_as_string(hide_password=False)
    other = Database(url)
    first, second = Recorder(at_once=1, batch=5), Recorder(at_once=1, batch=5)
    await asyncio.gather(sender(database, clock, email=first).drain(), sender(other, clock, email=second).drain())
    await other.close()
    assert sorted(first.addresses + second.addresses) == sorted(f"p{number}@example.org" for number in range(300))


async def test_what_was_asked_for_goes_before_news(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 30)
    async with database.writing() as db:
        row = await actions.email_destination(db, "late@example.org", now=NOON)
        clock.move(MINUTE)
        await actions.owe_mail(db, about="hello:1", message="hello", destination=row, now=clock())
    channel = Recorder(at_once=1, batch=5)
    await sender(database, clock, email=channel).drain()
    assert channel.addresses[0] == "late@example.org"


async def test_a_failed_try_is_repeated_later_each_time_and_given_up_after_three_days(
    database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        row = await actions.email_destination(db, "ann@example.org", now=NOON)
        await actions.owe_mail(db, about="hello:1", message="hello", destination=row, now=NOON)
    channel = Recorder()
    channel.answers["ann@example.org"] = Tried(came=Came.AGAIN, error="450 try later")
    work = sender(database, clock, email=channel)
    for number, wait in enumerate(BACKOFF, start=1):
        await work.drain()
        (delivery,) = await deliveries(database)
        assert (len(channel.tries), delivery.attempts, delivery.last_error) == (number, number, "450 try later")
        assert delivery.due_at is not None
        assert wait <= delivery.due_at - clock() <= wait * (1 + JITTER)
        clock.now = delivery.due_at
    await work.drain()
    (delivery,) = await deliveries(database)
    assert (delivery.failed_at, delivery.sent_at, delivery.attempts) == (clock(), None, len(BACKOFF) + 1)
    assert clock() - NOON >= timedelta(hours=75)


async def test_an_address_that_is_refused_for_good_is_stopped_and_says_so(
    database: Database, clock: FixedClock
) -> None:
    await owed_to(database, 2)
    channel = Recorder()
    channel.answers["p0@example.org"] = Tried(came=Came.GONE, error="550 no such user")
    await sender(database, clock, email=channel).drain()
    async with database.reading() as db:
        gone, fine = (await db.exec(select(Destination).order_by(col(Destination.id)))).all()
    assert (gone.stopped_at, gone.stopped_because, fine.stopped_at) == (NOON, "bounced", None)
    first, _ = await deliveries(database)
    assert (first.failed_at, first.last_error) == (NOON, "550 no such user")


async def test_a_channel_that_is_away_costs_no_try(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 3)
    channel = Recorder()
    away = Tried(came=Came.AWAY, error="the mail server cannot be used")
    channel.answers.update({f"p{number}@example.org": away for number in range(3)})
    work = sender(database, clock, email=channel)
    await work.drain()
    assert {(row.attempts, row.failed_at) for row in await deliveries(database)} == {(0, None)}
    channel.answers.clear()
    clock.move(MINUTE)
    assert await work.drain() == 3


async def test_what_a_channel_cannot_bear_waits_like_any_failed_try(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 3)
    channel = Recorder()
    channel.breaks_at = "p1@example.org"
    work = sender(database, clock, email=channel)
    assert await work.drain() == 1
    _, broken, behind = await deliveries(database)
    assert (broken.attempts, broken.due_at) > (1, NOON)
    assert broken.last_error == "the channel failed: RuntimeError: a fault in the channel"
    assert (behind.sent_at, behind.failed_at) == (None, None)
    channel.breaks_at = ""
    clock.move(MINUTE)
    assert await work.drain() == 2


async def test_what_is_owed_to_somebody_who_stopped_meanwhile_is_not_sent(
    database: Database, clock: FixedClock
) -> None:
    await owed_to(database, 1)
    async with database.writing() as db:
        (await db.exec(select(Destination))).one().stopped_at = NOON
    channel = Recorder()
    await sender(database, clock, email=channel).drain()
    (row,) = await deliveries(database)
    assert (channel.tries, row.failed_at, row.attempts) == ([], NOON, 0)


async def test_news_that_is_too_old_waits_for_the_next_digest(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 1)
    clock.move(DAY + MINUTE)
    channel = Recorder()
    await sender(database, clock, email=channel).drain()
    (row,) = await deliveries(database)
    assert (channel.tries, row.late, row.due_at, row.sent_at, row.failed_at) == ([], True, None, None, None)


async def test_an_event_is_never_too_old_for_an_endpoint(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 1, host="hooks.example.org")
    clock.move(30 * DAY)
    channel = Recorder()
    assert await sender(database, clock, webhook=channel).drain() == 1


async def test_each_try_of_an_endpoint_is_kept_for_its_owner(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 1, host="hooks.example.org")
    channel = Recorder()
    channel.answers["https://hooks.example.org/0"] = Tried(came=Came.AGAIN, error="500 oops", status=500)
    work = sender(database, clock, webhook=channel)
    await work.drain()
    channel.answers.clear()
    clock.move(MINUTE)
    await work.drain()
    async with database.reading() as db:
        tries = (await db.exec(select(Attempt).order_by(col(Attempt.id)))).all()
    assert [(row.status, row.error) for row in tries] == [(500, "500 oops"), (None, None)]
    async with database.reading() as db:
        assert (await db.exec(select(Destination))).one().failing_since is None


async def test_no_more_than_four_are_on_their_way_to_one_endpoint(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await follower(db, "https://hooks.example.org/slow")
        for number in range(10):
            await actions.owe(db, await published(db, subject=str(number)), now=NOON)
    channel = Recorder(at_once=16, batch=1)
    channel.may_go_on.clear()
    work, other = sender(database, clock, webhook=channel), sender(database, clock, webhook=channel)
    running = [asyncio.create_task(each.run()) for each in (work, other)]
    async with asyncio.timeout(60):
        while len(channel.tries) < 4:  # noqa: ASYNC110 - what is tried has no event
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)  # for a fifth, if there were one
        assert len(channel.tries) == 4
        channel.may_go_on.set()
        while len(channel.sent) < 10:  # noqa: ASYNC110 - what is sent has no event
            await asyncio.sleep(0.01)
    work.stop(), other.stop()
    await asyncio.gather(*running)
    assert sorted(alert.owed.id for alert in channel.sent) == list(range(1, 11))


async def test_an_endpoint_that_asks_to_be_left_alone_is(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await follower(db, "https://hooks.example.org/1")
        for number in range(6):
            await actions.owe(db, await published(db, subject=str(number)), now=NOON)
    channel = Recorder(at_once=1, batch=1)
    busy = Tried(came=Came.AGAIN, error="429", status=429, wait=2 * HOUR)
    channel.answers["https://hooks.example.org/1"] = busy
    work = sender(database, clock, webhook=channel)
    await work.drain()
    asked = len(channel.tries)
    clock.move(HOUR)
    await work.drain()
    assert len(channel.tries) == asked
    channel.answers.clear()
    clock.move(2 * HOUR)
    await work.drain()
    assert len(channel.sent) == 6
    assert LONGEST_WAIT == DAY


async def test_an_endpoint_that_is_gone_gets_nothing_more(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        owner = await follower(db, "owner@example.org", [])
        await follower(db, "https://hooks.example.org/1", owner_id=owner.id)
        await actions.owe(db, await published(db), now=NOON)
    channel = Recorder()
    channel.answers["https://hooks.example.org/1"] = Tried(came=Came.GONE, error="410", status=410)
    await sender(database, clock, webhook=channel).drain()
    async with database.writing() as db:
        endpoint = (await db.exec(select(Destination).where(col(Destination.channel) == "webhook"))).one()
        assert (endpoint.stopped_because, endpoint.stopped_at) == ("gone", NOON)
        assert await actions.owe(db, await published(db, subject="Next"), now=NOON) == 0
    told = [row for row in await deliveries(database) if row.channel == "email"]
    assert [row.message for row in told] == ["webhook-gone"]


async def test_stopping_finishes_what_is_on_its_way_and_gives_back_the_rest(
    database: Database, clock: FixedClock
) -> None:
    await owed_to(database, 40)
    channel = Recorder(at_once=1, batch=10)
    channel.may_go_on.clear()
    work = sender(database, clock, email=channel)
    running = asyncio.create_task(work.run())
    await channel.begun.wait()
    work.stop()
    channel.may_go_on.set()
    await running
    assert len(channel.sent) == 1
    rows = await deliveries(database)
    assert [row.leased_until for row in rows] == [None] * 40
    assert sum(row.sent_at is not None for row in rows) == 1
    assert sum(row.attempts for row in rows) == 1


async def test_a_message_of_a_kind_that_this_version_does_not_know_waits_for_one_that_does(
    database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        row = await actions.email_destination(db, "ann@example.org", now=NOON)
        await actions.owe_mail(db, about="new:1", message="from-the-future", destination=row, now=NOON)
    channel = Recorder()
    await sender(database, clock, email=channel).drain()
    (row_,) = await deliveries(database)
    assert (channel.tries, row_.failed_at, row_.attempts) == ([], None, 1)
