"""What is forgotten, and when. /privacy says the same in words; whoever changes one changes the other."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, bindparam, delete, exists, or_, update
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import EMAIL, STILL_OWED, address_hash
from tracker.alerts.models import Asking, Attempt, Delivery, Destination, Subscription
from tracker.clock import Clock
from tracker.db import Database
from tracker.web.secrets import Secrets

BODIES = timedelta(days=7)
"""How long the words of a mail are kept that went to one address alone."""
ADDRESSES = timedelta(days=28)
"""How long an address that was stopped is kept, and how long the hash of one that was erased."""
LEDGER = timedelta(days=365)
"""How long it can be shown that and when an address was stopped: by its hash, with what was sent."""
NEVER_USED = timedelta(days=1)
"""How long an address is kept that was never confirmed, once its confirmation has expired or its mail has gone out."""
ATTEMPTS = timedelta(days=90)
"""How long each call to an endpoint can be looked up."""


class Forgotten(msgspec.Struct, frozen=True, kw_only=True):
    """How much one run forgot."""

    bodies: int
    attempts: int
    askings: int
    unconfirmed: int
    addresses: int
    rows: int

    def __str__(self) -> str:
        told = (f"{getattr(self, name)} {name}" for name in self.__struct_fields__ if getattr(self, name))
        return f"forgot {', '.join(told) or 'nothing'}"


async def forget(db: AsyncSession, *, secrets: Secrets, now: datetime) -> Forgotten:
    """Forget everything whose time has come. Twice is once."""
    await _forget_old_secrets(db, now=now)
    return Forgotten(
        bodies=await _forget_bodies(db, before=now - BODIES),
        attempts=await _count(db, delete(Attempt).where(col(Attempt.at) <= now - ATTEMPTS)),
        askings=await _count(db, delete(Asking).where(col(Asking.expires_at) <= now)),
        unconfirmed=await _forget_unconfirmed(db, before=now - NEVER_USED),
        addresses=await _forget_addresses(db, secrets=secrets, before=now - ADDRESSES),
        rows=await _forget_rows(db, now=now),
    )


async def forget_alerts(database: Database, clock: Clock, secrets: Secrets) -> str:
    """Forget, once a day, everything whose time has come."""
    async with database.writing() as db:
        return str(await forget(db, secrets=secrets, now=clock()))


async def _count(db: AsyncSession, statement: object) -> int:
    return int((await db.exec(statement)).rowcount)  # type: ignore[call-overload]  # any DELETE or UPDATE


async def _forget_old_secrets(db: AsyncSession, *, now: datetime) -> None:
    """A secret that signs no longer is of no use to anybody but a thief."""
    over = col(Destination.old_secret_until) <= now
    await db.exec(update(Destination).where(over).values(old_secret=None, old_secret_until=None))


async def _forget_bodies(db: AsyncSession, *, before: datetime) -> int:
    old = or_(col(Delivery.sent_at) <= before, col(Delivery.failed_at) <= before)
    return await _count(db, update(Delivery).where(col(Delivery.body).is_not(None), old).values(body=None))


async def _forget_unconfirmed(db: AsyncSession, *, before: datetime) -> int:
    """Addresses that somebody typed and nobody confirmed, with the mails about it; those of a sign-in too."""
    waiting = exists().where(
        (col(Asking.destination_id) == col(Destination.id)) | (col(Asking.moves_id) == col(Destination.id))
    )
    lately = exists().where(
        col(Delivery.destination_id) == col(Destination.id),
        or_(*(moment > before for moment in (col(Delivery.sent_at), col(Delivery.failed_at))), _is_owed()),
    )
    unconfirmed = (
        col(Destination.channel) == EMAIL,
        col(Destination.confirmed_at).is_(None),
        col(Destination.address).is_not(None),
        col(Destination.created_at) <= before,
        ~waiting,
        ~lately,
    )
    return await _delete(db, (await db.exec(select(Destination.id).where(*unconfirmed))).all())


def _is_owed() -> ColumnElement[bool]:
    sent, failed, digest = STILL_OWED
    return sent & failed & digest


async def _forget_addresses(db: AsyncSession, *, secrets: Secrets, before: datetime) -> int:
    """Addresses and endpoints that were stopped: only a hash stays. An owner stays while endpoints are called."""
    endpoint = aliased(Destination)
    owns = exists().where(col(endpoint.owner_id) == col(Destination.id), col(endpoint.stopped_at).is_(None))
    stopped = (
        col(Destination.address).is_not(None),
        col(Destination.stopped_at) <= before,
        ~owns,
    )
    found = (await db.exec(select(Destination.id, Destination.address).where(*stopped))).all()
    hashes = {number: address_hash(address or "", secrets=secrets) for number, address in found}
    for some in _batches(list(hashes)):
        await db.exec(delete(Subscription).where(col(Subscription.destination_id).in_(some)))
        await _forget_words(db, some)
        rows = [{"of_id": number, "its_hash": hashes[number]} for number in some]
        await (await db.connection()).execute(_FORGET_ADDRESS, rows)
    return len(hashes)


_FORGET_ADDRESS = (
    update(Destination)
    .where(col(Destination.id) == bindparam("of_id"))
    .values(
        address=None,
        address_hash=bindparam("its_hash"),
        name="",
        secret=None,
        old_secret=None,
        old_secret_until=None,
    )
)


async def _forget_words(db: AsyncSession, ids: Sequence[int | None]) -> None:
    """What was said to addresses and by their servers, which may name them."""
    whose = col(Delivery.destination_id).in_(ids)
    tried = col(Attempt.delivery_id).in_(columns_of(col(Delivery.id)).where(whose))
    await db.exec(update(Attempt).where(tried, col(Attempt.error).is_not(None)).values(error=None))
    await db.exec(update(Delivery).where(whose).values(body=None, last_error=None))


async def _forget_rows(db: AsyncSession, *, now: datetime) -> int:
    """The hash too, and what was sent: soon for those who wanted everything gone, in a year for the others."""
    wanted = col(Destination.stopped_because).in_(("erased", "refused"))
    over = (wanted & (col(Destination.stopped_at) <= now - ADDRESSES)) | (col(Destination.stopped_at) <= now - LEDGER)
    owned = aliased(Destination)
    free = ~exists().where(col(owned.owner_id) == col(Destination.id))
    nameless = select(Destination.id).where(col(Destination.address).is_(None), over)
    # Endpoints first: their owner's row is the one that they name.
    endpoints = (await db.exec(nameless.where(col(Destination.owner_id).is_not(None)))).all()
    deleted = await _delete(db, endpoints)
    return deleted + await _delete(db, (await db.exec(nameless.where(free))).all())


async def _delete(db: AsyncSession, ids: Sequence[int | None]) -> int:
    for some in _batches(ids):
        deliveries = columns_of(col(Delivery.id)).where(col(Delivery.destination_id).in_(some))
        await db.exec(delete(Attempt).where(col(Attempt.delivery_id).in_(deliveries)))
        await db.exec(delete(Delivery).where(col(Delivery.destination_id).in_(some)))
        await db.exec(delete(Subscription).where(col(Subscription.destination_id).in_(some)))
        await db.exec(delete(Asking).where(or_(col(Asking.destination_id).in_(some), col(Asking.moves_id).in_(some))))
        await db.exec(delete(Destination).where(col(Destination.id).in_(some)))
    return len(ids)


def _batches(ids: Sequence[int | None]) -> Iterator[Sequence[int | None]]:
    """A database takes only so many values in one statement."""
    for start in range(0, len(ids), 1000):
        yield ids[start : start + 1000]
