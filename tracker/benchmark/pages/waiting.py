"""Who asks for access to a benchmark that nobody leads, for admins: all that they ever see of one."""

from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role, held
from tracker.accounts.visitors import visitor_of
from tracker.benchmark import joining, members
from tracker.benchmark.pages.access import READ, Asking
from tracker.benchmark.parts import name_of
from tracker.errors import Conflict, NotFound
from tracker.web.dynamic import go, render
from tracker.web.forms import read_form


@route("/people/requests", http_method=READ)
async def show_waiting(request: Asking) -> Response[Any]:
    """Who waits at authorities without a lead."""
    async with request.app.state.database.reading() as db:
        waiting = await members.waiting_without_lead(db)
    return render(request, "benchmark/waiting.html", waiting=waiting, name_of=name_of)


@post("/people/requests/{mark:str}")
async def answer(request: Asking, mark: FromPath[str]) -> Response[Any]:
    """Let somebody lead the benchmark of their authority, or refuse."""
    form = await read_form(request)
    refused = form.value("answer") != "lead"
    by, state = visitor_of(request).person_id, request.app.state
    async with state.database.writing() as db:
        asked = next((item for item in await members.waiting_without_lead(db) if item.mark == mark), None)
        if asked is None:
            raise NotFound("They wait no more: somebody has answered their request.")
        try:
            if refused:
                await joining.refuse(db, asked.authority, asked.mark, by=by, now=state.clock())
            else:
                roles = [Role.AUTHORITY_LEAD]
                await joining.let_in(db, asked.authority, asked.mark, roles, by=by, now=state.clock())
        except Conflict:
            return go("/people/requests")
    return go("/people/requests")


router = Router(
    path="/",
    route_handlers=[show_waiting, answer],
    opt={"policy": held(Role.ADMIN)},
    include_in_schema=False,
)
