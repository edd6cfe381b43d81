"""A copy of everything that is held about an address, and its end."""

import msgspec
from litestar import Response, post, route
from litestar.params import FromPath

from tracker.alerts import standing
from tracker.alerts.holdings import everything_held
from tracker.alerts.pages.shared import OPEN, READ, Asked, catalogue_of, changing, home_of, page, reading
from tracker.alerts.subscribing import LEFT_ALONE

HOME = "/subscriptions/{destination_id:int}/{token:str}"


@route(f"{HOME}/export.json", http_method=READ, include_in_schema=False, opt=OPEN)
async def export(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Everything held about an address, as JSON."""
    async with reading(request, destination_id, token) as (db, destination):
        held = await everything_held(db, destination, catalogue_of(request), now=request.app.state.clock())
    body = msgspec.json.format(msgspec.json.encode(held), indent=2)
    headers = {
        "cache-control": "no-store",
        "content-disposition": 'attachment; filename="kinship-tracker-alerts.json"',
        "x-robots-tag": "noindex",
    }
    return Response(body, media_type="application/json", headers=headers)


@route(f"{HOME}/erase", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_erase(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """What will be gone, what stays for a while, and the button."""
    async with reading(request, destination_id, token) as (db, destination):
        webhooks = await standing.webhooks_of(db, destination_id)
    home = home_of(request, destination)
    return page(request, "erase", destination=destination, webhooks=webhooks, home=home, days=LEFT_ALONE.days)


@post(f"{HOME}/erase", include_in_schema=False, opt=OPEN)
async def erase(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Delete everything about an address at once; its link works no longer, so the answer is its last page."""
    async with changing(request, destination_id, token) as (db, destination):
        secrets, now = request.app.state.secrets, request.app.state.clock()
        await standing.erase(db, destination, because="erased", secrets=secrets, now=now)
    return page(request, "erased", days=LEFT_ALONE.days)


HANDLERS = (export, show_erase, erase)
