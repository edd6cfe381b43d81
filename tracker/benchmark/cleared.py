"""What was looked at of everything that changed: by whom, with what outcome, and in what words. Reads only."""

from datetime import datetime

import msgspec
from sqlalchemy import or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark import queries
from tracker.benchmark.flags import REVISED, FlagView
from tracker.benchmark.models import Assessment, Flag
from tracker.benchmark.schemas import AssessmentView


class Cleared(FlagView, frozen=True, kw_only=True):
    """A flag that somebody cleared."""

    outcome: str
    why: str
    """What they said of it; "" where saving the answer cleared it, or nothing had to be said."""
    by: str
    cleared_at: datetime


async def cleared_flags(
    db: AsyncSession, authority: str, *, about: str | None = None, criterion: str | None = None
) -> list[Cleared]:
    """What an authority cleared, the newest first: all of it, about one thing, or about every answer to a question."""
    found = select(Flag).where(Flag.authority == authority, col(Flag.cleared_at).is_not(None))
    if about is not None:
        found = found.where(Flag.about == about)
    if criterion is not None:
        found = found.where(Flag.criterion == criterion, col(Flag.about).startswith("answer/"))
    rows = (await db.exec(found.order_by(col(Flag.cleared_at).desc(), col(Flag.id)))).all()
    names = await queries.names_of(db, {row.cleared_by for row in rows})
    return [msgspec.convert({**row.model_dump(), "by": names[row.cleared_by]}, Cleared) for row in rows]


async def to_revise(db: AsyncSession, assessment: AssessmentView) -> frozenset[str]:
    """The questions of which somebody said, with words, that the answer filled in here is to be revised."""
    before = select(Assessment.round).where(Assessment.id == assessment.before_id)
    rounds = [assessment.round, *(await db.exec(before)).all()]
    found = select(Flag.criterion).where(
        Flag.authority == assessment.authority,
        Flag.outcome == REVISED,
        Flag.why != "",
        or_(*(col(Flag.about).startswith(f"answer/{round}/") for round in rounds)),
    )
    return frozenset((await db.exec(found)).all())
