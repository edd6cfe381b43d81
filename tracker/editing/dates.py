"""Days as people type them, read as EDTF. Pure."""

import re
from datetime import date, timedelta

from tracker.errors import Invalid
from tracker.strategies.dates import read_edtf

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "winter": 24}
FORMS = "Write it like 11 October 2024, October 2024, spring 2024, 2024, or “March 2024 to April 2024”."

_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.? (\d{4})")
_NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_MONTH = re.compile(r"([a-z]+)\.? (\d{4})")


def read_when(text: str, *, today: date) -> str:
    """The EDTF form of a day, month, season, year or span as it was typed; raises Invalid saying how to write it."""
    typed = " ".join(text.lower().replace("–", "-").split())
    if not typed.isascii():  # other scripts' digits are digits too, and would be stored as they are
        raise _unread(typed)
    try:
        read_edtf(typed)
        return typed
    except Invalid:
        pass
    first, to, last = typed.partition(" to ")
    edtf = f"{_part(first, today)}/{_part(last, today)}" if to else _part(first, today)
    try:
        read_edtf(edtf)
    except Invalid as error:
        raise Invalid(f"“{text[:60]}” is not a date that there is. {FORMS}") from error
    return edtf


def happened_by(edtf: str, *, today: date) -> str:
    """When something happened that has happened by today; raises Invalid when it lies ahead.

    “2026” typed in November 2026 means until today: the rest of the year has not been.
    """
    span = read_edtf(edtf)
    if span.earliest > today:
        raise Invalid("It cannot have happened after today: record it when it has")
    return edtf if span.latest <= today else f"{span.earliest.isoformat()}/{today.isoformat()}"


def _part(typed: str, today: date) -> str:
    if typed in ("today", "yesterday"):
        return (today - timedelta(days=typed == "yesterday")).isoformat()
    if found := _NUMBERS.fullmatch(typed):
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    if found := _DAY.fullmatch(typed):
        return f"{found[3]}-{_month(found[2], typed):02}-{int(found[1]):02}"
    if found := _MONTH.fullmatch(typed):
        return f"{found[2]}-{SEASONS.get(found[1]) or _month(found[1], typed):02}"
    if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", typed):
        return typed
    raise _unread(typed)


def _month(name: str, typed: str) -> int:
    """The number of a month by its name or the first letters of it."""
    if len(name) < 3 or name[:3] not in MONTHS:
        raise _unread(typed)
    return MONTHS.index(name[:3]) + 1


def _unread(typed: str) -> Invalid:
    return Invalid(f"“{typed[:60]}” cannot be read as a date. {FORMS}")
