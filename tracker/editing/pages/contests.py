"""Contesting an announcement, for anybody; answering, for editors."""

from datetime import timedelta
from typing import Any

from litestar import HttpMethod, Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import PUBLIC, Role, held
from tracker.accounts.visitors import visitor_of
from tracker.editing import queries
from tracker.editing.contests import OUTCOMES, answer, contest
from tracker.editing.fields import is_link
from tracker.editing.pages.access import READ, Asking, strategy_of
from tracker.editing.pages.fact_form import Option
from tracker.errors import Conflict, Invalid, NotFound, TooMany
from tracker.strategies.public import PublicRecord
from tracker.strategies.structure import Announcement
from tracker.web.addresses import read_email
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form
from tracker.web.limits import Limit, allow, network_of, retry_after

FROM_ONE_PLACE = Limit("contest", 5, timedelta(hours=1))
FROM_ALL = Limit("contests", 60, timedelta(hours=1))
"""A flood of contests must not bury the editors, nor redraw every page again and again."""
LONGEST = 4000

PATHS = ["/announcements/{number:str}/contest", "/strategies/{slug:str}/announcements/{number:str}/contest"]


@route(PATHS, http_method=READ)
async def show_contest(request: Asking) -> Response[Any]:
    """The form with which anybody can say that the record of an announcement is wrong."""
    return _form(request, Form())


@route(PATHS, http_method=HttpMethod.POST)
async def send_contest(request: Asking) -> Response[Any]:
    """Keep what was contested for an editor to read."""
    form = await read_form(request)
    public, announcement = _contested(request)
    text = form.text("wrong", required="Say what is wrong", most=LONGEST, label="What is wrong")
    url = form.line("url", most=2000, label="The address")
    if url and not is_link(url):
        form.wrong("url", "Give the whole address, beginning with https:// or http://")
    address = _address(form)
    if form.errors:
        return _form(request, form, status=422)
    try:
        await allow(request, (FROM_ONE_PLACE, network_of(request)), (FROM_ALL, "all"))
    except TooMany as error:
        form.wrong("wrong", f"{error} What you wrote is still below.")
        return _form(request, form, status=429, headers=retry_after(error))
    state = request.app.state
    async with state.database.writing() as db:
        await contest(
            db,
            strategy=public.slug,
            about=str(announcement.number),
            text=text,
            evidence_url=url or None,
            address=address,
            now=state.clock(),
        )
    return go(f"{public.link(f'/announcements/{announcement.number}')}/contest/sent")


@route([f"{path}/sent" for path in PATHS], http_method=READ)
async def show_sent(request: Asking) -> Response[Any]:
    """That a contest has arrived, and what happens next."""
    _, announcement = _contested(request)
    return render(request, "editing/contest_sent.html", announcement=announcement)


def _contested(request: Asking) -> tuple[PublicRecord, Announcement]:
    """The announcement that an address names; raises NotFound saying which there are."""
    public = strategy_of(request, request.path_params.get("slug", ""))
    return public, public.announcement(request.path_params["number"])


def _address(form: Form) -> str | None:
    """Where the answer is wanted; it may be left empty."""
    typed = form.line("address", most=254, label="The email address")
    try:
        return read_email(typed) if typed else None
    except Invalid as error:
        form.wrong("address", str(error))
        return None


def _form(request: Asking, form: Form, **answer: Any) -> Response[Any]:
    _, announcement = _contested(request)
    return render(request, "editing/contest.html", form=form, announcement=announcement, longest=LONGEST, **answer)


@route("/editor/contests/{number:int}", http_method=READ)
async def show_answer(request: Asking, number: FromPath[int]) -> Response[Any]:
    """One contest, and the form to answer it."""
    return await _answer_page(request, number, Form())


@post("/editor/contests/{number:int}")
async def send_answer(request: Asking, number: FromPath[int]) -> Response[Any]:
    """Answer a contest: in public, and by mail to who asked for that."""
    form = await read_form(request)
    outcome = form.one("outcome", list(OUTCOMES), required="Choose what came of it")
    shown = outcome != "set-aside"
    said = form.text("said", required="Say in your own words what was contested" if shown else "", most=1000)
    told = form.text("answer", required="Write the answer" if shown else "", most=LONGEST, label="The answer")
    if form.errors:
        return await _answer_page(request, number, form, status=422)
    state, visitor = request.app.state, visitor_of(request)
    try:
        async with state.database.writing() as db:
            await answer(db, number, said=said, answer=told, outcome=outcome, by=visitor.person_id, now=state.clock())
    except Conflict as error:
        form.wrong("answer", str(error))
        return await _answer_page(request, number, form, status=409)
    await state.keeper.look()
    return go("/editor?answered=1")


async def _answer_page(request: Asking, number: int, form: Form, *, status: int = 200) -> Response[Any]:
    async with request.app.state.database.reading() as db:
        found = await queries.contest(db, number)
    public = strategy_of(request, found.strategy)
    announcement = next((item for item in public.strategy.announcements if str(item.number) == found.about), None)
    if announcement is None:
        raise NotFound("The announcement that it is about is not on record any more.")
    return render(
        request,
        "editing/answer.html",
        status=status,
        form=form,
        contest=found,
        announcement=announcement,
        page=public.link(f"/announcements/{announcement.number}"),
        outcomes=[Option(value, text) for value, text in OUTCOMES.items()],
    )


public = Router(
    path="/", route_handlers=[show_contest, send_contest, show_sent], opt={"policy": PUBLIC}, include_in_schema=False
)
router = Router(
    path="/", route_handlers=[show_answer, send_answer], opt={"policy": held(Role.EDITOR)}, include_in_schema=False
)
