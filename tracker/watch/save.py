"""What came of asking one server's sources, written down together in one transaction. Nothing here commits."""

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Text, Update, bindparam, insert, tuple_, update
from sqlalchemy import select as columns_of
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import new_rows
from tracker.watch.matching.match import Suggestion as Proposal
from tracker.watch.models import PageSnapshot, Sighting, Source, Suggestion, Trouble
from tracker.watch.outcomes import Outcome
from tracker.watch.versions import Learned, NewSighting, ReadText, at

OF_HEALTH = ("tried_at", "read_at", "failures", "broken_since", "trouble")
OF_ANSWERS = (
    "etag", "last_modified", "body_digest", "high_water", "changed_at", "text_digest", "doubt_digest",
)  # fmt: skip
OF_SIGHTING = tuple(name for name in NewSighting.__struct_fields__ if name != "text")
BROKEN, GAP = "broken", "gap"
AT_ONCE = 400
"""Pairs of item and version that one statement asks for."""
Key = tuple[str, str]


async def save(db: AsyncSession, outcomes: Sequence[Outcome], *, now: datetime) -> int:
    """Put on record what sources showed, and how they stand; returns how many versions were new."""
    news = _new(outcomes)
    await _keep_texts(db, outcomes, now=now)
    await _keep_sightings(db, news, now=now)
    for outcome in outcomes:
        if outcome.decided is not None:
            await _keep_learned(db, outcome.decided.learned)
            await _mark_withdrawn(db, outcome.decided.found_withdrawn)
            await _mark_historic(db, outcome.decided.found_historic)
    await _keep_read(db, [text for outcome in outcomes if outcome.decided for text in outcome.decided.texts])
    await _keep_suggestions(db, {key: found for outcome in outcomes for key, found in outcome.suggested.items()})
    await _keep_sources(db, outcomes)
    await _keep_troubles(db, outcomes, now=now)
    return len(news)


def _new(outcomes: Iterable[Outcome]) -> dict[Key, tuple[Outcome, NewSighting]]:
    """The new versions, in one order for all transactions, so that no two of them wait for each other."""
    found: dict[Key, tuple[Outcome, NewSighting]] = {}
    for outcome in outcomes:
        for new in outcome.decided.new if outcome.decided else ():
            found.setdefault((new.item, new.version), (outcome, new))
    return dict(sorted(found.items()))


