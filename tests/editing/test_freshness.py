"""What silence means: said on every page and in every message from how far the sources were read, and only whole."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import NOON, FixedClock
from tests.editing.sightings import DAY, HOUR, sighting, source, trouble
from tracker.db import Database
from tracker.editing.queries import beside, beside_version
from tracker.editing.silence import silence_line
from tracker.strategies.silence import Waiting, Watched, silence
from tracker.web.front import Front

TODAY = date(2026, 11, 22)
REVIEWED = date(2026, 11, 12)
TWO = datetime(2026, 11, 22, 14, tzinfo=UTC)


def line(**given: Any) -> str:
    return silence(REVIEWED, Waiting(), Watched(**given), today=TODAY)


REST = "Nothing is waiting for an editor. Record last reviewed by a person on 12 November 2026."
NO_PROOF = "silence here does not mean that nothing has changed."


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sources": 14, "until": TWO}, "All 14 sources were read until 2pm on 22 November 2026."),
        ({"sources": 1, "until": TWO}, "The one source was read until 2pm on 22 November 2026."),
        (
            {"sources": 3, "until": datetime(2026, 7, 1, 11, tzinfo=UTC)},
            "All 3 sources were read until midday on 1 July 2026.",
        ),
        (
            {"sources": 3, "until": datetime(2026, 6, 30, 23, tzinfo=UTC)},
            "All 3 sources were read until the start of 1 July 2026.",
        ),
        (
            {"sources": 14, "until": TWO, "broken": ("Law Commission",)},
            "13 of 14 sources were read until 2pm on 22 November 2026. Cannot be read: Law Commission. So " + NO_PROOF,
        ),
        (
            {"sources": 9, "until": TWO, "broken": ("A", "B", "C", "D", "E"), "unread": 3},
            "1 of 9 sources was read until 2pm on 22 November 2026. Cannot be read: A; B; C and 2 more. "
            "Not read yet: 3. So " + NO_PROOF,
        ),
        (
            {"sources": 2, "until": TWO, "gaps": 1},
            "2 of 2 sources were read until 2pm on 22 November 2026. Gaps that nobody has looked through yet: 1. So "
            + NO_PROOF,
        ),
        (
            {"sources": 2, "until": TWO, "broken": ("A", "B")},
            "No source could be reached since 2pm on 22 November 2026, so " + NO_PROOF,
        ),
        ({"sources": 2, "broken": ("A",), "unread": 1}, "No source has been read yet, so " + NO_PROOF),
    ],
)
def test_silence_is_claimed_only_whole(given: dict[str, Any], said: str) -> None:
    assert line(**given) == f"{said} {REST}"


def test_before_anything_is_watched_the_line_says_so() -> None:
    told = silence(REVIEWED, Waiting(2, date(2026, 11, 20)), today=TODAY)
    assert told == (
        "Record last reviewed by a person on 12 November 2026. 2 items are waiting for an editor, the oldest for "
        "2 days. No source is watched automatically, so " + NO_PROOF
    )


async def test_the_stand_is_that_of_the_source_read_longest_ago_of_those_that_can_be_read(database: Database) -> None:
    async with database.writing() as db:
        await source(db, "a", read_at=NOON - 2 * HOUR - timedelta(minutes=1))
        await source(db, "b", read_at=NOON)
        await source(db, "c", title="Zebra", broken_since=NOON - DAY, read_at=NOON - 9 * DAY)
        await source(db, "d", title="Anchor", broken_since=NOON - DAY, read_at=None)
        await source(db, "e", read_at=None, tried_at=None)
        await source(db, "f", retired_at=NOON, broken_since=NOON, read_at=None)
        await trouble(db, "a")
        await trouble(db, "a", ended_at=NOON)
        await trouble(db, "f")
        await trouble(db, "c", kind="broken")
    async with database.reading() as db:
        found = (await beside(db, now=NOON)).watched
    assert found == Watched(sources=5, until=NOON - 3 * HOUR, broken=("Anchor", "Zebra"), unread=1, gaps=1)


async def test_what_waits_counts_sightings_that_are_offered_and_not_put_off(database: Database) -> None:
    async with database.writing() as db:
        await source(db)
        await sighting(db, "/a", seen_at=NOON - 2 * DAY)
        await sighting(db, "/b", seen_at=NOON - 9 * DAY, offered=False)
        await sighting(db, "/c", seen_at=NOON - 5 * DAY, later_until=NOON + DAY)
    async with database.reading() as db:
        now = await beside_version(db, now=NOON)
        later = await beside_version(db, now=NOON + DAY)
    assert now[1] == Waiting(1, date(2026, 11, 20))
    assert later[1] == Waiting(2, date(2026, 11, 17))


async def test_pages_say_it_and_are_made_anew_when_the_hour_or_what_is_broken_changes(
    live: Front, database: Database, clock: FixedClock
) -> None:
    async def footer() -> str:
        await live.keeper.look()
        return live.keeper.snapshot.ready["/"].body.decode().partition("<footer")[2]

    assert "No source is watched automatically" in await footer()
    async with database.writing() as db:
        row = await source(db, title="Law Commission news", read_at=NOON)
    assert "The one source was read until midday on 22 November 2026. Nothing is waiting" in await footer()
    before = live.keeper.snapshot
    clock.move(timedelta(minutes=30))
    async with database.writing() as db:
        row.read_at = clock()
        db.add(row)
    await live.keeper.look()
    assert live.keeper.snapshot is before
    async with database.writing() as db:
        row.broken_since = clock()
        db.add(row)
    assert "No source could be reached since midday on 22 November 2026, so silence" in await footer()


async def test_messages_say_what_pages_say(live: Front, database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await source(db, "a", read_at=NOON)
        await source(db, "b", title="Law Commission news", broken_since=NOON)
        await sighting(db, source="a", seen_at=NOON - 3 * DAY)
    await live.keeper.look()
    async with database.reading() as db:
        told = await silence_line(clock)(db)
    assert told.startswith(
        "1 of 2 sources was read until midday on 22 November 2026. Cannot be read: Law Commission news. So silence "
        "here does not mean that nothing has changed. 1 item is waiting for an editor, the oldest for 3 days. Record "
        "last reviewed by a person on "
    )
    assert told in live.keeper.snapshot.ready["/changes"].body.decode()
