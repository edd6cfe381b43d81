"""Reading everything that is due, once."""

import asyncio
from collections.abc import Collection

from tracker.watch.claim import due_hosts
from tracker.watch.desk import Desk, Polled
from tracker.watch.rounds import read_host

AT_ONCE = 20
"""Servers that are asked side by side."""


async def poll_once(desk: Desk, *, stopping: asyncio.Event | None = None, only: Collection[str] = ()) -> Polled:
    """Read every source that is due at the desk's moment, or of these only, and the notes that are."""
    total, left, stopping = Polled(), set[str](), stopping or asyncio.Event()
    turns = asyncio.Semaphore(AT_ONCE)

    async def read(host: str) -> Polled:
        async with turns:
            polled = await read_host(desk, host, stopping, only)
        if polled is None or polled.is_nothing:
            left.add(host)
        return polled or Polled()

    while not stopping.is_set():
        async with desk.database.reading() as db:
            due = await due_hosts(db, now=desk.now, real=desk.real())
        hosts = [host for host in due if host not in left]
        if not hosts:
            break
        # Notes of what is new may be due at another server than its source: hence again, until nothing is.
        for polled in await asyncio.gather(*(read(host) for host in hosts)):
            total.add(polled)
    return total
