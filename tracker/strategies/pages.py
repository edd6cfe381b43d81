"""The record's pages: what each address shows, and from what."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from tracker.errors import Invalid
from tracker.strategies.dates import READINGS, Span
from tracker.strategies.explain import ROLL_UP_RULES, RULES
from tracker.strategies.facts import Change, Corrected, Difference
from tracker.strategies.load import differences
from tracker.strategies.milestones import happened
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import State
from tracker.strategies.views import overview
from tracker.strategies.views.announcements import announcement_view, notes_at, places, summaries, wording_view
from tracker.strategies.views.changes import KINDS, announcements_of, change_view, latest_first, verdicts
from tracker.strategies.words import STATUS_TEXT, day_text
from tracker.web.documents import Asked, Document, read_day
from tracker.web.entries import HTML
from tracker.web.layout import Site
from tracker.web.templates import Templates

Frame = Callable[[PublicRecord, str, Asked], Site]
"""Makes what every page carries, for one page as asked."""

FILTERS = ("theme", "status", "benefit")
RECENT = 6


class Replaced(msgspec.Struct, frozen=True, kw_only=True):
    """What stood before a correction of a change, and every text of it that the correction altered."""

    text: str
    withdrawn: bool
    differences: tuple[Difference, ...]


def replaced(changes: Iterable[Change]) -> dict[int, Replaced]:
    """What each correction of a change replaced, by the correction's place in the record."""
    standing: dict[str, Any] = {}
    found: dict[int, Replaced] = {}
    for change in changes:
        fact = change.fact
        if not isinstance(fact, Corrected):
            standing[change.key] = msgspec.json.decode(change.body)["fact"]
        elif before := standing.get(fact.of or ""):
            altered = tuple(differences(before, fact.instead))
            found[change.seq] = Replaced(text=before["text"], withdrawn=fact.instead is None, differences=altered)
            standing[fact.of or ""] = fact.instead
    return found


