"""The words for where a promise stands, and how one word is chosen from several answers. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

import msgspec

from tracker.strategies.dates import Span
from tracker.strategies.facts import Change


class Stage(StrEnum):
    NOT_YET_REVIEWED = "not-yet-reviewed"
    NO_PROGRESS_FOUND = "no-progress-found"
    IN_PROGRESS = "in-progress"
    DELIVERED = "delivered"
    ONGOING = "ongoing"
    STOPPED = "stopped"
    SUPERSEDED = "superseded"


class Timing(StrEnum):
    NO_DATE_PUBLISHED = "no-date-published"
    IN_TIME = "in-time"
    OVERDUE = "overdue"
    ON_TIME = "on-time"
    LATE = "late"


class Scope(StrEnum):
    AS_PROMISED = "as-promised"
    CHANGED = "changed"


class Status(StrEnum):
    """One word for where a promise stands."""

    NOT_YET_REVIEWED = "not-yet-reviewed"
    NO_PROGRESS_FOUND = "no-progress-found"
    IN_PROGRESS = "in-progress"
    ONGOING = "ongoing"
    PARTLY_DELIVERED = "partly-delivered"
    DELIVERED = "delivered"
    DELIVERED_LATE = "delivered-late"
    OVERDUE = "overdue"
    CHANGED_IN_SCOPE = "changed-in-scope"
    SUPERSEDED = "superseded"
    STOPPED = "stopped"


ENDED = frozenset({Stage.STOPPED, Stage.SUPERSEDED})
DONE = frozenset({Status.DELIVERED, Status.DELIVERED_LATE})
NOT_DONE = frozenset({Status.NOT_YET_REVIEWED, Status.NO_PROGRESS_FOUND, Status.IN_PROGRESS})


class Days(msgspec.Struct, frozen=True):
    """A number of days; min and max differ only when the day of delivery is uncertain."""

    min: int
    max: int


class StatedDate(msgspec.Struct, frozen=True, kw_only=True):
    """One date ever stated for a milestone, read as days."""

    as_printed: str
    edtf: str | None
    span: Span | None
    document: str
    stated_on: date
    page: str | None
    place: str | None
    counts: bool
    note: str | None
    governs: bool = False
    seq: int | None = None
    """The change that stated it; None when it stands in the strategy itself."""


class MilestoneState(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone on one day: what governs it, whether it was reached, how late."""

    ref: str
    title: str
    dates: tuple[StatedDate, ...]
    due: date | None
    """The latest day that the first published promise allows; late starts the day after."""
    stricter: date | None
    reached: Span | None
    reached_edtf: str | None
    reached_seq: int | None
    """The change that reached it."""
    days_late: Days | None
    days_overdue: int | None
    dropped: bool
    note: str | None
    inputs: tuple[int, ...] = ()


class DeliverableState(msgspec.Struct, frozen=True, kw_only=True):
    """A deliverable on one day: three answers, a word, and what they rest on."""

    ref: str
    stage: Stage
    timing: Timing
    days: Days | None
    """Days overdue or late, with the word in timing; None otherwise."""
    scope: Scope
    status: Status
    inputs: tuple[int, ...]
    milestones: tuple[MilestoneState, ...]
    last_confirmed: str | None
    last_searched: date | None
    searched: int
    """In how many kinds of places the last search looked."""


class AnnouncementState(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement on one day, rolled up from its deliverables."""

    number: int
    status: Status
    scope: Scope
    delivered: int
    deliverables: tuple[DeliverableState, ...]


class State(msgspec.Struct, frozen=True, kw_only=True):
    """The whole strategy on one day, as known on one day."""

    on: date
    known_at: date
    announcements: tuple[AnnouncementState, ...]
    changes: tuple[Change, ...]
    """Every change that had happened and was known, corrections applied, in the order of the record."""
    withdrawn: frozenset[str]
    corrected: frozenset[str]
    shown: dict[int, Any] = {}
    """Views of changes that were worked out for this state, by seq: the same on every page."""


def word(stage: Stage, timing: Timing, scope: Scope) -> Status:
    """The one word for three answers: the first of the published order that fits."""
    if stage in ENDED:
        return Status(stage.value)
    if stage is Stage.DELIVERED:
        return Status.DELIVERED_LATE if timing is Timing.LATE else Status.DELIVERED
    if timing is Timing.OVERDUE:
        return Status.OVERDUE
    if scope is Scope.CHANGED:
        return Status.CHANGED_IN_SCOPE
    return Status(stage.value)


ROLL_UP_ORDER = (
    Status.IN_PROGRESS,
    Status.NO_PROGRESS_FOUND,
    Status.NOT_YET_REVIEWED,
    Status.ONGOING,
    Status.DELIVERED_LATE,
    Status.DELIVERED,
    Status.SUPERSEDED,
    Status.STOPPED,
)


def roll_up(statuses: Sequence[Status]) -> Status:
    """One word for several deliverables."""
    held = set(statuses)
    if len(held) == 1:
        return statuses[0]
    for strong in (Status.OVERDUE, Status.CHANGED_IN_SCOPE):
        if strong in held:
            return strong
    if held & DONE and held & NOT_DONE:
        return Status.PARTLY_DELIVERED
    return next(status for status in ROLL_UP_ORDER if status in held)
