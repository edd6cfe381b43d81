"""Putting actions into the plan, one by one or from gaps in one step, and changing them."""

from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath
from msgspec.structs import replace
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.policies import Role
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.pages.access import READ, WRITING, Asking, Member, member_at
from tracker.benchmark.pages.plan import WORDS, plan_path
from tracker.benchmark.pages.plan_fields import choices, fill, questions_for, read_action
from tracker.benchmark.planning import actions, queries, rules
from tracker.benchmark.planning.actions import AlreadyChanged
from tracker.benchmark.planning.gaps import Gap, gaps, planned_for
from tracker.benchmark.planning.schemas import Action, Planned, Priority
from tracker.benchmark.queries import answers_of
from tracker.benchmark.questions import asked
from tracker.benchmark.schemas import AssessmentView, Basis
from tracker.benchmark.words import BASIS_WORDS
from tracker.clock import london_day
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

LEAD = Role.AUTHORITY_LEAD


@route("/benchmark/{authority:str}/plan/gaps", http_method=READ)
async def show_gaps(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Every gap of the newest benchmark, with what could be done about it, to be ticked."""
    return await _gaps_page(request, member_at(request, authority, LEAD), Form())


async def _gaps_page(request: Asking, member: Member, form: Form) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        assessment, found = await _gaps(request, db, member)
    return render(
        request,
        "benchmark/gaps.html",
        status=422 if form.errors else 200,
        member=member,
        assessment=assessment,
        gaps=found,
        form=form,
        bases=BASIS_WORDS,
        is_law=Basis.LAW,
        said=WORDS,
    )


async def _gaps(request: Asking, db: AsyncSession, member: Member) -> tuple[AssessmentView | None, list[Gap]]:
    """The gaps of the assessment that was begun last; none while there is none."""
    assessment = await queries.newest_assessment(db, member.authority.key)
    if assessment is None:
        return None, []
    plan = await queries.plan_of(db, member.authority.key, today=london_day(request.app.state.clock()))
    criteria = asked(assessment.edition, circumstances_of(member.authority))
    return assessment, gaps(criteria, await answers_of(db, assessment), plan.actions)


@post("/benchmark/{authority:str}/plan/gaps")
async def add_from_gaps(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Put every suggestion that is ticked into the plan."""
    member = member_at(request, authority, LEAD)
    form = await read_form(request)
    async with request.app.state.database.writing() as db:
        assessment, found = await _gaps(request, db, member)
        ticked = set(form.values("suggested"))
        wanted = [
            planned_for(gap, place, assessment_id=assessment.id if assessment else 0)
            for gap in found
            for place, item in enumerate(gap.suggested)
            if f"{gap.criterion.key}: {item.title}" in ticked
        ]
        # A duty that is not shown to be met comes before all else.
        duties = {gap.criterion.key for gap in found if gap.is_duty}
        wanted = [replace(item, priority=Priority.HIGH) if item.criterion in duties else item for item in wanted]
        now = request.app.state.clock()
        added = await actions.add_suggested(db, member.authority.key, wanted, by=member.person_id, now=now)
    if not added:
        told = "What you ticked is in your plan already" if ticked else "Tick the actions that you want in your plan"
        form.wrong("suggested", told)
        return await _gaps_page(request, member, form)
    return go(plan_path(member, f"?done=added-{len(added)}"))


@route("/benchmark/{authority:str}/plan/new", http_method=READ)
async def show_new(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """An empty action, or one for a question that is named."""
    member = member_at(request, authority, LEAD)
    form = Form([("criterion", request.query_params.get("criterion", "")), ("priority", Priority.MEDIUM)])
    return await _new_page(request, member, form)


async def _new_page(request: Asking, member: Member, form: Form) -> Response[Any]:
    today = london_day(request.app.state.clock())
    async with request.app.state.database.reading() as db:
        owners = await queries.owners_of(db, member.authority.key)
    return render(
        request,
        "benchmark/action_form.html",
        status=422 if form.errors else 200,
        member=member,
        action=None,
        clash=None,
        form=form,
        **choices(member, questions_for(member, today), owners, None),
    )


@post("/benchmark/{authority:str}/plan/new")
async def add(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Put an action into the plan."""
    member = member_at(request, authority, LEAD)
    form = await read_form(request)
    key, now = member.authority.key, request.app.state.clock()
    async with request.app.state.database.writing() as db:
        owners = await queries.owners_of(db, key)
        planned = read_action(member, form, questions_for(member, london_day(now)), owners)
        added = [] if form.errors else await _add(db, key, planned, by=member.person_id, now=now)
    if form.errors:
        return await _new_page(request, member, form)
    return go(plan_path(member, f"/{added[0].number}?done=added" if added else "?done=known"))


async def _add(db: AsyncSession, key: str, planned: Planned, *, by: int, now: Any) -> Any:
    newest = await queries.newest_assessment(db, key)
    planned = replace(planned, assessment_id=newest.id if newest else None)
    return await actions.add_suggested(db, key, [planned], by=by, now=now)


@route("/benchmark/{authority:str}/plan/{number:str}/edit", http_method=READ)
async def show_edit(request: Asking, authority: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """An action, to be changed."""
    member = member_at(request, authority, LEAD)
    async with request.app.state.database.reading() as db:
        action = await queries.action_of(db, member.authority.key, number)
    return await _edit_page(request, member, action, fill(member, action, edits=action.edits))


async def _edit_page(
    request: Asking, member: Member, action: Action, form: Form, *, typed: Planned | None = None
) -> Response[Any]:
    """The form of an action; with what was typed where somebody else changed the action meanwhile."""
    today = london_day(request.app.state.clock())
    async with request.app.state.database.reading() as db:
        owners = await queries.owners_of(db, member.authority.key)
        updates = await queries.updates_of(db, member.authority.key, action.number)
    return render(
        request,
        "benchmark/action_form.html",
        status=409 if typed else 422 if form.errors else 200,
        member=member,
        action=action,
        clash=rules.altered(action, typed, owners) if typed else None,
        by=next((update.author for update in updates if update.altered), ""),
        form=form,
        **choices(member, questions_for(member, today), owners, action),
    )


@post("/benchmark/{authority:str}/plan/{number:str}/edit")
async def edit(request: Asking, authority: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Change an action. When somebody else did meanwhile, both are shown, and nothing of either is lost."""
    member = member_at(request, authority, LEAD)
    form = await read_form(request)
    key, now = member.authority.key, request.app.state.clock()
    async with request.app.state.database.reading() as db:
        action = await queries.action_of(db, key, number)
        owners = await queries.owners_of(db, key)
    planned = read_action(member, form, questions_for(member, london_day(now)), owners, before=action)
    if form.errors:
        return await _edit_page(request, member, action, form)
    seen = int(form.value("seen")) if form.value("seen").isdecimal() and len(form.value("seen")) < 9 else 0
    try:
        async with request.app.state.database.writing() as db:
            await actions.change(db, key, number, planned, seen=seen, by=member.person_id, now=now)
    except AlreadyChanged:
        return await _clash(request, member, number, planned, form)
    return go(plan_path(member, f"/{action.number}?done=changed"))


async def _clash(request: Asking, member: Member, number: str, typed: Planned, form: Form) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        action = await queries.action_of(db, member.authority.key, number)
    if not rules.altered(action, typed, ()):
        return go(plan_path(member, f"/{action.number}"))
    form.put("seen", str(action.edits))
    return await _edit_page(request, member, action, form, typed=typed)


router = Router(
    path="/",
    route_handlers=[show_gaps, add_from_gaps, show_new, add, show_edit, edit],
    opt=WRITING,
    include_in_schema=False,
)
