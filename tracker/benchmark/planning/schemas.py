"""Structs of the action plan, as pages and files see it."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

import msgspec

from tracker.benchmark.queries import Colleague
from tracker.benchmark.schemas import Level


class Progress(StrEnum):
    """How an action goes, in the order in which most go."""

    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    DONE = "done"
    STOPPED = "stopped"


class Priority(StrEnum):
    """How much an action matters beside the others, the first before all."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


PROGRESS_TEXT: Mapping[Progress, str] = {
    Progress.NOT_STARTED: "Not started",
    Progress.IN_PROGRESS: "In progress",
    Progress.DONE: "Done",
    Progress.STOPPED: "Stopped",
}
PRIORITY_TEXT: Mapping[Priority, str] = {Priority.HIGH: "High", Priority.MEDIUM: "Medium", Priority.LOW: "Low"}
FIELD_TEXT = {
    "title": "Action",
    "criterion": "Question",
    "owner_id": "Owner",
    "due_on": "Due date",
    "priority": "Priority",
    "target": "Level it leads to",
    "measure": "Measure of success",
    "resources": "Resources",
    "status": "Status",
}
"""What of an action can be changed, and what each is called."""
ADDED = "Added to the plan."
"""The first update of an action that was written here: nobody’s words."""
OPEN = (Progress.NOT_STARTED, Progress.IN_PROGRESS)


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants an action to be."""

    criterion: str
    version: int
    title: str
    owner_id: int | None = None
    due_on: date | None = None
    priority: Priority = Priority.MEDIUM
    target: Level | None = None
    measure: str = ""
    resources: str = ""
    status: Progress = Progress.NOT_STARTED
    assessment_id: int | None = None


class Action(Planned, frozen=True, kw_only=True):
    """An action of the plan as it stands."""

    number: int
    owner: str
    """A name; "" when nobody has taken it on, or its owner takes part no more."""
    status_on: date
    made_at: datetime
    edits: int
    reminded_on: date | None = None

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class Altered(msgspec.Struct, frozen=True):
    """A field that was changed: its name, and what it said, in the words of the page."""

    field: str
    before: str
    after: str

    @property
    def label(self) -> str:
        return FIELD_TEXT[self.field]


class Update(msgspec.Struct, frozen=True, kw_only=True):
    """A dated word on how an action goes."""

    action: int
    """The number of the action."""
    at: datetime
    author: str
    status: Progress
    text: str
    altered: tuple[Altered, ...]


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of an authority's plan: its actions, what was said of each, and who can own one."""

    actions: tuple[Action, ...]
    updates: tuple[Update, ...]
    owners: tuple[Colleague, ...]

    def updates_of(self, number: int) -> tuple[Update, ...]:
        """What was said of one action, the newest first."""
        return tuple(update for update in self.updates if update.action == number)

    def last_word(self, number: int) -> Update | None:
        """What somebody last wrote of an action, None when nobody has."""
        return next((update for update in self.updates_of(number) if update.text not in ("", ADDED)), None)
