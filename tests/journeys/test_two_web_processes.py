"""Two real web processes over one database: a change comes to both by itself, and never half."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio

from tests.conftest import KINSHIP, NOON, Engines
from tests.processes import PATIENCE, TRACKER, environment, free_port, running, until_up
from tracker.clock import london_day, utc_now
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.files import Folder


@pytest_asyncio.fixture
async def two(
    engines: Engines, engine: str, kinship: Folder, data_dir: Path
) -> AsyncIterator[tuple[Database, list[str]]]:
    url = await engines.filled(engine, kinship)
    database = Database(url)
    shared = {"database_url": url, "data_dir": data_dir, "strategies_dir": KINSHIP, "secret": "s" * 32}
    ports = [free_port(), free_port()]
    one, other = (environment(port=port, **shared) for port in ports)
    with running(*TRACKER, "web", env=one), running(*TRACKER, "web", env=other):
        addresses = [f"http://127.0.0.1:{port}" for port in ports]
        for address in addresses:
            await asyncio.to_thread(until_up, address)
        yield database, addresses
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


async def until_shown(client: httpx.AsyncClient, address: str, text: str) -> None:
    """Wait until this process shows a text, which must then stand on every page that it bears on."""
    end = time.monotonic() + PATIENCE
    while text not in (await client.get(f"{address}/announcements/14")).text:
        assert time.monotonic() < end, f"{address} never showed {text}"
        await asyncio.sleep(0.05)
    others = [(await client.get(f"{address}{path}")).text for path in ("/announcements/13", "/changes.atom")]
    assert all(text in other for other in others), "half a change was visible"


async def test_a_change_comes_to_both_processes_by_itself_and_never_half(two: tuple[Database, list[str]]) -> None:
    # How soon is measured by `make bench`: here it would say how busy the machine is.
    database, addresses = two
    async with httpx.AsyncClient(timeout=PATIENCE) as client:
        for number in range(5):
            text = await publish(database, number)
            await asyncio.gather(*(until_shown(client, address, text) for address in addresses))
