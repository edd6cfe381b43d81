"""Two real web processes over one database: a change is in both within a second, and never half."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests.conftest import NOON, Engines
from tracker.clock import london_day, utc_now
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.files import Folder

WITHIN = 1.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def web(url: str, data_dir: Path) -> Iterator[str]:
    """A web process of its own; gives its address."""
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    env |= {"TRACKER_DATABASE_URL": url, "TRACKER_PORT": str(port), "TRACKER_DATA_DIR": str(data_dir)}
    process = subprocess.Popen([sys.executable, "-m", "tracker.cli", "web"], env=env)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


async def until_up(client: httpx.AsyncClient, address: str) -> None:
    for _ in range(300):
        try:
            if (await client.get(f"{address}/ready")).status_code == 200:
                return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    pytest.fail(f"{address} did not come up")


@pytest_asyncio.fixture
async def two(
    engines: Engines, engine: str, kinship: Folder, data_dir: Path
) -> AsyncIterator[tuple[Database, list[str]]]:
    url = await engines.filled(engine, kinship)
    database = Database(url)
    with web(url, data_dir) as one, web(url, data_dir) as other:
        yield database, [one, other]
    await database.close()


async def publish(database: Database, number: int) -> str:
    """One change about two announcements, as one event."""
    text = f"Event {number} was noted"
    today = london_day(utc_now())
    fact = facts.Noted(text=text, happened_on=today.isoformat(), known_on=today, about=("14", "13"))
    async with database.writing() as db:
        new = NewChange(strategy="championing-kinship-care", key=f"event-{number}", fact=fact)
        await append(db, await lock_head(db), [new], now=max(utc_now(), NOON))
    return text


async def seconds_until(client: httpx.AsyncClient, address: str, text: str) -> float:
    """How long until this process shows a text on every page that it bears on."""
    start = time.monotonic()
    while time.monotonic() - start < 10:
        if text in (await client.get(f"{address}/announcements/14")).text:
            # The pages of one snapshot are swapped together: what shows on one shows on all.
            others = [(await client.get(f"{address}{path}")).text for path in ("/announcements/13", "/changes.atom")]
            assert all(text in other for other in others), "half a change was visible"
            return time.monotonic() - start
        await asyncio.sleep(0.02)
    pytest.fail(f"{address} never showed {text}")


async def test_a_change_is_in_both_processes_within_a_second_and_never_half(two: tuple[Database, list[str]]) -> None:
    database, addresses = two
    async with httpx.AsyncClient(timeout=10) as client:
        for address in addresses:
            await until_up(client, address)
        took = []
        for number in range(5):
            text = await publish(database, number)
            took += await asyncio.gather(*(seconds_until(client, address, text) for address in addresses))
    # The median, so that a busy test machine does not decide; the poll is every half second.
    assert sorted(took)[len(took) // 2] < WITHIN, took
