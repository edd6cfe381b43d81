"""Writes of the queue: what an editor decides about a sighting, and undoing it. Nothing here commits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.clock import LONDON, london_day
from tracker.db import LARGEST_ID
from tracker.editing import actions
from tracker.editing.models import Draft
from tracker.editing.queue import reading
from tracker.editing.queue.proposals import proposal
from tracker.editing.queue.schemas import Became, Undone
from tracker.errors import Conflict, NotFound
from tracker.strategies.models import StoredChange
from tracker.watch.models import Decision, Sighting, Suggestion, Trouble

REASONS: Mapping[str, str] = {
    "other-nation": "Other nation",
    "fostering-or-adoption": "Fostering or adoption",
    "on-record": "On record already",
    "other-promise": "Not this promise",
    "repeat": "Same news",
    "other": "Another reason",
}
"""Why something is no evidence: codes, and what an editor reads."""


class AlreadyDecided(Conflict):
    """Somebody decided about it since it was looked at; `decision_id` says what."""

    def __init__(self, decision_id: int | None) -> None:
        super().__init__("Somebody else has decided about this meanwhile.")
        self.decision_id = decision_id


async def accept(
    db: AsyncSession,
    sighting_id: int,
    *,
    strategy: str,
    numbers: Sequence[int],
    seen: int | None,
    by: int,
    now: datetime,
) -> Draft:
    """Take it as evidence for announcements of one strategy: opens an entry, filled in. Publishes nothing."""
    row = await _open(db, sighting_id, seen=seen)
    sighted = await reading.sighted(db, sighting_id)
    text = await reading.text_of(db, row.snapshot)
    entry = proposal(sighted, numbers, text=text, today=london_day(now))
    draft = await actions.start(db, entry, strategy=strategy, by=by, now=now)
    refs = [f"{strategy}/{number}" for number in numbers]
    await _keep(db, row, "accepted", by=by, now=now, announcements=refs, draft_key=draft.key)
    return draft


async def refuse(
    db: AsyncSession, sighting_id: int, *, reason: str, words: str = "", seen: int | None, by: int, now: datetime
) -> Decision:
    """Take it out of the queue because it is no evidence."""
    row = await _open(db, sighting_id, seen=seen)
    return await _keep(db, row, "not-evidence", by=by, now=now, reason=reason, words=words or None)


async def put_off(
    db: AsyncSession, sighting_id: int, *, days: int, seen: int | None, by: int, now: datetime
) -> Decision:
    """Take it out of the queue until a day begins in London."""
    row = await _open(db, sighting_id, seen=seen)
    kept = await _keep(db, row, "later", by=by, now=now)
    row.offered, row.later_until = True, _day_begins(london_day(now) + timedelta(days=days))
    await db.flush()
    return kept


def _day_begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


async def undo(db: AsyncSession, decision_id: int, *, by: int, now: datetime) -> Undone:
    """Bring a sighting back; the entry that was opened for it goes unless somebody has worked on it since.

    Raises Conflict when another decision has taken its place.
    """
    held = await db.get(Decision, decision_id) if decision_id <= LARGEST_ID else None
    if held is None:
        raise NotFound("There is no such decision.")
    row = await _locked(db, held.sighting_id)
    if row.decision_id != held.id or held.kind == "undone":
        raise AlreadyDecided(row.decision_id)
    draft, became = await _take_entry_away(db, held, by=by, now=now)
    await _keep(db, row, "undone", by=by, now=now, undoes=held.id)
    row.offered, row.later_until = True, None
    await db.flush()
    return Undone(title=row.title, became=became, draft_id=draft)


async def _take_entry_away(
    db: AsyncSession, held: Decision, *, by: int, now: datetime
) -> tuple[int | None, Became | None]:
    if held.draft_key is None:
        return None, None
    asked = select(Draft).where(Draft.key == held.draft_key).with_for_update()
    draft = (await db.exec(asked)).one_or_none()
    if draft is None:
        public = select(StoredChange.seq).where(StoredChange.key == held.draft_key)
        return None, "gone" if (await db.exec(public)).first() is None else "published"
    if draft.version > 1 or draft.publish_at or draft.returned_because:
        return draft.id, "changed"
    await actions.delete(db, draft.id or 0, by=by, now=now)
    return None, "deleted"


async def look_through(db: AsyncSession, trouble_id: int, *, by: int, now: datetime) -> Trouble:
    """End a gap: a person has looked for what its source does not show any more."""
    row = await db.get(Trouble, trouble_id, with_for_update=True) if trouble_id <= LARGEST_ID else None
    if row is None or row.kind != "gap":
        raise NotFound("There is no such gap.")
    if row.ended_at is None:
        row.ended_at = now
        db.add(row)
        about = {"source": row.source, "since": row.since, "until": row.until}
        await audit(db, person_id=by, did="looked a gap through", about=f"gap/{row.id}", detail=about, now=now)
    return row


async def _open(db: AsyncSession, sighting_id: int, *, seen: int | None) -> Sighting:
    """A sighting that waits, locked, as it was looked at; raises AlreadyDecided."""
    row = await _locked(db, sighting_id)
    if not row.offered or row.decision_id != seen:
        raise AlreadyDecided(row.decision_id)
    return row


async def _locked(db: AsyncSession, sighting_id: int) -> Sighting:
    if sighting_id <= LARGEST_ID:
        row = await db.get(Sighting, sighting_id, with_for_update=True, populate_existing=True)
        if row is not None:
            return row
    raise NotFound("There is no such sighting.")


async def _keep(
    db: AsyncSession, row: Sighting, kind: str, *, by: int, now: datetime, undoes: int | None = None, **given: Any
) -> Decision:
    """Write a decision down, with what was proposed at that moment, and take the sighting out of the queue."""
    asked = select(Suggestion).where(col(Suggestion.sighting_id) == row.id).order_by(col(Suggestion.announcement))
    proposed = [
        {"announcement": f"{found.strategy}/{found.announcement}", "score": round(found.score, 4)}
        for found in (await db.exec(asked)).all()
    ]
    announcements = given.pop("announcements", [])
    kept = Decision(
        sighting_id=row.id or 0,
        kind=kind,
        announcements=msgspec.json.encode(announcements).decode(),
        suggested=msgspec.json.encode(proposed).decode(),
        decided_by=by,
        decided_at=now,
        **given,
    )
    db.add(kept)
    await db.flush()
    row.decision_id, row.offered, row.later_until = kept.id, False, None
    db.add(row)
    await db.flush()
    detail = {"kind": kind, "announcements": announcements, **({"undoes": undoes} if undoes else {}), **given}
    await audit(db, person_id=by, did=DID[kind], about=f"sighting/{row.id}", detail=detail, now=now)
    return kept


DID = {
    "accepted": "accepted a sighting",
    "not-evidence": "said a sighting is no evidence",
    "later": "put a sighting off",
    "undone": "undid a decision",
}
"""How the audit calls each kind of decision."""