async def _keep_texts(db: AsyncSession, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    rows: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        for text, digest in _texts(outcome):
            packed = {"text": zlib.compress(text.encode()), "body": zlib.compress(outcome.body or b"")}
            rows.setdefault(digest, {"digest": digest, **packed, "read_at": now})
    if rows:
        statement = (await new_rows(db, PageSnapshot)).on_conflict_do_nothing()
        await (await db.connection()).execute(statement, [rows[digest] for digest in sorted(rows)])


def _texts(outcome: Outcome) -> Iterator[tuple[str, str]]:
    told: list[NewSighting | ReadText] = [*outcome.decided.new, *outcome.decided.texts] if outcome.decided else []
    for each in told:
        if each.text is not None and each.text_digest is not None:
            yield each.text, each.text_digest


async def _keep_sightings(db: AsyncSession, news: dict[Key, tuple[Outcome, NewSighting]], *, now: datetime) -> None:
    if not news:
        return
    # Another source may have shown the same meanwhile: one event is one row.
    statement = (await new_rows(db, Sighting)).on_conflict_do_nothing(index_elements=["item", "version"])
    rows = [
        {
            **{name: getattr(new, name) for name in OF_SIGHTING},
            "source": outcome.due.spec.key,
            "seen_at": now,
            "note_tries": 0,
            "snapshot": new.text_digest if new.text is not None else None,
            "note_due_at": new.note_due_at or (now if key in outcome.suggested and lacks_text(new) else None),
            "offered": key in outcome.suggested and key not in outcome.recorded,
        }
        for key, (outcome, new) in news.items()
    ]
    await (await db.connection()).execute(statement, rows)


def lacks_text(new: NewSighting) -> bool:
    """Whether a page may be asked for the text of a version, from which an editor could quote."""
    shows_it = new.published_at is not None and new.version == at(new.published_at)
    return new.note_url is not None and new.text_digest is None and shows_it


async def _keep_learned(db: AsyncSession, learned: Sequence[Learned]) -> None:
    """Notes that another source gives, of versions that wait for theirs; their pages are asked for all the same."""
    if not learned:
        return
    this = update(Sighting).where(*_this(), col(Sighting.note_is) != "known")
    values = {"note": bindparam("to_note", type_=Text()), "note_is": "known"}
    rows = [{"of_item": each.item, "of_version": each.version, "to_note": each.note} for each in learned]
    await (await db.connection()).execute(this.values(**values), sorted(rows, key=_place))


async def _mark_withdrawn(db: AsyncSession, items: Sequence[str]) -> None:
    if items:
        these = col(Sighting.item) == bindparam("of_item"), col(Sighting.withdrawn).is_(False)
        rows = [{"of_item": item} for item in sorted(items)]
        await (await db.connection()).execute(update(Sighting).where(*these).values(withdrawn=True), rows)


async def _mark_historic(db: AsyncSession, keys: Sequence[Key]) -> None:
    if keys:
        rows = [{"of_item": item, "of_version": version} for item, version in sorted(keys)]
        await (await db.connection()).execute(update(Sighting).where(*_this()).values(historic=True), rows)


async def _keep_read(db: AsyncSession, texts: Sequence[ReadText]) -> None:
    """Texts of versions that another source saw first, without one."""
    if not texts:
        return
    this = update(Sighting).where(*_this(), col(Sighting.text_digest).is_(None))
    values = {name: bindparam(f"to_{name}", type_=Text()) for name in ("text_digest", "snapshot")}
    rows = [
        {
            "of_item": each.item,
            "of_version": each.version,
            "to_text_digest": each.text_digest,
            "to_snapshot": each.text_digest if each.text is not None else None,
        }
        for each in texts
    ]
    await (await db.connection()).execute(this.values(**values), sorted(rows, key=_place))


def _this() -> tuple[Any, Any]:
    return col(Sighting.item) == bindparam("of_item"), col(Sighting.version) == bindparam("of_version")


def _place(row: Mapping[str, Any]) -> Key:
    return row["of_item"], row["of_version"]


async def _keep_suggestions(db: AsyncSession, suggested: dict[Key, tuple[Proposal, ...]]) -> None:
    numbers = await ids_of(db, suggested)
    rows = [row for key, found in suggested.items() if key in numbers for row in suggestion_rows(numbers[key], found)]
    if rows:
        statement = (await new_rows(db, Suggestion)).on_conflict_do_nothing()
        await (await db.connection()).execute(statement, rows)


def suggestion_rows(sighting_id: int, found: Iterable[Proposal]) -> list[dict[str, Any]]:
    """Suggestions as rows of a sighting."""
    return [
        {
            "sighting_id": sighting_id,
            "strategy": each.strategy,
            "announcement": each.announcement,
            "score": each.score,
            "reasons": msgspec.json.encode(each.reasons).decode(),
        }
        for each in found
    ]


async def ids_of(db: AsyncSession, keys: Iterable[Key]) -> dict[Key, int]:
    """The numbers of sightings, by item and version."""
    wanted = list(keys)
    found: dict[Key, int] = {}
    for start in range(0, len(wanted), AT_ONCE):
        these = tuple_(col(Sighting.item), col(Sighting.version)).in_(wanted[start : start + AT_ONCE])
        asked = columns_of(col(Sighting.item), col(Sighting.version), col(Sighting.id)).where(these)
        rows = (await (await db.connection()).execute(asked)).all()
        found.update({(item, version): number or 0 for item, version, number in rows})
    return found


async def _keep_sources(db: AsyncSession, outcomes: Sequence[Outcome]) -> None:
    rows = [
        {
            "of_key": outcome.due.spec.key,
            "of_digest": outcome.due.spec.digest,
            "to_due_at": outcome.due_at,
            **{f"to_{name}": getattr(outcome.health, name) for name in OF_HEALTH},
            **{f"to_{name}": getattr(outcome.remembered, name) for name in OF_ANSWERS},
        }
        for outcome in outcomes
    ]
    await (await db.connection()).execute(_source(), sorted(rows, key=lambda row: row["of_key"]))


@cache
def _source() -> Update:
    # Its digest: a worker with newer files may have told the row to forget what this one read.
    this = col(Source.key) == bindparam("of_key"), col(Source.digest) == bindparam("of_digest")
    names = ("due_at", *OF_HEALTH, *OF_ANSWERS)
    return update(Source).where(*this).values({name: _value(Source, name) for name in names})


def _value(table: type[SQLModel], name: str) -> Any:
    return bindparam(f"to_{name}", type_=getattr(table, name).type)


async def _keep_troubles(db: AsyncSession, outcomes: Sequence[Outcome], *, now: datetime) -> None:
    connection = await db.connection()
    mended = [outcome for outcome in outcomes if outcome.due.health.is_broken and not outcome.health.is_broken]
    if mended:
        these = (
            col(Trouble.source) == bindparam("of_key"),
            col(Trouble.kind) == BROKEN,
            col(Trouble.ended_at).is_(None),
        )
        rows = [{"of_key": outcome.due.spec.key} for outcome in mended]
        await connection.execute(update(Trouble).where(*these).values(until=now, ended_at=now), rows)
    begun = [row for outcome in outcomes for row in _begun(outcome, now=now)]
    if begun:
        await connection.execute(insert(Trouble), begun)


def _begun(outcome: Outcome, *, now: datetime) -> Iterator[dict[str, Any]]:
    stands, common = outcome.health, {"source": outcome.due.spec.key, "noticed_at": now, "ended_at": None}
    if stands.is_broken and not outcome.due.health.is_broken:
        yield {**common, "kind": BROKEN, "since": stands.broken_since, "until": None, "said": stands.trouble or ""}
    gap = outcome.decided.gap if outcome.decided else None
    if gap is not None:
        yield {**common, "kind": GAP, "since": gap.since, "until": gap.until, "said": outcome.gap_said or ""}
