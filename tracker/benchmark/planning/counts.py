"""How an authority's action plan goes, in numbers, for pages that are not about the plan."""

from datetime import date

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark.flags import OPEN_ACTIONS
from tracker.benchmark.models import PlanAction


class PlanCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many actions there are, by how they stand."""

    all: int
    open: int
    overdue: int
    done: int


async def plan_counts(db: AsyncSession, authority: str, *, today: date) -> PlanCounts:
    """The counts of an authority's plan on a day."""
    found = select(PlanAction.status, col(PlanAction.due_on)).where(
        PlanAction.authority == authority, col(PlanAction.removed_at).is_(None)
    )
    rows = (await db.exec(found)).all()
    opened = [due for status, due in rows if status in OPEN_ACTIONS]
    return PlanCounts(
        all=len(rows),
        open=len(opened),
        overdue=sum(due is not None and due < today for due in opened),
        done=sum(status == "done" for status, _ in rows),
    )


async def titles_of(db: AsyncSession, authority: str) -> dict[str, str]:
    """What the actions of an authority are called, by number."""
    found = select(PlanAction.number, PlanAction.title).where(PlanAction.authority == authority)
    return {str(number): title for number, title in (await db.exec(found)).all()}
