"""How far what is watched was read, and how each source stands: for everything that says what silence means."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Subquery, bindparam, case, func
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import Instant
from tracker.strategies.silence import Watched
from tracker.watch.exports import HealthWord, health_of
from tracker.watch.models import Sighting, Source, Suggestion, Trouble

NOW: Any = bindparam("now", type_=Instant)
"""The moment for which it is asked: what was put off until then waits again."""
WAITS = (col(Sighting.offered), or_(col(Sighting.later_until).is_(None), col(Sighting.later_until) <= NOW))
"""Of a sighting: it waits for an editor."""
WAITING_SIGHTINGS: Any = (
    select(func.count()).select_from(Sighting).where(*WAITS).scalar_subquery(),
    select(func.min(Sighting.seen_at)).where(*WAITS).scalar_subquery(),
)
"""How many sightings wait for an editor, and since when the oldest of them."""
_WATCHED = col(Source.retired_at).is_(None)
_BROKEN = col(Source.broken_since).is_not(None)
_GAPS = (
    select(func.count())
    .select_from(Trouble)
    .join(Source, col(Source.key) == col(Trouble.source))
    .where(Trouble.kind == "gap", col(Trouble.ended_at).is_(None), _WATCHED)
)


def stand() -> Subquery:
    """One row about all sources, for `columns`."""
    whole: Any = select  # SQLModel types selects of at most four
    asked = whole(
        func.count().label("sources"),
        func.min(case((~_BROKEN, col(Source.read_at)))).label("until"),
        func.max(Source.read_at).label("latest"),
        func.aggregate_strings(case((_BROKEN, col(Source.title))), "\n").label("broken"),
        func.count(case((col(Source.read_at).is_(None) & ~_BROKEN, 1))).label("unread"),
        _GAPS.scalar_subquery().label("gaps"),
    )
    found: Subquery = asked.select_from(Source).where(_WATCHED).subquery()
    return found


def columns(stood: Subquery) -> tuple[Any, ...]:
    """What `watched_from` is made from, in its order."""
    at = stood.c
    return at.sources, at.until, at.latest, at.broken, at.unread, at.gaps


def watched_from(
    sources: int, until: datetime | None, latest: datetime | None, broken: str | None, unread: int, gaps: int
) -> Watched:
    """How far what is watched was read, made coarse: whole hours, and the set of what cannot be read."""
    moment = until or latest
    return Watched(
        sources=sources,
        until=moment.replace(minute=0, second=0, microsecond=0) if moment else None,
        broken=tuple(sorted(broken.split("\n"))) if broken else (),
        unread=unread,
        gaps=gaps,
    )


async def unread_suggestions(db: AsyncSession, *, now: datetime) -> frozenset[str]:
    """The announcements that something is suggested for and no editor has dealt with: slug/number."""
    asked = (
        select(Suggestion.strategy, Suggestion.announcement)
        .join(Sighting, col(Sighting.id) == col(Suggestion.sighting_id))
        .where(*WAITS)
        .distinct()
    )
    rows = (await db.exec(asked, params={NOW.key: now})).all()
    return frozenset(f"{strategy}/{number}" for strategy, number in rows)


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """A source as it stands: what it is, and how reading it goes."""

    key: str
    kind: str
    title: str
    publisher: str
    link: str
    every_seconds: int
    health: HealthWord
    said: str | None
    """What was wrong at the last try."""
    tried_at: datetime | None
    read_at: datetime | None
    changed_at: datetime | None
    broken_since: datetime | None

    @property
    def every(self) -> timedelta:
        return timedelta(seconds=self.every_seconds)


class TroubleView(msgspec.Struct, frozen=True, kw_only=True):
    """A time in which a source was broken, or of which it no longer shows what was published."""

    id: int
    source: str
    title: str
    kind: str
    since: datetime
    until: datetime | None
    noticed_at: datetime
    said: str
    ended_at: datetime | None


async def source_views(db: AsyncSession) -> tuple[SourceView, ...]:
    """Every source that is watched, by publisher and title."""
    rows = (await db.exec(select(Source).where(_WATCHED).order_by(Source.publisher, Source.title, Source.key))).all()
    return tuple(
        SourceView(
            key=row.key,
            kind=row.kind,
            title=row.title,
            publisher=row.publisher,
            link=row.link,
            every_seconds=row.every_seconds,
            health=health_of(row),
            said=row.trouble,
            tried_at=row.tried_at,
            read_at=row.read_at,
            changed_at=row.changed_at,
            broken_since=row.broken_since,
        )
        for row in rows
    )


async def trouble_views(
    db: AsyncSession, *, most: int | None = None, open_gaps: bool = False
) -> tuple[TroubleView, ...]:
    """What went wrong with sources that are watched, the newest first; or only gaps that nobody has looked through."""
    asked = select(Trouble, Source.title).join(Source, col(Source.key) == col(Trouble.source)).where(_WATCHED)
    if open_gaps:
        asked = asked.where(Trouble.kind == "gap", col(Trouble.ended_at).is_(None))
    rows = (await db.exec(asked.order_by(col(Trouble.since).desc(), col(Trouble.id).desc()).limit(most))).all()
    return tuple(
        TroubleView(
            id=row.id or 0,
            source=row.source,
            title=title,
            kind=row.kind,
            since=row.since,
            until=row.until,
            noticed_at=row.noticed_at,
            said=row.said,
            ended_at=row.ended_at,
        )
        for row, title in rows
    )
