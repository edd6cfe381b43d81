"""Bringing in a plan that an authority has: its file is read, shown with what is wrong, and added when confirmed.

Nothing is stored before: what was read waits in the form of the preview.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath
from msgspec.structs import replace
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.policies import Role
from tracker.benchmark.office.plan_sheet import plan_sheet, template
from tracker.benchmark.office.sheets import SHEET_CSV, XLSX, sheet_csv, workbook
from tracker.benchmark.pages.access import READ, WRITING, Asking, Member, member_at
from tracker.benchmark.pages.files import take_away
from tracker.benchmark.pages.plan import WORDS, plan_path
from tracker.benchmark.pages.plan_fields import questions_for
from tracker.benchmark.planning import actions, queries
from tracker.benchmark.planning.about import title_of
from tracker.benchmark.planning.importing import COLUMNS, Read, Wanted, keep, kept, read_rows
from tracker.benchmark.planning.opening import read_table
from tracker.benchmark.privacy_check import seems_to_name
from tracker.benchmark.schemas import Criterion
from tracker.clock import london_day
from tracker.errors import Invalid, TrackerError
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form
from tracker.web.uploads import UPLOADS, Upload

LEAD = Role.AUTHORITY_LEAD


@route("/benchmark/{authority:str}/plan/import", http_method=READ)
async def show_import(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Where a file is chosen, with the template and what its columns are for."""
    return _import_page(request, member_at(request, authority, LEAD), Form())


def _import_page(request: Asking, member: Member, form: Form) -> Response[Any]:
    status = 422 if form.errors else 200
    return render(request, "benchmark/plan_import.html", status=status, member=member, form=form, columns=COLUMNS)


def unread(request: Asking, error: Invalid) -> Response[Any]:
    """A file that did not arrive, said beside where it is chosen; to others, what they are told of all such forms."""
    try:
        if request.state["visitor"] is None:
            raise error
        member = member_at(request, request.path_params["authority"], LEAD)
    except TrackerError as refusal:
        answer: Response[Any] = request.app.state.errors.domain(request, refusal)
        return answer
    form = Form()
    form.wrong("file", str(error))
    return _import_page(request, member, form)


@post("/benchmark/{authority:str}/plan/import", opt={UPLOADS: True}, exception_handlers={Invalid: unread})
async def preview(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Read the file that was chosen, and show what would be added."""
    member = member_at(request, authority, LEAD)
    form = await read_form(request)
    upload = form.file("file")
    if upload is None:
        form.wrong("file", "Choose a file")
        return _import_page(request, member, form)
    try:
        read = await _read(request, member, upload)
    except Invalid as error:
        form.wrong("file", str(error))
        return _import_page(request, member, form)
    return render(
        request,
        "benchmark/plan_preview.html",
        status=422 if read.problems else 200,
        member=member,
        file_name=upload.name,
        read=read,
        kept=keep(_marked(member, item) for item in read.wanted),
        named=[(item.row, found) for item in read.wanted if (found := _named(item))],
        owners=await _names(request, member),
        said=WORDS,
    )


async def _read(request: Asking, member: Member, upload: Upload) -> Read:
    # In a thread: a workbook takes a moment, in which others are served.
    rows = await asyncio.to_thread(read_table, upload.content)
    async with request.app.state.database.reading() as db:
        owners = await queries.owners_of(db, member.authority.key)
        plan = await queries.plan_of(db, member.authority.key, today=_today(request))
    known = {actions.named(action) for action in plan.actions}
    return read_rows(rows, criteria=questions_for(member, _today(request)), owners=owners, known=known)


def _marked(member: Member, wanted: Wanted) -> Wanted:
    """As it waits in the form, where its owner is called by their mark."""
    owner_id = wanted.planned.owner_id
    planned = replace(wanted.planned, owner_id=None)
    return replace(wanted, planned=planned, owner=member.mark(owner_id) if owner_id else "")


def _named(wanted: Wanted) -> list[str]:
    """What in a row seems to name a child or a carer."""
    return seems_to_name((wanted.planned.title, wanted.planned.measure, wanted.planned.resources))


async def _names(request: Asking, member: Member) -> dict[int | None, str]:
    async with request.app.state.database.reading() as db:
        return {owner.id: owner.name for owner in await queries.owners_of(db, member.authority.key)}


@post("/benchmark/{authority:str}/plan/import/confirm")
async def confirm(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Add what the preview showed. Sent twice, it is added once."""
    member = member_at(request, authority, LEAD)
    form = await read_form(request)
    try:
        wanted = kept(form.value("kept"))
        async with request.app.state.database.writing() as db:
            added = await _bring(db, member, wanted, _questions(request, member), now=request.app.state.clock())
    except Invalid as error:
        form.wrong("file", str(error))
        return _import_page(request, member, form)
    return go(plan_path(member, f"?done=added-{added}" if added else "?done=known"))


async def _bring(
    db: AsyncSession, member: Member, wanted: Sequence[Wanted], criteria: Sequence[Criterion], *, now: datetime
) -> int:
    """Add them; raises Invalid for a question or an owner that there is not: a form can say anything."""
    key, versions = member.authority.key, {item.key: item.version for item in criteria}
    people = await queries.owners_of(db, key)
    owners = {"": None, **{member.mark(owner.id): owner.id for owner in people}}
    if any(item.planned.criterion not in versions or item.owner not in owners for item in wanted):
        raise Invalid("The questions or the people of your authority have changed since. Choose the file again.")
    known = await actions.titles_of(db, key)
    new = [item for item in wanted if actions.named(item.planned) not in known]
    planned = [
        replace(x.planned, version=versions[x.planned.criterion], owner_id=owners[x.owner], assessment_id=None)
        for x in new
    ]
    notes = [f"Brought in from a file. {item.note}".strip() for item in new]
    return len(await actions.add(db, key, planned, by=member.person_id, now=now, notes=notes))


@route("/benchmark/{authority:str}/plan/template.xlsx", http_method=READ)
async def show_template(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """The empty template as a workbook."""
    member = member_at(request, authority)
    sheets = template(_questions(request, member))
    now, operator = request.app.state.clock(), request.app.state.settings.operator
    body = await asyncio.to_thread(workbook, sheets, title="Template of an action plan", creator=operator, now=now)
    return take_away(body, media_type=XLSX, name="action-plan-template.xlsx")


@route("/benchmark/{authority:str}/plan/template.csv", http_method=READ)
async def show_template_csv(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """The heads of the template as CSV."""
    member = member_at(request, authority)
    sheet = template(_questions(request, member))[0]
    return take_away(sheet_csv(sheet), media_type=SHEET_CSV, name="action-plan-template.csv")


@route("/benchmark/{authority:str}/plan/plan.csv", http_method=READ)
async def show_plan_csv(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """The plan as CSV, in the columns of the template."""
    member = member_at(request, authority)
    today = _today(request)
    async with request.app.state.database.reading() as db:
        plan = await queries.plan_of(db, member.authority.key, today=today)
    sheet = plan_sheet(plan, title_of=title_of, today=today)
    return take_away(sheet_csv(sheet), media_type=SHEET_CSV, name=f"{member.authority.key}-action-plan-{today}.csv")


def _questions(request: Asking, member: Member) -> tuple[Criterion, ...]:
    return questions_for(member, _today(request))


def _today(request: Asking) -> Any:
    return london_day(request.app.state.clock())


router = Router(
    path="/",
    route_handlers=[show_import, preview, confirm, show_template, show_template_csv, show_plan_csv],
    opt=WRITING,
    include_in_schema=False,
)
