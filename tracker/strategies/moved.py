"""What stands elsewhere than before, and how a line says it. Pure."""

from collections.abc import Iterator

import msgspec

from tracker.strategies.statuses import DeliverableState, State, Status, Timing
from tracker.strategies.structure import Strategy
from tracker.strategies.words import days_text, status_text


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A deliverable that stands elsewhere than before, in words."""

    about: str
    title: str
    before: str
    after: str


def moves(strategy: Strategy, before: State, after: State) -> Iterator[Moved]:
    """Deliverables that stand elsewhere; one that was overdue and only got later is none."""
    for announcement, then, now in zip(strategy.announcements, before.announcements, after.announcements, strict=True):
        several = len(announcement.deliverables) > 1
        for deliverable, old, new in zip(announcement.deliverables, then.deliverables, now.deliverables, strict=True):
            if _stands(old) != _stands(new):
                title = f"{announcement.title}: {deliverable.title}" if several else announcement.title
                yield Moved(about=new.ref, title=title, before=word_text(old), after=standing_text(new))


def _stands(at: DeliverableState) -> tuple[object, ...]:
    return (at.status, at.scope, at.timing, at.days if at.timing is Timing.LATE else None)


def word_text(at: DeliverableState) -> str:
    """The word for where a deliverable stands, as it reads inside a line."""
    told = status_text(at.status, at.scope)
    return told[:1].lower() + told[1:]


def standing_text(at: DeliverableState) -> str:
    """The word with its days: “overdue (31 days)”, “delivered (133 days late)”."""
    told = word_text(at)
    if at.status is Status.DELIVERED_LATE and at.days:
        return told.replace("delivered late", f"delivered ({days_text(at.days)} late)")
    if at.status is Status.OVERDUE and at.days:
        return told.replace("overdue", f"overdue ({days_text(at.days)})")
    return told
