"""One strategy's record as the public can ask about it: any day, as known on any day."""

from collections import OrderedDict
from datetime import date

import msgspec

from tracker.errors import NotFound
from tracker.strategies.facts import INVENTED, Change
from tracker.strategies.queries import HeadView, Record
from tracker.strategies.rules import state
from tracker.strategies.silence import UNWATCHED, Waiting, Watched
from tracker.strategies.statuses import State
from tracker.strategies.structure import Announcement, Strategy
from tracker.web.documents import Days

KEPT_STATES = 64


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """A contest of an announcement with its answer, in words that may be public."""

    id: int
    strategy: str
    about: str
    said: str
    answer: str
    outcome: str
    asked_on: date
    answered_on: date


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the record on public pages, and is no part of it."""

    answers: tuple[Answered, ...] = ()
    waiting: Waiting | None = None
    watched: Watched = UNWATCHED


NOTHING_BESIDE = Beside()


class PublicRecord:
    """A strategy, its changes, and its state on any day of the record; immutable but for a bounded cache."""

    def __init__(
        self, record: Record, *, head: HeadView, prefix: str, today: date, beside: Beside = NOTHING_BESIDE
    ) -> None:
        self.strategy: Strategy = record.strategy
        self.changes: tuple[Change, ...] = record.changes
        self.head = head
        self.answers = tuple(item for item in beside.answers if item.strategy == record.strategy.identity.slug)
        self.waiting = beside.waiting
        self.watched = beside.watched
        self.prefix = prefix
        self.days = Days(record.strategy.identity.published_on, max(today, record.strategy.identity.published_on))
        self.recorded_on = max((change.recorded_at.date() for change in record.changes), default=self.days.first)
        """The newest day on which something was put on record."""
        self.is_demo = any(change.key.startswith(INVENTED) for change in record.changes)
        """Whether something on it was invented to show how the tracker works: no page may hide that."""
        self._now: State | None = None
        self._states: OrderedDict[tuple[date, date], State] = OrderedDict()

    @property
    def slug(self) -> str:
        return self.strategy.identity.slug

    @property
    def numbers(self) -> list[int]:
        return [announcement.number for announcement in self.strategy.announcements]

    def at(self, on: date, known_at: date) -> State:
        """Where everything stood on a day, from what could be known on a day."""
        if on == known_at == self.days.last:
            return self.now()
        key = (on, known_at)
        found = self._states.get(key)
        if found is None:
            found = self._states[key] = state(self.strategy, self.changes, on=on, known_at=known_at)
            while len(self._states) > KEPT_STATES:
                self._states.popitem(last=False)
        return found

    def now(self) -> State:
        """Where everything stands today; worked out once, and never dropped for other days."""
        if self._now is None:
            today = self.days.last
            self._now = state(self.strategy, self.changes, on=today, known_at=today)
        return self._now

    def announcement(self, number: str) -> Announcement:
        """The announcement with this number; raises NotFound saying which numbers there are."""
        for announcement in self.strategy.announcements:
            if str(announcement.number) == number:
                return announcement
        first, last = self.numbers[0], self.numbers[-1]
        raise NotFound(f"There is no announcement “{number[:40]}”. Announcements are numbered {first} to {last}.")

    def link(self, path: str) -> str:
        """The address of one of this strategy's pages."""
        return f"{self.prefix}{path}" or "/"
