"""Reads of the queue: what waits, page by page, and what was decided."""

import asyncio
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, case, exists, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import Person
from tracker.editing.fields import is_link
from tracker.editing.models import Draft
from tracker.editing.queue.schemas import Decided, Page, Queue, Sighted, Suggested
from tracker.errors import NotFound
from tracker.strategies.models import StoredChange
from tracker.watch import difference
from tracker.watch.difference import Piece
from tracker.watch.freshness import NOW, WAITS
from tracker.watch.models import Decision, PageSnapshot, Sighting, Source, Suggestion

PAGES = 20
"""Pages in a window."""
VERSIONS = 5
"""Versions of one page that are shown at once."""
DECISIONS = 50
LONGEST_COMPARED = 200_000
"""Letters of two texts together that are compared while an editor waits."""
_WHEN: ColumnElement[datetime] = case(
    (col(Sighting.published_at) <= col(Sighting.seen_at), col(Sighting.published_at)), else_=col(Sighting.seen_at)
)
"""When it became public; not after we saw it, whatever a source says of the future."""


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What of the queue is looked at."""

    strategy: str
    announcement: int | None = None
    source: str | None = None

    def wheres(self) -> list[Any]:
        """The conditions on sightings, which all wait."""
        found: list[Any] = list(WAITS)
        if self.source is not None:
            found.append(col(Sighting.source) == self.source)
        if self.announcement is not None:
            own = col(Suggestion.sighting_id) == col(Sighting.id)
            named = (col(Suggestion.strategy) == self.strategy, col(Suggestion.announcement) == self.announcement)
            found.append(exists().where(own, *named))
        return found


async def queue(db: AsyncSession, filters: Filters, *, number: int, now: datetime) -> Queue:
    """A window of what waits, the newest page first, each with its versions, suggestions and differences."""
    at = {NOW.key: now}
    wheres = filters.wheres()
    counted = select(func.count(func.distinct(Sighting.item))).where(*wheres)
    waiting = (await db.exec(counted, params=at)).one()
    last = max(1, -(-waiting // PAGES))
    number = min(number, last)
    newest = func.max(_WHEN)
    asked = (
        select(Sighting.item)
        .where(*wheres)
        .group_by(Sighting.item)
        .order_by(newest.desc(), Sighting.item)
        .offset((number - 1) * PAGES)
        .limit(PAGES)
    )
    items = (await db.exec(asked, params=at)).all()
    found = await _sighted(db, [col(Sighting.item).in_(items), *wheres], at)
    by_item: dict[str, list[Sighted]] = {item: [] for item in items}
    for sighted in found:
        by_item[sighted.item].append(sighted)
    shown = [(item, versions[:VERSIONS], len(versions)) for item, versions in by_item.items()]
    compared = await _compared(db, [sighted for _, versions, _ in shown for sighted in versions])
    pages = tuple(
        Page(item=item, versions=tuple(compared[v.id] for v in versions), more=whole - len(versions))
        for item, versions, whole in shown
    )
    return Queue(pages=pages, waiting=waiting, number=number, last=last, sources=await _sources(db, at))


async def _sources(db: AsyncSession, at: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    seen = select(Sighting.source).where(*WAITS)
    asked = select(Source.key, Source.title).where(col(Source.key).in_(seen)).order_by(Source.title)
    return tuple((key, title) for key, title in (await db.exec(asked, params=at)).all())


async def waits(db: AsyncSession, *, now: datetime) -> tuple[int, datetime | None]:
    """How many pages wait, and since when the oldest of their versions."""
    asked = select(func.count(func.distinct(Sighting.item)), func.min(Sighting.seen_at)).where(*WAITS)
    pages, oldest = (await db.exec(asked, params={NOW.key: now})).one()
    return pages, oldest


async def sighted(db: AsyncSession, sighting_id: int) -> Sighted:
    """One sighting, whether or not it waits; raises NotFound."""
    found = await _sighted(db, [col(Sighting.id) == sighting_id], {})
    if not found:
        raise NotFound("There is no such sighting.")
    return (await _compared(db, found))[sighting_id]


async def _sighted(db: AsyncSession, wheres: Sequence[Any], at: Mapping[str, Any]) -> list[Sighted]:
    asked = (
        select(Sighting, Source.title, Source.link)
        .join(Source, col(Source.key) == col(Sighting.source))
        .where(*wheres)
        .order_by(_WHEN.desc(), col(Sighting.id).desc())
    )
    rows = (await db.exec(asked, params=at)).all()
    proposed = await _suggestions(db, [row.id or 0 for row, _, _ in rows])
    return [_view(row, title, link, proposed.get(row.id or 0, ())) for row, title, link in rows]


async def _suggestions(db: AsyncSession, ids: Sequence[int]) -> Mapping[int, tuple[Suggested, ...]]:
    asked = select(Suggestion).where(col(Suggestion.sighting_id).in_(ids))
    found: dict[int, list[Suggested]] = {}
    for row in (await db.exec(asked.order_by(col(Suggestion.score).desc(), col(Suggestion.announcement)))).all():
        suggested = Suggested(
            strategy=row.strategy,
            announcement=row.announcement,
            score=row.score,
            reasons=msgspec.json.decode(row.reasons, type=tuple[str, ...]),
        )
        found.setdefault(row.sighting_id, []).append(suggested)
    return {sighting_id: tuple(several) for sighting_id, several in found.items()}


def _view(row: Sighting, source_title: str, source_link: str, suggestions: tuple[Suggested, ...]) -> Sighted:
    taken = {name: getattr(row, name) for name in Sighted.__struct_fields__ if name in Sighting.model_fields}
    shown = {
        "id": row.id or 0,
        # Only what a browser can follow becomes a link.
        "url": row.url if is_link(row.url) else source_link,
        "source_title": source_title,
        "source_link": source_link,
        "put_off": row.later_until is not None,
        "suggestions": suggestions,
    }
    return Sighted(**{**taken, **shown})


async def _compared(db: AsyncSession, found: Sequence[Sighted]) -> Mapping[int, Sighted]:
    """The same with what differs from the version before, by their ids."""
    before = {item.before_id for item in found if item.before_id}
    rows = (await db.exec(select(Sighting).where(col(Sighting.id).in_(before)))).all() if before else []
    earlier = {row.id: row for row in rows}
    digests = {item.snapshot for item in found if item.before_id} | {row.snapshot for row in rows}
    texts = await _texts(db, [digest for digest in digests if digest])

    def compare(item: Sighted) -> tuple[Piece, ...]:
        was = earlier.get(item.before_id)
        return _difference(item, was, texts) if was else ()

    def compare_all() -> dict[int, Sighted]:
        return {item.id: msgspec.structs.replace(item, difference=compare(item)) for item in found}

    return await asyncio.to_thread(compare_all) if before else {item.id: item for item in found}


def _difference(item: Sighted, was: Sighting, texts: Mapping[str, str]) -> tuple[Piece, ...]:
    """Of the texts where both were kept; else of title and summary, where these differ."""
    if item.is_withdrawal:
        return ()
    old, new = texts.get(was.snapshot or ""), texts.get(item.snapshot or "")
    if old is None or new is None:
        old, new = f"{was.title}\n{was.summary}", f"{item.title}\n{item.summary}"
    if old == new or len(old) + len(new) > LONGEST_COMPARED:
        return ()
    return difference.words(old, new)


async def text_of(db: AsyncSession, digest: str | None) -> str:
    """The text of a page as it was kept; "" where none was."""
    return (await _texts(db, [digest])).get(digest, "") if digest else ""


async def _texts(db: AsyncSession, digests: Iterable[str]) -> Mapping[str, str]:
    asked = select(PageSnapshot.digest, PageSnapshot.text).where(col(PageSnapshot.digest).in_(list(digests)))
    return {digest: zlib.decompress(text).decode() for digest, text in (await db.exec(asked)).all()}


async def decisions(db: AsyncSession, *, before: int | None = None) -> list[Decided]:
    """What was decided, the newest first; one more than is shown, so that it can be seen whether there is more."""
    asked = _decisions().order_by(col(Decision.id).desc()).limit(DECISIONS + 1)
    return await _decided(db, asked if before is None else asked.where(col(Decision.id) < before))


async def decision(db: AsyncSession, decision_id: int) -> Decided | None:
    """One decision; None when there is none."""
    return next(iter(await _decided(db, _decisions().where(col(Decision.id) == decision_id))), None)


def _decisions() -> Any:  # SQLModel's type of a select of three cannot be written down
    return (
        select(Decision, Sighting, Person.name)
        .join(Sighting, col(Sighting.id) == col(Decision.sighting_id))
        .join(Person, col(Person.id) == col(Decision.decided_by))
    )


async def _decided(db: AsyncSession, asked: Any) -> list[Decided]:
    rows = (await db.exec(asked)).all()
    keys = [row.draft_key for row, _, _ in rows if row.draft_key]
    drafts = dict((await db.exec(select(Draft.key, Draft.id).where(col(Draft.key).in_(keys)))).all()) if keys else {}
    public = select(StoredChange.key, StoredChange.seq).where(col(StoredChange.key).in_(keys))
    published = dict((await db.exec(public)).all()) if keys else {}
    return [
        Decided(
            id=row.id or 0,
            sighting_id=row.sighting_id,
            kind=row.kind,
            title=sighting.title,
            url=sighting.url if is_link(sighting.url) else "",
            announcements=msgspec.json.decode(row.announcements, type=tuple[str, ...]),
            reason=row.reason,
            words=row.words,
            until=sighting.later_until if row.kind == "later" and sighting.decision_id == row.id else None,
            by=name,
            at=row.decided_at,
            stands=sighting.decision_id == row.id and row.kind != "undone",
            draft_id=drafts.get(row.draft_key),
            published_seq=published.get(row.draft_key),
        )
        for row, sighting, name in rows
    ]
