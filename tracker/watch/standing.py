"""How far watching has come."""

from datetime import datetime

from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.watch.models import Source


async def last_tried(db: AsyncSession) -> datetime | None:
    """The latest moment as of which any source was asked."""
    return (await db.exec(select(func.max(Source.tried_at)))).one()
