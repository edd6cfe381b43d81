"""What the pages of alerts share: what can be followed, whose link this is, and pages that are found nowhere."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import HttpMethod, Request, Response
from litestar.datastructures import State
from litestar.response import Redirect
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts import links, standing
from tracker.alerts.actions import EMAIL
from tracker.alerts.catalogue import Catalogue
from tracker.alerts.models import Asking, Destination
from tracker.db import LARGEST_ID as LARGEST_ID
from tracker.db import Database
from tracker.errors import NotFound, TooMany
from tracker.web.dynamic import go, render
from tracker.web.forms import Form
from tracker.web.limits import retry_after
from tracker.web.policies import CROSS_SITE, PUBLIC
from tracker.web.secrets import Secrets, same

Asked = Request[Any, Any, State]
READ = [HttpMethod.GET, HttpMethod.HEAD]
OPEN = {"policy": PUBLIC}
FROM_ANYWHERE = {**OPEN, CROSS_SITE: True}
AskingToken = Callable[[Secrets, int, datetime], str]
GONE = "This link does not work. Check that you have the whole of it. If it is from an old email, ask for a new one."


def catalogue_of(request: Asked) -> Catalogue:
    """Everything that can be followed at present."""
    return Catalogue([public.strategy for public in request.app.state.keeper.snapshot.context.values()])


def query_of(request: Asked) -> Form:
    """What an address asks for, read as a form: not by the framework, which remembers a thousand queries."""
    query = request.scope["query_string"].decode("latin-1")
    try:
        return Form(parse_qsl(query, keep_blank_values=True, max_num_fields=500))
    except ValueError:
        return Form()


def page(
    request: Asked, template: str, *, form: Form | None = None, status: int = 200, **context: Any
) -> Response[bytes]:
    """A page of alerts; a form that comes back has its errors, and answers 422, or 429 with how long to wait."""
    form = form or Form()
    refused: TooMany | None = context.pop("refused", None)
    if refused is not None:
        status, context["headers"] = 429, retry_after(refused)
    elif form.errors and status == 200:
        status = 422
    return render(request, f"alerts/{template}.html", status=status, form=form, errors=form.errors, **context)


def too_often(form: Form, field: str, error: TooMany) -> TooMany:
    """Note on a form that it was sent too often."""
    form.wrong(field, str(error))
    return error


def whole_number(text: str) -> int | None:
    """A number as it can stand in an address, None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def address_of(path: str, query: Mapping[str, Any]) -> str:
    """A path with a query; a list stands for several values."""
    told = urlencode({name: value for name, value in query.items() if value}, doseq=True)
    return f"{path}?{told}" if told else path


@asynccontextmanager
async def reading(request: Asked, destination_id: int, token: str) -> AsyncIterator[tuple[AsyncSession, Destination]]:
    """A look at the destination that a link manages; raises NotFound for a wrong link."""
    database: Database = request.app.state.database
    async with database.reading() as db:
        yield db, await _owned(request, db, destination_id, token)


@asynccontextmanager
async def changing(request: Asked, destination_id: int, token: str) -> AsyncIterator[tuple[AsyncSession, Destination]]:
    """A change to the destination that a link manages, which nobody else changes meanwhile."""
    database: Database = request.app.state.database
    async with database.writing() as db:
        yield db, await _owned(request, db, destination_id, token, to_change=True)


async def _owned(
    request: Asked, db: AsyncSession, destination_id: int, token: str, *, to_change: bool = False
) -> Destination:
    known = destination_id <= LARGEST_ID
    found = await standing.find(db, destination_id, to_change=to_change) if known else None
    if found is None or found.channel != EMAIL or found.address is None:
        raise NotFound(GONE)
    if not same(token, links.manage_token(request.app.state.secrets, destination_id, found.created_at)):
        raise NotFound(GONE)
    return found


def home_of(request: Asked, destination: Destination) -> str:
    """The path of the page where a destination is managed."""
    destination_id = standing.id_of(destination)
    token = links.manage_token(request.app.state.secrets, destination_id, destination.created_at)
    return f"/subscriptions/{destination_id}/{token}"


def back(request: Asked, destination: Destination, done: str) -> Redirect:
    """Send the browser to the page where a destination is managed, which says what was done."""
    return go(f"{home_of(request, destination)}?done={done}")


async def asking_at(
    request: Asked, db: AsyncSession, asking_id: int, token: str, make: AskingToken, *, to_change: bool = False
) -> Asking:
    """The asking that a link is about, locked when it is to be changed; raises NotFound for a wrong or an old link."""
    found = await db.get(Asking, asking_id) if asking_id <= LARGEST_ID else None
    if found is None or request.app.state.clock() >= found.expires_at:
        raise NotFound(GONE)
    if not same(token, make(request.app.state.secrets, asking_id, found.asked_at)):
        raise NotFound(GONE)
    if to_change:
        # Its destination first, as whoever changes or erases that does.
        await standing.find(db, found.destination_id, to_change=True)
        found = await db.get(Asking, asking_id, with_for_update=True, populate_existing=True)
        if found is None:
            raise NotFound(GONE)
    return found
