"""What an editor sees first: what waits, what falls due, what nobody has confirmed for long. Pure."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

import msgspec

from tracker.strategies.dates import days_between, read_edtf
from tracker.strategies.moved import standing_text
from tracker.strategies.public import PublicRecord
from tracker.strategies.schemas import MilestoneView, VerdictView
from tracker.strategies.statuses import Stage, State
from tracker.strategies.views.changes import judged_again, verdicts
from tracker.strategies.views.overview import ahead

SOON = timedelta(days=7)
YEAR = timedelta(days=365)


class Unconfirmed(msgspec.Struct, frozen=True, kw_only=True):
    """Something without an end that nobody has confirmed for a year."""

    ref: str
    number: int
    title: str
    last_confirmed: str
    days: int


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement in the editor's list, with where each of its deliverables stands."""

    number: int
    title: str
    standing: tuple[str, ...]


def due_soon(current: State) -> tuple[MilestoneView, ...]:
    """Milestones whose latest day comes within seven days."""
    return tuple(item for item in ahead(current) if item.due and item.due - current.on <= SOON)


def unconfirmed(public: PublicRecord, current: State) -> Iterator[Unconfirmed]:
    """Deliverables that are ongoing and were last confirmed a year ago or longer, the longest first."""
    found = [
        Unconfirmed(
            ref=at.ref,
            number=announcement.number,
            title=f"{announcement.number}. {announcement.title}: {deliverable.title}",
            last_confirmed=at.last_confirmed,
            days=days_between(read_edtf(at.last_confirmed).latest, current.on),
        )
        for announcement, state in zip(public.strategy.announcements, current.announcements, strict=True)
        for deliverable, at in zip(announcement.deliverables, state.deliverables, strict=True)
        if at.stage is Stage.ONGOING and at.last_confirmed
    ]
    old = [item for item in found if item.days >= YEAR.days]
    return iter(sorted(old, key=lambda item: item.days, reverse=True))


def lines(public: PublicRecord, current: State) -> tuple[Line, ...]:
    """Every announcement with where it stands."""
    return tuple(
        Line(
            number=announcement.number,
            title=announcement.title,
            standing=tuple(standing_text(deliverable) for deliverable in state.deliverables),
        )
        for announcement, state in zip(public.strategy.announcements, current.announcements, strict=True)
    )


def verdicts_of(current: State, organisations: Sequence[str]) -> tuple[VerdictView, ...]:
    """What some organisations have said, what the facts have overtaken first, then the newest.

    One in whose place they have put a newer one needs no further look, so it is not marked here.
    """
    again = judged_again(current.changes)
    own = [
        msgspec.structs.replace(item, stale=False) if item.seq in again else item
        for item in verdicts(current.changes)
        if item.organisation in organisations
    ]
    return tuple(sorted(own, key=lambda item: not item.stale))
