"""What is erased, removed or changed while a message is on its way: it holds up nothing else."""

import asyncio

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from tests.alerts.fakes import Recorder, sender
from tests.alerts.mailbox import Mailbox
from tests.alerts.make import SLUG, follower, published
from tests.browsers import SECRETS, Browser
from tests.conftest import NOON, FixedClock
from tracker.alerts import actions, standing
from tracker.alerts.models import Attempt, Delivery, Destination, Subscription
from tracker.alerts.schemas import Came, Tried
from tracker.db import Database

HOOKS = ("https://hooks.example.org/a", "https://hooks.example.org/b")


async def owe(database: Database, *addresses: str) -> list[Destination]:
    """One publication, owed to these."""
    async with database.writing() as db:
        rows = [await follower(db, address) for address in addresses]
        await actions.owe(db, await published(db), now=NOON)
    return rows


async def remove(database: Database, row: Destination) -> None:
    async with database.writing() as db:
        await standing.forget(db, await standing.lock(db, row.id or 0))


async def somebody_waits(database: Database) -> None:
    """Until a transaction on PostgreSQL waits for another one."""
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with database.reading() as db, asyncio.timeout(60):
        connection = await db.connection()
        while not (await connection.execute(waits)).scalar():  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0.01)


async def in_time(sending: asyncio.Task[int]) -> None:
    done, _ = await asyncio.wait([sending], timeout=60)
    assert done, "nothing is written down any more"
    await sending


async def states(database: Database) -> list[bool]:
    """Of everything that is owed, whether it was sent."""
    async with database.reading() as db:
        return [row.sent_at is not None for row in (await db.exec(select(Delivery).order_by(col(Delivery.id)))).all()]


@pytest.mark.parametrize("came", [Came.SENT, Came.AGAIN, Came.GONE])
async def test_a_webhook_that_is_removed_while_it_is_called_keeps_no_other_from_being_settled(
    database: Database, clock: FixedClock, came: Came
) -> None:
    gone, stays = await owe(database, *HOOKS)
    channel = Recorder(at_once=2, batch=1)
    channel.answers[HOOKS[0]] = Tried(came=came, error="500", status=500)
    channel.may_go_on.clear()
    sending = asyncio.create_task(sender(database, clock, webhook=channel).drain())
    await channel.begun.wait()
    await remove(database, gone)
    channel.may_go_on.set()
    await in_time(sending)
    assert await states(database) == [True]
    async with database.reading() as db:
        assert len((await db.exec(select(Attempt))).all()) == 1
        assert (await db.get_one(Destination, stays.id)).failing_since is None


@pytest.mark.parametrize("address", [HOOKS[0], "a@example.org"])
async def test_who_erases_and_who_settles_never_wait_for_each_other(
    database: Database, clock: FixedClock, address: str, caplog: pytest.LogCaptureFixture
) -> None:
    (row,) = await owe(database, address)
    gone = Tried(came=Came.GONE, error="410 Gone", status=410)
    channel = Recorder()
    channel.answers[address] = gone
    async with database.writing() as db:
        held = await standing.lock(db, row.id or 0)
        kind = "webhook" if address in HOOKS else "email"
        if database.is_sqlite:  # one writer at a time: nothing can be claimed meanwhile
            await standing.forget(db, held)
            return
        sending = asyncio.create_task(sender(database, clock, **{kind: channel}).drain())
        await channel.begun.wait()
        await somebody_waits(database)
        await standing.forget(db, held)
    await in_time(sending)
    assert await states(database) == []
    assert "cannot write down" not in caplog.text


@pytest.mark.parametrize("kind", ["email", "webhook"])
async def test_what_is_owed_to_nobody_any_more_keeps_no_other_waiting(
    database: Database, clock: FixedClock, kind: str
) -> None:
    """As when a webhook is removed while what it is owed is being written, which PostgreSQL lets happen at once."""
    addresses = HOOKS if kind == "webhook" else ("a@example.org", "b@example.org")
    gone, _ = await owe(database, *addresses)
    async with database.writing() as db:
        (delivery,) = (await db.exec(select(Delivery).where(Delivery.destination_id == gone.id))).all()
        copy = delivery.model_copy(update={"id": None})
        await standing.forget(db, await standing.lock(db, gone.id or 0))
        db.add(Delivery(**copy.model_dump()))
    channel = Recorder()
    await in_time(asyncio.create_task(sender(database, clock, **{kind: channel}).drain()))
    assert channel.addresses == [addresses[1]]
    assert sorted(await states(database)) == [False, True]


@pytest.mark.parametrize("by", ["link", "code", "refusing"])
async def test_who_erases_and_who_confirms_never_wait_for_each_other(
    browser: Browser, database: Database, mailbox: Mailbox, by: str
) -> None:
    if database.is_sqlite:
        pytest.skip("one writer at a time")
    answer = await browser.send("/subscribe", topic=f"announcement/{SLUG}/14", often="daily", address="a@example.org")
    mail = await mailbox.newest("a@example.org")
    path = {"link": mail.confirm, "code": answer.headers["location"], "refusing": f"{mail.confirm}/refuse"}[by]
    async with database.writing() as db:
        row = (await db.exec(select(Destination))).one()
        held = await standing.lock(db, row.id or 0)
        confirming = asyncio.create_task(browser.send(path, code=mail.code))
        await somebody_waits(database)
        await standing.erase(db, held, because="erased", secrets=SECRETS, now=NOON)
    assert (await confirming).status_code == 404
    async with database.reading() as db:
        assert (await db.exec(select(Subscription))).all() == []
