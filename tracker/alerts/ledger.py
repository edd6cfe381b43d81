"""The outbox as a queue: claiming what is due, and keeping it. Nothing here commits.

Each statement is built once and given its values: building one takes longer than sending ten mails.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    Update,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    union_all,
    update,
)
from sqlalchemy import select as columns_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.models import Delivery, Destination
from tracker.alerts.rows import STILL_OWED, among, ids_value, in_order
from tracker.alerts.schemas import WEBHOOK, Owed
from tracker.db import Instant

LEASE = timedelta(seconds=45)
"""How long a delivery stays with a worker that gives no sign of life. Renewed every 10 s."""
PER_ENDPOINT = 4
"""The most that is on its way to one endpoint, from all workers together."""
ORDER = (col(Delivery.bulk), col(Delivery.due_at), col(Delivery.id))
"""What somebody asked for comes before news, and the first due first."""
RANKED = (col(Delivery.id), col(Delivery.destination_id), col(Delivery.bulk), col(Delivery.due_at))
NOW, UNTIL = bindparam("now", type_=Instant()), bindparam("until", type_=Instant())
WORKER = bindparam("worker_name", type_=Text())
OF_DELIVERY = (
    "id", "about", "message", "channel", "destination_id", "first", "last", "attempts", "due_at", "bulk",
)  # fmt: skip
OF_DESTINATION = (
    "id", "address", "cadence", "created_at", "stopped_at", "secret", "old_secret", "old_secret_until",
)  # fmt: skip

NOBODY = (None, None, "", datetime.min.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), None, None, None)
"""A destination that is gone. It may be removed while what it is owed is being written: that must hold up no other."""


async def claim_due(
    db: AsyncSession, channel: str, *, worker: str, now: datetime, limit: int, lease: timedelta = LEASE
) -> list[Owed]:
    """Lease what is due on a channel to this worker; two workers never get the same."""
    connection = await db.connection()
    dialect = connection.dialect.name
    values = {"now": now, "until": now + lease, "worker_name": worker, "most": limit, "more": 2 * limit}
    rows = (await connection.execute(_claim(channel), values)).all()
    wanted = ids_value(dialect, {row[4] for row in rows})
    found = (await connection.execute(_destinations(dialect), {"ids": wanted})).all()
    destinations = {row[0]: row for row in found}
    # In the order of claiming, which RETURNING does not keep.
    rows = sorted(rows, key=lambda row: (row[9], row[8], row[0]))
    return [_owed(row, destinations.get(row[4], NOBODY), now=now) for row in rows]


@cache
def _claim(channel: str) -> Update:
    due = _due(channel).with_for_update(skip_locked=True).cte("due")
    return (
        update(Delivery)
        .where(col(Delivery.id).in_(columns_of(due.c.id)))
        .values(leased_until=UNTIL, worker=WORKER)
        .returning(*(col(getattr(Delivery, name)) for name in OF_DELIVERY))
    )


@cache
def _destinations(dialect: str) -> Select[Any]:
    columns = (col(getattr(Destination, name)) for name in OF_DESTINATION)
    return columns_of(*columns).where(among(dialect, col(Destination.id)))


def _free(channel: str) -> list[ColumnElement[bool]]:
    """What can be claimed."""
    return [
        col(Delivery.channel) == channel,
        *STILL_OWED,
        col(Delivery.due_at) <= NOW,
        or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= NOW),
    ]


def _due(channel: str) -> Select[int | None]:
    fair = [col(Delivery.id).in_(_fair())] if channel == WEBHOOK else []
    due = columns_of(col(Delivery.id)).where(*_free(channel), *fair).order_by(*ORDER)
    return due.limit(bindparam("most", type_=Integer()))


def _fair() -> Select[Any]:
    """The first few of each endpoint, less what is on its way there: one that hangs takes no more than these.

    Ranked among the first that are due, not among all, and without endpoints that have their few: else each claim
    would sort the whole queue. More than are wanted, since another worker may lock some of them.
    """
    # Written out, not given as a value: a planner must see that the index over these rows has them all.
    is_webhook = col(Delivery.channel) == literal_column(f"'{WEBHOOK}'")
    on_its_way = (is_webhook, *STILL_OWED, col(Delivery.leased_until) > NOW)
    has_enough = columns_of(col(Delivery.destination_id)).where(*on_its_way)
    has_enough = has_enough.group_by(col(Delivery.destination_id)).having(func.count() >= PER_ENDPOINT)
    first = (
        columns_of(*RANKED, literal(1).label("waits"))
        .where(*_free(WEBHOOK), col(Delivery.destination_id).not_in(has_enough))
        .order_by(*ORDER)
        .limit(bindparam("more", type_=Integer()))
        .subquery()
    )
    together = union_all(columns_of(first), columns_of(*RANKED, literal(0)).where(*on_its_way)).subquery().c
    order = (together.waits, together.bulk, together.due_at, together.id)
    place = func.row_number().over(partition_by=together.destination_id, order_by=order)
    ranked = columns_of(together.id, together.waits, place.label("place")).subquery().c
    return columns_of(ranked.id).where(ranked.waits == 1, ranked.place <= PER_ENDPOINT)


def _owed(row: Sequence[Any], destination: Sequence[Any], *, now: datetime) -> Owed:
    number, about, message, channel, destination_id, first, last, attempts, due_at, _ = row
    _, address, cadence, created_at, stopped_at, secret, old_secret, until = destination
    secrets = (secret, old_secret if until and until > now else None)
    return Owed(
        id=number,
        about=about,
        message=message,
        channel=channel,
        destination_id=destination_id,
        first=first,
        last=last,
        attempts=attempts,
        due_at=due_at,
        address=address,
        cadence=cadence,
        created_at=created_at,
        stopped=stopped_at is not None,
        secrets=tuple(each for each in secrets if each),
    )


async def is_due(db: AsyncSession, channel: str, *, now: datetime) -> bool:
    """Whether anything can be claimed: asked every second, so it locks nothing."""
    connection = await db.connection()
    return (await connection.execute(_anything(channel), {"now": now})).first() is not None


@cache
def _anything(channel: str) -> Select[int | None]:
    return columns_of(col(Delivery.id)).where(*_free(channel)).limit(1)


async def renew(
    db: AsyncSession, ids: Sequence[int], *, worker: str, now: datetime, lease: timedelta = LEASE
) -> list[int]:
    """Keep what this worker still holds; returns which that are."""
    connection = await db.connection()
    dialect = connection.dialect.name
    values = {"ids": ids_value(dialect, ids), "worker_name": worker, "until": now + lease}
    return [row[0] for row in (await connection.execute(_renewal(dialect), values)).all()]


@cache
def _renewal(dialect: str) -> Update:
    # What was given back since the caller looked has no lease, and must not get one that nobody knows of.
    ours = (col(Delivery.worker) == WORKER, col(Delivery.leased_until).is_not(None), *STILL_OWED)
    held = in_order(Delivery, among(dialect, col(Delivery.id)), *ours).cte("held")
    these = col(Delivery.id).in_(columns_of(held.c.id))
    return update(Delivery).where(these).values(leased_until=UNTIL).returning(col(Delivery.id))
