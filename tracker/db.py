"""Databases: SQLite by default, PostgreSQL when set. Writing transactions on SQLite begin IMMEDIATE."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, cast

import aiosqlite
from sqlalchemy import DateTime, MetaData, Text, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

SQLModel.metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

LARGEST_ID = 2**31 - 1
"""What the databases hold; an address may name any number."""
NEVER_AGAIN = {"sqlite_autoincrement": True}
"""For tables whose ids are in mails: SQLite would give the id of a deleted row to the next one."""


class Instant(TypeDecorator[datetime]):
    """An aware moment, kept as UTC; SQLite keeps it as ISO text, so both engines give the same back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:  # SQLAlchemy leaves the dialect's types untyped
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Any) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value


async def new_rows(db: AsyncSession, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can be told what to do with a row that is there already, in this database's own way."""
    dialect = (await db.connection()).dialect.name
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


class Database:
    """One engine, with short transactions for reading and for writing."""

    def __init__(self, url: str) -> None:
        # An error says which statement failed, and not its values: addresses and what somebody typed belong in no log.
        self.engine: AsyncEngine = create_async_engine(
            url, pool_pre_ping=not url.startswith("sqlite"), hide_parameters=True
        )
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)
            event.listen(self.engine.sync_engine, "begin", _begin_sqlite)
        self._readers = self.engine.execution_options(tracker_reads=True)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A transaction that only reads and sees one moment of the database."""
        async with self._readers.connect() as connection:
            if not self.is_sqlite:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            async with AsyncSession(bind=connection, expire_on_commit=False) as db:
                yield db

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end and leaves nothing behind when it fails."""
        async with AsyncSession(bind=self.engine, expire_on_commit=False) as db, db.begin():
            yield db

    async def tidy(self) -> None:
        """Have what was deleted leave SQLite's log too, as far as nobody is reading; PostgreSQL vacuums in its time."""
        if not self.is_sqlite:
            return
        async with self.engine.connect() as connection:
            raw = await connection.get_raw_connection()
            # Not a statement of a transaction: inside one, SQLite refuses it.
            await cast(aiosqlite.Connection, raw.driver_connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await self.engine.dispose()


# recursive_triggers: without it INSERT OR REPLACE deletes a row without firing its delete trigger.
# secure_delete: without it what was erased stays in the file until something else is written over it.
PRAGMAS = ("busy_timeout=10000", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "secure_delete=ON")
PATIENCE = 10.0
"""Seconds for which a file that another process is making ready is waited for, as for any lock."""


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    connection.run_async(_use_wal)
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def _use_wal(connection: aiosqlite.Connection) -> None:
    """Have a log beside the file, which every process that opens a new file asks for at once."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            async with connection.execute("PRAGMA journal_mode=WAL"):
                return
        except sqlite3.OperationalError as error:
            # Of two that read the same file and want to change its mode, SQLite refuses one without any waiting.
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
        await asyncio.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE for writers: a read that later upgrades to a write fails with “database is locked” under load.
    mode = "DEFERRED" if connection.get_execution_options().get("tracker_reads") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {mode}")
