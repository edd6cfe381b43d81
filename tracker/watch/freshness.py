"""How far what is watched was read, and how each source stands: for everything that says what silence means."""

from datetime import datetime
from typing import Any

from sqlalchemy import Subquery, bindparam, case, func
from sqlmodel import col, or_, select

from tracker.db import Instant
from tracker.strategies.silence import Watched
from tracker.watch.models import Sighting, Source, Trouble

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
