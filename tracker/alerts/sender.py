"""What sends, in every worker, beside the scheduler: neither holds up the other.

Rows are the queue: a wake-up only saves the second until the next look, and whatever a worker held when it died is
taken over when its lease runs out.
"""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.channels import Channel
from tracker.alerts.compose import Composer
from tracker.alerts.lane import Desk, Lane, Pace
from tracker.clock import Clock
from tracker.db import Database


class Sender:
    """A lane for each channel: a mail server that is slow does not hold up an endpoint, nor the other way round."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        composer: Composer,
        *,
        clock: Clock,
        stopwatch: Callable[[], float] = time.monotonic,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._turn = asyncio.Lock()
        desk = Desk(
            worker=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}",
            reading=database.reading,
            writing=self._writing,
            composer=composer,
            clock=clock,
            stopwatch=stopwatch,
            pace=pace or Pace(),
        )
        self._lanes = [Lane(name, channel, desk) for name, channel in channels.items()]

    @property
    def sent(self) -> int:
        """How many this worker has sent and written down."""
        return sum(lane.sent for lane in self._lanes)

    async def run(self) -> None:
        """Send what is due until told to stop; what is on its way then is finished first."""
        await self._run(until_idle=False)

    async def drain(self) -> int:
        """Send what is due until nothing is; returns how many were sent."""
        before = self.sent
        await self._run(until_idle=True)
        return self.sent - before

    async def _run(self, *, until_idle: bool) -> None:
        await asyncio.gather(*(lane.run(until_idle=until_idle) for lane in self._lanes))

    def wake(self) -> None:
        """Look for due rows now."""
        for lane in self._lanes:
            lane.wake()

    def stop(self) -> None:
        """Claim nothing more."""
        for lane in self._lanes:
            lane.stop()

    async def close(self) -> None:
        """End what the channels keep open."""
        for channel in self._channels.values():
            await channel.close()

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncSession]:
        """One writer at a time on SQLite, which would only have them wait for each other in steps of its own."""
        if not self._database.is_sqlite:
            async with self._database.writing() as db:
                yield db
            return
        async with self._turn, self._database.writing() as db:
            yield db
