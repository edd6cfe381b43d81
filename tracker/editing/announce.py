"""From facts to what goes out about them, in the caller's one transaction. Nothing here commits."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import HeldRole, Person
from tracker.accounts.policies import Role
from tracker.alerts.actions import email_destination, owe, owe_mail
from tracker.alerts.rules import topics_of
from tracker.clock import london_day
from tracker.editing.rules import grown_stale
from tracker.strategies.actions import NewChange, append, chain
from tracker.strategies.facts import AnyFact, BecameOverdue, Change, Corrected, Reviewed
from tracker.strategies.lapses import WITHDRAWN, mistaken, unnoticed, withdrawal
from tracker.strategies.models import Head, Publication, PublicationTopic
from tracker.strategies.publications import before_and_after, compose, publication
from tracker.strategies.queries import Record, Records, records
from tracker.strategies.views.changes import announcements_of

STALE = "verdict-stale"
"""The kind of message that tells an organisation that its opinion went stale."""


async def put_on_record(
    db: AsyncSession, head: Head, record: Record, new: Sequence[tuple[str, AnyFact]], *, now: datetime
) -> list[Change]:
    """Append facts, then the overdue notices that follow from them and the withdrawal of those they prove wrong."""
    changes = [_new(record, key, fact) for key, fact in new]
    pending = [*record.changes, *chain(head.seq, head.hash, changes, recorded_at=now)]
    today = london_day(now)
    follow: list[tuple[str, AnyFact]] = [
        *unnoticed(record.strategy, pending, today=today),
        *(withdrawal(*notice, today=today) for notice in mistaken(record.strategy, pending, today=today)),
    ]
    return await append(db, head, [*changes, *(_new(record, key, fact) for key, fact in follow)], now=now)


def _new(record: Record, key: str, fact: AnyFact) -> NewChange:
    return NewChange(strategy=record.strategy.identity.slug, key=key, fact=fact)


async def announce(
    db: AsyncSession,
    record: Record,
    changes: Sequence[Change],
    *,
    told: Sequence[Change],
    key: str,
    prefix: str,
    now: datetime,
) -> Publication:
    """Write what goes out about changes that just came on record, what it bears on, and who is owed it.

    `record` is as it stood before them; `told` are those that the message is about.
    """
    strategy = record.strategy
    before, after = before_and_after(strategy, record.changes, changes, today=london_day(now))
    row = publication(
        compose(strategy, told, before, after, prefix=prefix),
        key=key,
        changes=told,
        strategy=strategy.identity.slug,
        now=now,
    )
    db.add(row)
    await db.flush()
    topics = sorted(topics_of(strategy, told))
    db.add_all(PublicationTopic(publication_id=row.id or 0, topic=topic) for topic in topics)
    await db.flush()
    await owe(db, row, now=now)
    await _tell_authors(db, grown_stale(before.changes, after.changes), now=now)
    return row


async def _tell_authors(db: AsyncSession, stale: dict[int, str], *, now: datetime) -> None:
    """Owe each author of an organisation one mail about the opinions of theirs that the facts have just overtaken."""
    for organisation in sorted(set(stale.values())):
        about = stale_about(seq for seq, whose in stale.items() if whose == organisation)
        for address in await authors_of(db, organisation):
            destination = await email_destination(db, address, now=now)
            await owe_mail(db, about=about, message=STALE, destination=destination, now=now)


def stale_about(seqs: Iterable[int]) -> str:
    """What a mail about opinions that went stale is about: their places on record."""
    return f"{STALE}:{'.'.join(map(str, sorted(seqs)))}"


def stale_seqs(about: str) -> list[int]:
    """The places on record of the opinions that a mail is about."""
    return [int(seq) for seq in about.removeprefix(f"{STALE}:").split(".")]


async def authors_of(db: AsyncSession, organisation: str) -> Sequence[str]:
    """The addresses of those who write an organisation's verdicts."""
    held = (
        select(Person.address)
        .join(HeldRole, col(HeldRole.person_id) == col(Person.id))
        .where(HeldRole.role == Role.ORGANISATION_AUTHOR, HeldRole.of == organisation, col(Person.stopped_at).is_(None))
        .order_by(Person.address)
    )
    return (await db.exec(held)).all()


def prefix_of(held: Records, slug: str) -> str:
    """Where a strategy's pages are: the first one's at the root."""
    return "" if held.strategies[0].strategy.identity.slug == slug else f"/strategies/{slug}"


async def announce_loaded(db: AsyncSession, slug: str, changes: Sequence[Change], *, now: datetime) -> int:
    """Tell of what a load put on record, event by event; returns how many messages that is.

    A first load tells nobody, since nobody can have asked; nor does a search that found nothing, or a text that was
    corrected in place.
    """
    held = await records(db)
    record = next(item for item in held.strategies if item.strategy.identity.slug == slug)
    first = min((change.seq for change in changes), default=0)
    if not any(change.seq < first for change in record.changes):
        return 0
    notices = [change for change in changes if isinstance(change.fact, BecameOverdue)]
    events = [[change] for change in changes if _is_news(change)] + together(notices)
    for told in events:
        before = msgspec.structs.replace(
            record, changes=tuple(change for change in record.changes if change.seq < told[0].seq)
        )
        await announce(db, before, told, told=told, key=told[0].key, prefix=prefix_of(held, slug), now=now)
    return len(events)


def _is_news(change: Change) -> bool:
    if isinstance(change.fact, Corrected):
        return change.fact.of is not None and change.fact.text != WITHDRAWN
    return not isinstance(change.fact, Reviewed | BecameOverdue)


def together(notices: Iterable[Change]) -> list[list[Change]]:
    """Notices of one announcement and one day, which are one message."""
    ordered = sorted(notices, key=_whose)
    return [list(group) for _, group in groupby(ordered, key=_whose)]


def _whose(notice: Change) -> tuple[str, tuple[int, ...]]:
    return notice.fact.happened_on, announcements_of(notice)
