"""Recording: what happened to what, a fact with its evidence, a correction of a change."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role, held
from tracker.accounts.visitors import visitor_of
from tracker.clock import london_day
from tracker.editing import actions, queries
from tracker.editing.fields import labels, slots, typed_evidence
from tracker.editing.kinds import BY_NAME, FACT_KINDS, VERDICT, FactKind
from tracker.editing.pages import fact_form
from tracker.editing.pages.access import READ, Asking, draft_to_change, strategies, strategy_of
from tracker.editing.pages.fact_form import Asked, Typed
from tracker.editing.rules import field_changes
from tracker.editing.schemas import DraftView, Entry
from tracker.errors import Conflict, NotFound
from tracker.strategies.facts import AnyFact, Corrected, Reviewed, fact_from, kind_of
from tracker.strategies.public import PublicRecord
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form


@route("/editor/record", http_method=READ)
async def choose(request: Asking) -> Response[Any]:
    """What happened, and to what: a page for both, or the form when they are given."""
    form = Form(request.query_params.multi_items())
    public = strategy_of(request, form.value("strategy"))
    kind = _kind(form)
    numbers = _numbers(form, public)
    if kind is None or (kind.needs_subject and not numbers):
        return _chooser(request, public, form)
    asked = Asked(public=public, kind=kind, numbers=numbers)
    fresh = fact_form.fresh_form(asked, today=_today(request), looked=last_looked(public))
    if form.value("entry"):
        async with request.app.state.database.reading() as db:
            draft = await draft_to_change(db, visitor_of(request), form.value("entry"))
        fresh = Form([*fresh.items, *typed_evidence(draft.entry.evidence)])
    return _form(request, asked, fresh, form)


def _kind(form: Form) -> FactKind | None:
    return next((kind for kind in FACT_KINDS if kind.name == form.value("kind")), None)


def _numbers(form: Form, public: PublicRecord) -> tuple[int, ...]:
    return tuple(number for number in public.numbers if str(number) in form.values("announcement"))


def _chooser(request: Asking, public: PublicRecord, form: Form) -> Response[Any]:
    if form.value("chosen"):
        if not form.value("kind"):
            form.wrong("kind", "Choose what happened")
        if not form.values("announcement"):
            form.wrong("announcement", "Choose at least one announcement")
    options = [fact_form.Option(str(a.number), f"{a.number}. {a.title}") for a in public.strategy.announcements]
    return render(
        request,
        "editing/choose.html",
        status=422 if form.errors else 200,
        form=form,
        kinds=[fact_form.Option(kind.name, kind.title, kind.hint) for kind in FACT_KINDS],
        announcements=options,
        public=public,
        strategies=[(slug, item.strategy.identity.title) for slug, item in strategies(request).items()],
    )


def _form(request: Asking, asked: Asked, form: Form, sent: Form, *, status: int = 200) -> Response[Any]:
    """The form of a fact that is not in any draft yet; `entry` names the draft it is added to."""
    hidden = [("strategy", asked.public.slug), ("kind", asked.kind.name)]
    hidden += [("announcement", str(number)) for number in asked.numbers]
    hidden += [("entry", sent.value("entry"))] if sent.value("entry") else []
    return fact_form.show(request, asked, form, action="/editor/record", hidden=hidden, status=status)


@post("/editor/record")
async def record(request: Asking) -> Response[Any]:
    """Keep a fact as a draft, or as one more fact of a draft."""
    form = await read_form(request)
    public = strategy_of(request, form.value("strategy"))
    kind = _kind(form)
    if kind is None:
        raise NotFound("There is no such kind of fact.")
    asked = Asked(public=public, kind=kind, numbers=_numbers(form, public))
    if wider := fact_form.more_links(form):
        return _form(request, asked, wider, form)
    typed = fact_form.read(form, asked, today=_today(request))
    if typed is None:
        return _form(request, asked, form, form, status=422)
    visitor, state = visitor_of(request), request.app.state
    async with state.database.writing() as db:
        if form.value("entry"):
            draft = await draft_to_change(db, visitor, form.value("entry"))
            by, now = visitor.person_id, state.clock()
            await actions.save(db, draft.id, _added(draft.entry, typed), version=draft.version, by=by, now=now)
            return go(f"/editor/entries/{draft.id}")
        return await _start(request, db, public, Entry(facts=(typed.fact,), evidence=typed.evidence))


async def _start(request: Asking, db: Any, public: PublicRecord, entry: Entry) -> Response[Any]:
    by, now = visitor_of(request).person_id, request.app.state.clock()
    draft = await actions.start(db, entry, strategy=public.slug, by=by, now=now)
    return go(f"/editor/entries/{draft.id}")


def _added(entry: Entry, typed: Typed) -> Entry:
    """An entry with one more fact: what somebody else did to it meanwhile stays."""
    evidence = tuple(dict.fromkeys([*entry.evidence, *typed.evidence]))
    return msgspec.structs.replace(entry, facts=(*entry.facts, typed.fact), evidence=evidence)


def _with_evidence(entry: Entry, typed: Typed) -> Entry:
    """An entry with the evidence that its facts share; a correction carries its own."""
    if isinstance(typed.fact, Corrected):
        return msgspec.structs.replace(entry, minor=typed.minor)
    return msgspec.structs.replace(entry, evidence=typed.evidence)


@route("/editor/correct", http_method=READ)
async def show_correction(request: Asking) -> Response[Any]:
    """The form of a change that is on record, to put it right or withdraw it."""
    asked = _corrects(request, Form(request.query_params.multi_items()))
    return _correction_form(request, asked, fact_form.fresh_form(asked, today=_today(request)))


@post("/editor/correct")
async def correct(request: Asking) -> Response[Any]:
    """Keep a correction as a draft."""
    form = await read_form(request)
    asked = _corrects(request, form)
    if wider := fact_form.more_links(form):
        return _correction_form(request, asked, wider)
    typed = fact_form.read(form, asked, today=_today(request))
    if typed is None:
        return _correction_form(request, asked, form, status=422)
    async with request.app.state.database.writing() as db:
        entry = Entry(facts=(typed.fact,), minor=typed.minor, organisation=asked.organisation)
        return await _start(request, db, asked.public, entry)


def _corrects(request: Asking, form: Form) -> Asked:
    """What is put right; an organisation's verdict is its own authors' to correct, all else the editors'."""
    public = strategy_of(request, form.value("strategy"))
    change = fact_form.corrected_change(public, form.value("key"))
    organisation = getattr(change.fact, "organisation", None)
    visitor = visitor_of(request)
    if organisation in visitor.held_for(Role.ORGANISATION_AUTHOR):
        return Asked(
            public=public, kind=VERDICT, numbers=tuple(public.numbers), corrects=change, organisation=organisation
        )
    if not visitor.has(Role.EDITOR):
        raise NotFound("There is no verdict of your organisation with this key.")
    return Asked(public=public, kind=BY_NAME[kind_of(change.fact)], numbers=(), corrects=change)


