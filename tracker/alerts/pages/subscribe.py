"""Asking for alerts in three plain steps: what, how often, and where to. The address carries what was answered."""

from typing import Any

import msgspec
from litestar import Response, post, route
from litestar.params import FromPath
from litestar.response import Redirect

from tracker.alerts import links, subscribing
from tracker.alerts.actions import AT_ONCE
from tracker.alerts.catalogue import CADENCES, HINTS, Catalogue
from tracker.alerts.feed import feed_path
from tracker.alerts.limits import CODES_BY_NETWORK, asks_by
from tracker.alerts.models import Asking, Destination
from tracker.alerts.pages.shared import (
    OPEN,
    READ,
    Asked,
    address_of,
    asking_at,
    catalogue_of,
    page,
    query_of,
    too_often,
)
from tracker.alerts.subscribing import Wanted
from tracker.db import Database
from tracker.errors import Invalid, TooMany
from tracker.web.addresses import read_email
from tracker.web.dynamic import go
from tracker.web.forms import Form, read_form
from tracker.web.limits import allow, network_of

PATH = "/subscribe"
WEBHOOKS = "webhooks"
NOTHING = "Select what you want to hear about"
NO_CADENCE = "Select how often you want an email"
WRONG_CODE = "The code is not right. Type the 6 digits in our newest email to you, or follow the link in it"
NO_MORE_TRIES = "There were too many wrong codes. Follow the link in our email instead"


class Step(msgspec.Struct, frozen=True):
    """What was answered so far, and the addresses that ask again."""

    topics: list[str]
    often: str
    names: list[str]
    webhooks: bool = False
    """Only endpoints are to be told, so no topic is asked for: the address is where their owner is reached."""

    @property
    def again_topics(self) -> str:
        return address_of(PATH, {"topic": self.topics, "often": self.often, "step": "topics"})

    @property
    def again_often(self) -> str:
        return address_of(PATH, {"topic": self.topics, "step": "often"})

    @property
    def again(self) -> str:
        """The last step, with everything answered."""
        return address_of(PATH, {"for": WEBHOOKS} if self.webhooks else {"topic": self.topics, "often": self.often})


def _step(form: Form, catalogue: Catalogue) -> Step:
    if form.value("for") == WEBHOOKS:
        return Step([], AT_ONCE, [], webhooks=True)
    topics = catalogue.known(form.values("topic"))
    often = form.value("often")
    return Step(topics, often if often in CADENCES else "", catalogue.names(topics))


