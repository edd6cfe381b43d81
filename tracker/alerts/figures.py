"""What an operator sees of delivery: queues, failures by kind, endpoints and addresses that do not work. Counts only.

Everything is read through the indexes over what is owed, sent and failed, so that it costs no more in later years.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, case, func, literal_column, or_
from sqlalchemy import select as columns_of
from sqlalchemy.orm import Mapped
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import EMAIL, STILL_OWED, WEBHOOK
from tracker.alerts.models import Delivery, Destination

CHANNELS = (EMAIL, WEBHOOK)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KINDS = (
    ("its recipient stopped", ("stopped:%",)),
    ("answered 5xx", ("5__ %", "5__")),
    ("answered 4xx", ("4__ %", "4__")),
    ("answered 3xx", ("3__ %", "3__")),
    ("no answer in time", ("no answer%", "%timeout%", "%timed out%")),
    ("not known whether it was taken", ("not known%",)),
    ("an address that may not be used", ("invalid:%",)),
    ("no trusted encryption", ("%certificate%", "%sslerror%", "%[ssl:%", "%encryption%")),
    ("no connection", ("client%", "oserror%", "%connect%", "%name or service%", "%unreachable%")),
)
"""Kinds of error, and how the error of each reads; the first that fits."""
OTHER = "another error"
READ, LONGEST = 200, 300
"""Characters of an error that its kind is read from, and that are shown."""
IN_USE = (col(Destination.channel) == WEBHOOK, col(Destination.stopped_at).is_(None))
PARKED = col(Destination.parked_at).is_not(None)
UNSHOWN = re.compile(
    r"\S+@\S+|https?://\S+|(?<=\bhost )\S+|\('[^']+', \d+\)|\S+(?= is not a public address)|(?<=\bfor )'[^']+'",
    re.IGNORECASE,
)
"""Whose address it is, is nobody's business here; a webhook's address is a secret of its owner's besides."""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """What one channel has to do and has done."""

    channel: str
    waiting: int = 0
    """Owed, and due now or later."""
    due: int = 0
    oldest_due_at: datetime | None = None
    held: int = 0
    """Owed to endpoints that are parked: they wait for their owner."""
    sent_last_hour: int = 0
    sent_last_day: int = 0
    failed_last_day: int = 0


class Failures(msgspec.Struct, frozen=True, kw_only=True):
    """Deliveries with one kind of error."""

    channel: str
    kind: str
    count: int
    newest: str
    """What the newest of them said, without addresses."""
    newest_at: datetime | None = None
    """When it failed; None where it will be tried again."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """Delivery at one moment."""

    queues: tuple[Queue, ...]
    failed: tuple[Failures, ...]
    """Given up in the last day."""
    retried: tuple[Failures, ...]
    """Went wrong, and will be tried again."""
    failing_endpoints: int
    parked_endpoints: int
    gone_endpoints: int
    bounced_addresses: int


async def figures(db: AsyncSession, *, now: datetime) -> Figures:
    """How delivery stands, in numbers that say nothing of any one person."""
    return Figures(
        queues=await _queues(db, now=now),
        failed=await _failures(db, col(Delivery.failed_at) > now - DAY),
        retried=await _failures(db, *STILL_OWED, col(Delivery.last_error).is_not(None)),
        failing_endpoints=await _count(db, col(Destination.failing_since).is_not(None), ~PARKED, *IN_USE),
        parked_endpoints=await _count(db, PARKED, *IN_USE),
        gone_endpoints=await _count(
            db, col(Destination.channel) == WEBHOOK, col(Destination.stopped_because) == "gone"
        ),
        bounced_addresses=await _count(
            db, col(Destination.channel) == EMAIL, col(Destination.stopped_because) == "bounced"
        ),
    )


async def _queues(db: AsyncSession, *, now: datetime) -> tuple[Queue, ...]:
    due = col(Delivery.due_at)
    owed = await _rows(
        db,
        columns_of(
            col(Delivery.channel),
            func.count(due),
            func.count(case((due <= now, 1))),
            func.min(due),
            func.count() - func.count(due),
        )
        .where(*STILL_OWED)
        .group_by(col(Delivery.channel)),
    )
    waiting = {row[0]: row for row in owed}
    hour = await _by_channel(db, col(Delivery.sent_at) > now - HOUR)
    day = await _by_channel(db, col(Delivery.sent_at) > now - DAY)
    failed = await _by_channel(db, col(Delivery.failed_at) > now - DAY)
    queues = []
    for name in sorted({*CHANNELS, *waiting, *day, *failed}):
        _, many, due_now, first, held = waiting.get(name, (name, 0, 0, None, 0))
        queues.append(
            Queue(
                channel=name,
                waiting=many,
                due=due_now,
                oldest_due_at=first if due_now else None,
                held=held,
                sent_last_hour=hour.get(name, 0),
                sent_last_day=day.get(name, 0),
                failed_last_day=failed.get(name, 0),
            )
        )
    return tuple(queues)


async def _by_channel(db: AsyncSession, since: ColumnElement[bool]) -> dict[str, int]:
    rows = await _rows(db, columns_of(col(Delivery.channel), func.count()).where(since).group_by(col(Delivery.channel)))
    return dict(rows)


async def _failures(db: AsyncSession, *which: ColumnElement[bool]) -> tuple[Failures, ...]:
    """How many deliveries have which kind of error, the most first."""
    kind = kind_of(col(Delivery.last_error))
    grouped = columns_of(col(Delivery.channel), kind, func.count(), func.max(Delivery.failed_at))
    found = [
        Failures(
            channel=channel,
            kind=name,
            count=count,
            newest=await _newest(db, col(Delivery.channel) == channel, kind == name, *which),
            newest_at=failed_at,
        )
        for channel, name, count, failed_at in await _rows(
            db, grouped.where(*which).group_by(col(Delivery.channel), kind)
        )
    ]
    return tuple(sorted(found, key=lambda item: (-item.count, item.channel, item.kind)))


async def _newest(db: AsyncSession, *which: ColumnElement[bool]) -> str:
    newest = columns_of(col(Delivery.last_error)).where(*which)
    rows = await _rows(db, newest.order_by(col(Delivery.failed_at).desc(), col(Delivery.id).desc()).limit(1))
    return without_addresses(rows[0][0] or "") if rows else ""


def without_addresses(error: str) -> str:
    """What went wrong, without whose address it was."""
    return UNSHOWN.sub("(address)", error)[:LONGEST]


def kind_of(error: Mapped[str | None]) -> ColumnElement[str]:
    """The kind of an error, worked out by the database so that a million of them need not be read."""
    small = func.lower(func.substr(error, 1, READ))
    kinds: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
        (or_(*(small.like(reads) for reads in how)), literal_column(f"'{kind}'")) for kind, how in KINDS
    ]
    return case(*kinds, else_=literal_column(f"'{OTHER}'"))


async def _count(db: AsyncSession, *which: ColumnElement[bool]) -> int:
    return int((await _rows(db, columns_of(func.count()).select_from(Destination).where(*which)))[0][0])


async def _rows(db: AsyncSession, statement: Select[*tuple[Any, ...]]) -> Sequence[Any]:
    return (await (await db.connection()).execute(statement)).all()
