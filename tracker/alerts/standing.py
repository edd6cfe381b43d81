"""What an address has asked for and how it gets it: topics, how often, pauses, moving, stopping, erasing."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, exists, func, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.alerts.actions import AT_ONCE, address_hash, owe_since, stop
from tracker.alerts.models import Asking, Attempt, Delivery, Destination, Subscription
from tracker.alerts.rows import lock as lock_rows
from tracker.errors import NotFound
from tracker.strategies.models import Publication
from tracker.web.secrets import Secrets


def id_of(destination: Destination) -> int:
    """The id of a stored destination."""
    if destination.id is None:
        raise RuntimeError("the destination has not been stored")
    return destination.id


async def find(db: AsyncSession, destination_id: int, *, to_change: bool = False) -> Destination | None:
    """A destination as it stands, locked when it is to be changed."""
    return await db.get(Destination, destination_id, with_for_update=to_change or None, populate_existing=to_change)


async def lock(db: AsyncSession, destination_id: int) -> Destination:
    """A destination that is to be changed; raises NotFound when it is gone."""
    found = await find(db, destination_id, to_change=True)
    if found is None:
        raise NotFound("These alerts are gone: everything about them was erased.")
    return found


async def last_publication(db: AsyncSession) -> int:
    """The newest publication: what comes after it is news to who subscribes now."""
    return int(await db.scalar(select(func.coalesce(func.max(Publication.id), 0))) or 0)


async def begin(db: AsyncSession, destination: Destination, *, cadence: str, now: datetime) -> None:
    """Make a destination one that is sent news. One that had been stopped begins anew, without its old topics."""
    destination.failing_since = None
    if destination.confirmed_at is None or destination.stopped_at is not None:
        await db.exec(delete(Subscription).where(col(Subscription.destination_id) == destination.id))
        destination.confirmed_at = now
        destination.stopped_at = destination.stopped_because = None
        destination.cadence, destination.digested_to = cadence, await last_publication(db)
        destination.summary = ""
    await resume(db, destination, now=now)
    await set_cadence(db, destination, cadence, now=now)


async def add_topics(db: AsyncSession, destination: Destination, topics: Iterable[str], *, now: datetime) -> None:
    """Follow these topics too, from now on."""
    followed = set(await topics_of(db, id_of(destination)))
    after = await last_publication(db)
    for topic in topics:
        if topic not in followed:
            db.add(
                Subscription(
                    destination_id=id_of(destination), topic=topic, asked_at=now, confirmed_at=now, after=after
                )
            )
    await db.flush()


async def set_topics(db: AsyncSession, destination: Destination, topics: Iterable[str], *, now: datetime) -> None:
    """Follow these topics and no others."""
    wanted = list(topics)
    before = set(await topics_of(db, id_of(destination)))
    if before != set(wanted):
        changed = {"more": sorted(set(wanted) - before), "fewer": sorted(before - set(wanted))}
        await _note(db, destination, "changed what is followed", now=now, **changed)
    await db.exec(
        delete(Subscription).where(
            col(Subscription.destination_id) == destination.id, col(Subscription.topic).not_in(wanted)
        )
    )
    await add_topics(db, destination, wanted, now=now)


async def topics_of(db: AsyncSession, destination_id: int) -> list[str]:
    """What a destination follows, in the order in which it was asked for."""
    rows = await db.exec(
        select(Subscription.topic).where(Subscription.destination_id == destination_id).order_by(col(Subscription.id))
    )
    return list(rows.all())


async def set_cadence(db: AsyncSession, destination: Destination, cadence: str, *, now: datetime) -> None:
    """Send news as often as this; what was waiting for the next digest is neither lost nor sent twice."""
    before, destination.cadence = destination.cadence, cadence
    if before != cadence:
        await _note(db, destination, "changed how often", now=now, before=before, after=cadence)
    if before == cadence or destination.paused_at is not None:
        return
    if before == AT_ONCE:
        destination.digested_to = await last_publication(db)
    elif cadence == AT_ONCE:
        await _catch_up(db, destination, now=now)


async def set_summary(db: AsyncSession, destination: Destination, summary: str, *, now: datetime) -> None:
    """Send a list of what was told as often as this, beside it; "" for never."""
    before, destination.summary = destination.summary, summary
    if before != summary:
        await _note(db, destination, "changed the summary", now=now, before=before, after=summary)


async def pause(db: AsyncSession, destination: Destination, *, until: datetime | None = None, now: datetime) -> None:
    """Send no news until it is resumed, or until a moment; a pause that lasts already is left as it is."""
    if destination.paused_at is not None or destination.stopped_at is not None:
        return
    destination.paused_at, destination.paused_until = now, until
    await _note(db, destination, "paused alerts", now=now, until=until)
    if destination.cadence == AT_ONCE:
        destination.digested_to = await last_publication(db)


async def resume(db: AsyncSession, destination: Destination, *, now: datetime, **why: str) -> None:
    """Send news again, and what changed during the pause: what is no news any more comes in one digest."""
    if destination.paused_at is None:
        return
    destination.paused_at = destination.paused_until = None
    await _note(db, destination, "resumed alerts", now=now, **why)
    if destination.cadence == AT_ONCE:
        await _catch_up(db, destination, now=now)


async def resume_due(db: AsyncSession, *, now: datetime) -> int:
    """Resume whatever was paused until now or earlier; returns how many."""
    over = (col(Destination.paused_at).is_not(None), col(Destination.paused_until) <= now)
    found = (await db.exec(select(Destination).where(*over).with_for_update())).all()
    for destination in found:
        await resume(db, destination, now=now, because="its time was over")
    return len(found)


async def _catch_up(db: AsyncSession, destination: Destination, *, now: datetime) -> None:
    await db.flush()
    await owe_since(db, id_of(destination), after=destination.digested_to, now=now)


async def stop_mails(
    db: AsyncSession, destination: Destination, *, how: str, secrets: Secrets, mail: Delivery | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """Stop every mail to an address, and note when, how and from which mail. Who never confirmed it is left alone."""
    if destination.stopped_at is not None:
        return
    if destination.confirmed_at is None:
        await erase(db, destination, because="refused", secrets=secrets, mail=mail, now=now)
        return
    await stop(db, id_of(destination), because="asked", now=now)
    await db.refresh(destination)
    await _note(db, destination, "stopped alerts", now=now, how=how, **_told_by(mail))


def _told_by(mail: Delivery | None) -> dict[str, str]:
    """Which mail somebody acted on, for the audit: what it was about, and not whose it was."""
    return {"message": mail.message, "mail": mail.about} if mail else {}


async def _note(db: AsyncSession, destination: Destination, did: str, *, now: datetime, **detail: object) -> None:
    """Note in the audit what was done to a destination, without its address."""
    await audit(db, person_id=None, did=did, about=f"destination/{destination.id}", detail=detail, now=now)


async def stop_webhooks(db: AsyncSession, owner: Destination, *, now: datetime) -> None:
    """Call none of an owner's endpoints any more."""
    webhooks = await webhooks_of(db, id_of(owner))
    await _lock_with_deliveries(db, webhooks)
    for webhook in webhooks:
        await stop(db, id_of(webhook), because="asked", now=now)
        await _note(db, webhook, "stopped a webhook", now=now)


