"""What the mail of a sign-in says. Its link and code are made from the row, so that a further try has the same."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import Person, SignIn
from tracker.clock import LONDON, london_day
from tracker.strategies.words import day_text
from tracker.web.letters import Letter, Letters
from tracker.web.secrets import Secrets

MESSAGE = "sign-in"
"""The kind of message, and what its link and code are made for."""


class Asked(Protocol):
    """A sign-in, or as much of one as its link and code are made from."""

    @property
    def id(self) -> int | None: ...
    @property
    def asked_at(self) -> datetime: ...


class About(Protocol):
    """A delivery, or as much of one as its letter needs."""

    @property
    def about(self) -> str: ...


class Papers(Protocol):
    """What every letter is written with, or as much of it as this one needs."""

    @property
    def public_url(self) -> str: ...
    @property
    def operator(self) -> str: ...
    @property
    def secrets(self) -> Secrets: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def silence(self) -> Callable[[AsyncSession], Awaitable[str]]: ...


def about(sign_in_id: int) -> str:
    """What its delivery is about."""
    return f"{MESSAGE}:{sign_in_id}"


def link(asked: Asked, secrets: Secrets) -> str:
    """The path that its mail leads to."""
    return f"/sign-in/link/{asked.id}/{secrets.token(MESSAGE, asked.id, asked.asked_at)}"


def is_link(asked: Asked, token: str, secrets: Secrets) -> bool:
    """Whether this is the token of its link."""
    return secrets.check(token, MESSAGE, asked.id, asked.asked_at)


def code(asked: Asked, secrets: Secrets) -> str:
    """The code in its mail, as it is printed: two groups of four."""
    digits = secrets.code(MESSAGE, asked.id, asked.asked_at)
    return f"{digits[:4]} {digits[4:]}"


def is_code(asked: Asked, given: str, secrets: Secrets) -> bool:
    """Whether this is the code of its mail."""
    return secrets.check_code(given, MESSAGE, asked.id, asked.asked_at)


async def write_sign_in(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """Link and code, and until when they work; None when they have been used.

    One that has expired is sent all the same: silence could not be told from a fault, and it says until when it worked.
    The code is not in the subject, which locked screens show.
    """
    asked = await db.get(SignIn, int(owed.about.removeprefix(f"{MESSAGE}:")))
    person = await db.get(Person, asked.person_id) if asked else None
    if asked is None or person is None or asked.used_at:
        return None
    return papers.letters.write(
        "accounts/sign_in",
        person=person.name,
        link=f"{papers.public_url}{link(asked, papers.secrets)}",
        code=code(asked, papers.secrets),
        until=f"{time_text(asked.expires_at)} on {day_text(london_day(asked.expires_at))}",
        silence=await papers.silence(db),
        papers=papers,
    )


def time_text(moment: datetime) -> str:
    """A time of day in London: 9:05am."""
    there = moment.astimezone(LONDON)
    return f"{there.hour % 12 or 12}:{there:%M}{'am' if there.hour < 12 else 'pm'}"
