"""How often something may be asked for, counted in the shared database so that every process counts together."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Text, delete
from sqlmodel import Field, SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import Instant


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


async def take(db: AsyncSession, limit: Limit, whom: str, *, now: datetime) -> timedelta | None:
    """Count one use; returns how long to wait when the allowance is used up, else None."""
    key = f"{limit.name}:{whom}"
    bucket = await db.get(Bucket, key, with_for_update=True) or Bucket(key=key, left=limit.most, at=now)
    passed = max(now - bucket.at, timedelta(0))
    left = min(float(limit.most), bucket.left + passed / limit.per * limit.most)
    bucket.left, bucket.at = (left, now) if left < 1 else (left - 1, now)
    db.add(bucket)
    await db.flush()
    return (1 - left) * limit.per / limit.most if left < 1 else None


async def forget_full(db: AsyncSession, *, before: datetime) -> None:
    """Delete what nobody used since: a full allowance is the same as none."""
    await db.exec(delete(Bucket).where(col(Bucket.at) < before))
