"""The page of one question: the whole answer, its history, what colleagues think, and which of it is agreed."""

from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role
from tracker.benchmark import actions, flags, queries
from tracker.benchmark.actions import Given, Kept
from tracker.benchmark.cleared import Cleared, cleared_flags
from tracker.benchmark.pages.access import READ, WRITING, Asking, Member, member_at
from tracker.benchmark.pages.filling import filled, places, read_whole
from tracker.benchmark.pages.reading import LINES, AtRound, read_round, refused
from tracker.benchmark.pages.showing import shown
from tracker.benchmark.queries import number_of
from tracker.benchmark.rules import is_same
from tracker.benchmark.schemas import Criterion, Details, Saved
from tracker.benchmark.words import ARRANGEMENT_WORDS
from tracker.errors import Conflict
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

ANSWERING = (Role.AUTHORITY_LEAD, Role.CONTRIBUTOR)


@route("/benchmark/{authority:str}/rounds/{round:str}/questions/{criterion:str}", http_method=READ)
async def show_question(
    request: Asking, authority: FromPath[str], round: FromPath[str], criterion: FromPath[str]
) -> Response[Any]:
    """One question with its whole answer: a form for who may change it now, else to read."""
    member = member_at(request, authority)
    at = await read_round(request, member, round)
    asked = at.criterion(criterion)
    if not at.may_answer:
        cleared = await _cleared(request, at, asked)
        return render(
            request, "benchmark/answer_read.html", line=LINES[asked.line], cleared=cleared, **shown(request, at, asked)
        )
    form = await _form(request, at, asked)
    return await _page(request, at, asked, form)


async def _cleared(request: Asking, at: AtRound, criterion: Criterion) -> list[Cleared]:
    """What was said, in whichever round, of changes that bear on this question."""
    async with request.app.state.database.reading() as db:
        return await cleared_flags(db, at.member.authority.key, criterion=criterion.key)


async def _form(request: Asking, at: AtRound, criterion: Criterion) -> Form:
    """What the form begins with: what stands, or the saving that `use` names."""
    standing = at.at(criterion)
    chosen = number_of(request.query_params.get("use", ""))
    if chosen:
        async with request.app.state.database.reading() as db:
            history = await queries.history_of(db, at.assessment, criterion.key)
        used = next((row for row in history if row.number == chosen), standing.answer)
        return filled(used, after=standing.newest)
    own = next((view for view in standing.views if view.author_id == at.member.person_id), None)
    newest = standing.views[-1] if standing.views and not standing.answer else standing.answer
    return filled(own or newest, after=standing.newest, level=bool(own or standing.answer))


async def _page(request: Asking, at: AtRound, criterion: Criterion, form: Form) -> Response[Any]:
    return render(
        request,
        "benchmark/answer.html",
        status=422 if form.errors else 200,
        form=form,
        line=LINES[criterion.line],
        places=places(form),
        arrangements=[{"value": item.value, "text": text, "hint": None} for item, text in ARRANGEMENT_WORDS.items()],
        saved=request.query_params.get("saved", ""),
        cleared=await _cleared(request, at, criterion),
        **shown(request, at, criterion),
    )


@post("/benchmark/{authority:str}/rounds/{round:str}/questions/{criterion:str}")
async def save_question(
    request: Asking, authority: FromPath[str], round: FromPath[str], criterion: FromPath[str]
) -> Response[Any]:
    """Keep a whole answer, and stay, where there is more to add, or go on to the list."""
    member = member_at(request, authority, *ANSWERING)
    form = await read_form(request)
    at = await read_round(request, member, round)
    asked = at.criterion(criterion)
    given = read_whole(form, asked)
    if not at.at(asked).newest and (given.level, given.sentence, given.details) == (None, "", Details()):
        form.wrong("level", "Choose one of the answers, or write down what you know so far")
    if form.errors and at.assessment.is_open:
        return await _page(request, at, asked, form)
    try:
        kept = await keep(request, at, given, form)
    except Conflict as error:
        return refused(request, member, error, form, back=at.path)
    if kept.clash:
        return await changed_meanwhile(request, member, round, asked, kept)
    if form.value("then") == "stay":
        return go(f"{at.path}/questions/{asked.key}?saved=1#proof-1-title")
    return go(f"{at.path}?saved={asked.key}#question-{asked.key}")


