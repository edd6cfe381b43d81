"""What passes through delivery: what is owed, what was tried, and what came of it. No object of the database."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tracker.web.mail import Sealed

EMAIL, WEBHOOK = "email", "webhook"
"""The channels: each is a queue of its own."""


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that this worker has leased, with what is known of its destination."""

    id: int
    about: str
    message: str
    channel: str
    destination_id: int
    first: int | None
    last: int | None
    attempts: int
    due_at: datetime
    address: str | None
    cadence: str
    created_at: datetime
    """When the destination was made: part of what its links are made from."""
    stopped: bool
    secrets: tuple[str, ...] = ()
    """What a webhook is signed with: the secret, and the one before it while that still counts."""


class Came(StrEnum):
    """What came of a try."""

    SENT = "sent"
    AGAIN = "again"
    """Not now: it is tried again, later each time."""
    REFUSED = "refused"
    """This message will never be taken."""
    GONE = "gone"
    """The destination does not exist any more: nothing is sent there again."""
    AWAY = "away"
    """The channel itself cannot be used: nobody refused this message, so it does not count as a try."""
    TOO_OLD = "too-old"
    """It is no news any more: the next digest takes it."""
    UNTRIED = "untried"
    """It was not begun with: the worker was told to end."""
    UNWANTED = "unwanted"
    """Nobody waits for it any more."""


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one try, as its channel saw it."""

    came: Came
    error: str | None = None
    status: int | None = None
    took: timedelta = timedelta(0)
    wait: timedelta | None = None
    """How long the destination asked to be left alone."""


SENT = Tried(came=Came.SENT)


class Alert(msgspec.Struct, frozen=True):
    """A delivery with what is sent: a mail to an address, an event to an endpoint."""

    owed: Owed
    mail: Sealed | None = None
    event: bytes | None = None
