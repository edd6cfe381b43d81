"""What the page of changes shows: every change as a list, or what differs between two days."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from msgspec.structs import replace

from tracker.strategies.between import Between, Words, difference_between, read_between
from tracker.strategies.dates import read_edtf
from tracker.strategies.pages.links import linker
from tracker.strategies.pages.record import Context
from tracker.strategies.public import PublicRecord
from tracker.strategies.schemas import ChangeView
from tracker.strategies.statuses import State
from tracker.strategies.views.changes import KINDS, announcements_of, change_view, latest_first
from tracker.strategies.words import day_text
from tracker.web.documents import Asked

FILTERS = ("since", "until", "theme", "kind")
LABELS = Words(since="“From”", until="“To”", told=day_text)


def changes(public: PublicRecord, asked: Asked, current: State) -> Context:
    given = [asked.filters.get(name) for name in ("since", "until")]
    between = read_between(*given, on=asked.on, known_at=asked.known_at, days=public.days, said=LABELS)
    shared = _shared(public, asked)
    if isinstance(between, tuple):
        return "changes", {**shared, "errors": between, "items": (), "years": ()}
    if not any(given):
        return "changes", {**shared, **_list(public, shared["chosen"], current)}
    return "difference", {**shared, **_difference(public, asked, between, shared["chosen"])}


def _shared(public: PublicRecord, asked: Asked) -> dict[str, Any]:
    """What the list and the comparison both show; raises Invalid for a theme or kind that there is not."""
    themes = {theme.key: theme.title for theme in public.strategy.themes}
    return {
        "chosen": {
            "theme": asked.filter("theme", themes),
            "kind": asked.filter("kind", KINDS),
            "since": asked.filters.get("since", ""),
            "until": asked.filters.get("until", ""),
        },
        "themes": themes,
        "kinds": KINDS,
        "titles": {announcement.number: announcement.title for announcement in public.strategy.announcements},
        "errors": (),
        "head": public.head,
    }


def _list(public: PublicRecord, chosen: Mapping[str, str | None], current: State) -> dict[str, Any]:
    """Every change that is seen on the day looked at, newest first."""
    theme, kind = chosen["theme"], chosen["kind"]
    themed = {item.number for item in public.strategy.announcements if theme in (None, item.theme)}
    views = [
        change_view(change, current)
        for change in latest_first(current.changes)
        if theme is None or themed.intersection(announcements_of(change))
    ]
    items = [view for view in views if kind in (None, view.kind)]
    return {"items": items, "years": by_year(items)}


def _difference(
    public: PublicRecord, asked: Asked, between: Between, chosen: Mapping[str, str | None]
) -> dict[str, Any]:
    """What differs between two days, with addresses that lead to either."""
    kinds = [chosen["kind"]] if chosen["kind"] else []
    view = difference_between(public, between, theme=chosen["theme"], kinds=kinds)
    return {
        "view": view,
        "is_one_day": between.is_one_day,
        "years": by_year(view.happened_between),
        "listed": {change.seq for change in (*view.happened_between, *view.known_since, *view.looked)}
        | {correction.change.seq for correction in view.corrections},
        "link_before": linker(public, replace(asked, on=between.since, known_at=between.since)),
        "link_after": linker(public, replace(asked, on=between.until, known_at=between.known_at)),
        "data": f"/api/v1/difference?{_data(public, between, chosen)}",
    }


def _data(public: PublicRecord, between: Between, chosen: Mapping[str, str | None]) -> str:
    """The query that asks the API for the same comparison."""
    second = [("until", between.until)] if between.until == between.known_at else []
    days = second or [("as_at", between.until), ("known_at", between.known_at)]
    filters = [(name, value) for name in ("theme", "kind") if (value := chosen[name])]
    return urlencode([("strategy", public.slug), ("since", between.since), *days, *filters])


def by_year(items: Iterable[ChangeView]) -> list[tuple[int, list[ChangeView]]]:
    """Changes under the year in which they ended, the latest year first, else in the order given."""
    dated = [(read_edtf(item.happened_on).latest.year, item) for item in items]
    dated.sort(key=lambda found: found[0], reverse=True)
    return [(year, [item for _, item in found]) for year, found in groupby(dated, key=lambda found: found[0])]
