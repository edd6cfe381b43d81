"""The strategy at a glance: counts, what is overdue, what is next, outcomes, corrections."""

from collections import Counter
from collections.abc import Iterable

from tracker.strategies.facts import Corrected
from tracker.strategies.milestones import happened
from tracker.strategies.schemas import (
    AnnouncementSummary,
    ChangeView,
    MilestoneView,
    OutcomeRow,
    OutcomeView,
    StatusCount,
)
from tracker.strategies.statuses import ENDED, MilestoneState, State
from tracker.strategies.structure import OutcomeEntry, Strategy
from tracker.strategies.views.announcements import summaries
from tracker.strategies.views.changes import change_view
from tracker.strategies.views.deliverables import milestone_view
from tracker.strategies.views.timeline import TimelinePromise
from tracker.strategies.words import STATUS_MEANING, STATUS_TEXT


def counts(items: Iterable[AnnouncementSummary | TimelinePromise]) -> tuple[StatusCount, ...]:
    """How many announcements or deliverables have each status; statuses that none has are left out."""
    found = Counter(item.status for item in items)
    return tuple(
        StatusCount(status=status, text=text, count=found[status], meaning=STATUS_MEANING[status])
        for status, text in STATUS_TEXT.items()
        if found[status]
    )


def statuses_explained() -> tuple[StatusCount, ...]:
    """Every status with its meaning."""
    return tuple(
        StatusCount(status=s, text=text, count=0, meaning=STATUS_MEANING[s]) for s, text in STATUS_TEXT.items()
    )


def overdue(current: State) -> tuple[MilestoneView, ...]:
    """Milestones whose latest day has passed, the longest overdue first."""
    late = [milestone for milestone in _pursued(current) if milestone.days_overdue]
    return tuple(milestone_view(m) for m in sorted(late, key=lambda m: m.days_overdue or 0, reverse=True))


def _pursued(current: State) -> list[MilestoneState]:
    """Milestones of deliverables that were neither stopped nor superseded."""
    deliverables = [item for announcement in current.announcements for item in announcement.deliverables]
    return [milestone for item in deliverables if item.stage not in ENDED for milestone in item.milestones]


def ahead(current: State) -> tuple[MilestoneView, ...]:
    """Milestones still to come, the nearest first."""
    waiting = [m for m in _pursued(current) if m.due and not m.reached and not m.dropped and not m.days_overdue]
    return tuple(milestone_view(m) for m in sorted(waiting, key=lambda m: m.due or current.on))


def recent(current: State, *, limit: int) -> tuple[ChangeView, ...]:
    """The changes that surely happened last, without the searches and notices that only say nothing was found.

    One whose day is uncertain counts from its earliest day here, so that an undated page does not pass for news.
    """
    telling = [c for c in current.changes if not isinstance(c.fact, Corrected) and c.fact.about]
    telling = [change for change in telling if change_view(change, current).kind not in ("reviewed", "became-overdue")]
    latest = sorted(telling, key=lambda change: (happened(change).earliest, change.seq), reverse=True)
    return tuple(change_view(change, current) for change in latest[:limit])


def outcomes(strategy: Strategy, current: State) -> tuple[OutcomeView, ...]:
    """The implementation table, each bullet with where its announcements stand."""
    by_number = {item.number: item for item in summaries(strategy, current)}

    def rows(entries: tuple[OutcomeEntry, ...]) -> tuple[OutcomeRow, ...]:
        return tuple(
            OutcomeRow(
                text=entry.quotation.text,
                page=entry.quotation.page,
                announcements=tuple(by_number[number] for number in entry.announcements),
                note=entry.note,
            )
            for entry in entries
        )

    return tuple(
        OutcomeView(
            key=outcome.key,
            title=outcome.title,
            page=outcome.page,
            delivered=rows(outcome.delivered),
            next=rows(outcome.next),
        )
        for outcome in strategy.outcomes
    )


def corrections(current: State) -> tuple[ChangeView, ...]:
    """Every correction on record, newest first."""
    found = [change for change in current.changes if isinstance(change.fact, Corrected)]
    return tuple(change_view(change, current) for change in reversed(found))
