"""What makes a version of an item, and what is known of the versions on record."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import msgspec

from tracker.watch.schemas import Found, NoteIs

WITHDRAWN, RESTORED, SILENT, DIGEST = "withdrawn", "restored", "silent", "digest"
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older: what says so has its clock or its dates wrong."""
FURTHEST = timedelta(days=731)
"""How far ahead something may be announced: what says more has its dates wrong."""
GOVUK_ITEM = "gov.uk/"
"""How canonical addresses of GOV.UK begin."""


class KnownVersion(msgspec.Struct, frozen=True, kw_only=True):
    """A sighting on record, as far as deciding needs it."""

    id: int
    version: str
    source: str
    seen_at: datetime
    published_at: datetime | None = None
    said: str = ""
    """The digest of its title and summary."""
    note_is: NoteIs = "none"
    withdrawn: bool = False
    historic: bool = False
    baseline: bool = False
    text_digest: str | None = None
    has_snapshot: bool = False


class KnownItem(msgspec.Struct, frozen=True, kw_only=True):
    """What is on record of an item, the oldest row first."""

    item: str
    versions: tuple[KnownVersion, ...]

    def named(self, version: str) -> KnownVersion | None:
        return next((known for known in self.versions if known.version == version), None)

    def count(self, beginning: str) -> int:
        """How many versions have a name that is this, or begins with this and a colon."""
        return sum(known.version.split(":")[0] == beginning for known in self.versions)

    @property
    def withdrawn_by(self) -> KnownVersion | None:
        """The row that says the item is withdrawn; None when it is not, or was put back since."""
        telling = [known for known in self.versions if known.withdrawn or known.version.startswith(RESTORED)]
        return telling[-1] if telling and telling[-1].withdrawn else None

    @property
    def newest_text(self) -> KnownVersion | None:
        """The newest version whose text is kept: what a next one is compared with."""
        return next((known for known in reversed(self.versions) if known.has_snapshot), None)

    def text_before(self, id: int) -> KnownVersion | None:
        """The newest version before a row whose text is kept."""
        earlier = (known for known in reversed(self.versions) if known.has_snapshot and known.id < id)
        return next(earlier, None)

    @property
    def first_published_at(self) -> datetime | None:
        """When the oldest version on record was made public."""
        return min((known.published_at for known in self.versions if known.published_at), default=None)


class SourceState(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of a source; a new one remembers nothing."""

    read_at: datetime | None = None
    high_water: datetime | None = None
    changed_at: datetime | None = None
    text_digest: str | None = None
    doubt_digest: str | None = None
    began: datetime | None = None
    """When anything was sighted for the first time, by whichever source: what is older was never watched."""


class NewSighting(msgspec.Struct, frozen=True, kw_only=True):
    """A version to be put on record; the fields are those of the row, which gets `source` and `seen_at` besides."""

    item: str
    version: str
    url: str
    title: str
    summary: str
    publisher: str
    document_type: str | None
    published_at: datetime | None
    first_published_at: datetime | None
    note: str | None
    note_is: NoteIs
    note_url: str | None
    """Where the Content API tells more: the note, where it is awaited, and the text."""
    note_due_at: datetime | None
    """When that is asked for: at once; of what was found so at a first reading, with its note, only if relevant."""
    silent: bool
    withdrawn: bool
    historic: bool
    baseline: bool
    text: str | None = None
    """The normalised text, where it was read and may be kept."""
    text_digest: str | None = None
    before_id: int | None = None


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time of which a source no longer shows everything."""

    since: datetime
    until: datetime


class ReadText(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a version that is on record without one: another source saw it first."""

    item: str
    version: str
    text: str | None
    """None where it may not be kept."""
    text_digest: str


class Learned(msgspec.Struct, frozen=True, kw_only=True):
    """The note of a version on record whose note is not known yet, as another source gives it."""

    item: str
    version: str
    note: str


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """What a reading means: to be saved in one transaction, or not at all."""

    new: tuple[NewSighting, ...] = ()
    found_withdrawn: tuple[str, ...] = ()
    """Items whose rows get the flag `withdrawn`: they were so before we began, so it is no event."""
    found_historic: tuple[tuple[str, str], ...] = ()
    """Items and versions whose rows get the flag `historic`: a government ended, and nothing of the page is new."""
    learned: tuple[Learned, ...] = ()
    texts: tuple[ReadText, ...] = ()
    high_water: datetime | None = None
    gap: Gap | None = None
    text_digest: str | None = None
    doubt_digest: str | None = None
    """While it is set, the page is asked for without conditions: a 304 would not show the text a second time."""
    look_again_at: datetime | None = None
    """Earlier than it would be due anyway; None when there is no hurry."""


Known = Mapping[str, KnownItem]


def whole(moment: datetime) -> datetime:
    """A moment in UTC without fractions of a second: sources print them or not."""
    is_whole = moment.tzinfo is UTC and not moment.microsecond
    return moment if is_whole else moment.astimezone(UTC).replace(microsecond=0)


def plausible(moment: datetime | None, *, now: datetime) -> datetime | None:
    """A moment that something can have been published at, in whole seconds; None for 1900 and for far ahead."""
    if moment is None or not EARLIEST <= moment <= now + FURTHEST:
        return None
    return whole(moment)


def at(moment: datetime) -> str:
    """The version that a public time makes, like 2024-10-11T11:00:00Z."""
    return f"{whole(moment).isoformat()[:19]}Z"


def said(title: str, summary: str) -> str:
    """The digest of what a source says of an item."""
    plain = "\n".join(" ".join(part.split()) for part in (title, summary))
    return hashlib.sha256(plain.encode()).hexdigest()


def said_by(found: Found) -> str:
    return said(found.title, found.summary)


def nth(name: str, count: int) -> str:
    """A name for what can happen again: the plain one first, then …:2."""
    return name if count == 0 else f"{name}:{count + 1}"
