"""Every feature's tables in one place, for migrations and tests only."""

from typing import Any

from sqlmodel import SQLModel

from tracker.accounts.models import Audited, HeldRole, LoginSession, Person, SignIn
from tracker.alerts.models import Asking, Attempt, Delivery, Destination, Subscription
from tracker.benchmark.models import (
    AccessRequest,
    ActionUpdate,
    Answer,
    Assessment,
    BenchmarkLetter,
    Closing,
    Comparison,
    Cursor,
    Flag,
    PlanAction,
)
from tracker.editing.models import Contest, Draft
from tracker.jobs import JobRun
from tracker.strategies.models import (
    ChangeSubject,
    Head,
    Publication,
    PublicationTopic,
    Searchable,
    StoredChange,
    StoredStrategy,
)
from tracker.watch.models import Decision, Host, PageSnapshot, Sighting, Source, Suggestion, Trouble
from tracker.web.limits import Bucket

__all__ = [
    "AccessRequest",
    "ActionUpdate",
    "Answer",
    "Asking",
    "Assessment",
    "Attempt",
    "Audited",
    "BenchmarkLetter",
    "Bucket",
    "ChangeSubject",
    "Closing",
    "Comparison",
    "Contest",
    "Cursor",
    "Decision",
    "Delivery",
    "Destination",
    "Draft",
    "Flag",
    "Head",
    "HeldRole",
    "Host",
    "JobRun",
    "LoginSession",
    "PageSnapshot",
    "Person",
    "PlanAction",
    "Publication",
    "PublicationTopic",
    "Searchable",
    "Sighting",
    "SignIn",
    "Source",
    "StoredChange",
    "StoredStrategy",
    "Subscription",
    "Suggestion",
    "Trouble",
    "described",
    "metadata",
]

metadata = SQLModel.metadata


def described(item: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Whether a table, column or index is one that models describe: an engine's own full text is not."""
    table = name if kind == "table" else item.table.name
    own = table == "searchable" and name in ("words", "ix_searchable_words")
    return not (own or str(table).startswith("searchable_words"))
