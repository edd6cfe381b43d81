"""The calendar of milestones as programs read it (RFC 5545, RFC 7986)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlsplit

from tracker.strategies.exports.day import Day
from tracker.strategies.views.calendar import CalendarEntry, calendar_entries
from tracker.web.layout import LICENCE_URL

OCTETS = 75
"""The longest line, without its line break."""
_SPECIAL = re.compile(r"[\\;,]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar(day: Day) -> bytes:
    """Every milestone that has a date, as all-day entries."""
    lines = [*_head(day)]
    for entry in calendar_entries(day.strategy, day.public.changes, day.state):
        lines += _event(entry, day)
    return b"".join(fold(line) for line in [*lines, "END:VCALENDAR"])


def _head(day: Day) -> Iterator[str]:
    name = f"{day.strategy.identity.tracker_name}: milestones"
    about = (
        f"Dates promised in “{day.strategy.identity.full_title}”, each on the last day that its current date allows. "
        "Dates that cannot be missed are left out. This is not a government calendar. "
        f"Contains public sector information licensed under the Open Government Licence v3.0 ({LICENCE_URL})."
    )
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield f"PRODID:-//{text(day.strategy.identity.tracker_name)}//Milestones//EN"
    yield "CALSCALE:GREGORIAN"
    yield f"NAME:{text(name)}"
    yield f"X-WR-CALNAME:{text(name)}"
    yield f"DESCRIPTION:{text(about)}"
    yield f"X-WR-CALDESC:{text(about)}"
    yield f"LAST-MODIFIED:{moment(_recorded(day))}"
    yield f"URL:{day.address('/downloads')}{day.query}"
    yield f"SOURCE;VALUE=URI:{day.address('/milestones.ics')}{day.query}"
    yield "REFRESH-INTERVAL;VALUE=DURATION:P1D"
    yield "X-PUBLISHED-TTL:P1D"


def _recorded(day: Day) -> datetime:
    return datetime.combine(day.public.recorded_on, time(), UTC)


def _event(entry: CalendarEntry, day: Day) -> Iterator[str]:
    published = datetime.combine(day.public.days.first, time(), UTC)
    modified = moment(entry.modified or published)
    host = urlsplit(day.public_url).hostname or "localhost"
    yield "BEGIN:VEVENT"
    yield f"UID:{day.public.slug}/{entry.ref}@{host}"
    yield f"DTSTAMP:{modified}"
    yield f"LAST-MODIFIED:{modified}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{text(entry.summary)}"
    yield "DESCRIPTION:" + text("\n".join(entry.lines))
    yield f"URL:{day.address(f'/announcements/{entry.announcement}')}{day.query}"
    yield f"CATEGORIES:{text(entry.theme)}"
    yield f"STATUS:{entry.status}"
    yield "CLASS:PUBLIC"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def text(words: str) -> str:
    """Words as a value of type TEXT."""
    escaped = _SPECIAL.sub(lambda found: f"\\{found[0]}", words.replace("\r\n", "\n"))
    return _CONTROL.sub("", escaped.replace("\n", "\\n"))


def moment(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def fold(line: str) -> bytes:
    """A line cut into pieces of at most 75 octets, never inside a character, with CR LF at its end."""
    rest = line.encode()
    pieces = []
    limit = OCTETS
    while len(rest) > limit:
        cut = limit
        while rest[cut] & 0b1100_0000 == 0b1000_0000:
            cut -= 1
        pieces.append(rest[:cut])
        rest = rest[cut:]
        limit = OCTETS - 1  # a continued line begins with a space
    return b"\r\n ".join([*pieces, rest]) + b"\r\n"