def _correction_form(request: Asking, asked: Asked, form: Form, *, status: int = 200) -> Response[Any]:
    hidden = [("strategy", asked.public.slug), ("key", asked.corrects.key if asked.corrects else "")]
    return fact_form.show(request, asked, form, action="/editor/correct", hidden=hidden, status=status)


@route("/editor/entries/{number:str}/facts/{place:int}", http_method=READ)
async def show_fact(request: Asking, number: FromPath[str], place: FromPath[int]) -> Response[Any]:
    """The form of a fact that is in a draft."""
    async with request.app.state.database.reading() as db:
        draft = await draft_to_change(db, visitor_of(request), number)
    fact, asked = _fact_of(request, draft, place)
    other = _as_asked(asked, Form(request.query_params.multi_items()))
    fill = fact_form.form_of if other.kind is asked.kind else fact_form.form_as
    return _draft_form(request, draft, place, other, fill(fact, draft.entry, other))


@post("/editor/entries/{number:str}/facts/{place:int}")
async def change_fact(request: Asking, number: FromPath[str], place: FromPath[int]) -> Response[Any]:
    """Keep what a fact of a draft says now; who comes second is shown what the other changed, and loses nothing."""
    form = await read_form(request)
    visitor, state = visitor_of(request), request.app.state
    async with state.database.reading() as db:
        draft = await draft_to_change(db, visitor, number)
    asked = _as_asked(_fact_of(request, draft, place)[1], form)
    if wider := fact_form.more_links(form):
        return _draft_form(request, draft, place, asked, wider, version=_version(form))
    typed = fact_form.read(form, asked, today=_today(request))
    if typed is None:
        return _draft_form(request, draft, place, asked, form, version=_version(form), status=422)
    entry = _with_evidence(_with_fact(draft.entry, place, typed.fact), typed)
    try:
        async with state.database.writing() as db:
            by, now = visitor.person_id, state.clock()
            await actions.save(db, draft.id, entry, version=_version(form), by=by, now=now)
    except Conflict:
        return await _tell_apart(request, number, place, asked, form)
    return go(f"/editor/entries/{draft.id}")


