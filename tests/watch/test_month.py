"""A month of our own GOV.UK through the real watcher: every event is one sighting, and nothing else is."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import select

from tests.watch.fakes import at_desk
from tests.watch.month import DAY, END, ENDED, HOUR, RENAMED, START, Event
from tests.watch.world import World
from tracker.db import Database
from tracker.watch.models import Sighting, Source, Trouble
from tracker.watch.poll import poll_once
from tracker.watch.schemas import Answer
from tracker.watch.sources import read_sources

BASE = "http://127.0.0.1:9"
STEP = 8 * HOUR
WRONG_TEXT = START + 7 * DAY + 14 * HOUR


class Through:
    """Asks the world without a network."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = 0) -> Answer:
        return self._world.answer(url, headers)


def moments() -> list[datetime]:
    """When somebody looks: every few hours, and where a page is wrong for a moment."""
    usual = [START + n * STEP for n in range(int((END - START) / STEP) + 1)]
    return sorted({*usual, WRONG_TEXT})


def seen_as(row: Sighting) -> tuple[str, datetime | None, str | None, bool, bool]:
    is_plain = not row.silent and not row.withdrawn
    return row.url, row.published_at if is_plain else None, row.note if is_plain else None, row.silent, row.withdrawn


def expected(event: Event) -> tuple[str, datetime | None, str | None, bool, bool]:
    return event.url, event.published_at, event.note, event.silent, event.withdrawn


async def test_every_event_of_a_month_is_sighted_exactly_once(empty_database: Database, tmp_path: Path) -> None:
    world = World(seed=2)
    specs = read_sources(world.write_sources(tmp_path / "feeds", BASE))
    desk = await at_desk(empty_database, specs, Through(world), world)
    for moment in moments():
        world.now = moment
        await poll_once(desk)
        for _ in range(2):
            # What was doubted is looked at again, and notes that were not there yet are asked for again.
            world.move(timedelta(minutes=12))
            await poll_once(desk)
    async with empty_database.reading() as db:
        rows = [row for row in (await db.exec(select(Sighting))).all() if not row.baseline]
        sources = {row.key: row for row in (await db.exec(select(Source))).all()}
        troubles = (await db.exec(select(Trouble))).all()
    seen, due = sorted(map(seen_as, rows), key=str), sorted(map(expected, world.events), key=str)
    assert [each for each in due if each not in seen] == []
    assert [each for each in seen if each not in due] == []
    assert len(seen) == len(due) == len(world.events)
    assert {key for key, row in sources.items() if row.broken_since} == {
        f"finder-{ENDED[0]}",
        f"organisation-{RENAMED[0]}",
    }
    assert {row.source for row in troubles if row.kind == "gap"} == {"organisation-department-for-education"}
