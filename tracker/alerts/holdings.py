"""What is held about an address, and how its endpoints fare, as its owner may see it."""

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
from tracker.strategies.words import moment_text


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
    paused_until: datetime | None
    stopped_at: datetime | None
    stopped_because: str | None
    last_error: str | None
    topics: list[str]
    names: list[str]
    webhooks: list[Webhook]


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
        paused_until=destination.paused_until,
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
    "id", "channel", "address", "name", "cadence", "summary", "created_at", "confirmed_at", "paused_at", "paused_until",
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
