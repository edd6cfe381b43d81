"""Messages about subscriptions themselves: to confirm, to find a lost link, that alerts have moved, and tests."""

from datetime import datetime

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.catalogue import CADENCES, Catalogue
from tracker.alerts.events import TestData, TestEvent
from tracker.alerts.links import confirm_address, confirm_code
from tracker.alerts.messages import Papers
from tracker.alerts.models import Asking, Destination, Subscription
from tracker.alerts.schemas import Owed
from tracker.strategies.models import StoredStrategy
from tracker.strategies.structure import Strategy
from tracker.strategies.words import moment_text
from tracker.web.letters import Letter


async def write_confirm(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """What somebody asked for in the name of an address, and how its owner agrees; None when it is settled."""
    asking = await db.get(Asking, int(owed.about.split(":")[1]))
    if asking is None or asking.confirmed_at is not None:
        return None
    mover = await db.get(Destination, asking.moves_id) if asking.moves_id else None
    catalogue = await _catalogue(db)
    followed = (await db.exec(_followed(owed.destination_id))).all()
    return papers.letters.write(
        "alerts/confirm",
        address=owed.address,
        mover=mover.address if mover else None,
        wanted=catalogue.names(asking.wanted),
        new=catalogue.names(topic for topic in asking.wanted if topic not in followed),
        followed=catalogue.names(followed),
        cadence=CADENCES[asking.cadence].lower(),
        link=confirm_address(papers.public_url, papers.secrets, asking.id or 0, asking.asked_at),
        code=confirm_code(papers.secrets, asking.id or 0, asking.asked_at),
        until=moment_text(asking.expires_at),
        silence=await papers.silence(db),
        papers=papers,
    )


async def write_link(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """Where an address's alerts are seen, changed and stopped, because somebody asked for the link."""
    destination = await db.get(Destination, owed.destination_id)
    if destination is None:
        return None
    followed = (await db.exec(_followed(owed.destination_id))).all()
    return papers.letters.write(
        "alerts/manage_link",
        followed=(await _catalogue(db)).names(followed),
        cadence=CADENCES[destination.cadence].lower(),
        destination=destination,
        silence=await papers.silence(db),
        papers=papers,
    )


async def write_moved(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """To the old address: that alerts go elsewhere now, in case it was not its owner who moved them."""
    return papers.letters.write("alerts/moved", silence=await papers.silence(db), papers=papers)


async def webhook_test_event(db: AsyncSession, owed: Owed, papers: Papers) -> bytes | None:
    """What an endpoint is sent for a test: nothing that could be taken for news."""
    data = TestData(text="This is a test. Nothing has changed.", url=papers.public_url)
    asked_at = datetime.fromisoformat(owed.about.partition(":")[2])
    return msgspec.json.encode(TestEvent(timestamp=asked_at, data=data))


def _followed(destination_id: int):  # type: ignore[no-untyped-def]  # SQLModel's own type of a select of one column
    return (
        select(Subscription.topic)
        .join(Destination, col(Destination.id) == col(Subscription.destination_id))
        .where(Subscription.destination_id == destination_id, col(Destination.stopped_at).is_(None))
        .order_by(col(Subscription.id))
    )


async def _catalogue(db: AsyncSession) -> Catalogue:
    stored = await db.exec(select(StoredStrategy.structure).order_by(col(StoredStrategy.id)))
    return Catalogue([msgspec.json.decode(structure, type=Strategy) for structure in stored.all()])
