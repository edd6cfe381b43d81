"""The record as JSON under /api/v1: the same views as the pages, so every figure is equal."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import HttpMethod, Request, Response, Router, route
from litestar.datastructures import State as AppState
from litestar.params import FromPath, FromQuery, QueryParameter

from tracker.errors import NotFound
from tracker.strategies.public import PublicRecord
from tracker.strategies.schemas import (
    AnnouncementList,
    AnnouncementView,
    ChangeLog,
    HeadInfo,
    OutcomeList,
    StrategyList,
    StrategyView,
)
from tracker.strategies.statuses import Status
from tracker.strategies.structure import Benefit
from tracker.strategies.views import overview
from tracker.strategies.views.announcements import announcement_view, summaries
from tracker.strategies.views.changes import logged_change
from tracker.web.api import BAD_REQUEST, NOT_FOUND, OPEN, AsAt, KnownAt, refuse_unknown, respond
from tracker.web.documents import Asked, Document, read_days
from tracker.web.entries import JSON, Entry
from tracker.web.layout import LINKS
from tracker.web.policies import PUBLIC

READ = [HttpMethod.GET, HttpMethod.HEAD]
HEADERS = {**OPEN, "link": LINKS}
Asking = Request[Any, Any, AppState]
Limit = Annotated[int, QueryParameter(ge=1, le=500, description="How many items to give at most.")]
Slug = Annotated[str | None, QueryParameter(max_length=60, description="A strategy's slug; left out, the default one.")]


def announcement_list(
    public: PublicRecord, on: date, known_at: date, wanted: Callable[[Any], bool], after: int, limit: int
) -> AnnouncementList:
    """Announcements in order, from after a number on."""
    found = [item for item in summaries(public.strategy, public.at(on, known_at)) if wanted(item)]
    page = [item for item in found if item.number > after][:limit]
    more = bool(page) and page[-1].number < found[-1].number
    return AnnouncementList(items=tuple(page), next=str(page[-1].number) if more else None)


def change_log(public: PublicRecord, on: date, known_at: date, after: int, limit: int) -> ChangeLog:
    """The log in the order of the record, from after a sequence number on."""
    current = public.at(on, known_at)
    now = on == known_at == public.days.last
    # Today's log is the record itself, corrected and withdrawn changes included, so that the chain can be replayed.
    log = public.changes if now else current.changes
    rest = [change for change in log if change.seq > after]
    page = rest[:limit]
    return ChangeLog(
        items=tuple(logged_change(change, current) for change in page),
        next=page[-1].seq if len(rest) > limit else None,
        head=HeadInfo(seq=public.head.seq, hash=public.head.hash),
    )


def strategy_view(public: PublicRecord) -> StrategyView:
    """A strategy in a line, with the end of the chain."""
    identity = public.strategy.identity
    return StrategyView(
        slug=identity.slug,
        title=identity.full_title,
        reference=identity.reference,
        published_on=identity.published_on,
        published_by=identity.published_by,
        geography=identity.geography,
        opened_on=identity.opened_on,
        announcements=len(public.strategy.announcements),
        counts={item.status.value: item.count for item in overview.counts(summaries(public.strategy, public.now()))},
        head=HeadInfo(seq=public.head.seq, hash=public.head.hash),
    )


def documents(public: PublicRecord) -> list[Document]:
    """The JSON addresses that are kept ready: what they give when no parameter is given."""

    def ready(path: str, build: Callable[[Asked], msgspec.Struct]) -> Document:
        def render(asked: Asked) -> bytes:
            return msgspec.json.encode(build(asked))

        return Document(path=path, media_type=JSON, render=render, days=public.days, headers=HEADERS)

    def whole(number: int) -> Callable[[Asked], AnnouncementView]:
        return lambda asked: announcement_view(public.strategy, public.at(asked.on, asked.known_at), number)

    return [
        ready("/api/v1/announcements", lambda a: announcement_list(public, a.on, a.known_at, lambda _: True, 0, 100)),
        *(ready(f"/api/v1/announcements/{number}", whole(number)) for number in public.numbers),
        ready("/api/v1/changes", lambda a: change_log(public, a.on, a.known_at, 0, 100)),
    ]


def record_of(request: Asking, slug: str | None) -> PublicRecord:
    """The record of a strategy, the default one when none is named; raises NotFound saying which there are."""
    records: dict[str, PublicRecord] = request.app.state.keeper.snapshot.context
    if slug is None:
        return next(iter(records.values()))
    if slug not in records:
        raise NotFound(f"There is no strategy “{slug[:60]}”. Possible: {', '.join(records)}.")
    return records[slug]


async def kept(request: Asking, build: Callable[[], msgspec.Struct]) -> Response[Any]:
    """The answer to exactly this question, kept while the snapshot lasts."""
    snapshot = request.app.state.keeper.snapshot
    key = (request.url.path, tuple(sorted(request.query_params.multi_items())))
    entry = await snapshot.kept.get(key, lambda: Entry(msgspec.json.encode(build()), JSON, headers=HEADERS))
    return respond(request, entry)


@route("/announcements", http_method=READ, responses=NOT_FOUND)
async def list_announcements(
    request: Asking,
    strategy: FromQuery[Slug] = None,
    theme: FromQuery[Annotated[str | None, QueryParameter(description="A theme's key.")]] = None,
    status: FromQuery[Annotated[Status | None, QueryParameter(description="A status, in kebab-case.")]] = None,
    benefit: FromQuery[Annotated[Benefit | None, QueryParameter(description="Whom it benefits, and how.")]] = None,
    as_at: FromQuery[AsAt] = None,
    known_at: FromQuery[KnownAt] = None,
    cursor: FromQuery[Annotated[str | None, QueryParameter(description="“next” of the page before.")]] = None,
    limit: FromQuery[Limit] = 100,
) -> Response[AnnouncementList]:
    """The announcements with their status, in the order of the strategy."""
    public = record_of(request, strategy)
    on, known = read_days(as_at, known_at, public.days)
    themes = [item.key for item in public.strategy.themes]
    if theme is not None and theme not in themes:
        raise NotFound(f"There is no theme “{theme[:60]}”. Possible: {', '.join(themes)}.")

    def wanted(item: Any) -> bool:
        return theme in (None, item.theme) and status in (None, item.status) and benefit in (None, item.benefit)

    after = _after(cursor, public)
    return await kept(request, lambda: announcement_list(public, on, known, wanted, after, limit))


def _after(cursor: str | None, public: PublicRecord) -> int:
    if cursor is None:
        return 0
    if cursor not in {str(number) for number in public.numbers}:
        raise NotFound(f"There is no cursor “{cursor[:40]}”: use “next” of the page before, or leave it out.")
    return int(cursor)


@route("/announcements/{number:str}", http_method=READ, responses=NOT_FOUND)
async def show_announcement(
    request: Asking,
    number: FromPath[str],
    strategy: FromQuery[Slug] = None,
    as_at: FromQuery[AsAt] = None,
    known_at: FromQuery[KnownAt] = None,
) -> Response[AnnouncementView]:
    """One announcement, whole: wordings, deliverables, milestones, history, verdicts, notes."""
    public = record_of(request, strategy)
    on, known = read_days(as_at, known_at, public.days)
    found = public.announcement(number)
    return await kept(request, lambda: announcement_view(public.strategy, public.at(on, known), found.number))


@route("/changes", http_method=READ, responses=NOT_FOUND)
async def list_changes(
    request: Asking,
    strategy: FromQuery[Slug] = None,
    after: FromQuery[Annotated[int, QueryParameter(ge=0, description="The sequence number to go on after.")]] = 0,
    limit: FromQuery[Limit] = 100,
    as_at: FromQuery[AsAt] = None,
    known_at: FromQuery[KnownAt] = None,
) -> Response[ChangeLog]:
    """The replayable log with the end of the chain: each hash is SHA-256 of the hash before and of body_sha256."""
    public = record_of(request, strategy)
    on, known = read_days(as_at, known_at, public.days)
    if after > public.head.seq:
        raise NotFound(f"There is no change {after} to go on after: the record ends at {public.head.seq}.")
    return await kept(request, lambda: change_log(public, on, known, after, limit))


@route("/outcomes", http_method=READ, responses=NOT_FOUND)
async def list_outcomes(
    request: Asking,
    strategy: FromQuery[Slug] = None,
    as_at: FromQuery[AsAt] = None,
    known_at: FromQuery[KnownAt] = None,
) -> Response[OutcomeList]:
    """The implementation table: what its publisher says is delivered, and what it said it would do next."""
    public = record_of(request, strategy)
    on, known = read_days(as_at, known_at, public.days)
    return await kept(
        request, lambda: OutcomeList(items=overview.outcomes(public.strategy, public.at(on, known)), next=None)
    )


@route("/strategies", http_method=READ, responses=BAD_REQUEST)
async def list_strategies(request: Asking) -> Response[StrategyList]:
    """The strategies on record; the first is the default one."""
    records: dict[str, PublicRecord] = request.app.state.keeper.snapshot.context
    return await kept(
        request, lambda: StrategyList(items=tuple(strategy_view(item) for item in records.values()), next=None)
    )


router = Router(
    path="/api/v1",
    route_handlers=[list_announcements, show_announcement, list_changes, list_outcomes, list_strategies],
    before_request=refuse_unknown,
    opt={"policy": PUBLIC},
    tags=["The record"],
)
