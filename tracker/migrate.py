"""Bring a database to this version, or say which command does."""

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from tracker import paths
from tracker.db import Database
from tracker.errors import Misconfigured
from tracker.strategies.models import TRIGGERS

MIGRATION_LOCK = 8202312  # any number that nothing else on the server uses


def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    return ScriptDirectory.from_config(config)


async def migrate(database: Database) -> str:
    """Upgrade to this version's schema in one transaction; returns the revision. Safe to run from several processes."""
    async with database.engine.begin() as connection:
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
    """The guards of the record that the database lacks or has switched off."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
    found = set(connection.execute(text(query)).scalars())
    return [name for names in TRIGGERS.values() for name in names if name not in found]


def _check_triggers(connection: Connection) -> None:
    missing = missing_triggers(connection)
    if missing:
        raise Misconfigured(
            f"The database lets the record be rewritten: trigger {missing[0]} is missing. "
            "Find out who removed it, then restore a backup or create it again as migration 0001 does"
        )