async def start_again(db: AsyncSession, destination: Destination, *, now: datetime) -> None:
    """Send what was followed when it was stopped, from what comes next."""
    if destination.stopped_at is None or destination.confirmed_at is None:
        return
    destination.stopped_at = destination.stopped_because = None
    destination.failing_since = None
    destination.digested_to = await last_publication(db)
    await _note(db, destination, "started alerts again", now=now)


async def webhooks_of(db: AsyncSession, owner_id: int) -> list[Destination]:
    """The endpoints that an address owns, in the order in which they were added."""
    owned = select(Destination).where(Destination.owner_id == owner_id).order_by(col(Destination.id))
    return list((await db.exec(owned)).all())


async def move(db: AsyncSession, mover: Destination, to: Destination, *, now: datetime) -> Destination:
    """Send to another address from now on what this one was sent; returns the destination it goes to.

    The row keeps its history and takes the address over. An address that gets alerts already keeps them, its own how
    often included, and gets what this one followed, and its webhooks, on top.
    """
    await _lock_with_deliveries(db, [mover, to])
    if to.confirmed_at is None or to.stopped_at is not None:
        address = to.address
        await _take_over(db, mover, to)
        await forget(db, to)
        mover.address = address
        mover.created_at = now  # so that no link in a mail to the old address works any more
        await db.flush()
        return mover
    await add_topics(db, to, await topics_of(db, id_of(mover)), now=now)
    await db.exec(update(Destination).where(col(Destination.owner_id) == mover.id).values(owner_id=to.id))
    await stop(db, id_of(mover), because="moved", now=now)
    return to


