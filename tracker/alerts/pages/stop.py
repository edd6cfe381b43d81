"""Stopping: one button on the page, and one POST from a mail program (RFC 8058). Opening a link stops nothing."""

from litestar import Response, post, route
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts import links, standing
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.pages.shared import (
    FROM_ANYWHERE,
    LARGEST_ID,
    OPEN,
    READ,
    Asked,
    address_of,
    back,
    changing,
    home_of,
    page,
    query_of,
    reading,
    whole_number,
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
        await standing.stop_mails(db, destination, how="page", secrets=request.app.state.secrets, now=now)
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
    return page(request, "one_click", destination=found if known else None, path=_same_mail(request))


@post(ONE_CLICK, include_in_schema=False, opt=FROM_ANYWHERE)
async def one_click(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Stop every mail at once: no cookie, no question, no redirect, and 200 also when there is nothing left to stop."""
    database: Database = request.app.state.database
    async with database.writing() as db:
        found = await standing.find(db, destination_id, to_change=True) if destination_id <= LARGEST_ID else None
        known = found is not None and _may_stop(request, found, token)
        if found is not None and known:
            secrets, now = request.app.state.secrets, request.app.state.clock()
            mail = await _mail_of(request, db, destination_id)
            await standing.stop_mails(db, found, how="one-click", secrets=secrets, mail=mail, now=now)
    return page(request, "one_click_done", known=known)


def _same_mail(request: Asked) -> str:
    """Where the button of the page posts to: it stands in the same mail."""
    number = whole_number(query_of(request).value(links.MAIL))
    return address_of(request.scope["path"], {links.MAIL: number})


async def _mail_of(request: Asked, db: AsyncSession, destination_id: int) -> Delivery | None:
    """The mail that the address of a one-click form stands in, when it is one of that destination's own."""
    number = whole_number(query_of(request).value(links.MAIL))
    found = await db.get(Delivery, number) if number is not None else None
    return found if found is not None and found.destination_id == destination_id else None


def _may_stop(request: Asked, destination: Destination, token: str) -> bool:
    secrets, destination_id = request.app.state.secrets, standing.id_of(destination)
    return same(token, links.one_click_token(secrets, destination_id, destination.created_at))


HANDLERS = (show_stop, stop_all, start_again, show_one_click, one_click)
