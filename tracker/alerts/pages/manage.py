"""The one page of an address's owner: what is followed, how often, where to, and a pause."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from litestar import Response, post, route
from litestar.params import FromPath
from litestar.response import Redirect

from tracker.alerts import standing, subscribing
from tracker.alerts.catalogue import CADENCES, HINTS, NONE, SUMMARIES
from tracker.alerts.feed import feed_path
from tracker.alerts.history import sent_page
from tracker.alerts.holdings import holding
from tracker.alerts.limits import asks_by
from tracker.alerts.models import Destination
from tracker.alerts.pages.shared import (
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
from tracker.alerts.pages.subscribe import NO_CADENCE, read_address, sent_path
from tracker.errors import TooMany
from tracker.web.dynamic import go
from tracker.web.forms import Form, read_form
from tracker.web.limits import allow

PAUSES: Mapping[str, str] = {"": "Until I resume", **{str(weeks): f"{weeks} weeks" for weeks in (2, 4, 8, 12, 26)}}
"""For how many weeks alerts can be paused, in words."""
NO_SUMMARY = "Select whether you want a summary as well"
HOME = "/subscriptions/{destination_id:int}/{token:str}"
DONE: Mapping[str, str] = {
    "confirmed": "You will get these alerts",
    "reachable": "You can add your webhooks now",
    "moved": "Your alerts come to this address now",
    "topics": "Your choice of topics has been saved",
    "often": "How often you get emails has been changed",
    "paused": "Your alerts are paused",
    "resumed": "You have resumed your alerts",
    "stopped": "Your emails have been stopped",
    "started": "Your alerts have started again",
    "removed": "The webhook has been removed",
}
"""What the page says at its top after something was done."""


@route(HOME, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_home(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Everything that is sent to an address, and where each part of it is changed."""
    async with reading(request, destination_id, token) as (db, destination):
        held = await holding(db, destination, catalogue_of(request))
    return page(
        request,
        "manage",
        held=held,
        feed=feed_path(held.topics) if held.topics else None,
        done=DONE.get(query_of(request).value("done")),
        home=home_of(request, destination),
        cadences=CADENCES,
        hints=HINTS,
        summaries=SUMMARIES,
        pauses=[{"value": value, "text": text} for value, text in PAUSES.items()],
    )


