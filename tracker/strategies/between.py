"""Which two days of the record are compared, and what is wrong with the days that were asked for."""

from collections.abc import Callable, Collection
from datetime import date

import msgspec

from tracker.errors import Invalid
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import State
from tracker.strategies.views.difference import DifferenceView, difference
from tracker.web.documents import Days, read_day


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """The days compared: the record on the first, known that day, with the record on the second, known on a third."""

    since: date
    until: date
    known_at: date
    """What is known of the second day; the second day itself when it was asked for by name."""

    @property
    def is_one_day(self) -> bool:
        return self.since == self.until == self.known_at


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """How the two days are asked for and told where they are compared: as fields of a page, or as parameters."""

    since: str
    until: str
    told: Callable[[date], str] = str


class Wrong(msgspec.Struct, frozen=True):
    """A parameter that cannot be used as it was given, and why."""

    name: str
    text: str


def read_between(
    since: str | None, until: str | None, *, on: date, known_at: date, days: Days, said: Words
) -> Between | tuple[Wrong, ...]:
    """The days to compare, or everything that is wrong with them, in the words by which the reader knows them.

    Without a first day the record starts on the day of publication; without a second it ends on the day looked at.
    """
    wrong: list[Wrong] = []
    first = _read("since", said, since, days, wrong) or days.first
    second = _read("until", said, until, days, wrong)
    looked_at = min(on, known_at)
    beyond = f"which is after {said.told(looked_at)}, the day you are looking at."
    if second and second > looked_at:
        wrong.append(Wrong("until", f"{said.until} is {said.told(second)}, {beyond}"))
    elif second and first > second:
        after = f"which is after {said.until}, {said.told(second)}: change one of them."
        wrong.append(Wrong("since", f"{said.since} is {said.told(first)}, {after}"))
    elif not wrong and first > looked_at:
        wrong.append(Wrong("since", f"{said.since} is {said.told(first)}, {beyond}"))
    return tuple(wrong) or Between(since=first, until=second or on, known_at=second or known_at)


def _read(field: str, said: Words, value: str | None, days: Days, wrong: list[Wrong]) -> date | None:
    name = said.since if field == "since" else said.until
    try:
        return read_day(name, value, days, told=said.told) if value is not None else None
    except Invalid as error:
        wrong.append(Wrong(field, str(error)))
        return None


def sides(public: PublicRecord, between: Between) -> tuple[State, State]:
    """The record on the two days."""
    return public.at(between.since, between.since), public.at(between.until, between.known_at)


def difference_between(
    public: PublicRecord, between: Between, *, theme: str | None, kinds: Collection[str]
) -> DifferenceView:
    """What differs between two days, of one theme or all and of these kinds of change."""
    before, after = sides(public, between)
    numbers = {item.number for item in public.strategy.announcements if item.theme == theme} if theme else None
    return difference(public.strategy, before, after, record=public.changes, numbers=numbers, kinds=kinds)
