"""Locks: transactions over the same rows wait for each other, and none of them fails."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlmodel import col, select

from tests.alerts.make import follower, published
from tests.conftest import ENGINES, NOON, Engines
from tracker.alerts import actions, standing
from tracker.alerts.ledger import claim_due, renew
from tracker.alerts.models import Attempt, Delivery, Destination
from tracker.alerts.rules import Next, outcome
from tracker.alerts.schemas import SENT, Came, Owed, Tried
from tracker.alerts.settle import Settled, settle
from tracker.alerts.trouble import watch
from tracker.db import Database
from tracker.strategies.files import Folder

WORKER = "a worker"
GONE = Tried(came=Came.GONE, error="410", status=410)
BUSY = Tried(came=Came.AGAIN, error="503", status=503, wait=timedelta(hours=1))


@pytest_asyncio.fixture
async def rows(engines: Engines, kinship: Folder) -> AsyncIterator[Database]:
    """A PostgreSQL database for one test. SQLite has one writer: nobody there waits with something in hand."""
    if "postgresql" not in ENGINES:
        pytest.skip("only PostgreSQL locks rows")
    made = Database(await engines.filled("postgresql", kinship))
    yield made
    await made.close()


async def claimed(database: Database, *addresses: str, subjects: int = 1) -> list[Owed]:
    """What a worker holds, in the order of its ids; each address is owed so many publications."""
    async with database.writing() as db:
        for address in addresses:
            await follower(db, address)
        for number in range(subjects):
            await actions.owe(db, await published(db, subject=str(number)), now=NOON)
        channel = "webhook" if addresses[0].startswith("http") else "email"
        owed = await claim_due(db, channel, worker=WORKER, now=NOON, limit=100)
    return sorted(owed, key=lambda item: item.id)


def came(owed: Owed, tried: Tried = SENT) -> Settled:
    becomes: Next = outcome(tried, channel=owed.channel, attempts=0, now=NOON, chance=0.0)
    return Settled(owed=owed, tried=tried, next=becomes, at=NOON)


async def settling(database: Database, *done: Settled) -> None:
    async with database.writing() as db:
        await settle(db, done, worker=WORKER, now=NOON)


async def renewing(database: Database, owed: list[Owed]) -> list[int]:
    async with database.writing() as db:
        return await renew(db, [item.id for item in owed], worker=WORKER, now=NOON)


async def begun(database: Database, work: Coroutine[Any, Any, Any], *, waiting: int) -> "asyncio.Task[Any]":
    """Work that has begun and waits for a lock, as so many then do."""
    task = asyncio.create_task(work)
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    async with asyncio.timeout(60):
        while True:
            async with database.reading() as db:
                if await (await db.connection()).scalar(waits) >= waiting:
                    return task
            assert not task.done(), "it waits for nobody"
            await asyncio.sleep(0.01)


async def test_a_renewal_and_a_settlement_of_the_same_rows_wait_for_each_other(rows: Database) -> None:
    first, second, third = await claimed(rows, "a@example.org", "b@example.org", "c@example.org")
    async with rows.writing() as db:
        # Somebody else has the second: a renewal has the first by then, and wants the third.
        await db.exec(select(Delivery.id).where(col(Delivery.id) == second.id).with_for_update())
        renewal = await begun(rows, renewing(rows, [first, second, third]), waiting=1)
        settlement = await begun(rows, settling(rows, came(third), came(first, Tried(came=Came.UNTRIED))), waiting=2)
    assert await renewal == [first.id, second.id, third.id]
    await settlement


@pytest.mark.parametrize("tried", [GONE, BUSY], ids=["gone", "busy"])
async def test_a_settlement_waits_for_whoever_stops_its_endpoint_meanwhile(rows: Database, tried: Tried) -> None:
    first, second = await claimed(rows, "https://hooks.example.org/1", subjects=2)
    async with rows.writing() as db:
        await standing.lock(db, first.destination_id)
        settlement = await begun(rows, settling(rows, came(first, tried), came(second)), waiting=1)
        await actions.stop(db, first.destination_id, because="asked", now=NOON)
    await settlement
    async with rows.reading() as db:
        found = (await db.exec(select(Delivery).order_by(col(Delivery.id)))).all()
    assert [row.sent_at for row in found] == [None, NOON]


async def test_two_settlements_over_the_same_endpoints_wait_for_each_other(rows: Database) -> None:
    """Each has what the other one's endpoint is owed."""
    one, other = "https://hooks.example.org/1", "https://hooks.example.org/2"
    owed = await claimed(rows, one, other, subjects=2)
    of_one, of_other = ([item for item in owed if item.address == address] for address in (one, other))
    async with rows.writing() as db:
        await standing.lock(db, of_one[0].destination_id)
        first = await begun(rows, settling(rows, came(of_other[0], GONE), came(of_one[0], GONE)), waiting=1)
        second = await begun(rows, settling(rows, came(of_one[1], GONE), came(of_other[1], GONE)), waiting=2)
    await asyncio.gather(first, second)
    async with rows.reading() as db:
        assert [row.stopped_because for row in (await db.exec(select(Destination))).all()] == ["gone", "gone"]


async def test_parking_waits_for_a_renewal(rows: Database) -> None:
    one, other = "https://hooks.example.org/1", "https://hooks.example.org/2"
    owed = await claimed(rows, one, other, subjects=2)
    async with rows.writing() as db:
        for row in (await db.exec(select(Destination))).all():
            row.failing_since, row.warned_at = NOON - timedelta(days=9), NOON - timedelta(days=8)

    async def parking() -> tuple[int, int]:
        async with rows.writing() as db:
            return await watch(db, now=NOON)

    async with rows.writing() as db:
        # They are the one's and the other's in turn: parking the one by itself would have the third by then.
        await db.exec(select(Delivery.id).where(col(Delivery.id) == owed[1].id).with_for_update())
        renewal = await begun(rows, renewing(rows, owed[1:3]), waiting=1)
        parked = await begun(rows, parking(), waiting=2)
    assert (len(await renewal), await parked) == (2, (0, 2))


async def test_an_endpoint_that_is_removed_while_it_is_called_fails_no_settlement(database: Database) -> None:
    gone, kept = await claimed(database, "https://hooks.example.org/1", "https://hooks.example.org/2")
    async with database.writing() as db:
        await standing.forget(db, await standing.lock(db, gone.destination_id))
    await settling(database, came(gone), came(kept))
    async with database.reading() as db:
        assert (await db.exec(select(Attempt.delivery_id))).all() == [kept.id]
