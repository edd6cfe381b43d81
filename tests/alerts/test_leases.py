"""Leases: what a worker holds is sent by it alone while it is sure of that, and by another one when it is not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.alerts.fakes import QUICK, Recorder, sender
from tests.alerts.test_sender import deliveries, owed_to
from tests.conftest import NOON, FixedClock
from tracker.alerts.actions import EMAIL
from tracker.alerts.channels import Done, IsOurs
from tracker.alerts.ledger import LEASE, claim_due, renew
from tracker.alerts.rules import outcome
from tracker.alerts.schemas import Alert, Came, Tried
from tracker.alerts.settle import Settled, settle
from tracker.db import Database


async def test_what_a_dead_worker_held_is_sent_by_another_when_its_lease_runs_out(
    database: Database, clock: FixedClock
) -> None:
    await owed_to(database, 5)
    dying, alive = Recorder(), Recorder()
    dying.may_go_on.clear()
    dead = asyncio.create_task(sender(database, clock, email=dying).run())
    await dying.begun.wait()
    dead.cancel()
    await asyncio.wait([dead], timeout=0.2)
    clock.move(timedelta(seconds=44))
    assert await sender(database, clock, email=alive).drain() == 0
    clock.move(timedelta(seconds=1))
    assert await sender(database, clock, email=alive).drain() == 5
    dying.may_go_on.set()
    await asyncio.wait([dead])


async def test_a_worker_that_lives_keeps_what_it_holds(database: Database, clock: FixedClock) -> None:
    await owed_to(database, 5)
    slow, other = Recorder(), Recorder()
    slow.may_go_on.clear()
    pace = type(QUICK)(look=QUICK.look, settle=QUICK.settle, renew=timedelta(milliseconds=10))
    work = sender(database, clock, email=slow, pace=pace)
    running = asyncio.create_task(work.run())
    await slow.begun.wait()
    for _ in range(3):
        clock.move(timedelta(seconds=44))
        await until_renewed(database, until=clock() + LEASE)
        assert await sender(database, clock, email=other).drain() == 0
    slow.may_go_on.set()
    await until(lambda: len(slow.sent) == 5)
    work.stop()
    await running
    assert other.sent == []


async def test_a_database_that_is_away_for_a_moment_loses_nothing(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    await owed_to(database, 20)
    channel = Recorder()
    channel.may_go_on.clear()
    work = sender(database, clock, email=channel)
    running = asyncio.create_task(work.run())
    await channel.begun.wait()
    await rename(database, "delivery", "delivery_away")
    channel.may_go_on.set()
    await until(lambda: "cannot write down" in caplog.text)
    await rename(database, "delivery_away", "delivery")
    await until(lambda: work.sent == 20)
    work.stop()
    await running
    assert len(channel.sent) == 20


async def test_what_a_worker_may_have_lost_is_not_begun_with(database: Database, clock: FixedClock) -> None:
    """Its leases run out while it cannot reach the database, in the middle of what its channel was given."""
    await owed_to(database, 10)
    channel, other = Recorder(at_once=1), Recorder()
    channel.may_go_on.clear()
    work = sender(database, clock, email=channel, stopwatch=lambda: (clock() - NOON).total_seconds())
    running = asyncio.create_task(work.run())
    await channel.begun.wait()
    await rename(database, "delivery", "delivery_away")
    clock.move(LEASE)
    channel.may_go_on.set()
    await until(lambda: bool(channel.sent))
    work.stop()
    await rename(database, "delivery_away", "delivery")
    await running
    assert len(channel.tries) == 1
    assert await sender(database, clock, email=other).drain() == 9
    assert set(other.addresses).isdisjoint(channel.addresses)


async def test_a_renewal_that_was_under_way_does_not_take_again_what_was_given_back(
    database: Database, clock: FixedClock
) -> None:
    await owed_to(database, 5)
    async with database.writing() as db:
        claimed = await claim_due(db, EMAIL, worker="ending", now=clock(), limit=5)
    untried = Tried(came=Came.UNTRIED)
    becomes = outcome(untried, channel=EMAIL, attempts=0, now=clock(), chance=0)
    async with database.writing() as db:
        back = [Settled(owed=owed, tried=untried, next=becomes, at=clock()) for owed in claimed[:4]]
        await settle(db, back, worker="ending", now=clock())
    async with database.writing() as db:
        ids = [owed.id for owed in claimed]
        assert await renew(db, ids, worker="ending", now=clock()) == ids[4:]
    assert await sender(database, clock, email=Recorder()).drain() == 4


async def test_what_another_worker_has_by_now_is_not_begun_with(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own clock stood still, as a machine’s that slept: the next renewal says what is not its own any more."""
    await owed_to(database, 10)
    channel, other = Recorder(at_once=1), Recorder()
    channel.may_go_on.clear()
    gated = Gated(database.engine.url.render_as_string(hide_password=False))
    pace = msgspec.structs.replace(QUICK, renew=timedelta(milliseconds=50))
    work = sender(gated, clock, email=channel, pace=pace)
    running = asyncio.create_task(work.run())
    await channel.begun.wait()
    gated.open.clear()
    await until(lambda: gated.waiting > 0)
    clock.move(timedelta(seconds=46))
    taken = await sender(database, clock, email=other).drain()
    gated.passed = 0
    gated.open.set()
    await until(lambda: gated.passed > 0)
    channel.may_go_on.set()
    await until(lambda: work.sent == 1)
    work.stop()
    await running
    await gated.close()
    assert (taken, len(channel.tries)) == (10, 1)
    assert "1 sent by email were written down after their lease had run out" in caplog.text


