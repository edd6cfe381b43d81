"""Digests: who is owed one, what it covers, and what is late and goes into it. Nothing here commits."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, null, or_, update
from sqlalchemy import select as columns_of
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import ACTIVE, COLUMNS, EMAIL, PUBLICATION, STILL_OWED
from tracker.alerts.models import Delivery, Destination, Subscription
from tracker.alerts.rows import lock
from tracker.alerts.rules import DIGEST, MONTHLY, SUMMARY, Slot
from tracker.db import Instant, new_rows
from tracker.strategies.models import Publication, PublicationTopic


async def write_digests(db: AsyncSession, slot: Slot, *, now: datetime) -> int:
    """Owe everybody of a cadence one digest of what came since their last; returns how many. Twice is once.

    A monthly one is owed also when nothing came: who chose it wants to hear that everything works.
    """
    newest = (await db.exec(select(func.max(Publication.id)))).one() or 0
    whose = (col(Destination.channel) == EMAIL, col(Destination.cadence) == slot.cadence, *ACTIVE)
    await lock(db, Destination, *whose)
    wanted = _follows_anything() if slot.cadence == MONTHLY else _has_news(newest)
    window = (col(Destination.digested_to) + 1, literal(newest))
    written = await _owe_summaries(db, slot, newest, now=now)
    written += await _owe(db, slot.about, DIGEST, window, *whose, wanted, now=now)
    # Not the newest of now: a digest of this slot that was written earlier covers less, and the next takes the rest.
    covered = (
        columns_of(col(Delivery.last))
        .where(col(Delivery.destination_id) == col(Destination.id), col(Delivery.about) == slot.about)
        .scalar_subquery()
    )
    await db.exec(update(Destination).where(*whose).values(digested_to=func.coalesce(covered, newest)))
    if slot.cadence == "daily":
        written += await _owe(db, slot.about, DIGEST, (null(), null()), *ACTIVE, _has_late(), now=now)
    await _fold(db, slot, now=now)
    return written


async def _owe_summaries(db: AsyncSession, slot: Slot, newest: int, *, now: datetime) -> int:
    """Owe a list of what was published since the slot before to all who want one beside what they are told.

    Of whom a digest tells the same at the same moment, only those to whom it has nothing to tell.
    """
    first = await db.scalar(select(func.min(Publication.id)).where(col(Publication.published_at) > slot.before))
    window = (literal(first or newest + 1), literal(newest))
    told = col(Destination.cadence) == slot.cadence
    if slot.cadence != MONTHLY:
        told = told & _has_news(newest)
    whose = (col(Destination.channel) == EMAIL, col(Destination.summary) == slot.cadence, *ACTIVE)
    return await _owe(db, slot.about_summary, SUMMARY, window, *whose, ~told, _follows_anything(), now=now)


async def _owe(
    db: AsyncSession, about: str, message: str, window: tuple[Any, Any], *which: ColumnElement[bool], now: datetime
) -> int:
    chosen = (
        columns_of(
            literal(about),
            literal(message),
            col(Destination.id),
            col(Destination.channel),
            literal(True),
            *window,
            literal(now, Instant()),
            literal(0),
            literal(False),
        )
        .where(*which)
        .order_by(col(Destination.id))
    )
    insert = (await new_rows(db, Delivery)).from_select(list(COLUMNS), chosen, include_defaults=False)
    return int((await db.exec(insert.on_conflict_do_nothing())).rowcount)


def _follows_anything() -> ColumnElement[bool]:
    return exists().where(
        col(Subscription.destination_id) == col(Destination.id), col(Subscription.confirmed_at).is_not(None)
    )


def _has_news(newest: int) -> ColumnElement[bool]:
    """Whether something came since the last digest that the destination had confirmed a topic of by then."""
    return exists().where(
        col(Subscription.destination_id) == col(Destination.id),
        col(Subscription.confirmed_at).is_not(None),
        col(PublicationTopic.topic) == col(Subscription.topic),
        col(PublicationTopic.publication_id) > col(Destination.digested_to),
        col(PublicationTopic.publication_id) > col(Subscription.after),
        col(PublicationTopic.publication_id) <= newest,
    )


def _has_late() -> ColumnElement[bool]:
    return exists().where(
        col(Delivery.destination_id) == col(Destination.id),
        col(Delivery.channel) == EMAIL,
        col(Delivery.late).is_(True),
        col(Delivery.message) == PUBLICATION,
        *STILL_OWED,
    )


async def _fold(db: AsyncSession, slot: Slot, *, now: datetime) -> None:
    """Put into a digest what is late, and an earlier digest that could not be sent: nobody gets three at once."""
    new = aliased(Delivery)
    into = (
        columns_of(col(new.id))
        .where(
            col(new.destination_id) == col(Delivery.destination_id),
            col(new.about) == slot.about,
            col(new.sent_at).is_(None),
            col(new.failed_at).is_(None),
            col(new.digest_id).is_(None),
        )
        .scalar_subquery()
    )
    free = or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) <= now)
    kinds = or_(
        and_(col(Delivery.message) == PUBLICATION, col(Delivery.late).is_(True)),
        and_(col(Delivery.message) == DIGEST, col(Delivery.about) != slot.about),
    )
    folded = (col(Delivery.channel) == EMAIL, *STILL_OWED, free, kinds, into.is_not(None))
    inside = (col(Delivery.digest_id).is_not(None), col(Delivery.sent_at).is_(None))
    await lock(db, Delivery, or_(and_(*folded), and_(*inside)))
    await db.exec(
        update(Delivery).where(*folded).values(digest_id=into, late=True).execution_options(synchronize_session=False)
    )
    # What an earlier digest held goes along with it.
    outer = aliased(Delivery)
    onward = (
        columns_of(col(outer.digest_id))
        .where(col(outer.id) == col(Delivery.digest_id), col(outer.digest_id).is_not(None))
        .scalar_subquery()
    )
    await db.exec(
        update(Delivery)
        .where(*inside, onward.is_not(None))
        .values(digest_id=onward)
        .execution_options(synchronize_session=False)
    )
