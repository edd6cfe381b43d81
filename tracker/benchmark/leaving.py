"""What an authority takes with it, and erasing all that is kept of it. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.accounts.models import HeldRole, Person
from tracker.accounts.people import take_away
from tracker.accounts.policies import OF_AUTHORITY, Role
from tracker.benchmark import letters
from tracker.benchmark.members import members
from tracker.benchmark.models import (
    AccessRequest,
    ActionUpdate,
    Answer,
    Assessment,
    BenchmarkLetter,
    Comparison,
    Flag,
    PlanAction,
)

OWN: tuple[type[SQLModel], ...] = (
    Flag,
    ActionUpdate,
    PlanAction,
    Answer,
    Comparison,
    BenchmarkLetter,
    AccessRequest,
    Assessment,
)
"""Every table with rows of an authority, what refers to others first. A test compares it with all tables there are."""
_SHOWN: dict[type[SQLModel], tuple[Any, ...]] = {  # conditions, which SQLModel types as bool
    AccessRequest: (col(AccessRequest.proved_at).is_not(None),),
    BenchmarkLetter: (col(BenchmarkLetter.person_id).is_not(None),),
}
"""What an address that nobody has proved to be theirs stands in is erased with the rest, and shown to nobody."""
ERASED_LETTER = "benchmark-erased"
ERASED = "erased a benchmark"
"""In the audit: it says how many rows, and nothing that was in them."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Every row of one table that is an authority's."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]  # as its columns are


async def everything(db: AsyncSession, authority: str) -> list[Kept]:
    """Every row that is kept of an authority, and the people who are named in them or take part."""
    kept = [await _rows(db, table, authority) for table in reversed(OWN)]
    return [*kept, await _people(db, authority, kept)]


async def counts(db: AsyncSession, authority: str) -> dict[str, int]:
    """How many rows of an authority each table holds."""
    return {kept.table: len(kept.rows) for kept in await everything(db, authority)}


async def erase(db: AsyncSession, authority: str, *, end_access: bool, by: int, now: datetime) -> dict[str, int]:
    """Delete every row of an authority and tell its people; returns how many there were.

    What others were shown of it stays as it was.
    """
    # Whoever is saving or adding to the plan at this moment is waited for; whoever comes later finds nothing.
    await db.exec(select(HeldRole.id).where(HeldRole.of == authority).order_by(col(HeldRole.id)).with_for_update())
    for table in (Assessment, PlanAction):
        await db.exec(select(table).where(col(table.authority) == authority).with_for_update())
    others = [person.id for person in await members(db, authority) if person.id != by]
    erased = {}
    for own in OWN:
        gone = await db.exec(delete(own).where(_of(own) == authority))
        erased[str(own.__tablename__)] = gone.rowcount
    db.expire_all()
    await audit(db, person_id=by, did=ERASED, about=f"authority/{authority}", detail=erased, now=now)
    for other in others:
        key = f"erased/{authority}/{now.isoformat()}/{other}"
        await letters.ask(
            db, authority=authority, kind=ERASED_LETTER, key=key, person_id=other, content={"by": by}, now=now
        )
    if end_access:
        held = await db.exec(select(HeldRole).where(HeldRole.of == authority, col(HeldRole.role).in_(OF_AUTHORITY)))
        for row in held.all():
            await take_away(db, row.person_id, Role(row.role), authority, by=by, now=now)
    return erased


def _of(table: type[SQLModel]) -> Any:  # a column that every one of these tables has
    return col(table.authority)  # type: ignore[attr-defined]


async def _rows(db: AsyncSession, table: type[SQLModel], authority: str) -> Kept:
    columns = tuple(str(column.name) for column in table.__table__.columns)  # type: ignore[attr-defined]
    order = [col(getattr(table, column.name)) for column in table.__table__.primary_key]  # type: ignore[attr-defined]
    found = await db.exec(select(table).where(_of(table) == authority, *_SHOWN.get(table, ())).order_by(*order))
    rows = [tuple(getattr(row, name) for name in columns) for row in found.all()]
    return Kept(table=str(table.__tablename__), columns=columns, rows=rows)


async def _people(db: AsyncSession, authority: str, kept: Sequence[Kept]) -> Kept:
    """Who takes part, and everybody whose number stands in a row: numbers alone would say nothing elsewhere."""
    numbers = {
        value
        for table in kept
        for place, name in enumerate(table.columns)
        if name in ("person_id", "author_id", "owner_id") or name.endswith("_by") or name == "approver_id"
        for value in (row[place] for row in table.rows)
        if value is not None
    }
    held = await db.exec(select(HeldRole).where(HeldRole.of == authority, col(HeldRole.role).in_(OF_AUTHORITY)))
    roles: dict[int, list[str]] = {}
    for row in held.all():
        roles.setdefault(row.person_id, []).append(row.role)
    found = await db.exec(select(Person).where(col(Person.id).in_({*numbers, *roles})).order_by(col(Person.id)))
    rows = [(x.id, x.name, x.address, " ".join(sorted(roles.get(x.id or 0, [])))) for x in found.all()]
    return Kept(table="people", columns=("id", "name", "address", "roles"), rows=rows)