async def _take_over(db: AsyncSession, mover: Destination, to: Destination) -> None:
    """Keep what was asked for and sent in the name of an address, like the mail that is being confirmed."""
    await db.exec(update(Asking).where(col(Asking.destination_id) == to.id).values(destination_id=mover.id))
    await db.exec(update(Destination).where(col(Destination.owner_id) == to.id).values(owner_id=mover.id))
    told = aliased(Delivery)
    both = exists().where(col(told.destination_id) == mover.id, col(told.about) == col(Delivery.about))
    own = (col(Delivery.destination_id) == to.id, col(Delivery.bulk).is_(False), ~both)
    await db.exec(update(Delivery).where(*own).values(destination_id=mover.id))


async def erase(
    db: AsyncSession, destination: Destination, *, because: str, secrets: Secrets, mail: Delivery | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """Delete everything held about an address and its webhooks at once.

    What stays for a while is a row with a hash of the address, so that nobody can have mail sent there meanwhile.
    """
    detail = _told_by(mail)
    webhooks = await webhooks_of(db, id_of(destination))
    await _lock_with_deliveries(db, [*webhooks, destination])
    for webhook in webhooks:
        await forget(db, webhook)
    await _forget_what_hangs_on(db, destination)
    if destination.address is not None:
        destination.address_hash = address_hash(destination.address, secrets=secrets)
    destination.address, destination.name = None, ""
    destination.stopped_at, destination.stopped_because = now, because
    destination.confirmed_at = destination.paused_at = destination.paused_until = None
    await db.flush()
    await _note(db, destination, f"{because} alerts", now=now, **detail)


async def _lock_with_deliveries(db: AsyncSession, destinations: Iterable[Destination]) -> None:
    ids = [id_of(destination) for destination in destinations]
    await lock_rows(db, Destination, col(Destination.id).in_(ids))
    await lock_rows(db, Delivery, col(Delivery.destination_id).in_(ids))


async def forget(db: AsyncSession, destination: Destination) -> None:
    """Delete a destination with everything that hangs on it."""
    await _lock_with_deliveries(db, [destination])
    await _forget_what_hangs_on(db, destination)
    await db.delete(destination)
    await db.flush()


async def _forget_what_hangs_on(db: AsyncSession, destination: Destination) -> None:
    deliveries = select(Delivery.id).where(Delivery.destination_id == destination.id)
    await db.exec(delete(Attempt).where(col(Attempt.delivery_id).in_(deliveries)))
    await db.exec(delete(Delivery).where(col(Delivery.destination_id) == destination.id))
    await db.exec(delete(Subscription).where(col(Subscription.destination_id) == destination.id))
    await db.exec(
        delete(Asking).where((col(Asking.destination_id) == destination.id) | (col(Asking.moves_id) == destination.id))
    )
