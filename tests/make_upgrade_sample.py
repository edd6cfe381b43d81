"""Keep a filled database of this version, so that every later version is tested on upgrading it.

Writes tests/data/upgrades/<schema revision>.db, and where TRACKER_TEST_DATABASE_URL is set a .sql for PostgreSQL.
"""

import asyncio
import sqlite3
import subprocess
import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url, text
from sqlmodel import SQLModel

from tests.conftest import DATA, HARBOUR, POSTGRESQL, Engines, FixedClock
from tests.editing.sightings import sighting, source, trouble
from tracker.benchmark.models import AccessRequest, Comparison, Flag
from tracker.db import Database
from tracker.demo import invent
from tracker.editing.queue.deciding import put_off
from tracker.jobs import Scheduler
from tracker.migrate import migrate
from tracker.strategies.files import read_folder
from tracker.strategies.load import load
from tracker.web.secrets import Secrets

UPGRADES = DATA / "upgrades"


async def fill(url: str) -> str:
    """A little of everything that a database of this version can hold; returns its schema revision."""
    database, clock = Database(url), FixedClock()
    revision = await migrate(database)
    async with database.writing() as db:
        await load(db, read_folder(HARBOUR), now=clock())
        await invent(db, now=clock())
    async with database.writing() as db:
        await source(db, broken_since=clock(), failures=2, trouble="its server answered 503")
        await trouble(db)
        seen = await sighting(db)
        await put_off(db, seen.id or 0, days=1, seen=None, by=1, now=clock())
        db.add_all(of_the_benchmark(clock()))
    scheduler = Scheduler(database, clock=clock, keys=Secrets(b"sample"))
    await scheduler.register()
    await scheduler.run_due()
    async with database.engine.begin() as connection:
        # Nothing of the machine that made the sample.
        await connection.execute(text("UPDATE job_run SET worker = 'sample'"))
    await database.close()
    return revision


def of_the_benchmark(now: datetime) -> list[SQLModel]:
    """What the demonstration leaves out: a request, a flag, and what another authority is shown of a closed round."""
    return [
        AccessRequest(authority="exampleshire", address="new@example.invalid", name="New (invented)", asked_at=now),
        Flag(
            authority="exampleshire",
            about="answer/2026-10/14",
            criterion="14",
            cause="question/14/2",
            happened_on="2026-11-22",
            said="Invented.",
            raised_at=now,
        ),
        Comparison(round="2025-10", authority="samplebury", closed_at=now, content="{}"),
    ]


async def write_sqlite(engines: Engines) -> Path:
    url = await engines.empty("sqlite")
    target = UPGRADES / f"{await fill(url)}.db"
    target.unlink(missing_ok=True)
    connection = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()
    return target


async def write_postgresql(engines: Engines) -> Path:
    url = await engines.empty("postgresql")
    target = UPGRADES / f"{await fill(url)}.sql"
    target.write_text(dumped(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)))
    return target


def dumped(address: str) -> str:
    """The database as statements; comments, settings and instructions to psql belong to the tools of today."""
    command = ["pg_dump", "--inserts", "--no-owner", "--no-privileges", address]
    written = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    kept = [
        line
        for line in written.splitlines()
        if line and not line.startswith(("--", "SET ", "SELECT pg_catalog.set_config", "\\"))
    ]
    return "\n".join(kept) + "\n"


async def main() -> list[Path]:
    UPGRADES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        engines = Engines(Path(folder))
        written = [await write_sqlite(engines)]
        if POSTGRESQL:
            written.append(await write_postgresql(engines))
        await engines.drop()
    return written


if __name__ == "__main__":
    for path in asyncio.run(main()):
        print(f"{path}: {path.stat().st_size:,} bytes")
