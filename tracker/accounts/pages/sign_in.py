"""Signing in: an address is asked for, a link and a code are mailed, one of them is given back.

The link works by itself in the browser that asked, and with the code in any other. Showing a page changes nothing, so
that programs which open every link of a mail neither sign in nor use it up.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

import msgspec
from litestar import HttpMethod, Request, Response, Router, post, route
from litestar.datastructures import Cookie, State
from litestar.params import FromPath
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import actions, cookies, mail, queries
from tracker.accounts.guard import who_asks
from tracker.accounts.mail import time_text
from tracker.accounts.models import SignIn
from tracker.accounts.policies import PUBLIC
from tracker.accounts.rules import LASTS, LONGEST, MOST_TRIES, Standing, browser_name, safe_next, standing
from tracker.errors import Invalid, TooMany
from tracker.web.addresses import read_email
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form
from tracker.web.limits import Limit, allow, network_of, retry_after
from tracker.web.secrets import Secrets, digest, same

Asking = Request[Any, Any, State]
HOUR = timedelta(hours=1)
ASKED_FOR_ADDRESS = Limit("sign-in-address", 10, HOUR)
"""Mails that one address gets. Who is mailed by somebody else's asking can sign in with any of them, so no lock-out."""
ASKED_FROM_NETWORK = Limit("sign-in-network", 40, HOUR)
"""An office behind one address is let through, a list of addresses that are tried is not."""
CODES_FROM_NETWORK = Limit("sign-in-code", 60, HOUR)


class Asked(msgspec.Struct, frozen=True):
    """What the browser that asked holds: its token, and the address that was typed, which is kept nowhere else."""

    browser: str
    address: str


