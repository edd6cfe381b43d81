"""Confirming. Opening the link shows a page and changes nothing, because scanners open every link; a button acts."""

from litestar import Response, post, route
from litestar.params import FromPath
from litestar.response import Redirect

from tracker.alerts import links, standing, subscribing
from tracker.alerts.catalogue import CADENCES
from tracker.alerts.models import Destination
from tracker.alerts.pages.shared import OPEN, READ, Asked, asking_at, back, catalogue_of, home_of, page
from tracker.db import Database

PATH = "/subscriptions/confirm/{asking_id:int}/{token:str}"


@route(PATH, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_confirm(request: Asked, asking_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """What was asked for, with one button; once it has been confirmed, where to see it."""
    database: Database = request.app.state.database
    async with database.reading() as db:
        asking = await asking_at(request, db, asking_id, token, links.confirm_token)
        destination = await db.get_one(Destination, asking.destination_id)
        mover = await db.get(Destination, asking.moves_id) if asking.moves_id else None
        followed = await standing.topics_of(db, standing.id_of(mover or destination))
        home = home_of(request, await subscribing.goes_to(db, asking)) if asking.confirmed_at else None
    catalogue = catalogue_of(request)
    return page(
        request,
        "confirm",
        asking=asking,
        destination=destination,
        mover=mover,
        names=catalogue.names(asking.wanted or followed),
        has_more=destination.confirmed_at is not None and destination.stopped_at is None and bool(followed),
        cadences=CADENCES,
        home=home,
        path=request.scope["path"],
    )


@post(PATH, include_in_schema=False, opt=OPEN)
async def confirm(request: Asked, asking_id: FromPath[int], token: FromPath[str]) -> Redirect:
    """Begin to send what was asked for. Doing it twice is a success too."""
    database: Database = request.app.state.database
    async with database.writing() as db:
        asking = await asking_at(request, db, asking_id, token, links.confirm_token, to_change=True)
        done = "moved" if asking.moves_id else "confirmed" if asking.wanted else "reachable"
        destination = await subscribing.confirm(db, asking, how="link", now=request.app.state.clock())
    return back(request, destination, done)


@post(f"{PATH}/refuse", include_in_schema=False, opt=OPEN)
async def refuse(request: Asked, asking_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Forget what somebody else asked for in the name of this address."""
    database: Database = request.app.state.database
    async with database.writing() as db:
        asking = await asking_at(request, db, asking_id, token, links.confirm_token, to_change=True)
        await subscribing.refuse(db, asking, secrets=request.app.state.secrets, now=request.app.state.clock())
    return page(request, "refused", days=subscribing.LEFT_ALONE.days)


HANDLERS = (show_confirm, confirm, refuse)
