"""The domain's errors: each message says what was wrong and what to do. No HTTP in them."""

from datetime import timedelta


class TrackerError(Exception):
    """Anything the tracker refuses, in words a person can act on."""


class Invalid(TrackerError):
    """What was given cannot be read or is not allowed."""


class NotFound(TrackerError):
    """What was asked for does not exist."""


class SignInNeeded(TrackerError):
    """Who asks has to sign in first."""


class Forbidden(TrackerError):
    """Who asks is known, and has no right to this."""


class StaleForm(TrackerError):
    """A form was made for another sign-in than the one it was sent with."""


class Conflict(TrackerError):
    """Somebody else changed it meanwhile."""


class TooMany(TrackerError):
    """An allowance is used up; `wait` says for how long."""

    def __init__(self, message: str, *, wait: timedelta) -> None:
        super().__init__(message)
        self.wait = wait


class Busy(TrackerError):
    """Too much is being asked at once: nothing is wrong with the question, so ask again in a moment."""


class Unavailable(TrackerError):
    """A part of the service does not answer, while the rest works."""


class Misconfigured(TrackerError):
    """A setting, folder, port or database keeps the tracker from starting."""
