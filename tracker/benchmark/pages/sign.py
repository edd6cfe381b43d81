"""Asking for a signature, signing, and giving back with a reason."""

from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role
from tracker.benchmark import queries, signing
from tracker.benchmark.pages.access import READ, WRITING, Asking, Member, member_at
from tracker.benchmark.pages.check import checked
from tracker.benchmark.pages.filling import ask_about_names
from tracker.benchmark.pages.reading import AtRound, national_of, read_round, refused
from tracker.benchmark.signing import Signature
from tracker.errors import Conflict, Forbidden, Invalid
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

ASK_WHY = "Say what has to change before you can sign"


@route("/benchmark/{authority:str}/rounds/{round:str}/ask", http_method=READ)
async def show_ask(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Who is to sign?"""
    member = member_at(request, authority, Role.AUTHORITY_LEAD)
    at = await read_round(request, member, round)
    if not at.assessment.is_open:
        return go(at.path)
    return await _ask_page(request, at, Form())


async def _ask_page(request: Asking, at: AtRound, form: Form) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        approvers = await signing.possible_approvers(db, at.member.authority.key, by=at.member.person_id)
    return render(
        request,
        "benchmark/ask.html",
        status=422 if form.errors else 200,
        form=form,
        approvers=approvers,
        alone=[person.id for person in approvers] == [at.member.person_id],
        **checked(at),
    )


@post("/benchmark/{authority:str}/rounds/{round:str}/ask")
async def ask(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Hand the whole benchmark to an approver, who is told by mail; until then nobody changes its answers."""
    member = member_at(request, authority, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    at = await read_round(request, member, round)
    try:
        async with request.app.state.database.writing() as db:
            approvers = await signing.possible_approvers(db, member.authority.key, by=member.person_id)
            await signing.ask(
                db,
                member.authority.key,
                at.round.key,
                approver_id=member.marked(form.value("approver"), approvers),
                asked=at.asked,
                by=member.person_id,
                now=request.app.state.clock(),
            )
    except Invalid as error:
        form.wrong("approver", str(error))
        return await _ask_page(request, at, form)
    except Conflict as error:
        return refused(request, member, error, form, back=f"{at.path}/check")
    return go(f"{at.path}?asked=1")


@route("/benchmark/{authority:str}/rounds/{round:str}/sign", http_method=READ)
async def show_sign(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Everything that is signed, and the places for a name and a position."""
    member = member_at(request, authority)
    at = await read_round(request, member, round)
    if at.assessment.signed_at or at.assessment.approver_id != member.person_id:
        return go(at.path)
    member.require(Role.APPROVER)
    return await _sign_page(request, at, Form([("name", member.name)]))


async def _sign_page(request: Asking, at: AtRound, form: Form) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        names = await queries.names_of(db, [at.assessment.asked_by])
    return render(
        request,
        "benchmark/sign.html",
        status=422 if form.errors else 200,
        form=form,
        asked_by=names[at.assessment.asked_by],
        asking=signing.asking_of(at.assessment),
        alone=at.assessment.asked_by == at.member.person_id,
        **checked(at),
    )


@post("/benchmark/{authority:str}/rounds/{round:str}/sign")
async def sign(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Freeze the round with a reference."""
    member = member_at(request, authority, Role.APPROVER)
    form = await read_form(request)
    at = await read_round(request, member, round)
    name = form.line("name", required="Enter your name", most=120, label="Your name")
    position = form.line("position", required="Enter your position", most=160, label="Your position")
    if form.value("agree") != "yes":
        form.wrong("agree", "Tick that you have read the answers and sign them for your authority")
    if form.errors and at.assessment.approver_id == member.person_id and not at.assessment.signed_at:
        return await _sign_page(request, at, form)
    asked_at, signed_name = form.value("asked"), f"{name}, {position}"
    if _has_signed(at, signed_name, asked_at):
        # The button was pressed twice.
        return go(f"{at.path}?signed=1")
    try:
        await _sign(request, at, signed_name, asked_at)
    except (Conflict, Forbidden) as error:
        return refused(request, member, Conflict(str(error)), form, back=at.path)
    return go(f"{at.path}?signed=1")


def _has_signed(at: AtRound, name: str, asked_at: str) -> bool:
    """Whether who asks has given this very signature already."""
    known = at.assessment
    theirs = (known.approver_id, known.signed_name, signing.asking_of(known))
    return known.signed_at is not None and theirs == (at.member.person_id, name, asked_at)


async def _sign(request: Asking, at: AtRound, name: str, asked_at: str) -> None:
    member = at.member
    signature = Signature(
        person_id=member.person_id,
        name=name,
        authority_name=member.authority.name,
        round_title=at.round.title,
        asked_at=asked_at,
    )
    async with request.app.state.database.writing() as db:
        await signing.sign(
            db,
            member.authority.key,
            at.round.key,
            signature,
            asked=at.asked,
            national=national_of(request, at.asked),
            now=request.app.state.clock(),
        )


@post("/benchmark/{authority:str}/rounds/{round:str}/give-back")
async def give_back(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Open the answers again: the approver says why; a lead takes back what they sent."""
    member = member_at(request, authority, Role.APPROVER, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    at = await read_round(request, member, round)
    takes_back = member.is_lead and form.value("take") == "back"
    why = None if takes_back else form.text("why", required=ASK_WHY, most=2000, label="The reason")
    ask_about_names(form, [why or ""])
    if form.errors and _is_approver(at, member):
        return await _sign_page(request, at, form)
    try:
        async with request.app.state.database.writing() as db:
            await signing.give_back(
                db,
                member.authority.key,
                at.round.key,
                why=why,
                by=member.person_id,
                now=request.app.state.clock(),
            )
    except (Conflict, Forbidden) as error:
        return refused(request, member, Conflict(str(error)), form, back=at.path)
    return go(at.path)


def _is_approver(at: AtRound, member: Member) -> bool:
    return at.assessment.approver_id == member.person_id and at.assessment.signed_at is None


router = Router(
    path="/",
    route_handlers=[show_ask, ask, show_sign, sign, give_back],
    opt=WRITING,
    include_in_schema=False,
)
