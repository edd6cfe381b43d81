"""A scripted month, played through the watcher, and what must have come of it."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from tests.watch.fakes import QUICK, RULES, no_rest
from tests.watch.month import END, START
from tests.watch.world import World
from tracker.db import Database
from tracker.watch.actions import register
from tracker.watch.desk import Desk
from tracker.watch.models import Sighting
from tracker.watch.poll import poll_once
from tracker.watch.schemas import Answer
from tracker.watch.server import Gates
from tracker.watch.sources import read_sources
from tracker.watch.standing import last_tried
from tracker.watch.suggesting import Judge
from tracker.watch.versions import WITHDRAWN

STEP = timedelta(hours=6)
Event = tuple[str, datetime | None, str | None, bool, bool]
"""Address, public time, note, silent, withdrawn; of a withdrawal only the address tells."""


class InTheWorld:
    """Asks our own GOV.UK without a network."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = 0) -> Answer:
        return self._world.answer(url, headers)


async def play(database: Database, folder: Path, *, begun: Callable[[], None] = lambda: None) -> None:
    """Read everything that is due from where the database stands to the end of the month."""
    world = World()
    specs = read_sources(world.write_sources(folder, "https://www.gov.uk"))
    async with database.writing() as db:
        world.now = await last_tried(db) or START
        await register(db, specs, now=world())
    gates = Gates({}, rest=no_rest)
    desk = Desk(database, specs, InTheWorld(world), Judge(RULES), clock=world, pace=QUICK, gates=gates)
    begun()
    while world.now < END:
        await poll_once(desk)
        world.move(STEP)


async def sighted(database: Database) -> Counter[Event]:
    """What was sighted after the first reading."""
    async with database.reading() as db:
        rows = (await db.exec(select(Sighting).where(col(Sighting.seen_at) > START))).all()
    return Counter(
        (row.url, None, None, False, True)
        if row.version.startswith(WITHDRAWN)
        else (row.url, row.published_at, row.note, row.silent, False)
        for row in rows
    )


def scripted() -> Counter[Event]:
    """What must be sighted: every event of the month, exactly once."""
    events = World().events
    return Counter((each.url, each.published_at, each.note, each.silent, each.withdrawn) for each in events)
