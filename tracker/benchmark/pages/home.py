"""Where an authority's benchmark begins: what to do next, what changed, how the plan goes, and every round."""

from typing import Any

import msgspec
from litestar import Response, Router, route
from litestar.params import FromPath

from tracker.benchmark import flags, queries
from tracker.benchmark.pages.access import MEMBERS, READ, Asking, Member, member_at
from tracker.benchmark.pages.changed import moved_for
from tracker.benchmark.pages.reading import AtRound, at_round, home_of
from tracker.benchmark.planning.counts import plan_counts
from tracker.benchmark.questions import round_of, round_on
from tracker.benchmark.rules import Lacks, lacking
from tracker.benchmark.schemas import AssessmentView, Round
from tracker.clock import london_day
from tracker.strategies.words import day_text
from tracker.web.dynamic import render


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody can do next."""

    heading: str
    text: str
    button: str = ""
    href: str = ""
    begins: bool = False
    """Whether the button begins the round, which is a form and no link."""


@route("/benchmark/{authority:str}", http_method=READ)
async def show_home(request: Asking, authority: FromPath[str]) -> Response[Any]:
    """The authority's own page."""
    member = member_at(request, authority)
    today = london_day(request.app.state.clock())
    current = round_on(today)
    key = member.authority.key
    async with request.app.state.database.reading() as db:
        assessments = await queries.assessments_of(db, key)
        at = await at_round(db, member, current.key) if any(a.round == current.key for a in assessments) else None
        names = await queries.names_of(db, [item.approver_id for item in assessments])
        plan = await plan_counts(db, key, today=today)
        open_flags = await flags.open_flags(db, key)
        moved = await moved_for(db, member, open_flags, assessments, plan)
    approver = names[at.assessment.approver_id] if at else ""
    return render(
        request,
        "benchmark/home.html",
        member=member,
        home=home_of(member),
        current=current,
        next=next_of(member, current, at, begun=bool(assessments), approver=approver),
        rounds=[(round_of(item.round), item) for item in assessments],
        moved=moved,
        plan=plan,
        may_sign=_to_sign(assessments, member, current),
    )


def _to_sign(assessments: list[AssessmentView], member: Member, current: Round) -> list[Round]:
    """The rounds before this one that wait for the signature of who asks."""
    return [
        round_of(item.round)
        for item in assessments
        if item.asked_at and not item.signed_at and item.approver_id == member.person_id and item.round != current.key
    ]


def next_of(member: Member, current: Round, at: AtRound | None, *, begun: bool, approver: str) -> Next:
    """What to do next in the round of these days, for who asks. Pure."""
    if at is None:
        return _not_begun(member, current, begun=begun)
    if at.assessment.signed_at:
        day = day_text(london_day(at.assessment.signed_at))
        text = f"Signed on {day} by {at.assessment.signed_name}. Reference {at.assessment.reference}."
        return Next(heading=f"{current.title} is signed", text=text, button="Open this round", href=at.path)
    if at.assessment.approver_id == member.person_id:
        text = "Nobody can change its answers until you sign it or give it back."
        return Next(
            heading=f"You are asked to sign {current.title}", text=text, button="Read and sign", href=f"{at.path}/sign"
        )
    if at.assessment.asked_at:
        text = f"{approver} was asked to sign it. Until then its answers cannot be changed."
        return Next(heading=f"{current.title} is with its approver", text=text, button="Open this round", href=at.path)
    return _being_answered(member, current, at)


def _not_begun(member: Member, current: Round, *, begun: bool) -> Next:
    heading = f"Begin {current.title}"
    if not member.is_lead:
        return Next(heading=f"{current.title} has not been begun", text="Whoever leads your benchmark can begin it.")
    if begun:
        text = "Your answers of the last round are filled in. You confirm them, or change what is no longer so."
        return Next(heading=heading, text=text, button="Begin this round", begins=True)
    text = (
        "The first pass asks for a level and one sentence for each of 27 lines, one line a page. "
        "It takes under an hour, and you can stop and come back at any time."
    )
    return Next(heading=heading, text=text, button="Begin the first pass", begins=True)


def _being_answered(member: Member, current: Round, at: AtRound) -> Next:
    first = [item for item in at.asked if item.first_pass]
    done = sum(at.at(item).is_answered for item in first)
    told = f"{done} of {len(first)} lines are answered."
    if lacks := lacking(at.asked, at.standings):
        heading = f"Go on with {current.title}"
        if waiting := list(lacks.values()).count(Lacks.LOOK):
            of_last = "answer of the last round is" if waiting == 1 else "answers of the last round are"
            text = f"{told} {waiting} {of_last} not confirmed yet."
            return Next(heading=heading, text=text, button="See what is filled in", href=f"{at.path}/check")
        if member.may_answer and done < len(first):
            return Next(heading=heading, text=told, button="Go on with the first pass", href=f"{at.path}/first-pass")
        return Next(heading=heading, text=told, button="See what is missing", href=f"{at.path}/check")
    if member.is_lead:
        text = f"{told} Check them, and ask an approver to sign. You can also add more to each answer first."
        return Next(
            heading=f"{current.title} is ready to be signed", text=text, button="Check answers", href=f"{at.path}/check"
        )
    text = f"{told} You can still add to them until it is signed."
    return Next(heading=f"{current.title} is answered", text=text, button="See all questions", href=at.path)


router = Router(path="/", route_handlers=[show_home], opt={"policy": MEMBERS}, include_in_schema=False)
