"""What came of asking for sources, on its way from the network to the database."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from tracker.watch.health import Health
from tracker.watch.matching.match import Suggestion
from tracker.watch.schemas import Answer, Spec, Unreadable
from tracker.watch.versions import Decided


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """What a source's row remembers of the answers that were read."""

    etag: str | None = None
    last_modified: str | None = None
    body_digest: str | None = None
    high_water: datetime | None = None
    changed_at: datetime | None = None
    text_digest: str | None = None
    doubt_digest: str | None = None


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is to be read now, as its row stands."""

    spec: Spec
    health: Health
    remembered: Remembered


class Failed(msgspec.Struct, frozen=True, kw_only=True):
    """A source that could not be read."""

    due: Due
    error: Unreadable
    is_tried: bool = True
    """Whether it was asked for itself; else another answer of its server kept it from being asked."""


class Unchanged(msgspec.Struct, frozen=True, kw_only=True):
    """A source that shows what it showed when it was last read."""

    due: Due
    keep: timedelta = timedelta(0)
    etag: str | None = None
    last_modified: str | None = None


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A source's new answer, which nobody has looked into yet."""

    due: Due
    answer: Answer
    body_digest: str
    keep: timedelta = timedelta(0)
    moved_to: str | None = None
    """Where its address has moved to for good."""


class Put(msgspec.Struct, frozen=True, kw_only=True):
    """A source that is left for later without having been tried."""

    due: Due


Asked = Failed | Unchanged | Answered | Put
Suggested = Mapping[tuple[str, str], tuple[Suggestion, ...]]
"""By item and version."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a source's row is to stand, and what goes on record with it: all of it or nothing."""

    due: Due
    health: Health
    remembered: Remembered
    due_at: datetime
    decided: Decided | None = None
    suggested: Suggested = {}
    recorded: frozenset[tuple[str, str]] = frozenset()
    """New versions that are evidence on record already."""
    body: bytes | None = None
    """The answer, where a page's is kept."""
    gap_said: str | None = None
