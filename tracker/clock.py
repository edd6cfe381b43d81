"""The clock: the only place that asks what time it is; everything else is told."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


def london_day(moment: datetime) -> date:
    """The day it is in London at a moment."""
    return moment.astimezone(LONDON).date()
