"""What every reading of sources works with, and what a poll did."""

import asyncio
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.clock import Clock, utc_now
from tracker.db import Database
from tracker.watch.asking import Fetcher, host_of
from tracker.watch.claim import LEASE, RENEW, Leases
from tracker.watch.kinds import KINDS
from tracker.watch.manners import space_between
from tracker.watch.presence import own_name
from tracker.watch.schemas import Spec
from tracker.watch.server import Gates
from tracker.watch.suggesting import Judge
from tracker.watch.thinking import Kinds, When

log = logging.getLogger(__name__)

MOST_HELD = 64_000_000
"""Bytes."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How often things are looked at; shorter in tests."""

    look: timedelta = timedelta(seconds=2)
    """Between two looks for servers with something due."""
    lease: timedelta = LEASE
    renew: timedelta = RENEW
    save: timedelta = timedelta(seconds=1)
    """The longest that what was read waits to be saved together with more."""


Chance = Callable[[], float]


def chance() -> float:
    """From 0 to 1: spreads sources, guards nothing."""
    return random.random()  # noqa: S311


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A source of which there is something to say after a poll."""

    key: str
    said: str


class Polled(msgspec.Struct, kw_only=True):
    """What a poll did."""

    read: int = 0
    """Sources that were read whole, with anything new or not."""
    unchanged: int = 0
    failed: int = 0
    put: int = 0
    """Sources left for later without having been tried."""
    new: int = 0
    """Versions of items that were not on record."""
    notes: int = 0
    """Change notes asked for."""
    lines: list[Line] = msgspec.field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Whether nothing was asked for, as where what is due is named in other files than ours."""
        return not (self.read or self.failed or self.put or self.notes)

    def __str__(self) -> str:
        parts = (
            f"{self.read:,} read, {self.unchanged:,} of them unchanged",
            f"{self.failed:,} could not be read",
            f"{self.new:,} new",
            f"{self.notes:,} change notes asked for" if self.notes else "",
            f"{self.put:,} left for later" if self.put else "",
        )
        return "; ".join(filter(None, parts))

    def add(self, other: "Polled") -> None:
        for name in ("read", "unchanged", "failed", "put", "new", "notes"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.lines += other.lines


class Desk:
    """What is watched, and with what."""

    def __init__(
        self,
        database: Database,
        specs: Iterable[Spec],
        fetcher: Fetcher,
        judge: Judge,
        *,
        clock: Clock,
        real: Clock = utc_now,
        kinds: Kinds = KINDS,
        pace: Pace | None = None,
        chance: Chance | None = None,
        gates: Gates | None = None,
    ) -> None:
        self.database = database
        self.specs: Mapping[str, Spec] = {spec.key: spec for spec in specs}
        self.fetcher = fetcher
        self.judge = judge
        self.clock = clock
        self.real = real
        self.kinds = kinds
        self.pace = pace or Pace()
        self.chance = chance
        self.leases = Leases(own_name(), lease=self.pace.lease)
        self.gates = gates or Gates(spaces_of(self.specs.values()))
        self.room = Room()
        self._held: Counter[str] = Counter()
        self._turn = asyncio.Lock()

    @property
    def now(self) -> datetime:
        """The moment as of which sources are read."""
        return self.clock()

    @property
    def when(self) -> When:
        return When(now=self.clock(), chance=self.chance() if self.chance else None)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One writer at a time on SQLite, which would only have them wait for each other in steps of its own."""
        if not self.database.is_sqlite:
            async with self.database.writing() as db:
                yield db
            return
        async with self._turn, self.database.writing() as db:
            yield db

    @asynccontextmanager
    async def holding(self, host: str) -> AsyncIterator[None]:
        """What is done under a lease of this worker; the last of it lets others have the server again."""
        self._held[host] += 1
        try:
            yield
        finally:
            self._held[host] -= 1
            if not self._held[host]:
                await self._release(host)

    async def _release(self, host: str) -> None:
        try:
            async with self.writing() as db:
                await self.leases.release(db, host)
        except (SQLAlchemyError, OSError) as error:
            # It runs out by itself.
            log.warning("cannot give back the lease of %s: %s", host, error)


class Room:
    """How much of what servers answered is held at once, from all of them together."""

    def __init__(self, most: int = MOST_HELD) -> None:
        self._most = most
        self._held = 0
        self._changed = asyncio.Condition()

    async def take(self, size: int) -> None:
        """Wait until there is room; what is larger than all of it is let in alone."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._held == 0 or self._held + size <= self._most)
            self._held += size

    async def give_back(self, size: int) -> None:
        async with self._changed:
            self._held -= size
            self._changed.notify_all()


def spaces_of(specs: Iterable[Spec]) -> dict[str, float]:
    """Seconds between two questions to each server, by the limits that sources name."""
    by_host: dict[str, list[Spec]] = {}
    for spec in specs:
        for host in {host_of(spec.url), *([host_of(spec.base)] if spec.base else [])}:
            by_host.setdefault(host, []).append(spec)
    return {host: space_between(of, crawl_delay=None) for host, of in by_host.items()}
