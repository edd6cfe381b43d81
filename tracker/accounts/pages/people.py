"""Who can sign in, and what they may do, for admins."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from litestar import HttpMethod, Request, Response, Router, post, route
from litestar.datastructures import State
from litestar.params import FromPath
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import actions, people, queries
from tracker.accounts.people import read_of
from tracker.accounts.policies import HELD_FOR_ONE, OF_AUTHORITY, Role, held
from tracker.accounts.queries import ROLE_NAMES, ROLE_RIGHTS, role_text
from tracker.accounts.visitors import Held, visitor_of
from tracker.authorities.files import authorities
from tracker.errors import Conflict, Invalid
from tracker.web.addresses import read_email
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

Asking = Request[Any, Any, State]
LONGEST_NAME = 100


@route("/people", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_people(request: Asking) -> Response[Any]:
    """Everybody who can sign in, and a form to add somebody."""
    return await _people(request, Form())


@post("/people")
async def add(request: Asking) -> Response[Any]:
    """Add somebody with their first role."""
    form = await read_form(request)
    name = form.line("name", required="Enter their name", most=LONGEST_NAME, label="The name")
    address = _read_address(form)
    role = _read_role(form)
    if form.errors or role is None:
        return await _people(request, form, status=422)
    state = request.app.state
    by = visitor_of(request).person_id
    try:
        async with state.database.writing() as db:
            person = await people.add_person(db, address, name=name, by=by, now=state.clock())
            await people.give(db, person.id or 0, role.role, role.of, by=by, now=state.clock())
    except Conflict as error:
        form.wrong("address", str(error))
        return await _people(request, form, status=422)
    return go(f"/people/{person.id}")


@route("/people/{number:str}", http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def show_person(request: Asking, number: FromPath[str]) -> Response[Any]:
    """One person: roles, sessions, and what an admin can do about them."""
    return await _person(request, number, Form())


@post("/people/{number:str}/give")
async def give(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Give somebody a role."""
    form = await read_form(request)
    role = _read_role(form)
    if form.errors or role is None:
        return await _person(request, number, form, status=422)

    async def change(db: AsyncSession, person_id: int, by: int, now: datetime) -> None:
        await people.give(db, person_id, role.role, role.of, by=by, now=now)

    return await _change(request, number, form, change)


@post("/people/{number:str}/take")
async def take(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Take a role away."""
    form = await read_form(request)
    role = form.one("role", list(Role), required="Choose the role to take away")
    of = form.line("of", most=LONGEST_NAME, label="The name")
    if form.errors:
        return await _person(request, number, form, status=422)

    async def change(db: AsyncSession, person_id: int, by: int, now: datetime) -> None:
        await people.take_away(db, person_id, Role(role), of, by=by, now=now)

    return await _change(request, number, form, change)


@post("/people/{number:str}/stop")
async def stop(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Let somebody sign in no more, and sign them out everywhere."""

    async def change(db: AsyncSession, person_id: int, by: int, now: datetime) -> None:
        await people.stop(db, person_id, by=by, now=now)

    return await _change(request, number, await read_form(request), change)


@post("/people/{number:str}/let-in")
async def let_in(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Let somebody who was stopped sign in again."""

    async def change(db: AsyncSession, person_id: int, by: int, now: datetime) -> None:
        await people.let_in_again(db, person_id, by=by, now=now)

    return await _change(request, number, await read_form(request), change)


@post("/people/{number:str}/sign-out")
async def sign_out(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Sign somebody out everywhere: a lost laptop."""

    async def change(db: AsyncSession, person_id: int, by: int, now: datetime) -> None:
        await actions.sign_out_everywhere(db, person_id, by=by, now=now)

    return await _change(request, number, await read_form(request), change)


Change = Callable[[AsyncSession, int, int, datetime], Awaitable[None]]


async def _change(request: Asking, number: str, form: Form, change: Change) -> Response[Any]:
    """Change somebody; what is in the way of it is said on their page."""
    state = request.app.state
    try:
        async with state.database.writing() as db:
            person = await queries.person(db, number)
            await change(db, person.id, visitor_of(request).person_id, state.clock())
    except (Conflict, Invalid) as error:
        form.wrong("person", str(error))
        return await _person(request, number, form, status=422)
    return go(f"/people/{person.id}")


async def _people(request: Asking, form: Form, *, status: int = 200) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        everybody = await queries.people(db)
    return render(request, "accounts/people.html", status=status, people=everybody, form=form, **_choices())


async def _person(request: Asking, number: str, form: Form, *, status: int = 200) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        person = await queries.person(db, number)
        sessions = await queries.open_sessions(db, person.id, now=request.app.state.clock())
    return render(
        request, "accounts/person.html", status=status, person=person, sessions=sessions, form=form, **_choices()
    )


def _choices() -> dict[str, Any]:
    """What the forms about roles offer."""
    roles = [{"value": role.value, "text": f"{name}: {ROLE_RIGHTS[role]}"} for role, name in ROLE_NAMES.items()]
    councils = [{"value": authority.key, "text": authority.name} for authority in authorities()]
    return {"roles": roles, "councils": [{"value": "", "text": "None"}, *councils], "role_text": role_text}


def _read_address(form: Form) -> str:
    typed = form.line("address", required="Enter their email address", label="The email address")
    if form.error("address"):
        return ""
    try:
        return read_email(typed)
    except Invalid as error:
        form.wrong("address", str(error))
        return ""


def _read_role(form: Form) -> Held | None:
    """The role that was chosen, and whom it is held for; None when something is wrong with it."""
    chosen = form.one("role", list(Role), required="Choose what they may do")
    if not chosen:
        return None
    role = Role(chosen)
    field = "council" if role in OF_AUTHORITY else "organisation" if role in HELD_FOR_ONE else ""
    try:
        return Held(role, read_of(role, form.line(field, most=LONGEST_NAME, label="The name") if field else ""))
    except Invalid as error:
        form.wrong(field, str(error))
        return None


router = Router(
    path="/",
    route_handlers=[show_people, add, show_person, give, take, stop, let_in, sign_out],
    opt={"policy": held(Role.ADMIN)},
    include_in_schema=False,
)
