"""Watching our own GOV.UK: who asks it, when somebody looks, and recording what it answers."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from tests.watch.fakes import at_desk
from tests.watch.month import DAY, END, HOUR, START, Event
from tests.watch.world import World
from tracker.db import Database
from tracker.watch.asking import Fetcher
from tracker.watch.poll import poll_once
from tracker.watch.rehearse import Recorder
from tracker.watch.schemas import Answer
from tracker.watch.sources import read_sources

BASE = "http://127.0.0.1:9"
"""Where files of sources say that it is: nothing listens there."""
STEP = 8 * HOUR
WRONG_TEXT = START + 7 * DAY + 14 * HOUR

Seen = tuple[str, datetime | None, str | None, bool, bool]
"""Of a sighting or an event: its page, public time, note, whether it is silent, and whether it is a withdrawal."""


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


async def watch(world: World, database: Database, feeds: Path, fetcher: Fetcher | None = None) -> None:
    """Poll the world through its month."""
    desk = await at_desk(database, read_sources(feeds), fetcher or Through(world), world)
    for moment in moments():
        world.now = moment
        await poll_once(desk)
        for _ in range(2):
            # What was doubted is looked at again, and notes that were not there yet are asked for again.
            world.move(timedelta(minutes=12))
            await poll_once(desk)


async def record(world: World, folder: Path, database: Database, feeds: Path) -> None:
    """Keep what the world answers in its month, as tracker poll --record does."""
    await watch(world, database, feeds, Recorder(Through(world), folder, clock=world))


def expected(event: Event) -> Seen:
    return event.url, event.published_at, event.note, event.silent, event.withdrawn
