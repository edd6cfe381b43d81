"""One entry that is being prepared: what it would lead to, and letting it out, back or go."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from litestar import Response, Router, post, route
from litestar.params import FromPath
from msgspec import json, structs
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.policies import Role, held
from tracker.accounts.visitors import visitor_of
from tracker.alerts.messages.publication import publication_letter
from tracker.clock import london_day
from tracker.editing import actions, queries
from tracker.editing.jobs import publish_due
from tracker.editing.kinds import BY_NAME
from tracker.editing.pages.access import (
    READ,
    Asking,
    draft_to_change,
    draft_to_see,
    home_of,
    may_change,
    strategy_of,
    titles,
)
from tracker.editing.previews import preview, provisional, would_be
from tracker.editing.schemas import DraftView, Entry, Preview
from tracker.errors import Conflict, NotFound
from tracker.strategies.facts import Corrected, fact_from, kind_of
from tracker.strategies.queries import records
from tracker.strategies.silence import reviewed_on, silence
from tracker.strategies.texts import differences
from tracker.strategies.views.changes import KINDS
from tracker.web.dynamic import go, render
from tracker.web.forms import read_form
from tracker.web.letters import Letter


@route("/editor/entries/{number:str}", http_method=READ)
async def show_entry(request: Asking, number: FromPath[str]) -> Response[Any]:
    """What an entry would lead to: statuses before and after, the pages, the message, and how many get it."""
    async with request.app.state.database.reading() as db:
        draft = await draft_to_see(db, visitor_of(request), number)
        return await _entry_page(request, db, draft)


async def _entry_page(request: Asking, db: AsyncSession, draft: DraftView, **shown: Any) -> Response[Any]:
    status = shown.pop("status", 200)
    now = request.app.state.clock()
    seen = _preview(request, draft, now=now)
    names = titles(strategy_of(request, draft.strategy))
    audience = None
    if seen.composed and not seen.quiet:
        audience = await queries.audience(db, strategy_of(request, draft.strategy).strategy, seen.changes)
    return render(
        request,
        "editing/entry.html",
        status=status,
        draft=draft,
        preview=seen,
        audience=audience,
        letter=await _letter(request, db, draft, seen, now=now) if audience else None,
        facts=[_told(fact, names) for fact in draft.entry.facts],
        hold=request.app.state.settings.hold_minutes,
        left=minutes_left(draft.publish_at, now),
        may_change=may_change(visitor_of(request), draft.entry),
        can_add=draft.entry.organisation is None,
        from_queue=request.query_params.get("from") == "queue",
        **{"altered": (), "by": "", **shown},
    )


async def _letter(
    request: Asking, db: AsyncSession, draft: DraftView, seen: Preview, *, now: datetime
) -> Letter | None:
    """The mail as it would be; the line for changing what comes is each recipient's own.

    The line of silence is that of the moment after: the entry waits no more then.
    """
    if seen.composed is None:
        return None
    content = json.encode(seen.composed.content)
    looked = reviewed_on((*strategy_of(request, draft.strategy).now().changes, *seen.changes))
    waits, watched = await queries.standing(db, now=now, without=draft.id)
    line = silence(looked, waits, watched, today=london_day(now))

    async def then(_db: AsyncSession) -> str:
        return line

    papers = structs.replace(request.app.state.papers, silence=then)
    return await publication_letter(db, seen.composed.subject, seen.composed.text, content, papers)


def _preview(request: Asking, draft: DraftView, *, now: datetime) -> Preview:
    public = strategy_of(request, draft.strategy)
    return preview(draft.entry, draft.key, public, public.head, prefix=public.prefix, seen=draft.seen_seq, now=now)


def _told(fact: Any, names: Mapping[str, str]) -> tuple[str, str, str]:
    """A fact of a draft in a line: its kind, its sentence, what it is about."""
    kind = KINDS[kind_of(fact)]
    if isinstance(fact, Corrected) and fact.instead is not None:
        inner = kind_of(fact_from(fact.instead))
        kind = f"{kind} of “{KINDS[inner] if inner in BY_NAME else inner}”"
    topic = getattr(fact, "topic", None)
    return kind, fact.text, "; ".join(names.get(ref, ref) for ref in fact.about) or topic or "the strategy as a whole"


def minutes_left(publish_at: datetime | None, now: datetime) -> int:
    """Whole minutes until the hold of an entry ends, rounded up; 0 when it has none."""
    return max(0, -((now - publish_at) // timedelta(minutes=1))) if publish_at else 0


@route("/editor/entries/{number:str}/page", http_method=READ)
async def show_page(request: Asking, number: FromPath[str]) -> Response[Any]:
    """A public page exactly as it would be, made from the record with the entry at its end."""
    path = request.query_params.get("path", "")
    state = request.app.state
    now = state.clock()
    async with state.database.reading() as db:
        draft = await draft_to_see(db, visitor_of(request), number)
        everything = await records(db)
        beside = await queries.beside(db, now=now, without=draft.id)
    seen = _preview(request, draft, now=now)
    record = next((item for item in everything.strategies if item.strategy.identity.slug == draft.strategy), None)
    if record is None or path not in {address for _, address in seen.paths}:
        raise NotFound("This entry does not alter such a page.")
    changes = would_be(draft.entry, draft.key, record, everything.head, now=now)
    there = provisional(everything, draft.strategy, changes)
    body = await asyncio.to_thread(state.page_at, there, path, today=london_day(now), now=now, beside=beside)
    headers = {"cache-control": "no-store", "x-robots-tag": "noindex"}
    return Response(body, media_type="text/html", headers=headers)


@post("/editor/entries/{number:str}/publish")
async def publish(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Start the hold, or skip it; whoever looked at an older version is shown what changed first."""
    form = await read_form(request)
    visitor, state = visitor_of(request), request.app.state
    now = state.clock()
    until = now + timedelta(minutes=state.settings.hold_minutes)
    looked_at = {"version": _number(form.value("version")), "seen": _number(form.value("seen"))}
    by, outcome = visitor.person_id, None
    try:
        async with state.database.writing() as db:
            draft = await draft_to_change(db, visitor, number)
            if form.value("when") == "now":
                outcome = await actions.publish_now(db, draft.id, **looked_at, by=by, now=now)
            else:
                await actions.hold(db, draft.id, **looked_at, until=until, by=by, now=now)
    except Conflict:
        return await _changed_meanwhile(request, number, _number(form.value("version")))
    if outcome is None or outcome.returned:
        return go(f"/editor/entries/{number}")
    await publish_due(state.database, state.clock)
    await state.keeper.look()
    return go(f"{home_of(visitor)}?published={outcome.changes[0].seq}")


