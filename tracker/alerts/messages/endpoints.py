"""Letters to the owner of an endpoint: that it does not answer, is not called any more, or has said that it is gone."""

from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.messages import Papers
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.schemas import Owed
from tracker.strategies.words import moment_text
from tracker.web.letters import Letter

TEMPLATES = {
    "webhook-failing": "alerts/webhook_failing",
    "webhook-parked": "alerts/webhook_parked",
    "webhook-gone": "alerts/webhook_gone",
}


async def write_trouble(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """What is wrong with an endpoint and what its owner can do; None when it is well again or removed."""
    message, number, since = owed.about.split(":", 2)
    endpoint = await db.get(Destination, int(number))
    if endpoint is None or endpoint.address is None or not _still(message, endpoint):
        return None
    waiting = select(func.count()).where(
        col(Delivery.destination_id) == endpoint.id,
        col(Delivery.sent_at).is_(None),
        col(Delivery.failed_at).is_(None),
    )
    return papers.letters.write(
        TEMPLATES[message],
        endpoint=endpoint,
        since=moment_text(datetime.fromisoformat(since)),
        waiting=(await db.exec(waiting)).one(),
        silence=await papers.silence(db),
        papers=papers,
    )


def _still(message: str, endpoint: Destination) -> bool:
    """Whether the trouble lasts: by the time of a later try it may be over."""
    if message == "webhook-failing":
        return endpoint.failing_since is not None
    if message == "webhook-parked":
        return endpoint.parked_at is not None
    return endpoint.stopped_at is not None
