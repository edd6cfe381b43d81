"""Which announcements moved between two days, from where to where, and because of what. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from tracker.strategies import facts
from tracker.strategies.dates import days_between
from tracker.strategies.explain import rolled_up
from tracker.strategies.facts import Change
from tracker.strategies.schemas import View
from tracker.strategies.statuses import (
    AnnouncementState,
    Days,
    DeliverableState,
    Scope,
    Stage,
    State,
    Status,
    Timing,
)
from tracker.strategies.structure import Announcement, Strategy
from tracker.strategies.words import day_text, stage_text, status_text, timing_text


class Standing(View, frozen=True, kw_only=True):
    """Where an announcement stood on a day, in the words of its page."""

    status: Status
    status_text: str
    rolled_up: str


class DeliverableStanding(View, frozen=True, kw_only=True):
    """Where a deliverable stood on a day, in the words of its announcement's page."""

    status: Status
    status_text: str
    stage: Stage
    stage_text: str
    timing: Timing
    timing_text: str
    days: Days | None
    scope: Scope
    due: tuple[date, ...]
    """The latest day that each of its dated promises allows, the nearest first."""


class Reason(View, frozen=True, kw_only=True):
    """What made something move: a change or a correction on record, a promised day that passed, or our opening."""

    kind: Literal["change", "correction", "day-passed", "opened"]
    seq: int | None
    """The place on record of the change or correction; None when only time did it."""
    text: str


class DeliverableMove(View, frozen=True, kw_only=True):
    """One deliverable that stands elsewhere on the second day."""

    ref: str
    title: str
    before: DeliverableStanding
    after: DeliverableStanding
    because: tuple[Reason, ...]


class Move(View, frozen=True, kw_only=True):
    """An announcement of which at least one deliverable stands elsewhere on the second day."""

    number: int
    title: str
    theme: str
    deliverable_count: int
    before: Standing
    after: Standing
    deliverables: tuple[DeliverableMove, ...]


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """The two days with what came on record between them."""

    strategy: Strategy
    before: State
    after: State
    fresh: Sequence[Change]
    """Changes seen on the second day and not on the first."""
    corrected: Sequence[Change]
    """Corrections known on the second day and not on the first."""

    @property
    def days(self) -> int:
        return days_between(self.before.on, self.after.on)


def move(announcement: Announcement, grounds: Grounds) -> Move | None:
    """How an announcement moved; None when it stands where it stood, or only got later with every day."""
    before, after = (_standing_of(state, announcement.number) for state in (grounds.before, grounds.after))
    pairs = zip(announcement.deliverables, before.deliverables, after.deliverables, strict=True)
    deliverables = tuple(
        DeliverableMove(
            ref=new.ref,
            title=deliverable.title,
            before=_deliverable(old),
            after=_deliverable(new),
            because=tuple(_reasons(old, new, grounds)),
        )
        for deliverable, old, new in pairs
        if _moved(old, new, grounds.days)
    )
    if not deliverables:
        return None
    return Move(
        number=announcement.number,
        title=announcement.title,
        theme=announcement.theme,
        deliverable_count=len(announcement.deliverables),
        before=_standing(before),
        after=_standing(after),
        deliverables=deliverables,
    )


def _standing_of(state: State, number: int) -> AnnouncementState:
    return next(item for item in state.announcements if item.number == number)


def _standing(at: AnnouncementState) -> Standing:
    return Standing(status=at.status, status_text=status_text(at.status, at.scope), rolled_up=rolled_up(at))


def _deliverable(at: DeliverableState) -> DeliverableStanding:
    return DeliverableStanding(
        status=at.status,
        status_text=status_text(at.status, at.scope),
        stage=at.stage,
        stage_text=stage_text(at),
        timing=at.timing,
        timing_text=timing_text(at.timing, at.days),
        days=at.days,
        scope=at.scope,
        due=tuple(sorted({milestone.due for milestone in at.milestones if milestone.due})),
    )