@route("/sign-in", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_sign_in(request: Asking) -> Response[Any]:
    """The page that asks for an address; who is signed in already is sent on."""
    next = request.query_params.get("next", "")
    if await who_asks(request):
        return go(safe_next(next))
    return _ask(request, Form([("next", next)]))


@post("/sign-in")
async def ask(request: Asking) -> Response[Any]:
    """Note that somebody wants to sign in; the answer is the same whether or not anybody has the address."""
    form = await read_form(request)
    typed = form.line("address", required="Enter your email address", label="Email address")
    try:
        address = read_email(typed) if not form.errors else ""
    except Invalid as error:
        form.wrong("address", str(error))
    if form.errors:
        return _ask(request, form, status=422)
    try:
        await allow(request, (ASKED_FOR_ADDRESS, address), (ASKED_FROM_NETWORK, network_of(request)))
    except TooMany as error:
        form.wrong("address", str(error))
        return _ask(request, form, status=429, headers=retry_after(error))
    browser = token_urlsafe(24)
    state = request.app.state
    async with state.database.writing() as db:
        await actions.ask_sign_in(db, address, browser=browser, next=safe_next(form.value("next")), now=state.clock())
    response = go("/sign-in/sent")
    response.set_cookie(_remember(request, Asked(browser, address)))
    return response


@route("/sign-in/sent", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_sent(request: Asking) -> Response[Any]:
    """What happens next, and where the code can be typed."""
    async with request.app.state.database.reading() as db:
        row = await queries.sign_in_of_browser(db, _asked(request).browser)
    if row is None:
        return go("/sign-in")
    stands = standing(row, now=request.app.state.clock())
    return _show_sent(request, row, Form()) if stands is Standing.OPEN else await _over(request, row, stands)


@post("/sign-in/sent")
async def type_code(request: Asking) -> Response[Any]:
    """Sign in with the code, in the browser that asked."""
    form = await read_form(request)
    browser = _asked(request).browser

    async def find(db: AsyncSession) -> SignIn | None:
        return await queries.sign_in_of_browser(db, browser, lock=True)

    return await _use(request, form, find, _show_sent, linked=False) or go("/sign-in")


@route("/sign-in/link/{number:str}/{token:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_link(request: Asking, number: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """The page that the mail leads to: one button in the browser that asked, the code in any other."""
    async with request.app.state.database.reading() as db:
        row = await queries.sign_in(db, number)
        person = await queries.name_of(db, row.person_id) if row else None
    if row is None or not mail.is_link(row, token, request.app.state.secrets):
        return _no_link(request)
    stands = standing(row, now=request.app.state.clock())
    if stands is not Standing.OPEN:
        return await _over(request, row, stands)
    return _show_link(request, row, Form(), person=person)


@post("/sign-in/link/{number:str}/{token:str}")
async def follow_link(request: Asking, number: FromPath[str], token: FromPath[str]) -> Response[Any]:
    """Sign in with the link, and with the code where another browser asked."""
    form = await read_form(request)
    secrets: Secrets = request.app.state.secrets

    async def find(db: AsyncSession) -> SignIn | None:
        row = await queries.sign_in(db, number, lock=True)
        return row if row and mail.is_link(row, token, secrets) else None

    return await _use(request, form, find, _show_link, linked=True) or _no_link(request)


Find = Callable[[AsyncSession], Awaitable[SignIn | None]]
Show = Callable[..., Response[Any]]


async def _use(request: Asking, form: Form, find: Find, show: Show, *, linked: bool) -> Response[Any] | None:
    """Sign in with what was given; None when there is no such sign-in."""
    state = request.app.state
    now = state.clock()
    refused = await _too_many_codes(request, form)
    opened = None
    async with state.database.writing() as db:
        row = await find(db)
        if row is None:
            return None
        proved = linked and _asked_here(request, row)
        if standing(row, now=now) is Standing.OPEN and (
            proved or (refused is None and await _is_code(db, request, row, form))
        ):
            opened = await actions.sign_in(
                db,
                row,
                instead_of=cookies.read(request, cookies.SESSION),
                browser=browser_name(request.headers.get("user-agent", "")),
                how="link" if proved else "code",
                now=now,
            )
    if opened:
        return _signed_in(request, row, opened.token)
    stands = standing(row, now=now)
    if stands is not Standing.OPEN:
        return await _over(request, row, stands)
    return show(request, row, form, status=429 if refused else 422, headers=retry_after(refused) if refused else None)


async def _too_many_codes(request: Asking, form: Form) -> TooMany | None:
    """Count a code that was typed; what the form says when it is one too many."""
    if not form.value("code"):
        return None
    try:
        await allow(request, (CODES_FROM_NETWORK, network_of(request)))
    except TooMany as error:
        form.wrong("code", str(error))
        return error
    return None


async def _is_code(db: AsyncSession, request: Asking, row: SignIn, form: Form) -> bool:
    """Whether the code in the form is right; a wrong one is counted, a form without one is not."""
    typed = form.text("code", required="Enter the code from the email", most=40, label="The code")
    if form.errors:
        return False
    if mail.is_code(row, typed, request.app.state.secrets):
        return True
    left = MOST_TRIES - await actions.count_try(db, row, now=request.app.state.clock())
    form.wrong("code", f"This is not the code from the newest email. You can try {left} more time{'s' * (left != 1)}")
    return False


def _signed_in(request: Asking, row: SignIn, token: str) -> Response[Any]:
    response = go(row.next)
    response.set_cookie(cookies.write(request, cookies.SESSION, token, seconds=int(LONGEST.total_seconds())))
    response.set_cookie(cookies.write(request, cookies.ASKING, "", seconds=0))
    return response


def _ask(request: Asking, form: Form, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[Any]:
    return render(request, "accounts/sign_in.html", status=status, headers=headers, form=form)


def _show_sent(request: Asking, row: SignIn, form: Form, **shown: Any) -> Response[Any]:
    address = _asked(request).address
    until = time_text(row.expires_at)
    return render(request, "accounts/sent.html", form=form, address=address, until=until, next=row.next, **shown)


def _show_link(
    request: Asking, row: SignIn, form: Form, *, person: tuple[str, str] | None = None, **shown: Any
) -> Response[Any]:
    here = _asked_here(request, row)
    until = time_text(row.expires_at)
    return render(request, "accounts/link.html", form=form, here=here, person=person, until=until, **shown)


async def _over(request: Asking, row: SignIn, stands: Standing) -> Response[Any]:
    """Why a sign-in cannot be used any more; who is signed in meanwhile is sent on."""
    if stands is Standing.USED and await who_asks(request):
        return go(row.next)
    return render(request, "accounts/over.html", status=410, why=stands, next=row.next)


def _no_link(request: Asking) -> Response[Any]:
    return render(request, "accounts/over.html", status=404, why=None, next="")


def _asked_here(request: Asking, row: SignIn) -> bool:
    """Whether the browser that follows the link is the one that asked for it."""
    return same(digest(_asked(request).browser), row.browser_hash)


def _remember(request: Asking, asked: Asked) -> Cookie:
    address = urlsafe_b64encode(asked.address.encode()).decode().rstrip("=")
    value = f"{asked.browser}.{address}"
    return cookies.write(request, cookies.ASKING, value, seconds=int(LASTS.total_seconds()))


def _asked(request: Asking) -> Asked:
    """What the browser remembers of asking; empty when it did not ask."""
    browser, _, address = cookies.read(request, cookies.ASKING).partition(".")
    try:
        shown = urlsafe_b64decode(address + "=" * (-len(address) % 4)).decode()
    except ValueError:
        shown = ""
    return Asked(browser, shown)


router = Router(
    path="/",
    route_handlers=[show_sign_in, ask, show_sent, type_code, show_link, follow_link],
    opt={"policy": PUBLIC},
    include_in_schema=False,
)
