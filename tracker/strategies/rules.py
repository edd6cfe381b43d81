"""Where each promise stands: a pure function of structure and changes. No status is stored."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from tracker.strategies import facts
from tracker.strategies.facts import Change
from tracker.strategies.milestones import happened, milestone_state
from tracker.strategies.statuses import (
    DONE,
    ENDED,
    AnnouncementState,
    Days,
    DeliverableState,
    MilestoneState,
    Scope,
    Stage,
    State,
    Timing,
    roll_up,
    word,
)
from tracker.strategies.structure import Announcement, Deliverable, Strategy


def state(strategy: Strategy, changes: Sequence[Change], *, on: date, known_at: date) -> State:
    """Where the strategy stood on a day, from what could be known on a day."""
    seen = visible(changes, on=on, known_at=known_at)
    announcements = announcement_states(strategy, strategy.announcements, seen, on=on, known_at=known_at)
    known = [change.fact for change in changes if change.fact.known_on <= known_at]
    corrections = [fact for fact in known if isinstance(fact, facts.Corrected) and fact.of]
    return State(
        on=on,
        known_at=known_at,
        announcements=announcements,
        changes=seen,
        withdrawn=frozenset(fact.of for fact in corrections if fact.of and fact.instead is None),
        corrected=frozenset(fact.of for fact in corrections if fact.of and fact.instead is not None),
    )


def announcement_states(
    strategy: Strategy, wanted: Iterable[Announcement], seen: Sequence[Change], *, on: date, known_at: date
) -> tuple[AnnouncementState, ...]:
    """Where some announcements stood on a day, from the changes that were visible then."""
    by_ref = _by_ref(seen)
    reviewed_whole = [change for change in seen if isinstance(change.fact, facts.Reviewed) and not change.fact.about]
    rebuilt = min(on, known_at) < strategy.identity.opened_on
    return tuple(
        _announcement(announcement, by_ref, reviewed_whole, strategy=strategy, on=on, rebuilt=rebuilt)
        for announcement in wanted
    )


def visible(changes: Iterable[Change], *, on: date, known_at: date) -> tuple[Change, ...]:
    """The changes that were known by one day and had surely happened by another, with known corrections applied."""
    known = [change for change in changes if change.fact.known_on <= known_at]
    instead: dict[str, dict[str, Any] | None] = {
        change.fact.of: change.fact.instead
        for change in known
        if isinstance(change.fact, facts.Corrected) and change.fact.of
    }
    effective = (_corrected(change, instead) for change in known)
    return tuple(change for change in effective if change and happened(change).latest <= on)


def _corrected(change: Change, instead: Mapping[str, dict[str, Any] | None]) -> Change | None:
    if change.key not in instead:
        return change
    given = instead[change.key]
    return None if given is None else msgspec.structs.replace(change, fact=facts.fact_from(given))


def _by_ref(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """Changes by what they are about, each list in the order in which things happened."""
    found: dict[str, list[Change]] = {}
    for change in sorted(changes, key=lambda change: (happened(change).latest, change.seq)):
        for ref in change.fact.about:
            found.setdefault(ref, []).append(change)
    return found


def _announcement(
    announcement: Announcement,
    by_ref: Mapping[str, list[Change]],
    reviewed_whole: list[Change],
    *,
    strategy: Strategy,
    on: date,
    rebuilt: bool,
) -> AnnouncementState:
    shared = [
        c for c in by_ref.get(str(announcement.number), ()) if isinstance(c.fact, facts.Reviewed | facts.ScopeStated)
    ]
    deliverables = tuple(
        _deliverable(
            f"{announcement.number}/{deliverable.key}",
            deliverable,
            by_ref,
            [*reviewed_whole, *shared],
            strategy=strategy,
            on=on,
            rebuilt=rebuilt,
        )
        for deliverable in announcement.deliverables
    )
    return AnnouncementState(
        number=announcement.number,
        status=roll_up([deliverable.status for deliverable in deliverables]),
        scope=Scope.CHANGED if any(d.scope is Scope.CHANGED for d in deliverables) else Scope.AS_PROMISED,
        delivered=sum(d.status in DONE for d in deliverables),
        deliverables=deliverables,
    )


STAGES: dict[type, Stage] = {
    facts.Started: Stage.IN_PROGRESS,
    facts.Delivered: Stage.DELIVERED,
    facts.Ongoing: Stage.ONGOING,
    facts.Stopped: Stage.STOPPED,
    facts.Superseded: Stage.SUPERSEDED,
}
"""The facts that give a deliverable its stage."""


def _deliverable(
    ref: str,
    deliverable: Deliverable,
    by_ref: Mapping[str, list[Change]],
    shared: list[Change],
    *,
    strategy: Strategy,
    on: date,
    rebuilt: bool,
) -> DeliverableState:
    own = by_ref.get(ref, [])
    staged = [change for change in own if type(change.fact) in STAGES]
    ended_on = happened(staged[-1]).latest if staged and STAGES[type(staged[-1].fact)] in ENDED else None
    delivered = next((change for change in own if isinstance(change.fact, facts.Delivered)), None)
    milestones = tuple(
        milestone_state(f"{ref}/{milestone.key}", milestone, by_ref, delivered, ended_on, strategy=strategy, on=on)
        for milestone in deliverable.milestones
    )
    reviews = [change for change in [*shared, *own] if isinstance(change.fact, facts.Reviewed)]
    stage = _stage(staged, milestones, reviewed=bool(reviews) or rebuilt)
    scopes = [c for c in [*shared, *own] if isinstance(c.fact, facts.ScopeStated) and c.fact.material]
    scope = Scope.CHANGED if scopes else Scope.AS_PROMISED
    timing, days = _timing(milestones)
    confirmed = [change for change in own if isinstance(change.fact, facts.Ongoing)]
    last_review = max(reviews, key=lambda change: happened(change).latest, default=None)
    return DeliverableState(
        ref=ref,
        stage=stage,
        timing=timing,
        days=days,
        scope=scope,
        status=word(stage, timing, scope),
        inputs=tuple(sorted({c.seq for c in [*staged, *scopes]} | {seq for m in milestones for seq in m.inputs})),
        milestones=milestones,
        last_confirmed=confirmed[-1].fact.happened_on if confirmed else None,
        last_searched=happened(last_review).latest if last_review else None,
        searched=len(last_review.fact.looked) if last_review and isinstance(last_review.fact, facts.Reviewed) else 0,
    )


def _stage(staged: Sequence[Change], milestones: Iterable[MilestoneState], *, reviewed: bool) -> Stage:
    if staged:
        return STAGES[type(staged[-1].fact)]
    if any(milestone.reached for milestone in milestones):
        return Stage.IN_PROGRESS
    return Stage.NO_PROGRESS_FOUND if reviewed else Stage.NOT_YET_REVIEWED


def _timing(milestones: Iterable[MilestoneState]) -> tuple[Timing, Days | None]:
    dated = [
        milestone for milestone in milestones if milestone.due and not (milestone.dropped and not milestone.reached)
    ]
    overdue = [milestone.days_overdue for milestone in dated if milestone.days_overdue]
    late = [milestone.days_late for milestone in dated if milestone.days_late]
    if not dated:
        return Timing.NO_DATE_PUBLISHED, None
    if overdue:
        return Timing.OVERDUE, Days(max(overdue), max(overdue))
    if not all(milestone.reached for milestone in dated):
        return Timing.IN_TIME, None
    return (Timing.LATE, max(late, key=lambda days: (days.max, days.min))) if late else (Timing.ON_TIME, None)
