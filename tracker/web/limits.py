"""How often something may be asked for, counted in the shared database so that every process counts together."""

import ipaddress
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import State
from sqlalchemy import Text, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import Database, Instant
from tracker.errors import TooMany
from tracker.web.secrets import Secrets


class Bucket(SQLModel, table=True):
    """What is left of an allowance, and when that was reckoned."""

    __tablename__ = "bucket"

    key: str = Field(sa_type=Text, primary_key=True)
    """What is counted and a hash of whom: no address of a person or a machine is kept."""
    left: float
    at: datetime = Field(sa_type=Instant, index=True)


class Limit(msgspec.Struct, frozen=True):
    """So many at once, and as many again in a period."""

    name: str
    most: int
    per: timedelta


Act = Callable[[AsyncSession], Awaitable[None]]


async def take(db: AsyncSession, limit: Limit, whom: str, *, now: datetime) -> timedelta | None:
    """Count one use; returns how long to wait when the allowance is used up, else None."""
    key = f"{limit.name}:{whom}"
    # First the row, then its lock: two processes may count the first use of somebody at the same moment.
    insert = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    await db.exec(insert(Bucket).values(key=key, left=float(limit.most), at=now).on_conflict_do_nothing())
    bucket = (await db.exec(select(Bucket).where(Bucket.key == key).with_for_update())).one()
    passed = max(now - bucket.at, timedelta(0))
    left = min(float(limit.most), bucket.left + passed / limit.per * limit.most)
    bucket.left, bucket.at = (left, now) if left < 1 else (left - 1, now)
    await db.flush()
    return (1 - left) * limit.per / limit.most if left < 1 else None


async def allow(request: Request[Any, Any, State], *uses: tuple[Limit, str], then: Act | None = None) -> None:
    """Count one use of each limit, for whom it is counted; raises TooMany, and counts none, when one is used up.

    In a transaction of its own, so that it counts whatever comes of the request. What is to be done `then` is done in
    the same: one that writes and one that does not take as long, since the count is written in any case.
    """
    state = request.app.state
    database: Database = state.database
    secrets: Secrets = state.secrets
    now = state.clock()
    async with database.writing() as db:
        # In one order everywhere, so that two requests never wait for each other.
        ordered = sorted((limit.name, secrets.token("limit", limit.name, whom)) for limit, whom in uses)
        by_name = {limit.name: limit for limit, _ in uses}
        waits = [await take(db, by_name[name], whom, now=now) for name, whom in ordered]
        longest = max((wait for wait in waits if wait), default=None)
        if longest:
            raise TooMany(f"That was too often. Wait {minutes_text(longest)}, then try again.", wait=longest)
        if then:
            await then(db)


def retry_after(error: TooMany) -> dict[str, str]:
    """The header that says when to try again, in seconds."""
    return {"retry-after": str(ceil(error.wait.total_seconds()))}


def minutes_text(wait: timedelta) -> str:
    """How long somebody has to wait, in whole minutes or hours."""
    minutes = max(1, ceil(wait / timedelta(minutes=1)))
    number, unit = (minutes, "minute") if minutes < 100 else (ceil(minutes / 60), "hour")
    return f"{number} {unit}{'s' * (number != 1)}"


def network_of(request: Request[Any, Any, State]) -> str:
    """Where a request comes from: an IPv4 address, or the /64 that one household or office has of IPv6."""
    host = request.client.host if request.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return host


async def forget_full(db: AsyncSession, *, before: datetime) -> None:
    """Delete what nobody used since: a full allowance is the same as none."""
    await db.exec(delete(Bucket).where(col(Bucket.at) < before))
