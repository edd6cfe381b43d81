"""The outbox as a queue: claiming what is due, keeping it, and writing down what came of it. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Integer, RowMapping, Select, any_, func, literal, or_, update
from sqlalchemy import select as columns_of
from sqlalchemy.orm import Mapped
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import STILL_OWED, WEBHOOK
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.schemas import Owed

LEASE = timedelta(seconds=45)
"""How long a delivery stays with a worker that gives no sign of life. Renewed every 10 s."""
PER_ENDPOINT = 4
"""The most that is on its way to one endpoint, from all workers together."""
ORDER = (col(Delivery.bulk), col(Delivery.due_at), col(Delivery.id))
"""What somebody asked for comes before news, and the first due first."""


async def claim_due(
    db: AsyncSession, channel: str, *, worker: str, now: datetime, limit: int, lease: timedelta = LEASE
) -> list[Owed]:
    """Lease what is due on a channel to this worker; two workers never get the same."""
    due = _due(channel, now).limit(limit).with_for_update(skip_locked=True).cte("due")
    connection = await db.connection()
    claim = (
        update(Delivery)
        .where(col(Delivery.id).in_(columns_of(due.c.id)))
        .values(leased_until=now + lease, worker=worker)
        .returning(*(col(getattr(Delivery, name)) for name in OF_DELIVERY))
    )
    rows = [row._mapping for row in (await connection.execute(claim)).all()]
    wanted = sorted({row["destination_id"] for row in rows})
    found = columns_of(*(col(getattr(Destination, name)) for name in OF_DESTINATION)).where(
        among(connection.dialect.name, col(Destination.id), wanted)
    )
    destinations = {row.id: row._mapping for row in (await connection.execute(found)).all()}
    in_order = sorted(rows, key=lambda row: (row["bulk"], row["due_at"], row["id"]))
    return [_owed(row, destinations[row["destination_id"]], now=now) for row in in_order]


OF_DELIVERY = (
    "id", "about", "message", "channel", "destination_id", "bulk", "first", "last", "attempts", "due_at",
)  # fmt: skip
OF_DESTINATION = (
    "id", "address", "cadence", "created_at", "stopped_at", "secret", "old_secret", "old_secret_until",
)  # fmt: skip


def _due(channel: str, now: datetime) -> Select[int | None]:
    free = [
        col(Delivery.channel) == channel,
        *STILL_OWED,
        col(Delivery.due_at) <= now,
        or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now),
    ]
    fair = [col(Delivery.id).in_(_fair(now, free))] if channel == WEBHOOK else []
    return columns_of(col(Delivery.id)).where(*free, *fair).order_by(*ORDER)


def _fair(now: datetime, free: Sequence[ColumnElement[bool]]) -> Select[int | None]:
    """The first few of each endpoint, less what is on its way there: one that hangs takes no more than these."""
    endpoint = col(Delivery.destination_id)
    on_their_way = (
        columns_of(endpoint.label("endpoint"), func.count().label("count"))
        .where(col(Delivery.channel) == WEBHOOK, *STILL_OWED, col(Delivery.leased_until) > now)
        .group_by(endpoint)
        .subquery()
    )
    place = func.row_number().over(partition_by=endpoint, order_by=ORDER) + func.coalesce(on_their_way.c.count, 0)
    ranked = (
        columns_of(col(Delivery.id).label("id"), place.label("place"))
        .join(on_their_way, on_their_way.c.endpoint == endpoint, isouter=True)
        .where(*free)
        .subquery()
    )
    return columns_of(ranked.c.id).where(ranked.c.place <= PER_ENDPOINT)


def _owed(row: RowMapping, destination: RowMapping, *, now: datetime) -> Owed:
    old = destination["old_secret_until"]
    secrets = (destination["secret"], destination["old_secret"] if old and old > now else None)
    return Owed(
        **{name: row[name] for name in OF_DELIVERY if name != "bulk"},
        address=destination["address"],
        cadence=destination["cadence"],
        created_at=destination["created_at"],
        stopped=destination["stopped_at"] is not None,
        secrets=tuple(secret for secret in secrets if secret),
    )


def among(dialect: str, column: Mapped[int | None], ids: Sequence[int]) -> ColumnElement[bool]:
    """Whether a number is one of these, as one value: a statement is then prepared once, however many they are."""
    if dialect == "sqlite":
        values = func.json_each(msgspec.json.encode(list(ids)).decode()).table_valued("value")
        return column.in_(columns_of(values.c.value))
    return column == any_(literal(list(ids), ARRAY(Integer)))


async def is_due(db: AsyncSession, channel: str, *, now: datetime) -> bool:
    """Whether anything can be claimed: asked every second, so it locks nothing."""
    connection = await db.connection()
    return (await connection.execute(_due(channel, now).limit(1))).first() is not None


async def renew(
    db: AsyncSession, ids: Sequence[int], *, worker: str, now: datetime, lease: timedelta = LEASE
) -> list[int]:
    """Keep what this worker still holds; returns which that are."""
    connection = await db.connection()
    these = among(connection.dialect.name, col(Delivery.id), ids)
    held = update(Delivery).where(these, col(Delivery.worker) == worker, *STILL_OWED)
    kept = held.values(leased_until=now + lease).returning(col(Delivery.id))
    return [row.id for row in (await connection.execute(kept)).all()]
