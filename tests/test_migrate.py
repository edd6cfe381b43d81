"""Migrations: from empty, from every version before, twice, at once; and the guards they leave behind."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tests.conftest import DATA, HARBOUR, POSTGRESQL, Engines, FixedClock
from tests.processes import environment
from tracker import paths, tables
from tracker.benchmark.closing import Remembered
from tracker.benchmark.comparison import Cohort
from tracker.benchmark.jobs import close_rounds
from tracker.benchmark.models import Closing
from tracker.db import Database
from tracker.errors import Misconfigured
from tracker.jobs import Scheduler
from tracker.migrate import migrate, missing_triggers, require_current
from tracker.strategies.checks import record_problems
from tracker.strategies.files import read_folder
from tracker.strategies.models import TRIGGERS
from tracker.web.secrets import Secrets

VERSION = max(path.name[:4] for path in (paths.MIGRATIONS / "versions").glob("*.py"))
UPGRADES = DATA / "upgrades"
SAMPLES = [path for path in sorted(UPGRADES.iterdir()) if path.suffix == ".db" or POSTGRESQL]
CHANGE = "seq, strategy, key, recorded_at, body, body_digest, hash"
ANOTHER = f"INSERT INTO change ({CHANGE}) SELECT seq, strategy, key, recorded_at, 'x', body_digest, hash FROM change"

REWRITES = {
    "a body is updated": "UPDATE change SET body = 'x' WHERE seq = 2",
    "a change is updated to what it is": "UPDATE change SET key = key",
    "a body is taken out": "UPDATE change SET body = NULL WHERE seq = 2",
    "a change is deleted": "DELETE FROM change WHERE seq = 2",
    "everything is deleted": "DELETE FROM change",
    "a change is put over another": f"{ANOTHER} WHERE seq = 2 ON CONFLICT (seq) DO UPDATE SET body = 'x'",
    "a subject is updated": "UPDATE change_subject SET subject = 'x' WHERE seq = 2",
    "a subject is deleted": "DELETE FROM change_subject WHERE seq = 2",
    "a subject is put over another": "INSERT INTO change_subject SELECT seq, subject FROM change_subject WHERE seq = 2 "
    "ON CONFLICT (seq, subject) DO UPDATE SET subject = 'x'",
}
ON_SQLITE = {
    "a change is replaced by its number": ANOTHER.replace("INSERT", "INSERT OR REPLACE") + " WHERE seq = 2",
    "a change is replaced by its hash": f"REPLACE INTO change ({CHANGE}) "
    "SELECT 99, strategy, 'new', recorded_at, 'x', body_digest, hash FROM change WHERE seq = 2",
    "a change is replaced by its key": f"REPLACE INTO change ({CHANGE}) "
    "SELECT 99, strategy, key, recorded_at, 'x', body_digest, 'new' FROM change WHERE seq = 2",
    "a change is replaced by an update": "UPDATE OR REPLACE change SET seq = 2 WHERE seq = 3",
    "a change is updated and conflicts ignored": "UPDATE OR IGNORE change SET body = 'x' WHERE seq = 2",
    "a subject is replaced": "REPLACE INTO change_subject SELECT seq, subject FROM change_subject WHERE seq = 2",
    "a subject is replaced by a hidden number": "REPLACE INTO change_subject (rowid, seq, subject) VALUES (1, 99, 'x')",
}
ON_POSTGRESQL = {
    "all changes are truncated": "TRUNCATE change CASCADE",
    "all subjects are truncated": "TRUNCATE change_subject",
    "a body is updated as by a replica": "SET LOCAL session_replication_role = replica; DELETE FROM change",
}

MIGRATES = """
import asyncio, sys, time
from tracker.db import Database
from tracker.migrate import migrate

async def work(url, moment):
    database = Database(url)
    time.sleep(max(float(moment) - time.time(), 0))
    try:
        return await migrate(database)
    finally:
        await database.close()

for line in sys.stdin:
    print(asyncio.run(work(*line.split())), flush=True)
