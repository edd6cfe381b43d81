"""What an organisation's own authors write, sign and publish: its opinions, beside the facts."""

from typing import Any

from litestar import Response, Router, post, route

from tracker.accounts.policies import Role, held
from tracker.accounts.visitors import Visitor, visitor_of
from tracker.clock import london_day
from tracker.editing import actions, overview, queries
from tracker.editing.kinds import VERDICT
from tracker.editing.pages import fact_form
from tracker.editing.pages.access import READ, Asking, strategy_of, titles
from tracker.editing.pages.fact_form import Asked
from tracker.editing.pages.home import done, state_of
from tracker.editing.schemas import Entry
from tracker.errors import NotFound
from tracker.strategies.facts import VerdictGiven
from tracker.web.dynamic import go, render
from tracker.web.forms import Form, read_form


@route("/organisation", http_method=READ)
async def show_verdicts(request: Asking) -> Response[Any]:
    """What one's organisations have said, what the facts have overtaken first."""
    public = strategy_of(request, request.query_params.get("strategy", ""))
    own = visitor_of(request).held_for(Role.ORGANISATION_AUTHOR)
    now = request.app.state.clock()
    names, changes = titles(public), public.now().changes
    async with request.app.state.database.reading() as db:
        drafts = [draft for draft in await queries.drafts(db) if draft.entry.organisation in own]
    return render(
        request,
        "editing/verdicts.html",
        public=public,
        organisations=own,
        verdicts=overview.verdicts_of(public.now(), own),
        keys={change.seq: (change.key, [names.get(ref, ref) for ref in change.fact.about]) for change in changes},
        drafts=[(draft, state_of(draft, now=now)) for draft in drafts],
        done=done(request, public),
    )


@route("/organisation/verdict", http_method=READ)
async def show_form(request: Asking) -> Response[Any]:
    """The form of a verdict; `again` fills in what an earlier one said."""
    sent = Form(request.query_params.multi_items())
    asked = _asked(request, sent)
    form = fact_form.fresh_form(asked, today=london_day(request.app.state.clock()))
    if sent.value("again"):
        form = _as_before(asked, sent.value("again"))
    return _form(request, asked, form)


@post("/organisation/verdict")
async def write(request: Asking) -> Response[Any]:
    """Keep a verdict as a draft of its organisation."""
    form = await read_form(request)
    asked = _asked(request, form)
    if wider := fact_form.more_links(form):
        return _form(request, asked, wider)
    typed = fact_form.read(form, asked, today=london_day(request.app.state.clock()))
    if typed is None:
        return _form(request, asked, form, status=422)
    entry = Entry(facts=(typed.fact,), evidence=typed.evidence, organisation=asked.organisation)
    state = request.app.state
    async with state.database.writing() as db:
        by = visitor_of(request).person_id
        draft = await actions.start(db, entry, strategy=asked.public.slug, by=by, now=state.clock())
    return go(f"/editor/entries/{draft.id}")


def _asked(request: Asking, form: Form) -> Asked:
    public = strategy_of(request, form.value("strategy"))
    organisation = _organisation(visitor_of(request), form)
    return Asked(public=public, kind=VERDICT, numbers=tuple(public.numbers), organisation=organisation)


def _organisation(visitor: Visitor, form: Form) -> str:
    """Who signs: the organisation that was chosen, else one's only one; raises Forbidden for another's."""
    own = visitor.held_for(Role.ORGANISATION_AUTHOR)
    chosen = form.value("organisation") or own[0]
    visitor.require(Role.ORGANISATION_AUTHOR, chosen)
    return chosen


def _as_before(asked: Asked, key: str) -> Form:
    """The form filled in with an earlier verdict of the same organisation, to be given again on another day."""
    found = next((change.fact for change in asked.public.now().changes if change.key == key), None)
    if not isinstance(found, VerdictGiven) or found.organisation != asked.organisation:
        raise NotFound("There is no verdict of your organisation with this key.")
    form = fact_form.form_of(found, Entry(evidence=found.evidence), asked)
    form.put("happened_on", "")
    form.put(fact_form.SIGNED.name, "")
    return form


def _form(request: Asking, asked: Asked, form: Form, *, status: int = 200) -> Response[Any]:
    hidden = [("strategy", asked.public.slug), ("organisation", asked.organisation or "")]
    return fact_form.show(request, asked, form, action="/organisation/verdict", hidden=hidden, status=status)


router = Router(
    path="/",
    route_handlers=[show_verdicts, show_form, write],
    opt={"policy": held(Role.ORGANISATION_AUTHOR)},
    include_in_schema=False,
)
