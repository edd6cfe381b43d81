"""The domain's errors: each message says what was wrong and what to do. No HTTP in them."""


class TrackerError(Exception):
    """Anything the tracker refuses, in words a person can act on."""


class Invalid(TrackerError):
    """What was given cannot be read or is not allowed."""


class NotFound(TrackerError):
    """What was asked for does not exist."""


class Busy(TrackerError):
    """Too much is being asked at once: nothing is wrong with the question, so ask again in a moment."""


class Unavailable(TrackerError):
    """A part of the service does not answer, while the rest works."""


class Misconfigured(TrackerError):
    """A setting, folder, port or database keeps the tracker from starting."""
