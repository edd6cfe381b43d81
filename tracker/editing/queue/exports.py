"""Decisions to take away: in the form of the matcher's practice set, without who decided."""

from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.watch.models import Decision, Sighting

DECIDING = ("accepted", "not-evidence")
"""Decisions that say what a sighting is evidence for; putting off and undoing say nothing of that."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A sighting with what an editor made of it."""

    title: str
    summary: str
    publisher: str
    url: str
    published: str | None
    note: str | None
    labels: tuple[int, ...]
    """Numbers of the announcements it was accepted for; none where it is no evidence."""
    strategy: str | None
    """The strategy of these announcements."""
    reason: str | None
    """Why it is no evidence: a code, or “other” with words."""
    words: str | None
    suggested: tuple[msgspec.Raw, ...]
    """What the matcher had proposed at that moment, with scores."""
    decided_at: datetime
    stands: bool
    """False when it was undone since, or decided anew."""


async def decisions(db: AsyncSession) -> AsyncIterator[Line]:
    """Every decision that says what a sighting is evidence for, in the order in which they were taken."""
    asked = (
        select(Decision, Sighting)
        .join(Sighting, col(Sighting.id) == col(Decision.sighting_id))
        .where(col(Decision.kind).in_(DECIDING))
        .order_by(col(Decision.id))
    )
    for row, sighting in (await db.exec(asked)).all():
        yield _line(row, sighting)


def _line(row: Decision, sighting: Sighting) -> Line:
    refs = [ref.rpartition("/") for ref in msgspec.json.decode(row.announcements, type=list[str])]
    published = sighting.published_at
    return Line(
        title=sighting.title,
        summary=sighting.summary,
        publisher=sighting.publisher,
        url=sighting.url,
        published=published.isoformat().replace("+00:00", "Z") if published else None,
        note=sighting.note,
        labels=tuple(int(number) for _, _, number in refs),
        strategy=refs[0][0] if refs else None,
        reason=row.reason,
        words=row.words,
        suggested=msgspec.json.decode(row.suggested, type=tuple[msgspec.Raw, ...]),
        decided_at=row.decided_at,
        stands=sighting.decision_id == row.id,
    )
