"""Overdue notices by the clock: once each, with their true day, missed days made up."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import msgspec

from tests.alerts.make import follower
from tests.conftest import FixedClock
from tests.editing.make import person, rows
from tests.editing.sightings import sighting, source
from tracker.alerts.models import Delivery
from tracker.clock import london_day
from tracker.db import Database
from tracker.editing.queue import deciding
from tracker.jobs import Scheduler
from tracker.strategies.checks import record_problems
from tracker.strategies.facts import BecameOverdue, Change
from tracker.strategies.files import Folder
from tracker.strategies.load import Loaded, load
from tracker.strategies.models import Publication
from tracker.strategies.publications import content_of
from tracker.strategies.queries import changes_of
from tracker.watch.freshness import unread_suggestions
from tracker.watch.models import Suggestion

LAMPS_DUE = date(2025, 6, 30)
"""“By the end of June 2025”, the later of the invented plan's two dates."""


async def loaded(database: Database, harbour: Folder, *, clock: FixedClock) -> Scheduler:
    """The invented strategy as it was known on a day, and a worker beside it."""
    known = tuple(entry for entry in harbour.history if entry.fact.known_on <= london_day(clock()))
    async with database.writing() as db:
        await load(db, msgspec.structs.replace(harbour, history=known), now=clock())
    scheduler = Scheduler(database, clock=clock)
    await scheduler.register()
    return scheduler


async def notices(database: Database, *, after: int = 0) -> list[Change]:
    async with database.reading() as db:
        return [c for c in await changes_of(db) if isinstance(c.fact, BecameOverdue) and c.seq > after]


async def head(database: Database) -> int:
    async with database.reading() as db:
        return len(await changes_of(db))


async def test_a_lapse_is_noted_once_when_its_last_day_has_ended_in_london(
    empty_database: Database, harbour: Folder
) -> None:
    clock = FixedClock(datetime(2025, 6, 30, 22, 59, tzinfo=UTC))
    worker = await loaded(empty_database, harbour, clock=clock)
    before = await head(empty_database)
    await worker.run_due()
    assert await notices(empty_database, after=before) == []
    clock.move(timedelta(minutes=6))
    await worker.run_due()
    clock.move(timedelta(days=1))
    await worker.run_due()
    (notice,) = await notices(empty_database, after=before)
    assert notice.fact.about == ("1/lamps/lit",)
    assert notice.fact.happened_on == "2025-07-01"
    assert isinstance(notice.fact, BecameOverdue)
    assert notice.fact.due == LAMPS_DUE
    assert notice.recorded_at == datetime(2025, 6, 30, 23, 5, tzinfo=UTC)


async def test_days_without_a_worker_are_made_up_with_their_true_days(
    empty_database: Database, harbour: Folder
) -> None:
    clock = FixedClock(datetime(2025, 6, 15, 12, 0, tzinfo=UTC))
    worker = await loaded(empty_database, harbour, clock=clock)
    await worker.run_due()
    clock.move(timedelta(days=300))
    assert "note-lapses" in await worker.run_due()
    made_up = await notices(empty_database)
    assert sorted((notice.fact.about, notice.fact.happened_on) for notice in made_up) == [
        (("1/lamps/lit",), "2025-07-01"),
        (("1/wardens/appointed",), "2026-03-01"),
        (("2/signals/switched-on",), "2025-11-01"),
    ]
    assert {notice.recorded_at for notice in made_up} == {clock()}
    async with empty_database.reading() as db:
        assert await record_problems(db) == []


async def test_running_again_notes_nothing_again(empty_database: Database, harbour: Folder) -> None:
    worker = await loaded(empty_database, harbour, clock=FixedClock())
    said = [await worker.run_now("note-lapses") for _ in range(2)]
    assert said == ["0 overdue notices recorded"] * 2
    assert len(await notices(empty_database)) == 3


async def test_what_became_overdue_goes_out_to_whoever_follows_it_one_message_for_an_announcement_and_day(
    empty_database: Database, harbour: Folder
) -> None:
    clock = FixedClock(datetime(2025, 6, 15, 12, 0, tzinfo=UTC))
    worker = await loaded(empty_database, harbour, clock=clock)
    async with empty_database.writing() as db:
        await follower(db, "all@example.org")
        await follower(db, "overdue@example.org", ["kind/harbour-lights/overdue"])
        await follower(db, "facts@example.org", ["kind/harbour-lights/facts"])
    assert await rows(empty_database, Publication) == []
    clock.move(timedelta(days=300))
    await worker.run_due()
    published = await rows(empty_database, Publication)
    assert [row.subject.rsplit(" → ", 1)[1] for row in published] == [
        "overdue (285 days)",
        "overdue (162 days)",
        "overdue (42 days)",
    ]
    owed = Counter(row.destination_id for row in await rows(empty_database, Delivery))
    assert owed == {1: 3, 2: 3}
    assert all(content_of(row).overdue_first for row in published)


