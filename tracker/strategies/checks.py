"""Proofs that the record is whole: the chain, its columns, its subjects, its notices."""

from collections.abc import Container, Iterator, Sequence
from datetime import date

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.strategies.actions import subjects_of
from tracker.strategies.chain import chain_problems
from tracker.strategies.facts import EDITED, Change, encode_fact
from tracker.strategies.files import Folder
from tracker.strategies.lapses import announcement_of, may_wait, mistaken, unnoticed
from tracker.strategies.load import effective
from tracker.strategies.models import ChangeSubject, Head, StoredChange, StoredStrategy
from tracker.strategies.queries import Record, changes_of, records, structure_problems
from tracker.strategies.search.index import index_problems


async def record_problems(
    db: AsyncSession, *, today: date | None = None, unread: Container[str] = frozenset()
) -> list[str]:
    """Everything that is wrong with the record, each as one line; empty when it is whole.

    `unread` names announcements, like "championing-kinship-care/14", with suggestions that notices wait for.
    """
    head = (await db.exec(select(Head))).one_or_none()
    if head is None:
        return ["the head row is missing: restore a backup"]
    rows = (await db.exec(select(StoredChange).order_by(col(StoredChange.seq)))).all()
    stored = (await db.exec(select(StoredStrategy))).all()
    broken = [*chain_problems(rows, head), *structure_problems(stored)]
    subjects = (await db.exec(select(ChangeSubject))).all()
    if broken:
        # What does not hash as recorded may not decode either: no further than this.
        return [*broken, *_count_problems(rows, subjects)]
    everything = await records(db)
    return [
        *_subject_problems(await changes_of(db), subjects),
        *(
            problem
            for record in everything.strategies
            for problem in notice_problems(record, today=today, unread=unread)
        ),
    ]


async def search_problems(db: AsyncSession) -> list[str]:
    """Where what can be searched for is not what the record says; a load mends it."""
    everything = (await records(db)).strategies
    return [line for item in everything for line in await index_problems(db, item.strategy, item.changes)]


async def differences_from_files(db: AsyncSession, folder: Folder) -> list[str]:
    """Where the record says something else than the files it was loaded from."""
    slug = folder.strategy.identity.slug
    record = next((item for item in (await records(db)).strategies if item.strategy.identity.slug == slug), None)
    if record is None:
        return [f"{slug} is not on record: run “tracker load”"]
    current = effective(record.changes)
    written = effective(change for change in record.changes if not change.key.startswith(EDITED))
    same = record.strategy == folder.strategy
    found = [] if same else ["the quotations or promises on record are not those of the files: run “tracker load”"]
    for entry in folder.history:
        if entry.key not in current:
            found.append(f"“{entry.key}” of {entry.file} is not on record: run “tracker load”")
        elif encode_fact(entry.fact) not in (current[entry.key], written.get(entry.key)):
            found.append(f"“{entry.key}” on record is not what {entry.file} says")
    return found


def _count_problems(rows: Sequence[StoredChange], subjects: Sequence[ChangeSubject]) -> Iterator[str]:
    for seq in sorted({row.seq for row in rows} - {row.seq for row in subjects}):
        yield f"seq {seq}: no subject is on record"


def _subject_problems(changes: Sequence[Change], subjects: Sequence[ChangeSubject]) -> Iterator[str]:
    expected = {(change.seq, subject) for change in changes for subject in subjects_of(change)}
    found = {(row.seq, row.subject) for row in subjects}
    for seq, subject in sorted(expected ^ found):
        yield f"seq {seq}: subject {subject} is {'missing' if (seq, subject) in expected else 'not in its body'}"


def notice_problems(
    record: Record, *, today: date | None = None, unread: Container[str] = frozenset()
) -> Iterator[str]:
    """Overdue notices that the rules do not confirm, or that they ask for by today and nobody wrote."""
    day = today or max((change.fact.known_on for change in record.changes), default=date.min)
    for key, _ in mistaken(record.strategy, record.changes, today=day):
        yield f"notice {key} says overdue, the rules do not: run “tracker load”"
    slug = record.strategy.identity.slug
    for key, fact in unnoticed(record.strategy, record.changes, today=day):
        if may_wait(fact, today=day) and announcement_of(slug, fact) in unread:
            continue
        yield f"notice {key} is missing: run “tracker run note-lapses”"
