"""Deliverables and milestones as they are shown, each with its reasons."""

from tracker.strategies.explain import date_effect, milestone_outcome, rule_text, would_change
from tracker.strategies.schemas import DateView, DeliverableView, MilestoneView
from tracker.strategies.statuses import DeliverableState, MilestoneState, StatedDate
from tracker.strategies.structure import Deliverable
from tracker.strategies.words import happened_text, span_text, stage_text, status_text, timing_text


def deliverable_view(deliverable: Deliverable, at: DeliverableState) -> DeliverableView:
    """One thing promised and where it stands."""
    return DeliverableView(
        ref=at.ref,
        title=deliverable.title,
        done_when=deliverable.done_when,
        checkable=deliverable.checkable,
        checkable_because=deliverable.checkable_because,
        stage=at.stage,
        stage_text=stage_text(at),
        timing=at.timing,
        timing_text=timing_text(at.timing, at.days),
        days=at.days,
        scope=at.scope,
        status=at.status,
        status_text=status_text(at.status, at.scope),
        rule=rule_text(at),
        inputs=at.inputs,
        would_change=would_change(at),
        last_confirmed=at.last_confirmed,
        last_searched=at.last_searched,
        milestones=tuple(milestone_view(milestone) for milestone in at.milestones),
        note=deliverable.note,
    )


def milestone_view(milestone: MilestoneState) -> MilestoneView:
    """Planned against actual."""
    return MilestoneView(
        ref=milestone.ref,
        title=milestone.title,
        dates=tuple(date_view(stated) for stated in milestone.dates),
        due=milestone.due,
        stricter=milestone.stricter,
        reached_on=milestone.reached_edtf,
        reached_text=happened_text(milestone.reached_edtf) if milestone.reached_edtf else None,
        reached_seq=milestone.reached_seq,
        days_late=milestone.days_late,
        days_overdue=milestone.days_overdue,
        outcome=milestone_outcome(milestone),
        dropped=milestone.dropped,
        note=milestone.note,
    )


def date_view(stated: StatedDate) -> DateView:
    return DateView(
        as_printed=stated.as_printed,
        edtf=stated.edtf,
        earliest=stated.span.earliest if stated.span else None,
        latest=stated.span.latest if stated.span else None,
        reading=span_text(stated.span) if stated.span else None,
        document=stated.document,
        page=stated.page,
        place=stated.place,
        counts=stated.counts,
        governs=stated.governs,
        effect=date_effect(stated),
        seq=stated.seq,
        note=stated.note,
    )
