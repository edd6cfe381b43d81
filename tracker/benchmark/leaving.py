"""What an authority takes with it, and erasing all that is kept of it. Nothing here commits."""

from collections.abc import Collection, Iterable, Mapping, Sequence
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
_LEFT_OUT: dict[type[SQLModel], tuple[str, ...]] = {
    AccessRequest: ("mark",),
    BenchmarkLetter: ("key", "content"),
    PlanAction: ("number",),
}
"""What says nothing elsewhere: a name for addresses, ids of what a mail was about, and a number that is its id here."""
_SHOWN: dict[type[SQLModel], tuple[Any, ...]] = {  # conditions, which SQLModel types as bool
    AccessRequest: (col(AccessRequest.proved_at).is_not(None),),
    BenchmarkLetter: (col(BenchmarkLetter.person_id).is_not(None),),
}
"""What an address that nobody has proved to be theirs stands in is erased with the rest, and shown to nobody."""
ERASED_LETTER = "benchmark-erased"
ERASED = "erased a benchmark"
"""In the audit: it says how many rows, and nothing that was in them."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """The rows of one table that are an authority's, as they are stored."""

    of: type[SQLModel]
    rows: Sequence[Any]  # instances of it


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Every row of one table that is an authority's."""

    table: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]  # as its columns are


async def everything(db: AsyncSession, authority: str) -> list[Kept]:
    """Every row that is kept of an authority, and the people who are named in them or take part.

    Ids count the rows of everybody, so each table is numbered anew, and what refers to a row says its new number.
    """
    tables = [await _rows(db, of, authority) for of in reversed(OWN)]
    roles = await _roles(db, authority)
    people = await _people(db, {*roles, *_named(tables)})
    numbers = {str(table.of.__tablename__): _numbered(table.rows) for table in tables if _id(table.of)}
    numbers["person"] = _numbered(people)
    kept = [_kept(table, numbers) for table in tables]
    rows = [
        (place, person.name, person.address, " ".join(sorted(roles.get(person.id or 0, []))))
        for place, person in enumerate(people, start=1)
    ]
    return [*kept, Kept(table="people", columns=("id", "name", "address", "roles"), rows=rows)]


def _numbered(rows: Iterable[Any]) -> dict[int, int]:
    """A new number for each row, by its id."""
    return {row.id: place for place, row in enumerate(rows, start=1)}


def _id(table: type[SQLModel]) -> bool:
    return "id" in table.model_fields


def _referred(table: type[SQLModel]) -> dict[str, str]:
    """Which table each column refers to by an id: its own for the id itself."""
    columns = table.__table__.columns  # type: ignore[attr-defined]
    found = {str(column.name): key.column.table.name for column in columns for key in column.foreign_keys}
    return {**({"id": str(table.__tablename__)} if _id(table) else {}), **found}


def _named(tables: Iterable[Table]) -> set[int]:
    """The ids of everybody whose number stands in a row: numbers alone would say nothing elsewhere."""
    of = [(table, name) for table in tables for name, to in _referred(table.of).items() if to == "person"]
    return {getattr(row, name) for table, name in of for row in table.rows} - {None}


def _kept(table: Table, numbers: Mapping[str, Mapping[int, int]]) -> Kept:
    out, referred = _LEFT_OUT.get(table.of, ()), _referred(table.of)
    columns = [str(column.name) for column in table.of.__table__.columns]  # type: ignore[attr-defined]
    columns = [name for name in columns if name not in out]

    def value(row: Any, name: str) -> Any:  # as its column is
        found = getattr(row, name)
        return numbers[referred[name]].get(found) if name in referred else found

    rows = [tuple(value(row, name) for name in columns) for row in table.rows]
    return Kept(table=str(table.of.__tablename__), columns=tuple(columns), rows=rows)


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


async def _rows(db: AsyncSession, table: type[SQLModel], authority: str) -> Table:
    order = [col(getattr(table, column.name)) for column in table.__table__.primary_key]  # type: ignore[attr-defined]
    found = await db.exec(select(table).where(_of(table) == authority, *_SHOWN.get(table, ())).order_by(*order))
    return Table(of=table, rows=found.all())


async def _roles(db: AsyncSession, authority: str) -> dict[int, list[str]]:
    """Who takes part, with the roles that they hold."""
    held = await db.exec(select(HeldRole).where(HeldRole.of == authority, col(HeldRole.role).in_(OF_AUTHORITY)))
    roles: dict[int, list[str]] = {}
    for row in held.all():
        roles.setdefault(row.person_id, []).append(row.role)
    return roles


async def _people(db: AsyncSession, ids: Collection[int]) -> Sequence[Person]:
    """By name, not in the order in which they came to the tracker, which may have been elsewhere."""
    return (await db.exec(select(Person).where(col(Person.id).in_(ids)).order_by(Person.name, Person.address))).all()
