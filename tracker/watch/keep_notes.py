"""Which versions wait for their note, and writing down what came of asking. Nothing here commits."""

import zlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, insert, update
from sqlalchemy import select as columns_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import new_rows
from tracker.watch.matching.match import Suggestion as Proposal
from tracker.watch.models import PageSnapshot, Sighting, Suggestion
from tracker.watch.notes import Awaited, Settled
from tracker.watch.save import suggestion_rows
from tracker.watch.versions import NewSighting

OF_ROW = tuple(name for name in NewSighting.__struct_fields__ if name != "text")


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking about a version, with what it might be evidence for now that its note and text are known."""

    settled: Settled
    suggested: tuple[Proposal, ...]
    is_recorded: bool = False
    """It is evidence on record already."""
    body: bytes | None = None
    """The answer, which is kept with its text."""
    others: tuple[tuple[NewSighting, tuple[Proposal, ...], bool], ...] = ()
    """Each of `settled.new`, with its suggestions, and whether it is on record."""


async def due_notes(db: AsyncSession, host: str, *, now: datetime, most: int = 100) -> list[Awaited]:
    """Versions that a host's Content API is to be asked about now, those of one page together."""
    these = col(Sighting.note_due_at) <= now, col(Sighting.note_url).startswith(f"{host}/", autoescape=True)
    columns: list[Any] = [getattr(Sighting, name) for name in (*OF_ROW, "id", "source", "note_tries", "seen_at")]
    asked = columns_of(*columns).where(*these).order_by(col(Sighting.note_due_at), col(Sighting.id)).limit(most)
    rows = (await (await db.connection()).execute(asked)).all()
    return [_awaited(row) for row in sorted(rows, key=lambda row: (row.note_url, row.id))]


def _awaited(row: Any) -> Awaited:  # a row of chosen columns has no type of its own
    sighting = NewSighting(**{name: getattr(row, name) for name in OF_ROW})
    return Awaited(id=row.id, source=row.source, tries=row.note_tries, seen_at=row.seen_at, sighting=sighting)


async def keep_notes(db: AsyncSession, done: Sequence[Kept], *, now: datetime) -> int:
    """Write down what came of asking; returns how many further versions were put on record.

    A row that somebody else has settled meanwhile stays as it is, and so do the suggestions of one that an editor has
    decided about.
    """
    undecided = await _lock(db, [kept.settled for kept in done])
    ours = [kept for kept in done if kept.settled.awaited.id in undecided]
    if not ours:
        return 0
    await _keep_texts(db, ours, now=now)
    await _settle(db, ours)
    await _rematch(db, [kept for kept in ours if undecided[kept.settled.awaited.id]])
    await _flag(db, {kept.settled.sighting.item for kept in ours if kept.settled.found_withdrawn})
    return await _add(db, ours, now=now)


async def _lock(db: AsyncSession, settled: Sequence[Settled]) -> dict[int, bool]:
    """Which of the rows are as they were when they were asked about, and whether no editor has decided about them."""
    tries = {each.awaited.id: each.awaited.tries for each in settled}
    columns: list[Any] = [col(Sighting.id), col(Sighting.note_tries), col(Sighting.decision_id)]
    these = col(Sighting.id).in_(tries), col(Sighting.note_due_at).is_not(None)
    asked = columns_of(*columns).where(*these).order_by(col(Sighting.id)).with_for_update()
    rows = (await (await db.connection()).execute(asked)).all()
    return {id: decision is None for id, tried, decision in rows if tried == tries[id]}


async def _keep_texts(db: AsyncSession, ours: Sequence[Kept], *, now: datetime) -> None:
    """The texts of what is relevant: an editor quotes from them, and the next version is compared with them."""
    rows: dict[str, dict[str, Any]] = {}
    for kept in ours:
        body = zlib.compress(kept.body or b"")
        kept_texts = [kept.settled.sighting] if _has_text_to_keep(kept) else []
        kept_texts += [new for new, suggested, _ in kept.others if suggested and new.text is not None]
        for each in kept_texts:
            row = {"text": zlib.compress((each.text or "").encode()), "body": body, "read_at": now}
            rows.setdefault(each.text_digest or "", row | {"digest": each.text_digest})
    if rows:
        statement = (await new_rows(db, PageSnapshot)).on_conflict_do_nothing()
        await (await db.connection()).execute(statement, [rows[digest] for digest in sorted(rows)])


