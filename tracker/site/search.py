"""The search page: the one page of the record that asks the database, beside the loop and once for each question."""

from collections.abc import Callable
from functools import partial
from typing import Any

from litestar import Request
from litestar.datastructures import State

from tracker.db import Database
from tracker.errors import Invalid, NotFound, Unavailable
from tracker.strategies.pages.links import linker
from tracker.strategies.pages.search import KINDS_TEXT, PER_PAGE, Outcome, SearchPage
from tracker.strategies.public import PublicRecord
from tracker.strategies.search.hits import search, standing
from tracker.strategies.search.query import read_query
from tracker.web.documents import Asked
from tracker.web.entries import Entry
from tracker.web.snapshot import Snapshot, beside_the_loop, entry_from

Asking = Request[Any, Any, State]
NOT_READ = 422


async def answer_search(request: Asking, document: SearchPage, asked: Asked) -> Entry:
    """What the record holds on a question, made once for each while the snapshot lasts."""
    key = (document.path, asked.on, asked.known_at, tuple(sorted(asked.filters.items())))
    prepare = partial(_prepare, request.app.state.database, document, asked)
    snapshot: Snapshot = request.app.state.keeper.snapshot
    return await snapshot.kept.get_prepared(key, prepare)


async def _prepare(database: Database, document: SearchPage, asked: Asked) -> Callable[[], Entry]:
    outcome = await _outcome(database, document.public, asked)
    return lambda: entry_from(document, document.show(asked, outcome))


async def _outcome(database: Database, public: PublicRecord, asked: Asked) -> Outcome:
    kind = asked.filter("kind", KINDS_TEXT)
    page = _page(asked.filters.get("page", "1"))
    try:
        query = read_query(asked.filters["q"])
    except Invalid as error:
        return Outcome(problem=str(error), status=NOT_READ)
    if not query.terms:
        said = "There is no word or number in what you are looking for. Type at least one."
        return Outcome(problem=said, status=NOT_READ)
    current = await beside_the_loop(lambda: public.at(asked.on, asked.known_at))
    try:
        found = await search(
            database,
            query,
            strategy=public.slug,
            choose=lambda matches: standing(matches, public.changes, current),
            kind=kind,
            offset=(page - 1) * PER_PAGE,
            limit=PER_PAGE,
            link=linker(public, asked),
        )
    except Unavailable:
        return Outcome(status=503)
    outcome = Outcome(found=found, page=page)
    if page > outcome.pages:
        raise NotFound(f"There is no page {page} of this search: it has {outcome.pages}.")
    return outcome


def _page(given: str) -> int:
    if not (given.isascii() and given.isdigit() and 0 < len(given) < 6 and int(given)):
        raise Invalid(f"There is no page “{given[:40]}”. Pages are numbered from 1.")
    return int(given)
