"""What was sent to a destination, and each call to an endpoint, as its owner may see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts import links
from tracker.alerts.messages.digest import publications_of
from tracker.alerts.models import Attempt, Delivery, Destination
from tracker.alerts.rules import DIGEST, SUMMARY
from tracker.strategies.models import Publication
from tracker.web.letters import Letter

PAGE = 50
"""Messages on one page of what was sent."""
TITLES: Mapping[str, str] = {
    "digest": "What changed lately",
    "summary": "A summary, and proof that your alerts work",
    "confirm": "Confirm that you want these alerts",
    "manage-link": "The link to your alerts",
    "moved": "Your alerts go to another address now",
    "webhook-test": "A test",
    "webhook-failing": "Your webhook does not answer",
    "webhook-parked": "Your webhook is no longer called",
    "webhook-gone": "Your webhook said that it is gone",
    "sign-in": "A link to sign in",
    "contest-answered": "An answer to what you wrote to us",
    "verdict-stale": "An opinion may no longer fit",
    "benchmark-asked": "A benchmark waits for your signature",
    "benchmark-changed": "Something changed that your benchmark rests on",
    "benchmark-erased": "A benchmark was erased",
    "benchmark-given-back": "A benchmark was given back",
    "benchmark-prove": "A link to confirm your address",
    "benchmark-refused": "An answer to your request for access",
    "benchmark-reminder": "Actions that are due",
    "benchmark-role": "What you may do in a benchmark, or who else may",
    "benchmark-signed": "A benchmark was signed",
    "benchmark-waiting": "Somebody asks for access",
}
"""What messages are called that are not about one publication; their subjects say more."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """One message in the list of what was sent."""

    id: int
    at: datetime | None
    subject: str
    link: str | None
    state: str
    kept: str | None
    """Its words: what was published for good, what went to this address alone while it is kept."""
    inside: list["Told"]
    """What a digest or a summary tells, by what is followed now."""


class Told(msgspec.Struct, frozen=True):
    """One publication in a digest."""

    subject: str
    link: str | None


class SentPage(msgspec.Struct, frozen=True):
    """Some of what was sent, the newest first; `older` is where to go on."""

    items: list[Sent]
    older: int | None


async def sent_page(db: AsyncSession, destination_id: int, *, before: int | None = None) -> SentPage:
    """What was sent to a destination, and what is still owed, the newest first."""
    older_than = [col(Delivery.id) < before] if before is not None else []
    rows = await db.exec(
        select(Delivery, Publication)
        .join(Publication, col(Publication.id) == col(Delivery.first), isouter=True)
        .where(Delivery.destination_id == destination_id, *older_than)
        .order_by(col(Delivery.id).desc())
        .limit(PAGE + 1)
    )
    found = rows.all()
    digests = [delivery.id or 0 for delivery, _ in found[:PAGE] if delivery.message in (DIGEST, SUMMARY)]
    inside = await _inside(db, digests) if digests else {}
    items = [_sent(delivery, publication, inside.get(delivery.id or 0, ())) for delivery, publication in found[:PAGE]]
    return SentPage(items, items[-1].id if len(found) > PAGE else None)


async def _inside(db: AsyncSession, digests: Sequence[int]) -> dict[int, list[Told]]:
    """What each of these digests tells, in the order in which it was published."""
    numbers = await publications_of(db, digests)
    wanted = sorted({number for found in numbers.values() for number in found})
    rows = (
        await db.exec(select(Publication).where(col(Publication.id).in_(wanted)).order_by(col(Publication.id)))
    ).all()
    return {
        digest: [Told(row.subject, _link(row)) for row in rows if row.id in found] for digest, found in numbers.items()
    }


class _Place(msgspec.Struct, frozen=True):
    path: str


class _Places(msgspec.Struct, frozen=True):
    addresses: tuple[_Place, ...] = ()


def _link(row: Publication) -> str | None:
    """Where a publication is read first."""
    places = msgspec.json.decode(row.content, type=_Places).addresses
    return places[0].path if places else None


def _subject(delivery: Delivery, publication: Publication | None) -> str:
    if publication and delivery.message == "publication":
        return publication.subject
    return TITLES.get(delivery.message, "A message")


def _sent(delivery: Delivery, publication: Publication | None, inside: Sequence[Told]) -> Sent:
    about = publication if delivery.message == "publication" else None
    return Sent(
        id=delivery.id or 0,
        at=delivery.sent_at or delivery.failed_at or delivery.due_at,
        subject=_subject(delivery, publication),
        link=_link(about) if about else None,
        state=delivery_state(delivery),
        kept=delivery.body or (Letter(about.subject, about.text).plain if about else None),
        inside=list(inside),
    )


def delivery_state(row: Delivery) -> str:
    """How far a message has come, in words."""
    late = ", late" if row.late else ""
    if row.sent_at is not None:
        return f"Sent{late}"
    if row.failed_at is not None:
        stopped = (row.last_error or "").startswith("stopped")
        return "Not sent, because it was stopped" if stopped else f"Could not be delivered: {row.last_error}"
    if row.digest_id is not None or (row.late and row.due_at is None):
        return "Goes into the next digest, marked late"
    if row.due_at is None:
        return "Waits until the webhook is taken up again"
    return f"Waits to be tried again: {row.last_error}" if row.attempts and row.last_error else "Waits to be sent"


class Try(msgspec.Struct, frozen=True, kw_only=True):
    """One call to an endpoint, in the list of attempts."""

    at: datetime
    subject: str
    webhook_id: str
    """By which the receiver knows the message again."""
    result: str
    took_ms: int


async def attempts_of(db: AsyncSession, webhook: Destination) -> list[Try]:
    """The newest calls to an endpoint."""
    rows = await db.exec(
        select(Attempt, Delivery, Publication)
        .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
        .join(Publication, col(Publication.id) == col(Delivery.first), isouter=True)
        .where(Delivery.destination_id == webhook.id)
        .order_by(col(Attempt.id).desc())
        .limit(PAGE)
    )
    return [
        Try(
            at=attempt.at,
            subject=_subject(delivery, publication),
            webhook_id=links.webhook_id(delivery.about, webhook.created_at, delivery.id or 0),
            result=", ".join(dict.fromkeys(filter(None, (str(attempt.status or ""), attempt.error)))) or "No answer",
            took_ms=attempt.took_ms,
        )
        for attempt, delivery, publication in rows.all()
    ]
