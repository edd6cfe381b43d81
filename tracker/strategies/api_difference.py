"""What differs between two days, as JSON: the same view as the page, so every figure is equal."""

from typing import Annotated

from litestar import Response, Router, route
from litestar.params import FromQuery, QueryParameter

from tracker.errors import NotFound
from tracker.strategies.api import READ, Asking, Slug, kept, record_of
from tracker.strategies.between import Words, difference_between, read_between
from tracker.strategies.views.changes import KINDS
from tracker.strategies.views.difference import DifferenceView
from tracker.web.api import NOT_FOUND, AsAt, KnownAt, refuse_unknown
from tracker.web.documents import read_day, read_days
from tracker.web.policies import PUBLIC

Since = Annotated[str, QueryParameter(description="The first day: compared is the record as it was known at its end.")]
Until = Annotated[
    str | None,
    QueryParameter(description="The second day, as it was known at its end; left out, as_at and known_at, or today."),
]
Theme = Annotated[str | None, QueryParameter(description="A theme's key.")]
Kind = Annotated[str | None, QueryParameter(description=f"A kind of change: {', '.join(KINDS)}.")]

NAMES = Words(since="since", until="until")


@route("/difference", http_method=READ, responses=NOT_FOUND)
async def show_difference(
    request: Asking,
    since: FromQuery[Since],
    until: FromQuery[Until] = None,
    strategy: FromQuery[Slug] = None,
    theme: FromQuery[Theme] = None,
    kind: FromQuery[Kind] = None,
    as_at: FromQuery[AsAt] = None,
    known_at: FromQuery[KnownAt] = None,
) -> Response[DifferenceView]:
    """What differs between two days: what moved and why, what is new, what was stated anew, what was corrected."""
    public = record_of(request, strategy)
    on, known = read_days(as_at, known_at, public.days)
    for name, value in (("since", since), ("until", until)):
        if value is not None:
            read_day(name, value, public.days)
    between = read_between(since, until, on=on, known_at=known, days=public.days, said=NAMES)
    if isinstance(between, tuple):
        # Each day is on record; there is no time between them in this order.
        raise NotFound(between[0].text)
    _require("theme", theme, [item.key for item in public.strategy.themes])
    _require("kind", kind, list(KINDS))
    kinds = [kind] if kind else []
    return await kept(request, lambda: difference_between(public, between, theme=theme, kinds=kinds))


def _require(name: str, value: str | None, possible: list[str]) -> None:
    if value is not None and value not in possible:
        raise NotFound(f"There is no {name} “{value[:60]}”. Possible: {', '.join(possible)}.")


router = Router(
    path="/api/v1",
    route_handlers=[show_difference],
    before_request=refuse_unknown,
    opt={"policy": PUBLIC},
    tags=["The record"],
)
