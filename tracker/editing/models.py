"""Tables of editing: what is being prepared, and what the public contests."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from tracker.db import NEVER_AGAIN, Instant


class Draft(SQLModel, table=True):
    """An entry that is not public yet. It may be changed or taken back until it is published, and is gone then."""

    __tablename__ = "draft"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    strategy: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text, unique=True)
    """The stable key of the event, so that publishing twice records it once."""
    content: str = Field(sa_type=Text)
    """The facts and how they are announced, as JSON (schemas.Entry)."""
    author_id: int = Field(foreign_key="person.id")
    version: int = 1
    """Counts changes: who saves an older one is told what the other changed."""
    saved_at: datetime = Field(sa_type=Instant)
    publish_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    """When the hold ends; None while it is being written."""
    seen_seq: int
    """The head of the record when its author last saw its preview."""
    returned_because: str | None = Field(default=None, sa_type=Text)
    """Why it came back to its author instead of being published."""


class Contest(SQLModel, table=True):
    """Somebody says that an announcement's record is wrong; the answer is public, the address is not."""

    __tablename__ = "contest"

    id: int | None = Field(default=None, primary_key=True)
    strategy: str = Field(sa_type=Text)
    about: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    """As it was typed; never public, since it may name somebody."""
    evidence_url: str | None = Field(default=None, sa_type=Text)
    address: str | None = Field(default=None, sa_type=Text)
    """Where its writer wants to hear of the answer; erased with the answer's mail."""
    asked_at: datetime = Field(sa_type=Instant)
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    said: str | None = Field(default=None, sa_type=Text)
    """What was contested, in the editor's words: public, with the answer."""
    answer: str | None = Field(default=None, sa_type=Text)
    outcome: str | None = Field(default=None, sa_type=Text)
    """corrected, kept, or set-aside: the last is not shown."""
    answered_by: int | None = Field(default=None, foreign_key="person.id")
