"""What the tracker calls itself in its messages: as the first strategy's files say."""

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.strategies.models import StoredStrategy


class _Identity(msgspec.Struct, frozen=True):
    tracker_name: str = "Tracker"
    short_name: str | None = None


class _Named(msgspec.Struct, frozen=True):
    identity: _Identity = _Identity()


async def tracker_name(db: AsyncSession) -> str:
    """The name that a mail is from."""
    return (await _identity(db)).tracker_name


async def short_name(db: AsyncSession) -> str:
    """The name at the head of a subject, where room is scarce."""
    identity = await _identity(db)
    return identity.short_name or identity.tracker_name


async def _identity(db: AsyncSession) -> _Identity:
    first = select(StoredStrategy.structure).order_by(col(StoredStrategy.id)).limit(1)
    structure = (await db.exec(first)).first()
    return msgspec.json.decode(structure or "{}", type=_Named).identity
