"""What passes between fetching, reading, deciding, matching and keeping: small frozen structs, no rows."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

import msgspec

NoteIs = Literal["known", "none", "awaited", "unknown"]
"""Of a public change note: we have it; there can be none; it will be asked for; it could not be had."""


class Spec(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to watch, as a file of sources says it; its kind knows how to read it."""

    key: str
    kind: str
    title: str
    publisher: str
    url: str
    """What is asked for first."""
    link: str
    """Where a person can read the same."""
    host: str
    """Scheme, host and port of url."""
    every: timedelta
    per_second: float | None = None
    """The host's published limit, where there is one."""
    base: str = ""
    """Where its publisher's other addresses begin, like https://www.gov.uk: notes are asked for there."""
    keep: Literal["text", "hash"] = "text"
    """hash: of a page that is not ours to copy, only that it changed, and where."""
    options: Mapping[str, str] = {}
    """What else its kind was told (all text)."""
    digest: str = ""
    """Of all of this: another one forgets what was remembered of its answers."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a server answered, whole and decompressed; names of headers are in small letters."""

    url: str
    """Where it was found in the end, after redirects."""
    status: int
    headers: Mapping[str, str]
    body: bytes


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An item as one source shows it now. All text is plain: no markup, no control characters."""

    item: str
    """The canonical address."""
    url: str
    title: str
    summary: str = ""
    publisher: str = ""
    document_type: str | None = None
    published_at: datetime | None = None
    """When this version was made public; aware, UTC, whole seconds. None when the source does not say."""
    first_published_at: datetime | None = None
    note: str | None = None
    note_is: NoteIs = "none"
    note_url: str | None = None
    """Where its note can be asked for; with note_is "awaited"."""
    history: tuple[tuple[datetime, str], ...] = ()
    """Public change notes by their moments, the oldest first, where the source gives them (Content API)."""
    withdrawn: bool = False
    withdrawn_at: datetime | None = None
    withdrawn_note: str | None = None
    """Why, in its publisher's words, where the source says so (Content API)."""
    historic: bool = False
    text: str | None = None
    """The normalised text of a page that is watched; None for an entry of a feed."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says, in the order in which it says it."""

    found: tuple[Found, ...]
    further: str | None = None
    """The address of the window of older items behind this one, where there can be one."""
    remarks: tuple[str, ...] = ()
    """What was wrong with it without keeping it from being read: entries left out, and why."""


class Unreadable(Exception):
    """An answer that is not what its source should give; says what is wrong in words for a person.

    `for_good` is True for what waiting does not mend: the feed has ended, the address is gone, robots are kept out.
    """

    def __init__(self, said: str, *, for_good: bool = False) -> None:
        super().__init__(said)
        self.for_good = for_good
