"""Webhooks: an owner's endpoints, their secrets, tests and replays. Nothing here calls any of them."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.alerts import standing
from tracker.alerts.actions import AT_ONCE, WEBHOOK, owe_mail, replay, unpark
from tracker.alerts.models import Destination
from tracker.db import new_rows
from tracker.errors import Conflict, NotFound

TEST = "webhook-test"
MOST = 10
"""Webhooks of one owner."""
OLD_SIGNS_FOR = timedelta(days=1)
"""How long the secret before goes on signing, so that a receiver can change it in its own time."""
SECRET_BYTES = 32
"""Standard Webhooks asks for 24 to 64."""


def new_secret() -> str:
    """A secret that nobody can guess, as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


async def add(
    db: AsyncSession, owner: Destination, *, address: str, name: str, topics: Sequence[str], now: datetime
) -> Destination:
    """A further endpoint that is told of these topics from now on; raises Conflict when it cannot be added."""
    if len(await standing.webhooks_of(db, standing.id_of(owner))) >= MOST:
        raise Conflict(f"You have {MOST} webhooks, which is the most. Remove one first")
    values = {
        "channel": WEBHOOK,
        "address": address,
        "name": name,
        "owner_id": owner.id,
        "cadence": AT_ONCE,
        "created_at": now,
        "confirmed_at": now,
        "summary": "",
        "digested_to": 0,
        "secret": new_secret(),
    }
    insert = (await new_rows(db, Destination)).values(values).on_conflict_do_nothing().returning(Destination)
    webhook: Destination | None = (await db.exec(insert)).scalars().one_or_none()
    if webhook is None:
        raise Conflict(
            "Enter another address: this one is registered already, by you or by somebody else. "
            "To register it once more, add something to it that makes it different, like ?for=policy-team"
        )
    await standing.add_topics(db, webhook, topics, now=now)
    await _note(db, webhook, "added a webhook", now=now)
    return webhook


async def find(db: AsyncSession, owner: Destination, webhook_id: int, *, to_change: bool = False) -> Destination:
    """An owner's endpoint; raises NotFound for one that is removed or somebody else's."""
    found = await standing.find(db, webhook_id, to_change=to_change)
    if found is None or found.channel != WEBHOOK or found.owner_id != owner.id:
        raise NotFound("There is no such webhook. It may have been removed.")
    return found


async def rotate(db: AsyncSession, webhook: Destination, *, now: datetime) -> str:
    """A new secret; for a day every call is signed with the one before it too."""
    webhook.old_secret, webhook.old_secret_until = webhook.secret, now + OLD_SIGNS_FOR
    webhook.secret = new_secret()
    await db.flush()
    await _note(db, webhook, "changed the secret of a webhook", now=now)
    return webhook.secret


async def owe_test(db: AsyncSession, webhook: Destination, *, now: datetime) -> None:
    """Owe an endpoint a call that says that it is a test."""
    await owe_mail(db, about=f"{TEST}:{now.isoformat()}", message=TEST, destination=webhook, now=now)


async def replay_since(db: AsyncSession, webhook: Destination, *, after: int, now: datetime) -> int:
    """Owe an endpoint everything after a cursor once more; returns how many calls that is."""
    count = await replay(db, standing.id_of(webhook), after=after, now=now)
    await _note(db, webhook, "replayed to a webhook", now=now, after=after, calls=count)
    return count


async def take_up(db: AsyncSession, webhook: Destination, *, now: datetime) -> None:
    """Call an endpoint again that was parked or that said it was gone; what it is owed goes first."""
    if webhook.stopped_at is not None:
        webhook.stopped_at = webhook.stopped_because = None
        await db.flush()
    await unpark(db, standing.id_of(webhook), now=now)
    await _note(db, webhook, "took a webhook up again", now=now)


async def remove(db: AsyncSession, webhook: Destination, *, now: datetime) -> None:
    """Call an endpoint no more and forget where it was; a new one may have its address at once."""
    await _note(db, webhook, "removed a webhook", now=now)
    await standing.forget(db, webhook)


async def _note(db: AsyncSession, webhook: Destination, did: str, *, now: datetime, **detail: object) -> None:
    about = f"destination/{webhook.id}"
    await audit(db, person_id=None, did=did, about=about, detail={"owner": webhook.owner_id, **detail}, now=now)
