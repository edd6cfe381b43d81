"""Where days stand on a line of time, as percentages of its length. Pure."""

import calendar
from collections.abc import Iterable
from datetime import date

from tracker.strategies.dates import Span, days_between
from tracker.strategies.schemas import View

MOST_YEARS = 8
"""More years than this are not each labelled."""
ROOM = 9.0
"""A label needs this share of the line, on a phone too."""


class Bar(View, frozen=True, kw_only=True):
    """A span of days on the line: where it begins and how long it is, both of 100."""

    x: float
    width: float
    before: bool
    """It begins before the line does."""
    after: bool
    """It goes on after the line ends."""


class Year(View, frozen=True, kw_only=True):
    """Where a year begins; label is empty where there is no room for it."""

    x: float
    label: str


class Axis(View, frozen=True, kw_only=True):
    """A line from the morning of one day to the end of another."""

    first: date
    last: date

    def start(self, day: date) -> float:
        """Where a day begins; a day outside the line stands at its end."""
        return self._place(days_between(self.first, day))

    def end(self, day: date) -> float:
        """Where a day ends."""
        return self._place(days_between(self.first, day) + 1)

    def middle(self, day: date) -> float:
        return self._place(days_between(self.first, day) + 0.5)

    def bar(self, span: Span) -> Bar:
        """The days of a span, cut where the line ends."""
        start, end = self.start(span.earliest), self.end(span.latest)
        return Bar(
            x=start, width=round(end - start, 2), before=span.earliest < self.first, after=span.latest > self.last
        )

    def years(self) -> tuple[Year, ...]:
        """The years that begin or go on along the line; of very many, every second, third… one."""
        count = self.last.year - self.first.year + 1
        step = -(-count // MOST_YEARS)
        numbers = range(self.first.year, self.last.year + 1, step)
        places = [self.start(date(number, 1, 1)) for number in numbers]
        return tuple(
            Year(x=place, label=str(number) if following - place >= ROOM else "")
            for number, place, following in zip(numbers, places, [*places[1:], 100.0], strict=True)
        )

    def _place(self, days: float) -> float:
        whole = days_between(self.first, self.last) + 1
        return round(min(max(days / whole, 0.0), 1.0) * 100, 2)


def axis_over(days: Iterable[date]) -> Axis:
    """The line of whole quarters that holds all of these days."""
    held = list(days)
    first, last = min(held), max(held)
    month = _quarter(last) + 2
    return Axis(
        first=date(first.year, _quarter(first), 1),
        last=date(last.year, month, calendar.monthrange(last.year, month)[1]),
    )


def _quarter(day: date) -> int:
    """The first month of a day's quarter."""
    return (day.month - 1) // 3 * 3 + 1
