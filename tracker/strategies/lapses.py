"""Milestones whose latest day passed unreached: the notices that say so, and whether they agree with the fold. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tracker.strategies.facts import BecameOverdue, Change
from tracker.strategies.milestones import happened
from tracker.strategies.rules import state, visible
from tracker.strategies.statuses import MilestoneState, State
from tracker.strategies.structure import Strategy
from tracker.strategies.words import day_text


def unnoticed(strategy: Strategy, changes: Sequence[Change], *, today: date) -> Iterator[tuple[str, BecameOverdue]]:
    """The notices that should be on record by today and are not, each with its true day."""
    written = {change.key for change in changes if isinstance(change.fact, BecameOverdue)}
    for milestone in milestones_of(state(strategy, changes, on=today, known_at=today)):
        if not _lapsed(milestone, today=today):
            continue
        due = milestone.due
        assert due is not None  # noqa: S101 - _lapsed has said so
        key = f"overdue-{milestone.ref.replace('/', '-')}-{due.isoformat()}"
        if key not in written:
            yield key, notice(milestone, due)


def notice(milestone: MilestoneState, due: date) -> BecameOverdue:
    """The fact that a milestone's latest day passed."""
    lapsed_on = due + timedelta(days=1)
    printed = next(stated.as_printed for stated in milestone.dates if stated.governs)
    return BecameOverdue(
        about=(milestone.ref,),
        text=f"Became overdue: {milestone.title} (promised for “{printed}”, so by {day_text(due)})",
        happened_on=lapsed_on.isoformat(),
        known_on=lapsed_on,
        due=due,
    )


def milestones_of(current: State) -> Iterator[MilestoneState]:
    """Every milestone of a state."""
    for announcement in current.announcements:
        for deliverable in announcement.deliverables:
            yield from deliverable.milestones


def _lapsed(milestone: MilestoneState, *, today: date) -> bool:
    """Whether a milestone was still open on the day after its latest day."""
    if milestone.due is None or milestone.due >= today:
        return False
    return bool(milestone.days_overdue or milestone.days_late)


def mistaken(strategy: Strategy, changes: Sequence[Change]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Notices that the rules do not confirm, even as known on the day of the notice: their key and subject."""
    today = max((change.fact.known_on for change in changes), default=date.min)
    for change in visible(changes, on=date.max, known_at=today):
        if not isinstance(change.fact, BecameOverdue):
            continue
        on = happened(change).latest
        then = state(strategy, changes, on=on, known_at=on)
        milestone = next((item for item in milestones_of(then) if item.ref in change.fact.about), None)
        if milestone is None or milestone.due != change.fact.due or not milestone.days_overdue:
            yield change.key, change.fact.about
