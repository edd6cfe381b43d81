"""The outbox as a queue: claiming what is due, keeping it, and writing down what came of it. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Integer, RowMapping, Select, any_, case, func, literal, or_, update
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
    due = _due(channel, now, limit=limit).with_for_update(skip_locked=True).cte("due")
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


def _free(channel: str, now: datetime) -> list[ColumnElement[bool]]:
    """What can be claimed."""
    return [
        col(Delivery.channel) == channel,
        *STILL_OWED,
        col(Delivery.due_at) <= now,
        or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now),
    ]


def _due(channel: str, now: datetime, *, limit: int) -> Select[int | None]:
    fair = [col(Delivery.id).in_(_fair(now, limit=limit))] if channel == WEBHOOK else []
    return columns_of(col(Delivery.id)).where(*_free(channel, now), *fair).order_by(*ORDER).limit(limit)


def _fair(now: datetime, *, limit: int) -> Select[int | None]:
    """The first few of each endpoint, less what is on its way there: one that hangs takes no more than these.

    In one pass, what is on its way counted first. More than are wanted, since another worker may lock some of them.
    """
    on_its_way = case((col(Delivery.leased_until) > now, 0), else_=1)
    order = (on_its_way, *ORDER)
    ranked = (
        columns_of(
            *(col(getattr(Delivery, name)).label(name) for name in ("id", "bulk", "due_at")),
            on_its_way.label("waits"),
            func.row_number().over(partition_by=col(Delivery.destination_id), order_by=order).label("place"),
        )
        .where(col(Delivery.channel) == WEBHOOK, *STILL_OWED)
        .where(or_(col(Delivery.due_at) <= now, col(Delivery.leased_until) > now))
        .subquery()
    )
    waiting = columns_of(ranked.c.id).where(ranked.c.waits == 1, ranked.c.place <= PER_ENDPOINT)
    return waiting.order_by(ranked.c.bulk, ranked.c.due_at, ranked.c.id).limit(4 * limit)


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
    anything = columns_of(col(Delivery.id)).where(*_free(channel, now)).limit(1)
    return (await connection.execute(anything)).first() is not None


async def renew(
    db: AsyncSession, ids: Sequence[int], *, worker: str, now: datetime, lease: timedelta = LEASE
) -> list[int]:
    """Keep what this worker still holds; returns which that are."""
    connection = await db.connection()
    these = among(connection.dialect.name, col(Delivery.id), ids)
    held = update(Delivery).where(these, col(Delivery.worker) == worker, *STILL_OWED)
    kept = held.values(leased_until=now + lease).returning(col(Delivery.id))
    return [row.id for row in (await connection.execute(kept)).all()]
