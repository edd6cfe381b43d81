"""What is read of an authority's plan. Every query names the authority: nothing of another one can come along."""

from collections.abc import Sequence
from datetime import date

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import Person
from tracker.accounts.policies import Role
from tracker.benchmark.models import ActionUpdate, Flag, PlanAction
from tracker.benchmark.planning.rules import ordered
from tracker.benchmark.planning.schemas import Action, Altered, Plan, Priority, Progress, Update
from tracker.benchmark.queries import GONE, Colleague, assessments_of, holders, number_of
from tracker.benchmark.schemas import AssessmentView, Level
from tracker.errors import NotFound

OWNING = (Role.AUTHORITY_LEAD, Role.CONTRIBUTOR, Role.APPROVER)
"""Whoever holds one of these for an authority can own its actions; a reader cannot."""
NO_ACTION = "There is no such action in this plan. It may have been removed."


async def owners_of(db: AsyncSession, authority: str) -> tuple[Colleague, ...]:
    """Who can own an action of this authority, by name."""
    return tuple(await holders(db, authority, *OWNING))


async def plan_of(db: AsyncSession, authority: str, *, today: date) -> Plan:
    """The whole plan of an authority, overdue actions first and the newest word first."""
    owners = await owners_of(db, authority)
    rows = await db.exec(
        select(PlanAction).where(PlanAction.authority == authority, col(PlanAction.removed_at).is_(None))
    )
    actions = ordered((_action(row, owners) for row in rows.all()), today)
    return Plan(actions=tuple(actions), updates=await _updates(db, authority), owners=owners)


async def action_of(db: AsyncSession, authority: str, number: str) -> Action:
    """One action of this authority's plan, by the number in its address; raises NotFound."""
    owners = await owners_of(db, authority)
    return _action(await row_of(db, authority, number), owners)


async def row_of(db: AsyncSession, authority: str, number: str, *, locked: bool = False) -> PlanAction:
    """The row of an action of this authority; raises NotFound."""
    asked = select(PlanAction).where(
        PlanAction.number == number_of(number),
        PlanAction.authority == authority,
        col(PlanAction.removed_at).is_(None),
    )
    row = (await db.exec(asked.with_for_update() if locked else asked)).first()
    if row is None:
        raise NotFound(NO_ACTION)
    return row


async def updates_of(db: AsyncSession, authority: str, number: int) -> tuple[Update, ...]:
    """What was said of one action, the newest first."""
    return await _updates(db, authority, PlanAction.number == number)


async def _updates(db: AsyncSession, authority: str, *narrowed: bool) -> tuple[Update, ...]:
    found = await db.exec(
        select(ActionUpdate, PlanAction.number, Person.name)
        .join(PlanAction, col(PlanAction.id) == col(ActionUpdate.action_id))
        .outerjoin(Person, col(Person.id) == col(ActionUpdate.author_id))
        .where(ActionUpdate.authority == authority, *narrowed)
        .order_by(col(ActionUpdate.id).desc())
    )
    return tuple(
        Update(
            action=number,
            at=row.at,
            author=name or GONE,
            status=Progress(row.status),
            text=row.text,
            altered=msgspec.json.decode(row.changed, type=tuple[Altered, ...]) if row.changed != "{}" else (),
        )
        for row, number, name in found.all()
    )


async def newest_assessment(db: AsyncSession, authority: str) -> AssessmentView | None:
    """The assessment that was begun last: its answers are the gaps that a plan closes."""
    return next(iter(await assessments_of(db, authority)), None)


async def last_signed(
    db: AsyncSession, authority: str, *, before: AssessmentView | None = None
) -> AssessmentView | None:
    """The assessment that was signed last, which a panel saw last; or the last one of a round before another's."""
    found = [item for item in await assessments_of(db, authority) if item.signed_at]
    if before is not None:
        found = [item for item in found if item.round < before.round]
    return max(found, key=lambda item: item.signed_at or item.started_at, default=None)


async def flags_on_actions(db: AsyncSession, authority: str) -> dict[int, list[Flag]]:
    """What changed under actions and was not looked at yet, by number."""
    asked = select(Flag).where(
        Flag.authority == authority, col(Flag.cleared_at).is_(None), col(Flag.about).startswith("action/")
    )
    found: dict[int, list[Flag]] = {}
    for flag in (await db.exec(asked.order_by(col(Flag.id)))).all():
        found.setdefault(int(flag.about.removeprefix("action/")), []).append(flag)
    return found


def _action(row: PlanAction, owners: Sequence[Colleague]) -> Action:
    return Action(
        number=row.number,
        criterion=row.criterion,
        version=row.version,
        title=row.title,
        owner_id=row.owner_id,
        owner=next((owner.name for owner in owners if owner.id == row.owner_id), ""),
        due_on=row.due_on,
        priority=Priority(row.priority),
        target=Level(row.target) if row.target else None,
        measure=row.measure,
        resources=row.resources,
        status=Progress(row.status),
        assessment_id=row.assessment_id,
        status_on=row.status_on,
        made_at=row.made_at,
        edits=row.edits,
        reminded_on=row.reminded_on,
    )
