"""Webhooks of an owner: adding, tests, attempts, another secret, replay from a cursor, taking up again, removing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Response, post, route
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts import endpoints, standing
from tracker.alerts.addresses import read_webhook
from tracker.alerts.catalogue import EVERYTHING
from tracker.alerts.history import attempts_of
from tracker.alerts.holdings import webhook_view
from tracker.alerts.limits import REPLAYS, TESTS, WEBHOOKS_ADDED
from tracker.alerts.models import Destination
from tracker.alerts.pages.shared import (
    LARGEST_ID,
    OPEN,
    READ,
    Asked,
    back,
    catalogue_of,
    changing,
    home_of,
    page,
    query_of,
    reading,
    too_often,
    whole_number,
)
from tracker.errors import Conflict, Invalid, NotFound, TooMany
from tracker.web.dynamic import go
from tracker.web.forms import Form, read_form
from tracker.web.limits import Limit, allow

HOME = "/subscriptions/{destination_id:int}/{token:str}"
ONE = f"{HOME}/webhooks/{{webhook_id:int}}"
DONE = {
    "tested": "A test is on its way: its attempt is shown below in a moment",
    "topics": "What it is told of has been saved",
    "taken-up": "It is called again, first with what it is still owed",
}


@route(f"{HOME}/webhooks", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_new(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """What to give for a new endpoint."""
    async with reading(request, destination_id, token) as (_, owner):
        catalogue = catalogue_of(request)
        whole = catalogue.known([EVERYTHING, *(f"all/{offer.slug}" for offer in catalogue.offers)])
        return _new_page(request, owner, Form([("topic", topic) for topic in whole[:1]]))


def _new_page(request: Asked, owner: Destination, form: Form, **more: Any) -> Response[bytes]:
    ticked = form.values("topic")
    home, catalogue = home_of(request, owner), catalogue_of(request)
    return page(request, "webhook_new", form=form, home=home, catalogue=catalogue, ticked=ticked, **more)


@post(f"{HOME}/webhooks", include_in_schema=False, opt=OPEN)
async def add(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """A new endpoint; its secret is shown on this answer and never again."""
    form, catalogue = await read_form(request), catalogue_of(request)
    name = form.line("name", required="Enter a name, so that you can tell it from others", most=80, label="The name")
    address = _read_address(request, form)
    topics = form.many("topic", catalogue.topics, required="Select what it is to be told of")
    async with reading(request, destination_id, token) as (_, owner):
        if form.errors:
            return _new_page(request, owner, form)
    try:
        await allow(request, (WEBHOOKS_ADDED, str(destination_id)))
        async with changing(request, destination_id, token) as (db, locked):
            now = request.app.state.clock()
            webhook = await endpoints.add(db, locked, address=address, name=name, topics=topics, now=now)
    except TooMany as error:
        return _new_page(request, owner, form, refused=too_often(form, "address", error))
    except Conflict as error:
        form.wrong("address", str(error))
        return _new_page(request, owner, form)
    return _secret_page(request, owner, webhook, webhook.secret or "", is_new=True)


def _read_address(request: Asked, form: Form) -> str:
    """The endpoint that was typed; what is wrong with it is noted on the form."""
    text = form.value("address")
    try:
        return read_webhook(text, loopback=request.app.state.settings.webhook_loopback)
    except Invalid as error:
        form.wrong("address", str(error))
        return ""


def _secret_page(
    request: Asked, owner: Destination, webhook: Destination, secret: str, *, is_new: bool
) -> Response[bytes]:
    path = _path(request, owner, webhook)
    return page(request, "webhook_secret", webhook=webhook, secret=secret, is_new=is_new, path=path)


def _path(request: Asked, owner: Destination, webhook: Destination) -> str:
    return f"{home_of(request, owner)}/webhooks/{webhook.id}"


@asynccontextmanager
async def _changing(
    request: Asked, destination_id: int, token: str, webhook_id: int
) -> AsyncIterator[tuple[AsyncSession, Destination, Destination]]:
    """A change to an owner's endpoint; raises NotFound when it is not theirs."""
    async with changing(request, destination_id, token) as (db, owner):
        if webhook_id > LARGEST_ID:
            raise NotFound("There is no such webhook.")
        yield db, owner, await endpoints.find(db, owner, webhook_id, to_change=True)


