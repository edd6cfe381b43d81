"""A lost link: it is sent to its address again. The answer says nothing about whether there is one."""

from litestar import Response, post, route
from litestar.response import Redirect
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts import subscribing
from tracker.alerts.limits import asks_by
from tracker.alerts.pages.shared import OPEN, READ, Asked, page, query_of, too_often
from tracker.alerts.pages.subscribe import read_address
from tracker.errors import TooMany
from tracker.web.dynamic import go
from tracker.web.forms import read_form
from tracker.web.limits import allow

PATH = "/subscriptions"


@route(PATH, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_lost(request: Asked) -> Response[bytes]:
    """Where to ask for the link."""
    return page(request, "lost", form=query_of(request))


@route(f"{PATH}/sent", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_link_sent(request: Asked) -> Response[bytes]:
    """The same for every address."""
    return page(request, "lost_sent")


@post(PATH, include_in_schema=False, opt=OPEN)
async def send_link(request: Asked) -> Response[bytes] | Redirect:
    """Send the link to the address that was typed, if anything is sent there."""
    form = await read_form(request)
    address = read_address(form)
    if form.errors:
        return page(request, "lost", form=form)

    async def owe(db: AsyncSession) -> None:
        await subscribing.send_link(db, address, now=request.app.state.clock())

    try:
        await allow(request, *asks_by(request, address), then=owe)
    except TooMany as error:
        return page(request, "lost", form=form, refused=too_often(form, "address", error))
    return go(f"{PATH}/sent")


HANDLERS = (show_lost, show_link_sent, send_link)
