"""What pages of editing read first: the record as it is public, and the draft that somebody may work on."""

from typing import Any

from litestar import HttpMethod, Request
from litestar.datastructures import State
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.policies import Role
from tracker.accounts.visitors import Visitor
from tracker.editing import queries
from tracker.editing.actions import GONE
from tracker.editing.schemas import DraftView, Entry
from tracker.errors import Forbidden, NotFound
from tracker.strategies.public import PublicRecord

Asking = Request[Any, Any, State]
READ = [HttpMethod.GET, HttpMethod.HEAD]


def strategies(request: Asking) -> dict[str, PublicRecord]:
    """Every strategy as it is public at this moment, the default one first."""
    found: dict[str, PublicRecord] = request.app.state.keeper.snapshot.context
    return found


def strategy_of(request: Asking, slug: str) -> PublicRecord:
    """One strategy, the default one when none is named; raises NotFound."""
    found = strategies(request)
    if not slug:
        return next(iter(found.values()))
    if slug not in found:
        raise NotFound(f"There is no strategy “{slug[:60]}”. Possible: {', '.join(found)}.")
    return found[slug]


def may_change(visitor: Visitor, entry: Entry) -> bool:
    """Whether an entry is somebody's to write: ours is every editor's, an organisation's is its own authors'."""
    if entry.organisation is None:
        return visitor.has(Role.EDITOR)
    return entry.organisation in visitor.held_for(Role.ORGANISATION_AUTHOR)


async def draft_to_see(db: AsyncSession, visitor: Visitor, number: str) -> DraftView:
    """A draft that somebody may see: editors see all, others their organisation's; raises NotFound or Forbidden."""
    is_number = number.isascii() and number.isdigit() and len(number) < 10
    draft = await queries.draft_view(db, int(number)) if is_number else None
    if draft is None:
        raise NotFound(GONE)
    if not visitor.has(Role.EDITOR) and not may_change(visitor, draft.entry):
        raise Forbidden("This entry is somebody else’s.")
    return draft


async def draft_to_change(db: AsyncSession, visitor: Visitor, number: str) -> DraftView:
    """A draft that somebody may change; raises NotFound or Forbidden."""
    draft = await draft_to_see(db, visitor, number)
    if not may_change(visitor, draft.entry):
        raise Forbidden(f"{draft.entry.organisation} signs this verdict, so only its own authors can change it.")
    return draft


def home_of(visitor: Visitor) -> str:
    """Where somebody's own list of entries is."""
    return "/editor" if visitor.has(Role.EDITOR) else "/organisation"


def titles(public: PublicRecord) -> dict[str, str]:
    """Everything that a fact can be about, by its number and title."""
    names: dict[str, str] = {}
    for announcement, current in zip(public.strategy.announcements, public.now().announcements, strict=True):
        names[str(announcement.number)] = f"{announcement.number}. {announcement.title}"
        for deliverable, at in zip(announcement.deliverables, current.deliverables, strict=True):
            names[at.ref] = f"{announcement.number}. {deliverable.title}"
            names |= {milestone.ref: f"{names[at.ref]}: {milestone.title}" for milestone in at.milestones}
    return names
