"""From a whole benchmark to a signed one: a lead asks an approver, who signs or gives it back. Nothing here commits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.policies import Role
from tracker.benchmark import letters, queries
from tracker.benchmark.actions import NOT_BEGUN, SIGNED, open_assessment
from tracker.benchmark.freezing import NationalState, frozen_answers, sealed
from tracker.benchmark.models import Assessment
from tracker.benchmark.queries import Colleague
from tracker.benchmark.questions import criterion_of
from tracker.benchmark.rules import lacking, reference
from tracker.benchmark.schemas import AssessmentView, Criterion, Frozen
from tracker.errors import Conflict, Forbidden, Invalid, NotFound

ASKED, GIVEN_BACK, SIGNED_LETTER = "benchmark-asked", "benchmark-given-back", "benchmark-signed"
"""The kinds of letters."""
NOT_WHOLE = "This benchmark is not whole yet: check its answers, and ask again when nothing is missing."
NOT_ASKED = "Nobody has been asked to sign this benchmark, or it has been taken back since. Ask its lead."
READ_AGAIN = (
    "It was taken back and asked for again since you opened the page, so its answers may have changed. "
    "Read them, and sign then."
)
NOT_THE_APPROVER = "Somebody else was asked to sign this benchmark."
NOT_BY_ASKER = "You asked for this signature, so somebody else has to give it."


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs, as they typed it, and what the paper calls authority and round."""

    person_id: int
    name: str
    authority_name: str
    round_title: str
    asked_at: str
    """The moment of the asking that they read, as the form has it."""


async def ask(
    db: AsyncSession,
    authority: str,
    round: str,
    *,
    approver_id: int,
    asked: Sequence[Criterion],
    by: int,
    now: datetime,
) -> AssessmentView:
    """Ask an approver to sign; raises Invalid when they may not, and Conflict while something is missing."""
    assessment = await open_assessment(db, authority, round)
    if approver_id not in {person.id for person in await possible_approvers(db, authority, by=by)}:
        raise Invalid("Choose an approver of your authority. Whoever asks cannot sign while somebody else may.")
    if lacking(asked, await queries.answers_of(db, assessment)):
        raise Conflict(NOT_WHOLE)
    await letters.ask(db, kind=ASKED, person_id=approver_id, **_about(assessment, ASKED, now))
    values = {"asked_at": now, "asked_by": by, "approver_id": approver_id, "given_back": None}
    return await _change(db, assessment, **values)


def asking_of(assessment: AssessmentView) -> str:
    """Which asking for a signature this is: answers cannot change until it is over."""
    return assessment.asked_at.isoformat() if assessment.asked_at else ""


async def possible_approvers(db: AsyncSession, authority: str, *, by: int) -> list[Colleague]:
    """Whom somebody can ask to sign: every other approver, or themselves when there is no other."""
    approvers = await queries.holders(db, authority, Role.APPROVER)
    return [person for person in approvers if person.id != by] or approvers


async def give_back(
    db: AsyncSession, authority: str, round: str, *, why: str | None, by: int, now: datetime
) -> AssessmentView:
    """Open an assessment for answers again: its approver gives it back and says why, or a lead takes it back."""
    assessment = await _with_approver(db, authority, round)
    if why is not None:
        _require_approver(assessment, by)
        told = _about(assessment, GIVEN_BACK, now)
        await letters.ask(db, kind=GIVEN_BACK, person_id=assessment.asked_by, **told)
    values = {"asked_at": None, "asked_by": None, "approver_id": None, "given_back": why}
    return await _change(db, assessment, **values)


async def sign(
    db: AsyncSession,
    authority: str,
    round: str,
    signature: Signature,
    *,
    asked: Sequence[Criterion],
    national: NationalState,
    now: datetime,
) -> Frozen:
    """Sign and freeze: nothing of this round changes any more. Raises Forbidden or Conflict when it cannot be."""
    assessment = await _with_approver(db, authority, round)
    _require_approver(assessment, signature.person_id)
    if signature.asked_at != asking_of(assessment):
        raise Conflict(READ_AGAIN)
    by_asker = assessment.asked_by == signature.person_id
    allowed = await possible_approvers(db, authority, by=assessment.asked_by or 0)
    if by_asker and signature.person_id not in {person.id for person in allowed}:
        raise Forbidden(NOT_BY_ASKER)
    names = await queries.names_of(db, [assessment.asked_by])
    frozen = Frozen(
        authority=authority,
        authority_name=signature.authority_name,
        round=round,
        round_title=signature.round_title,
        edition=assessment.edition,
        reference=await _free_reference(db),
        signed_at=now,
        signed_name=signature.name,
        asked_name=names[assessment.asked_by],
        signed_by_asker=by_asker,
        as_at=national.on,
        record_seq=national.seq,
        answers=frozen_answers(asked, await queries.answers_of(db, assessment), national, version_of=criterion_of),
    )
    await _freeze(db, assessment, frozen, by=signature.person_id)
    told = _about(assessment, SIGNED_LETTER, now)
    await letters.ask_leads(db, kind=SIGNED_LETTER, but=signature.person_id, **told)
    return frozen


def _about(assessment: AssessmentView, kind: str, now: datetime) -> dict[str, Any]:
    """What a mail about a round is about; each asking and each giving back is one."""
    return {
        "authority": assessment.authority,
        "key": f"{kind}/{assessment.id}/{now.isoformat()}",
        "content": {"assessment": assessment.id},
        "now": now,
    }


async def _freeze(db: AsyncSession, assessment: AssessmentView, frozen: Frozen, *, by: int) -> None:
    body, digest = sealed(frozen)
    await _change(
        db,
        assessment,
        signed_at=frozen.signed_at,
        signed_by=by,
        signed_name=frozen.signed_name,
        reference=frozen.reference,
        frozen=body,
        frozen_digest=digest,
    )


async def _free_reference(db: AsyncSession) -> str:
    """A reference that no signed benchmark has."""
    while True:
        drawn = reference()
        if (await db.exec(select(Assessment.id).where(Assessment.reference == drawn))).first() is None:
            return drawn


async def _with_approver(db: AsyncSession, authority: str, round: str) -> AssessmentView:
    """An assessment that waits for its signature, locked."""
    found = await queries.assessment_of(db, authority, round, lock=True)
    if found is None:
        raise NotFound(NOT_BEGUN)
    if found.signed_at:
        raise Conflict(SIGNED)
    if found.asked_at is None:
        raise Conflict(NOT_ASKED)
    return found


def _require_approver(assessment: AssessmentView, person_id: int) -> None:
    if assessment.approver_id != person_id:
        raise Forbidden(NOT_THE_APPROVER)


async def _change(db: AsyncSession, assessment: AssessmentView, **values: object) -> AssessmentView:
    ours = (col(Assessment.id) == assessment.id, col(Assessment.authority) == assessment.authority)
    await db.exec(update(Assessment).where(*ours).values(**values))
    db.expire_all()
    found = await queries.assessment_of(db, assessment.authority, assessment.round)
    if found is None:
        raise NotFound(NOT_BEGUN)
    return found
