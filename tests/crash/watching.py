"""Kills what reads sources, at random moments, and proves that every event of a month is sighted exactly once."""

import asyncio
import contextlib
import multiprocessing
import random
import shutil
import tempfile
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import msgspec

from tests.conftest import Engines
from tests.crash.counting import Lost
from tests.watch.playing import play, scripted, sighted
from tracker.db import Database
from tracker.migrate import migrate

KILLS_OF_MONTH = 40
"""So often is one that plays a month killed; then another month begins."""
LONGEST = 0.3
"""Seconds that it reads at most; it comes a few days further in that time."""
PATIENCE = 120.0
MAKING = multiprocessing.get_context("forkserver")
MAKING.set_forkserver_preload(["tests.crash.stage", "tests.crash.watching"])


class Watched(msgspec.Struct):
    """What happened so far."""

    kills: int = 0
    months: int = 0
    events: int = 0

    def __str__(self) -> str:
        return f"{self.kills} kills in {self.months} months of sources: {self.events} events, each sighted once"


def play_month(url: str, folder: Path, begun: Connection) -> None:
    """A process that reads a month from where the database stands, and says when it begins to."""

    async def playing() -> None:
        database = Database(url)
        try:
            await play(database, folder, begun=lambda: begun.send_bytes(b"begun"))
        finally:
            await database.close()

    asyncio.run(playing())


async def kill_watchers(engine: str, kills: int, *, seed: int) -> Watched:
    """So many kills; raises Lost when an event was not sighted, or twice."""
    folder, chance, done = Path(tempfile.mkdtemp(prefix="tracker-crash-")), random.Random(seed), Watched()
    engines = Engines(folder)
    try:
        while done.kills < kills:
            left = min(kills - done.kills, KILLS_OF_MONTH)
            await _month(await engines.empty(engine), folder, chance, done, kills=left)
    finally:
        await engines.drop()
        shutil.rmtree(folder, ignore_errors=True)
    return done


async def _month(url: str, folder: Path, chance: random.Random, done: Watched, *, kills: int) -> None:
    database = Database(url)
    try:
        await migrate(database)
        await asyncio.to_thread(_play_and_kill, url, folder, chance, done, kills)
        found, wanted = await sighted(database), scripted()
    finally:
        await database.close()
    if found != wanted:
        lost, more = sorted(map(str, (wanted - found).elements())), sorted(map(str, (found - wanted).elements()))
        raise Lost(f"of a month of sources these events were not sighted: {lost}; these too often: {more}")
    done.months += 1
    done.events += found.total()


def _play_and_kill(url: str, folder: Path, chance: random.Random, done: Watched, kills: int) -> None:
    """Play a month to its end, killed so many times on the way unless it ends earlier."""
    for _ in range(kills):
        playing = _begin(url, folder)
        playing.join(chance.uniform(0, LONGEST))
        if playing.exitcode is not None:
            break
        playing.kill()
        playing.join()
        done.kills += 1
    last = _begin(url, folder)
    last.join(PATIENCE)
    if last.exitcode != 0:
        last.kill()
        raise Lost(f"a month of sources was not read to its end: {last.exitcode}")


def _begin(url: str, folder: Path) -> ForkServerProcess:
    """A process that has just begun to read."""
    begun, begins = MAKING.Pipe(duplex=False)
    playing = MAKING.Process(target=play_month, args=(url, folder / "feeds", begins))
    playing.start()
    begins.close()
    with begun:
        if not begun.poll(PATIENCE):
            playing.kill()
            raise Lost("what reads sources did not begin")
        # Its end when it died before.
        with contextlib.suppress(EOFError):
            begun.recv_bytes()
    return playing