@route(f"{HOME}/topics", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_topics(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """What can be followed, with what is followed ticked."""
    async with reading(request, destination_id, token) as (db, destination):
        followed = await standing.topics_of(db, destination_id)
    return _topics_page(request, destination, Form([("topic", topic) for topic in followed]))


def _topics_page(request: Asked, destination: Destination, form: Form) -> Response[bytes]:
    home, catalogue = home_of(request, destination), catalogue_of(request)
    ticked = form.values("topic")
    return page(request, "topics", form=form, home=home, catalogue=catalogue, ticked=ticked, button="Save")


@post(f"{HOME}/topics", include_in_schema=False, opt=OPEN)
async def change_topics(
    request: Asked, destination_id: FromPath[int], token: FromPath[str]
) -> Response[bytes] | Redirect:
    """Follow what is ticked, and nothing else."""
    form, catalogue = await read_form(request), catalogue_of(request)
    topics = form.many("topic", catalogue.topics, required="Select something to follow, or go back and stop all alerts")
    async with changing(request, destination_id, token) as (db, destination):
        if form.errors:
            return _topics_page(request, destination, form)
        await standing.set_topics(db, destination, topics, now=request.app.state.clock())
    return back(request, destination, "topics")


@post(f"{HOME}/how-often", include_in_schema=False, opt=OPEN)
async def change_cadence(
    request: Asked, destination_id: FromPath[int], token: FromPath[str]
) -> Response[bytes] | Redirect:
    """Send as often as was chosen."""
    form = await read_form(request)
    cadence = form.one("often", list(CADENCES), required=NO_CADENCE)
    summary = form.one("summary", list(SUMMARIES), required=NO_SUMMARY) if form.value("summary") else ""
    async with changing(request, destination_id, token) as (db, destination):
        if form.errors:
            return _cadence_page(request, destination, form)
        await standing.set_cadence(db, destination, cadence, now=request.app.state.clock())
        if summary:
            kept = "" if summary == NONE else summary
            await standing.set_summary(db, destination, kept, now=request.app.state.clock())
    return back(request, destination, "often")


@route(f"{HOME}/how-often", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_cadence(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """How often news is sent now, and how often it can be."""
    async with reading(request, destination_id, token) as (_, destination):
        held = [("often", destination.cadence), ("summary", destination.summary or NONE)]
        return _cadence_page(request, destination, Form(held))


def _cadence_page(request: Asked, destination: Destination, form: Form) -> Response[bytes]:
    home = home_of(request, destination)
    return page(request, "how_often", form=form, home=home, cadences=CADENCES, hints=HINTS, summaries=SUMMARIES)


@route(f"{HOME}/address", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_address(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Where alerts go now, and a field for where they are to go."""
    async with reading(request, destination_id, token) as (_, destination):
        return _move_page(request, destination, Form())


def _move_page(request: Asked, destination: Destination, form: Form, **more: Any) -> Response[bytes]:
    home = home_of(request, destination)
    return page(request, "move", form=form, home=home, destination=destination, **more)


@post(f"{HOME}/address", include_in_schema=False, opt=OPEN)
async def change_address(
    request: Asked, destination_id: FromPath[int], token: FromPath[str]
) -> Response[bytes] | Redirect:
    """Ask the new address; until its owner agrees, everything goes to the old one."""
    form = await read_form(request)
    address = read_address(form)
    async with reading(request, destination_id, token) as (_, destination):
        if address and address == destination.address:
            form.wrong("address", "Enter another address: your alerts go to this one already")
        if form.errors:
            return _move_page(request, destination, form)
    try:
        await allow(request, *asks_by(request, address))
    except TooMany as error:
        return _move_page(request, destination, form, refused=too_often(form, "address", error))
    async with changing(request, destination_id, token) as (db, destination):
        secrets, now = request.app.state.secrets, request.app.state.clock()
        asking = await subscribing.ask_to_move(db, destination, address, secrets=secrets, now=now)
    return go(sent_path(request, asking))


@post(f"{HOME}/pause", include_in_schema=False, opt=OPEN)
async def pause(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Redirect:
    """Send nothing until it is resumed, or for as many weeks as were chosen."""
    form = await read_form(request)
    weeks = form.value("weeks")
    now = request.app.state.clock()
    until = now + timedelta(weeks=int(weeks)) if weeks in PAUSES and weeks else None
    async with changing(request, destination_id, token) as (db, destination):
        await standing.pause(db, destination, until=until, now=now)
    return back(request, destination, "paused")


@post(f"{HOME}/resume", include_in_schema=False, opt=OPEN)
async def resume(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Redirect:
    """Send news again, from what comes next."""
    async with changing(request, destination_id, token) as (db, destination):
        await standing.resume(db, destination, now=request.app.state.clock())
    return back(request, destination, "resumed")


@route(f"{HOME}/sent", http_method=READ, include_in_schema=False, opt=OPEN)
async def show_sent_messages(request: Asked, destination_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """Everything that was sent to an address, the newest first."""
    before = query_of(request).value("before")
    async with reading(request, destination_id, token) as (db, destination):
        sent = await sent_page(db, destination_id, before=whole_number(before))
    return page(request, "sent", sent=sent, home=home_of(request, destination), destination=destination)


HANDLERS = (
    show_home,
    show_topics,
    change_topics,
    show_cadence,
    change_cadence,
    show_address,
    change_address,
    pause,
    resume,
    show_sent_messages,
)