async def keep(request: Asking, at: AtRound, given: Given, form: Form) -> Kept:
    """Save an answer; where a lead's saving is agreed, what it was flagged for is cleared by it.

    Raises Conflict where answers cannot be changed any more: before what is wrong with the text is said.
    """
    if not at.assessment.is_open:
        raise Conflict(actions.closed(at.assessment))
    member, now = at.member, request.app.state.clock()
    told = form.values("flag")
    before = at.at(given.criterion).answer
    async with request.app.state.database.writing() as db:
        kept = await actions.save(
            db, member.authority.key, at.round.key, given, by=member.person_id, agrees=member.is_lead, now=now
        )
        if told and member.is_lead and not kept.clash:
            outcome = flags.CONFIRMED if before and _is_as_before(before, given) else flags.REVISED
            about = flags.of_answer(at.assessment, given.criterion.key)
            await flags.clear(
                db, member.authority.key, told, about=about, outcome=outcome, by=member.person_id, now=now
            )
    return kept


def _is_as_before(before: Saved, given: Given) -> bool:
    return is_same(before, given.level, given.sentence, given.details)


async def changed_meanwhile(
    request: Asking, member: Member, round: str, criterion: Criterion, kept: Kept
) -> Response[Any]:
    """Both texts side by side, when somebody saved the same answer in between: which of them is right?"""
    at = await read_round(request, member, round)
    async with request.app.state.database.reading() as db:
        history = await queries.history_of(db, at.assessment, criterion.key)
    own = next(row for row in history if row.number == kept.number)
    other = next(row for row in reversed(history) if row.number < own.number)
    return render(
        request,
        "benchmark/clash.html",
        status=409,
        own=own,
        other=other,
        line=LINES[criterion.line],
        **shown(request, at, criterion),
    )


@route("/benchmark/{authority:str}/rounds/{round:str}/questions/{criterion:str}/history", http_method=READ)
async def show_history(
    request: Asking, authority: FromPath[str], round: FromPath[str], criterion: FromPath[str]
) -> Response[Any]:
    """Everything that was ever saved of one answer, the newest first."""
    member = member_at(request, authority)
    at = await read_round(request, member, round)
    asked = at.criterion(criterion)
    async with request.app.state.database.reading() as db:
        history = await queries.history_of(db, at.assessment, asked.key)
    return render(
        request,
        "benchmark/history.html",
        history=history[::-1],
        line=LINES[asked.line],
        **shown(request, at, asked),
    )


@post("/benchmark/{authority:str}/rounds/{round:str}/questions/{criterion:str}/agree")
async def agree(
    request: Asking, authority: FromPath[str], round: FromPath[str], criterion: FromPath[str]
) -> Response[Any]:
    """Settle what colleagues think: one of the savings becomes what the authority answers."""
    member = member_at(request, authority, Role.AUTHORITY_LEAD)
    form = await read_form(request)
    at = await read_round(request, member, round)
    asked = at.criterion(criterion)
    try:
        async with request.app.state.database.writing() as db:
            kept = await actions.agree(
                db,
                member.authority.key,
                at.round.key,
                asked,
                number_of(form.value("row")),
                after=number_of(form.value("after")),
                by=member.person_id,
                now=request.app.state.clock(),
            )
    except Conflict as error:
        return refused(request, member, error, form, back=at.path)
    if kept.clash:
        return await changed_meanwhile(request, member, round, asked, kept)
    return go(f"{at.path}?saved={asked.key}#question-{asked.key}")


router = Router(
    path="/",
    route_handlers=[show_question, save_question, show_history, agree],
    opt=WRITING,
    include_in_schema=False,
)