def _moved(old: DeliverableState, new: DeliverableState, days: int) -> bool:
    """Whether status, stage, timing, scope, days or a due date differs otherwise than by more days overdue."""
    if (old.stage, old.timing, old.scope, old.status, _dues(old)) != (
        new.stage, new.timing, new.scope, new.status, _dues(new),
    ):  # fmt: skip
        return True
    return old.days != new.days and not only_later(old, new, days)


def only_later(old: DeliverableState, new: DeliverableState, days: int) -> bool:
    """Whether something overdue on both days is overdue by just the days between them more."""
    if not old.days or not new.days or not old.timing is new.timing is Timing.OVERDUE:
        return False
    return new.days.max - old.days.max == days


def _dues(at: DeliverableState) -> dict[str, date | None]:
    return {milestone.ref: milestone.due for milestone in at.milestones}


def _reasons(old: DeliverableState, new: DeliverableState, grounds: Grounds) -> Iterator[Reason]:
    """Everything between the two days that bears on what differs."""
    telling = _telling(old, new)
    for change in grounds.fresh:
        if change.seq in new.inputs and isinstance(change.fact, telling):
            yield Reason(kind="change", seq=change.seq, text=change.fact.text)
    if old.stage is Stage.NOT_YET_REVIEWED and new.stage is Stage.NO_PROGRESS_FOUND:
        yield from _searches(new.ref, grounds)
    yield from _corrections({*old.inputs, *new.inputs}, new.ref, grounds)
    yield from _passed(old, new, grounds.before.on)
    opened = grounds.strategy.identity.opened_on
    if old.stage is Stage.NO_PROGRESS_FOUND and new.stage is Stage.NOT_YET_REVIEWED:
        yield Reason(kind="opened", seq=None, text=f"{OPENED} {day_text(opened)}. Nobody has looked since.")


OPENED = "Days before this tracker opened are reconstructed. It opened on"


def _telling(old: DeliverableState, new: DeliverableState) -> tuple[type, ...]:
    """The kinds of fact that can have made this difference."""
    timing = (old.timing, old.days, _dues(old)) != (new.timing, new.days, _dues(new))
    return (
        *((facts.Started, facts.Ongoing, facts.Stopped, facts.Superseded) if old.stage is not new.stage else ()),
        *((facts.Delivered, facts.MilestoneReached) if timing or old.stage is not new.stage else ()),
        *((facts.MilestoneDropped,) if timing else ()),
        *((facts.DateStated,) if _dues(old) != _dues(new) else ()),
        *((facts.ScopeStated,) if old.scope is not new.scope else ()),
    )


def _searches(ref: str, grounds: Grounds) -> Iterator[Reason]:
    """Searches between the two days that looked for this deliverable, its announcement or the whole strategy."""
    for change in grounds.fresh:
        about = change.fact.about
        if isinstance(change.fact, facts.Reviewed) and (not about or {ref, ref.split("/")[0]}.intersection(about)):
            yield Reason(kind="change", seq=change.seq, text=change.fact.text)


def _corrections(inputs: Iterable[int], ref: str, grounds: Grounds) -> Iterator[Reason]:
    """Corrections of what this deliverable rested on, or rests on now."""
    wanted = set(inputs)
    keys = {change.key for state in (grounds.before, grounds.after) for change in state.changes if change.seq in wanted}
    for change in grounds.corrected:
        if isinstance(change.fact, facts.Corrected) and change.fact.of in keys:
            yield Reason(kind="correction", seq=change.seq, text=change.fact.text)


def _passed(old: DeliverableState, new: DeliverableState, first: date) -> Iterator[Reason]:
    """Promised days that passed between the two days without what was promised for them."""
    missed = {milestone.ref for milestone in old.milestones if milestone.days_overdue}
    for milestone in new.milestones:
        if milestone.days_overdue and milestone.due and milestone.ref not in missed and milestone.due >= first:
            text = f"{day_text(milestone.due)}, the latest day promised for “{milestone.title}”, passed."
            yield Reason(kind="day-passed", seq=None, text=text)
