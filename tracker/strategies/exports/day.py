"""One day of the record as every file to take away reads it: each view worked out once."""

from datetime import date
from functools import cached_property

from tracker.strategies.facts import Change
from tracker.strategies.milestones import happened
from tracker.strategies.public import PublicRecord
from tracker.strategies.schemas import AnnouncementView, ChangeView
from tracker.strategies.statuses import State
from tracker.strategies.structure import Strategy
from tracker.strategies.views.announcements import announcement_view
from tracker.strategies.views.changes import change_view


class Day:
    """A strategy on a day, as known on a day."""

    def __init__(self, public: PublicRecord, *, public_url: str, operator: str, on: date, known_at: date) -> None:
        self.public = public
        self.public_url = public_url
        self.operator = operator
        self.on = on
        self.known_at = known_at

    @property
    def strategy(self) -> Strategy:
        return self.public.strategy

    @property
    def state(self) -> State:
        return self.public.at(self.on, self.known_at)

    @cached_property
    def announcements(self) -> tuple[AnnouncementView, ...]:
        return tuple(announcement_view(self.strategy, self.state, number) for number in self.public.numbers)

    @cached_property
    def changes(self) -> tuple[ChangeView, ...]:
        return tuple(change_view(change, self.state) for change in self.state.changes)

    @cached_property
    def told(self) -> tuple[Change, ...]:
        """The changes as recorded: today all of them, on another day those that had happened and were known."""
        if not self.query:
            return self.public.changes
        return tuple(
            change
            for change in self.public.changes
            if change.fact.known_on <= self.known_at and happened(change).latest <= self.on
        )

    @cached_property
    def document_titles(self) -> dict[str, str]:
        return {document.key: document.title for document in self.strategy.documents}

    def address(self, path: str) -> str:
        """The whole address of one of this strategy's pages."""
        return f"{self.public_url}{self.public.link(path)}"

    @property
    def query(self) -> str:
        """What keeps an address on this day, with its question mark; empty for today."""
        today = self.public.days.last
        given = [f"{name}={day}" for name, day in (("as_at", self.on), ("known_at", self.known_at)) if day != today]
        return f"?{'&'.join(given)}" if given else ""
