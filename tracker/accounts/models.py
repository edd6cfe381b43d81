"""Tables of people, their rights and their sessions. Nothing in them lets anybody in: secrets are kept as hashes."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from tracker.db import NEVER_AGAIN, Instant


class Person(SQLModel, table=True):
    """Somebody who can sign in. The address is kept in small letters."""

    __tablename__ = "person"

    id: int | None = Field(default=None, primary_key=True)
    address: str = Field(sa_type=Text, unique=True)
    name: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=Instant)
    stopped_at: datetime | None = Field(default=None, sa_type=Instant)


class HeldRole(SQLModel, table=True):
    """A role that a person holds; `of` names the organisation or the authority it is held for, "" where none is."""

    __tablename__ = "held_role"
    # The same right twice would have to be taken away twice.
    __table_args__ = (UniqueConstraint("person_id", "role", "of"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    role: str = Field(sa_type=Text)
    of: str = Field(default="", sa_type=Text)
    given_at: datetime = Field(sa_type=Instant)


class SignIn(SQLModel, table=True):
    """One asking for a way in. Link and code in its mail are made from its id and moment; kept for a day."""

    __tablename__ = "sign_in"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """None when nobody has the address that was typed: the answer is the same, and no mail is owed."""
    browser_hash: str = Field(sa_type=Text, index=True)
    next: str = Field(default="/", sa_type=Text)
    asked_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    owed_at: datetime | None = Field(default=None, sa_type=Instant)
    """Since when its mail is owed. A worker sees to that, so that the answer takes as long for an unknown address."""
    tries: int = 0
    used_at: datetime | None = Field(default=None, sa_type=Instant)


class LoginSession(SQLModel, table=True):
    """One browser that is signed in; the cookie holds a random token, this row its hash."""

    __tablename__ = "login_session"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(sa_type=Text, unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    browser: str = Field(default="", sa_type=Text)
    """Which browser on which system, as it says itself, so that its owner can tell one session from another."""
    started_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    ends_at: datetime = Field(sa_type=Instant)


class Audited(SQLModel, table=True):
    """Something that somebody did, for those who must answer for it; holds what the public record must not."""

    __tablename__ = "audit"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant, index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """None when the tracker or an operator's command did it."""
    did: str = Field(sa_type=Text)
    about: str = Field(default="", sa_type=Text)
    detail: str = Field(default="{}", sa_type=Text)
    """JSON of what was done, without secrets."""
