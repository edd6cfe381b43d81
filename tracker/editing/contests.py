"""What the public contests, and how it is answered. Nothing here commits."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.alerts.actions import email_destination, owe_mail
from tracker.db import LARGEST_ID
from tracker.editing.models import Contest
from tracker.editing.queries import PUBLIC
from tracker.errors import Conflict, NotFound

ANSWERED = "contest-answered"
"""The kind of message that brings an answer to whoever asked for it."""
OUTCOMES = {
    "corrected": "We corrected the record",
    "kept": "We kept the record as it is",
    "set-aside": "Not about the record: do not show it",
}


WORDS = timedelta(days=28)
"""How long the words of a contest are kept after its answer. /privacy says the same."""


async def contest(
    db: AsyncSession,
    *,
    strategy: str,
    about: str,
    text: str,
    evidence_url: str | None,
    address: str | None,
    now: datetime,
) -> Contest:
    """Keep what somebody contests for an editor to read."""
    row = Contest(strategy=strategy, about=about, text=text, evidence_url=evidence_url, address=address, asked_at=now)
    db.add(row)
    await db.flush()
    await audit(db, person_id=None, did="contested what we say", about=f"contest/{row.id}", now=now)
    return row


async def answer(
    db: AsyncSession, contest_id: int, *, said: str, answer: str, outcome: str, by: int, now: datetime
) -> Contest:
    """Answer a contest, and owe the answer to who asked for it; raises Conflict when it has been answered."""
    known = contest_id <= LARGEST_ID
    row = await db.get(Contest, contest_id, with_for_update=True, populate_existing=True) if known else None
    if row is None:
        raise NotFound("There is no such contest.")
    if row.answered_at:
        raise Conflict("Somebody else has answered this meanwhile. Go back and read their answer.")
    row.said, row.answer, row.outcome, row.answered_at, row.answered_by = said, answer, outcome, now, by
    if row.address and outcome in PUBLIC:
        destination = await email_destination(db, row.address, now=now)
        await owe_mail(db, about=f"contest:{row.id}", message=ANSWERED, destination=destination, now=now)
    # The outbox has the address for as long as its mail is on its way; nothing else needs it.
    row.address = None
    db.add(row)
    detail = {"outcome": outcome, "answer": answer, "said": said}
    await audit(db, person_id=by, did="answered a contest", about=f"contest/{row.id}", detail=detail, now=now)
    return row


async def forget_words(db: AsyncSession, *, now: datetime) -> int:
    """Forget what was written by those who were answered long enough ago; returns how many that were."""
    over = (col(Contest.answered_at) <= now - WORDS, col(Contest.text) != "")
    forgotten = await db.exec(update(Contest).where(*over).values(text="", evidence_url=None))
    return int(forgotten.rowcount)
