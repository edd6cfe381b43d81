"""The queue: what was published and might be evidence, one press for each decision, and what was decided."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role, held
from tracker.accounts.visitors import visitor_of
from tracker.editing.pages.access import READ, Asking, strategies, strategy_of
from tracker.editing.queue import deciding, reading
from tracker.editing.queue.deciding import REASONS, AlreadyDecided
from tracker.editing.queue.reading import Filters
from tracker.editing.queue.schemas import Decided
from tracker.editing.queue.standings import standings
from tracker.errors import NotFound
from tracker.strategies.public import PublicRecord
from tracker.strategies.words import day_text
from tracker.watch.freshness import source_views
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form

LATER: Mapping[str, tuple[int, str]] = {"tomorrow": (1, "Tomorrow"), "week": (7, "In a week")}
"""How long something can be put off: days, and what an editor reads."""
KEYS: Mapping[str, str] = {
    "other-nation": "n",
    "fostering-or-adoption": "o",
    "on-record": "r",
    "other-promise": "p",
    "repeat": "s",
    "tomorrow": "t",
    "week": "w",
    "undo": "u",
}
"""The key of each act on the first page of the queue; accepting has the numbers."""
FILTERS = ("strategy", "announcement", "source", "page")


@route("/editor/queue", http_method=READ)
async def show_queue(request: Asking) -> Response[Any]:
    """What waits, the newest first, with what can be decided about it."""
    return await _queue_page(request, Form(request.query_params.multi_items()))


async def _queue_page(request: Asking, asked: Form, *, status: int = 200, **shown: Any) -> Response[Any]:
    public = strategy_of(request, asked.value("strategy"))
    number = _number(asked.value("announcement"))
    filters = Filters(
        strategy=public.slug,
        announcement=number if number in public.numbers else None,
        source=asked.value("source") or None,
    )
    now = request.app.state.clock()
    async with request.app.state.database.reading() as db:
        queue = await reading.queue(db, filters, number=max(1, _number(asked.value("page"))), now=now)
        sources = await source_views(db) if not queue.pages else ()
        done = await reading.decision(db, _number(asked.value("done"))) if asked.value("done") else None
    return render(
        request,
        "editing/queue.html",
        status=status,
        queue=queue,
        filters=filters,
        sources=sources,
        done=done,
        next=_number(asked.value("next")),
        whole=False,
        form=Form(),
        **_shared(request, public, asked),
        **{"clash": None, "wanted": "", "undone": asked.value("undone"), **shown},
    )


def _shared(request: Asking, public: PublicRecord, asked: Form) -> dict[str, Any]:
    """What a version is shown with, in the queue and on a page of its own."""
    everything = strategies(request)
    return {
        "public": public,
        "kept": [(name, asked.value(name)) for name in FILTERS if asked.value(name)],
        "beside": {ref: item for record in everything.values() for ref, item in standings(record).items()},
        "strategies": [(slug, item.strategy.identity.title) for slug, item in everything.items()],
        "announcements": {
            slug: [(a.number, a.title) for a in item.strategy.announcements] for slug, item in everything.items()
        },
        "reasons": {code: text for code, text in REASONS.items() if code != "other"},
        "later": LATER,
        "keys": KEYS,
        "told": told_of,
    }


@route("/editor/queue/{sighting:str}", http_method=READ)
async def show_one(request: Asking, sighting: FromPath[str]) -> Response[Any]:
    """One version by itself, with every announcement that it may be evidence for."""
    asked = Form(request.query_params.multi_items())
    return await _one_page(request, _id(sighting, "There is no such sighting."), asked, Form())


async def _one_page(request: Asking, sighting_id: int, asked: Form, form: Form) -> Response[Any]:
    """A version by itself, also with what was wrong with a form about it."""
    async with request.app.state.database.reading() as db:
        version = await reading.sighted(db, sighting_id)
        decided = await reading.decision(db, version.decision_id) if version.decision_id else None
    return render(
        request,
        "editing/queue_one.html",
        status=422 if form.errors else 200,
        version=version,
        decided=decided,
        form=form,
        **_shared(request, strategy_of(request, asked.value("strategy")), asked),
    )


def told_of(decided: Decided) -> str:
    """A decision in a few words."""
    match decided.kind:
        case "accepted":
            numbers = [ref.rsplit("/", 1)[1] for ref in decided.announcements]
            return f"accepted for {_listed(numbers)}"
        case "not-evidence":
            return f"not evidence: {decided.words or REASONS.get(decided.reason or '', 'no reason').lower()}"
        case "later":
            return f"put off until {day_text(decided.until.date())}" if decided.until else "put off"
    return "brought back"


def _listed(numbers: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(numbers[:-1]), numbers[-1]))) if numbers else "nothing"


@post("/editor/queue/{sighting:str}")
async def decide(request: Asking, sighting: FromPath[str]) -> Response[Any]:
    """Accept for one or several announcements, say that it is no evidence, or put it off."""
    form = await read_form(request)
    sighting_id = _id(sighting, "There is no such sighting.")
    try:
        return await _decide(request, form, sighting_id)
    except AlreadyDecided as error:
        return await _tell_who(request, form, error)


async def _decide(request: Asking, form: Form, sighting_id: int) -> Response[Any]:
    by, now = visitor_of(request).person_id, request.app.state.clock()
    seen = _number(form.value("decision")) or None
    writing = request.app.state.database.writing
    if form.value("accept"):
        strategy, numbers = _accepted(request, form)
        if not numbers:
            form.wrong("announcement", "Tick the announcements that it is evidence for")
            return await _one_page(request, sighting_id, _asked(form), form)
        async with writing() as db:
            draft = await deciding.accept(
                db, sighting_id, strategy=strategy, numbers=numbers, seen=seen, by=by, now=now
            )
        return go(f"/editor/entries/{draft.id}?from=queue")
    if form.value("later") in LATER:
        days, _ = LATER[form.value("later")]
        async with writing() as db:
            kept = await deciding.put_off(db, sighting_id, days=days, seen=seen, by=by, now=now)
        return _back(form, done=kept.id)
    words = form.line("words", most=200, label="The reason") if form.value("reason") == "other" else ""
    if form.value("reason") not in REASONS or (form.value("reason") == "other" and not words) or form.errors:
        form.wrong("words", "Say why it is no evidence")
        return await _one_page(request, sighting_id, _asked(form), form)
    async with writing() as db:
        kept = await deciding.refuse(
            db, sighting_id, reason=form.value("reason"), words=words, seen=seen, by=by, now=now
        )
    return _back(form, done=kept.id)


def _accepted(request: Asking, form: Form) -> tuple[str, list[int]]:
    """What it was accepted for: the one whose button was pressed, or all that are ticked, of one strategy."""
    strategy, _, number = form.value("accept").rpartition("/")
    public = strategy_of(request, strategy or form.value("of"))
    named = form.values("announcement") if number == "ticked" else [number]
    return public.slug, [number for number in public.numbers if str(number) in named]


def _back(form: Form, **told: object) -> Response[Any]:
    """To the queue as it was looked at, at what comes after what was decided."""
    following = _number(form.value("next"))
    query = _query(_asked(form), **told, **({"next": following} if following else {}))
    return go(f"/editor/queue?{query}{f'#sighting-{following}' if following else ''}")


def _query(asked: Form, **told: object) -> str:
    """What is looked at, as part of an address, and what else is to be said."""
    kept = {name: asked.value(name) for name in FILTERS if asked.value(name)}
    return urlencode({**kept, **told})


async def _tell_who(request: Asking, form: Form, error: AlreadyDecided) -> Response[Any]:
    """The queue as it stands, with what somebody else decided and what was wanted here."""
    async with request.app.state.database.reading() as db:
        clash = await reading.decision(db, error.decision_id) if error.decision_id else None
    return await _queue_page(request, _asked(form), status=409, clash=clash, wanted=_wanted(form))


def _asked(form: Form) -> Form:
    """The filters of the page that a form was on."""
    return Form([(name, form.value(f"at-{name}")) for name in FILTERS if form.value(f"at-{name}")])


def _wanted(form: Form) -> str:
    """What somebody was about to decide, in words."""
    if form.value("accept"):
        number = form.value("accept").rpartition("/")[2]
        return f"accept it for {_listed(form.values('announcement') if number == 'ticked' else [number])}"
    if form.value("later") in LATER:
        return f"put it off: {LATER[form.value('later')][1].lower()}"
    reason = form.value("words").strip()[:200] or REASONS.get(form.value("reason"), "")
    return f"say that it is no evidence: {reason}" if reason else "decide about it"


@route("/editor/queue/decided", http_method=READ)
async def show_decided(request: Asking) -> Response[Any]:
    """What was decided, by whom, and what became of it; the newest first."""
    before = _number(request.query_params.get("before", "")) or None
    async with request.app.state.database.reading() as db:
        found = await reading.decisions(db, before=before)
    shown = found[: reading.DECISIONS]
    return render(
        request,
        "editing/queue_decided.html",
        decisions=shown,
        older=shown[-1].id if len(found) > len(shown) else None,
        told=told_of,
    )


@post("/editor/queue/decided/{number:str}/undo")
async def undo(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Bring a sighting back into the queue, and say what became of the entry that was opened for it."""
    form = await read_form(request)
    by, now = visitor_of(request).person_id, request.app.state.clock()
    try:
        async with request.app.state.database.writing() as db:
            undone = await deciding.undo(db, _id(number, "There is no such decision."), by=by, now=now)
    except AlreadyDecided as error:
        return await _tell_who(request, form, error)
    entry = f"&entry={undone.draft_id}" if undone.draft_id else ""
    return go(f"/editor/queue?{_query(_asked(form), undone=undone.became or 'none')}{entry}")


@post("/editor/gaps/{number:str}/looked")
async def look_through(request: Asking, number: FromPath[str]) -> Response[Any]:
    """End a gap, because a person has looked for what was published in it."""
    by, now = visitor_of(request).person_id, request.app.state.clock()
    async with request.app.state.database.writing() as db:
        await deciding.look_through(db, _id(number, "There is no such gap."), by=by, now=now)
    return go("/editor?looked-through=1")


def _id(given: str, missing: str) -> int:
    number = _number(given)
    if not number:
        raise NotFound(missing)
    return number


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


router = Router(
    path="/",
    route_handlers=[show_queue, show_decided, show_one, decide, undo, look_through],
    opt={"policy": held(Role.EDITOR)},
    include_in_schema=False,
)
