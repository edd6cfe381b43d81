"""From a change's commit to the readers who see it, and the work of making every public document anew."""

import asyncio
import time
from statistics import median

from tests.bench.load import ask
from tests.bench.rows import Row, table
from tests.bench.servers import TRACKER, Servers
from tracker.app import create_app
from tracker.clock import london_day, utc_now
from tracker.db import Database
from tracker.settings import Settings
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head

GOAL = 1.0
BENCH = "every public page after a change"


async def rerender(servers: Servers, rounds: int) -> list[Row]:
    """Seconds until readers see a change, and seconds of work in that."""
    database = Database(f"sqlite+aiosqlite:///{servers.database}")
    try:
        shown = [await _until_shown(servers, database, number) for number in range(rounds)]
        work = [await _work(database) for _ in range(rounds)]
    finally:
        await database.close()
    figures = {
        "commit to shown": median(shown),
        "read and made": median(made for made, _ in work),
        "compressed, after that": median(compressed for _, compressed in work),
    }
    rows = [
        Row(
            bench=BENCH, subject=name, figure=seconds, unit="s", against=f"the goal of {GOAL:g} s", ratio=seconds / GOAL
        )
        for name, seconds in figures.items()
    ]
    print(f"{BENCH}\n{table(rows)}")
    return rows


async def _until_shown(servers: Servers, database: Database, number: int) -> float:
    """Seconds from a commit until the web process answers with it; pages are swapped all at once."""
    port = servers.ports[TRACKER]
    before = (await ask(port, "/changes")).header(b"etag")
    today = london_day(utc_now())
    fact = facts.Noted(text=f"Measured, number {number}", happened_on=today.isoformat(), known_on=today, about=("14",))
    async with database.writing() as db:
        new = NewChange(strategy="championing-kinship-care", key=f"measured-{time.time_ns()}", fact=fact)
        await append(db, await lock_head(db), [new], now=utc_now())
    committed = time.perf_counter()
    while (await ask(port, "/changes", if_none_match=before.decode())).status == 304:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.01)
    return time.perf_counter() - committed


async def _work(database: Database) -> tuple[float, float]:
    """Seconds of processor time for all documents of a fresh process's first snapshot: made, and compressed."""
    front = create_app(Settings.from_env({}), database=database)
    started = time.process_time()
    await front.keeper.refresh()
    made = time.process_time()
    await front.keeper.warm()
    return made - started, time.process_time() - made
