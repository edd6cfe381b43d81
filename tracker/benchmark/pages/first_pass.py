"""The first pass: a level and one sentence for each line, one line a page, with nothing else in the way."""

from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role
from tracker.benchmark.pages.access import READ, WRITING, Asking, member_at
from tracker.benchmark.pages.answer import changed_meanwhile, keep
from tracker.benchmark.pages.filling import filled, read_first
from tracker.benchmark.pages.reading import LINES, AtRound, read_round, refused
from tracker.benchmark.pages.showing import shown
from tracker.benchmark.rules import next_of
from tracker.benchmark.schemas import Criterion, Saved
from tracker.errors import Conflict
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

ANSWERING = (Role.AUTHORITY_LEAD, Role.CONTRIBUTOR)


@route("/benchmark/{authority:str}/rounds/{round:str}/first-pass", http_method=READ)
async def go_on(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """To the first line that waits for who asks, or to the check of all answers when none does."""
    member = member_at(request, authority, *ANSWERING)
    at = await read_round(request, member, round)
    return go(next_path(at, after=None) if at.assessment.is_open else at.path)


def next_path(at: AtRound, *, after: str | None) -> str:
    """Where the first pass goes on."""
    found = next_of(at.asked, at.standings, after=after, person_id=at.member.person_id)
    return f"{at.path}/first-pass/{found.key}" if found else f"{at.path}/check"


@route("/benchmark/{authority:str}/rounds/{round:str}/first-pass/{criterion:str}", http_method=READ)
async def show_line(
    request: Asking, authority: FromPath[str], round: FromPath[str], criterion: FromPath[str]
) -> Response[Any]:
    """One line, filled in with what stands or with what who asks thinks."""
    member = member_at(request, authority, *ANSWERING)
    at = await read_round(request, member, round)
    asked = at.criterion(criterion)
    if not at.assessment.is_open:
        return go(f"{at.path}/questions/{asked.key}")
    standing = at.at(asked)
    form = filled(mine(at, asked), after=standing.newest)
    form.put("from", request.query_params.get("from", ""))
    return _page(request, at, asked, form)


def mine(at: AtRound, criterion: Criterion) -> Saved | None:
    """What a form begins with: what who asks thinks where colleagues differ, else what stands."""
    standing = at.at(criterion)
    own = next((view for view in standing.views if view.author_id == at.member.person_id), None)
    return own or standing.answer


def _page(request: Asking, at: AtRound, criterion: Criterion, form: Form) -> Response[Any]:
    first = [item for item in at.asked if item.first_pass]
    place = next((number for number, item in enumerate(first, start=1) if item.line == criterion.line), 0)
    following = next((item.key for item in first[place:]), None)
    return render(
        request,
        "benchmark/first_pass.html",
        status=422 if form.errors else 200,
        form=form,
        line=LINES[criterion.line],
        place=place,
        lines=len(first),
        skip=f"{at.path}/first-pass/{following}" if following else f"{at.path}/check",
        **shown(request, at, criterion),
    )


@post("/benchmark/{authority:str}/rounds/{round:str}/first-pass/{criterion:str}")
async def save_line(
    request: Asking, authority: FromPath[str], round: FromPath[str], criterion: FromPath[str]
) -> Response[Any]:
    """Keep one line and go on to the next."""
    member = member_at(request, authority, *ANSWERING)
    form = await read_form(request)
    at = await read_round(request, member, round)
    asked = at.criterion(criterion)
    given = read_first(form, asked, mine(at, asked) or next(iter(at.at(asked).views[::-1]), None))
    if form.errors and at.assessment.is_open:
        return _page(request, at, asked, form)
    try:
        kept = await keep(request, at, given, form)
    except Conflict as error:
        return refused(request, member, error, form, back=at.path)
    if kept.clash:
        return await changed_meanwhile(request, member, round, asked, kept)
    if form.value("from") == "check":
        return go(f"{at.path}/check#line-{asked.key}")
    return go(next_path(await read_round(request, member, round), after=asked.key))


router = Router(
    path="/",
    route_handlers=[go_on, show_line, save_line],
    opt=WRITING,
    include_in_schema=False,
)
