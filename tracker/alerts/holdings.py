"""What is held about an address and what was sent there, as its owner may see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import Audited
from tracker.alerts import standing
from tracker.alerts.actions import STILL_OWED
from tracker.alerts.catalogue import Catalogue
from tracker.alerts.models import Asking, Attempt, Delivery, Destination, Subscription
from tracker.strategies.models import Publication
from tracker.strategies.public import PublicRecord
from tracker.strategies.words import moment_text

PAGE = 50
"""Messages on one page of what was sent."""
TITLES: Mapping[str, str] = {
    "digest": "What changed lately",
    "summary": "A summary, and proof that your alerts work",
    "confirm": "Confirm that you want these alerts",
    "manage-link": "The link to your alerts",
    "moved": "Your alerts go to another address now",
    "webhook-test": "A test",
    "webhook-failing": "Your webhook does not answer",
    "webhook-parked": "Your webhook is no longer called",
    "webhook-gone": "Your webhook said that it is gone",
    "sign-in": "A link to sign in",
    "contest-answered": "An answer to what you wrote to us",
    "verdict-stale": "An opinion may no longer fit",
}
"""What messages are called that are not about one publication; their subjects say more."""


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint in the list of its owner."""

    id: int
    name: str
    address: str
    state: str
    owed: int


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """An address, what it follows and how."""

    id: int
    address: str
    cadence: str
    summary: str
    confirmed_at: datetime | None
    paused_at: datetime | None
    stopped_at: datetime | None
    stopped_because: str | None
    last_error: str | None
    topics: list[str]
    names: list[str]
    webhooks: list[Webhook]


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One message in the list of what was sent."""

    id: int
    at: datetime | None
    subject: str
    link: str | None
    state: str
    kept: str | None
    """Its words, while they are kept."""


class SentPage(msgspec.Struct, frozen=True):
    """Some of what was sent, the newest first; `older` is where to go on."""

    items: list[Sent]
    older: int | None


class Feed(msgspec.Struct, frozen=True):
    """An Atom feed, and what it has."""

    href: str
    name: str


async def holding(db: AsyncSession, destination: Destination, catalogue: Catalogue) -> Holding:
    """Everything that the page of an address shows."""
    destination_id = standing.id_of(destination)
    topics = await standing.topics_of(db, destination_id)
    return Holding(
        id=destination_id,
        address=destination.address or "",
        cadence=destination.cadence,
        summary=destination.summary,
        confirmed_at=destination.confirmed_at,
        paused_at=destination.paused_at,
        stopped_at=destination.stopped_at,
        stopped_because=destination.stopped_because,
        last_error=await _last_error(db, destination_id) if destination.stopped_because == "bounced" else None,
        topics=topics,
        names=catalogue.names(topics),
        webhooks=[await webhook_view(db, row) for row in await standing.webhooks_of(db, destination_id)],
    )


async def webhook_view(db: AsyncSession, row: Destination) -> Webhook:
    """An endpoint as its owner sees it."""
    owed = await db.exec(
        select(func.count()).select_from(Delivery).where(Delivery.destination_id == row.id, *STILL_OWED)
    )
    return Webhook(
        id=standing.id_of(row), name=row.name, address=row.address or "", state=webhook_state(row), owed=owed.one()
    )


def webhook_state(row: Destination) -> str:
    """How an endpoint fares, in words."""
    if row.stopped_at is not None:
        why = "because it answered “410 Gone”" if row.stopped_because == "gone" else "when you stopped everything"
        return f"Stopped on {moment_text(row.stopped_at)}, {why}"
    if row.parked_at is not None:
        return f"Not called since {moment_text(row.parked_at)}, because it did not answer for days"
    if row.failing_since is not None:
        return f"Failing since {moment_text(row.failing_since)}: we go on trying"
    return "Working"


async def _last_error(db: AsyncSession, destination_id: int) -> str | None:
    failed = (
        select(Delivery.last_error)
        .where(Delivery.destination_id == destination_id, col(Delivery.failed_at).is_not(None))
        .order_by(col(Delivery.failed_at).desc())
    )
    return (await db.exec(failed.limit(1))).first()


async def sent_page(db: AsyncSession, destination_id: int, *, before: int | None = None) -> SentPage:
    """What was sent to a destination, and what is still owed, the newest first."""
    older_than = [col(Delivery.id) < before] if before is not None else []
    rows = await db.exec(
        select(Delivery, Publication)
        .join(Publication, col(Publication.id) == col(Delivery.first), isouter=True)
        .where(Delivery.destination_id == destination_id, *older_than)
        .order_by(col(Delivery.id).desc())
        .limit(PAGE + 1)
    )
    found = rows.all()
    items = [_sent(delivery, publication) for delivery, publication in found[:PAGE]]
    return SentPage(items, items[-1].id if len(found) > PAGE else None)


class _Place(msgspec.Struct, frozen=True):
    path: str


class _Places(msgspec.Struct, frozen=True):
    addresses: tuple[_Place, ...] = ()


def _sent(delivery: Delivery, publication: Publication | None) -> Sent:
    about = publication if delivery.message == "publication" else None
    places = msgspec.json.decode(about.content, type=_Places).addresses if about else ()
    return Sent(
        id=delivery.id or 0,
        at=delivery.sent_at or delivery.failed_at or delivery.due_at,
        subject=about.subject if about else TITLES.get(delivery.message, "A message"),
        link=places[0].path if places else None,
        state=delivery_state(delivery),
        kept=delivery.body,
    )


def delivery_state(row: Delivery) -> str:
    """How far a message has come, in words."""
    late = ", late" if row.late else ""
    if row.sent_at is not None:
        return f"Sent{late}"
    if row.failed_at is not None:
        stopped = (row.last_error or "").startswith("stopped")
        return "Not sent, because it was stopped" if stopped else f"Could not be delivered: {row.last_error}"
    if row.digest_id is not None or (row.late and row.due_at is None):
        return "Goes into the next digest, marked late"
    if row.due_at is None:
        return "Waits until the webhook is taken up again"
    return f"Waits to be tried again: {row.last_error}" if row.attempts and row.last_error else "Waits to be sent"


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One call to an endpoint, in the list of attempts."""

    at: datetime
    subject: str
    id: int
    """Of the delivery: the end of its webhook-id."""
    result: str
    took_ms: int


