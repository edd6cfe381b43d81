"""Hand-written stand-ins for what lies outside a test."""

import asyncio

from tracker.clock import Clock
from tracker.db import Database


class Work:
    """A job's work that counts its runs, and waits or fails when told to."""

    def __init__(self) -> None:
        self.runs = 0
        self.error: Exception | None = None
        self.started = asyncio.Event()
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self, database: Database, clock: Clock) -> str:
        self.runs += 1
        self.started.set()
        await self.may_end.wait()
        if self.error:
            raise self.error
        return "done"

    async def begun(self) -> None:
        """Wait until it runs."""
        async with asyncio.timeout(60):
            await self.started.wait()
