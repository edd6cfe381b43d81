"""What an editor is shown of a sighting, and of a decision about one."""

from datetime import datetime
from typing import Literal

import msgspec

from tracker.watch.difference import Piece

Became = Literal["deleted", "changed", "published", "gone"]
"""Of the entry that accepting opened: taken away with the undoing; somebody works on it; public; taken away before."""


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """The matcher's proposal, with reasons that an editor can check."""

    strategy: str
    announcement: int
    score: float
    reasons: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        return f"{self.strategy}/{self.announcement}"


class Sighted(msgspec.Struct, frozen=True, kw_only=True):
    """One version of one page, as it waits for an editor."""

    id: int
    item: str
    version: str
    url: str
    title: str
    summary: str
    publisher: str
    document_type: str | None
    published_at: datetime | None
    first_published_at: datetime | None
    seen_at: datetime
    source: str
    source_title: str
    source_link: str
    note: str | None
    note_is: str
    silent: bool
    withdrawn: bool
    historic: bool
    baseline: bool
    put_off: bool
    """An editor put it off, and its day has come."""
    offered: bool
    """It can be decided about, also while it is put off."""
    decision_id: int | None
    before_id: int | None
    snapshot: str | None
    suggestions: tuple[Suggested, ...] = ()
    difference: tuple[Piece, ...] = ()
    """From the version before to this one, word by word; empty where there is nothing to compare."""

    @property
    def is_withdrawal(self) -> bool:
        """Whether what happened is that the page was withdrawn; one that was found withdrawn is only marked so."""
        return self.version == "withdrawn"

    @property
    def is_first(self) -> bool:
        """Whether this is the page as it was first published."""
        if self.silent or self.withdrawn or self.before_id:
            return False
        if self.note_is == "known":
            return (self.note or "").casefold().startswith("first published")
        first = self.first_published_at
        return self.note_is == "none" and (first is None or first == self.published_at)


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One page with its versions that wait, the newest first."""

    item: str
    versions: tuple[Sighted, ...]
    more: int = 0
    """How many older versions wait beside those that are shown."""


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A window of what waits."""

    pages: tuple[Page, ...]
    waiting: int
    """How many pages wait, with these filters."""
    number: int
    """Which window it is, from 1."""
    last: int
    """The number of the last window."""
    sources: tuple[tuple[str, str], ...]
    """Keys and titles of the sources of everything that waits."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it is listed."""

    id: int
    sighting_id: int
    kind: str
    title: str
    url: str
    announcements: tuple[str, ...]
    reason: str | None
    words: str | None
    until: datetime | None
    """Of what was put off: until when."""
    by: str
    at: datetime
    stands: bool
    draft_id: int | None
    """The entry that accepting opened, while it is being prepared."""
    published_seq: int | None
    """The change that this entry became."""


class Undone(msgspec.Struct, frozen=True, kw_only=True):
    """What undoing a decision led to."""

    title: str
    became: Became | None
    """None where no entry had been opened."""
    draft_id: int | None = None
