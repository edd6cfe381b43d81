"""Invented sightings for the demonstration, so that an editor finds something in the queue without a network."""

import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec import json
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.strategies.facts import INVENTED
from tracker.watch.models import Host, PageSnapshot, Sighting, Source, Suggestion

SOURCE = f"{INVENTED}source"
TEXTS = {
    "found": "Councils publish what they offer to kinship families.",
    "changed": "Councils publish what they offer to kinship families by spring 2027.",
    "silent": "Councils publish what they offer to kinship families by autumn 2027, where they can.",
}
"""A page as it was found, as it was changed in public, and as it was changed without a word."""
HOURS_AGO = (72, 24, 1)
SCORES = (0.84, 0.62)


async def invent_sightings(
    db: AsyncSession, strategy: str, numbers: Sequence[str], *, publisher: str, domain: str, said: str, now: datetime
) -> None:
    """Versions of one page that nobody has, the later two suggested for these announcements; `said` is in each."""
    host = f"https://pages.{domain}"
    await _invent_source(db, host, publisher=publisher, now=now)
    before: int | None = None
    for (version, sentence), hours in zip(TEXTS.items(), HOURS_AGO, strict=True):
        row = await _invent_version(db, version, f"{said}\n\n{sentence}", before=before, now=now)
        row.item, row.url, row.publisher = f"pages.{domain}/page", f"{host}/page", publisher
        row.summary, row.seen_at = f"{said} {sentence}", now - timedelta(hours=hours)
        row.published_at = None if row.silent else row.seen_at
        row.note = f"{said} It says by when." if row.note_is == "known" else None
        db.add(row)
        await db.flush()
        before = row.id
        if row.offered:
            _suggest(db, row, strategy, numbers, said=said)
    await db.flush()


async def _invent_source(db: AsyncSession, host: str, *, publisher: str, now: datetime) -> None:
    """A source that is taken away already, so that nobody tries to read it."""
    db.add(Host(name=host))
    await db.flush()
    db.add(
        Source(
            key=SOURCE,
            kind="page",
            title="A source that does not exist (invented)",
            publisher=publisher,
            url=f"{host}/page",
            link=f"{host}/page",
            host=host,
            every_seconds=3600,
            digest="",
            due_at=now,
            read_at=now,
            retired_at=now,
        )
    )
    await db.flush()


async def _invent_version(db: AsyncSession, version: str, text: str, *, before: int | None, now: datetime) -> Sighting:
    digest = sha256(text.encode()).hexdigest()
    db.add(PageSnapshot(digest=digest, text=zlib.compress(text.encode()), read_at=now))
    await db.flush()
    return Sighting(
        item="",
        version=version,
        source=SOURCE,
        url="",
        title="Support for kinship families: what councils publish (invented)",
        summary="",
        publisher="",
        seen_at=now,
        note_is="known" if version == "changed" else "none",
        silent=version == "silent",
        baseline=before is None,
        text_digest=digest,
        snapshot=digest,
        before_id=before,
        offered=before is not None,
    )


def _suggest(db: AsyncSession, row: Sighting, strategy: str, numbers: Sequence[str], *, said: str) -> None:
    reasons = json.encode([f"{said} its summary says “councils publish”"]).decode()
    for number, score in zip(numbers, SCORES, strict=True):
        which = int(number)
        db.add(Suggestion(sighting_id=row.id or 0, strategy=strategy, announcement=which, score=score, reasons=reasons))