async def test_notices_of_the_load_tell_nobody(empty_database: Database, harbour: Folder) -> None:
    async with empty_database.writing() as db:
        await follower(db, "all@example.org")
    await loaded(empty_database, harbour, clock=FixedClock())
    assert len(await notices(empty_database)) == 3
    assert await rows(empty_database, Publication) == []


async def suggest(database: Database, number: int, clock: FixedClock) -> int:
    """Something unread that may show that a promise of the invented plan was kept."""
    async with database.writing() as db:
        await source(db)
        row = await sighting(db, f"/{number}", suggested={}, seen_at=clock())
        db.add(Suggestion(sighting_id=row.id, strategy="harbour-lights", announcement=number, score=0.9, reasons="[]"))
    return row.id or 0


async def test_a_notice_waits_while_something_suggested_for_its_announcement_is_unread(
    empty_database: Database, harbour: Folder
) -> None:
    clock = FixedClock(datetime(2025, 6, 30, 12, 0, tzinfo=UTC))
    worker = await loaded(empty_database, harbour, clock=clock)
    before = await head(empty_database)
    sighting_id = await suggest(empty_database, 1, clock)
    clock.move(timedelta(days=1))
    assert await worker.run_now("note-lapses") == "0 overdue notices recorded"
    async with empty_database.writing() as db:
        unread = await unread_suggestions(db, now=clock())
        assert await record_problems(db, today=london_day(clock()), unread=unread) == []
        (missing,) = await record_problems(db, today=london_day(clock()))
        assert "is missing" in missing
        by = await person(db, "Alice")
        await deciding.refuse(db, sighting_id, reason="other-nation", seen=None, by=by, now=clock())
    assert await worker.run_now("note-lapses") == "1 overdue notice recorded"
    (notice,) = await notices(empty_database, after=before)
    assert notice.fact.happened_on == "2025-07-01"


async def test_a_notice_waits_a_week_at_the_longest_so_that_nobodys_silence_hides_lateness(
    empty_database: Database, harbour: Folder
) -> None:
    clock = FixedClock(datetime(2025, 6, 30, 12, 0, tzinfo=UTC))
    worker = await loaded(empty_database, harbour, clock=clock)
    await suggest(empty_database, 1, clock)
    clock.move(timedelta(days=7))
    assert await worker.run_now("note-lapses") == "0 overdue notices recorded"
    clock.move(timedelta(days=1))
    assert await worker.run_now("note-lapses") == "1 overdue notice recorded"


async def test_what_is_suggested_for_another_announcement_keeps_no_notice_waiting(
    empty_database: Database, harbour: Folder
) -> None:
    clock = FixedClock(datetime(2025, 6, 30, 12, 0, tzinfo=UTC))
    worker = await loaded(empty_database, harbour, clock=clock)
    await suggest(empty_database, 2, clock)
    clock.move(timedelta(days=1))
    assert await worker.run_now("note-lapses") == "1 overdue notice recorded"


async def test_loading_again_leaves_what_lapsed_just_now_to_be_told(empty_database: Database, harbour: Folder) -> None:
    clock = FixedClock(datetime(2025, 6, 30, 12, 0, tzinfo=UTC))
    worker = await loaded(empty_database, harbour, clock=clock)
    async with empty_database.writing() as db:
        await follower(db, "all@example.org")
    clock.move(timedelta(days=1))
    assert (await loaded_again(empty_database, harbour, clock)).notices == 0
    assert await worker.run_now("note-lapses") == "1 overdue notice recorded"
    assert len(await rows(empty_database, Delivery)) == 1


async def loaded_again(database: Database, harbour: Folder, clock: FixedClock) -> Loaded:
    known = tuple(entry for entry in harbour.history if entry.fact.known_on <= london_day(clock()))
    async with database.writing() as db:
        return await load(db, msgspec.structs.replace(harbour, history=known), now=clock())
