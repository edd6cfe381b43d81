"""Writing down what came of tries, many in one transaction. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import msgspec
from sqlalchemy import Select, Update, bindparam, insert, update
from sqlalchemy import select as columns_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import EMAIL, STILL_OWED, WEBHOOK, stop
from tracker.alerts.figures import without_addresses
from tracker.alerts.ledger import NOW, among, ids_value
from tracker.alerts.models import Attempt, Delivery
from tracker.alerts.rules import DIGEST, Next
from tracker.alerts.schemas import Came, Owed, Tried
from tracker.alerts.trouble import note_endpoints

LONGEST_ERROR = 1000
"""Characters of an error that are kept: a server may answer with a whole page."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a delivery, and what becomes of it."""

    owed: Owed
    tried: Tried
    next: Next
    at: datetime
    body: str | None = None
    """What was sent, where it is kept."""


async def settle(db: AsyncSession, done: Sequence[Settled], *, worker: str, now: datetime) -> None:
    """Write what came of each delivery, and what that says of its destination."""
    await _mark_sent(db, [item for item in done if item.next.sent], now=now)
    await _mark_others(db, [item for item in done if not item.next.sent], worker=worker, now=now)
    await _keep_bodies(db, [item for item in done if item.body is not None])
    for item in done:
        if item.owed.channel == EMAIL and item.tried.came is Came.GONE:
            await stop(db, item.owed.destination_id, because="bounced", now=now)
    tries = [item for item in done if item.owed.channel == WEBHOOK and item.tried.came in TRIES]
    if tries:
        await _keep_attempts(db, tries)
        await note_endpoints(db, [(item.owed, item.tried) for item in tries], now=now)


TRIES = frozenset({Came.SENT, Came.AGAIN, Came.REFUSED, Came.GONE})
"""What came of a try that reached for the destination."""


async def _mark_sent(db: AsyncSession, sent: Sequence[Settled], *, now: datetime) -> None:
    if not sent:
        return
    connection = await db.connection()
    dialect = connection.dialect.name
    ids = ids_value(dialect, [item.owed.id for item in sent])
    await connection.execute(_sent(dialect), {"ids": ids, "now": now})
    digests = [item.owed.id for item in sent if item.owed.message == DIGEST]
    if digests:
        await connection.execute(_inside(dialect), {"ids": ids_value(dialect, digests), "now": now})


@cache
def _sent(dialect: str) -> Update:
    # Whoever holds the lease by now: it was sent, and must not be sent again.
    these = (among(dialect, col(Delivery.id)), col(Delivery.sent_at).is_(None))
    values = {"sent_at": NOW, "failed_at": None, "leased_until": None, "last_error": None}
    return update(Delivery).where(*these).values(**values, attempts=col(Delivery.attempts) + 1)


@cache
def _inside(dialect: str) -> Update:
    """What a digest holds is sent when that is."""
    return update(Delivery).where(among(dialect, col(Delivery.digest_id))).values(sent_at=NOW)


async def _mark_others(db: AsyncSession, others: Sequence[Settled], *, worker: str, now: datetime) -> None:
    """Only while the lease is ours: what was lost to another worker is for that one to settle."""
    if not others:
        return
    ours = (col(Delivery.id) == bindparam("of_id"), col(Delivery.worker) == worker, *STILL_OWED)
    names = ("due_at", "failed_at", "late", "attempts", "last_error")
    values = {name: bindparam(f"to_{name}", type_=getattr(Delivery, name).type) for name in names}
    rows = [
        {
            "of_id": item.owed.id,
            "to_due_at": item.next.due_at,
            "to_failed_at": now if item.next.failed else None,
            "to_late": item.next.late,
            "to_attempts": item.owed.attempts + item.next.counts,
            "to_last_error": _error(item),
        }
        for item in others
    ]
    await (await db.connection()).execute(update(Delivery).where(*ours).values(leased_until=None, **values), rows)


def _error(item: Settled) -> str:
    """What went wrong; a mail server repeats the address, which is kept in one place only."""
    # PostgreSQL keeps no text with a NUL in it, and an endpoint may answer with one.
    said = (item.tried.error or item.tried.came.value).replace("\x00", "\ufffd")
    return without_addresses(said) if item.owed.channel == EMAIL else said[:LONGEST_ERROR]


async def _keep_bodies(db: AsyncSession, done: Sequence[Settled]) -> None:
    if done:
        this = update(Delivery).where(col(Delivery.id) == bindparam("of_id"))
        rows = [{"of_id": item.owed.id, "to_body": item.body} for item in done]
        await (await db.connection()).execute(this.values(body=bindparam("to_body")), rows)


async def _keep_attempts(db: AsyncSession, tries: Sequence[Settled]) -> None:
    connection = await db.connection()
    dialect = connection.dialect.name
    # A webhook may have been removed, with what it was owed, while it was called.
    found = await connection.execute(
        _still_there(dialect), {"ids": ids_value(dialect, [item.owed.id for item in tries])}
    )
    left = set(found.scalars())
    rows = [
        {
            "delivery_id": item.owed.id,
            "at": item.at,
            "status": item.tried.status,
            "error": item.tried.error and _error(item),
            "took_ms": round(item.tried.took.total_seconds() * 1000),
        }
        for item in tries
        if item.owed.id in left
    ]
    if rows:
        await connection.execute(insert(Attempt), rows)


@cache
def _still_there(dialect: str) -> Select[int | None]:
    # Locked, so that none is removed before its attempt is written.
    these = columns_of(col(Delivery.id)).where(among(dialect, col(Delivery.id)))
    return these.with_for_update(read=True, key_share=True)
