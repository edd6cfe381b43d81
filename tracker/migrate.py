"""Bring a database to this version, or say which command does."""

import asyncio

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from tracker import paths
from tracker.db import Database
from tracker.errors import Misconfigured
from tracker.strategies.models import TRIGGERS

SAME = {
    "change": "seq = NEW.seq OR hash = NEW.hash OR (strategy = NEW.strategy AND key = NEW.key)",
    "change_subject": "seq = NEW.seq AND subject = NEW.subject",
}
"""When a row that is inserted would replace another, by table."""
EVENTS = {"updated": 19, "deleted": 11, "replaced": 34}
"""PostgreSQL's code for before each row on UPDATE and DELETE, and before each statement on TRUNCATE."""
RAISES = "BEGIN RAISE EXCEPTION 'the record is append-only: % on % is refused', TG_OP, TG_TABLE_NAME; END"
MIGRATION_LOCK = 8202312  # any number that nothing else on the server uses
ONE_AT_A_TIME = asyncio.Lock()
"""Alembic keeps what it is migrating in globals of the process; other processes wait for the database's own lock."""


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    return ScriptDirectory.from_config(config)


async def migrate(database: Database) -> str:
    """Upgrade to this version's schema in one transaction; returns the revision. Safe to run from several processes."""
    async with ONE_AT_A_TIME, database.engine.begin() as connection:
        return await connection.run_sync(_upgrade)


def _upgrade(connection: Connection) -> str:
    scripts = _scripts()
    head = scripts.get_current_head() or ""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
    _refuse_unknown(scripts, _revision(connection))
    config = Config()
    config.attributes["connection"] = connection
    with EnvironmentContext(config, scripts, fn=lambda revision, _: scripts._upgrade_revs("head", revision)):
        scripts.run_env()
    return head


async def require_current(database: Database) -> None:
    """Raise Misconfigured, naming the command to run, unless schema and triggers are this version's."""
    async with database.engine.connect() as connection:
        await connection.run_sync(_check_schema)
        await connection.run_sync(_check_triggers)


def _check_schema(connection: Connection) -> None:
    scripts = _scripts()
    revision = _revision(connection)
    _refuse_unknown(scripts, revision)
    if revision != scripts.get_current_head():
        raise Misconfigured(
            f"The database is at version {revision or 'none'}, this tracker needs {scripts.get_current_head()}: "
            "run “tracker migrate”"
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_unknown(scripts: ScriptDirectory, revision: str | None) -> None:
    known = {script.revision for script in scripts.walk_revisions()}
    if revision is not None and revision not in known:
        raise Misconfigured(
            f"The database is at version {revision}, which is newer than this tracker "
            f"({scripts.get_current_head()}): install the newer tracker and run “tracker migrate” with it"
        )


def missing_triggers(connection: Connection) -> list[str]:
    """The guards of the record that the database lacks, has switched off, or has replaced by something else."""
    found = _sqlite_guards(connection) if connection.dialect.name == "sqlite" else _postgresql_guards(connection)
    return [name for table, names in TRIGGERS.items() for name in names if (table, name) not in found]


def _sqlite_guards(connection: Connection) -> set[tuple[str, str]]:
    """Guards that stand on their table and abort as migration 0001 wrote them."""
    rows = connection.execute(text("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {(table, name) for table, name, sql in rows if " ".join(sql.split()) == _sqlite_guard(table, name)}


def _sqlite_guard(table: str, name: str) -> str:
    verb = name.rpartition("_")[2]
    event = {"updated": "UPDATE", "deleted": "DELETE", "replaced": "INSERT"}.get(verb, "")
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE {SAME.get(table, '')})"  # noqa: S608 - compared, never run
    same = f" WHEN {exists}" if verb == "replaced" else ""
    abort = f"SELECT RAISE(ABORT, 'the record is append-only: {table} is never {verb}')"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}{same} BEGIN {abort}; END"


def _postgresql_guards(connection: Connection) -> set[tuple[str, str]]:
    """Guards that stand on their table, always fire on their event, and raise as migration 0001 wrote them."""
    query = (
        "SELECT c.relname, t.tgname, t.tgtype, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgenabled = 'A' AND t.tgqual IS NULL"
    )
    return {
        (table, name)
        for table, name, kind, source in connection.execute(text(query))
        if kind == EVENTS.get(name.rpartition("_")[2]) and " ".join(source.split()) == RAISES
    }


def _check_triggers(connection: Connection) -> None:
    missing = missing_triggers(connection)
    if missing:
        raise Misconfigured(
            f"The database lets the record be rewritten: trigger {missing[0]} is missing or changed. "
            "Find out who removed it, then restore a backup or create it again as migration 0001 does"
        )
