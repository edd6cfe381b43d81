"""Why a status is what it is, and what would change it, in plain words. Pure."""

from collections.abc import Sequence

from tracker.strategies.statuses import (
    DONE,
    NOT_DONE,
    AnnouncementState,
    DeliverableState,
    MilestoneState,
    StatedDate,
    Status,
)
from tracker.strategies.words import STATUS_TEXT, day_text, days_text, happened_text

RULES = {
    Status.STOPPED: "The latest fact about it says that it was given up.",
    Status.SUPERSEDED: "The latest fact about it says that something else replaced it.",
    Status.DELIVERED_LATE: "What would count as done has happened, after the latest day first promised.",
    Status.DELIVERED: "What would count as done has happened, and not after the latest day first promised.",
    Status.OVERDUE: "It is not delivered, and the latest day first promised has passed.",
    Status.CHANGED_IN_SCOPE: "It is not delivered or overdue, and how much, for whom or where has changed.",
    Status.ONGOING: "The latest fact about it confirms that it runs, and it has no end date.",
    Status.IN_PROGRESS: "A fact shows that work has begun; it is neither delivered nor overdue.",
    Status.NO_PROGRESS_FOUND: "No fact shows that work has begun; it is not overdue.",
    Status.NOT_YET_REVIEWED: "Nobody has looked for it since this record was opened.",
}
"""The rule behind each word for a deliverable, in the order in which they are tried."""

WOULD_CHANGE = {
    Status.STOPPED: "Evidence that it was taken up again.",
    Status.SUPERSEDED: "Evidence that the original promise was taken up again.",
    Status.DELIVERED_LATE: "Evidence that it happened on another day, or that it was withdrawn.",
    Status.DELIVERED: "Evidence that it happened on another day, or that it was withdrawn.",
    Status.OVERDUE: "Evidence that it has been delivered, replaced or given up.",
    Status.CHANGED_IN_SCOPE: "Evidence that it has been delivered, replaced or given up, or a missed date.",
    Status.ONGOING: "Evidence that it has ended or been replaced.",
    Status.IN_PROGRESS: "Evidence that it has been delivered, replaced or given up, or a missed date.",
    Status.NO_PROGRESS_FOUND: "Any evidence that work has begun, or a missed date.",
    Status.NOT_YET_REVIEWED: "A person looking for evidence.",
}

ROLL_UP_RULES = (
    "If all its deliverables have the same status, the announcement has it too.",
    "If any is overdue, the announcement is overdue.",
    "If any is changed in scope, so is the announcement.",
    "If some are delivered and some are not, it is partly delivered.",
    (
        "Otherwise it takes the first of these that any of them has: in progress, no progress found, "
        "not yet reviewed, ongoing, delivered late, delivered, superseded, stopped."
    ),
)


def rule_text(deliverable: DeliverableState) -> str:
    """The rule that gave a deliverable its word."""
    return RULES[deliverable.status]


def would_change(deliverable: DeliverableState) -> str:
    """What would give a deliverable another word."""
    ahead = [m.due for m in deliverable.milestones if m.due and not m.reached and not m.dropped and not m.days_overdue]
    text = WOULD_CHANGE[deliverable.status]
    if ahead and deliverable.status in NOT_DONE:
        return f"{text} It becomes overdue if nothing is seen by the end of {day_text(min(ahead))}."
    return text


def rolled_up(announcement: AnnouncementState) -> str:
    """How an announcement's word follows from its deliverables."""
    statuses = [deliverable.status for deliverable in announcement.deliverables]
    if len(statuses) == 1:
        return "One deliverable"
    if announcement.status is Status.PARTLY_DELIVERED:
        return f"{sum(status in DONE for status in statuses)} of {len(statuses)} delivered"
    return f"{len(statuses)} deliverables: {_counted(statuses)}"


def _counted(statuses: Sequence[Status]) -> str:
    return ", ".join(f"{statuses.count(s)} {text.lower()}" for s, text in STATUS_TEXT.items() if s in statuses)


def date_effect(stated: StatedDate) -> str:
    """What a stated date counts for."""
    if stated.governs:
        return "This date governs."
    if not stated.counts:
        return "It makes nothing late."
    if stated.seq is not None:
        return f"Stated later{'' if stated.span else ', and fixing no day'}: it does not replace the first promise."
    return "It does not govern." if stated.span else "It fixes no day."


def milestone_outcome(milestone: MilestoneState) -> str:
    """Planned against actual in words."""
    if milestone.reached_edtf:
        reached = f"Reached {happened_text(milestone.reached_edtf)}"
        if milestone.days_late:
            return f"{reached}, {days_text(milestone.days_late)} late"
        return f"{reached}, on time" if milestone.due else reached
    if milestone.dropped:
        return "No longer pursued"
    if milestone.days_overdue and milestone.due:
        return f"Not seen: overdue {milestone.days_overdue} day{'s' * (milestone.days_overdue != 1)}"
    if milestone.due:
        return f"Due by {day_text(milestone.due)}"
    return "No date that can be missed"
