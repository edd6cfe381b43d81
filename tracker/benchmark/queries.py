"""What pages, papers and jobs read of a benchmark: structs, never rows, and always of one authority."""

from collections import Counter
from collections.abc import Iterable

import msgspec
from sqlalchemy import inspect
from sqlalchemy.orm import defer
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import HeldRole, Person
from tracker.accounts.policies import Role
from tracker.benchmark.models import Answer, Assessment
from tracker.benchmark.rules import Standing, standing
from tracker.benchmark.schemas import AssessmentView, Details, Frozen, Level, Saved
from tracker.db import LARGEST_ID

GONE = "somebody who has left"
"""The name of an author whose person was erased."""
UNFROZEN = select(Assessment).options(defer(inspect(Assessment).attrs.frozen.class_attribute))
"""Assessments without what was frozen of them, which is large and read only for papers."""


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who takes part in an authority's benchmark."""

    id: int
    name: str
    address: str


async def assessment_of(db: AsyncSession, authority: str, round: str, *, lock: bool = False) -> AssessmentView | None:
    """An authority's assessment of a round; locked, so that whoever changes it at the same moment waits."""
    found = UNFROZEN.where(Assessment.authority == authority, Assessment.round == round)
    row = (await db.exec(found.with_for_update() if lock else found)).first()
    return view(row) if row else None


async def assessments_of(db: AsyncSession, authority: str) -> list[AssessmentView]:
    """All assessments of an authority, the newest round first."""
    found = UNFROZEN.where(Assessment.authority == authority).order_by(col(Assessment.round).desc())
    return [view(row) for row in (await db.exec(found)).all()]


def view(row: Assessment) -> AssessmentView:
    """An assessment as others see it."""
    return msgspec.convert(row, AssessmentView, from_attributes=True)


async def answers_of(db: AsyncSession, assessment: AssessmentView) -> dict[str, Standing]:
    """How every answer of an assessment stands, by criterion; what nobody has answered is left out."""
    found: dict[str, list[Saved]] = {}
    for row in await _saved(db, assessment):
        found.setdefault(row.criterion, []).append(row)
    return {criterion: standing(rows) for criterion, rows in found.items()}


async def history_of(db: AsyncSession, assessment: AssessmentView, criterion: str) -> list[Saved]:
    """Everything that was ever saved of one answer, the oldest first."""
    return await _saved(db, assessment, criterion)


async def _saved(db: AsyncSession, assessment: AssessmentView, criterion: str | None = None) -> list[Saved]:
    found = (
        select(Answer, Person.name)
        .join(Person, col(Person.id) == col(Answer.author_id), isouter=True)
        .where(Answer.authority == assessment.authority, Answer.assessment_id == assessment.id)
        .order_by(col(Answer.id))
    )
    if criterion is not None:
        found = found.where(Answer.criterion == criterion)
    counted: Counter[str] = Counter()
    rows = []
    for row, name in (await db.exec(found)).all():
        counted[row.criterion] += 1
        rows.append(saved(row, name, number=counted[row.criterion]))
    return rows


def saved(row: Answer, name: str | None, *, number: int) -> Saved:
    """One saving with its author's name and its place in its answer, which stays: rows are only added, under a lock."""
    return Saved(
        number=number,
        criterion=row.criterion,
        version=row.version,
        kind=row.kind,
        author_id=row.author_id,
        author=name or GONE,
        saved_at=row.saved_at,
        level=Level(row.level) if row.level else None,
        sentence=row.sentence,
        details=_DETAILS.decode(row.content),
    )


async def frozen(db: AsyncSession, authority: str, round: str) -> Frozen | None:
    """An authority's assessment of a round as it was signed; None while it is not."""
    found = select(Assessment.frozen).where(Assessment.authority == authority, Assessment.round == round)
    body = (await db.exec(found)).first()
    return msgspec.json.decode(body, type=Frozen) if body else None


async def holders(db: AsyncSession, authority: str, *roles: Role) -> list[Colleague]:
    """Who holds at least one of these roles for an authority and can sign in, in order of name."""
    found = (
        select(Person.id, Person.name, Person.address)
        .join(HeldRole, col(HeldRole.person_id) == col(Person.id))
        .where(HeldRole.of == authority, col(HeldRole.role).in_(roles), col(Person.stopped_at).is_(None))
        .order_by(Person.name, col(Person.id))
        .distinct()
    )
    return [Colleague(id=id or 0, name=name, address=address) for id, name, address in (await db.exec(found)).all()]


async def names_of(db: AsyncSession, people: Iterable[int | None]) -> dict[int | None, str]:
    """The names of some people; whoever is gone has left."""
    wanted = {person for person in people if person is not None}
    rows = (await db.exec(select(Person.id, Person.name).where(col(Person.id).in_(wanted)))).all() if wanted else []
    return {None: GONE, **dict.fromkeys(wanted, GONE), **dict(rows)}


def number_of(given: str) -> int:
    """A number as an address or a form gives it; 0, which nothing has, when it is none."""
    is_number = given.isascii() and given.isdigit() and len(given) < 11
    return int(given) if is_number and int(given) <= LARGEST_ID else 0


_DETAILS = msgspec.json.Decoder(Details)
