"""What is done to a plan: added to, changed, reported on. Nothing here commits."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import HeldRole
from tracker.benchmark.models import ActionUpdate, PlanAction
from tracker.benchmark.planning import rules
from tracker.benchmark.planning.queries import owners_of, row_of
from tracker.benchmark.planning.schemas import ADDED, FIELD_TEXT, Altered, Planned, Priority, Progress
from tracker.benchmark.schemas import Level
from tracker.clock import london_day
from tracker.errors import Conflict

KEPT = tuple(FIELD_TEXT)


class AlreadyChanged(Conflict):
    """Somebody changed this action since the page was opened from which it was sent."""


async def add(
    db: AsyncSession,
    authority: str,
    planned: Iterable[Planned],
    *,
    by: int,
    now: datetime,
    notes: Sequence[str] | None = None,
) -> list[PlanAction]:
    """Put actions into the plan, with a first entry each of how it came there; returns their rows."""
    day = london_day(now)
    await _wait_for_others(db, authority)
    last = (await db.exec(select(func.max(PlanAction.number)).where(PlanAction.authority == authority))).one() or 0
    rows = [
        PlanAction(
            authority=authority,
            number=number,
            assessment_id=item.assessment_id,
            version=item.version,
            status_on=day,
            made_at=now,
            made_by=by,
            # Its owner hears of it today: what would have reminded them before is over.
            reminded_on=day,
            **_columns(item),
        )
        for number, item in enumerate(planned, start=last + 1)
    ]
    db.add_all(rows)
    await db.flush()
    for row, note in zip(rows, notes or [ADDED] * len(rows), strict=True):
        _note(db, row, by=by, text=note, now=now)
    await db.flush()
    return rows


async def add_suggested(
    db: AsyncSession, authority: str, planned: Sequence[Planned], *, by: int, now: datetime
) -> list[PlanAction]:
    """Put those into the plan that are not in it: a form that is sent twice adds them once."""
    known = await titles_of(db, authority)
    return await add(db, authority, [item for item in planned if named(item) not in known], by=by, now=now)


def named(planned: Planned) -> tuple[str, str]:
    """What makes two actions the same one: their question and their words."""
    return planned.criterion, " ".join(planned.title.casefold().split())


async def titles_of(db: AsyncSession, authority: str) -> set[tuple[str, str]]:
    """What is in the plan already; whoever adds to it at the same moment waits, so that nothing is added twice."""
    await _wait_for_others(db, authority)
    rows = await db.exec(
        select(PlanAction.criterion, PlanAction.title).where(
            PlanAction.authority == authority, col(PlanAction.removed_at).is_(None)
        )
    )
    return {(criterion, " ".join(title.casefold().split())) for criterion, title in rows.all()}


async def _wait_for_others(db: AsyncSession, authority: str) -> None:
    """Let one at a time add to a plan, so that no action is added twice and no number given twice."""
    # There is always somebody who leads, while a plan may have no row yet that could be locked.
    await db.exec(select(HeldRole.id).where(HeldRole.of == authority).order_by(col(HeldRole.id)).with_for_update())


async def change(
    db: AsyncSession, authority: str, number: str, planned: Planned, *, seen: int, by: int, now: datetime
) -> PlanAction:
    """Change an action; raises AlreadyChanged when somebody did since it was seen. What it was stays in its updates."""
    row = await row_of(db, authority, number, locked=True)
    if row.edits != seen:
        raise AlreadyChanged("Somebody changed this action since you opened it.")
    owners = await owners_of(db, authority)
    changed = rules.altered(_planned(row), planned, owners)
    if not changed:
        return row
    _keep(row, planned, now)
    _note(db, row, by=by, text="", changed=changed, now=now)
    await db.flush()
    return row


async def report(
    db: AsyncSession, authority: str, number: str, *, status: Progress, text: str, by: int, now: datetime
) -> PlanAction:
    """Add a dated word on how an action goes. Two at the same time are both kept; the later status stands."""
    row = await row_of(db, authority, number, locked=True)
    before = _planned(row)
    after = msgspec.structs.replace(before, status=status)
    changed = rules.altered(before, after, ())
    if changed:
        _keep(row, after, now)
    _note(db, row, by=by, text=text, changed=changed, now=now)
    await db.flush()
    return row


async def remove(db: AsyncSession, authority: str, number: str, *, by: int, now: datetime) -> None:
    """Take an action out of the plan that was a slip; its row stays until the authority erases everything."""
    row = await row_of(db, authority, number, locked=True)
    row.removed_at = now
    db.add(row)
    _note(db, row, by=by, text="Removed from the plan.", now=now)
    await db.flush()


def _keep(row: PlanAction, planned: Planned, now: datetime) -> None:
    day = london_day(now)
    if row.status != planned.status:
        row.status_on = day
    if (row.due_on, row.owner_id) != (planned.due_on, planned.owner_id):
        row.reminded_on = day
    if row.criterion != planned.criterion:
        row.version = planned.version
    for field, value in _columns(planned).items():
        setattr(row, field, value)
    row.edits += 1


def _columns(planned: Planned) -> dict[str, Any]:  # each field has a type of its own
    """The fields that can be changed, as they are stored."""
    return {field: getattr(planned, field) for field in KEPT}


def _planned(row: PlanAction) -> Planned:
    kept = {field: getattr(row, field) for field in KEPT}
    kept["priority"], kept["status"] = Priority(row.priority), Progress(row.status)
    kept["target"] = Level(row.target) if row.target else None
    return Planned(version=row.version, assessment_id=row.assessment_id, **kept)


def _note(
    db: AsyncSession, row: PlanAction, *, by: int, text: str, changed: Sequence[Altered] = (), now: datetime
) -> None:
    kept = msgspec.json.encode(changed).decode() if changed else "{}"
    db.add(
        ActionUpdate(
            authority=row.authority,
            action_id=row.id or 0,
            at=now,
            author_id=by,
            status=row.status,
            text=text,
            changed=kept,
        )
    )
