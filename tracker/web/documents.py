"""What a public address is, and what may be asked of it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlencode

import msgspec

from tracker.errors import Invalid

WHEN = ("as_at", "known_at")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The day asked for, the day whose knowledge is asked for, and filters."""

    on: date
    known_at: date
    today: date
    filters: Mapping[str, str]
    private: bool = False
    """True when the filters say something of the reader: no citation repeats them."""

    @property
    def is_now(self) -> bool:
        return self.on == self.today and self.known_at == self.today

    def when(self) -> str:
        """The query that keeps a link on the day that is looked at; empty for today."""
        days = (("as_at", self.on), ("known_at", self.known_at))
        return "&".join(f"{name}={day}" for name, day in days if day != self.today)

    def query(self) -> str:
        """The query of the page's own address: its filters, unless they say something of the reader, and its days."""
        told = [] if self.private else sorted(self.filters.items())
        return "&".join(filter(None, (urlencode(told), self.when())))

    def cited(self) -> str:
        """The query that leads to the very same page on any later day."""
        told = [] if self.private else sorted(self.filters.items())
        return urlencode([*told, ("as_at", self.on), ("known_at", self.known_at)])

    def filter(self, name: str, allowed: Iterable[str]) -> str | None:
        """The value of a filter, None when it was not given; raises Invalid naming what is possible."""
        value = self.filters.get(name)
        if value is None:
            return None
        possible = list(allowed)
        if value not in possible:
            raise Invalid(f"There is no {name.replace('_', ' ')} “{value[:80]}”. Possible: {', '.join(possible)}.")
        return value


class Days(msgspec.Struct, frozen=True):
    """The days that the record can be asked about."""

    first: date
    last: date


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes of a document that are not a plain 200: a form with an error, or an answer nobody should keep."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = {}


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One public address: how its bytes are made from the record, and which parameters change them."""

    path: str
    media_type: str
    render: Callable[[Asked], bytes | Rendering]
    days: Days
    filters: tuple[str, ...] = ()
    takes_days: bool = True
    headers: Mapping[str, str] = {}
    private: bool = False
    """True when answers say something of the reader: with parameters they are made anew and kept nowhere."""
    later: bool = False
    """True for what is taken away rather than read: made right after a new picture is shown, or when asked for."""

    def plain(self) -> Asked:
        """What is asked when nothing is."""
        return Asked(on=self.days.last, known_at=self.days.last, today=self.days.last, filters={})

    def read(self, query: Iterable[tuple[str, str]]) -> Asked:
        """What a query asks for; unknown parameters are ignored, since every shared link carries some.

        Raises Invalid for a parameter that is known and wrong: an empty one, as a form sends it, was not given.
        """
        taken = (*(WHEN if self.takes_days else ()), *self.filters)
        given: dict[str, str] = {}
        for name, value in query:
            if name not in taken or not value.strip():
                continue
            if name in given and given[name] != value:
                raise Invalid(f"{name} is given twice: give it once")
            given[name] = value.strip()
        on, known_at = read_days(given.pop("as_at", None), given.pop("known_at", None), self.days)
        return Asked(on=on, known_at=known_at, today=self.days.last, filters=given, private=self.private)


def read_days(as_at: str | None, known_at: str | None, days: Days) -> tuple[date, date]:
    """The day asked about and the day of knowledge; known_at alone sets both, as_at alone means as known today."""
    known = read_day("known_at", known_at, days) if known_at is not None else days.last
    on = read_day("as_at", as_at, days) if as_at is not None else known
    return on, known


def read_day(name: str, value: str, days: Days, *, told: Callable[[date], str] = str) -> date:
    """A day in the range of the record; raises Invalid naming the form and the range, with days as they are told."""
    try:
        # date.fromisoformat also takes week dates (2024-W27-1), which nobody means here.
        day = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC).date() if len(value) == 10 else date(0, 0, 0)
    except ValueError as error:
        raise Invalid(
            f"{name} is “{value[:40]}”, which is not a date. Write it as year, month and day, like {days.first}."
        ) from error
    if not days.first <= day <= days.last:
        raise Invalid(
            f"{name} is {told(day)}, which is outside the record. It runs from {told(days.first)}, when the strategy "
            f"was published, to {told(days.last)}, today."
        )
    return day
