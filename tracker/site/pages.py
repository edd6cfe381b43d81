"""Handlers for public pages that are asked for with parameters, static files, and the machine's own addresses."""

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from litestar import HttpMethod, Request, Response, route
from litestar.datastructures import State
from litestar.params import FromPath

from tracker.errors import Invalid, NotFound
from tracker.site.search import answer_search
from tracker.strategies.pages.search import SearchPage
from tracker.strategies.public import PublicRecord
from tracker.web.api import respond
from tracker.web.entries import Entry
from tracker.web.policies import PUBLIC
from tracker.web.snapshot import Keeper, Snapshot

READ = [HttpMethod.GET, HttpMethod.HEAD]
ANYBODY = {"policy": PUBLIC}
Asking = Request[Any, Any, State]


# The framework does not come back from a branch that ends: below /announcements and /benchmark there are forms of
# their own, so what is public there is named beside them.
PUBLIC_PATHS = [
    "/",
    "/{path:path}",
    "/announcements",
    "/announcements/{number:str}",
    "/announcements/{number:str}/{file:str}",
    "/benchmark/questions",
    "/benchmark/questions.docx",
    "/benchmark/questions.json",
    "/benchmark/terms",
    "/strategies",
    "/strategies/{slug:str}",
    "/strategies/{slug:str}/{path:path}",
    "/strategies/{slug:str}/announcements",
    "/strategies/{slug:str}/announcements/{number:str}",
    "/strategies/{slug:str}/announcements/{number:str}/{file:str}",
]


@route(PUBLIC_PATHS, http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_page(request: Asking) -> Response[Any]:
    """Any public document, as asked; what was wrong with asking is made beside the loop too, and not kept."""
    snapshot: Snapshot = request.app.state.keeper.snapshot
    path = request.scope["path"]
    try:
        entry = await _answer(request, snapshot, path)
    except (Invalid, NotFound) as error:
        problem = partial(request.app.state.errors.page, path, error)
        entry = await snapshot.kept.get((path, str(error)), problem, keep=False)
    return respond(request, entry)


async def _answer(request: Asking, snapshot: Snapshot, path: str) -> Entry:
    document = snapshot.documents.get(path) or snapshot.documents.get(path.rstrip("/"))
    if document is None:
        raise NotFound(_missing(snapshot, path))
    # Not the framework's reading, which remembers a thousand queries: some are a family's answers.
    asked = document.read(parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True))
    if isinstance(document, SearchPage) and "q" in asked.filters:
        return await answer_search(request, document, asked)
    return await snapshot.answer(document, asked)


def _missing(snapshot: Snapshot, path: str) -> str:
    """What to say of an address that does not exist: the strategy knows what there is in its lists."""
    public: PublicRecord = next(iter(snapshot.context.values()))
    parts = path.strip("/").split("/")
    if parts[0] == "announcements" and len(parts) > 1:
        public.announcement(parts[1])
    if parts[0] == "themes" and len(parts) > 1:
        if parts[1] in {theme.key for theme in public.strategy.themes}:
            return f"A theme has no page of its own: see /?theme={parts[1]}, or follow /themes/{parts[1]}/changes.atom."
        themes = ", ".join(theme.key for theme in public.strategy.themes)
        return f"There is no theme “{parts[1][:60]}”. Possible: {themes}."
    if parts[0] == "strategies" and len(parts) > 1 and parts[1] == public.slug:
        return "This strategy is the one at the root of this site: see /."
    if parts[0] == "strategies" and len(parts) > 1 and parts[1] not in snapshot.context:
        return f"There is no strategy “{parts[1][:60]}”. Possible: {', '.join(snapshot.context)}."
    return "If you typed the address, check it is right. If you followed a link, it may be out of date."


@route("/static/{name:str}", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_static(request: Asking, name: FromPath[str]) -> Response[Any]:
    """A static file; its name carries its digest, so it never changes."""
    entry: Entry | None = request.app.state.static.get(f"/static/{name}")
    if entry is None:
        raise NotFound("There is no such file.")
    response = respond(request, entry)
    response.headers["cache-control"] = "public, max-age=31536000, immutable"
    return response


@route("/favicon.ico", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_icon(request: Asking) -> Response[Any]:
    """The icon, for readers that do not read the page's link to it."""
    return respond(request, request.app.state.icon)


@route("/robots.txt", http_method=READ, include_in_schema=False, opt=ANYBODY, media_type="text/plain")
async def show_robots(request: Asking) -> str:
    """Everything public may be read; other days and filters show the same record, so robots need not ask for each."""
    return "User-agent: *\nAllow: /\nDisallow: /*?\n"


@route("/health", http_method=READ, include_in_schema=False, opt=ANYBODY, media_type="text/plain")
async def show_health(request: Asking) -> str:
    """The process answers."""
    return "ok\n"


@route("/ready", http_method=READ, include_in_schema=False, opt=ANYBODY)
async def show_ready(request: Asking) -> Response[dict[str, Any]]:
    """Whether this process can read the record, and which version it serves."""
    keeper: Keeper = request.app.state.keeper
    head = next(iter(keeper.snapshot.context.values())).head
    body = {
        "ready": keeper.last_error is None,
        "seq": head.seq,
        "hash": head.hash,
        "error": "the record cannot be read" if keeper.last_error else None,
    }
    return Response(body, status_code=200 if keeper.last_error is None else 503, headers={"cache-control": "no-store"})
