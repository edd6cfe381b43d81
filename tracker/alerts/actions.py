"""What is owed to whom. Nothing here commits: what is owed is written in the transaction of what it is about."""

from datetime import datetime

from sqlalchemy import ColumnElement, Select, Text, case, cast, exists, literal, null, or_, true, update
from sqlalchemy import select as columns_of
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.models import Delivery, Destination, Subscription
from tracker.alerts.rows import STILL_OWED as STILL_OWED
from tracker.alerts.rows import lock
from tracker.alerts.schemas import EMAIL as EMAIL
from tracker.alerts.schemas import WEBHOOK as WEBHOOK
from tracker.db import Instant, new_rows
from tracker.errors import NotFound
from tracker.strategies.models import Publication, PublicationTopic
from tracker.web.secrets import Secrets

AT_ONCE = "at-once"
PUBLICATION = "publication"
ACTIVE = (
    col(Destination.confirmed_at).is_not(None),
    col(Destination.stopped_at).is_(None),
    col(Destination.paused_at).is_(None),
    col(Destination.address).is_not(None),
)
"""Destinations that want to hear of what happens."""
COLUMNS = ("about", "message", "destination_id", "channel", "bulk", "first", "last", "due_at", "attempts", "late")


def present(number: int | None) -> int:
    """The id of a row that is stored; raises ValueError for one that is not."""
    if number is None:
        raise ValueError("the row is not stored yet: flush first")
    return number


async def owe(db: AsyncSession, publication: Publication, *, now: datetime) -> int:
    """Write one delivery for every destination that follows what a publication bears on; returns how many.

    The publication and its topics are flushed already. Twice is once: the second time writes nothing.
    """
    publication_id = present(publication.id)
    # Read first and given as values: PostgreSQL then knows how many follow each, and does not look them up one by one.
    bears_on = select(PublicationTopic.topic).where(col(PublicationTopic.publication_id) == publication_id)
    followers = columns_of(col(Subscription.destination_id)).where(
        col(Subscription.topic).in_((await db.exec(bears_on)).all()),
        col(Subscription.confirmed_at).is_not(None),
        col(Subscription.after) < publication_id,
    )
    at_once = or_(col(Destination.cadence) == AT_ONCE, col(Destination.channel) == WEBHOOK)
    this = (col(Publication.id) == publication_id, col(Destination.id).in_(followers))
    return await _owe(db, *this, at_once, *ACTIVE, now=now)


async def owe_since(db: AsyncSession, destination_id: int, *, after: int, now: datetime) -> int:
    """Owe one destination what came after a publication, of topics that it had confirmed by then; returns how many."""
    follows = exists().where(
        col(Subscription.destination_id) == destination_id,
        col(Subscription.confirmed_at).is_not(None),
        col(Subscription.after) < col(Publication.id),
        col(PublicationTopic.topic) == col(Subscription.topic),
        col(PublicationTopic.publication_id) == col(Publication.id),
    )
    return await _owe(db, col(Publication.id) > after, col(Destination.id) == destination_id, follows, *ACTIVE, now=now)


async def _owe(db: AsyncSession, *which: ColumnElement[bool], now: datetime) -> int:
    """Owe some publications to some destinations, in one statement however many they are."""
    due_at = case(
        (col(Destination.parked_at).is_not(None), null()),
        (col(Destination.not_before) > now, col(Destination.not_before)),
        else_=literal(now, Instant()),
    )
    chosen = (
        columns_of(
            literal("publication:") + cast(col(Publication.id), Text),
            literal(PUBLICATION),
            col(Destination.id),
            col(Destination.channel),
            literal(True),
            col(Publication.id),
            col(Publication.id),
            due_at,
            literal(0),
            literal(False),
        )
        .join_from(Publication, Destination, true())
        .where(*which)
        # In the order of the indexes: each of their pages is then written once.
        .order_by(col(Publication.id), col(Destination.id))
    )
    insert = (await new_rows(db, Delivery)).from_select(list(COLUMNS), chosen, include_defaults=False)
    return int((await db.exec(insert.on_conflict_do_nothing())).rowcount)


async def owe_mail(
    db: AsyncSession, *, about: str, message: str, destination: Destination, now: datetime
) -> Delivery | None:
    """Owe somebody a mail that concerns them alone; None when it is owed, or was sent, already.

    It goes out before any news, and also to an address that wants no news any more.
    """
    values = {
        "about": about,
        "message": message,
        "destination_id": present(destination.id),
        "channel": destination.channel,
        "bulk": False,
        "due_at": now,
        "attempts": 0,
        "late": False,
    }
    insert = (await new_rows(db, Delivery)).values(values).on_conflict_do_nothing().returning(Delivery)
    return (await db.exec(insert)).scalars().one_or_none()


