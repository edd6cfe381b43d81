"""Which worker asks which server: a lease on its row, renewed while it reads, and proved again whenever it saves.

Leases run by the real clock, also while sources are read as of another moment.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, Text, bindparam, or_, union, update
from sqlalchemy import select as columns_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import Instant, new_rows
from tracker.watch.models import Host, Sighting, Source
from tracker.watch.presence import is_surely_gone
from tracker.watch.robots import Robots

LEASE = timedelta(seconds=45)
"""How long a server stays with a worker that gives no sign of life. Renewed every 10 s."""
RENEW = timedelta(seconds=10)
NOW = bindparam("now", type_=Instant())
NAME, WORKER = bindparam("host_name", type_=Text()), bindparam("worker_name", type_=Text())


class Lost(Exception):
    """Another worker has the server's lease by now: what was read under it is not saved."""


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A server that is this worker's to ask, with what is remembered of it."""

    host: str
    not_before: datetime | None
    robots: Robots | None


class Leases:
    """This worker's leases on servers; nothing here commits."""

    def __init__(self, worker: str, *, lease: timedelta = LEASE) -> None:
        self.worker = worker
        self.lease = lease

    async def claim(self, db: AsyncSession, host: str, *, real: datetime) -> Claimed | None:
        """Take a server unless another worker has it, and lives as far as anybody here can tell."""
        connection = await db.connection()
        row = (await connection.execute(_locked(), {"host_name": host})).first()
        if row is None:
            return None
        worker, until, not_before, robots, read_at = row
        is_free = until is None or until <= real or worker == self.worker or is_surely_gone(worker)
        if not is_free:
            return None
        await self._extend(db, host, real=real, anyway=True)
        known = None if robots is None or read_at is None else Robots(robots, read_at)
        return Claimed(host=host, not_before=not_before, robots=known)

    async def keep(self, db: AsyncSession, host: str, *, real: datetime) -> None:
        """Renew a lease, in the transaction whose writes hang on it; raises Lost when it is another's by now."""
        if not await self._extend(db, host, real=real):
            raise Lost(host)

    async def release(self, db: AsyncSession, host: str) -> None:
        """Let others have it."""
        ours = (col(Host.name) == host, col(Host.worker) == self.worker)
        await (await db.connection()).execute(update(Host).where(*ours).values(leased_until=None, worker=None))

    async def _extend(self, db: AsyncSession, host: str, *, real: datetime, anyway: bool = False) -> bool:
        values = {"host_name": host, "worker_name": self.worker, "until": real + self.lease}
        done = await (await db.connection()).execute(_extended(anyway), values)
        return done.rowcount == 1


@cache
def _locked() -> Select[Any]:
    names = ("worker", "leased_until", "not_before", "robots", "robots_read_at")
    # Skipped when locked: whoever locks it is claiming it, or saving under its own claim.
    columns: list[Any] = [col(getattr(Host, name)) for name in names]
    asked: Select[Any] = columns_of(*columns).where(col(Host.name) == NAME).with_for_update(skip_locked=True)
    return asked


@cache
def _extended(anyway: bool) -> Any:  # an UPDATE
    ours = [] if anyway else [col(Host.worker) == WORKER, col(Host.leased_until).is_not(None)]
    until = bindparam("until", type_=Instant())
    return update(Host).where(col(Host.name) == NAME, *ours).values(worker=WORKER, leased_until=until)


async def add_hosts(db: AsyncSession, names: Sequence[str]) -> None:
    """Give servers their rows."""
    if names:
        insert = (await new_rows(db, Host)).on_conflict_do_nothing()
        await (await db.connection()).execute(insert, [{"name": name} for name in sorted(set(names))])


async def keep_host(
    db: AsyncSession, host: str, *, robots: Robots | None = None, not_before: datetime | None = None
) -> None:
    """Remember what a server said of being asked."""
    values: dict[str, Any] = {"robots": robots.text, "robots_read_at": robots.read_at} if robots else {}
    if not_before is not None:
        values["not_before"] = not_before
    if values:
        await (await db.connection()).execute(update(Host).where(col(Host.name) == host).values(**values))


async def due_hosts(db: AsyncSession, *, now: datetime, real: datetime) -> list[str]:
    """Servers with something to ask for and nobody who asks: looked for every two seconds, in one statement."""
    rows = (await (await db.connection()).execute(_due(), {"now": now})).all()
    return [name for name, worker, until in rows if until is None or until <= real or is_surely_gone(worker)]


@cache
def _due() -> Select[Any]:
    asked = columns_of(col(Source.host)).where(*is_due())
    notes = columns_of(col(Host.name)).where(
        col(Sighting.note_due_at).is_not(None),
        col(Sighting.note_due_at) <= NOW,
        col(Sighting.note_url).startswith(col(Host.name) + "/"),
    )
    patient = or_(col(Host.not_before).is_(None), col(Host.not_before) <= NOW)
    wanted = col(Host.name).in_(union(asked, notes))
    columns: list[Any] = [col(Host.name), col(Host.worker), col(Host.leased_until)]
    found: Select[Any] = columns_of(*columns).where(wanted, patient).order_by(col(Host.name))
    return found


def is_due() -> tuple[ColumnElement[bool], ...]:
    """Of a source: that it is to be read now."""
    return col(Source.retired_at).is_(None), col(Source.due_at) <= NOW
