"""Reads of editing, as frozen structs."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import Audited, Person
from tracker.alerts.actions import ACTIVE, AT_ONCE, EMAIL, WEBHOOK
from tracker.alerts.models import Destination, Subscription
from tracker.alerts.rules import topics_of
from tracker.clock import london_day
from tracker.db import LARGEST_ID
from tracker.editing.models import Contest, Draft
from tracker.editing.schemas import AuditLine, ContestView, DraftView, Entry
from tracker.errors import NotFound
from tracker.strategies.facts import Change
from tracker.strategies.public import Answered, Beside
from tracker.strategies.silence import Waiting, Watched
from tracker.strategies.structure import Strategy
from tracker.watch.freshness import NOW, WAITING_SIGHTINGS, columns, stand, watched_from

PUBLIC = ("corrected", "kept")
"""Outcomes of a contest that the public is shown; what is set aside is spam, or about a person."""
SAVED = "saved an entry"
"""How the audit calls a new version of a draft, which it keeps whole."""
PAGE = 50
"""Lines of the audit on a page."""


async def draft_view(db: AsyncSession, draft_id: int) -> DraftView | None:
    """One draft with who wrote it; None when it was published or deleted."""
    found = (await db.exec(_drafts().where(col(Draft.id) == draft_id))).one_or_none()
    return _draft_view(*found) if found else None


async def drafts(db: AsyncSession) -> list[DraftView]:
    """Every draft, the longest waiting first."""
    rows = (await db.exec(_drafts().order_by(col(Draft.saved_at)))).all()
    return [_draft_view(*row) for row in rows]


def _drafts() -> Any:  # SQLModel's type of a select of two cannot be written down
    return select(Draft, Person.name).join(Person, col(Person.id) == col(Draft.author_id))


def _draft_view(draft: Draft, author: str) -> DraftView:
    return DraftView(
        id=draft.id or 0,
        strategy=draft.strategy,
        key=draft.key,
        entry=_readable(draft.content),
        author_id=draft.author_id,
        author=author,
        version=draft.version,
        saved_at=draft.saved_at,
        publish_at=draft.publish_at,
        seen_seq=draft.seen_seq,
        returned_because=draft.returned_because,
    )


def _readable(content: str) -> Entry:
    """What a draft holds; one that a newer version of the tracker wrote looks empty, and breaks no page."""
    try:
        return msgspec.json.decode(content, type=Entry)
    except msgspec.ValidationError:
        return Entry()


async def draft_versions(db: AsyncSession, draft_id: int) -> Mapping[int, tuple[str, Entry]]:
    """Who saved each version of a draft, and what it held: the audit remembers."""
    saved = (
        select(Audited.detail, Person.name)
        .join(Person, col(Person.id) == col(Audited.person_id))
        .where(Audited.about == f"entry/{draft_id}", Audited.did == SAVED)
    )
    found: dict[int, tuple[str, Entry]] = {}
    for detail, name in (await db.exec(saved)).all():
        kept = msgspec.json.decode(detail)
        found[kept["version"]] = (name, msgspec.convert(kept["content"], Entry, strict=False))
    return found


async def waiting_contests(db: AsyncSession) -> list[ContestView]:
    """Contests that nobody has answered, the oldest first."""
    rows = (await db.exec(select(Contest).where(col(Contest.answered_at).is_(None)).order_by(col(Contest.id)))).all()
    return [contest_view(row) for row in rows]


async def beside(db: AsyncSession, *, now: datetime, without: int | None = None) -> Beside:
    """What public pages show beside the record: answers to contests, what waits for an editor, how far was read."""
    shown = (col(Contest.answered_at).is_not(None), col(Contest.outcome).in_(PUBLIC))
    rows = (await db.exec(select(Contest).where(*shown).order_by(col(Contest.answered_at).desc()))).all()
    waits, watched = await standing(db, now=now, without=without)
    return Beside(answers=tuple(answered(row) for row in rows), waiting=waits, watched=watched)


def answered(row: Contest) -> Answered:
    """A contest with its answer, as the public reads it."""
    return Answered(
        id=row.id or 0,
        strategy=row.strategy,
        about=row.about,
        said=row.said or "",
        answer=row.answer or "",
        outcome=row.outcome or "",
        asked_on=london_day(row.asked_at),
        answered_on=london_day(row.answered_at or row.asked_at),
    )


BesideVersion = tuple[datetime | None, Waiting, Watched]
"""What changes exactly when what stands beside the record does."""


async def beside_version(db: AsyncSession, *, now: datetime) -> BesideVersion:
    """What stands beside the record, in one statement: asked for four times a second."""
    return await _beside_version(db, _BESIDE, now=now)


async def _beside_version(db: AsyncSession, asked: Any, *, now: datetime) -> BesideVersion:
    found = (await db.exec(asked, params={NOW.key: now})).one()
    answered, contests, asked_at, drafts, saved_at, sightings, seen_at, *read = found
    moments = [moment for moment in (asked_at, saved_at, seen_at) if moment]
    waits = Waiting(contests + drafts + sightings, london_day(min(moments)) if moments else None)
    return answered, waits, watched_from(*read)


_OPEN = col(Contest.answered_at).is_(None)
_UNHELD = col(Draft.publish_at).is_(None)


def _beside(*drafts: ColumnElement[bool]) -> Any:
    """What stands beside the record, with those of the drafts that are counted."""
    sources = stand()
    return select(  # type: ignore[call-overload]  # SQLModel types selects of at most four
        select(func.max(Contest.answered_at)).scalar_subquery(),
        select(func.count()).select_from(Contest).where(_OPEN).scalar_subquery(),
        select(func.min(Contest.asked_at)).where(_OPEN).scalar_subquery(),
        select(func.count()).select_from(Draft).where(_UNHELD, *drafts).scalar_subquery(),
        select(func.min(Draft.saved_at)).where(_UNHELD, *drafts).scalar_subquery(),
        *WAITING_SIGHTINGS,
        *columns(sources),
    ).select_from(sources)


_BESIDE: Any = _beside()


async def contest(db: AsyncSession, contest_id: int) -> ContestView:
    """One contest; raises NotFound."""
    row = await db.get(Contest, contest_id) if contest_id <= LARGEST_ID else None
    if row is None:
        raise NotFound("There is no such contest.")
    return contest_view(row)


def contest_view(row: Contest) -> ContestView:
    """A contest without the address of who wrote it."""
    return ContestView(
        id=row.id or 0,
        strategy=row.strategy,
        about=row.about,
        text=row.text,
        evidence_url=row.evidence_url,
        wants_answer=row.address is not None,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
        said=row.said,
        answer=row.answer,
        outcome=row.outcome,
    )


async def audit_lines(db: AsyncSession, *, before: int | None, about: str) -> list[AuditLine]:
    """What was done, the newest first; one more than a page shows, so that it can be seen whether there is more."""
    asked = select(Audited, Person.name).join(Person, col(Person.id) == col(Audited.person_id), isouter=True)
    if before is not None:
        asked = asked.where(col(Audited.id) < before)
    if about:
        asked = asked.where(Audited.about == about)
    rows = (await db.exec(asked.order_by(col(Audited.id).desc()).limit(PAGE + 1))).all()
    return [_audit_line(row, name) for row, name in rows]


def _audit_line(row: Audited, name: str | None) -> AuditLine:
    detail = msgspec.json.decode(row.detail)
    return AuditLine(
        id=row.id or 0, at=row.at, who=name or _nobody(row, detail), did=row.did, about=row.about, detail=detail
    )


def _nobody(row: Audited, detail: dict[str, Any]) -> str:
    """Who did what nobody signed in for: a reader with their own link, or the tracker by itself, which says why."""
    by_reader = row.about.startswith(("destination/", "contest/")) and "because" not in detail
    return "A reader" if by_reader else "The tracker"


class Audience(msgspec.Struct, frozen=True, kw_only=True):
    """How many destinations hear of something: at once by mail or webhook, and later in a digest."""

    emails: int
    webhooks: int
    digests: int

    @property
    def all(self) -> int:
        return self.emails + self.webhooks + self.digests


async def audience(db: AsyncSession, strategy: Strategy, changes: Sequence[Change]) -> Audience:
    """How many would hear of changes if they were published at this moment; each destination counts once."""
    follow = select(Subscription.destination_id).where(
        col(Subscription.topic).in_(topics_of(strategy, changes)), col(Subscription.confirmed_at).is_not(None)
    )
    asked = (
        select(Destination.channel, Destination.cadence, func.count())
        .where(col(Destination.id).in_(follow), *ACTIVE)
        .group_by(col(Destination.channel), col(Destination.cadence))
    )
    found = (await db.exec(asked)).all()
    webhooks = sum(count for channel, _, count in found if channel == WEBHOOK)
    emails = sum(count for channel, cadence, count in found if channel == EMAIL and cadence == AT_ONCE)
    digests = sum(count for channel, cadence, count in found if channel == EMAIL and cadence != AT_ONCE)
    return Audience(emails=emails, webhooks=webhooks, digests=digests)


async def standing(db: AsyncSession, *, now: datetime, without: int | None = None) -> tuple[Waiting, Watched]:
    """How much waits for an editor (contests, entries nobody has let out, sightings), and how far sources were read.

    `without` is an entry that is not counted: when its message goes out it waits no more.
    """
    asked = _BESIDE if without is None else _beside(col(Draft.id) != without)
    _, waits, watched = await _beside_version(db, asked, now=now)
    return waits, watched
