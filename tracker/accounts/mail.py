"""What the mail of a sign-in says. Made from the row alone, so that sending it again is the same mail."""

from datetime import datetime
from typing import Protocol

import msgspec

from tracker.clock import LONDON
from tracker.web.secrets import Secrets

PURPOSE = "sign-in"
MESSAGE = "sign-in"
"""The kind of message, by which a delivery names it."""


class Asked(Protocol):
    """A sign-in, or as much of one as its mail needs."""

    @property
    def id(self) -> int | None: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def expires_at(self) -> datetime: ...


class SignInMail(msgspec.Struct, frozen=True):
    """What the mail says, for its text and its HTML."""

    subject: str
    link: str
    code: str
    until: str


def about(sign_in_id: int) -> str:
    """What its delivery is about."""
    return f"{MESSAGE}:{sign_in_id}"


def sign_in_of(about: str) -> int:
    """The sign-in that a delivery is about."""
    return int(about.removeprefix(f"{MESSAGE}:"))


def link(asked: Asked, secrets: Secrets) -> str:
    """The path that its mail leads to."""
    return f"/sign-in/link/{asked.id}/{secrets.token(PURPOSE, asked.id, asked.asked_at)}"


def is_link(asked: Asked, token: str, secrets: Secrets) -> bool:
    """Whether this is the token of its link."""
    return secrets.check(token, PURPOSE, asked.id, asked.asked_at)


def code(asked: Asked, secrets: Secrets) -> str:
    """The code in its mail, as it is printed: two groups of four."""
    digits = secrets.code(PURPOSE, asked.id, asked.asked_at)
    return f"{digits[:4]} {digits[4:]}"


def is_code(asked: Asked, given: str, secrets: Secrets) -> bool:
    """Whether this is the code of its mail."""
    return secrets.check_code(given, PURPOSE, asked.id, asked.asked_at)


def sign_in_mail(asked: Asked, *, secrets: Secrets, public_url: str, name: str) -> SignInMail:
    """What the mail says; `name` is the tracker's. The code is not in the subject: that is shown on locked screens."""
    return SignInMail(
        subject=f"Sign in to the {name}",
        link=f"{public_url}{link(asked, secrets)}",
        code=code(asked, secrets),
        until=time_text(asked.expires_at),
    )


def time_text(moment: datetime) -> str:
    """A time of day in London: 9:05am."""
    there = moment.astimezone(LONDON)
    return f"{there.hour % 12 or 12}:{there:%M}{'am' if there.hour < 12 else 'pm'}"