def _fact_of(request: Asking, draft: DraftView, place: int) -> tuple[AnyFact, Asked]:
    """A fact of a draft by its number, and what its form is about; raises NotFound."""
    if not 1 <= place <= len(draft.entry.facts):
        raise NotFound("This entry has no such fact any more.")
    fact = draft.entry.facts[place - 1]
    public = strategy_of(request, draft.strategy)
    organisation = draft.entry.organisation
    numbers = _offered(draft, public)
    if not isinstance(fact, Corrected):
        return fact, Asked(public=public, kind=BY_NAME[kind_of(fact)], numbers=numbers, organisation=organisation)
    change = fact_form.corrected_change(public, fact.of or "")
    kind = BY_NAME[kind_of(fact_from(fact.instead)) if fact.instead else kind_of(change.fact)]
    return fact, Asked(public=public, kind=kind, numbers=numbers, corrects=change, organisation=organisation)


def _as_asked(asked: Asked, form: Form) -> Asked:
    """The same as another kind of fact, when one is named: what corrects or is signed keeps its kind."""
    kind = _kind(form)
    return msgspec.structs.replace(asked, kind=kind) if kind and _may_become_another(asked) else asked


def _may_become_another(asked: Asked) -> bool:
    return asked.corrects is None and asked.organisation is None


def _offered(draft: DraftView, public: PublicRecord) -> tuple[int, ...]:
    """The announcements that a form of a draft offers: those its facts are about, or all where none is named."""
    named = {int(ref.split("/")[0]) for fact in draft.entry.facts for ref in fact.about}
    whole = draft.entry.organisation is not None or not named
    return tuple(public.numbers) if whole else tuple(sorted(named))


def _with_fact(entry: Entry, place: int, fact: AnyFact) -> Entry:
    given = (*entry.facts[: place - 1], fact, *entry.facts[place:])
    return msgspec.structs.replace(entry, facts=given)


def _draft_form(request: Asking, draft: DraftView, place: int, asked: Asked, form: Form, **shown: Any) -> Response[Any]:
    version = shown.pop("version", draft.version)
    action = f"/editor/entries/{draft.id}/facts/{place}"
    hidden = [("version", str(version)), ("kind", asked.kind.name)]
    kinds = FACT_KINDS if _may_become_another(asked) else ()
    return fact_form.show(request, asked, form, action=action, hidden=hidden, kinds=kinds, **shown)


async def _tell_apart(request: Asking, number: str, place: int, asked: Asked, form: Form) -> Response[Any]:
    """The form as it was typed, with every field that somebody else altered since it was loaded."""
    async with request.app.state.database.reading() as db:
        draft = await draft_to_change(db, visitor_of(request), number)
        versions = await queries.draft_versions(db, draft.id)
    author, now = versions[draft.version]
    _, was = versions.get(_version(form), ("", Entry()))

    def values(entry: Entry) -> dict[str, str]:
        fact = entry.facts[place - 1] if place <= len(entry.facts) else None
        return fact_form.typed_values(fact, entry, asked)

    told = {**labels(asked.kind, slots(form) + 1), "why": fact_form.WHY.label, "minor": fact_form.MINOR.label}
    altered = field_changes(told, values(was), values(now), fact_form.values_of(form))
    return _draft_form(request, draft, place, asked, form, altered=altered, by=author, status=409)


@post("/editor/entries/{number:str}/facts/{place:int}/remove")
async def remove_fact(request: Asking, number: FromPath[str], place: FromPath[int]) -> Response[Any]:
    """Take one fact out of a draft that has several."""
    form = await read_form(request)
    visitor, state = visitor_of(request), request.app.state
    async with state.database.writing() as db:
        draft = await draft_to_change(db, visitor, number)
        _fact_of(request, draft, place)
        left = tuple(fact for number, fact in enumerate(draft.entry.facts, start=1) if number != place)
        entry = msgspec.structs.replace(draft.entry, facts=left)
        await actions.save(db, draft.id, entry, version=_version(form), by=visitor.person_id, now=state.clock())
    return go(f"/editor/entries/{draft.id}")


def last_looked(public: PublicRecord) -> Sequence[str]:
    """Where the last search looked."""
    found = [change.fact.looked for change in public.changes if isinstance(change.fact, Reviewed)]
    return found[-1] if found else ()


def _version(form: Form) -> int:
    """The version that a form was made from; 0, which none has, when it does not say."""
    given = form.value("version")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


def _today(request: Asking) -> Any:
    return london_day(request.app.state.clock())


router = Router(
    path="/",
    route_handlers=[choose, record],
    opt={"policy": held(Role.EDITOR)},
    include_in_schema=False,
)
writing = Router(
    path="/",
    route_handlers=[show_correction, correct, show_fact, change_fact, remove_fact],
    opt={"policy": held(Role.EDITOR, Role.ORGANISATION_AUTHOR)},
    include_in_schema=False,
)
