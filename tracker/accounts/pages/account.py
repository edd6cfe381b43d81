"""One's own account: where one is signed in, and signing out."""

from typing import Any

from litestar import HttpMethod, Request, Response, Router, post, route
from litestar.datastructures import State
from litestar.params import FromPath

from tracker.accounts import actions, cookies, queries
from tracker.accounts.guard import who_asks
from tracker.accounts.policies import PUBLIC, SIGNED_IN
from tracker.accounts.visitors import visitor_of
from tracker.errors import NotFound
from tracker.web.dynamic import go, render

Asking = Request[Any, Any, State]


@route("/account", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_account(request: Asking) -> Response[Any]:
    """Who one is here, what one may do, and where one is signed in."""
    visitor = visitor_of(request)
    state = request.app.state
    async with state.database.reading() as db:
        sessions = await queries.open_sessions(db, visitor.person_id, now=state.clock())
    roles = [(queries.role_text(held), queries.ROLE_RIGHTS[held.role]) for held in visitor.held]
    return render(request, "accounts/account.html", roles=roles, sessions=sessions)


@post("/account/sessions/{number:str}/end")
async def end_session(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Sign out of one browser."""
    visitor = visitor_of(request)
    state = request.app.state
    async with state.database.writing() as db:
        found = await queries.open_sessions(db, visitor.person_id, now=state.clock())
        session = next((session for session in found if str(session.id) == number), None)
        if session is None:
            raise NotFound("You are not signed in there any more.")
        await actions.sign_out(db, session_id=session.id, person_id=visitor.person_id, now=state.clock())
    return _signed_out(request) if session.id == visitor.session_id else go("/account")


@post("/account/sign-out-everywhere")
async def sign_out_everywhere(request: Asking) -> Response[Any]:
    """Sign out of every browser, this one included."""
    visitor = visitor_of(request)
    state = request.app.state
    async with state.database.writing() as db:
        await actions.sign_out_everywhere(db, visitor.person_id, by=visitor.person_id, now=state.clock())
    return _signed_out(request)


@post("/sign-out")
async def sign_out(request: Asking) -> Response[Any]:
    """Sign out of this browser; who is not signed in any more is told the same."""
    visitor = await who_asks(request)
    state = request.app.state
    if visitor:
        async with state.database.writing() as db:
            await actions.sign_out(db, session_id=visitor.session_id, person_id=visitor.person_id, now=state.clock())
    return _signed_out(request)


@route("/sign-out", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_signed_out(request: Asking) -> Response[Any]:
    """What is left when one has signed out."""
    return render(request, "accounts/signed_out.html", still=await who_asks(request))


def _signed_out(request: Asking) -> Response[Any]:
    response = go("/sign-out")
    response.set_cookie(cookies.write(request, cookies.SESSION, "", seconds=0))
    return response


leaving = Router(path="/", route_handlers=[sign_out, show_signed_out], opt={"policy": PUBLIC}, include_in_schema=False)
router = Router(
    path="/",
    route_handlers=[show_account, end_session, sign_out_everywhere],
    opt={"policy": SIGNED_IN},
    include_in_schema=False,
)
