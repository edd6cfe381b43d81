"""Proofs that the record is whole: the chain, its columns, its subjects, its notices."""

from collections.abc import Iterator, Sequence

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.strategies.actions import chain_hash, subjects_of
from tracker.strategies.facts import Change, full_digest
from tracker.strategies.lapses import mistaken, unnoticed
from tracker.strategies.models import GENESIS, ChangeSubject, StoredChange
from tracker.strategies.queries import HeadView, Record, changes_of, records


async def record_problems(db: AsyncSession) -> list[str]:
    """Everything that is wrong with the record, each as one line; empty when it is whole."""
    everything = await records(db)
    rows = (await db.exec(select(StoredChange).order_by(col(StoredChange.seq)))).all()
    subjects = (await db.exec(select(ChangeSubject))).all()
    return [
        *chain_problems(rows, everything.head),
        *_subject_problems(await changes_of(db), subjects),
        *(problem for record in everything.strategies for problem in notice_problems(record)),
    ]


def chain_problems(rows: Sequence[StoredChange], head: HeadView) -> Iterator[str]:
    """Where the chain breaks: a sequence with a gap, a changed body, a wrong hash, a cut tail."""
    last = GENESIS
    for number, row in enumerate(rows, start=1):
        if row.seq != number:
            yield f"seq {number} is missing: the next change on record is {row.seq}"
            return
        if row.body is not None and full_digest(row.body.encode()) != row.body_digest:
            yield f"seq {row.seq}: the body is not what was recorded"
        if row.body is not None and not _columns_agree(row):
            yield f"seq {row.seq}: its columns do not say what its body says"
        last = chain_hash(last, row.body_digest)
        if last != row.hash:
            yield f"seq {row.seq}: the hash does not follow from the one before"
            return
    if (head.seq, head.hash) != (len(rows), last):
        yield f"the head says seq {head.seq}, the chain ends at {len(rows)}: its tail was cut or the head was changed"


def _columns_agree(row: StoredChange) -> bool:
    body = msgspec.json.decode(row.body or "{}")
    moment = msgspec.json.decode(msgspec.json.encode(row.recorded_at))
    return (body["strategy"], body["key"], body["recorded_at"]) == (row.strategy, row.key, moment)


def _subject_problems(changes: Sequence[Change], subjects: Sequence[ChangeSubject]) -> Iterator[str]:
    expected = {(change.seq, subject) for change in changes for subject in subjects_of(change)}
    found = {(row.seq, row.subject) for row in subjects}
    for seq, subject in sorted(expected ^ found):
        yield f"seq {seq}: subject {subject} is {'missing' if (seq, subject) in expected else 'not in its body'}"


def notice_problems(record: Record) -> Iterator[str]:
    """Overdue notices that the rules do not confirm, or that the rules ask for and nobody wrote."""
    for key, _ in mistaken(record.strategy, record.changes):
        yield f"notice {key} says overdue, the rules do not"
    known = max((change.fact.known_on for change in record.changes), default=None)
    for key, _ in unnoticed(record.strategy, record.changes, today=known) if known else ():
        yield f"notice {key} is missing: run “tracker run note-lapses”"
