"""The clock: the only place that asks what time it is; everything else is told."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The present moment, aware."""
    return datetime.now(UTC)


def london_day(moment: datetime) -> date:
    """The day it is in London at a moment."""
    return moment.astimezone(LONDON).date()


def every_day(_day: date) -> bool:
    return True


def monday(day: date) -> bool:
    return day.weekday() == 0


def first_of_month(day: date) -> bool:
    return day.day == 1


def last_time(at: time, now: datetime, on: Callable[[date], bool] = every_day) -> datetime:
    """The latest moment, up to now, at which it was this time in London on a day that fits."""
    day = london_day(now)
    # Two moments of one zone compare as wall clocks, which is wrong when clocks change: so they are compared in UTC.
    while not on(day) or datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC) > now:
        day -= timedelta(days=1)
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)


async def within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for something, but not longer than that; returns whether it came."""
    # Not asyncio.wait_for: before Python 3.12 it loses a cancellation that comes at the moment of the event.
    try:
        async with asyncio.timeout(seconds):
            return await event.wait()
    except TimeoutError:
        return False
