"""Tables of the benchmark. All but `comparison` and `closing` are one authority's own, and are read by nobody else.

Every row carries its authority, so that no query needs a join to stay within it, and erasing is one statement a table.
An id counts the rows of all authorities, so none is ever shown: actions have a number of their own, savings are counted
within their answer, requests have a mark, and people are marked at the edge (pages/access.py).
"""

import secrets
from datetime import date, datetime

from sqlalchemy import Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.db import NEVER_AGAIN, Instant


def _mark() -> str:
    return secrets.token_hex(8)


class AccessRequest(SQLModel, table=True):
    """Somebody asks to take part in an authority's benchmark; nothing comes of it before their address is proved."""

    __tablename__ = "access_request"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    mark: str = Field(default_factory=_mark, sa_type=Text, unique=True, index=True)
    """What addresses call it, drawn by chance: its id would tell how many have asked anywhere."""
    authority: str = Field(sa_type=Text, index=True)
    address: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    why: str = Field(default="", sa_type=Text)
    asked_at: datetime = Field(sa_type=Instant)
    proved_at: datetime | None = Field(default=None, sa_type=Instant)
    """When the link in the mail was used: the address is theirs."""
    answered_at: datetime | None = Field(default=None, sa_type=Instant)
    answered_by: int | None = Field(default=None, foreign_key="person.id")
    """None where an address on the authority's own domains was let in at once."""
    outcome: str | None = Field(default=None, sa_type=Text)
    """waits (the address is proved, and a person has to decide), let-in, or refused; None before that."""


class Assessment(SQLModel, table=True):
    """One round of one authority: from the first answer to the signature of a named approver, which freezes it."""

    __tablename__ = "assessment"
    __table_args__ = (UniqueConstraint("authority", "round"), NEVER_AGAIN)

    id: int | None = Field(default=None, primary_key=True)
    authority: str = Field(sa_type=Text)
    round: str = Field(sa_type=Text)
    """The key of a round in data/rounds.toml."""
    edition: str = Field(sa_type=Text)
    """Which edition of the questions it answers; a later one never rewrites it."""
    started_at: datetime = Field(sa_type=Instant)
    started_by: int | None = Field(default=None, foreign_key="person.id")
    """None when that person is erased."""
    before_id: int | None = Field(default=None, foreign_key="assessment.id")
    """The assessment of an earlier round that its answers were filled in from."""
    asked_at: datetime | None = Field(default=None, sa_type=Instant)
    """When an approver was asked to sign; None while it is being answered, and again when it was given back."""
    asked_by: int | None = Field(default=None, foreign_key="person.id")
    approver_id: int | None = Field(default=None, foreign_key="person.id")
    given_back: str | None = Field(default=None, sa_type=Text)
    """Why the approver gave it back, in their words."""
    signed_at: datetime | None = Field(default=None, sa_type=Instant, index=True)
    signed_by: int | None = Field(default=None, foreign_key="person.id")
    signed_name: str | None = Field(default=None, sa_type=Text)
    """The approver's name and position as they signed."""
    reference: str | None = Field(default=None, sa_type=Text, unique=True)
    frozen: str | None = Field(default=None, sa_type=Text)
    """JSON (schemas.Frozen): everything as it was signed, wordings of questions and the national state included."""
    frozen_digest: str | None = Field(default=None, sa_type=Text)
    """SHA-256 of `frozen` in UTF-8."""


class Answer(SQLModel, table=True):
    """One saving of one answer. Rows are only ever added: the history is the table, and no text is ever lost."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_of", "assessment_id", "criterion", "id"), NEVER_AGAIN)

    id: int | None = Field(default=None, primary_key=True)
    authority: str = Field(sa_type=Text, index=True)
    assessment_id: int = Field(foreign_key="assessment.id")
    criterion: str = Field(sa_type=Text)
    version: int
    """Of the criterion: which wording was answered."""
    kind: str = Field(sa_type=Text)
    """view (what one colleague thinks), agreed (what the authority answers), or brought (from the round before)."""
    author_id: int | None = Field(default=None, foreign_key="person.id")
    saved_at: datetime = Field(sa_type=Instant)
    seen: int | None = Field(default=None)
    """How many savings of this answer its author had seen; another one in between makes it a clash."""
    level: str | None = Field(default=None, sa_type=Text)
    """not-in-place, developing, in-place, leading, not-known, or does-not-apply; None while only text was saved."""
    sentence: str = Field(default="", sa_type=Text)
    content: str = Field(default="{}", sa_type=Text)
    """JSON (schemas.Details): all that the first pass does not ask."""


class PlanAction(SQLModel, table=True):
    """What an authority will do about a gap. The plan is the authority's, and goes on from round to round."""

    __tablename__ = "plan_action"
    __table_args__ = (Index("ix_plan_action_number", "authority", "number", unique=True), NEVER_AGAIN)

    id: int | None = Field(default=None, primary_key=True)
    authority: str = Field(sa_type=Text, index=True)
    number: int
    """1, 2, 3 … in its authority's plan, for good: what papers quote. A removed one's is not given again."""
    assessment_id: int | None = Field(default=None, foreign_key="assessment.id")
    """The assessment whose gap it came from; None for one that was brought in."""
    criterion: str = Field(sa_type=Text)
    version: int
    title: str = Field(sa_type=Text)
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    """A member; None when nobody has taken it on, or its owner has left."""
    due_on: date | None = None
    priority: str = Field(default="medium", sa_type=Text)
    """high, medium, low."""
    target: str | None = Field(default=None, sa_type=Text)
    """The level that it leads to."""
    measure: str = Field(default="", sa_type=Text)
    resources: str = Field(default="", sa_type=Text)
    status: str = Field(default="not-started", sa_type=Text)
    """not-started, in-progress, done, stopped."""
    status_on: date
    """Since when it has this status."""
    made_at: datetime = Field(sa_type=Instant)
    made_by: int | None = Field(default=None, foreign_key="person.id")
    edits: int = 1
    """Counts changes: who saves an older one is shown what the other changed."""
    reminded_on: date | None = None
    """The last day on which its owner was reminded of it."""
    removed_at: datetime | None = Field(default=None, sa_type=Instant)


