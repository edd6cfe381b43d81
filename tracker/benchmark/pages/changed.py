"""What changed: national changes and reworded questions that answers and actions rest on, and clearing them."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from litestar import Response, Router, post, route
from litestar.params import FromPath
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.policies import Role
from tracker.benchmark import flags, queries
from tracker.benchmark.cleared import cleared_flags
from tracker.benchmark.flags import CONFIRMED, REVISED, FlagView
from tracker.benchmark.national import changed_announcements, record_of
from tracker.benchmark.pages.access import READ, WRITING, Asking, Member, member_at
from tracker.benchmark.pages.filling import ask_about_names
from tracker.benchmark.pages.reading import asked_of, home_of
from tracker.benchmark.planning.counts import PlanCounts, plan_counts, titles_of
from tracker.benchmark.questions import questions
from tracker.benchmark.resting import Moved, moved, sentence
from tracker.benchmark.schemas import AssessmentView, Criterion
from tracker.clock import london_day
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

OUTCOMES = {
    CONFIRMED: "Still right: nothing has to change here",
    REVISED: "Revised: we have changed it, or will in the next round",
}
LONGEST_CAUSE = 100
"""Characters of what names a change in a form: it stands in ids of the page that comes back."""


GROUPS = {
    "subject": "Answers about what changed",
    "offer": "Your kinship local offer",
    "other": "Other answers that rest on it",
    "action": "Actions",
}
"""What rests on one change, in the order in which it is looked at."""


LINE_OF = {item.key: item.line for item in questions().versions.values()}
Order = Mapping[str, tuple[int, Criterion]]
"""The questions by their keys, with their places."""


class Rests(msgspec.Struct, frozen=True, kw_only=True):
    """One answer or action that rests on what changed: what it is called, and where it is."""

    flag: FlagView
    title: str
    href: str


@route("/benchmark/{authority:str}/flags", http_method=READ)
async def show_flags(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Everything that changed and has not been cleared, with what rests on it."""
    return await _page(request, member_at(request, authority), Form())


async def _page(request: Asking, member: Member, form: Form) -> Response[Any]:
    key, today = member.authority.key, london_day(request.app.state.clock())
    public = record_of(request.app.state.keeper.snapshot.context)
    async with request.app.state.database.reading() as db:
        assessments = await queries.assessments_of(db, key)
        found = await flags.open_flags(db, key)
        plan = await plan_counts(db, key, today=today)
        groups = await moved_for(db, member, found, assessments, plan)
        done = await cleared_flags(db, key)
        titles = await titles_of(db, key)
    criteria = asked_of(member, assessments[0].edition) if assessments else ()
    order = {item.key: (place, item) for place, item in enumerate(criteria)}
    return render(
        request,
        "benchmark/flags.html",
        status=422 if form.errors else 200,
        member=member,
        home=home_of(member),
        form=form,
        groups=[(group, _resting(member, group, titles, order)) for group in groups],
        announcements={group.cause: changed_announcements(public, group.cause) for group in groups},
        done=[(flag, _rests(member, flag, titles, order).title) for flag in done],
        sentence=sentence,
        outcomes=OUTCOMES,
        cleared=request.query_params.get("cleared", ""),
    )


def _resting(
    member: Member,
    group: Moved,
    titles: Mapping[str, str],
    order: Order,
) -> list[tuple[str, str, list[Rests]]]:
    """What rests on one change, in groups: the key of each, its heading, and what is in it."""
    placed = sorted(group.flags, key=lambda flag: order[flag.criterion][0] if flag.criterion in order else 0)
    found = [(_group(flag, group.about), _rests(member, flag, titles, order)) for flag in placed]
    kept = [(key, heading, [item for its, item in found if its == key]) for key, heading in GROUPS.items()]
    return [(key, heading, items) for key, heading, items in kept if items]


def _group(flag: FlagView, about: Iterable[str]) -> str:
    """In which group something stands: a change concerns its own questions more than others that rest on it."""
    line = LINE_OF.get(flag.criterion, "")
    if flag.about.startswith("action/"):
        return "action"
    if line in {ref.partition("/")[0] for ref in about}:
        return "subject"
    return "offer" if line.startswith("K") else "other"


def _rests(
    member: Member,
    flag: FlagView,
    titles: Mapping[str, str],
    order: Order,
) -> Rests:
    kind, _, rest = flag.about.partition("/")
    home = home_of(member)
    if kind == "action":
        return Rests(flag=flag, title=f"Action {rest}: {titles.get(rest, '')}", href=f"{home}/plan/{rest}")
    round, _, key = rest.partition("/")
    title = order[key][1].title if key in order else ""
    href = f"{home}/rounds/{round}/questions/{key}"
    return Rests(flag=flag, title=f"Answer {key}{': ' if title else ''}{title}", href=href)


async def moved_for(
    db: AsyncSession,
    member: Member,
    found: list[FlagView],
    assessments: list[AssessmentView],
    plan: PlanCounts,
) -> list[Moved]:
    """What changed, counted against all answers of the newest round and all open actions."""
    if not found:
        return []
    newest = assessments[0] if assessments else None
    answers = await queries.answers_of(db, newest) if newest else {}
    return moved(
        found,
        answers=sum(at.answer is not None for at in answers.values()),
        actions=plan.open,
        criteria=asked_of(member, newest.edition) if newest else (),
        about=await flags.subjects(db),
    )


@post("/benchmark/{authority:str}/flags")
async def clear(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """Clear what is ticked: confirmed, or revised with a word on how."""
    member = member_at(request, authority, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    cause = form.value("cause")[:LONGEST_CAUSE]
    chosen = await _chosen(request, member, form, cause)
    if not chosen:
        form.wrong(f"flag-{cause}", "Tick what you have looked at")
    outcome = form.value("outcome")
    if outcome not in OUTCOMES:
        form.wrong(f"outcome-{cause}", "Say whether it is still right")
    why = form.text("why", most=2000, label="The note", at=f"why-{cause}")
    if outcome == REVISED and not why:
        form.wrong(f"why-{cause}", "Say in a few words what you have changed, or will change")
    ask_about_names(form, [why])
    if form.errors:
        return await _page(request, member, form)
    async with request.app.state.database.writing() as db:
        number = await flags.clear(
            db,
            member.authority.key,
            chosen,
            outcome=outcome,
            why=why,
            by=member.person_id,
            now=request.app.state.clock(),
        )
    return go(f"{home_of(member)}/flags?cleared={number}")


async def _chosen(request: Asking, member: Member, form: Form, cause: str) -> list[str]:
    """What is ticked by itself, or with its group, or with everything that rests on one change."""
    ticked, whole = form.values("flag"), form.values("all")
    if not whole:
        return ticked
    async with request.app.state.database.reading() as db:
        found = await flags.open_flags(db, member.authority.key)
        about = await flags.subjects(db)
    of_cause = [flag for flag in found if flag.cause.replace("/", "-") == cause]
    groups = set(GROUPS) if "yes" in whole else set(whole)
    return [*ticked, *(flag.name for flag in of_cause if _group(flag, about.get(flag.cause, ())) in groups)]


router = Router(path="/", route_handlers=[show_flags, clear], opt=WRITING, include_in_schema=False)
