"""What is on record of items, their texts, and what changed between two of them."""

import zlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select as columns_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.watch import difference
from tracker.watch.models import PageSnapshot, Sighting
from tracker.watch.versions import KnownItem, KnownVersion, said

AT_ONCE = 500
"""Items that one statement asks for: databases bound how many values a statement may have."""
_KNOWN = (
    Sighting.item, Sighting.id, Sighting.version, Sighting.source, Sighting.seen_at, Sighting.published_at,
    Sighting.title, Sighting.summary, Sighting.note_is, Sighting.withdrawn, Sighting.baseline, Sighting.text_digest,
    Sighting.snapshot,
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
        baseline=row.baseline,
        text_digest=row.text_digest,
        has_snapshot=row.snapshot is not None,
    )


async def text_of(db: AsyncSession, digest: str | None) -> str | None:
    """The text with a digest; None where it is not kept."""
    if digest is None:
        return None
    asked = columns_of(col(PageSnapshot.text)).where(col(PageSnapshot.digest) == digest)
    packed = (await (await db.connection()).execute(asked)).scalar()
    return None if packed is None else zlib.decompress(packed).decode()


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """What changed in a page from one version to another."""

    since: datetime
    """When the version was seen that it is compared with."""
    paragraphs: tuple[difference.Paragraph, ...]
    """None where the texts say the same."""


async def changed(db: AsyncSession, sighting_id: int) -> Changed | None:
    """The difference that a sighting shows; None where one of the two texts is not kept."""
    sighting = await db.get(Sighting, sighting_id)
    before = await db.get(Sighting, sighting.before_id) if sighting and sighting.before_id else None
    if sighting is None or before is None:
        return None
    old, new = await text_of(db, before.snapshot), await text_of(db, sighting.snapshot)
    if old is None or new is None:
        return None
    return Changed(since=before.seen_at, paragraphs=difference.paragraphs(old, new))
