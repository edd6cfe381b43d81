"""What an entry would lead to if it were published at this moment. Pure: nothing is written."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from tracker.clock import london_day
from tracker.editing.rules import conflicts, finished, is_quiet, keyed, problems
from tracker.editing.schemas import Entry, Preview, Seen
from tracker.strategies.actions import NewChange, chain
from tracker.strategies.facts import Change, Corrected
from tracker.strategies.moved import moves, standing_text
from tracker.strategies.publications import before_and_after, compose
from tracker.strategies.queries import HeadView, Records
from tracker.strategies.statuses import State
from tracker.strategies.structure import Strategy
from tracker.strategies.views.changes import announcements_of


class OnRecord(Protocol):
    """A strategy and everything recorded about it, from the database or from what is public."""

    @property
    def strategy(self) -> Strategy: ...
    @property
    def changes(self) -> tuple[Change, ...]: ...


MINOR_MOVES = "It changes a status, so it is not minor: whoever follows it has to hear of it. Take the tick away."


def in_the_way(entry: Entry, key: str, record: OnRecord, head: HeadView, *, seen: int, now: datetime) -> list[str]:
    """Why an entry cannot be published as its author saw it when the record ended at `seen`."""
    met = came_since(entry, record, seen=seen)
    told = f"The record changed since you last looked: {'; '.join(met)}. Check that your entry still holds."
    return [*wrong_with(entry, key, record, head, now=now), *([told] if met else [])]


def wrong_with(entry: Entry, key: str, record: OnRecord, head: HeadView, *, now: datetime) -> list[str]:
    """What its author has to put right before an entry can be published."""
    wrong = problems(entry, record.strategy, record.changes, today=london_day(now))
    if not wrong and entry.minor and any(_moves(record, would_be(entry, key, record, head, now=now), now=now)):
        return [MINOR_MOVES]
    return wrong


def came_since(entry: Entry, record: OnRecord, *, seen: int) -> list[str]:
    """What came on record after `seen` that bears on the same things."""
    return conflicts(entry, (change for change in record.changes if change.seq > seen))


def would_be(entry: Entry, key: str, record: OnRecord, head: HeadView, *, now: datetime) -> list[Change]:
    """The changes that an entry would become; raises Invalid for a fact that could not be read back."""
    slug = record.strategy.identity.slug
    new = [
        NewChange(strategy=slug, key=name, fact=fact)
        for name, fact in keyed(key, finished(entry, today=london_day(now)))
    ]
    return chain(head.seq, head.hash, new, recorded_at=now)


def preview(
    entry: Entry, key: str, record: OnRecord, head: HeadView, *, prefix: str, seen: int, now: datetime
) -> Preview:
    """What would be public and sent, and what is in its way."""
    wrong = tuple(wrong_with(entry, key, record, head, now=now))
    since = tuple(came_since(entry, record, seen=seen))
    if wrong and wrong != (MINOR_MOVES,):
        return Preview(seq=head.seq, quiet=is_quiet(entry), problems=wrong, since=since)
    strategy = record.strategy
    changes = would_be(entry, key, record, head, now=now)
    before, after = before_and_after(strategy, record.changes, changes, today=london_day(now))
    return Preview(
        composed=compose(strategy, changes, before, after, prefix=prefix),
        changes=tuple(changes),
        seen=tuple(_seen(strategy, changes, before, after)),
        paths=tuple(_paths(strategy, changes, prefix)),
        seq=head.seq,
        quiet=is_quiet(entry),
        problems=wrong,
        since=since,
    )


def provisional(held: Records, slug: str, changes: Sequence[Change]) -> Records:
    """The record as it would be with these changes at its end."""
    head = HeadView(changes[-1].seq, changes[-1].hash)
    return msgspec.structs.replace(
        held,
        head=head,
        strategies=tuple(
            msgspec.structs.replace(item, changes=(*item.changes, *changes))
            if item.strategy.identity.slug == slug
            else item
            for item in held.strategies
        ),
    )


def _moves(record: OnRecord, changes: Sequence[Change], *, now: datetime) -> Iterator[object]:
    return moves(record.strategy, *before_and_after(record.strategy, record.changes, changes, today=london_day(now)))


def _seen(strategy: Strategy, changes: Sequence[Change], before: State, after: State) -> Iterator[Seen]:
    """Every deliverable of the announcements that an entry is about, and any other that it moves."""
    numbers = {number for change in changes for number in announcements_of(change)}
    for announcement, then, now in zip(strategy.announcements, before.announcements, after.announcements, strict=True):
        for deliverable, old, new in zip(announcement.deliverables, then.deliverables, now.deliverables, strict=True):
            line = Seen(
                title=f"{announcement.number}. {announcement.title}: {deliverable.title}",
                before=standing_text(old),
                after=standing_text(new),
            )
            if announcement.number in numbers or line.moves:
                yield line


def _paths(strategy: Strategy, changes: Sequence[Change], prefix: str) -> Iterator[tuple[str, str]]:
    """The pages that differ, the most telling first."""
    titles = {item.number: item.title for item in strategy.announcements}
    for number in sorted({number for change in changes for number in announcements_of(change)}):
        yield f"{number}. {titles[number]}", f"{prefix}/announcements/{number}"
    if any(isinstance(change.fact, Corrected) for change in changes):
        yield "Corrections", f"{prefix}/corrections"
    yield "Changes", f"{prefix}/changes"
    yield "The tracker’s first page", prefix or "/"
