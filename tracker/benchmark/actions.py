"""Beginning a round and answering its questions. Rows of answers are only added. Nothing here commits."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark import flags, queries
from tracker.benchmark.models import Answer, Assessment
from tracker.benchmark.rules import AGREED, BROUGHT, VIEW, Standing, is_same
from tracker.benchmark.schemas import AssessmentView, Criterion, Details, Level, Saved
from tracker.db import new_rows
from tracker.errors import Conflict, NotFound

SIGNED = "This benchmark has been signed, so its answers cannot be changed any more. Change them in the next round."
WITH_APPROVER = "This benchmark is with its approver, so its answers cannot be changed. Its lead can take it back."
NOT_BEGUN = "This round has not been begun."


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody answers to one criterion."""

    criterion: Criterion
    level: Level | None
    sentence: str
    details: Details
    after: int
    """The number of the newest saving of this answer that they had seen."""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a saving."""

    number: int
    """Which saving of its answer it is; the same saving before it where a form was sent twice."""
    clash: bool = False
    """Whether somebody saved the same answer in between: it was kept as a view, and nothing of theirs is lost."""


async def begin(
    db: AsyncSession,
    authority: str,
    round: str,
    *,
    edition: str,
    asked: Iterable[Criterion],
    by: int,
    now: datetime,
) -> AssessmentView:
    """Begin a round, filled in from the newest round before it; beginning it twice is beginning it once."""
    before = next((item for item in await queries.assessments_of(db, authority) if item.round < round), None)
    values = {
        "authority": authority,
        "round": round,
        "edition": edition,
        "started_at": now,
        "started_by": by,
        "before_id": before.id if before else None,
    }
    begun = (await db.exec((await new_rows(db, Assessment)).values(values).on_conflict_do_nothing())).rowcount
    found = await queries.assessment_of(db, authority, round)
    if found is None:
        raise NotFound(NOT_BEGUN)
    if begun and before:
        await _bring(db, before, found, {item.key for item in asked})
        await flags.carry(db, before, found, now=now)
    return found


async def _bring(db: AsyncSession, before: AssessmentView, into: AssessmentView, asked: set[str]) -> None:
    """Fill in what was answered before, with who answered it and when: what changed since is told from that moment."""
    for key, at in (await queries.answers_of(db, before)).items():
        if at.answer and key in asked:
            old = at.answer
            db.add(_row(into, old.version, BROUGHT, old, by=old.author_id, at=old.saved_at, after=0))
    await db.flush()


async def save(
    db: AsyncSession, authority: str, round: str, given: Given, *, by: int, agrees: bool, now: datetime
) -> Kept:
    """Save an answer: what a lead saves is agreed. Raises Conflict where the benchmark is signed or with its approver.

    When something was saved since the form was made, it is kept as a view, so that neither text is lost.
    """
    assessment = await open_assessment(db, authority, round)
    rows = await queries.history_of(db, assessment, given.criterion.key)
    newest = rows[-1] if rows else None
    if newest and _is_sent_twice(newest, given, by):
        return Kept(number=newest.number)
    number = newest.number if newest else 0
    clash = number > given.after
    kind = AGREED if agrees and not clash else VIEW
    row = _row(assessment, given.criterion.version, kind, given, by=by, at=now, after=given.after)
    db.add(row)
    await db.flush()
    return Kept(number=number + 1, clash=clash)


def _is_sent_twice(newest: Saved, given: Given, by: int) -> bool:
    return (
        newest.author_id == by
        and newest.kind != BROUGHT
        and newest.number > given.after
        and is_same(newest, given.level, given.sentence, given.details)
    )


async def agree(
    db: AsyncSession,
    authority: str,
    round: str,
    criterion: Criterion,
    number: int,
    *,
    after: int,
    by: int,
    now: datetime,
) -> Kept:
    """Make one of the savings of an answer the agreed one; raises NotFound, or Conflict where it cannot be changed."""
    assessment = await open_assessment(db, authority, round)
    rows = await queries.history_of(db, assessment, criterion.key)
    chosen = next((row for row in rows if row.number == number), None)
    if chosen is None:
        raise NotFound("There is no such answer.")
    given = Given(
        criterion=criterion,
        level=chosen.level,
        sentence=chosen.sentence,
        details=chosen.details,
        after=after,
    )
    return await save(db, authority, round, given, by=by, agrees=True, now=now)


async def confirm(
    db: AsyncSession,
    authority: str,
    round: str,
    criteria: Iterable[Criterion],
    *,
    by: int,
    now: datetime,
) -> int:
    """Agree to answers of the round before as they are; those that somebody looked at meanwhile are left alone."""
    assessment = await open_assessment(db, authority, round)
    standings = await queries.answers_of(db, assessment)
    looked = [(item, standings.get(item.key, Standing())) for item in criteria]
    chosen = [(item, at.answer) for item, at in looked if at.is_brought and at.answer and at.level]
    for item, old in chosen:
        db.add(_row(assessment, item.version, AGREED, old, by=by, at=now, after=old.number))
    await db.flush()
    return len(chosen)


def _row(
    assessment: AssessmentView,
    version: int,
    kind: str,
    said: Given | Saved,
    *,
    by: int | None,
    at: datetime,
    after: int,
) -> Answer:
    return Answer(
        authority=assessment.authority,
        assessment_id=assessment.id,
        criterion=said.criterion if isinstance(said, Saved) else said.criterion.key,
        version=version,
        kind=kind,
        author_id=by,
        saved_at=at,
        seen=after or None,
        level=said.level,
        sentence=said.sentence,
        content=msgspec.json.encode(said.details).decode(),
    )


async def open_assessment(db: AsyncSession, authority: str, round: str) -> AssessmentView:
    """An assessment whose answers can be changed, locked; raises NotFound, or Conflict saying why they cannot."""
    found = await queries.assessment_of(db, authority, round, lock=True)
    if found is None:
        raise NotFound(NOT_BEGUN)
    if not found.is_open:
        raise Conflict(closed(found))
    return found


def closed(assessment: AssessmentView) -> str:
    """Why the answers of an assessment cannot be changed."""
    return SIGNED if assessment.signed_at else WITH_APPROVER
