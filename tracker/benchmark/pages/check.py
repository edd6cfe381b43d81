"""Check answers: everything on one page as it would be signed, what is missing first."""

from collections.abc import Collection
from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role
from tracker.benchmark import actions
from tracker.benchmark.cleared import to_revise
from tracker.benchmark.pages.access import READ, WRITING, Asking, member_at
from tracker.benchmark.pages.reading import AtRound, read_round, refused
from tracker.benchmark.pages.showing import counted, words
from tracker.benchmark.pages.tasks import open_tasks
from tracker.benchmark.rules import Lacks, lacking
from tracker.benchmark.schemas import Criterion
from tracker.benchmark.words import duty_not_shown
from tracker.errors import Conflict
from tracker.web.dynamic import go, render
from tracker.web.forms import read_form


@route("/benchmark/{authority:str}/rounds/{round:str}/check", http_method=READ)
async def show_check(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """All answers, and what keeps them from being signed."""
    member = member_at(request, authority)
    at = await read_round(request, member, round)
    async with request.app.state.database.reading() as db:
        revised = await to_revise(db, at.assessment)
    return render(
        request, "benchmark/check.html", **checked(at, revised), confirmed=request.query_params.get("confirmed", "")
    )


def checked(at: AtRound, revised: Collection[str] = ()) -> dict[str, Any]:
    """What a page with all answers needs."""
    missing = lacking(at.asked, at.standings)
    first = [item for item in at.asked if item.first_pass]
    return {
        "at": at,
        "member": at.member,
        "missing": missing,
        "open_tasks": open_tasks(at, missing),
        "unchanged": unchanged(at, revised),
        "revised": revised,
        "first": len(first),
        "answered": sum(at.at(item).is_answered for item in first),
        "counted": counted(at),
        "duties": [item for item in at.asked if at.at(item).is_answered and duty_not_shown(item, at.at(item).level)],
        "answers": [(item, at.at(item)) for item in at.asked if item.first_pass or at.at(item).answer],
        **words(),
    }


def unchanged(at: AtRound, revised: Collection[str]) -> list[Criterion]:
    """Answers of the round before that nobody has looked at, or said to revise, and that nothing has changed about."""
    lacks = lacking(at.asked, at.standings)
    return [
        item
        for item in at.asked
        if lacks.get(item.key) is Lacks.LOOK and item.key not in revised and not at.flags_of(item)
    ]


@post("/benchmark/{authority:str}/rounds/{round:str}/check")
async def confirm_unchanged(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Agree at once to all answers of the round before that nothing has changed about."""
    member = member_at(request, authority, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    at = await read_round(request, member, round)
    named = form.values("criterion")
    try:
        async with request.app.state.database.writing() as db:
            chosen = [item for item in unchanged(at, await to_revise(db, at.assessment)) if item.key in named]
            number = await actions.confirm(
                db,
                member.authority.key,
                at.round.key,
                chosen,
                by=member.person_id,
                now=request.app.state.clock(),
            )
    except Conflict as error:
        return refused(request, member, error, form, back=at.path)
    return go(f"{at.path}/check?confirmed={number}")


router = Router(path="/", route_handlers=[show_check, confirm_unchanged], opt=WRITING, include_in_schema=False)
