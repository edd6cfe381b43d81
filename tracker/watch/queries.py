"""What is on record of items."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.watch.models import Sighting
from tracker.watch.versions import KnownItem, KnownVersion, said

AT_ONCE = 500
"""Items that one statement asks for: databases bound how many values a statement may have."""
_KNOWN = (
    Sighting.item, Sighting.id, Sighting.version, Sighting.source, Sighting.seen_at, Sighting.published_at,
    Sighting.title, Sighting.summary, Sighting.note_is, Sighting.withdrawn, Sighting.historic, Sighting.baseline,
    Sighting.text_digest, Sighting.snapshot,
)  # fmt: skip


async def began(db: AsyncSession) -> datetime | None:
    """When anything was sighted for the first time; None before."""
    asked = columns_of(col(Sighting.seen_at)).order_by(col(Sighting.id)).limit(1)
    return (await (await db.connection()).execute(asked)).scalar()


async def known_items(db: AsyncSession, items: Collection[str]) -> dict[str, KnownItem]:
    """What is on record of these items; those that are not are left out."""
    wanted, found = sorted(set(items)), dict[str, list[KnownVersion]]()
    for start in range(0, len(wanted), AT_ONCE):
        these = col(Sighting.item).in_(wanted[start : start + AT_ONCE])
        asked = columns_of(*(col(each) for each in _KNOWN)).where(these).order_by(col(Sighting.id))
        for row in await (await db.connection()).execute(asked):
            found.setdefault(row.item, []).append(_known(row))
    return {item: KnownItem(item=item, versions=tuple(versions)) for item, versions in found.items()}


def _known(row: Any) -> KnownVersion:  # a row of chosen columns has no type of its own
    return KnownVersion(
        id=row.id,
        version=row.version,
        source=row.source,
        seen_at=row.seen_at,
        published_at=row.published_at,
        said=said(row.title, row.summary),
        note_is=row.note_is,
        withdrawn=row.withdrawn,
        historic=row.historic,
        baseline=row.baseline,
        text_digest=row.text_digest,
        has_snapshot=row.snapshot is not None,
    )