async def owe_mail_to(
    db: AsyncSession, destinations: Select[int | None], *, about: str, message: str, now: datetime
) -> None:
    """Owe a mail that concerns them alone to whichever destinations there are; nothing where there is none."""
    each = destinations.add_columns(
        literal(about),
        literal(message),
        literal(EMAIL),
        literal(False),
        literal(now, Instant()),
        literal(0),
        literal(False),
    )
    names = ["destination_id", "about", "message", "channel", "bulk", "due_at", "attempts", "late"]
    insert = (await new_rows(db, Delivery)).from_select(names, each, include_defaults=False)
    await db.exec(insert.on_conflict_do_nothing())


async def email_destination(db: AsyncSession, address: str, *, now: datetime) -> Destination:
    """The destination of an e-mail address, made when it is new; two who ask at the same moment get the same."""
    address = address.strip().lower()
    values = {
        "channel": EMAIL,
        "address": address,
        "name": "",
        "cadence": AT_ONCE,
        "created_at": now,
        "summary": "",
        "digested_to": 0,
    }
    await db.exec((await new_rows(db, Destination)).values(values).on_conflict_do_nothing())
    found = select(Destination).where(col(Destination.channel) == EMAIL, col(Destination.address) == address)
    return (await db.exec(found)).one()


def address_hash(address: str, *, secrets: Secrets) -> str:
    """What is kept of an address that is erased: whether another is the same can be told, but only by this instance.

    A hash without a key would be as good as the address to whoever has a list of addresses.
    """
    return secrets.token("address", address)


async def stop(db: AsyncSession, destination_id: int, *, because: str, now: datetime) -> None:
    """Send a destination no more news, and drop what was still owed. Twice is once: the first reason stands."""
    running = (col(Destination.id) == destination_id, col(Destination.stopped_at).is_(None))
    await db.exec(update(Destination).where(*running).values(stopped_at=now, stopped_because=because))
    owed = (col(Delivery.destination_id) == destination_id, col(Delivery.bulk).is_(True), *STILL_OWED)
    await lock(db, Delivery, *owed)
    dropped = {"failed_at": now, "last_error": f"stopped: {because}", "leased_until": None}
    await db.exec(update(Delivery).where(*owed).values(dropped))


async def park(db: AsyncSession, destination_id: int, *, now: datetime) -> None:
    """Try an endpoint no more; what it is owed stays owed until it is taken up again."""
    await db.exec(update(Destination).where(col(Destination.id) == destination_id).values(parked_at=now))
    owed = (col(Delivery.destination_id) == destination_id, *STILL_OWED)
    await lock(db, Delivery, *owed)
    await db.exec(update(Delivery).where(*owed).values(due_at=None))


async def unpark(db: AsyncSession, destination_id: int, *, now: datetime) -> None:
    """Take an endpoint up again, and try at once whatever waited for it."""
    fresh = {"parked_at": None, "failing_since": None, "warned_at": None, "not_before": None}
    await db.exec(update(Destination).where(col(Destination.id) == destination_id).values(fresh))
    waiting = (col(Delivery.destination_id) == destination_id, col(Delivery.due_at).is_(None), *STILL_OWED)
    await lock(db, Delivery, *waiting)
    await db.exec(update(Delivery).where(*waiting).values(due_at=now, attempts=0))


async def replay(db: AsyncSession, destination_id: int, *, after: int, now: datetime) -> int:
    """Owe an endpoint every publication after a cursor that its topics bear on, sent or not; returns how many.

    Each keeps its id, so a receiver that kept what it has seen knows it again. Raises NotFound for an unknown one.
    """
    destination = await db.get(Destination, destination_id)
    if destination is None:
        raise NotFound("There is no such destination.")
    topics = select(Subscription.topic).where(
        col(Subscription.destination_id) == destination_id, col(Subscription.confirmed_at).is_not(None)
    )
    wanted = columns_of(col(PublicationTopic.publication_id)).where(
        col(PublicationTopic.publication_id) > after, col(PublicationTopic.topic).in_(topics)
    )
    await _owe(db, col(Publication.id).in_(wanted), col(Destination.id) == destination_id, now=now)
    due_at = None if destination.parked_at else now
    again = {"sent_at": None, "failed_at": None, "attempts": 0, "due_at": due_at, "last_error": None}
    mine = (
        col(Delivery.destination_id) == destination_id,
        col(Delivery.message) == PUBLICATION,
        col(Delivery.first).in_(wanted),
    )
    await lock(db, Delivery, *mine)
    return int((await db.exec(update(Delivery).where(*mine).values(again))).rowcount)