async def test_nothing_is_claimed_while_it_is_not_known_what_was_written_down(
    database: Database, clock: FixedClock
) -> None:
    """The answer to a commit is lost: what it gave back must not be claimed before it is given back once more."""
    await owed_to(database, 1)
    channel, other = Idle(), Recorder()
    lossy = Lossy(database.engine.url.render_as_string(hide_password=False))
    work = sender(lossy, clock, email=channel)
    running = asyncio.create_task(work.run())
    await channel.asked.wait()
    lossy.loses_answers = True
    channel.may_end.set()
    await until(lambda: channel.calls == 2)
    # What was in doubt is settled by now, so what the worker has claimed anew is its own.
    await asyncio.sleep(1.2)
    taken = await sender(database, clock, email=other).drain()
    work.stop()
    channel.is_over = True
    channel.may_end.set()
    await running
    await lossy.close()
    assert (taken, channel.calls) == (0, 2)


class Idle(Recorder):
    """A channel that holds on to what it is given, and then has not begun with any of it."""

    def __init__(self) -> None:
        super().__init__(at_once=1)
        self.asked, self.may_end = asyncio.Event(), asyncio.Event()
        self.calls, self.is_over = 0, False

    async def send(self, alerts: Sequence[Alert], done: Done, *, is_ours: IsOurs) -> None:
        self.calls += 1
        self.asked.set()
        async with asyncio.timeout(60):
            await self.may_end.wait()
        if not self.is_over:
            self.may_end.clear()


class Gated(Database):
    """A database whose writers wait at a gate."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.open = asyncio.Event()
        self.open.set()
        self.waiting = self.passed = 0

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        self.waiting += not self.open.is_set()
        await self.open.wait()
        async with super().writing() as db:
            yield db
        self.passed += 1


class Lossy(Database):
    """A database whose connection breaks, when told to, just after a commit."""

    loses_answers = False

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        async with super().writing() as db:
            yield db
        if self.loses_answers:
            self.loses_answers = False
            await asyncio.sleep(0.2)  # it takes a while until a silent connection is given up
            raise ConnectionResetError("the answer is lost")


async def until_renewed(database: Database, *, until: datetime) -> None:
    async with asyncio.timeout(60):
        while {row.leased_until for row in await deliveries(database)} != {until}:  # noqa: ASYNC110 - a row has no event
            await asyncio.sleep(0.01)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():  # noqa: ASYNC110 - what is sent has no event
            await asyncio.sleep(0.01)


async def rename(database: Database, old: str, new: str) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")
