"""Tables of the record. No table has a status: statuses are worked out from changes and dates."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.db import Instant

GENESIS = "0" * 64
"""The hash before the first change."""

TRIGGERS = {
    "change": ("change_is_never_updated", "change_is_never_deleted", "change_is_never_replaced"),
    "change_subject": (
        "change_subject_is_never_updated",
        "change_subject_is_never_deleted",
        "change_subject_is_never_replaced",
    ),
}
"""What refuses rewriting; on PostgreSQL the third refuses TRUNCATE. Migrations create them, start-up proves them."""


class Head(SQLModel, table=True):
    """The one row that is locked to append a change, so that sequence is commit order."""

    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: int = Field(default=1, primary_key=True)
    seq: int = 0
    hash: str = Field(default=GENESIS, sa_type=Text)
    recorded_at: datetime | None = Field(default=None, sa_type=Instant)


class StoredStrategy(SQLModel, table=True):
    """A strategy's structure as it stands: quotations and promises, corrected in place by the load."""

    __tablename__ = "strategy"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(sa_type=Text, unique=True)
    structure: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    loaded_at: datetime = Field(sa_type=Instant)


class StoredChange(SQLModel, table=True):
    """One dated fact, append-only, as its exact bytes; the other columns repeat what the body says."""

    __tablename__ = "change"
    # A key names an event for good: loading a file twice must not record it twice.
    __table_args__ = (UniqueConstraint("strategy", "key"),)

    seq: int = Field(sa_column=Column("seq", primary_key=True, autoincrement=False))
    strategy: str = Field(sa_type=Text, foreign_key="strategy.slug")
    key: str = Field(sa_type=Text)
    recorded_at: datetime = Field(sa_type=Instant)
    body: str | None = Field(default=None, sa_type=Text)
    body_digest: str = Field(sa_type=Text)
    hash: str = Field(sa_type=Text, unique=True)


class ChangeSubject(SQLModel, table=True):
    """What a change is about: the strategy, an announcement, a deliverable or a milestone."""

    __tablename__ = "change_subject"

    seq: int = Field(foreign_key="change.seq", primary_key=True)
    subject: str = Field(sa_type=Text, primary_key=True, index=True)


class Searchable(SQLModel, table=True):
    """Something that can be searched for. Not the record: made from it by the load and with each change.

    The engine's full text lies over the two columns of words: a virtual table on SQLite, a tsvector on PostgreSQL.
    """

    id: int | None = Field(default=None, primary_key=True)
    strategy: str = Field(sa_type=Text, foreign_key="strategy.slug", index=True)
    kind: str = Field(sa_type=Text)
    place: str = Field(sa_type=Text)
    seq: int | None = None
    title: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    source: str | None = Field(default=None, sa_type=Text)
    since: date | None = None
    known_on: date | None = None
    title_words: str = Field(sa_type=Text)
    text_words: str = Field(sa_type=Text)


class Publication(SQLModel, table=True):
    """One event as it went out: what alerts hang on. A reminder of what is coming up has no change."""

    __tablename__ = "publication"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(sa_type=Text, unique=True)
    """What it is about, so that nothing goes out twice: the key of a draft, of a notice, or of a reminder."""
    strategy: str = Field(sa_type=Text, foreign_key="strategy.slug")
    first_seq: int | None = None
    last_seq: int | None = None
    published_at: datetime = Field(sa_type=Instant)
    subject: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    """The message in plain words; pages and mails are made from it."""
    content: str = Field(sa_type=Text)
    """JSON (schemas.Published): addresses, evidence, and statuses before and after."""


class PublicationTopic(SQLModel, table=True):
    """A topic that a publication bears on: all, theme/…, announcement/…, kind/…, group/…."""

    __tablename__ = "publication_topic"

    publication_id: int = Field(foreign_key="publication.id", primary_key=True)
    topic: str = Field(sa_type=Text, primary_key=True)
