"""Search as JSON: the same hits as the page."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal

import msgspec
from litestar import HttpMethod, Request, Response, Router, route
from litestar.datastructures import State as AppState
from litestar.params import FromQuery, QueryParameter

from tracker.db import Database
from tracker.errors import Invalid, NotFound
from tracker.strategies.api import HEADERS, Slug, record_of
from tracker.strategies.pages.links import linker
from tracker.strategies.public import PublicRecord
from tracker.strategies.search.hits import Found, search, standing
from tracker.strategies.search.query import MOST_CHARACTERS, Query, read_query
from tracker.web.api import NOT_FOUND, AsAt, KnownAt, refuse_unknown, respond
from tracker.web.documents import Asked, read_days
from tracker.web.entries import JSON, Entry
from tracker.web.policies import PUBLIC
from tracker.web.snapshot import beside_the_loop

Kind = Literal["announcement", "wording", "change", "evidence", "note", "term", "place"]
Question = Annotated[
    str,
    QueryParameter(
        description=f"Words, or a “phrase in quotation marks”; at most {MOST_CHARACTERS} characters. "
        "Operators and punctuation are plain text.",
        schema_extra={"minLength": 1, "maxLength": MOST_CHARACTERS, "pattern": r"\S"},
    ),
]


class HitList(Found, frozen=True, kw_only=True):
    """A page of hits, the best first."""

    next: str | None


@route("/search", http_method=[HttpMethod.GET, HttpMethod.HEAD], responses=NOT_FOUND)
async def list_hits(
    request: Request[Any, Any, AppState],
    q: FromQuery[Question],
    kind: FromQuery[Annotated[Kind | None, QueryParameter(description="Only hits of this kind.")]] = None,
    strategy: FromQuery[Slug] = None,
    as_at: FromQuery[AsAt] = None,
    known_at: FromQuery[KnownAt] = None,
    cursor: FromQuery[Annotated[str | None, QueryParameter(description="“next” of the page before.")]] = None,
    limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=100, description="How many hits to give at most.")]] = 20,
) -> Response[HitList]:
    """Search wordings, changes, notes and evidence: what has all the words, or, if nothing has, any of them."""
    public = record_of(request, strategy)
    on, known = read_days(as_at, known_at, public.days)
    if not q.strip():
        raise Invalid("q is empty: say what you are looking for")
    ask = partial(_ask, request.app.state.database, public, read_query(q), on, known, kind, _offset(cursor), limit)
    key = (request.url.path, tuple(sorted(request.query_params.multi_items())))
    return respond(request, await request.app.state.keeper.snapshot.kept.get_prepared(key, ask))


async def _ask(
    database: Database,
    public: PublicRecord,
    query: Query,
    on: date,
    known: date,
    kind: str | None,
    offset: int,
    limit: int,
) -> Callable[[], Entry]:
    current = await beside_the_loop(lambda: public.at(on, known))
    found = await search(
        database,
        query,
        strategy=public.slug,
        choose=lambda matches: standing(matches, public.changes, current),
        kind=kind,
        offset=offset,
        limit=limit,
        link=linker(public, Asked(on=on, known_at=known, today=public.days.last, filters={})),
    )
    if offset and offset >= found.total:
        raise NotFound(_NO_CURSOR.format(offset))
    after = offset + limit
    hits = HitList(**msgspec.structs.asdict(found), next=str(after) if after < found.total else None)
    return lambda: Entry(msgspec.json.encode(hits), JSON, headers=HEADERS)


_NO_CURSOR = "There is no cursor “{}”: use “next” of the page before, or leave it out."


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 7):
        raise NotFound(_NO_CURSOR.format(cursor[:40]))
    return int(cursor)


router = Router(
    path="/api/v1",
    route_handlers=[list_hits],
    before_request=refuse_unknown,
    opt={"policy": PUBLIC},
    tags=["The record"],
)
