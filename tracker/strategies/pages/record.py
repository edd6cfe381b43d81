"""What the record's pages show: home, each announcement, outcomes, method, corrections, about."""

from collections.abc import Callable, Mapping
from typing import Any

from tracker.strategies.dates import READINGS
from tracker.strategies.explain import ROLL_UP_RULES, RULES
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import State
from tracker.strategies.views import overview
from tracker.strategies.views.announcements import announcement_view, notes_at, places, summaries, wording_view
from tracker.strategies.views.changes import KINDS, announcements_of, verdicts
from tracker.strategies.views.corrections import replaced
from tracker.strategies.views.timeline import timeline
from tracker.strategies.words import STATUS_TEXT
from tracker.web.documents import Asked

Context = tuple[str, Mapping[str, Any]]
"""The name of a template and what it is given."""

FILTERS = ("theme", "status", "benefit")
RECENT = 6


def home(public: PublicRecord, asked: Asked, current: State) -> Context:
    strategy = public.strategy
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


def announcement(number: int) -> Callable[[PublicRecord, Asked, State], Context]:
    def context(public: PublicRecord, asked: Asked, current: State) -> Context:
        strategy = public.strategy
        numbers = public.numbers
        place = numbers.index(number)
        return "announcement", {
            "view": announcement_view(strategy, current, number),
            "previous": numbers[place - 1] if place else None,
            "following": numbers[place + 1] if place + 1 < len(numbers) else None,
            "chart": [row for row in strategy.chart if row.announcement == number],
            "contest": public.link(f"/announcements/{number}/contest"),
            "documents": {document.key: document for document in strategy.documents},
            "timeline": timeline(strategy, current, only=number),
        }

    return context


def outcomes(public: PublicRecord, asked: Asked, current: State) -> Context:
    strategy = public.strategy
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


def methodology(public: PublicRecord, asked: Asked, current: State) -> Context:
    return "methodology", {
        "rules": [(STATUS_TEXT[status], text) for status, text in RULES.items()],
        "rule_words": list(RULES),
        "roll_up_rules": ROLL_UP_RULES,
        "readings": READINGS,
        "statuses": overview.statuses_explained(),
        "kinds": KINDS,
        "notes": notes_at(public.strategy, "methodology"),
        "head": public.head,
        "first": next((change for change in public.changes if change.seq == 1), None),
    }


def corrections(public: PublicRecord, asked: Asked, current: State) -> Context:
    return "corrections", {
        "items": overview.corrections(current),
        "replaced": replaced(public.changes),
        "answers": public.answers,
        "notes": sorted(public.strategy.notes, key=lambda note: note.number),
    }


def about(public: PublicRecord, asked: Asked, current: State) -> Context:
    strategy = public.strategy
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
