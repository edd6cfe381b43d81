"""Destinations, what they follow, and publications, made in one line."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.conftest import NOON
from tracker.alerts.models import Destination, Subscription
from tracker.strategies.models import Publication, PublicationTopic

SLUG = "championing-kinship-care"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BOTH = ("all", f"announcement/{SLUG}/13", f"announcement/{SLUG}/14")


async def follower(
    db: AsyncSession, address: str, topics: Iterable[str] = ("all",), *, after: int = 0, **given: Any
) -> Destination:
    """An address or endpoint that has confirmed some topics."""
    channel = "webhook" if address.startswith("http") else "email"
    values = {"channel": channel, "created_at": NOON, "confirmed_at": NOON, **given}
    values.setdefault("secret", SECRET if channel == "webhook" else None)
    row = Destination(address=address, **values)
    db.add(row)
    await db.flush()
    for topic in topics:
        db.add(Subscription(destination_id=row.id, topic=topic, asked_at=NOON, confirmed_at=NOON, after=after))
    await db.flush()
    return row


async def published(
    db: AsyncSession, topics: Iterable[str] = BOTH, *, subject: str = "Something happened", at: datetime = NOON,
    strategy: str = SLUG,
) -> Publication:  # fmt: skip
    """A publication with its topics, as editing leaves it before it is owed to anybody."""
    content = {
        "headline": subject,
        "sentences": ["The guidance was published."],
        "addresses": [{"title": "14. Statutory guidance", "path": "/announcements/14#change-7"}],
        "happened_on": "2026-11-20",
    }
    key = f"{subject}-{at.isoformat()}"
    text = f"{subject}\n\nThe guidance was published.\n\nIt happened on 20 November 2026."
    row = Publication(
        key=key,
        strategy=strategy,
        first_seq=7,
        last_seq=8,
        published_at=at,
        subject=f"Tracker: {subject}",
        text=text,
        content=msgspec.json.encode(content).decode(),
    )
    db.add(row)
    await db.flush()
    db.add_all([PublicationTopic(publication_id=row.id, topic=topic) for topic in topics])
    await db.flush()
    return row