@route(ONE, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_one(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Response[bytes]:
    """How an endpoint fares, each attempt to call it, and everything that can be done with it."""
    return await _one_page(request, destination_id, token, webhook_id, query_of(request))


async def _one_page(
    request: Asked, destination_id: int, token: str, webhook_id: int, form: Form, **more: Any
) -> Response[bytes]:
    async with reading(request, destination_id, token) as (db, owner):
        if webhook_id > LARGEST_ID:
            raise NotFound("There is no such webhook.")
        row = await endpoints.find(db, owner, webhook_id)
        values: dict[str, Any] = {
            "webhook": row,
            "view": await webhook_view(db, row),
            "names": catalogue_of(request).names(await standing.topics_of(db, webhook_id)),
            "attempts": await attempts_of(db, row),
            "last": await standing.last_publication(db),
        }
    home, path = home_of(request, owner), _path(request, owner, row)
    return page(request, "webhook", form=form, home=home, path=path, done=_done(form), **values, **more)


def _done(form: Form) -> str | None:
    """What the page says at its top after something was done."""
    count = whole_number(form.value("replayed"))
    if count is None:
        return DONE.get(form.value("done"))
    return f"{count} call{'s' * (count != 1)} will be made again" if count else "There is nothing to send again"


@post(f"{ONE}/test", include_in_schema=False, opt=OPEN)
async def send_test(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Response[bytes] | Redirect:
    """Call the endpoint with something that says that it is a test."""
    if refused := await _limited(request, TESTS, destination_id, token, webhook_id, "test"):
        return refused
    async with _changing(request, destination_id, token, webhook_id) as (db, owner, webhook):
        await endpoints.owe_test(db, webhook, now=request.app.state.clock())
    return go(f"{_path(request, owner, webhook)}?done=tested")


async def _limited(
    request: Asked, limit: Limit, destination_id: int, token: str, webhook_id: int, field: str
) -> Response[bytes] | None:
    """The page that says to wait, when an endpoint has been bothered too often."""
    form = await read_form(request)
    try:
        await allow(request, (limit, str(webhook_id)))
    except TooMany as error:
        refused = too_often(form, field, error)
        return await _one_page(request, destination_id, token, webhook_id, form, refused=refused)
    return None


@post(f"{ONE}/rotate", include_in_schema=False, opt=OPEN)
async def rotate(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Response[bytes]:
    """Another secret, shown on this answer and never again; the one before it signs too for a day."""
    async with _changing(request, destination_id, token, webhook_id) as (db, owner, webhook):
        secret = await endpoints.rotate(db, webhook, now=request.app.state.clock())
    return _secret_page(request, owner, webhook, secret, is_new=False)


@post(f"{ONE}/replay", include_in_schema=False, opt=OPEN)
async def replay(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Response[bytes] | Redirect:
    """Call the endpoint again for everything after a cursor."""
    form = await read_form(request)
    after = form.line(
        "after", required="Enter the sequence number after which to begin: 0 is everything", label="The number"
    )
    number = whole_number(after)
    if number is None:
        form.wrong("after", "Enter a whole number, like 0 or 12")
    if number is None or form.errors:
        return await _one_page(request, destination_id, token, webhook_id, form)
    if refused := await _limited(request, REPLAYS, destination_id, token, webhook_id, "after"):
        return refused
    async with _changing(request, destination_id, token, webhook_id) as (db, owner, webhook):
        count = await endpoints.replay_since(db, webhook, after=number, now=request.app.state.clock())
    return go(f"{_path(request, owner, webhook)}?replayed={count}")


@route(f"{ONE}/topics", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_topics(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Response[bytes]:
    """What an endpoint can be told of, with what it is told of ticked."""
    async with reading(request, destination_id, token) as (db, owner):
        webhook = await endpoints.find(db, owner, min(webhook_id, LARGEST_ID))
        followed = await standing.topics_of(db, webhook_id)
    return _topics_page(request, owner, webhook, Form([("topic", topic) for topic in followed]))


def _topics_page(request: Asked, owner: Destination, webhook: Destination, form: Form) -> Response[bytes]:
    path, catalogue = _path(request, owner, webhook), catalogue_of(request)
    ticked = form.values("topic")
    return page(request, "webhook_topics", form=form, home=path, catalogue=catalogue, ticked=ticked, webhook=webhook)


@post(f"{ONE}/topics", include_in_schema=False, opt=OPEN)
async def change_topics(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Response[bytes] | Redirect:
    """Tell an endpoint of what is ticked, and of nothing else."""
    form = await read_form(request)
    topics = form.many("topic", catalogue_of(request).topics, required="Select what it is to be told of")
    async with _changing(request, destination_id, token, webhook_id) as (db, owner, webhook):
        if form.errors:
            return _topics_page(request, owner, webhook, form)
        await standing.set_topics(db, webhook, topics, now=request.app.state.clock())
    return go(f"{_path(request, owner, webhook)}?done=topics")


@post(f"{ONE}/take-up", include_in_schema=False, opt=OPEN)
async def take_up(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Redirect:
    """Call the endpoint again, first with what it is still owed."""
    async with _changing(request, destination_id, token, webhook_id) as (db, owner, webhook):
        await endpoints.take_up(db, webhook, now=request.app.state.clock())
    return go(f"{_path(request, owner, webhook)}?done=taken-up")


@post(f"{ONE}/remove", include_in_schema=False, opt=OPEN)
async def remove(
    request: Asked, destination_id: FromPath[int], token: FromPath[str], webhook_id: FromPath[int]
) -> Redirect:
    """Call the endpoint no more, and forget it."""
    async with _changing(request, destination_id, token, webhook_id) as (db, owner, webhook):
        await endpoints.remove(db, webhook, now=request.app.state.clock())
    return back(request, owner, "removed")


HANDLERS = (
    show_new,
    add,
    show_one,
    send_test,
    rotate,
    replay,
    show_topics,
    change_topics,
    take_up,
    remove,
)
