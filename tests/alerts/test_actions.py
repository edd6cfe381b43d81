"""What is owed: to whom, once, and what stops it."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from tests.alerts.make import SLUG, follower, published
from tests.conftest import NOON
from tracker.alerts import actions
from tracker.alerts.models import Delivery, Destination
from tracker.db import Database

HOUR = timedelta(hours=1)
TO_13, TO_14 = f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"


async def owed(database: Database) -> list[Delivery]:
    async with database.reading() as db:
        return list((await db.exec(select(Delivery).order_by(col(Delivery.id)))).all())


async def owe_one(database: Database) -> int:
    async with database.writing() as db:
        return await actions.owe(db, await published(db), now=NOON)


async def test_whoever_follows_13_and_14_and_all_is_told_of_a_change_to_both_once(database: Database) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", ["all", TO_13, TO_14])
        await follower(db, "bob@example.org", [f"announcement/{SLUG}/2"])
    assert await owe_one(database) == 1
    (row,) = await owed(database)
    assert (row.about, row.message, row.channel, row.bulk, row.due_at) == (
        "publication:1", "publication", "email", True, NOON,
    )  # fmt: skip


async def test_owing_a_publication_twice_is_once(database: Database) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org")
        publication = await published(db)
        assert [await actions.owe(db, publication, now=NOON) for _ in range(2)] == [1, 0]
    assert len(await owed(database)) == 1


@pytest.mark.parametrize(
    ("given", "count"),
    [
        pytest.param({}, 1, id="somebody who confirmed and wants all at once"),
        pytest.param({"confirmed_at": None}, 0, id="an address whose owner has not confirmed"),
        pytest.param({"stopped_at": NOON}, 0, id="an address that was stopped"),
        pytest.param({"paused_at": NOON}, 0, id="an address that is paused"),
        pytest.param({"address": None}, 0, id="an address that was erased"),
        pytest.param({"cadence": "weekly"}, 0, id="somebody who waits for a digest"),
        pytest.param({"after": 1}, 0, id="somebody who confirmed after it was published"),
    ],
)
async def test_who_is_owed_a_publication(database: Database, given: dict[str, object], count: int) -> None:
    async with database.writing() as db:
        row = await follower(db, "ann@example.org", **{key: given[key] for key in given if key != "address"})
        if "address" in given:
            row.address = None
    assert await owe_one(database) == count


async def test_an_endpoint_is_told_at_once_whatever_its_cadence_says(database: Database) -> None:
    async with database.writing() as db:
        await follower(db, "https://hooks.example.org/1", cadence="daily")
    assert await owe_one(database) == 1


async def test_what_a_parked_endpoint_is_owed_waits_until_it_is_taken_up_again(database: Database) -> None:
    async with database.writing() as db:
        row = await follower(db, "https://hooks.example.org/1")
        await actions.owe(db, await published(db, subject="Before"), now=NOON)
        await actions.park(db, row.id or 0, now=NOON)
        await actions.owe(db, await published(db, subject="While it is parked"), now=NOON)
    assert [delivery.due_at for delivery in await owed(database)] == [None, None]
    async with database.writing() as db:
        await actions.unpark(db, row.id or 0, now=NOON + HOUR)
    assert [delivery.due_at for delivery in await owed(database)] == [NOON + HOUR] * 2


async def test_what_an_endpoint_asked_to_wait_for_waits(database: Database) -> None:
    async with database.writing() as db:
        await follower(db, "https://hooks.example.org/1", not_before=NOON + HOUR)
    await owe_one(database)
    assert (await owed(database))[0].due_at == NOON + HOUR


async def test_stopping_drops_the_news_that_is_owed_and_keeps_what_was_asked_for(database: Database) -> None:
    async with database.writing() as db:
        row = await follower(db, "ann@example.org")
        await actions.owe(db, await published(db), now=NOON)
        await actions.owe_mail(db, about="sign-in:1", message="sign-in", destination=row, now=NOON)
        await actions.stop(db, row.id or 0, because="asked", now=NOON)
        await actions.stop(db, row.id or 0, because="bounced", now=NOON + HOUR)
    news, asked_for = await owed(database)
    assert (news.failed_at, news.last_error) == (NOON, "stopped: asked")
    assert asked_for.failed_at is None
    async with database.reading() as db:
        stopped = (await db.exec(select(Destination))).one()
    assert (stopped.stopped_at, stopped.stopped_because) == (NOON, "asked")


async def test_a_mail_that_is_asked_for_twice_is_owed_once(database: Database) -> None:
    async with database.writing() as db:
        row = await actions.email_destination(db, "Ann@Example.org ", now=NOON)
        assert row.address == "ann@example.org"
        first, second = [
            await actions.owe_mail(db, about="confirm:1", message="confirm", destination=row, now=NOON)
            for _ in range(2)
        ]
    assert (first is not None, second) == (True, None)
    assert not (await owed(database))[0].bulk


async def test_an_address_has_one_destination_however_it_is_typed(database: Database) -> None:
    async with database.writing() as db:
        rows = [await actions.email_destination(db, text, now=NOON) for text in ("a@example.org", " A@EXAMPLE.org")]
    assert rows[0].id == rows[1].id


async def test_a_replay_owes_everything_after_the_cursor_again_and_nothing_before(database: Database) -> None:
    async with database.writing() as db:
        early = await published(db, subject="Before it followed anything")
        row = await follower(db, "https://hooks.example.org/1", [TO_14], after=early.id or 0)
        for subject in ("One", "Two", "Three"):
            await actions.owe(db, await published(db, [TO_14], subject=subject), now=NOON)
        await actions.owe(db, await published(db, [TO_13], subject="Not followed"), now=NOON)
    before = await owed(database)
    async with database.writing() as db:
        for delivery in (await db.exec(select(Delivery))).all():
            delivery.sent_at = NOON
    async with database.writing() as db:
        assert await actions.replay(db, row.id or 0, after=2, now=NOON + HOUR) == 2
    rows = await owed(database)
    assert [(delivery.id, delivery.sent_at) for delivery in rows] == [
        (before[0].id, NOON), (before[1].id, None), (before[2].id, None),
    ]  # fmt: skip
    async with database.writing() as db:
        assert await actions.replay(db, row.id or 0, after=0, now=NOON + HOUR) == 4
    assert sorted(delivery.about for delivery in await owed(database)) == [f"publication:{n}" for n in (1, 2, 3, 4)]
