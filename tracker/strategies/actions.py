"""Writes to the record. Nothing here commits: the transaction belongs to the caller."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.errors import Invalid, Misconfigured
from tracker.strategies.chain import chain_hash
from tracker.strategies.facts import AnyFact, Change, decode_fact, encode_fact, full_digest
from tracker.strategies.models import ChangeSubject, Head, StoredChange
from tracker.strategies.search.index import add_changes


class NewChange(msgspec.Struct, frozen=True, kw_only=True):
    """A fact about to be recorded, with the stable key of its event."""

    strategy: str
    key: str
    fact: AnyFact


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    """What the hash covers: everything a change says."""

    strategy: str
    key: str
    recorded_at: datetime
    fact: AnyFact


async def lock_head(db: AsyncSession) -> Head:
    """The head row, locked until the caller's transaction ends: only its holder may append."""
    head = (await db.exec(select(Head).where(col(Head.id) == 1).with_for_update())).one_or_none()
    if head is None:
        raise Misconfigured("The database has no head row: run “tracker migrate”")
    return head


async def append(db: AsyncSession, head: Head, new: Sequence[NewChange], *, now: datetime) -> list[Change]:
    """Append facts to the chain in the order given; the only function that writes a change."""
    recorded_at = max(now, head.recorded_at) if head.recorded_at else now
    changes = chain(head.seq, head.hash, new, recorded_at=recorded_at)
    if not changes:
        return []
    connection = await db.connection()
    await connection.execute(insert(StoredChange), [_row(change) for change in changes])
    subjects = [{"seq": change.seq, "subject": subject} for change in changes for subject in subjects_of(change)]
    await connection.execute(insert(ChangeSubject), subjects)
    await add_changes(db, changes)
    head.seq, head.hash, head.recorded_at = changes[-1].seq, changes[-1].hash, recorded_at
    db.add(head)
    await db.flush()
    return changes


def chain(seq: int, last_hash: str, new: Sequence[NewChange], *, recorded_at: datetime) -> list[Change]:
    """The changes these facts become when they follow a given head. Pure."""
    changes: list[Change] = []
    for number, item in enumerate(new, start=seq + 1):
        _require_readable(item)
        body = _Body(strategy=item.strategy, key=item.key, recorded_at=recorded_at, fact=item.fact)
        text = msgspec.json.encode(body, order="sorted")
        digest = full_digest(text)
        last_hash = chain_hash(last_hash, digest)
        changes.append(
            Change(
                seq=number,
                strategy=item.strategy,
                key=item.key,
                recorded_at=recorded_at,
                fact=item.fact,
                body=text.decode(),
                body_digest=digest,
                hash=last_hash,
            )
        )
    return changes


def _require_readable(item: NewChange) -> None:
    """Raise Invalid for a fact that could not be read back: what is once on record stays there."""
    try:
        same = decode_fact(encode_fact(item.fact)) == item.fact
    except msgspec.ValidationError:
        same = False
    if not same:
        raise Invalid(f"“{item.key}” cannot be read back as it stands, so it was not recorded")


def _row(change: Change) -> dict[str, object]:
    return {name: getattr(change, name) for name in StoredChange.__table__.columns.keys()}  # type: ignore[attr-defined]  # noqa: SIM118 - SQLModel hides __table__; columns is no dict


def subjects_of(change: Change) -> list[str]:
    """Full references: the strategy itself, and whatever of it the fact names."""
    return [change.strategy, *(f"{change.strategy}/{ref}" for ref in dict.fromkeys(change.fact.about))]
