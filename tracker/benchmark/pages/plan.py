"""The action plan: what is overdue, what has become of it since the panel, and a page for each action."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role
from tracker.benchmark.cleared import cleared_flags
from tracker.benchmark.pages.access import NOT_YOUR_PART, READ, WRITING, Asking, Member, member_at
from tracker.benchmark.pages.filling import ask_about_names
from tracker.benchmark.pages.plan_fields import progress_choices
from tracker.benchmark.planning import actions, queries, rules
from tracker.benchmark.planning.about import title_of
from tracker.benchmark.planning.importing import LONGEST_TEXT
from tracker.benchmark.planning.schemas import PRIORITY_TEXT, PROGRESS_TEXT, Action, Progress
from tracker.benchmark.words import LEVEL_WORDS
from tracker.clock import london_day
from tracker.errors import Forbidden
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

SHOWN = {"all": "The whole plan", "open": "Still open", "overdue": "Overdue", "mine": "My actions"}
WORDS = {"progress": PROGRESS_TEXT, "priorities": PRIORITY_TEXT, "levels": LEVEL_WORDS}


def plan_path(member: Member, rest: str = "") -> str:
    """The address of a page of an authority's plan."""
    return f"/benchmark/{member.authority.key}/plan{rest}"


@route("/benchmark/{authority:str}/plan", http_method=READ)
async def show_plan(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """The plan, overdue actions first."""
    member = member_at(request, authority)
    today = london_day(request.app.state.clock())
    async with request.app.state.database.reading() as db:
        plan = await queries.plan_of(db, member.authority.key, today=today)
        panel = await queries.last_signed(db, member.authority.key)
        flags = await queries.flags_on_actions(db, member.authority.key)
    shown = request.query_params.get("show", "")
    return render(
        request,
        "benchmark/plan.html",
        member=member,
        actions=_narrowed(plan.actions, shown, member, today),
        shown=shown if shown in SHOWN else "all",
        ways=SHOWN,
        summary=rules.summary(plan.actions, today),
        since=rules.since_panel(plan.actions, plan.updates, panel.signed_at) if panel and panel.signed_at else None,
        panel=panel,
        flags=flags,
        flagged=sum(action.is_open and action.number in flags for action in plan.actions),
        today=today,
        done=request.query_params.get("done", ""),
        due_text=rules.due_text,
        is_overdue=rules.is_overdue,
        said=WORDS,
        title_of=title_of,
    )


def _narrowed(found: Sequence[Action], shown: str, member: Member, today: date) -> list[Action]:
    match shown:
        case "mine":
            return [action for action in found if action.owner_id == member.person_id]
        case "overdue":
            return [action for action in found if rules.is_overdue(action, today)]
        case "open":
            return [action for action in found if action.is_open]
    return list(found)


@route("/benchmark/{authority:str}/plan/{number:str}", http_method=READ)
async def show_action(request: Asking, authority: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """One action, with everything that was said of it."""
    return await _action_page(request, member_at(request, authority), number, Form())


async def _action_page(request: Asking, member: Member, number: str, form: Form) -> Response[Any]:
    today = london_day(request.app.state.clock())
    async with request.app.state.database.reading() as db:
        action = await queries.action_of(db, member.authority.key, number)
        updates = await queries.updates_of(db, member.authority.key, action.number)
        flags = await queries.flags_on_actions(db, member.authority.key)
        cleared = await cleared_flags(db, member.authority.key, about=f"action/{action.number}")
    return render(
        request,
        "benchmark/action.html",
        status=422 if form.errors else 200,
        member=member,
        action=action,
        updates=updates,
        flags=flags.get(action.number, []),
        cleared=cleared,
        may_report=may_report(member, action),
        form=form if form.names else Form([("status", action.status.value)]),
        progress_choices=progress_choices(),
        today=today,
        done=request.query_params.get("done", ""),
        due_text=rules.due_text,
        said=WORDS,
        title=title_of(action),
    )


def may_report(member: Member, action: Action) -> bool:
    """Whether somebody can say how an action goes: a lead of any, anybody else of their own."""
    return member.is_lead or (action.owner_id == member.person_id and bool(member.roles & set(queries.OWNING)))


@post("/benchmark/{authority:str}/plan/{number:str}/updates")
async def report(request: Asking, authority: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Say how an action goes."""
    member = member_at(request, authority, *queries.OWNING)
    form = await read_form(request)
    async with request.app.state.database.reading() as db:
        action = await queries.action_of(db, member.authority.key, number)
    if not may_report(member, action):
        raise Forbidden(NOT_YOUR_PART)
    status = form.one("status", list(Progress), required="Choose how it goes")
    text = form.text("text", most=LONGEST_TEXT, label="The update")
    ask_about_names(form, [text])
    if not form.errors and not text and status == action.status:
        form.wrong("text", "Write what has happened, or choose another status")
    if form.errors:
        return await _action_page(request, member, number, form)
    by, now = member.person_id, request.app.state.clock()
    async with request.app.state.database.writing() as db:
        await actions.report(db, member.authority.key, number, status=Progress(status), text=text, by=by, now=now)
    return go(plan_path(member, f"/{action.number}?done=updated"))


@post("/benchmark/{authority:str}/plan/{number:str}/remove")
async def remove(request: Asking, authority: FromPath[str], number: FromPath[str]) -> Response[Any]:
    """Take out an action that was put in by mistake."""
    member = member_at(request, authority, Role.AUTHORITY_LEAD)
    async with request.app.state.database.writing() as db:
        await actions.remove(db, member.authority.key, number, by=member.person_id, now=request.app.state.clock())
    return go(plan_path(member, "?done=removed"))


router = Router(
    path="/",
    route_handlers=[show_plan, show_action, report, remove],
    opt=WRITING,
    include_in_schema=False,
)
