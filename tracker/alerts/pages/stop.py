"""Stopping: one button on the page, and one POST from a mail program (RFC 8058). Opening a link stops nothing."""

from litestar import Response, post, route
from litestar.params import FromPath
from litestar.response import Redirect

from tracker.alerts import links, standing
from tracker.alerts.models import Destination
from tracker.alerts.pages.shared import (
    FROM_ANYWHERE,
    LARGEST_ID,
    OPEN,
    READ,
    Asked,
    back,
    changing,
    home_of,
    page,
    reading,
)
from tracker.db import Database
from tracker.web.forms import read_form
from tracker.web.secrets import same

HOME = "/subscriptions/{destination_id:int}/{token:str}"
ONE_CLICK = f"{HOME}/one-click"


@route(f"{HOME}/stop", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_stop(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """What stopping means, and the button."""
    async with reading(request, destination_id, token) as (db, destination):
        webhooks = await standing.webhooks_of(db, destination_id)
    return page(request, "stop", destination=destination, webhooks=webhooks, home=home_of(request, destination))


@post(f"{HOME}/stop", include_in_schema=False, opt=OPEN)
async def stop_all(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Redirect:
    """Stop every email, and the webhooks too when that was ticked."""
    form = await read_form(request)
    now = request.app.state.clock()
    async with changing(request, destination_id, token) as (db, destination):
        await standing.stop_mails(db, destination, how="page", now=now)
        if "yes" in form.values("webhooks"):
            await standing.stop_webhooks(db, destination, now=now)
    return back(request, destination, "stopped")


@post(f"{HOME}/start", include_in_schema=False, opt=OPEN)
async def start_again(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Redirect:
    """Send again what was followed when it was stopped, from what comes next."""
    async with changing(request, destination_id, token) as (db, destination):
        await standing.start_again(db, destination, now=request.app.state.clock())
    return back(request, destination, "started")


@route(ONE_CLICK, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_one_click(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """For mail programs that open the address instead of posting to it: a page with one button."""
    database: Database = request.app.state.database
    async with database.reading() as db:
        found = await standing.find(db, destination_id) if destination_id <= LARGEST_ID else None
    known = found is not None and found.address is not None and _may_stop(request, found, token)
    return page(request, "one_click", destination=found if known else None, path=request.scope["path"])


@post(ONE_CLICK, include_in_schema=False, opt=FROM_ANYWHERE)
async def one_click(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Stop every mail at once: no cookie, no question, no redirect, and 200 also when there is nothing left to stop."""
    database: Database = request.app.state.database
    async with database.writing() as db:
        found = await standing.find(db, destination_id, to_change=True) if destination_id <= LARGEST_ID else None
        known = found is not None and _may_stop(request, found, token)
        if found is not None and known:
            await standing.stop_mails(db, found, how="one-click", now=request.app.state.clock())
    return page(request, "one_click_done", known=known)


def _may_stop(request: Asked, destination: Destination, token: str) -> bool:
    secrets, destination_id = request.app.state.secrets, standing.id_of(destination)
    return same(token, links.one_click_token(secrets, destination_id, destination.created_at))


HANDLERS = (show_stop, stop_all, start_again, show_one_click, one_click)
