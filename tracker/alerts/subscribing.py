"""Double opt-in: somebody types an address, its owner confirms. Until then nothing is sent but that one mail."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, exists
from sqlalchemy import select as columns_of
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.alerts import standing
from tracker.alerts.actions import EMAIL, address_hash, email_destination, owe_mail, owe_mail_to
from tracker.alerts.links import confirm_code
from tracker.alerts.models import Asking, Destination
from tracker.web.secrets import READING_AIDS, Secrets, same

CONFIRM = "confirm"
LINK = "manage-link"
MOVED = "moved"
WORKS_FOR = timedelta(days=7)
"""How long the link and the code of a confirmation work: long enough for a holiday week."""
MOST_TRIES = 5
"""Wrong codes for one asking: a chance of 1 in 200,000 for who guesses."""
LEFT_ALONE = timedelta(days=28)
"""How long an address gets no confirmation after its owner erased it or said that they had not asked."""


class Wanted(msgspec.Struct, frozen=True):
    """What somebody asked for: an address, topics, and how often."""

    address: str
    topics: Sequence[str]
    cadence: str


async def ask(db: AsyncSession, wanted: Wanted, *, secrets: Secrets, now: datetime) -> Asking:
    """Keep what was asked for and owe its address one mail, unless its owner wants to be left alone.

    The same comes back for every address, so that nobody learns which ones are known.
    """
    destination = await email_destination(db, wanted.address, now=now)
    asking = Asking(
        destination_id=standing.id_of(destination),
        topics=msgspec.json.encode(list(wanted.topics)).decode(),
        cadence=wanted.cadence,
        asked_at=now,
        expires_at=now + WORKS_FOR,
    )
    await _owe(db, asking, destination, secrets=secrets, now=now)
    return asking


async def ask_to_move(db: AsyncSession, mover: Destination, address: str, *, secrets: Secrets, now: datetime) -> Asking:
    """Owe another address the mail by which its owner agrees to get what this one gets; only the last one counts."""
    await db.exec(delete(Asking).where(col(Asking.moves_id) == mover.id, col(Asking.confirmed_at).is_(None)))
    destination = await email_destination(db, address, now=now)
    asking = Asking(
        destination_id=standing.id_of(destination),
        moves_id=mover.id,
        topics="[]",
        cadence=mover.cadence,
        asked_at=now,
        expires_at=now + WORKS_FOR,
    )
    await _owe(db, asking, destination, secrets=secrets, now=now)
    return asking


async def _owe(db: AsyncSession, asking: Asking, destination: Destination, *, secrets: Secrets, now: datetime) -> None:
    db.add(asking)
    await db.flush()
    if not await _is_left_alone(db, destination, secrets=secrets, now=now):
        await owe_mail(db, about=f"{CONFIRM}:{asking.id}", message=CONFIRM, destination=destination, now=now)


async def _is_left_alone(db: AsyncSession, destination: Destination, *, secrets: Secrets, now: datetime) -> bool:
    """Whether somebody with this address said lately that they want no mail: only a hash of it is left."""
    return bool(
        await db.scalar(
            select(
                exists().where(
                    col(Destination.address_hash) == address_hash(destination.address or "", secrets=secrets),
                    col(Destination.address).is_(None),
                    col(Destination.stopped_because).in_(("erased", "refused")),
                    col(Destination.stopped_at) > now - LEFT_ALONE,
                )
            )
        )
    )


async def ask_again(db: AsyncSession, asking: Asking, *, secrets: Secrets, now: datetime) -> None:
    """Owe the same mail once more: the same link, the same code, the same end."""
    destination = await db.get(Destination, asking.destination_id)
    if destination is None or asking.confirmed_at or await _is_left_alone(db, destination, secrets=secrets, now=now):
        return
    about = f"{CONFIRM}:{asking.id}:{now.isoformat()}"
    await owe_mail(db, about=about, message=CONFIRM, destination=destination, now=now)


async def confirm(db: AsyncSession, asking: Asking, *, how: str, now: datetime) -> Destination:
    """Do what was asked for, once; returns where it goes. Confirming again changes nothing."""
    destination = await standing.lock(db, asking.destination_id)
    if asking.confirmed_at is not None:
        return await goes_to(db, asking)
    asking.confirmed_at = now
    mover = await standing.find(db, asking.moves_id, to_change=True) if asking.moves_id else None
    if mover is not None and mover.id != destination.id:
        await _end_links(db, mover, but=asking)
        old_address = mover.address or ""
        destination = await standing.move(db, mover, destination, now=now)
        old = await email_destination(db, old_address, now=now)
        await owe_mail(db, about=f"{MOVED}:{asking.id}", message=MOVED, destination=old, now=now)
    elif mover is None:
        await standing.begin(db, destination, cadence=asking.cadence, now=now)
        await standing.add_topics(db, destination, asking.wanted, now=now)
    await db.flush()
    await audit(
        db,
        person_id=None,
        did="confirmed alerts" if mover is None else "moved alerts",
        about=f"destination/{destination.id}",
        detail={"how": how, "asking": asking.id},
        now=now,
    )
    return destination


async def _end_links(db: AsyncSession, mover: Destination, *, but: Asking) -> None:
    """Links that were mailed to an address lead to where its alerts are managed: not once they go elsewhere."""
    whose = (col(Asking.destination_id) == mover.id) | (col(Asking.moves_id) == mover.id)
    await db.exec(delete(Asking).where(whose, col(Asking.id) != but.id))


async def goes_to(db: AsyncSession, asking: Asking) -> Destination:
    """Where what was confirmed goes: a destination that moved took the new address over, unless that had alerts."""
    mover = await db.get(Destination, asking.moves_id) if asking.moves_id else None
    if mover is not None and mover.stopped_because != "moved":
        return mover
    return await db.get_one(Destination, asking.destination_id)


async def try_code(db: AsyncSession, asking: Asking, code: str, *, secrets: Secrets, now: datetime) -> bool:
    """Confirm with a code that was typed; a wrong one is counted, and after some no code is right any more."""
    if asking.confirmed_at is not None:
        return True
    if asking.tries >= MOST_TRIES or not is_code(asking, code, secrets=secrets):
        asking.tries += 1
        await db.flush()
        return False
    await confirm(db, asking, how="code", now=now)
    return True


async def refuse(db: AsyncSession, asking: Asking, *, secrets: Secrets, now: datetime) -> None:
    """Its owner never asked for this: forget it, and the address too unless it gets alerts that were confirmed."""
    destination = await standing.lock(db, asking.destination_id)
    if destination.confirmed_at is None:
        await standing.erase(db, destination, because="refused", secrets=secrets, now=now)
        return
    await db.exec(delete(Asking).where(col(Asking.id) == asking.id))
    about = f"destination/{destination.id}"
    await audit(db, person_id=None, did="refused more alerts", about=about, detail={"asking": asking.id}, now=now)


async def send_link(db: AsyncSession, address: str, *, now: datetime) -> None:
    """Owe an address the mail with the link to what is sent there; nothing happens when nothing ever was.

    It is the same one statement for every address, so that nobody learns from the clock which ones are known.
    """
    known = columns_of(col(Destination.id)).where(
        col(Destination.channel) == EMAIL,
        col(Destination.address) == address,
        col(Destination.confirmed_at).is_not(None),
    )
    await owe_mail_to(db, known, about=f"{LINK}:{now.isoformat()}", message=LINK, now=now)


def is_code(asking: Asking, given: str, *, secrets: Secrets) -> bool:
    """Whether this is the code in an asking's mail; spaces in it do not matter."""
    return same(given.translate(READING_AIDS), confirm_code(secrets, asking.id or 0, asking.asked_at))
