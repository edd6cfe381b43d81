"""Reminders of dates ahead: 30 and 7 days before, each once, for those who chose them."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest_asyncio
from sqlmodel import col, select

from tests.alerts.make import follower
from tests.conftest import Engines, FixedClock
from tracker.alerts.jobs import coming_up
from tracker.alerts.models import Delivery
from tracker.alerts.reminders import due_soon
from tracker.db import Database
from tracker.strategies.files import Folder
from tracker.strategies.models import Publication, PublicationTopic
from tracker.strategies.publications import content_of
from tracker.strategies.queries import records

DAY = timedelta(days=1)


async def test_a_date_is_reminded_of_thirty_and_seven_days_before_and_only_then(
    harbour_database: Database, due: date
) -> None:
    given: dict[int, list[str]] = {}
    clock = FixedClock()
    for left in range(33, -3, -1):
        clock.now = morning(due - left * DAY)
        before = len(await publications(harbour_database))
        await coming_up(harbour_database, clock)
        new = (await publications(harbour_database))[before:]
        if mine := [row.subject for row in new if f":{due}:" in row.key]:
            given[left] = mine
    assert sorted(given) == [7, 30]
    assert "Due in 30 days: " in given[30][0]
    assert "Due in 7 days: " in given[7][0]


async def test_days_that_were_missed_are_made_up_and_say_how_many_are_left(
    harbour_database: Database, due: date
) -> None:
    clock = FixedClock(morning(due - 20 * DAY))
    await coming_up(harbour_database, clock)
    clock.now = morning(due - DAY)
    await coming_up(harbour_database, clock)
    subjects = [row.subject for row in await publications(harbour_database) if f":{due}:" in row.key]
    assert ["Due in 20 days: " in subjects[0], "Due tomorrow: " in subjects[1]] == [True, True]


async def test_only_those_who_chose_reminders_get_them(harbour_database: Database, due: date) -> None:
    async with harbour_database.writing() as db:
        await follower(db, "all@example.org", ["all", "all/harbour-lights"])
        await follower(db, "dates@example.org", ["coming-up/harbour-lights"])
    await coming_up(harbour_database, FixedClock(morning(due - 7 * DAY)))
    async with harbour_database.reading() as db:
        owed = (await db.exec(select(Delivery))).all()
        topics = set((await db.exec(select(PublicationTopic.topic))).all())
    assert {row.destination_id for row in owed} == {2}
    assert topics == {"coming-up/harbour-lights"}


async def test_a_reminder_says_what_was_promised_and_where_it_stands(harbour_database: Database, due: date) -> None:
    await coming_up(harbour_database, FixedClock(morning(due - 7 * DAY)))
    row = next(row for row in await publications(harbour_database) if f":{due}:" in row.key)
    content = content_of(row)
    assert "promised for “" in content.sentences[0]
    assert "this is a reminder" in row.text
    assert content.addresses[0].path.startswith("/announcements/")
    assert (row.first_seq, row.last_seq) == (None, None)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


async def publications(database: Database) -> list[Publication]:
    async with database.reading() as db:
        return list((await db.exec(select(Publication).order_by(col(Publication.id)))).all())


@pytest_asyncio.fixture
async def harbour_database(engines: Engines, engine: str, harbour: Folder) -> AsyncIterator[Database]:
    made = Database(await engines.filled(engine, harbour))
    yield made
    await made.close()


@pytest_asyncio.fixture
async def due(harbour_database: Database) -> date:
    """The first day by which something was promised that is more than a month after the strategy appeared."""
    async with harbour_database.reading() as db:
        record = (await records(db)).strategies[0]
    first = record.strategy.identity.published_on + 40 * DAY
    soon = (each for left in range(3650) for _, each, _ in due_soon(record, today=first + left * DAY))
    return next(each for each in soon if each > first + 33 * DAY)
