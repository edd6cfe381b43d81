"""The only place where handlers, the snapshot layer, error pages and the database meet."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from typing import Any, cast

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from sqlmodel.ext.asyncio.session import AsyncSession
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from tracker import __version__, paths
from tracker.accounts import pages as accounts
from tracker.accounts.guard import guard
from tracker.alerts import events
from tracker.alerts import pages as alerts
from tracker.benchmark import pages as benchmark
from tracker.clock import Clock, london_day, utc_now
from tracker.db import Database
from tracker.editing import pages as editing
from tracker.editing import queries as editing_queries
from tracker.errors import Invalid, Misconfigured, TrackerError
from tracker.messages import papers_of
from tracker.migrate import require_current
from tracker.settings import Settings, read_secret
from tracker.site import authorities, mailbox, operating, pages, sources
from tracker.site.documents import FILTERS, PublicSite
from tracker.strategies import api, api_difference, api_search, queries
from tracker.strategies.queries import Records
from tracker.watch.unwatched import read_unwatched
from tracker.web.entries import Entry
from tracker.web.errors import ErrorPages
from tracker.web.front import Front
from tracker.web.layout import Assets
from tracker.web.policies import require_policies
from tracker.web.room import Room
from tracker.web.secrets import Secrets
from tracker.web.snapshot import Keeper, Snapshot
from tracker.web.templates import Templates

HANDLERS: tuple[Any, ...] = (
    *alerts.HANDLERS,
    pages.show_page,
    pages.show_static,
    pages.show_icon,
    pages.show_robots,
    pages.show_health,
    pages.show_ready,
    operating.show_metrics,
    operating.show_deliveries,
    api.router,
    api_difference.router,
    api_search.router,
    *authorities.PAGES,
    authorities.router,
    sources.show_sources,
    sources.router,
    *accounts.ROUTERS,
    *editing.ROUTERS,
    *benchmark.ROUTERS,
)
API = OpenAPIConfig(
    title="Tracker API",
    version=__version__,
    description="The record of a strategy's promises: what was promised, what happened, what is late.",
    use_handler_docstrings=True,
    render_plugins=[],
)


@cache
def api_schema() -> Mapping[str, Any]:
    """The description of the API: the same for every application of a process, and slow to work out."""
    described = Litestar(route_handlers=HANDLERS, openapi_config=API, logging_config=None)
    return events.describe(described.openapi_schema.to_schema())


def create_app(
    settings: Settings, *, database: Database | None = None, clock: Clock = utc_now, keeper: Keeper | None = None
) -> Front:
    """The whole web application; start its lifespan, or its keeper by hand, before asking it anything.

    A keeper that is given is shared with another application, which has started it.
    """
    database = database or Database(settings.database_url)
    assets = Assets(paths.STATIC)
    site = make_site(settings, assets, schema=api_schema())
    keeper = keeper or make_keeper(database, site, clock=clock)

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await require_current(database)
        await keeper.start()
        try:
            yield
        finally:
            await keeper.stop()
            await database.close()

    state = _state(settings, site, assets, database, keeper, clock)
    state["errors"] = errors = ErrorPages(lambda path, *said: site.problem(state.keeper.snapshot, path, *said))
    app = Litestar(
        route_handlers=[*HANDLERS, *([mailbox.router] if mailbox.is_shown(settings) else [])],
        guards=[guard],
        lifespan=[lifespan],
        state=state,
        exception_handlers={
            TrackerError: errors.domain,
            HTTPException: errors.http,
            Exception: errors.unexpected,
        },
        openapi_config=None,
        cors_config=CORSConfig(allow_origins=["*"], allow_methods=["GET"]),
        # Forms have limits of their own, and say in words what is too large: see `read_form`.
        request_max_body_size=None,
        logging_config=None,
    )
    require_policies(app)
    # Not around the front: ready pages are the same for all, and finding out who asks takes a tenth of such an answer.
    known: Any = ProxyHeadersMiddleware(cast(Any, Room(app)), trusted_hosts=settings.proxies)
    return Front(known, keeper=keeper, hosts=settings.hosts, public_url=settings.public_url)


def make_site(settings: Settings, assets: Assets, *, schema: Mapping[str, Any] | None = None) -> PublicSite:
    """What makes pages from records; without the API's description that page is left out."""
    return PublicSite(settings, Templates(paths.TEMPLATES, filters=FILTERS), assets, schema=schema)


def _state(
    settings: Settings, site: PublicSite, assets: Assets, database: Database, keeper: Keeper, clock: Clock
) -> State:
    """What handlers and guards find at `app.state`."""
    secrets = Secrets(read_secret(settings))
    static = {href: Entry(body, media).warm() for href, (body, media) in assets.files.items()}
    return State(
        {
            "keeper": keeper,
            "database": database,
            "settings": settings,
            "clock": clock,
            "secrets": secrets,
            "render": site.dynamic,
            "page_at": site.page_at,
            "papers": papers_of(settings, secrets, clock=clock),
            "static": static,
            "unwatched": read_unwatched(settings.feeds_dir),
            "icon": static[assets.href("favicon.svg")],
        }
    )


def require_showable(settings: Settings, records: Records) -> None:
    """Raise Invalid unless every page, feed and list can be made from these records: asked before they are kept."""
    site = make_site(settings, Assets(paths.STATIC))
    now = utc_now()
    try:
        site.build(records, version=None, today=london_day(now), now=now).ready.make(later=True)
    except Exception as error:
        raise Invalid(f"A page cannot be made from these files: {type(error).__name__}: {error}") from error


def make_keeper(database: Database, site: PublicSite, *, clock: Clock) -> Keeper:
    """A keeper whose snapshots follow the record, what stands beside it, and the date in London."""

    async def version_at(db: AsyncSession) -> tuple[object, date, object]:
        return await queries.version(db), london_day(clock()), await editing_queries.beside_version(db, now=clock())

    async def version() -> object:
        async with database.reading() as db:
            return await version_at(db)

    async def build() -> Snapshot:
        async with database.reading() as db:
            at = await version_at(db)
            records = await queries.records(db)
            beside = await editing_queries.beside(db, now=clock())
        if not records.strategies:
            raise Misconfigured("The record holds no strategy: run “tracker load”")
        return await asyncio.to_thread(site.build, records, version=at, today=at[1], now=clock(), beside=beside)

    return Keeper(version=version, build=build)
