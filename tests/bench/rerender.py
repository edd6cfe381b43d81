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
    # A second copy of what the web process does, here, where its work can be told apart.
    keeper = create_app(
        Settings.from_env({"TRACKER_SECRET": "measures, keeps nothing secret: 0"}), database=database
    ).keeper
    shown, made, compressed = [], [], []
    try:
        await keeper.refresh()
        for _ in range(rounds):
            shown.append(await _until_shown(servers, database))
            started = time.process_time()
            assert await keeper.refresh()
            made.append(time.process_time() - started)
            await keeper.warm()
            compressed.append(time.process_time() - started - made[-1])
    finally:
        await database.close()
    figures = {"commit to shown": shown, "work of making all": made, "work of compressing all": compressed}
    rows = [_row(name, median(seconds)) for name, seconds in figures.items()]
    print(f"{BENCH}\n{table(rows)}")
    return rows


def _row(subject: str, seconds: float) -> Row:
    against = f"the goal of {GOAL:g} s"
    return Row(bench=BENCH, subject=subject, figure=seconds, unit="s", against=against, ratio=seconds / GOAL)


async def _until_shown(servers: Servers, database: Database) -> float:
    """Seconds from a commit until the web process answers with it; pages are swapped all at once."""
    port = servers.ports[TRACKER]
    before = (await ask(port, "/changes")).header(b"etag")
    today = london_day(utc_now())
    fact = facts.Noted(text="Measured again", happened_on=today.isoformat(), known_on=today, about=("14",))
    async with database.writing() as db:
        new = NewChange(strategy="championing-kinship-care", key=f"measured-{time.time_ns()}", fact=fact)
        await append(db, await lock_head(db), [new], now=utc_now())
    committed = time.perf_counter()
    while (await ask(port, "/changes", if_none_match=before.decode())).status == 304:  # noqa: ASYNC110 - another process
        await asyncio.sleep(0.01)
    return time.perf_counter() - committed
