"""Milestones whose latest day passed unreached: the notices that say so, and whether they agree with the fold. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from tracker.strategies.facts import BecameOverdue, Change, Corrected
from tracker.strategies.rules import state, visible
from tracker.strategies.statuses import MilestoneState, State
from tracker.strategies.structure import Strategy
from tracker.strategies.words import day_text

WITHDRAWN = "Overdue notice withdrawn"
LONGEST_WAIT = timedelta(days=7)
"""How long a notice waits for an editor to read what may show that the date was kept. The status does not wait."""


def unnoticed(strategy: Strategy, changes: Sequence[Change], *, today: date) -> Iterator[tuple[str, BecameOverdue]]:
    """The notices that should stand on record by today and do not, each with its true day."""
    used = {change.key for change in changes}
    standing = {(fact.about[0], fact.due) for _, fact in _standing(changes, today=today)}
    for milestone, due in _lapses(strategy, changes, today=today):
        if (milestone.ref, due) not in standing:
            key = f"overdue-{milestone.ref.replace('/', '-')}-{due.isoformat()}"
            times = sum(name == key or name.startswith(f"{key}-again-") for name in used)
            yield f"{key}-again-{times}" if times else key, notice(milestone, due)


def mistaken(strategy: Strategy, changes: Sequence[Change], *, today: date) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Notices that stand although the rules, with all that is known today, do not confirm them."""
    lapsed = {(milestone.ref, due) for milestone, due in _lapses(strategy, changes, today=today)}
    return (
        (key, fact.about) for key, fact in _standing(changes, today=today) if (fact.about[0], fact.due) not in lapsed
    )


def _lapses(strategy: Strategy, changes: Sequence[Change], *, today: date) -> Iterator[tuple[MilestoneState, date]]:
    """Every milestone that was open on the day after its latest day, as known today."""
    dues = {m.due for m in milestones_of(state(strategy, changes, on=today, known_at=today)) if m.due and m.due < today}
    for due in sorted(dues):
        then = state(strategy, changes, on=due + timedelta(days=1), known_at=today)
        yield from ((m, due) for m in milestones_of(then) if m.due == due and m.days_overdue)


def _standing(changes: Sequence[Change], *, today: date) -> list[tuple[str, BecameOverdue]]:
    """Notices on record that were not withdrawn."""
    seen = visible(changes, on=date.max, known_at=today)
    return [(change.key, change.fact) for change in seen if isinstance(change.fact, BecameOverdue)]


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


def may_wait(lapsed: BecameOverdue, *, today: date) -> bool:
    """Whether a notice is so new that it waits while something unread may show that the date was kept."""
    return today - lapsed.known_on < LONGEST_WAIT


def announcement_of(slug: str, lapsed: BecameOverdue) -> str:
    """The announcement whose promise lapsed, as suggestions name it."""
    return f"{slug}/{lapsed.about[0].split('/')[0]}"


def withdrawal(key: str, about: tuple[str, ...], *, today: date) -> tuple[str, Corrected]:
    """The correction that takes a mistaken notice back, with its key."""
    fact = Corrected(
        about=about,
        text=WITHDRAWN,
        happened_on=today.isoformat(),
        known_on=today,
        why="A fact that came to light later shows that the date had not been missed",
        of=key,
    )
    return f"withdrawal-of-{key}", fact


def milestones_of(current: State) -> Iterator[MilestoneState]:
    """Every milestone of a state."""
    for announcement in current.announcements:
        for deliverable in announcement.deliverables:
            yield from deliverable.milestones