def _has_text_to_keep(kept: Kept) -> bool:
    """Whether a row gets a text: of what is relevant, unless another source has read it already."""
    to, was = kept.settled.sighting, kept.settled.awaited.sighting
    return bool(kept.suggested) and to.text is not None and was.text_digest is None


OF_NOTE = ("note", "note_is", "note_due_at", "published_at", "first_published_at", "document_type", "historic")
OF_TEXT = ("text_digest", "snapshot", "before_id")


async def _settle(db: AsyncSession, ours: Sequence[Kept]) -> None:
    names = (*OF_NOTE, "note_tries", *OF_TEXT)
    values: dict[str, Any] = {name: bindparam(f"to_{name}", type_=getattr(Sighting, name).type) for name in names}
    # A text that a source has read of this version stays.
    values |= {name: func.coalesce(col(getattr(Sighting, name)), values[name]) for name in OF_TEXT}
    statement = update(Sighting).where(col(Sighting.id) == bindparam("of_id")).values(**values)
    await (await db.connection()).execute(statement, [_settled_row(kept) for kept in ours])


def _settled_row(kept: Kept) -> dict[str, Any]:
    to, is_kept = kept.settled.sighting, _has_text_to_keep(kept)
    row = {f"to_{name}": getattr(to, name) for name in OF_NOTE}
    text = {
        "to_text_digest": to.text_digest,
        "to_snapshot": to.text_digest if is_kept else None,
        "to_before_id": to.before_id if is_kept else None,
    }
    return row | text | {"of_id": kept.settled.awaited.id, "to_note_tries": kept.settled.tries}


async def _rematch(db: AsyncSession, ours: Sequence[Kept]) -> None:
    """Suggestions as note and text make them, and whether it waits for an editor."""
    answered = [kept for kept in ours if kept.settled.sighting.note_due_at is None]
    if not answered:
        return
    connection = await db.connection()
    ids = [kept.settled.awaited.id for kept in answered]
    await connection.execute(delete(Suggestion).where(col(Suggestion.sighting_id).in_(ids)))
    rows = [row for kept in answered for row in suggestion_rows(kept.settled.awaited.id, kept.suggested)]
    if rows:
        await connection.execute(insert(Suggestion), rows)
    statement = update(Sighting).where(col(Sighting.id) == bindparam("of_id")).values(offered=bindparam("to_offered"))
    offered = [{"of_id": id, "to_offered": _is_offered(kept)} for id, kept in zip(ids, answered, strict=True)]
    await connection.execute(statement, offered)


def _is_offered(kept: Kept) -> bool:
    return bool(kept.suggested) and not kept.is_recorded


async def _flag(db: AsyncSession, withdrawn: set[str]) -> None:
    if withdrawn:
        these = update(Sighting).where(col(Sighting.item).in_(sorted(withdrawn)))
        await (await db.connection()).execute(these.values(withdrawn=True))


async def _add(db: AsyncSession, ours: Sequence[Kept], *, now: datetime) -> int:
    """Put the further versions on record, which another source may have shown meanwhile; returns how many were new."""
    connection, count = await db.connection(), 0
    statement = (await new_rows(db, Sighting)).on_conflict_do_nothing(index_elements=["item", "version"])
    for kept in ours:
        for new, suggested, is_recorded in kept.others:
            row = {name: getattr(new, name) for name in OF_ROW}
            row |= {"source": kept.settled.awaited.source, "seen_at": now, "note_tries": 0}
            row |= {"snapshot": new.text_digest if suggested and new.text is not None else None}
            row |= {"offered": bool(suggested) and not is_recorded}
            id = (await connection.execute(statement.values(row).returning(col(Sighting.id)))).scalar()
            if id is not None:
                count += 1
                suggestions = suggestion_rows(id, suggested)
                await connection.execute(insert(Suggestion), suggestions) if suggestions else None
    return count
