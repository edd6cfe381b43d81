"""One application for many tests: putting one together takes longer than most of them."""

from typing import Any

from litestar import Litestar

from tracker import paths
from tracker.app import api_schema, create_app, make_keeper, make_site
from tracker.clock import Clock
from tracker.db import Database
from tracker.messages import papers_of
from tracker.settings import Settings
from tracker.web.front import Front
from tracker.web.layout import Assets
from tracker.web.snapshot import Keeper


def framework_of(front: Front) -> Litestar:
    """The application behind what serves ready pages and what reads proxies' headers."""
    app: Any = front._app
    while not isinstance(app, Litestar):
        app = app.app
    return app


class Shared:
    """An application that tests use in turn, each with a database, a clock and pages of its own."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._front = create_app(settings)
        self._site = make_site(settings, Assets(paths.STATIC), schema=api_schema())

    def lend(self, database: Database, clock: Clock, *, keeper: Keeper | None = None) -> Front:
        """The application for one test, until the next one; without a keeper its pages are those of the database."""
        keeper = keeper or make_keeper(database, self._site, clock=clock)
        state = framework_of(self._front).state
        papers = papers_of(self._settings, state.secrets, clock=clock)
        state.update({"database": database, "clock": clock, "keeper": keeper, "papers": papers})
        settings = self._settings
        return Front(self._front._app, keeper=keeper, hosts=settings.hosts, public_url=settings.public_url)
