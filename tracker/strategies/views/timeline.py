"""Planned against actual on one line of time: what the chart draws and its table says. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import msgspec

from tracker.strategies.dates import Span
from tracker.strategies.explain import milestone_outcome
from tracker.strategies.milestones import happened
from tracker.strategies.rules import STAGES
from tracker.strategies.schemas import AnnouncementSummary, ChangeView, MilestoneView, View
from tracker.strategies.statuses import AnnouncementState, DeliverableState, MilestoneState, State, StatedDate, Status
from tracker.strategies.structure import Announcement, Strategy
from tracker.strategies.views.announcements import summary
from tracker.strategies.views.axis import Axis, Bar, Year, axis_over
from tracker.strategies.views.changes import change_view
from tracker.strategies.views.deliverables import milestone_view
from tracker.strategies.words import span_text, stage_text, status_text


class Strip(View, frozen=True, kw_only=True):
    """The marks of one milestone; every place is a percentage of the axis."""

    planned: tuple[Bar, ...]
    """The days that the governing dates allow."""
    restated: tuple[Bar, ...]
    """Dates stated later."""
    others: tuple[Bar, ...]
    """Dates printed that do not govern."""
    due: float | None
    stricter: float | None
    late: Bar | None
    """From the day after the last day in time to the day it was reached, or to the day shown."""
    unfinished: bool
    """The lateness goes on after the day shown."""
    reached: Bar | None
    """The days on which it can have been reached, where that is uncertain."""
    reached_at: float | None
    """The middle of the day on which it was reached, where that is known."""
    said: str
    """All of it in words."""


class TimelineRow(View, frozen=True, kw_only=True):
    """A milestone that can be drawn, exactly as its announcement shows it."""

    milestone: MilestoneView
    strip: Strip


class TimelinePromise(View, frozen=True, kw_only=True):
    """A deliverable with its milestones: those that can be drawn, and those that only words can tell."""

    ref: str
    title: str
    status: Status
    status_text: str
    stage_text: str
    rows: tuple[TimelineRow, ...]
    undated: tuple[MilestoneView, ...]
    latest: ChangeView | None
    """The change that its stage rests on."""


class TimelineGroup(View, frozen=True, kw_only=True):
    """An announcement's part."""

    announcement: AnnouncementSummary
    promises: tuple[TimelinePromise, ...]

    @property
    def rows(self) -> tuple[TimelineRow, ...]:
        return tuple(row for promise in self.promises for row in promise.rows)


class Timeline(View, frozen=True, kw_only=True):
    """Every announcement on one line of time, the same line wherever a part of it is shown."""

    first: date
    last: date
    on: date
    day: float
    """Where the day shown ends."""
    years: tuple[Year, ...]
    groups: tuple[TimelineGroup, ...]

    @property
    def promises(self) -> tuple[TimelinePromise, ...]:
        return tuple(promise for group in self.groups for promise in group.promises)

    @property
    def drawn(self) -> tuple[TimelineGroup, ...]:
        return tuple(group for group in self.groups if group.rows)


def timeline(strategy: Strategy, current: State, *, only: int | None = None) -> Timeline:
    """The timeline of a strategy on a day, or the part of one announcement on the same axis."""
    axis = axis_over(_days(strategy, current))
    steps = _steps(current)
    pairs = zip(strategy.announcements, current.announcements, strict=True)
    return Timeline(
        first=axis.first,
        last=axis.last,
        on=current.on,
        day=axis.end(current.on),
        years=axis.years(),
        groups=tuple(
            _group(strategy, announcement, at, axis, current, steps)
            for announcement, at in pairs
            if only in (None, announcement.number)
        ),
    )


def narrowed(whole: Timeline, *, theme: str | None, status: str | None) -> Timeline:
    """The deliverables of one theme, of one status, or both, with what they belong to."""
    kept = [
        msgspec.structs.replace(group, promises=tuple(p for p in group.promises if status in (None, p.status)))
        for group in whole.groups
        if theme in (None, group.announcement.theme)
    ]
    return msgspec.structs.replace(whole, groups=tuple(group for group in kept if group.promises))


