"""Reads of the record, as frozen structs."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.errors import Misconfigured
from tracker.strategies.chain import chain_problems
from tracker.strategies.facts import Change, decode_fact, full_digest
from tracker.strategies.models import Head, StoredChange, StoredStrategy
from tracker.strategies.structure import Strategy


class HeadView(msgspec.Struct, frozen=True):
    """The end of the chain: enough to notice a tail that was cut off."""

    seq: int
    hash: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One strategy with everything recorded about it."""

    strategy: Strategy
    digest: str
    loaded_at: datetime
    changes: tuple[Change, ...]


class ChainLink(msgspec.Struct, frozen=True):
    """One change in the chain, of whichever strategy and also when its body is gone."""

    seq: int
    digest: str
    hash: str


class Records(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on record at one moment; the first strategy is the default one."""

    head: HeadView
    digest: str
    strategies: tuple[Record, ...]
    chain: tuple[ChainLink, ...]


class Version(msgspec.Struct, frozen=True):
    """What changes exactly when the record does."""

    seq: int
    hash: str
    digests: tuple[str, ...]


async def version(db: AsyncSession) -> Version:
    """The record's version in one statement and without objects of tables: asked for four times a second."""
    asked = (
        select(Head.seq, Head.hash, StoredStrategy.digest)
        .select_from(Head)
        .join(StoredStrategy, true(), isouter=True)
        .where(col(Head.id) == 1)
        .order_by(col(StoredStrategy.id))
    )
    rows = (await db.exec(asked)).all()
    if not rows:
        raise _headless()
    seq, last_hash, _ = rows[0]
    return Version(seq, last_hash, tuple(digest for _, _, digest in rows if digest is not None))


async def records(db: AsyncSession) -> Records:
    """Everything on record, decoded; raises Misconfigured when it is not whole, so that nothing forged is shown."""
    head = await _head(db)
    rows = (await db.exec(select(StoredChange).order_by(col(StoredChange.seq)))).all()
    stored = (await db.exec(select(StoredStrategy).order_by(col(StoredStrategy.id)))).all()
    problem = next(chain_problems(rows, head), None) or next(structure_problems(stored), None)
    if problem:
        raise Misconfigured(f"The record is not whole: {problem}. Run “tracker check”, then restore a backup")
    changes = [_change(row) for row in rows if row.body is not None]
    return Records(
        head=HeadView(head.seq, head.hash),
        digest=",".join(row.digest for row in stored),
        strategies=tuple(
            Record(
                strategy=msgspec.json.decode(row.structure, type=Strategy),
                digest=row.digest,
                loaded_at=row.loaded_at,
                changes=tuple(change for change in changes if change.strategy == row.slug),
            )
            for row in stored
        ),
        chain=tuple(ChainLink(row.seq, row.body_digest, row.hash) for row in rows),
    )


def structure_problems(stored: Sequence[StoredStrategy]) -> Iterator[str]:
    """Strategies whose quotations and promises are not what was loaded."""
    for row in stored:
        if full_digest(row.structure.encode()) != row.digest:
            yield f"strategy {row.slug}: its quotations and promises are not what was loaded"


async def changes_of(db: AsyncSession, *, after: int = 0, limit: int | None = None) -> list[Change]:
    """Every change whose body is kept, in the order of the record; of those after a place, so many at most."""
    found = select(StoredChange).where(col(StoredChange.seq) > after).order_by(col(StoredChange.seq)).limit(limit)
    rows = (await db.exec(found)).all()
    return [_change(row) for row in rows if row.body is not None]


def _change(row: StoredChange) -> Change:
    body = row.body or ""
    return Change(
        seq=row.seq,
        strategy=row.strategy,
        key=row.key,
        recorded_at=row.recorded_at,
        fact=decode_fact(msgspec.json.decode(body, type=dict[str, msgspec.Raw])["fact"]),
        body=body,
        body_digest=row.body_digest,
        hash=row.hash,
    )


async def _head(db: AsyncSession) -> Head:
    row = (await db.exec(select(Head).where(col(Head.id) == 1))).one_or_none()
    if row is None:
        raise _headless()
    return row


def _headless() -> Misconfigured:
    return Misconfigured("The database has no head row: run “tracker migrate”")
