"""Where an editor begins: what waits, what falls due, and everything that can be recorded from there."""

from datetime import timedelta
from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath

from tracker.accounts.policies import Role, held
from tracker.accounts.visitors import visitor_of
from tracker.clock import london_day
from tracker.editing import actions, overview, queries
from tracker.editing.kinds import FACT_KINDS
from tracker.editing.pages.access import READ, Asking, may_change, strategies, strategy_of
from tracker.editing.pages.entries import minutes_left
from tracker.editing.pages.record import last_looked
from tracker.editing.queue import reading
from tracker.editing.schemas import DraftView, Entry
from tracker.strategies.facts import Change, Reviewed
from tracker.strategies.public import PublicRecord
from tracker.strategies.silence import reviewed_on
from tracker.strategies.views.announcements import announcement_view
from tracker.strategies.views.overview import overdue
from tracker.strategies.words import day_text
from tracker.watch.freshness import source_views, trouble_views
from tracker.web.dynamic import go, render
from tracker.web.forms import read_form

GAP_CLOSED = "The gap was marked as looked through by hand"


@route("/editor", http_method=READ)
async def show_home(request: Asking) -> Response[Any]:
    """What waits for an editor, the oldest first, and what falls due."""
    public = strategy_of(request, request.query_params.get("strategy", ""))
    now = request.app.state.clock()
    visitor = visitor_of(request)
    async with request.app.state.database.reading() as db:
        drafts = await queries.drafts(db)
        contests = await queries.waiting_contests(db)
        waiting, _ = await queries.standing(db, now=now)
        pages, oldest = await reading.waits(db, now=now)
        broken = [source for source in await source_views(db) if source.health == "broken"]
        gaps = await trouble_views(db, open_gaps=True)
    current = public.now()
    return render(
        request,
        "editing/home.html",
        public=public,
        strategies=[(slug, item.strategy.identity.title) for slug, item in strategies(request).items()],
        drafts=[(draft, state_of(draft, now=now), may_change(visitor, draft.entry)) for draft in drafts],
        contests=contests,
        waiting=waiting,
        queue=(pages, oldest),
        broken=broken,
        gaps=gaps,
        today=london_day(now),
        due=overview.due_soon(current),
        overdue=overdue(current),
        unconfirmed=list(overview.unconfirmed(public, current)),
        reviewed=reviewed_on(current.changes),
        looked=last_looked(public),
        lines=overview.lines(public, current),
        hold=request.app.state.settings.hold_minutes,
        done=done(request, public),
    )


def state_of(draft: DraftView, *, now: Any) -> str:
    """What a draft waits for, in a few words."""
    if draft.returned_because:
        return "came back"
    if draft.publish_at:
        return f"public in {minutes_left(draft.publish_at, now)} min" if draft.publish_at > now else "being published"
    return "being written"


def done(request: Asking, public: PublicRecord) -> tuple[str, Change | None] | None:
    """What has just been done, to be said at the head of the page."""
    asked = request.query_params
    if "published" in asked:
        found = next((change for change in public.changes if str(change.seq) == asked["published"]), None)
        return ("Published", found) if found else None
    told = {"deleted": "The entry was deleted", "answered": "The contest was answered", "looked-through": GAP_CLOSED}
    return next(((text, None) for name, text in told.items() if name in asked), None)


@post("/editor/looked")
async def look(request: Asking) -> Response[Any]:
    """Record that the sources were searched today without finding anything; it becomes public after the hold."""
    form = await read_form(request)
    public = strategy_of(request, form.value("strategy"))
    state, visitor = request.app.state, visitor_of(request)
    now = state.clock()
    typed = form.text("looked", most=2000, label="Where you looked")
    places = tuple(line.strip() for line in typed.split("\n") if line.strip())
    if not places or form.errors:
        return go(f"/editor/record?kind=reviewed&strategy={public.slug}")
    today = london_day(now)
    fact = Reviewed(
        text=f"We looked for news on {day_text(today)} and found nothing more to record.",
        happened_on=today.isoformat(),
        known_on=today,
        looked=places,
    )
    until = now + timedelta(minutes=state.settings.hold_minutes)
    async with state.database.writing() as db:
        by = visitor.person_id
        draft = await actions.start(db, Entry(facts=(fact,)), strategy=public.slug, by=by, now=now)
        await actions.hold(db, draft.id or 0, version=1, seen=draft.seen_seq, until=until, by=by, now=now)
    return go(f"/editor/entries/{draft.id}")


@route("/editor/announcements/{number:str}", http_method=READ)
async def show_announcement(request: Asking, number: FromPath[str]) -> Response[Any]:
    """One announcement: where it stands, what can be recorded of it, and every entry that can be corrected."""
    public = strategy_of(request, request.query_params.get("strategy", ""))
    announcement = public.announcement(number)
    return render(
        request,
        "editing/announcement.html",
        public=public,
        view=announcement_view(public.strategy, public.now(), announcement.number),
        kinds=FACT_KINDS,
    )


@route("/editor/audit", http_method=READ)
async def show_audit(request: Asking) -> Response[Any]:
    """Everything that was done, by whom and when, the newest first."""
    before = request.query_params.get("before", "")
    about = request.query_params.get("about", "")[:100]
    async with request.app.state.database.reading() as db:
        start = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else None
        found = await queries.audit_lines(db, before=start, about=about)
    shown = found[: queries.PAGE]
    older = shown[-1].id if len(found) > len(shown) else None
    return render(request, "editing/audit.html", lines=shown, older=older, about=about)


router = Router(
    path="/",
    route_handlers=[show_home, look, show_announcement],
    opt={"policy": held(Role.EDITOR)},
    include_in_schema=False,
)
auditing = Router(
    path="/",
    route_handlers=[show_audit],
    opt={"policy": held(Role.EDITOR, Role.ADMIN)},
    include_in_schema=False,
)
