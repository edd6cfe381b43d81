"""How well a source can be read: what one more try makes of it, and what is said of it to a person."""

from datetime import datetime

import msgspec

from tracker.watch.schemas import Unreadable

FAILURES_OF_BROKEN = 2
"""Tries in a row after which a source is broken; one may be a passing fault."""


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of the tries of a source."""

    tried_at: datetime | None = None
    read_at: datetime | None = None
    failures: int = 0
    broken_since: datetime | None = None
    trouble: str | None = None

    @property
    def is_broken(self) -> bool:
        return self.broken_since is not None


def read(before: Health, *, now: datetime, remark: str | None = None) -> Health:
    """After it was read whole, whether or not anything was new; a remark says what had to be left out of it."""
    return Health(tried_at=now, read_at=now, trouble=remark)


def failed(before: Health, error: Unreadable, *, now: datetime) -> Health:
    """After a try that did not read it: broken at the second in a row, or at once when waiting cannot mend it."""
    failures = before.failures + 1
    since = before.broken_since
    if since is None and (failures >= FAILURES_OF_BROKEN or error.for_good):
        since = before.tried_at if before.failures and before.tried_at else now
    return Health(tried_at=now, read_at=before.read_at, failures=failures, broken_since=since, trouble=str(error))
