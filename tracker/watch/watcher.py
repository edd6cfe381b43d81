"""What watches, in every worker, beside the scheduler and the sender: none of them holds up the others.

Rows are the queue: a worker that dies leaves leases that run out, and whatever it had read and not saved is read again.
"""

import asyncio
import logging
import time

from tracker.clock import Clock, within
from tracker.db import Database
from tracker.errors import TrackerError
from tracker.settings import Settings
from tracker.watch.actions import register
from tracker.watch.asking import WebFetcher
from tracker.watch.claim import due_hosts
from tracker.watch.desk import Desk, Pace, chance
from tracker.watch.making import outbound_of, rules_of
from tracker.watch.poll import AT_ONCE
from tracker.watch.rounds import read_host
from tracker.watch.sources import read_each
from tracker.watch.suggesting import Judge

log = logging.getLogger(__name__)

TRIED_AGAIN = 60.0
"""Seconds until wrong files are looked at again, and servers whose sources this worker does not know."""


class Watcher:
    """Reads what is due until told to stop."""

    def __init__(self, settings: Settings, database: Database, *, clock: Clock, pace: Pace | None = None) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._pace = pace or Pace()
        self._outbound = outbound_of(settings)
        self._stopping = asyncio.Event()
        self._reading: dict[str, asyncio.Task[None]] = {}
        self._left: dict[str, float] = {}
        """Servers with nothing to do for this worker, and until when they are not looked at."""
        self._desk: Desk | None = None
        self._files_again = 0.0

    def stop(self) -> None:
        """Begin nothing more; what is being read is read to its end and saved."""
        self._stopping.set()

    async def run(self) -> None:
        """Look for servers with something due, every two seconds."""
        while not self._stopping.is_set():
            try:
                await self._look()
            except Exception as error:
                # The database may be away: rows are the queue, so nothing is lost by waiting.
                log.warning("cannot look for sources to read: %s", error)
            await within(self._stopping, self._pace.look.total_seconds())
        if self._reading:
            await asyncio.wait(self._reading.values())

    async def close(self) -> None:
        await self._outbound.close()

    async def _look(self) -> None:
        if time.monotonic() >= self._files_again:
            await self._open()
        desk = self._desk
        if desk is None or not desk.specs:
            return
        async with self._database.reading() as db:
            due = await due_hosts(db, now=desk.now, real=desk.real())
        for host in due:
            is_left = self._left.get(host, 0.0) > time.monotonic()
            if host not in self._reading and not is_left and len(self._reading) < AT_ONCE:
                self._reading[host] = asyncio.create_task(self._read(desk, host))

    async def _open(self) -> None:
        """Read the files of sources and rules; what is wrong with them must keep nothing else of a worker back.

        Sources whose files can be read are watched meanwhile, and the others stay as they are.
        """
        self._files_again = time.monotonic() + TRIED_AGAIN
        try:
            specs, wrong = read_each(self._settings.feeds_dir)
            judge = Judge(rules_of(self._settings))
        except TrackerError as error:
            log.error("nothing is watched: %s", error)
            return
        for fault in wrong:
            log.error("a source is not watched: %s", fault)
        async with self._database.writing() as db:
            await register(db, specs, now=self._clock(), whole=not wrong)
        fetcher, pace = WebFetcher(self._outbound), self._pace
        self._desk = Desk(self._database, specs, fetcher, judge, clock=self._clock, pace=pace, chance=chance)
        self._files_again = self._files_again if wrong else float("inf")

    async def _read(self, desk: Desk, host: str) -> None:
        try:
            polled = await read_host(desk, host, self._stopping)
            if polled and polled.is_nothing:
                self._left[host] = time.monotonic() + TRIED_AGAIN
            for line in polled.lines if polled else ():
                log.info("%s: %s", line.key, line.said)
        except Exception as error:
            log.warning("what is due of %s could not be read: %s", host, error)
        finally:
            del self._reading[host]