@route(PATH, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_subscribe(request: Asked) -> Response[bytes]:
    """The first question that has no answer yet, or the one that is asked again."""
    form, catalogue = query_of(request), catalogue_of(request)
    step = _step(form, catalogue)
    again, asked = form.value("step"), form.value("asked")
    if step.webhooks:
        return _address_page(request, form, step)
    if not step.topics or again == "topics":
        if asked == "topic" and not step.topics:
            form.wrong("topic", NOTHING)
        stray = bool(form.values("topic")) and not step.topics
        return page(request, "subscribe_topics", form=form, step=step, catalogue=catalogue, stray=stray)
    if not step.often or again == "often":
        if asked == "often":
            form.wrong("often", NO_CADENCE)
        return page(request, "subscribe_often", form=form, step=step, cadences=CADENCES, hints=HINTS)
    return _address_page(request, form, step)


def _address_page(request: Asked, form: Form, step: Step, **more: Any) -> Response[bytes]:
    return page(
        request, "subscribe_address", form=form, step=step, cadences=CADENCES, feed=feed_path(step.topics), **more
    )


@post(PATH, include_in_schema=False, opt=OPEN)
async def ask(request: Asked) -> Response[bytes] | Redirect:
    """Send a confirmation to the address that was typed; every address gets the same answer."""
    form, catalogue = await read_form(request), catalogue_of(request)
    step = _step(form, catalogue)
    if not step.webhooks and not (step.topics and step.often):
        return go(step.again_topics if not step.topics else step.again_often)
    address = read_address(form)
    if form.errors:
        return _address_page(request, form, step)
    try:
        await allow(request, *asks_by(request, address))
    except TooMany as error:
        return _address_page(request, form, step, refused=too_often(form, "address", error))
    database: Database = request.app.state.database
    async with database.writing() as db:
        wanted = Wanted(address, step.topics, step.often)
        asking = await subscribing.ask(db, wanted, secrets=request.app.state.secrets, now=request.app.state.clock())
    return go(sent_path(request, asking))


def read_address(form: Form, name: str = "address") -> str:
    """The address that was typed; what is wrong with it is noted on the form."""
    text = form.line(name, required="Enter your email address", label="Your email address")
    if form.error(name):
        return ""
    try:
        return read_email(text)
    except Invalid as error:
        form.wrong(name, str(error))
        return ""


def sent_path(request: Asked, asking: Asking) -> str:
    asking_id = asking.id or 0
    token = links.sent_token(request.app.state.secrets, asking_id, asking.asked_at)
    return f"{PATH}/sent/{asking_id}/{token}"


SENT = f"{PATH}/sent/{{asking_id:int}}/{{token:str}}"


@route(SENT, http_method=READ, include_in_schema=False, opt=OPEN)
async def show_sent(request: Asked, asking_id: FromPath[int], token: FromPath[str]) -> Response[bytes]:
    """What to do now: look into the mailbox, follow the link, or type the code here."""
    database: Database = request.app.state.database
    async with database.reading() as db:
        asking = await asking_at(request, db, asking_id, token, links.sent_token)
        destination = await db.get_one(Destination, asking.destination_id)
    return _sent_page(request, query_of(request), asking, destination)


@post(SENT, include_in_schema=False, opt=OPEN)
async def take_code(request: Asked, asking_id: FromPath[int], token: FromPath[str]) -> Response[bytes] | Redirect:
    """Confirm by the code in the mail; wrong ones are counted for the asking and for whoever types them."""
    form = await read_form(request)
    database: Database = request.app.state.database
    code = form.line("code", required="Enter the 6 digits that are in our email", most=20, label="The code")
    refused = None
    try:
        if not form.errors:
            await allow(request, (CODES_BY_NETWORK, network_of(request)))
    except TooMany as error:
        refused = too_often(form, "code", error)
    async with database.writing() as db:
        asking = await asking_at(request, db, asking_id, token, links.sent_token, to_change=True)
        destination = await db.get_one(Destination, asking.destination_id)
        if not form.errors:
            secrets, now = request.app.state.secrets, request.app.state.clock()
            if await subscribing.try_code(db, asking, code, secrets=secrets, now=now):
                return go(sent_path(request, asking))
            form.wrong("code", NO_MORE_TRIES if asking.tries >= subscribing.MOST_TRIES else WRONG_CODE)
    return _sent_page(request, form, asking, destination, refused=refused)


@post(f"{SENT}/again", include_in_schema=False, opt=OPEN)
async def send_again(request: Asked, asking_id: FromPath[int], token: FromPath[str]) -> Response[bytes] | Redirect:
    """Send the same confirmation once more."""
    form = await read_form(request)
    database: Database = request.app.state.database
    async with database.reading() as db:
        asking = await asking_at(request, db, asking_id, token, links.sent_token)
        destination = await db.get_one(Destination, asking.destination_id)
    try:
        await allow(request, *asks_by(request, destination.address or ""))
    except TooMany as error:
        return _sent_page(request, form, asking, destination, refused=too_often(form, "code", error))
    async with database.writing() as db:
        await subscribing.ask_again(db, asking, secrets=request.app.state.secrets, now=request.app.state.clock())
    return go(f"{sent_path(request, asking)}?again=yes")


def _sent_page(request: Asked, form: Form, asking: Asking, destination: Destination, **more: Any) -> Response[bytes]:
    topics, catalogue = asking.wanted, catalogue_of(request)
    return page(
        request,
        "subscribe_sent",
        form=form,
        asking=asking,
        address=destination.address,
        step=Step(topics, asking.cadence, catalogue.names(topics), webhooks=not topics),
        path=sent_path(request, asking),
        cadences=CADENCES,
        **more,
    )


HANDLERS = (show_subscribe, ask, show_sent, take_code, send_again)
