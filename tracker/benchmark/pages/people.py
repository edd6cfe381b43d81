"""Who takes part in an authority's benchmark: everybody in it sees that, its leads decide it."""

from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.people import Apart
from tracker.accounts.policies import OF_AUTHORITY, SIGNED_IN, Role
from tracker.accounts.queries import ROLE_NAMES
from tracker.accounts.visitors import visitor_of
from tracker.authorities.invented import authority_of
from tracker.benchmark import joining, members
from tracker.benchmark.pages.access import MEMBERS, NOT_YOURS, READ, Asking, Member, member_at
from tracker.errors import Conflict, NotFound
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

RIGHTS = {
    Role.AUTHORITY_LEAD: "decides who takes part, agrees answers, asks for the signature, looks after the plan",
    Role.CONTRIBUTOR: "answers questions, and updates the actions they own",
    Role.APPROVER: "reads everything, and signs",
    Role.READER: "reads everything",
}
CHOICES = [
    {"value": role.value, "text": ROLE_NAMES[role], "hint": f"{RIGHTS[role].capitalize()}."} for role in OF_AUTHORITY
]
REFUSE = "refuse"


@route("/benchmark", http_method=READ, opt={"policy": SIGNED_IN})
async def show_index(request: Asking) -> Response[Any]:
    """Every benchmark that somebody takes part in: several, or none any more."""
    visitor = visitor_of(request)
    keys = dict.fromkeys(held.of for held in visitor.held if held.role in OF_AUTHORITY)
    found = [
        (authority, [role for role in OF_AUTHORITY if key in visitor.held_for(role)])
        for key in keys
        if (authority := authority_of(key))
    ]
    return render(request, "benchmark/index.html", found=found, names=ROLE_NAMES)


@route("/benchmark/{key:str}/people", http_method=READ)
async def show_people(request: Asking, key: FromPath[str]) -> Response[Any]:
    """Who takes part, and to a lead who waits to be let in."""
    member = member_at(request, key)
    async with request.app.state.database.reading() as db:
        everybody = await members.members(db, member.authority.key)
        waiting = await members.waiting(db, member.authority.key) if member.is_lead else ()
    done = request.query_params.get("done", "") if member.is_lead else ""
    return render(
        request,
        "benchmark/people.html",
        **_shared(member),
        everybody=everybody,
        waiting=waiting,
        done=done,
        names=ROLE_NAMES,
        public_url=request.app.state.settings.public_url,
        rights=RIGHTS,
    )


@route("/benchmark/{key:str}/people/{mark:str}", http_method=READ)
async def show_person(request: Asking, key: FromPath[str], mark: FromPath[str]) -> Response[Any]:
    """What one member may do."""
    member = member_at(request, key, Role.AUTHORITY_LEAD)
    return await _person(request, member, mark, Form())


@post("/benchmark/{key:str}/people/{mark:str}")
async def change(request: Asking, key: FromPath[str], mark: FromPath[str]) -> Response[Any]:
    """Let a member hold the roles that are ticked; none ends their taking part."""
    member = member_at(request, key, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    roles = [Role(role) for role in form.many("roles", list(OF_AUTHORITY))]
    here, state = member.authority.key, request.app.state
    try:
        async with state.database.writing() as db:
            person = await _member(db, member, mark)
            await members.change_roles(db, here, person.id, roles, by=member.person_id, now=state.clock())
    except Conflict as error:
        form.wrong("roles", str(error))
        return await _person(request, member, mark, form, status=422)
    still = person.id != member.person_id or Role.AUTHORITY_LEAD in roles
    return go(f"/benchmark/{here}/people?done=changed" if still else "/benchmark")


@route("/benchmark/{key:str}/people/requests/{mark:str}", http_method=READ)
async def show_request(request: Asking, key: FromPath[str], mark: FromPath[str]) -> Response[Any]:
    """Somebody who waits, with what they wrote."""
    member = member_at(request, key, Role.AUTHORITY_LEAD)
    return await _request(request, member, mark, Form([("roles", Role.CONTRIBUTOR)]))


@post("/benchmark/{key:str}/people/requests/{mark:str}")
async def answer(request: Asking, key: FromPath[str], mark: FromPath[str]) -> Response[Any]:
    """Let somebody in with the roles that are ticked, or refuse."""
    member = member_at(request, key, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    refused = form.value("answer") == REFUSE
    roles = [
        Role(role)
        for role in form.many("roles", list(OF_AUTHORITY), required="" if refused else "Choose what they may do")
    ]
    if form.errors:
        return await _request(request, member, mark, form, status=422)
    here, state = member.authority.key, request.app.state
    try:
        async with state.database.writing() as db:
            if refused:
                await joining.refuse(db, here, mark, by=member.person_id, now=state.clock())
            else:
                await joining.let_in(db, here, mark, roles, by=member.person_id, now=state.clock())
    except NotFound as error:
        raise NotFound(NOT_YOURS) from error
    except Apart as error:
        form.wrong("roles", str(error))
        return await _request(request, member, mark, form, status=422)
    except Conflict:
        return go(f"/benchmark/{here}/people?done=already")
    return go(f"/benchmark/{here}/people?done={'refused' if refused else 'let-in'}")


async def _person(request: Asking, member: Member, mark: str, form: Form, *, status: int = 200) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        person = await _member(db, member, mark)
    held = form.values("roles") if status != 200 else list(person.roles)
    return render(
        request, "benchmark/person.html", status=status, **_shared(member), person=person, held=held, form=form
    )


async def _request(request: Asking, member: Member, mark: str, form: Form, *, status: int = 200) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        waiting = await members.waiting(db, member.authority.key)
    asked = next((item for item in waiting if item.mark == mark), None)
    if asked is None:
        raise NotFound(NOT_YOURS)
    return render(request, "benchmark/request.html", status=status, **_shared(member), asked=asked, form=form)


async def _member(db: AsyncSession, member: Member, mark: str) -> members.MemberView:
    everybody = await members.members(db, member.authority.key)
    chosen = member.marked(mark, everybody)
    found = next((person for person in everybody if person.id == chosen), None)
    if found is None:
        raise NotFound(NOT_YOURS)
    return found


def _shared(member: Member) -> dict[str, Any]:
    return {"member": member, "authority": member.authority, "choices": CHOICES}


router = Router(
    path="/",
    route_handlers=[show_index, show_people, show_person, change, show_request, answer],
    opt={"policy": MEMBERS},
    include_in_schema=False,
)