class Pages:
    """The documents of one strategy's record, as HTML."""

    def __init__(self, public: PublicRecord, *, templates: Templates, frame: Frame) -> None:
        self._public = public
        self._templates = templates
        self._frame = frame

    def documents(self) -> list[Document]:
        """Every page of this strategy."""
        numbered = [
            self._page(f"/announcements/{number}", self._announcement(number)) for number in self._public.numbers
        ]
        return [
            self._page("/", self._home, filters=FILTERS),
            *numbered,
            self._page("/changes", self._changes, filters=("since", "theme", "kind")),
            self._page("/outcomes", self._outcomes),
            self._page("/methodology", self._methodology),
            self._page("/corrections", self._corrections),
            self._page("/about", self._about),
        ]

    def _page(
        self,
        path: str,
        context: Callable[[Asked, State], tuple[str, Mapping[str, Any]]],
        *,
        filters: tuple[str, ...] = (),
    ) -> Document:
        address = self._public.link(path) if path != "/" else self._public.prefix or "/"

        def render(asked: Asked) -> bytes:
            current = self._public.at(asked.on, asked.known_at)
            template, values = context(asked, current)
            return self._templates.render(
                f"strategies/{template}.html",
                site=self._frame(self._public, address, asked),
                strategy=self._public.strategy,
                link=self._link(asked),
                current=current,
                **values,
            )

        return Document(path=address, media_type=HTML, render=render, days=self._public.days, filters=filters)

    def _link(self, asked: Asked) -> Callable[[str], str]:
        """Addresses that stay on the day that is being looked at."""
        when = [asked.when()] if asked.when() else []

        def link(path: str) -> str:
            address = self._public.link(path) if path != "/" else self._public.prefix or "/"
            place, _, fragment = address.partition("#")
            query = "&".join([*place.split("?")[1:], *when])
            return place.split("?")[0] + (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")

        return link

    def _home(self, asked: Asked, current: State) -> tuple[str, Mapping[str, Any]]:
        strategy = self._public.strategy
        items = summaries(strategy, current)
        theme = asked.filter("theme", (theme.key for theme in strategy.themes))
        status = asked.filter("status", STATUS_TEXT)
        benefit = asked.filter("benefit", ("direct", "system"))
        shown = [
            item
            for item in items
            if theme in (None, item.theme) and status in (None, item.status) and benefit in (None, item.benefit)
        ]
        return "home", {
            "items": shown,
            "all_items": items,
            "counts": overview.counts(items),
            "chosen": {"theme": theme, "status": status, "benefit": benefit},
            "recent": overview.recent(current, limit=RECENT),
            "overdue": overview.overdue(current),
            "ahead": overview.ahead(current),
        }

    def _announcement(self, number: int) -> Callable[[Asked, State], tuple[str, Mapping[str, Any]]]:
        def context(asked: Asked, current: State) -> tuple[str, Mapping[str, Any]]:
            strategy = self._public.strategy
            numbers = self._public.numbers
            place = numbers.index(number)
            return "announcement", {
                "view": announcement_view(strategy, current, number),
                "previous": numbers[place - 1] if place else None,
                "following": numbers[place + 1] if place + 1 < len(numbers) else None,
                "chart": [row for row in strategy.chart if row.announcement == number],
                "documents": {document.key: document for document in strategy.documents},
                "span_from": lambda date: Span(date.earliest, date.latest),
            }

        return context

    def _changes(self, asked: Asked, current: State) -> tuple[str, Mapping[str, Any]]:
        strategy = self._public.strategy
        theme = asked.filter("theme", (theme.key for theme in strategy.themes))
        kind = asked.filter("kind", KINDS)
        since = read_day("since", asked.filters["since"], self._public.days) if "since" in asked.filters else None
        if since and since > asked.on:
            raise Invalid(f"since is {since}, which is after {asked.on}, the day you are looking at.")
        themed = {item.number for item in strategy.announcements if theme in (None, item.theme)}
        views = [
            change_view(change, current)
            for change in latest_first(current.changes)
            if (since is None or happened(change).latest >= since)
            and (theme is None or themed.intersection(announcements_of(change)))
        ]
        return "changes", {
            "items": [view for view in views if kind in (None, view.kind)],
            "chosen": {"theme": theme, "kind": kind, "since": since.isoformat() if since else None},
            "kinds": KINDS,
            "since_text": day_text(since) if since else None,
            "head": self._public.head,
        }

    def _outcomes(self, asked: Asked, current: State) -> tuple[str, Mapping[str, Any]]:
        strategy = self._public.strategy
        return "outcomes", {
            "outcomes": overview.outcomes(strategy, current),
            "chart": strategy.chart,
            "other": strategy.other_commitments,
            "notes": list(dict.fromkeys([*notes_at(strategy, "outcomes"), *notes_at(strategy, "chart")])),
            "wording": wording_view,
            "summaries": {item.number: item for item in summaries(strategy, current)},
            "documents": {document.key: document for document in strategy.documents},
            "places": places(strategy, current, None),
        }

    def _methodology(self, asked: Asked, current: State) -> tuple[str, Mapping[str, Any]]:
        return "methodology", {
            "rules": [(STATUS_TEXT[status], text) for status, text in RULES.items()],
            "rule_words": list(RULES),
            "roll_up_rules": ROLL_UP_RULES,
            "readings": READINGS,
            "statuses": overview.statuses_explained(),
            "kinds": KINDS,
            "notes": notes_at(self._public.strategy, "methodology"),
            "head": self._public.head,
            "first": next((change for change in self._public.changes if change.seq == 1), None),
        }

    def _corrections(self, asked: Asked, current: State) -> tuple[str, Mapping[str, Any]]:
        return "corrections", {
            "items": overview.corrections(current),
            "replaced": replaced(self._public.changes),
            "notes": sorted(self._public.strategy.notes, key=lambda note: note.number),
        }

    def _about(self, asked: Asked, current: State) -> tuple[str, Mapping[str, Any]]:
        strategy = self._public.strategy
        beyond = [change for change in current.changes if not announcements_of(change)]
        return "about", {
            "numbers": [wording_view(quotation) for quotation in strategy.identity.numbers],
            "bodies": strategy.bodies,
            "glossary": strategy.glossary,
            "wording": wording_view,
            "notes": list(dict.fromkeys([*notes_at(strategy, "about"), *notes_at(strategy, "beneficiaries")])),
            "verdicts": verdicts(beyond),
            "documents": strategy.documents,
        }
