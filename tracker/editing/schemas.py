"""What a draft holds, and what an editor is shown of it."""

from datetime import datetime
from typing import Any

import msgspec

from tracker.strategies.facts import AnyFact, Change, Evidence
from tracker.strategies.publications import Composed


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One update: its facts with the evidence that they share, and how it is announced."""

    facts: tuple[AnyFact, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    minor: bool = False
    """True for a correction that nobody needs a message about."""
    organisation: str | None = None
    """Who signs it, when it is an organisation's verdict and not ours."""


class DraftView(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it is listed and worked on."""

    id: int
    strategy: str
    key: str
    entry: Entry
    author_id: int
    author: str
    version: int
    saved_at: datetime
    publish_at: datetime | None
    seen_seq: int
    returned_because: str | None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """Where one deliverable stands before and after an entry, also when it stays where it is."""

    title: str
    before: str
    after: str

    @property
    def moves(self) -> bool:
        return self.before != self.after


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What would be public and sent if a draft were published at this moment."""

    composed: Composed | None = None
    """The message; None while something is wrong with the entry."""
    changes: tuple[Change, ...] = ()
    """What would come on record."""
    seen: tuple[Seen, ...] = ()
    paths: tuple[tuple[str, str], ...] = ()
    """Titles and paths of the pages that it alters."""
    seq: int
    """The head of the record that it was worked out on."""
    quiet: bool
    """True when it sends no message."""
    problems: tuple[str, ...]
    """What its author has to put right before it can be published."""
    since: tuple[str, ...]
    """What came on record since its author last looked, about the same things."""


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """A field that somebody else saved meanwhile: what it said, what they made of it, what was typed here."""

    name: str
    label: str
    was: str
    now: str
    yours: str


class ContestView(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody contested, and the answer."""

    id: int
    strategy: str
    about: str
    text: str
    evidence_url: str | None
    wants_answer: bool
    asked_at: datetime
    answered_at: datetime | None
    said: str | None
    answer: str | None
    outcome: str | None


class AuditLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that somebody did."""

    id: int
    at: datetime
    who: str
    did: str
    about: str
    detail: dict[str, Any]
