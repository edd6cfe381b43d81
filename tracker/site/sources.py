"""What is watched, how reading it goes, what is not watched: the only place with exact times, so made when asked."""

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import HttpMethod, Response, Router, route
from sqlalchemy.exc import SQLAlchemyError

from tracker.errors import Unavailable
from tracker.site.operating import for_how_long
from tracker.site.pages import ANYBODY, Asking
from tracker.strategies.api import HEADERS
from tracker.watch.freshness import SourceView, TroubleView, source_views, trouble_views
from tracker.watch.unwatched import Unwatched
from tracker.web.api import NOT_FOUND, refuse_unknown, respond
from tracker.web.entries import HTML, JSON, Entry
from tracker.web.policies import PUBLIC
from tracker.web.snapshot import Snapshot

READ = [HttpMethod.GET, HttpMethod.HEAD]
TROUBLES = 50
"""How many troubles are listed, the newest."""
KINDS = {
    "finder": "List of documents on GOV.UK",
    "organisation": "News of an organisation on GOV.UK",
    "search": "GOV.UK’s search",
    "content": "Page on GOV.UK",
    "feed": "News feed",
    "questions": "Written questions in Parliament",
    "statements": "Written statements in Parliament",
    "legislation": "List of legislation",
    "page": "Web page",
}
"""What a kind of source is, for people."""


class Sources(msgspec.Struct, frozen=True, kw_only=True):
    """Every source with how reading it goes, the newest troubles, and what is not watched."""

    sources: tuple[SourceView, ...]
    troubles: tuple[TroubleView, ...]
    not_watched: tuple[Unwatched, ...]


@route("/sources", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_sources(request: Asking) -> Response[Any]:
    """Every source with its health and history, for people."""
    state = request.app.state

    def page(told: Sources) -> Entry:
        body = state.render.public(
            state.keeper.snapshot.context,
            "/sources",
            "site/sources.html",
            told=told,
            kinds=KINDS,
            for_how_long=for_how_long,
            most=TROUBLES,
        )
        return Entry(body, HTML)

    return await _answer(request, page)


@route("/sources", http_method=READ, responses=NOT_FOUND)
async def list_sources(request: Asking) -> Response[Sources]:
    """Every source that is watched: when it was read, what is wrong with it, and what it no longer showed."""
    return await _answer(request, lambda told: Entry(msgspec.json.encode(told), JSON, headers=HEADERS))


async def _answer(request: Asking, make: Callable[[Sources], Entry]) -> Response[Any]:
    """What is made of how all sources stand, made anew when one of them stands otherwise."""
    state = request.app.state
    snapshot: Snapshot = state.keeper.snapshot
    try:
        async with state.database.reading() as db:
            sources, troubles = await source_views(db), await trouble_views(db, most=TROUBLES)
    except (SQLAlchemyError, OSError) as error:
        raise Unavailable("How sources stand cannot be read now. Everything else on this site works.") from error
    told = Sources(sources=sources, troubles=troubles, not_watched=state.unwatched)
    return respond(request, await snapshot.kept.get((request.scope["path"], told), lambda: make(told)))


router = Router(
    path="/api/v1",
    route_handlers=[list_sources],
    before_request=refuse_unknown,
    opt={"policy": PUBLIC},
    tags=["The record"],
)