"""

REFUSED = r"append-only|no column named rowid"


async def test_from_nothing_to_this_version(engines: Engines, engine: str) -> None:
    database = Database(await engines.empty(engine))
    assert await migrate(database) == await migrate(database) == VERSION
    await require_current(database)
    async with database.reading() as db:
        assert await record_problems(db) == []
    await database.close()


async def test_migrations_make_the_tables_that_the_models_describe(empty_database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_object": tables.described})
        return list(compare_metadata(context, tables.metadata))

    async with empty_database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_from_two_processes_at_once_is_harmless(engines: Engines, engine: str) -> None:
    urls = [await engines.empty(engine) for _ in range(8)]
    with two_migrating() as both:
        for url in urls:
            for process in both:
                print(url, time.time() + 0.05, file=process.stdin, flush=True)
            assert [process.stdout and process.stdout.readline() for process in both] == [f"{VERSION}\n"] * 2
    for url in urls:
        database = Database(url)
        await require_current(database)
        await database.close()


async def test_migrating_two_databases_at_once_in_one_process_is_harmless(engines: Engines, engine: str) -> None:
    both = Database(await engines.empty(engine)), Database(await engines.empty(engine))
    done = await asyncio.gather(*(migrate(database) for database in both), return_exceptions=True)
    for database in both:
        await database.close()
    assert done == [VERSION, VERSION]


async def test_a_new_file_that_another_process_is_making_ready_is_waited_for(engines: Engines) -> None:
    database = Database(await engines.empty("sqlite"))
    with closing(sqlite3.connect(database.engine.url.database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        migrating = asyncio.create_task(migrate(database))
        await asyncio.wait([migrating], timeout=0.2)
    done = await asyncio.gather(migrating, return_exceptions=True)
    await database.close()
    assert done == [VERSION]


async def test_a_file_that_is_no_database_is_let_go_of(tmp_path: Path) -> None:
    (tmp_path / "no.db").write_text("This is a letter. " * 100)
    database, threads = Database(f"sqlite+aiosqlite:///{tmp_path / 'no.db'}"), threading.active_count()
    with pytest.raises(DBAPIError, match="file is not a database"):
        await require_current(database)
    assert threading.active_count() == threads


async def test_a_database_of_another_version_is_refused_with_the_command_to_run(
    engines: Engines, engine: str, empty_database: Database
) -> None:
    never_migrated = Database(await engines.empty(engine))
    with pytest.raises(Misconfigured, match=r"at version none, .* run “tracker migrate”"):
        await require_current(never_migrated)
    await never_migrated.close()
    async with empty_database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    for act in (require_current, migrate):
        with pytest.raises(Misconfigured, match=r"at version 9999, which is newer .* run “tracker migrate” with it"):
            await act(empty_database)


@pytest.mark.parametrize("sample", [pytest.param(path, id=path.name) for path in SAMPLES])
async def test_a_database_of_every_version_before_becomes_whole(engines: Engines, sample: Path) -> None:
    database = Database(await restored(engines, sample))
    await migrate(database)
    await require_current(database)
    async with database.reading() as db:
        assert await record_problems(db) == []
    scheduler = Scheduler(database, clock=FixedClock())
    await scheduler.register()
    assert await scheduler.run_now("note-lapses")
    await database.close()


@pytest.mark.parametrize("sample", [pytest.param(path, id=path.name) for path in SAMPLES if path.stem == "0005"])
async def test_actions_are_numbered_within_their_authority_and_flags_follow(engines: Engines, sample: Path) -> None:
    database = Database(await restored(engines, sample))
    # Another authority's first action was added before, and the example's were added after it.
    moved = "UPDATE plan_action SET authority = 'samplebury' WHERE id = 1; DELETE FROM flag"
    flag = "INSERT INTO flag (authority, about, criterion, cause, happened_on, said, raised_at, why) VALUES "
    about = ("action/2", "action/3", "answer/1/14")
    flags = ", ".join(
        f"('exampleshire', '{name}', '1', 'change/1', '2026', '', '2026-11-22 12:00+00', '')" for name in about
    )
    await run(database, f"{moved}; {flag}{flags}")
    await migrate(database)
    async with database.engine.connect() as connection:
        asked = "SELECT authority, number FROM plan_action WHERE id < 4 ORDER BY id"
        numbers = [tuple(row) for row in await connection.exec_driver_sql(asked)]
        found = [row.about for row in await connection.exec_driver_sql("SELECT about FROM flag ORDER BY id")]
        seen = "SELECT count(*) FROM answer WHERE seen > (SELECT count(*) FROM answer)"
        rounds = {row.round for row in await connection.exec_driver_sql("SELECT round FROM assessment WHERE id = 1")}
        assert (await connection.exec_driver_sql(seen)).scalar() == 0
    assert numbers == [("samplebury", 1), ("exampleshire", 1), ("exampleshire", 2)]
    assert found == ["action/1", "action/2", f"answer/{rounds.pop()}/14"]
    await database.close()


@pytest.mark.parametrize("sample", [pytest.param(path, id=path.name) for path in SAMPLES if path.stem == "0005"])
async def test_a_round_that_was_closed_before_is_remembered_when_the_next_is_closed(
    engines: Engines, sample: Path
) -> None:
    database = Database(await restored(engines, sample))
    old = """{"signed":["a","b"],"counted":{"14":[0,1]},"weighed":{"b":{"14":["england"]}}}"""
    await run(database, f"UPDATE closing SET content = '{old}'")
    await migrate(database)
    later = FixedClock(datetime(2027, 4, 1, 1, tzinfo=UTC))
    assert await close_rounds(database, later, Secrets(b"sample")) == "closed: 2026-10"
    async with database.reading() as db:
        kept = (await db.get_one(Closing, "2026-04")).content
    assert msgspec.json.decode(kept, type=Remembered) == Remembered(
        signed=("a", "b"), asked={"14/1": (0, 1)}, weighed={"b": {"14/1": (Cohort.ENGLAND,)}}
    )
    await database.close()


def test_this_version_has_left_a_sample() -> None:
    assert (UPGRADES / f"{VERSION}.db").is_file(), "run “make upgrade-sample”"
    assert all(path.stat().st_size < 1_000_000 for path in UPGRADES.iterdir())


async def test_the_record_cannot_be_rewritten(record: Database, subtests: pytest.Subtests) -> None:
    before = await contents(record)
    for name, statement in {**REWRITES, **(ON_SQLITE if record.is_sqlite else ON_POSTGRESQL)}.items():
        with subtests.test(name):
            with pytest.raises(DBAPIError, match=REFUSED):
                await run(record, statement)
            assert await contents(record) == before


def test_the_record_cannot_be_rewritten_by_a_plain_client(plain: sqlite3.Connection, subtests: pytest.Subtests) -> None:
    before = list(plain.iterdump())
    for name, statement in {**REWRITES, **ON_SQLITE}.items():
        with subtests.test(name):
            with pytest.raises(sqlite3.DatabaseError, match=REFUSED):
                plain.execute(statement)
            plain.rollback()
            assert list(plain.iterdump()) == before


@pytest.mark.parametrize("guard", [name for names in TRIGGERS.values() for name in names])
async def test_nothing_starts_while_a_guard_is_missing(record: Database, guard: str) -> None:
    table = guard.partition("_is_never")[0]
    await run(record, f"DROP TRIGGER {guard}" if record.is_sqlite else f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
    with pytest.raises(Misconfigured, match=rf"trigger {guard} is missing"):
        await require_current(record)
    async with record.engine.connect() as connection:
        assert await connection.run_sync(missing_triggers) == [guard]


async def run(database: Database, script: str) -> None:
    async with database.engine.begin() as connection:
        for statement in script.split("; "):
            await connection.exec_driver_sql(statement)


async def contents(database: Database) -> list[object]:
    async with database.engine.connect() as connection:
        changes = (await connection.exec_driver_sql("SELECT * FROM change ORDER BY seq")).all()
        return [*changes, *(await connection.exec_driver_sql("SELECT * FROM change_subject ORDER BY 1, 2")).all()]


async def restored(engines: Engines, sample: Path) -> str:
    """The address of a copy of a kept database."""
    if sample.suffix == ".db":
        url = await engines.empty("sqlite")
        shutil.copy(sample, url.removeprefix("sqlite+aiosqlite:///"))
        return url
    url = await engines.empty("postgresql")
    database = Database(url)
    async with database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        await driver.execute(statements(sample))
    await database.close()
    return url


@contextmanager
def two_migrating() -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that migrate each database named to them, at the moment named to both."""
    command = [sys.executable, "-c", MIGRATES]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment()) for _ in range(2)]
    try:
        yield both
    finally:
        for process in both:
            process.communicate()


def statements(sample: Path) -> str:
    return sample.read_text(encoding="utf-8")


@pytest_asyncio.fixture
async def record(engines: Engines, engine: str) -> AsyncIterator[Database]:
    """A database of its own with the invented strategy on record."""
    made = Database(await engines.filled(engine, read_folder(HARBOUR)))
    yield made
    await made.close()


@pytest_asyncio.fixture
async def plain(engines: Engines) -> AsyncIterator[sqlite3.Connection]:
    """The record as a client sees it that knows nothing of us, without our pragmas."""
    url = await engines.filled("sqlite", read_folder(HARBOUR))
    connection = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))
    yield connection
    connection.close()
