"""Printed dates: EDTF forms (ISO 8601-2) read as closed intervals of days."""

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from tracker.errors import Invalid

SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (12, 2)}
"""Spring March to May, summer June to August, autumn September to November, winter December to the next February."""

READINGS = (
    "Spring is March to May, summer June to August, autumn September to November, winter December to February.",
    "“Early 2024” is January to April 2024. “In 2024” is the whole year.",
    "A promise becomes late the day after the latest day that its first published date allows.",
    "An event whose day is uncertain counts from the latest day it can have happened.",
)
"""How fuzzy dates are read; printed beside every figure that rests on one."""

_PART = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?[?~%]?")


class Span(msgspec.Struct, frozen=True, order=True):
    """A closed interval of days: the event lies somewhere within it."""

    earliest: date
    latest: date

    @property
    def is_day(self) -> bool:
        return self.earliest == self.latest


@lru_cache(maxsize=4096)
def read_edtf(text: str) -> Span:
    """The days an EDTF date or closed interval can mean; raises Invalid with the reason when it is neither."""
    first, slash, last = text.partition("/")
    start = _read_part(first, whole=text)
    end = _read_part(last, whole=text) if slash else start
    if end.latest < start.earliest:
        raise Invalid(f"“{text}” ends before it begins")
    return Span(start.earliest, end.latest)


def _read_part(part: str, *, whole: str) -> Span:
    found = _PART.fullmatch(part)
    if not found:
        raise Invalid(f"“{whole}” is not a date that can be read: write it as 2024, 2024-05, 2024-05-31 or 2024-21")
    year, month, day = (int(group) if group else 0 for group in found.groups())
    try:
        return _days(year, month, day)
    except (ValueError, OverflowError, KeyError) as error:
        raise Invalid(f"“{whole}” names a day, month or season that does not exist") from error


def _days(year: int, month: int, day: int) -> Span:
    if day:
        exact = date(year, month, day)
        return Span(exact, exact)
    if not month:
        return Span(date(year, 1, 1), date(year, 12, 31))
    if month > 12:
        start, end = SEASONS[month]
        return Span(date(year, start, 1), _month_end(year + (end < start), end))
    return Span(date(year, month, 1), _month_end(year, month))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def days_between(earlier: date, later: date) -> int:
    """Whole days from one day to another; negative when the second comes first."""
    return (later - earlier) // timedelta(days=1)