class ActionUpdate(SQLModel, table=True):
    """A dated word on how an action goes; rows are only added."""

    __tablename__ = "action_update"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    authority: str = Field(sa_type=Text, index=True)
    action_id: int = Field(foreign_key="plan_action.id", index=True)
    at: datetime = Field(sa_type=Instant)
    author_id: int | None = Field(default=None, foreign_key="person.id")
    status: str = Field(sa_type=Text)
    text: str = Field(default="", sa_type=Text)
    changed: str = Field(default="{}", sa_type=Text)
    """JSON: which fields it changed, from and to."""


class Flag(SQLModel, table=True):
    """Something that an answer or an action rests on has changed; the lead confirms or revises."""

    __tablename__ = "flag"
    __table_args__ = (UniqueConstraint("authority", "about", "cause"), NEVER_AGAIN)

    id: int | None = Field(default=None, primary_key=True)
    authority: str = Field(sa_type=Text, index=True)
    about: str = Field(sa_type=Text)
    """answer/ROUND/CRITERION, or action/NUMBER: of its authority."""
    criterion: str = Field(sa_type=Text)
    cause: str = Field(sa_type=Text)
    """change/SEQ (of the national record), or question/CRITERION/VERSION."""
    happened_on: str = Field(sa_type=Text)
    """When it changed, as the record has it (EDTF)."""
    said: str = Field(sa_type=Text)
    """What changed, in the words of the record."""
    raised_at: datetime = Field(sa_type=Instant)
    cleared_at: datetime | None = Field(default=None, sa_type=Instant)
    cleared_by: int | None = Field(default=None, foreign_key="person.id")
    outcome: str | None = Field(default=None, sa_type=Text)
    """confirmed, or revised."""
    why: str = Field(default="", sa_type=Text)


class BenchmarkLetter(SQLModel, table=True):
    """A mail that the benchmark owes; a job hands it to the alerts' outbox in one transaction, once."""

    __tablename__ = "benchmark_letter"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    authority: str = Field(sa_type=Text, index=True)
    kind: str = Field(sa_type=Text)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """Whom it is for; None for somebody who asked for access and is nobody here yet."""
    address: str | None = Field(default=None, sa_type=Text)
    content: str = Field(default="{}", sa_type=Text)
    """JSON of what it is about, ids only: what it says is read when it is written."""
    key: str = Field(sa_type=Text, unique=True)
    """What it is about, so that it is owed once."""
    asked_at: datetime = Field(sa_type=Instant)
    owed_at: datetime | None = Field(default=None, sa_type=Instant, index=True)


class Comparison(SQLModel, table=True):
    """What one authority is shown of the others of a round: worked out once when the round closed, and never again."""

    __tablename__ = "comparison"

    round: str = Field(sa_type=Text, primary_key=True)
    authority: str = Field(sa_type=Text, primary_key=True)
    closed_at: datetime = Field(sa_type=Instant)
    content: str = Field(sa_type=Text)
    """JSON (comparison.Shown): rounded shares, never a count and never a name."""


class Closing(SQLModel, table=True):
    """That a round was closed, and what must be known of it so that a later round gives nobody away."""

    __tablename__ = "closing"

    round: str = Field(sa_type=Text, primary_key=True)
    closed_at: datetime = Field(sa_type=Instant)
    content: str = Field(sa_type=Text)
    """JSON: by criterion, keyed hashes of the authorities that counted. They cannot be read back without the secret."""


class Cursor(SQLModel, table=True):
    """How far something that follows the record has come."""

    __tablename__ = "benchmark_cursor"

    name: str = Field(sa_type=Text, primary_key=True)
    seq: int = 0
    known: str = Field(default="{}", sa_type=Text)
    """JSON: the versions of criteria that were last seen."""
