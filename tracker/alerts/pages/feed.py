"""A feed of the topics in its address: nobody needs to give an address of their own for it."""

from litestar import Response, route

from tracker.alerts.feed import PATH, newest, write_feed
from tracker.alerts.messages.naming import tracker_name
from tracker.alerts.pages.shared import OPEN, READ, Asked, catalogue_of, query_of
from tracker.db import Database
from tracker.errors import NotFound
from tracker.web.api import OPEN as FROM_ANY_PAGE
from tracker.web.api import respond
from tracker.web.entries import ATOM, Entry


@route(PATH, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_feed(request: Asked) -> Response[bytes]:
    """The newest publications that bear on the topics asked for; those that there are not are passed over."""
    catalogue = catalogue_of(request)
    topics = catalogue.known(query_of(request).values("topic"))
    if not topics:
        raise NotFound("This feed names nothing that can be followed. Choose at /subscribe what it is to have.")
    database: Database = request.app.state.database
    async with database.reading() as db:
        rows = await newest(db, topics)
        name = await tracker_name(db)
    title = f"{name}: {'; '.join(catalogue.names(topics))}"
    public_url = request.app.state.settings.public_url
    body = write_feed(rows, topics, name=name, title=title, public_url=public_url)
    return respond(request, Entry(body, ATOM, headers=FROM_ANY_PAGE))


HANDLERS = (show_feed,)
