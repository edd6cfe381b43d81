"""What becomes of a webhook's endpoint: when its owner is told, when it is tried no more. Nothing here commits."""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Update, or_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.alerts.actions import WEBHOOK, owe_mail, park, present, stop
from tracker.alerts.ledger import NOW
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.rows import STILL_OWED, among, ids_value, lock
from tracker.alerts.rules import LONGEST_WAIT
from tracker.alerts.schemas import Came, Owed, Tried

WARN_AFTER = timedelta(days=1)
"""How long an endpoint fails before its owner hears of it: not once for each message, and not for a restart."""
PARK_AFTER = timedelta(days=3)
"""How long it fails before it is tried no more."""
WARNED_FOR = timedelta(days=1)
"""The least between the warning and that."""


async def note_endpoints(
    db: AsyncSession, tries: Sequence[tuple[Owed, Tried]], *, locked: Set[int], now: datetime
) -> None:
    """Write what tries say of their endpoints: whether they answer, and how long they want to be left alone.

    What fails, or has failed before, is locked already.
    """
    answered = {owed.destination_id for owed, tried in tries if tried.came is Came.SENT} & locked
    failed = {owed.destination_id for owed, tried in tries if tried.came is not Came.SENT} - answered
    connection = await db.connection()
    dialect = connection.dialect.name
    for ids, change in ((answered, _answers), (failed, _fails)):
        if ids:
            await connection.execute(change(dialect), {"ids": ids_value(dialect, ids), "now": now})
    for owed, tried in tries:
        if tried.came is Came.GONE:
            await _end(db, owed.destination_id, now=now)
        elif tried.wait:
            await _leave_alone(db, owed.destination_id, until=now + min(tried.wait, LONGEST_WAIT))


@cache
def _answers(dialect: str) -> Update:
    """One that answers is forgiven; whoever never failed is not written at all."""
    these = (among(dialect, col(Destination.id)), col(Destination.failing_since).is_not(None))
    return update(Destination).where(*these).values(failing_since=None, warned_at=None)


@cache
def _fails(dialect: str) -> Update:
    these = (among(dialect, col(Destination.id)), col(Destination.failing_since).is_(None))
    return update(Destination).where(*these).values(failing_since=NOW)


async def _end(db: AsyncSession, destination_id: int, *, now: datetime) -> None:
    """An endpoint that answered 410 has said that it is gone; its owner may not know."""
    await stop(db, destination_id, because="gone", now=now)
    await _note(db, destination_id, "stopped a webhook", because="it answered 410", now=now)
    await _tell_owner(db, destination_id, "webhook-gone", since=now, now=now)


async def _leave_alone(db: AsyncSession, destination_id: int, *, until: datetime) -> None:
    """Nothing goes to an endpoint before the moment that it asked for."""
    sooner = or_(col(Destination.not_before).is_(None), col(Destination.not_before) < until)
    await db.exec(update(Destination).where(col(Destination.id) == destination_id, sooner).values(not_before=until))
    waiting = (
        col(Delivery.destination_id) == destination_id,
        col(Delivery.leased_until).is_(None),
        col(Delivery.due_at) < until,
        *STILL_OWED,
    )
    await db.exec(update(Delivery).where(*waiting).values(due_at=until))


async def watch(db: AsyncSession, *, now: datetime) -> tuple[int, int]:
    """Warn the owners of endpoints that fail, and park those that have failed for days; returns how many of each."""
    failing = (
        col(Destination.channel) == WEBHOOK,
        col(Destination.stopped_at).is_(None),
        col(Destination.parked_at).is_(None),
    )
    long = col(Destination.failing_since) <= now - WARN_AFTER
    rows = (
        await db.exec(select(Destination).where(*failing, long).order_by(col(Destination.id)).with_for_update())
    ).all()
    unwarned = [row for row in rows if row.warned_at is None]
    for row in unwarned:
        row.warned_at = now
        await _tell_owner(db, present(row.id), "webhook-failing", since=row.failing_since or now, now=now)
    over = [row for row in rows if row not in unwarned and is_over(row.failing_since, row.warned_at, now=now)]
    owed = (col(Delivery.destination_id).in_([row.id for row in over]), *STILL_OWED)
    await lock(db, Delivery, *owed)
    for row in over:
        await park(db, present(row.id), now=now)
        await _note(db, present(row.id), "parked a webhook", because="it did not answer for days", now=now)
        await _tell_owner(db, present(row.id), "webhook-parked", since=row.failing_since or now, now=now)
    return len(unwarned), len(over)


def is_over(failing_since: datetime | None, warned_at: datetime | None, *, now: datetime) -> bool:
    """Whether an endpoint has failed for so long, after its owner was told, that it is tried no more."""
    if not (failing_since and warned_at):
        return False
    return failing_since <= now - PARK_AFTER and warned_at <= now - WARNED_FOR


async def _note(db: AsyncSession, destination_id: int, did: str, *, because: str, now: datetime) -> None:
    about = f"destination/{destination_id}"
    await audit(db, person_id=None, did=did, about=about, detail={"because": because}, now=now)


async def _tell_owner(db: AsyncSession, destination_id: int, message: str, *, since: datetime, now: datetime) -> None:
    """Owe the owner of an endpoint one mail about one trouble, from when on it lasted."""
    endpoint = await db.get(Destination, destination_id)
    owner = await db.get(Destination, endpoint.owner_id) if endpoint and endpoint.owner_id else None
    if owner and owner.address:
        about = f"{message}:{destination_id}:{since:%Y-%m-%dT%H:%M:%SZ}"
        await owe_mail(db, about=about, message=message, destination=owner, now=now)
