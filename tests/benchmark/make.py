"""Assessments of many authorities with answers that a test knows, signed and frozen, made in one line each."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.conftest import NOON
from tracker.authorities.files import authorities, by_key
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.models import Answer, Assessment
from tracker.benchmark.questions import asked, newest_edition, round_of
from tracker.benchmark.schemas import Criterion, Details, Frozen, FrozenAnswer, Level

KEYS = tuple(authority.key for authority in authorities())
"""Of every authority."""


def criteria(authority: str, *, on: datetime = NOON) -> tuple[Criterion, ...]:
    """What an authority is asked in a benchmark begun on a day."""
    return asked(newest_edition(on.date()).key, circumstances_of(by_key(authorities(), authority)))


def frozen(authority: str, round: str, levels: Mapping[str, Level], *, at: datetime = NOON) -> Frozen:
    """An assessment as it would be frozen: with these levels, and not known for the rest."""
    return Frozen(
        authority=authority,
        authority_name=by_key(authorities(), authority).name,
        round=round,
        round_title=round_of(round).title,
        edition=newest_edition(at.date()).key,
        reference=f"KCB-{authority}-{round}",
        signed_at=at,
        signed_name="A Director, Director of Children’s Services",
        as_at=at.date(),
        record_seq=1,
        answers=tuple(
            FrozenAnswer(
                criterion=item,
                level=levels.get(item.key, Level.NOT_KNOWN),
                sentence="What we do.",
                details=Details(),
                national="",
            )
            for item in criteria(authority, on=at)
        ),
    )


async def sign(
    db: AsyncSession, authority: str, round: str, levels: Mapping[str, Level], *, at: datetime = NOON
) -> Assessment:
    """An assessment with these levels, agreed and signed at a moment, as rows."""
    whole = frozen(authority, round, levels, at=at)
    body = msgspec.json.encode(whole)
    made = Assessment(
        authority=authority,
        round=round,
        edition=whole.edition,
        started_at=at,
        signed_at=at,
        signed_name=whole.signed_name,
        reference=whole.reference,
        frozen=body.decode(),
        frozen_digest=hashlib.sha256(body).hexdigest(),
    )
    db.add(made)
    await db.flush()
    db.add_all(_rows(made, whole))
    await db.flush()
    return made


def _rows(made: Assessment, whole: Frozen) -> Iterable[Answer]:
    return [
        Answer(
            authority=made.authority,
            assessment_id=made.id or 0,
            criterion=item.criterion.key,
            version=item.criterion.version,
            kind="agreed",
            saved_at=made.started_at,
            level=item.level,
            sentence=item.sentence,
        )
        for item in whole.answers
    ]