async def _changed_meanwhile(request: Asking, number: str, version: int) -> Response[Any]:
    """The entry as it stands, with what somebody else made of it since it was looked at."""
    async with request.app.state.database.reading() as db:
        draft = await draft_to_see(db, visitor_of(request), number)
        versions = await queries.draft_versions(db, draft.id)
        author, now = versions[draft.version]
        _, was = versions.get(version, ("", Entry()))
        altered = differences(_plain(was), _plain(now))
        return await _entry_page(request, db, draft, altered=altered, by=author, status=409)


def _plain(entry: Entry) -> Any:  # JSON is whatever the facts are
    return json.decode(json.encode(entry))


@post("/editor/entries/{number:str}/take-back")
async def take_back(request: Asking, number: FromPath[str]) -> Response[Any]:
    """End the hold: nothing of it was public, and it can be worked on."""
    visitor, state = visitor_of(request), request.app.state
    async with state.database.writing() as db:
        draft = await draft_to_change(db, visitor, number)
        await actions.take_back(db, draft.id, by=visitor.person_id, now=state.clock())
    return go(f"/editor/entries/{draft.id}")


@post("/editor/entries/{number:str}/delete")
async def delete(request: Asking, number: FromPath[str]) -> Response[Any]:
    """Take an entry away: only the audit remembers it."""
    visitor, state = visitor_of(request), request.app.state
    async with state.database.writing() as db:
        draft = await draft_to_change(db, visitor, number)
        await actions.delete(db, draft.id, by=visitor.person_id, now=state.clock())
    return go(f"{home_of(visitor)}?deleted=1")


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


router = Router(
    path="/",
    route_handlers=[show_entry, show_page, publish, take_back, delete],
    opt={"policy": held(Role.EDITOR, Role.ORGANISATION_AUTHOR)},
    include_in_schema=False,
)
