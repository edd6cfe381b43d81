"""Watching: a thousand sources beside reader and beside feedparser alone, and pages that stayed the same."""

import io
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser

from tests.bench.peers.feeds import ENTRIES, atom
from tests.bench.rows import Row, middle, spread, table, versus
from tests.bench.servers import TRACKER
from tests.conftest import KINSHIP, FixedClock
from tests.processes import free_port
from tests.watch.pages import unchanged
from tests.watch.test_text import silent_edits
from tracker import paths
from tracker.db import Database
from tracker.migrate import migrate
from tracker.outbound import Outbound
from tracker.strategies.files import read_folder
from tracker.strategies.load import load
from tracker.watch.actions import register
from tracker.watch.asking import WebFetcher
from tracker.watch.desk import Desk
from tracker.watch.matching.rules import read_rules
from tracker.watch.poll import poll_once
from tracker.watch.schemas import Spec
from tracker.watch.sources import read_sources
from tracker.watch.suggesting import Judge

SOURCES, ENTRIES_READ, PAGES = "sources read", "processor time of new entries", "pages that stayed the same"
COUNT = 1_000
NEWS = 20
"""One source in so many has something new."""
READER, FEEDPARSER = "reader", "feedparser alone"
LEAST, MOST = 4.0, 1.3
"""Goals: times as fast as reader, and times the processor time of feedparser alone."""
HOUR = timedelta(hours=1)
FILE = """kind = "feed"
title = "Feed {number}"
publisher = "Nobody"
every = "30m"
url = "{base}/{number}.atom"
"""


async def sources(folder: Path, rounds: int, count: int) -> list[Row]:
    """Seconds for a round through sources of which one in twenty has news, beside reader on the same server."""
    missing = _missing()
    with feeds(count) as base:
        taken: dict[str, list[float]] = {TRACKER: [], READER: []}
        async with watching(folder, base, count) as own:
            first, cpu = await own.poll()
            if first != count * ENTRIES:
                raise AssertionError(f"{first} new entries of {count * ENTRIES}")
            peer = None if missing else _reader(folder, base, count)
            for _ in range(rounds):
                _move(base, count // NEWS)
                started = time.perf_counter()
                new, _ = await own.poll()
                taken[TRACKER].append(time.perf_counter() - started)
                if new != count // NEWS:
                    raise AssertionError(f"{new} new entries of {count // NEWS}")
                if peer:
                    taken[READER].append(_update(peer))
            if peer:
                peer.close()
    rows = _beside_feedparser(cpu, count)
    if missing:
        print(f"left out: {SOURCES} beside reader ({missing})")
        return rows
    found = versus(SOURCES, "s", taken)
    print(f"{SOURCES}: {count:,}, {count // NEWS} with news\n{table(found)}")
    print(f"  {middle(taken)} (rounds: {spread(taken)}; goal {1 / LEAST:g})")
    return [*found, *rows]


def _beside_feedparser(cpu: float, count: int) -> list[Row]:
    """Processor time of reading everything for the first time, against that of parsing the same bytes."""
    bodies = [atom(feed, ENTRIES) for feed in range(count)]
    started = time.process_time()
    for body in bodies:
        feedparser.parse(io.BytesIO(body))
    alone = time.process_time() - started
    rows = versus(ENTRIES_READ, "s", {TRACKER: [cpu], FEEDPARSER: [alone]})
    print(f"{ENTRIES_READ}: {count * ENTRIES:,} (goal {MOST:g})\n{table(rows)}")
    return rows


async def pages(count: int) -> list[Row]:
    """Alarms over pairs of one page, read again with other dates of reading, related links and banners around it."""
    alarms = sum(silent_edits(unchanged(count)).values())
    subject, against = f"{count:,} pairs", "pairs"
    rows = [Row(bench=PAGES, subject=subject, figure=alarms, unit="alarms", against=against, ratio=alarms / count)]
    print(f"{PAGES}\n{table(rows)}")
    return rows


class Watcher:
    """The tracker's own watcher, on a clock that is moved on by hand."""

    def __init__(self, database: Database, specs: Sequence[Spec], outbound: Outbound, clock: FixedClock) -> None:
        self._clock = clock
        rules = read_rules(paths.FEEDS / "rules")
        self._desk = Desk(database, specs, WebFetcher(outbound), Judge(rules), clock=clock)

    async def poll(self) -> tuple[int, float]:
        """Read everything once; how many entries were new, and the processor time it took."""
        self._clock.move(HOUR)
        started = time.process_time()
        polled = await poll_once(self._desk)
        if polled.failed:
            raise AssertionError(f"{polled.failed} sources could not be read")
        return polled.new, time.process_time() - started


@asynccontextmanager
async def watching(folder: Path, base: str, count: int) -> AsyncIterator[Watcher]:
    """A watcher of so many sources, on a database of its own."""
    files = folder / "feeds"
    files.mkdir()
    for number in range(count):
        (files / f"feed-{number}.toml").write_text(FILE.format(number=number, base=base))
    specs, clock = read_sources(files), FixedClock()
    database, outbound = (
        Database(f"sqlite+aiosqlite:///{folder / 'watched.db'}"),
        Outbound(agent="bench", loopback=True),
    )
    await migrate(database)
    async with database.writing() as db:
        await load(db, read_folder(KINSHIP), now=clock())
        await register(db, specs, now=clock())
    try:
        yield Watcher(database, specs, outbound, clock)
    finally:
        await outbound.close()
        await database.close()


@contextmanager
def feeds(count: int) -> Iterator[str]:
    """A server of so many feeds, in a process of its own."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.peers.feeds", str(port), str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            process.stdout.readline()
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _move(base: str, count: int) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{base}/next?count={count}", method="POST")).close()


def _missing() -> str:
    try:
        import reader  # noqa: F401
    except ImportError:
        return "make bench installs reader"
    return ""


def _reader(folder: Path, base: str, count: int) -> Any:  # reader's own type, which may not be installed
    """The peer, which has read everything once."""
    from reader import make_reader

    made = make_reader(str(folder / "reader.sqlite"))
    for number in range(count):
        made.add_feed(f"{base}/{number}.atom")
    _update(made)
    return made


def _update(peer: Any) -> float:
    # One worker: with four it took longer, in the same run, on two cores.
    started = time.perf_counter()
    peer.update_feeds(scheduled=False)
    return time.perf_counter() - started
