"""What was sighted and how the sources stand, row by row, to be taken away. The names of fields stay for good."""

import itertools
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import and_, func
from sqlalchemy import select as columns_of
from sqlalchemy.ext.asyncio import AsyncResult
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.strategies.models import StoredStrategy
from tracker.watch.models import Sighting, Source, Suggestion, Trouble

AT_ONCE = 500
"""Rows that are held in memory."""
Moment = str | None
"""ISO 8601 in UTC with Z, in whole seconds."""
HealthWord = Literal["never read", "read", "failing", "broken"]


class SightingRow(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one item."""

    url: str
    published_at: Moment
    title: str
    change_note: str | None
    silent: bool
    withdrawn: bool
    historic: bool
    announcements: list[int]
    """What the matcher suggests, of the default strategy."""
    id: int
    source: str
    publisher: str
    document_type: str | None
    summary: str
    first_published_at: Moment
    seen_at: Moment
    note_is: str
    baseline: bool
    text_digest: str | None


class GapRow(msgspec.Struct, frozen=True, kw_only=True):
    """A time of which a source may not have shown everything."""

    since: Moment
    until: Moment
    ended_at: Moment


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """How a source stands."""

    key: str
    title: str
    health: HealthWord
    since: Moment
    """Since when its health is so; null where it was never otherwise."""
    trouble: str | None
    gaps: list[GapRow]
    read_at: Moment
    due_at: Moment
    kind: str
    publisher: str
    url: str
    failures: int


async def sightings(db: AsyncSession) -> AsyncIterator[SightingRow]:
    """Every sighting in the order in which they were seen."""
    strategy = await default_strategy(db)
    of_it = and_(col(Suggestion.sighting_id) == col(Sighting.id), col(Suggestion.strategy) == strategy)
    names = [name for name in SightingRow.__struct_fields__ if name not in ("announcements", "change_note")]
    columns: list[Any] = [getattr(Sighting, name) for name in (*names, "note")]
    asked = (
        columns_of(*columns, col(Suggestion.announcement))
        .join(Suggestion, of_it, isouter=True)
        .order_by(col(Sighting.seen_at), col(Sighting.id), col(Suggestion.announcement))
        .execution_options(yield_per=AT_ONCE)
    )
    rows = await (await db.connection()).stream(asked)
    async for same in _runs(rows):
        first = same[0]
        given = {name: _printed(getattr(first, name)) for name in names}
        numbers = [row.announcement for row in same if row.announcement is not None]
        yield SightingRow(**given, change_note=first.note, announcements=numbers)


async def _runs(rows: AsyncResult[Any]) -> AsyncIterator[list[Any]]:
    """Rows of one sighting together."""
    held = list[Any]()
    # A partition at a time: a row at a time costs a change of thread for each.
    async for part in rows.partitions(AT_ONCE):
        for row in part:
            if held and held[0].id != row.id:
                yield held
                held = []
            held.append(row)
    if held:
        yield held


async def default_strategy(db: AsyncSession) -> str | None:
    """The first strategy on record; where none is loaded yet, the first that anything was suggested for."""
    connection = await db.connection()
    loaded = columns_of(col(StoredStrategy.slug)).order_by(col(StoredStrategy.id)).limit(1)
    return (await connection.execute(loaded)).scalar() or (
        await connection.execute(columns_of(func.min(col(Suggestion.strategy))))
    ).scalar()


async def sources(db: AsyncSession) -> list[SourceRow]:
    """Every source that is watched, by its key."""
    asked = columns_of(Source.__table__).where(col(Source.retired_at).is_(None)).order_by(col(Source.key))  # type: ignore[attr-defined]  # SQLModel does not declare it
    troubles = columns_of(Trouble.__table__).order_by(col(Trouble.source), col(Trouble.id))  # type: ignore[attr-defined]
    connection = await db.connection()
    of: dict[str, list[Any]] = {
        key: list(found)
        for key, found in itertools.groupby((await connection.execute(troubles)).all(), key=lambda row: row.source)
    }
    return [_source(row, of.get(row.key, [])) for row in (await connection.execute(asked)).all()]


def _source(row: Any, troubles: Sequence[Any]) -> SourceRow:  # rows of whole tables have no type of their own
    gaps = [
        GapRow(since=_printed(each.since), until=_printed(each.until), ended_at=_printed(each.ended_at))
        for each in troubles
        if each.kind == "gap"
    ]
    health = health_of(row)
    return SourceRow(
        key=row.key,
        title=row.title,
        health=health,
        since=_printed(_since(row, health, troubles)),
        trouble=row.trouble,
        gaps=gaps,
        read_at=_printed(row.read_at),
        due_at=_printed(row.due_at),
        kind=row.kind,
        publisher=row.publisher,
        url=row.url,
        failures=row.failures,
    )


def health_of(source: Any) -> HealthWord:
    """How a source, or a row of its table, stands, in one word; what was never read is not healthy."""
    if source.broken_since is not None:
        return "broken"
    if source.read_at is None:
        return "never read"
    return "failing" if source.failures else "read"


def _since(source: Any, health: HealthWord, troubles: Sequence[Any]) -> datetime | None:
    match health:
        case "broken":
            return source.broken_since  # type: ignore[no-any-return]
        case "failing":
            return source.tried_at  # type: ignore[no-any-return]
        case "never read":
            return None
        case _:
            return max((each.ended_at for each in troubles if each.kind == "broken" and each.ended_at), default=None)


def _printed(value: Any) -> Any:
    """A value of a row as it is printed: moments like 2026-11-22T12:00:00Z."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(value, datetime) else value
