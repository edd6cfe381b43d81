"""Days that lie ahead, as people and spreadsheets write them. Pure."""

import re
from datetime import date

from tracker.errors import Invalid

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EARLIEST, LATEST = 2000, 2100
"""Years between which a day of a plan lies; what is beside them is a slip of the finger."""
HOW = "Write it like 31 March 2027 or 31/3/2027."

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([a-z]{3,9})\.?[ -](\d{4}|\d{2})")


def read_day(text: str) -> date:
    """The day that was written; raises Invalid saying how to write it."""
    typed = " ".join(text.lower().split())
    if not typed.isascii():
        raise _unread(text)
    if found := _ISO.fullmatch(typed):
        return _day(text, *found.groups())
    if found := _NUMBERS.fullmatch(typed):
        return _day(text, *reversed(found.groups()))
    if (found := _WORDS.fullmatch(typed)) and found[2][:3] in MONTHS:
        # “31-Mar-27” is what Excel makes of “31 March 2027” and writes to CSV.
        year = found[3] if len(found[3]) == 4 else f"20{found[3]}"
        return _day(text, year, str(MONTHS.index(found[2][:3]) + 1), found[1])
    raise _unread(text)


def _day(text: str, year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise Invalid(f"“{text[:40]}” is not a day that there is. {HOW}") from error
    if not EARLIEST <= found.year <= LATEST:
        raise Invalid(f"“{text[:40]}” is too far away. Give a day from {EARLIEST} to {LATEST}.")
    return found


def _unread(text: str) -> Invalid:
    return Invalid(f"“{text[:40]}” cannot be read as a day. {HOW}")
