"""Reminders of actions: to their owners, and to the leads where an action has no owner. One mail a day at most."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark import letters
from tracker.benchmark.models import PlanAction
from tracker.benchmark.planning.queries import plan_of
from tracker.benchmark.planning.rules import BEFORE, is_reminder_due
from tracker.benchmark.planning.schemas import OPEN, Action
from tracker.clock import Clock, london_day
from tracker.db import Database

REMINDER = "benchmark-reminder"
"""The kind of the letter."""
AHEAD = timedelta(days=max(BEFORE))


async def remind_owners(database: Database, clock: Clock) -> str:
    """Owe today's reminders, authority by authority."""
    now = clock()
    async with database.reading() as db:
        found = await db.exec(select(PlanAction.authority).where(*_may_be_due(london_day(now))).distinct())
        authorities = sorted(found.all())
    owed = 0
    for authority in authorities:
        async with database.writing() as db:
            owed += await remind(db, authority, now=now)
    return f"{owed} reminder{'s' * (owed != 1)} of actions"


async def remind(db: AsyncSession, authority: str, *, now: datetime) -> int:
    """Owe the reminders of one authority and note them on its actions, in one transaction; returns how many."""
    today = london_day(now)
    rows = await db.exec(
        select(PlanAction).where(PlanAction.authority == authority, *_may_be_due(today)).with_for_update()
    )
    locked = {row.number: row for row in rows.all()}
    plan = await plan_of(db, authority, today=today)
    due = [action for action in plan.actions if action.number in locked and is_reminder_due(action, today)]
    told: set[int] = set()
    for action in due:
        told |= {action.owner_id} if action.owner_id and action.owner else set(await letters.leads(db, authority))
        locked[action.number].reminded_on = today
    for person_id in sorted(told):
        key = f"{REMINDER}/{authority}/{person_id}/{today}"
        await letters.ask(db, authority=authority, kind=REMINDER, key=key, person_id=person_id, now=now)
    await db.flush()
    return len(told)


async def due_for(db: AsyncSession, authority: str, person_id: int, *, on: date) -> Sequence[Action]:
    """Their open actions that are due soon or overdue; of a lead also those that nobody owns."""
    plan = await plan_of(db, authority, today=on)
    is_lead = person_id in await letters.leads(db, authority)
    return [
        action
        for action in plan.actions
        if action.is_open
        and action.due_on
        and action.due_on - AHEAD <= on
        and (action.owner_id == person_id if action.owner else is_lead)
    ]


def _may_be_due(today: date) -> tuple[bool, ...]:
    """Conditions that leave out most of what nobody is to be reminded of."""
    return (
        col(PlanAction.removed_at).is_(None),  # type: ignore[return-value]  # SQLModel types conditions as bool
        col(PlanAction.status).in_(OPEN),
        col(PlanAction.due_on) <= today + AHEAD,
    )
