"""Sources, sightings and decisions of every sort, for looking at the pages that show them."""

import zlib
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from tests.editing.make import SLUG
from tests.editing.sightings import sighting, source, trouble
from tracker.editing.queue import deciding
from tracker.watch.models import PageSnapshot

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONG = (
    "Written confirmation of the arrangements for the kinship allowance trial, including an explanation of what the "
    "seven Kinship Zones are to publish, to whom an allowance is paid, and how it is worked out."
)
OLD = "The trial begins in spring 2026 in up to 10 local authorities. Every family is told by letter."
NEW = "The trial begins in autumn 2026 in 7 local authorities. Every family is told by letter or by email."


async def arrange(db: AsyncSession, *, now: datetime, by: int) -> None:
    """Six pages that wait, one of them in several versions, four decisions, and sources in every state of health."""
    await source(db, read_at=now - HOUR, tried_at=now - HOUR, changed_at=now - DAY)
    await source(
        db, "law", title="Law Commission: news and announcements of every kind", publisher="Law Commission",
        broken_since=now - 2 * DAY, read_at=now - 3 * DAY, tried_at=now - HOUR, failures=9, kind="feed",
        trouble="It answered with a page instead of a feed (HTML, 404 Not Found)", link="https://lawcom.gov.uk/news/",
    )  # fmt: skip
    await source(db, "ofsted", title="Ofsted: social care", publisher="Ofsted", read_at=None, tried_at=None)
    await source(
        db, "bills", title="Written questions about kinship", publisher="UK Parliament", kind="questions",
        failures=1, read_at=now - 5 * HOUR, tried_at=now - HOUR, trouble="No answer within 30 seconds",
    )  # fmt: skip
    await trouble(db, "dfe", since=now - 3 * DAY, until=now - 2 * DAY, noticed_at=now - 2 * DAY)
    await trouble(
        db, "law", kind="broken", since=now - 2 * DAY, until=None, noticed_at=now - 2 * DAY, said="404 Not Found"
    )
    await trouble(
        db, "bills", kind="broken", since=now - 9 * DAY, until=now - 8 * DAY, noticed_at=now - 9 * DAY,
        ended_at=now - 8 * DAY, said="No answer within 30 seconds",
    )  # fmt: skip
    for digest, text in (("old", OLD), ("new", NEW)):
        db.add(PageSnapshot(digest=digest, text=zlib.compress(text.encode()), read_at=now))
    await db.flush()
    await _waiting(db, now=now)
    decided = [
        (await sighting(db, f"/decided/{number}", published_at=now - number * DAY, seen_at=now - DAY)).id or 0
        for number in range(1, 5)
    ]
    about = {"seen": None, "by": by, "now": now}
    await deciding.refuse(db, decided[0], reason="other", words="An advert for a course", **about)
    await deciding.put_off(db, decided[1], days=7, **about)
    await deciding.accept(db, decided[2], strategy=SLUG, numbers=[14], **about)
    await deciding.refuse(db, decided[3], reason="other-nation", **about)
    await deciding.undo(db, 4, by=by, now=now)


async def _waiting(db: AsyncSession, *, now: datetime) -> None:
    at = {"published_at": now - 2 * HOUR, "seen_at": now - HOUR}
    await sighting(
        db, suggested={14: 0.93, 1: 0.52, 13: 0.41}, document_type="statutory_guidance", **at,
        reasons=("The title says “kinship care” and “statutory guidance”.", "The page is evidence for 14 already."),
    )  # fmt: skip
    before = await sighting(
        db, "/zones", snapshot="old", published_at=now - 9 * DAY, offered=False, title="Kinship Zones", suggested={}
    )
    zones = {"before_id": before.id, "title": "Kinship Zones: " + LONG, "note": None, "suggested": {8: 0.88}}
    await sighting(
        db, "/zones", snapshot="new", silent=True, version="silent:1", note_is="none",
        **{**zones, **at, "published_at": now - 3 * HOUR},
    )  # fmt: skip
    await sighting(db, "/zones", withdrawn=True, version="withdrawn", note_is="none", **{**zones, **at})
    await sighting(
        db, "/answer", note=None, note_is="unknown", historic=True, suggested={}, summary="",
        published_at=now - 4 * HOUR, seen_at=now - HOUR, source="bills", publisher="",
    )  # fmt: skip
    await sighting(
        db, "/coming", note=None, note_is="awaited", baseline=True, summary=LONG * 3,
        published_at=now - 5 * HOUR, seen_at=now - HOUR, suggested={3: 0.77},
    )  # fmt: skip
    for number in range(18):
        await sighting(
            db, f"/more/{number}", title=f"Minutes of meeting {number}", published_at=now - (6 + number) * HOUR,
            seen_at=now - HOUR, note=None, note_is="none", suggested={10: 0.6}, document_type="minutes",
        )  # fmt: skip