async def attempts_of(db: AsyncSession, webhook_id: int) -> list[Try]:
    """The newest calls to an endpoint."""
    rows = await db.exec(
        select(Attempt, Delivery, Publication)
        .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
        .join(Publication, col(Publication.id) == col(Delivery.first), isouter=True)
        .where(Delivery.destination_id == webhook_id)
        .order_by(col(Attempt.id).desc())
        .limit(PAGE)
    )
    return [
        Try(
            at=attempt.at,
            subject=_sent(delivery, publication).subject,
            id=delivery.id or 0,
            result=", ".join(dict.fromkeys(filter(None, (str(attempt.status or ""), attempt.error)))) or "No answer",
            took_ms=attempt.took_ms,
        )
        for attempt, delivery, publication in rows.all()
    ]


def feeds_of(topics: Sequence[str], records: Mapping[str, PublicRecord]) -> list[Feed]:
    """The Atom feeds that have what is followed; a kind or a group has none, so that of all changes stands in."""
    found: dict[str, Feed] = {}
    for topic in topics or list(records):
        kind, _, rest = topic.partition("/")
        slug, _, name = rest.partition("/")
        public = records.get(slug) or next(iter(records.values()))
        path, told = f"/{kind}s/{name}/changes.atom", f"{kind} {name}"
        if kind not in ("theme", "announcement"):
            path, told = "/changes.atom", "all changes"
        found.setdefault(public.link(path), Feed(public.link(path), told))
    return list(found.values())


async def everything_held(
    db: AsyncSession, destination: Destination, catalogue: Catalogue, *, now: datetime
) -> dict[str, Any]:
    """Everything that is held about an address, its webhooks included, but for what lets somebody in."""
    destination_id = standing.id_of(destination)
    webhooks = await standing.webhooks_of(db, destination_id)
    ids = [destination_id, *(standing.id_of(row) for row in webhooks)]
    asked = select(Asking).where((col(Asking.destination_id) == destination_id) | (Asking.moves_id == destination_id))
    noted = select(Audited).where(col(Audited.about).in_([f"destination/{item}" for item in ids]))
    return {
        "made_at": now,
        "address": await _destination_held(db, destination, catalogue),
        "webhooks": [await _destination_held(db, row, catalogue) for row in webhooks],
        "asked_for": [
            {**_row(row, "asked_at", "expires_at", "confirmed_at", "cadence", "tries"), "topics": row.wanted}
            for row in (await db.exec(asked.order_by(col(Asking.id)))).all()
        ],
        "noted": [
            {**_row(row, "at", "did", "about"), "detail": msgspec.Raw(row.detail.encode())}
            for row in (await db.exec(noted.order_by(col(Audited.id)))).all()
        ],
    }


DESTINATION = (
    "id", "channel", "address", "name", "cadence", "summary", "created_at", "confirmed_at", "paused_at",
    "stopped_at", "stopped_because", "digested_to", "old_secret_until", "failing_since", "warned_at", "parked_at",
    "not_before",
)  # fmt: skip
DELIVERY = (
    "id", "about", "message", "first", "last", "due_at", "attempts", "sent_at", "failed_at", "last_error", "late",
    "body",
)  # fmt: skip


async def _destination_held(db: AsyncSession, row: Destination, catalogue: Catalogue) -> dict[str, Any]:
    followed = select(Subscription).where(Subscription.destination_id == row.id).order_by(col(Subscription.id))
    owed = select(Delivery).where(Delivery.destination_id == row.id).order_by(col(Delivery.id))
    tried = (
        select(Attempt)
        .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
        .where(Delivery.destination_id == row.id)
        .order_by(col(Attempt.id))
    )
    return {
        **_row(row, *DESTINATION),
        "has_secret": row.secret is not None,
        "follows": [
            {**_row(item, "topic", "asked_at", "confirmed_at", "after"), "name": catalogue.name(item.topic)}
            for item in (await db.exec(followed)).all()
        ],
        "messages": [_row(item, *DELIVERY) for item in (await db.exec(owed)).all()],
        "attempts": [
            _row(item, "delivery_id", "at", "status", "error", "took_ms") for item in (await db.exec(tried)).all()
        ],
    }


def _row(row: object, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
