"""Taking everything away, and erasing it: by the lead, without asking anybody."""

import asyncio
from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role
from tracker.benchmark import leaving, queries
from tracker.benchmark.office.everything import archive
from tracker.benchmark.office.material import Material
from tracker.benchmark.pages.access import READ, WRITING, Asking, Member, member_at
from tracker.benchmark.pages.files import take_away
from tracker.benchmark.pages.papers import FILES, file_name, read_material
from tracker.benchmark.pages.reading import at_round
from tracker.clock import london_day
from tracker.web.dynamic import go, render
from tracker.web.entries import ZIP
from tracker.web.forms import Form, read_form

LEAD = Role.AUTHORITY_LEAD
NAMES = {
    "assessment": "Rounds",
    "answer": "Savings of answers, each with its history",
    "plan_action": "Actions",
    "action_update": "Updates of actions",
    "flag": "Notes of what changed nationally",
    "comparison": "Comparisons that you were shown",
    "access_request": "Requests for access",
    "benchmark_letter": "Notes of letters that were owed",
    "people": "People who take part or are named in these",
}


@route("/benchmark/{authority:str}/data", http_method=READ)
async def show_data(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """What is kept, to take away or to erase."""
    return await _data_page(request, member_at(request, authority, LEAD), Form())


async def _data_page(request: Asking, member: Member, form: Form) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        counts = await leaving.counts(db, member.authority.key)
    return render(
        request,
        "benchmark/data.html",
        status=422 if form.errors else 200,
        member=member,
        counts=[(text, counts[name]) for name, text in NAMES.items()],
        form=form,
        done=request.query_params.get("done", ""),
    )


@route("/benchmark/{authority:str}/data/everything.zip", http_method=READ)
async def take_everything(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """All that the authority entered, in one archive."""
    member = member_at(request, authority, LEAD)
    key, now = member.authority.key, request.app.state.clock()
    async with request.app.state.database.reading() as db:
        kept = await leaving.everything(db, key)
        begun = await queries.assessments_of(db, key)
        materials = [await read_material(request, db, await at_round(db, member, item.round)) for item in begun]
    operator = request.app.state.settings.operator

    def pack() -> bytes:
        return archive(kept, _files(materials, operator), name=member.authority.name, now=now)

    body = await asyncio.to_thread(pack)
    return take_away(body, media_type=ZIP, name=f"{key}-kinship-everything-{london_day(now)}.zip")


def _files(materials: list[Material], operator: str) -> dict[str, bytes]:
    """Every file of every round, by its path in the archive."""
    return {
        f"{material.frozen.round}/{file_name(material, name)}": make(material, operator)
        for material in materials
        for name, (make, _) in FILES.items()
    }


@post("/benchmark/{authority:str}/data/erase")
async def erase(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Erase everything, once its name was typed."""
    member = member_at(request, authority, LEAD)
    form = await read_form(request)
    typed = form.line("name", most=200, label="The name")
    if " ".join(typed.casefold().split()) != member.authority.name.casefold():
        form.wrong("name", f"Type the name of your authority as it is written here: {member.authority.name}")
        return await _data_page(request, member, form)
    end_access = form.value("end_access") == "yes"
    by, now = member.person_id, request.app.state.clock()
    async with request.app.state.database.writing() as db:
        await leaving.erase(db, member.authority.key, end_access=end_access, by=by, now=now)
    await request.app.state.database.tidy()
    if end_access:
        # There is no page left to send them to that would say so.
        return render(request, "benchmark/erased.html", member=member)
    return go(f"/benchmark/{member.authority.key}/data?done=erased")


router = Router(
    path="/",
    route_handlers=[show_data, take_everything, erase],
    opt=WRITING,
    include_in_schema=False,
)
