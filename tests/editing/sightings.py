"""Sources, sightings and suggestions as the watcher would have kept them, made in one line."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.conftest import NOON
from tests.editing.make import SLUG
from tracker.watch.models import Host, Sighting, Source, Suggestion, Trouble

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
GOVUK = "https://www.gov.uk"


async def source(db: AsyncSession, key: str = "dfe", **given: Any) -> Source:
    """A source that was read an hour ago, unless it is said otherwise."""
    if await db.get(Host, GOVUK) is None:
        db.add(Host(name=GOVUK))
        await db.flush()
    values = {
        "kind": "finder",
        "title": "DfE guidance",
        "publisher": "Department for Education",
        "url": f"{GOVUK}/search/guidance-and-regulation.atom",
        "link": f"{GOVUK}/search/guidance-and-regulation",
        "host": GOVUK,
        "every_seconds": 900,
        "digest": "1",
        "due_at": NOON,
        "tried_at": NOON - HOUR,
        "read_at": NOON - HOUR,
        **given,
    }
    row = Source(key=key, **values)
    db.add(row)
    await db.flush()
    return row


async def sighting(
    db: AsyncSession,
    path: str = "/government/publications/kinship-care-statutory-guidance",
    *,
    suggested: dict[int, float] | None = None,
    reasons: tuple[str, ...] = ("The title says “kinship care”.",),
    **given: Any,
) -> Sighting:
    """A new version of a page of GOV.UK that waits for an editor, suggested for announcement 14."""
    published: datetime = given.pop("published_at", NOON - 3 * HOUR)
    values = {
        "item": f"gov.uk{path}",
        "version": published.isoformat() if published else "digest:1",
        "source": "dfe",
        "url": f"{GOVUK}{path}",
        "title": "Kinship care: statutory guidance for local authorities",
        "summary": "What local authorities should do to support kinship families. It replaces the guidance of 2011.",
        "publisher": "Department for Education",
        "published_at": published,
        "seen_at": NOON - HOUR,
        "note": "Added a section on the kinship local offer.",
        "note_is": "known",
        "offered": True,
        **given,
    }
    row = Sighting(**values)
    db.add(row)
    await db.flush()
    for number, score in (suggested if suggested is not None else {14: 0.91}).items():
        kept = msgspec.json.encode(reasons).decode()
        db.add(Suggestion(sighting_id=row.id or 0, strategy=SLUG, announcement=number, score=score, reasons=kept))
    await db.flush()
    return row


async def trouble(db: AsyncSession, source: str = "dfe", kind: str = "gap", **given: Any) -> Trouble:
    """A gap of two days that nobody has looked through, unless it is said otherwise."""
    values = {
        "since": NOON - 3 * DAY,
        "until": NOON - DAY,
        "noticed_at": NOON - HOUR,
        "said": "More was published than it shows at once.",
        **given,
    }
    row = Trouble(source=source, kind=kind, **values)
    db.add(row)
    await db.flush()
    return row
