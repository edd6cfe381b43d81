"""Writes of editing. Nothing here commits: the transaction belongs to the caller."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import audit
from tracker.clock import london_day
from tracker.editing.announce import announce, prefix_of, put_on_record
from tracker.editing.models import Draft
from tracker.editing.previews import in_the_way
from tracker.editing.queries import SAVED
from tracker.editing.rules import finished, is_quiet, keyed
from tracker.editing.schemas import Entry
from tracker.errors import Conflict, NotFound
from tracker.strategies.actions import lock_head
from tracker.strategies.facts import EDITED, Change
from tracker.strategies.models import Head, Publication
from tracker.strategies.queries import records

LOST = "Its strategy is not on record any more."
GONE = "This entry is not being prepared any more: it was published, or taken back and deleted."


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a draft: changes on record and what went out, or why it is its author's again."""

    draft_id: int
    changes: tuple[Change, ...] = ()
    publication: Publication | None = None
    returned: str | None = None


async def start(db: AsyncSession, entry: Entry, *, strategy: str, by: int, now: datetime) -> Draft:
    """Keep a new entry as a draft."""
    seen = (await db.exec(select(Head.seq).where(col(Head.id) == 1))).one()
    draft = Draft(
        strategy=strategy,
        key=f"{EDITED}{london_day(now).isoformat()}-{secrets.token_hex(4)}",
        content=_encoded(entry),
        author_id=by,
        saved_at=now,
        seen_seq=seen,
    )
    db.add(draft)
    await db.flush()
    await _note(db, draft, SAVED, by=by, now=now, version=1, content=msgspec.to_builtins(entry))
    return draft


async def save(db: AsyncSession, draft_id: int, entry: Entry, *, version: int, by: int, now: datetime) -> Draft:
    """Keep another version of a draft, which ends its hold; raises Conflict when somebody saved one meanwhile."""
    draft = await working_on(db, draft_id, version=version)
    draft.content, draft.version, draft.saved_at = _encoded(entry), draft.version + 1, now
    draft.publish_at, draft.returned_because = None, None
    db.add(draft)
    await _note(db, draft, SAVED, by=by, now=now, version=draft.version, content=msgspec.to_builtins(entry))
    return draft


async def hold(
    db: AsyncSession, draft_id: int, *, version: int, seen: int, until: datetime, by: int, now: datetime
) -> Draft:
    """Let a draft be published at a moment, as its author saw it when the record ended at `seen`."""
    draft = await working_on(db, draft_id, version=version)
    draft.publish_at, draft.seen_seq, draft.returned_because = until, seen, None
    db.add(draft)
    await _note(db, draft, "set an entry to be published", by=by, now=now, version=version, publish_at=until)
    return draft


async def take_back(db: AsyncSession, draft_id: int, *, by: int, now: datetime) -> Draft:
    """End a draft's hold before anything of it was public."""
    draft = await _locked(db, draft_id)
    draft.publish_at = None
    db.add(draft)
    await _note(db, draft, "took an entry back", by=by, now=now)
    return draft


async def delete(db: AsyncSession, draft_id: int, *, by: int, now: datetime) -> None:
    """Take a draft away: only the audit remembers it."""
    draft = await _locked(db, draft_id)
    await _note(db, draft, "deleted an entry", by=by, now=now)
    await db.delete(draft)


async def publish(db: AsyncSession, draft_id: int, *, by: int | None, now: datetime) -> Outcome | None:
    """Decide a draft on the record as it stands, put it on record and write who is told; None when it is gone.

    With by=None it is published only when its hold has ended. Twice is once: the draft is gone with the first time.
    """
    head = await lock_head(db)
    draft = await db.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None or (by is None and not (draft.publish_at and draft.publish_at <= now)):
        return None
    held = await records(db)
    record = next((item for item in held.strategies if item.strategy.identity.slug == draft.strategy), None)
    if record is None:
        return await _give_back(db, draft, [LOST], by=by, now=now)
    entry = entry_of(draft)
    wrong = in_the_way(entry, draft.key, record, held.head, seen=draft.seen_seq, now=now)
    if wrong:
        return await _give_back(db, draft, wrong, by=by, now=now)
    own = keyed(draft.key, finished(entry, today=london_day(now)))
    changes = await put_on_record(db, head, record, own, now=now)
    told = changes[: len(own)]
    row = None
    if not is_quiet(entry):
        prefix = prefix_of(held, draft.strategy)
        row = await announce(db, record, changes, told=told, key=draft.key, prefix=prefix, now=now)
    await _note(db, draft, "published an entry", by=by, now=now, seqs=[change.seq for change in changes])
    await db.delete(draft)
    await db.flush()
    return Outcome(draft_id=draft_id, changes=tuple(changes), publication=row)


async def publish_now(
    db: AsyncSession, draft_id: int, *, version: int, seen: int, by: int, now: datetime
) -> Outcome | None:
    """Publish a draft as its author saw it, without a hold; raises Conflict when somebody saved another version."""
    # The head before the draft, as whoever publishes by the clock does: else each could wait for the other.
    await lock_head(db)
    await hold(db, draft_id, version=version, seen=seen, until=now, by=by, now=now)
    return await publish(db, draft_id, by=by, now=now)


async def give_back(db: AsyncSession, draft_id: int, because: str, *, now: datetime) -> Outcome | None:
    """End a draft's hold and tell its author why; None when it is gone."""
    draft = await db.get(Draft, draft_id, with_for_update=True)
    return await _give_back(db, draft, [because], by=None, now=now) if draft else None


async def _give_back(db: AsyncSession, draft: Draft, wrong: Sequence[str], *, by: int | None, now: datetime) -> Outcome:
    because = " ".join(wrong)
    draft.publish_at, draft.returned_because = None, because
    db.add(draft)
    await _note(db, draft, "was given an entry back", by=by, now=now, because=because)
    return Outcome(draft_id=draft.id or 0, returned=because)


async def due_drafts(db: AsyncSession, *, now: datetime) -> Sequence[int]:
    """Drafts whose hold has ended, the earliest first."""
    due = select(col(Draft.id)).where(col(Draft.publish_at) <= now).order_by(col(Draft.publish_at), col(Draft.id))
    return [draft_id for draft_id in (await db.exec(due)).all() if draft_id is not None]


async def is_any_due(db: AsyncSession, *, now: datetime) -> bool:
    """Whether the hold of any draft has ended."""
    return bool(await due_drafts(db, now=now))


async def working_on(db: AsyncSession, draft_id: int, *, version: int) -> Draft:
    """A draft, locked, in the version that somebody worked on; raises Conflict when there is a newer one."""
    draft = await _locked(db, draft_id)
    if draft.version != version:
        raise Conflict("Somebody else saved this entry while you worked on it.")
    return draft


async def _locked(db: AsyncSession, draft_id: int) -> Draft:
    draft = await db.get(Draft, draft_id, with_for_update=True, populate_existing=True)
    if draft is None:
        raise NotFound(GONE)
    return draft


def entry_of(draft: Draft) -> Entry:
    """What a draft holds."""
    return msgspec.json.decode(draft.content, type=Entry)


def _encoded(entry: Entry) -> str:
    return msgspec.json.encode(entry, order="sorted").decode()


async def _note(db: AsyncSession, draft: Draft, did: str, *, by: int | None, now: datetime, **detail: Any) -> None:
    await audit(db, person_id=by, did=did, about=f"entry/{draft.id}", detail={"key": draft.key, **detail}, now=now)
