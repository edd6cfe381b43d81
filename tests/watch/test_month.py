"""A month of our own GOV.UK through the real watcher: every event is one sighting, and nothing else is."""

import json
from datetime import datetime
from pathlib import Path

from sqlmodel import select

from tests.processes import tracker
from tests.watch.looking import BASE, Seen, expected, record, watch
from tests.watch.month import ENDED, RENAMED, START
from tests.watch.world import World
from tracker.db import Database
from tracker.migrate import migrate
from tracker.watch.models import Sighting, Source, Trouble


def same(seen: list[Seen], world: World) -> None:
    """Fail naming what was not sighted, and what was sighted without having happened."""
    due = [expected(event) for event in world.events]
    assert [each for each in due if each not in seen] == []
    assert [each for each in seen if each not in due] == []
    assert len(seen) == len(due)


async def test_every_event_of_a_month_is_sighted_exactly_once(empty_database: Database, tmp_path: Path) -> None:
    world = World(seed=2)
    await watch(world, empty_database, world.write_sources(tmp_path / "feeds", BASE))
    async with empty_database.reading() as db:
        rows = [row for row in (await db.exec(select(Sighting))).all() if not row.baseline]
        sources = {row.key: row for row in (await db.exec(select(Source))).all()}
        troubles = (await db.exec(select(Trouble))).all()
    same([_of_row(row) for row in rows], world)
    broken = {key for key, row in sources.items() if row.broken_since}
    assert broken == {f"finder-{ENDED[0]}", f"organisation-{RENAMED[0]}"}
    # Its one window cannot be paged back; the same was shown by the search.
    assert {row.source for row in troubles if row.kind == "gap"} == {"organisation-department-for-education"}


async def test_a_recording_of_the_month_says_the_same_when_it_is_replayed(tmp_path: Path, data_dir: Path) -> None:
    world = World(seed=3)
    feeds = world.write_sources(tmp_path / "feeds", BASE)
    first = Database(f"sqlite+aiosqlite:///{tmp_path / 'first.db'}")
    try:
        await migrate(first)
        await record(world, tmp_path / "recording", first, feeds)
    finally:
        await first.close()
    place = {"data_dir": data_dir, "feeds_dir": feeds, "watch_loopback": "yes"}
    assert tracker("migrate", **place).returncode == 0
    replayed = tracker("poll", "--replay", str(tmp_path / "recording"), **place)
    assert (replayed.returncode, replayed.stderr) == (0, "")
    lines = map(json.loads, tracker("export", "sightings", **place).stdout.splitlines())
    same([seen for line in lines if (seen := _of_line(line))], world)


def _of_row(row: Sighting) -> Seen:
    is_plain = not row.silent and not row.withdrawn
    return row.url, row.published_at if is_plain else None, row.note if is_plain else None, row.silent, row.withdrawn


def _of_line(line: dict[str, object]) -> Seen | None:
    """What a line of the export says; None for what was there before anybody looked."""
    published = datetime.fromisoformat(str(line["published_at"])) if line["published_at"] else None
    is_plain = not line["silent"] and not line["withdrawn"]
    if is_plain and (published is None or published <= START):
        return None
    note = str(line["change_note"]) if is_plain and line["change_note"] else None
    return str(line["url"]), published if is_plain else None, note, bool(line["silent"]), bool(line["withdrawn"])
