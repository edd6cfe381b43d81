"""The one place where rights are checked: every request to every route of the application passes here first."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from tracker.accounts import cookies, sessions
from tracker.accounts.visitors import Visitor
from tracker.db import Database
from tracker.errors import Forbidden, SignInNeeded, StaleForm
from tracker.web.forms import LARGE_FORMS, Form, read_form
from tracker.web.origins import UNSAFE, require_own_origin
from tracker.web.policies import CROSS_SITE, Policy, policy_of
from tracker.web.secrets import same

Connection = ASGIConnection[Any, Any, Any, Any]


async def guard(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let in whom the route's policy lets in; raises SignInNeeded, Forbidden or StaleForm for anybody else.

    Puts who asks at `request.state.visitor`: None on public routes, which do not look at who asks.
    """
    connection.state["visitor"] = None
    if connection.scope.get("method") == "OPTIONS":
        return
    policy = policy_of(handler)
    unsafe = connection.scope.get("method") in UNSAFE
    if unsafe and not handler.opt.get(CROSS_SITE):
        require_own_origin(connection)
    if not policy.signed_in or is_borne(connection, policy):
        return
    visitor = await who_asks(connection)
    may = visitor is not None and policy.allows(visitor.roles)
    connection.state["visitor"] = visitor if may else None
    # Read before anybody is sent away: what somebody typed is not lost when their session is over.
    form = await _form(connection, handler) if unsafe else None
    if visitor is None:
        raise SignInNeeded("Your sign-in has ended, or you have not signed in yet.")
    if not may:
        raise Forbidden("You are signed in, but not with a role that may do this. Ask an admin of this tracker for it.")
    if form and not same(form.value("token"), visitor.form_token):
        raise StaleForm("You have signed in again since you opened the page that you sent.")


async def _form(connection: Connection, handler: BaseRouteHandler) -> Form:
    """The form that was sent; a large one is held for nobody but those who have a role at what the address names."""
    visitor, of = connection.state["visitor"], connection.path_params.get(handler.opt.get(LARGE_FORMS, ""))
    known = visitor is not None and any(
        held.of == of and held.role in policy_of(handler).roles for held in visitor.held if held.of
    )
    return await read_form(connection, may_be_large=known)  # type: ignore[arg-type]  # it is the request of a route


def is_borne(connection: Connection, policy: Policy) -> bool:
    """Whether a machine asks with the token that this route wants; raises Forbidden for another, where it wants one."""
    token = getattr(connection.app.state.settings, policy.bearer) if policy.bearer else ""
    if not token:
        return False
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not same(given.strip(), token):
        raise Forbidden("This address is for machines: send its token as “Authorization: Bearer …”.")
    return True


async def who_asks(connection: Connection) -> Visitor | None:
    """Who is signed in on the browser that asks."""
    token = cookies.read(connection, cookies.SESSION)
    if not token:
        return None
    state = connection.app.state
    database: Database = state.database
    async with database.reading() as db:
        found = await sessions.find(db, token, secrets=state.secrets, now=state.clock())
    if found is None:
        return None
    visitor, note = found
    if note:
        async with database.writing() as db:
            await sessions.note_seen(db, visitor.session_id, now=state.clock())
    return visitor
