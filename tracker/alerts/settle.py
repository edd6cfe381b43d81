"""Writing down what came of tries, many in one transaction. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

import msgspec
from sqlalchemy import Update, bindparam, insert, update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.alerts.actions import EMAIL, WEBHOOK, stop
from tracker.alerts.figures import without_addresses
from tracker.alerts.ledger import NOW
from tracker.alerts.models import Attempt, Delivery
from tracker.alerts.rows import STILL_OWED, among, ids_value, lock_deliveries, lock_troubled
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
    troubled, there = await _lock(db, done)
    await _mark_sent(db, [item for item in done if item.next.sent], now=now)
    await _mark_others(db, [item for item in done if not item.next.sent], worker=worker, now=now)
    await _keep_bodies(db, [item for item in done if item.body is not None])
    for item in done:
        if item.owed.channel == EMAIL and item.tried.came is Came.GONE:
            await stop(db, item.owed.destination_id, because="bounced", now=now)
            detail = {"because": "mail bounced", "mail": item.owed.about}
            about = f"destination/{item.owed.destination_id}"
            await audit(db, person_id=None, did="stopped alerts", about=about, detail=detail, now=now)
    tries = [item for item in done if _is_call(item)]
    if tries:
        # An endpoint may have been removed meanwhile, with everything that hung on it.
        await _keep_attempts(db, [item for item in tries if item.owed.id in there])
        await note_endpoints(db, [(item.owed, item.tried) for item in tries], locked=troubled, now=now)


TRIES = frozenset({Came.SENT, Came.AGAIN, Came.REFUSED, Came.GONE})
"""What came of a try that reached for the destination."""


def _is_call(item: Settled) -> bool:
    """Whether an endpoint was called, which is kept for its owner to see."""
    return item.owed.channel == WEBHOOK and item.tried.came in TRIES


async def _lock(db: AsyncSession, done: Sequence[Settled]) -> tuple[set[int], set[int]]:
    """Lock all that is to be written; returns the destinations in trouble, and which deliveries there still are."""
    called = [item for item in done if _is_call(item)]
    gone = {item.owed.destination_id for item in done if item.tried.came is Came.GONE}
    failed = gone | {item.owed.destination_id for item in called if item.tried.came is not Came.SENT}
    tried = failed | {item.owed.destination_id for item in called}
    troubled = await lock_troubled(db, tried, failed=failed) if tried else set()
    left_alone = {item.owed.destination_id for item in called if item.tried.wait}
    digests = [item.owed.id for item in done if item.owed.message == DIGEST]
    ids = (item.owed.id for item in done)
    return troubled, await lock_deliveries(db, ids, digests=digests, owed_to=gone | left_alone)


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
    if not tries:
        return
    rows = [
        {
            "delivery_id": item.owed.id,
            "at": item.at,
            "status": item.tried.status,
            "error": item.tried.error and _error(item),
            "took_ms": round(item.tried.took.total_seconds() * 1000),
        }
        for item in tries
    ]
    await (await db.connection()).execute(insert(Attempt), rows)
