"""A round as a list of tasks: the 18 announcements and the kinship local offer, and how each answer stands."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role
from tracker.benchmark import actions, queries
from tracker.benchmark.actions import closed
from tracker.benchmark.pages.access import READ, WRITING, Asking, member_at
from tracker.benchmark.pages.reading import LINES, AtRound, asked_of, home_of, read_round, refused
from tracker.benchmark.pages.showing import counted, tag_of, words
from tracker.benchmark.questions import newest_edition, round_of, round_on
from tracker.benchmark.rules import Lacks, lacking
from tracker.benchmark.schemas import Criterion
from tracker.clock import london_day
from tracker.errors import Conflict
from tracker.web.dynamic import go, render
from tracker.web.forms import read_form

NOT_NOW = "Only the round of these days can be begun."


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One question in the list."""

    criterion: Criterion
    title: str
    href: str
    text: str
    colour: str
    """Of its tag; "" for plain text."""
    changed: bool
    """Whether something that it rests on has changed since."""


@route("/benchmark/{authority:str}/rounds/{round:str}", http_method=READ)
async def show_tasks(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Every question with how its answer stands, and what keeps the benchmark from being signed."""
    member = member_at(request, authority)
    at = await read_round(request, member, round)
    missing = lacking(at.asked, at.standings)
    async with request.app.state.database.reading() as db:
        names = await queries.names_of(db, [at.assessment.approver_id, at.assessment.asked_by])
    first = [item for item in at.asked if item.first_pass]
    saved = request.query_params.get("saved", "")
    return render(
        request,
        "benchmark/tasks.html",
        at=at,
        member=member,
        groups=_groups(at, missing),
        first=len(first),
        answered=sum(at.at(item).is_answered for item in first),
        missing=missing,
        unconfirmed=list(missing.values()).count(Lacks.LOOK),
        counted=counted(at),
        names=names,
        is_over=london_day(request.app.state.clock()) > at.round.closes,
        saved=next((item for item in at.asked if item.key == saved), None),
        **words(),
    )


def _groups(at: AtRound, missing: Mapping[str, Lacks]) -> list[tuple[str, str, list[Task]]]:
    """The announcements, and the kinship local offer as a block of its own: an id, a heading, and tasks."""
    tasks = [task_of(at, item, missing) for item in at.asked]
    offer = [task for task in tasks if task.criterion.line.startswith("K")]
    announced = [task for task in tasks if task not in offer]
    return [
        ("announcements", "The 18 announcements", announced),
        ("offer", "Your kinship local offer", offer),
    ]


def task_of(at: AtRound, criterion: Criterion, missing: Mapping[str, Lacks]) -> Task:
    """A question in the list; who may answer is led to its short form while it is not answered."""
    short = criterion.first_pass and at.may_answer and missing.get(criterion.key) is Lacks.ANSWER
    text, colour = tag_of(criterion, at.at(criterion), missing.get(criterion.key), is_open=at.assessment.is_open)
    line = LINES[criterion.line]
    return Task(
        criterion=criterion,
        title=f"{line.key}. {line.title}" if criterion.first_pass else f"{criterion.key}. {criterion.title}",
        href=f"{at.path}/{'first-pass' if short else 'questions'}/{criterion.key}",
        text=text,
        colour=colour,
        changed=bool(at.flags_of(criterion)),
    )


def open_tasks(at: AtRound, missing: Iterable[str]) -> list[Task]:
    """What is still to do, as tasks."""
    keys = set(missing)
    lacks = lacking(at.asked, at.standings)
    return [task_of(at, item, lacks) for item in at.asked if item.key in keys]


@post("/benchmark/{authority:str}/rounds/{round:str}/start")
async def begin(request: Asking, authority: FromPath[str], round: FromPath[str]) -> Response[Any]:
    """Begin the round of these days: go to the first line, or to what was filled in from the round before."""
    member = member_at(request, authority, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    now = request.app.state.clock()
    chosen, today = round_of(round), london_day(now)
    if chosen != round_on(today):
        return refused(request, member, Conflict(NOT_NOW), form, back=home_of(member))
    edition = newest_edition(today).key
    async with request.app.state.database.writing() as db:
        begun = await actions.begin(
            db,
            member.authority.key,
            chosen.key,
            edition=edition,
            asked=asked_of(member, edition),
            by=member.person_id,
            now=now,
        )
    path = f"{home_of(member)}/rounds/{chosen.key}"
    if not begun.is_open:
        return refused(request, member, Conflict(closed(begun)), form, back=path)
    return go(f"{path}/check" if begun.before_id else f"{path}/first-pass")


router = Router(path="/", route_handlers=[show_tasks, begin], opt=WRITING, include_in_schema=False)
