"""Tables of watching: where we look, what we saw there, what it might be evidence for, and what an editor decided."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.accounts.models import Person  # noqa: F401 - decisions refer to its table
from tracker.db import NEVER_AGAIN, Instant


class Host(SQLModel, table=True):
    """A server that sources are read from; its lease keeps two workers from asking it at the same time."""

    __tablename__ = "watched_host"

    name: str = Field(sa_type=Text, primary_key=True)
    """Scheme, host and port, like https://www.gov.uk."""
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    worker: str | None = Field(default=None, sa_type=Text)
    not_before: datetime | None = Field(default=None, sa_type=Instant)
    """When it may be asked again, where it asked for patience (Retry-After)."""
    robots: str | None = Field(default=None, sa_type=Text)
    """Its robots.txt as last read; "" where it has none."""
    robots_read_at: datetime | None = Field(default=None, sa_type=Instant)


class Source(SQLModel, table=True):
    """A feed, API or page that is watched: what its file says of it, and how reading it went."""

    __tablename__ = "source"

    key: str = Field(sa_type=Text, primary_key=True)
    """The name of its file; of a page in a list of pages, with #path behind it."""
    kind: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    publisher: str = Field(sa_type=Text)
    url: str = Field(sa_type=Text)
    """What is asked for first."""
    link: str = Field(sa_type=Text)
    """Where a person can read the same."""
    host: str = Field(sa_type=Text, foreign_key="watched_host.name", index=True)
    every_seconds: int
    digest: str = Field(sa_type=Text)
    """Of what its file says: another one forgets what was remembered of its answers."""
    retired_at: datetime | None = Field(default=None, sa_type=Instant)
    """When its file was taken away; it is not read any more."""
    due_at: datetime = Field(sa_type=Instant, index=True)
    etag: str | None = Field(default=None, sa_type=Text)
    last_modified: str | None = Field(default=None, sa_type=Text)
    body_digest: str | None = Field(default=None, sa_type=Text)
    """SHA-256 of the body last read, so that the same bytes are not parsed twice."""
    high_water: datetime | None = Field(default=None, sa_type=Instant)
    """The newest time of an entry seen, never in the future: an answer that begins after it has a gap before it."""
    tried_at: datetime | None = Field(default=None, sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was last read whole, also when nothing was new; None when it never was."""
    changed_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it last had something new."""
    failures: int = 0
    """Tries in a row that did not read it."""
    broken_since: datetime | None = Field(default=None, sa_type=Instant)
    trouble: str | None = Field(default=None, sa_type=Text)
    """What was wrong at the last try, in words for a person; None when it was read."""
    text_digest: str | None = Field(default=None, sa_type=Text)
    """Of a watched page: SHA-256 of the text that is known."""
    doubt_digest: str | None = Field(default=None, sa_type=Text)
    """Of a watched page: the text that was read once without a public note, and must be read again to count."""


class Trouble(SQLModel, table=True):
    """A time in which a source was broken, or of which it no longer shows what was published (a gap)."""

    __tablename__ = "source_trouble"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    source: str = Field(sa_type=Text, foreign_key="source.key", index=True)
    kind: str = Field(sa_type=Text)
    """broken, or gap."""
    since: datetime = Field(sa_type=Instant)
    until: datetime | None = Field(default=None, sa_type=Instant)
    """Of a gap: the oldest entry that is shown again. Of a break: when it was read again."""
    noticed_at: datetime = Field(sa_type=Instant)
    said: str = Field(sa_type=Text)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    """When it was mended, or the gap was filled or looked through by a person."""


class PageSnapshot(SQLModel, table=True):
    """What we read of a page, once per text: for editors, never public."""

    __tablename__ = "page_snapshot"

    digest: str = Field(sa_type=Text, primary_key=True)
    """SHA-256 of the normalised text, in UTF-8."""
    text: bytes = Field(sa_type=LargeBinary)
    """The normalised text, compressed (zlib)."""
    body: bytes | None = Field(default=None, sa_type=LargeBinary)
    """The answer's body as it came, compressed (zlib)."""
    read_at: datetime = Field(sa_type=Instant)


class Sighting(SQLModel, table=True):
    """One version of one item, seen in whichever source showed it first."""

    __tablename__ = "sighting"
    __table_args__ = (
        # One event in the world is one row, whichever sources show it and however often.
        UniqueConstraint("item", "version"),
        Index("ix_sighting_open", "seen_at", sqlite_where=text("offered = 1"), postgresql_where=text("offered")),
        Index("ix_sighting_note_due_at", "note_due_at", sqlite_where=text("note_due_at IS NOT NULL"),
              postgresql_where=text("note_due_at IS NOT NULL")),
        NEVER_AGAIN,
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    item: str = Field(sa_type=Text)
    """The canonical address (identity.canonical): what makes two entries the same item."""
    version: str = Field(sa_type=Text)
    """What makes two entries the same version: decide.py says how it is made."""
    source: str = Field(sa_type=Text, foreign_key="source.key", index=True)
    url: str = Field(sa_type=Text)
    title: str = Field(sa_type=Text)
    summary: str = Field(sa_type=Text)
    publisher: str = Field(sa_type=Text)
    document_type: str | None = Field(default=None, sa_type=Text)
    published_at: datetime | None = Field(default=None, sa_type=Instant)
    """When this version was made public, as the source says; None when it does not."""
    first_published_at: datetime | None = Field(default=None, sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    note: str | None = Field(default=None, sa_type=Text)
    """The public change note of this version."""
    note_is: str = Field(sa_type=Text)
    """known, none (there can be none), awaited (it will be asked for) or unknown (it could not be had)."""
    note_url: str | None = Field(default=None, sa_type=Text)
    """Where the note is asked for."""
    note_due_at: datetime | None = Field(default=None, sa_type=Instant)
    note_tries: int = 0
    silent: bool = False
    """The text changed without a new public note or date."""
    withdrawn: bool = False
    historic: bool = False
    """Published under an earlier government (history mode)."""
    baseline: bool = False
    """As it was found when its source was read for the first time."""
    text_digest: str | None = Field(default=None, sa_type=Text)
    """SHA-256 of the normalised text, where it was read."""
    snapshot: str | None = Field(default=None, sa_type=Text, foreign_key="page_snapshot.digest")
    before_id: int | None = Field(default=None, foreign_key="sighting.id")
    """The version it is compared with."""
    offered: bool = False
    """True while it waits for an editor."""
    later_until: datetime | None = Field(default=None, sa_type=Instant)
    """An editor put it off until then."""
    decision_id: int | None = None  # no foreign key: the two tables would need each other to be made
    """The decision that stands; it counts for who decides next, so that two editors do not collide."""


class Suggestion(SQLModel, table=True):
    """The matcher's proposal: this sighting is evidence for that announcement."""

    __tablename__ = "suggestion"

    sighting_id: int = Field(foreign_key="sighting.id", primary_key=True)
    strategy: str = Field(sa_type=Text, primary_key=True)
    announcement: int = Field(primary_key=True)
    score: float
    reasons: str = Field(sa_type=Text)
    """JSON: sentences that an editor can check."""


class Decision(SQLModel, table=True):
    """What an editor decided about a sighting. Append-only: undoing is a decision too."""

    __tablename__ = "decision"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    sighting_id: int = Field(foreign_key="sighting.id", index=True)
    kind: str = Field(sa_type=Text)
    """accepted, not-evidence, later, or undone."""
    announcements: str = Field(default="[]", sa_type=Text)
    """JSON: what it was accepted for, like "championing-kinship-care/8"."""
    reason: str | None = Field(default=None, sa_type=Text)
    """Why it is no evidence: a code."""
    words: str | None = Field(default=None, sa_type=Text)
    """The editor's own words for it, where no code fits."""
    suggested: str = Field(default="[]", sa_type=Text)
    """JSON: what the matcher had proposed at that moment, with scores."""
    draft_key: str | None = Field(default=None, sa_type=Text)
    """The key of the entry that accepting it opened."""
    decided_by: int = Field(foreign_key="person.id")
    decided_at: datetime = Field(sa_type=Instant)
