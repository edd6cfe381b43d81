"""Asking to take part: an address is typed, proved by the link in a mail, and let in or kept waiting.

Every answer here is the same whether or not the authority takes part, the address is known, or anybody leads. Showing a
page changes nothing, so that programs which open every link of a mail prove nothing.
"""

import re
from datetime import timedelta
from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.mail import time_text
from tracker.accounts.policies import PUBLIC
from tracker.authorities.invented import authority_of
from tracker.authorities.schemas import Authority
from tracker.benchmark import joining
from tracker.benchmark.models import AccessRequest
from tracker.benchmark.pages.access import READ, Asking
from tracker.clock import london_day
from tracker.errors import Invalid, NotFound, TooMany
from tracker.strategies.words import day_text
from tracker.web.addresses import read_email
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form
from tracker.web.limits import Limit, allow, network_of, retry_after

HOUR = timedelta(hours=1)
ASKED_FOR_ADDRESS = Limit("access-address", 5, HOUR)
"""Mails that one address gets, whoever asks."""
ASKED_FROM_NETWORK = Limit("access-network", 40, HOUR)
"""A council's whole office may be behind one address."""
LONGEST_NAME = 100
LINK = re.compile(r"[/:@<>\\]|\bwww\b|\.[a-z]{2}", re.IGNORECASE)
"""What mail programs make links of: a stranger's name stands in mails to leads, and nothing else of what they typed."""
LONGEST_WHY = 1000


@route("/authorities/{key:str}/access", http_method=READ)
async def show_access(request: Asking, key: FromPath[str]) -> Response[Any]:
    """The page that asks for a name and an address."""
    return _page(request, _authority(key), Form())


@post("/authorities/{key:str}/access")
async def ask(request: Asking, key: FromPath[str]) -> Response[Any]:
    """Note the request and owe the mail that proves the address."""
    authority = _authority(key)
    form = await read_form(request)
    name = form.line("name", required="Enter your name", most=LONGEST_NAME, label="Your name")
    if LINK.search(name):
        form.wrong("name", "Your name must not have an address in it")
    address = _address(form)
    why = form.text("why", most=LONGEST_WHY, label="What you tell us")
    if form.errors:
        return _page(request, authority, form, status=422)
    state = request.app.state
    uses = (ASKED_FOR_ADDRESS, address), (ASKED_FROM_NETWORK, network_of(request))

    async def note(db: Any) -> None:
        await joining.request_access(db, authority.key, address=address, name=name, why=why, now=state.clock())

    try:
        await allow(request, *uses, then=note)
    except TooMany as error:
        form.wrong("address", str(error))
        return _page(request, authority, form, status=429, headers=retry_after(error))
    return go(f"/authorities/{authority.key}/access/sent")


@route("/authorities/{key:str}/access/sent", http_method=READ)
async def show_sent(request: Asking, key: FromPath[str]) -> Response[Any]:
    """What happens next."""
    return render(request, "benchmark/access_sent.html", authority=_authority(key))


@route("/authorities/access/{mark:str}/{token:str}", http_method=READ)
async def show_link(request: Asking, mark: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """The page that the mail leads to: one button."""
    state = request.app.state
    async with state.database.reading() as db:
        row = await joining.by_link(db, mark, token, secrets=state.secrets, now=state.clock())
    return _confirm(request, row)


@post("/authorities/access/{mark:str}/{token:str}")
async def confirm(request: Asking, mark: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Note that the address is theirs."""
    await read_form(request)
    state = request.app.state
    async with state.database.writing() as db:
        row = await joining.by_link(db, mark, token, secrets=state.secrets, now=state.clock(), lock=True)
        if row:
            await joining.prove(db, row, now=state.clock())
    return go(f"/authorities/access/{mark}/{token}") if row else _confirm(request, None)


def _confirm(request: Asking, row: AccessRequest | None) -> Response[Any]:
    """What a link leads to: the button, what comes next once it was pressed, or that it works no longer."""
    authority = authority_of(row.authority) if row else None
    if row is None or authority is None:
        return render(request, "benchmark/access_over.html", status=404)
    until = row.asked_at + joining.LASTS
    return render(
        request,
        "benchmark/access_confirm.html",
        authority=authority,
        address=row.address,
        proved=row.proved_at is not None,
        own=joining.is_own_address(authority, row.address),
        until=f"{time_text(until)} on {day_text(london_day(until))}",
    )


def _page(
    request: Asking, authority: Authority, form: Form, *, status: int = 200, headers: dict[str, str] | None = None
) -> Response[Any]:
    return render(
        request,
        "benchmark/access.html",
        status=status,
        headers=headers,
        authority=authority,
        form=form,
        most=LONGEST_WHY,
    )


def _authority(key: str) -> Authority:
    found = authority_of(key)
    # Nobody works for the one that is invented: only the demonstration lets people in there.
    if found is None or found.invented:
        raise NotFound("There is no such authority in our list. See /authorities for all of them.")
    return found


def _address(form: Form) -> str:
    typed = form.line("address", required="Enter your work email address", label="The email address")
    try:
        return read_email(typed) if not form.error("address") else ""
    except Invalid as error:
        form.wrong("address", str(error))
        return ""


router = Router(
    path="/",
    route_handlers=[show_access, ask, show_sent, show_link, confirm],
    opt={"policy": PUBLIC},
    include_in_schema=False,
)