def _days(strategy: Strategy, current: State) -> Iterator[date]:
    """Every day that the axis must hold. A date that makes nothing late may lie outside, where it is cut."""
    yield from (strategy.identity.published_on, current.on)
    for announcement in current.announcements:
        for milestone in (milestone for item in announcement.deliverables for milestone in item.milestones):
            spans = [stated.span for stated in milestone.dates if stated.counts]
            for span in (span for span in [*spans, milestone.reached] if span):
                yield from (span.earliest, span.latest)


def _steps(current: State) -> dict[str, ChangeView]:
    """The change that each deliverable's stage rests on."""
    staged = [change for change in current.changes if type(change.fact) in STAGES]
    in_order = sorted(staged, key=lambda change: (happened(change).latest, change.seq))
    return {ref: change_view(change, current) for change in in_order for ref in change.fact.about}


def _group(
    strategy: Strategy,
    announcement: Announcement,
    at: AnnouncementState,
    axis: Axis,
    current: State,
    steps: dict[str, ChangeView],
) -> TimelineGroup:
    return TimelineGroup(
        announcement=summary(strategy, announcement, at),
        promises=tuple(
            _promise(promised.title, state, axis, current.on, steps.get(state.ref))
            for promised, state in zip(announcement.deliverables, at.deliverables, strict=True)
        ),
    )


def _promise(title: str, at: DeliverableState, axis: Axis, on: date, latest: ChangeView | None) -> TimelinePromise:
    return TimelinePromise(
        ref=at.ref,
        title=title,
        status=at.status,
        status_text=status_text(at.status, at.scope),
        stage_text=stage_text(at),
        rows=tuple(
            TimelineRow(milestone=milestone_view(milestone), strip=strip(milestone, axis, on))
            for milestone in at.milestones
            if _drawn(milestone)
        ),
        undated=tuple(milestone_view(milestone) for milestone in at.milestones if not _drawn(milestone)),
        latest=latest,
    )


def _drawn(milestone: MilestoneState) -> bool:
    return milestone.reached is not None or any(stated.span for stated in milestone.dates)


def strip(milestone: MilestoneState, axis: Axis, on: date) -> Strip:
    """Where the marks of a milestone stand on the axis."""
    planned = _spans(stated for stated in milestone.dates if stated.governs)
    restated = _spans(stated for stated in milestone.dates if stated.seq and not stated.governs)
    others = [span for span in _spans(milestone.dates) if span not in planned + restated]
    late = _late(milestone)
    reached = milestone.reached
    return Strip(
        planned=tuple(axis.bar(span) for span in planned),
        restated=tuple(axis.bar(span) for span in restated),
        others=tuple(axis.bar(span) for span in others),
        due=axis.end(milestone.due) if milestone.due else None,
        stricter=axis.end(milestone.stricter) if milestone.stricter else None,
        late=axis.bar(late) if late else None,
        unfinished=bool(late and milestone.days_overdue and late.latest == on),
        reached=axis.bar(reached) if reached and not reached.is_day else None,
        reached_at=axis.middle(reached.latest) if reached and reached.is_day else None,
        said=_said(milestone, planned),
    )


def _spans(dates: Iterable[StatedDate]) -> list[Span]:
    """The spans of these dates, each once, the widest first so that none hides another."""
    found = dict.fromkeys(stated.span for stated in dates if stated.span)
    return sorted(found, key=lambda span: span.earliest - span.latest)


def _late(milestone: MilestoneState) -> Span | None:
    days = milestone.days_late.max if milestone.days_late else milestone.days_overdue
    if milestone.due is None or not days:
        return None
    return Span(milestone.due + timedelta(days=1), milestone.due + timedelta(days=days))


def _said(milestone: MilestoneState, planned: list[Span]) -> str:
    """What a strip shows, for those who hear it."""
    promised = " and ".join(span_text(span) for span in sorted(planned))
    parts = [f"Promised for {promised}." if promised else "No printed date governs."]
    others = (
        f"{'Stated later' if stated.seq else 'Also printed'}: {span_text(stated.span)}."
        for stated in milestone.dates
        if stated.span and stated.span not in planned
    )
    return " ".join([*parts, *dict.fromkeys(others), f"{milestone_outcome(milestone)}."])
