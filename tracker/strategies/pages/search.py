"""What the search page shows: what can be looked for, what was found, or what was wrong with the question."""

from collections.abc import Callable
from urllib.parse import urlencode

import msgspec

from tracker.strategies.pages.record import Context
from tracker.strategies.public import PublicRecord
from tracker.strategies.search.hits import Found
from tracker.strategies.search.query import MOST_CHARACTERS
from tracker.strategies.statuses import State
from tracker.strategies.structure import Strategy
from tracker.web.documents import Asked, Document, Rendering

FILTERS = ("q", "kind", "page")
PER_PAGE = 20
KINDS_TEXT = {
    "announcement": "Announcements",
    "wording": "Wordings",
    "change": "Changes",
    "evidence": "Evidence",
    "note": "Editor’s notes",
    "term": "Words explained",
    "place": "Places",
}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a search: a page of hits, or what kept it from being made."""

    found: Found | None = None
    page: int = 1
    problem: str | None = None
    """What is wrong with the question."""
    status: int = 200

    @property
    def pages(self) -> int:
        return max(1, -(-self.found.total // PER_PAGE)) if self.found else 1


class SearchPage(Document, frozen=True, kw_only=True):
    """The search of one strategy: plain it says what can be looked for, with an outcome it shows that."""

    public: PublicRecord
    show: Callable[[Asked, Outcome], Rendering]


def context(outcome: Outcome | None) -> Callable[[PublicRecord, Asked, State], Context]:
    def shown(public: PublicRecord, asked: Asked, current: State) -> Context:
        question = asked.filters.get("q", "")

        def address(kind: str | None = None, page: int = 1) -> str:
            given = {"q": question, "kind": kind, "page": page if page > 1 else None}
            return f"/search?{urlencode({name: value for name, value in given.items() if value})}"

        return "search", {
            "question": question,
            "kind": asked.filters.get("kind"),
            "outcome": outcome,
            "found": outcome.found if outcome else None,
            "address": address,
            "examples": [(text, f"/search?{urlencode({'q': text})}") for text in examples(public.strategy)],
            "kinds": KINDS_TEXT,
            "most": MOST_CHARACTERS,
            "per_page": PER_PAGE,
        }

    return shown


def examples(strategy: Strategy) -> list[str]:
    """Things that this strategy's record surely holds: a title, a term, a sum as printed, a name."""
    first, *_, last = (announcement.title for announcement in strategy.announcements)
    sums = [f"“{money.as_printed}”" for item in strategy.announcements for money in item.money]
    terms = [term.term for term in strategy.glossary]
    places = [place.name for place in strategy.places]
    return [first, f"“{last}”", *sums[:1], *terms[:1], *places[:1]]
