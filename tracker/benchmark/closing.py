"""Closing a round: what each authority that had signed is shown of the others, worked out once and never again."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import HeldRole
from tracker.accounts.policies import OF_AUTHORITY
from tracker.authorities.files import authorities
from tracker.authorities.schemas import Authority
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.comparison import Cells, Cohort, Earlier, Given, Lot, Outcome, key_of
from tracker.benchmark.models import Assessment, Closing, Comparison
from tracker.benchmark.questions import asked, rounds
from tracker.benchmark.schemas import Level, Round
from tracker.clock import LONDON, london_day
from tracker.db import new_rows
from tracker.web.secrets import Secrets

MARK = 16
"""Letters of a keyed hash: 96 bits tell a few hundred authorities apart for good."""


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What one authority is shown of a round, as it is kept."""

    cells: Cells
    linked: tuple[str, ...] = ()
    """Marks of those whose people worked for it too at the closing: who takes part in both may see both."""


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in a round and what was shown to whom, without a name: later rounds must give nobody away."""

    signed: tuple[str, ...]
    """Marks, in an order that says nothing."""
    asked: dict[str, tuple[int, ...]]
    """By criterion and version: places in `signed` of those who were asked."""
    weighed: dict[str, dict[str, tuple[Cohort, ...]]]
    """By mark of the reader, criterion and version of which something was shown: all cohorts that could have been."""


class _Answered(msgspec.Struct, frozen=True, kw_only=True):
    """As much of a frozen answer as is counted; the rest of it is not even read."""

    criterion: "_Asked"
    level: Level | None


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    version: int
    compared: bool = True


class _Signed(msgspec.Struct, frozen=True, kw_only=True):
    edition: str
    answers: tuple[_Answered, ...]


_SIGNED = msgspec.json.Decoder(_Signed)
_REMEMBERED = msgspec.json.Decoder(Remembered)


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A round that is over, with everything that its comparison is made of."""

    round: Round
    given: Given
    marks: dict[str, str]


async def over(db: AsyncSession, *, now: datetime) -> list[Round]:
    """The rounds whose last day is over and that are not closed yet, the earliest first."""
    closed = set((await db.exec(select(Closing.round))).all())
    return [round for round in rounds() if round.closes < london_day(now) and round.key not in closed]


async def prepare(db: AsyncSession, round: Round, keys: Secrets) -> Prepared:
    """Read what a comparison is made of: it takes too long to be worked out in a transaction."""
    answers = await _answers(db, round)
    marks = {authority.key: mark_of(keys, authority.key) for authority in authorities()}
    cohorts = {key: cohort for key, cohort in cohorts_of(authorities()).items() if key in answers}
    before = await _remembered(db)
    past = await _past(db, round)
    there = answers.keys() | past.keys()
    earlier = {key: _earlier(key, cohorts[key], before, marks, there) for key in answers}
    given = Given(
        answers=answers,
        cohorts=cohorts,
        linked=await _linked(db),
        earlier=earlier,
        past=past,
        lot=lot_of(keys, round.key),
    )
    return Prepared(round=round, given=given, marks=marks)


def lot_of(keys: Secrets, round: str) -> Lot:
    """The lot of a round, which falls on one question in eight; drawn with the secret, it is always the same."""

    def falls_on(readers: frozenset[str], criterion: str) -> bool:
        return keys.code("benchmark-lot", round, criterion, *sorted(readers), digits=3) < "125"

    return falls_on


async def keep(db: AsyncSession, prepared: Prepared, found: Mapping[str, Outcome], *, now: datetime) -> bool:
    """Keep for good what was worked out; False where another worker was quicker."""
    key, marks = prepared.round.key, prepared.marks
    content = _json(_to_remember(prepared.given.answers, found, marks))
    values = {"round": key, "closed_at": now, "content": content}
    if not (await db.exec((await new_rows(db, Closing)).values(values).on_conflict_do_nothing())).rowcount:
        return False
    # Who erased everything meanwhile is kept nothing for; who is erasing at this moment is waited for.
    found_there = select(Assessment.authority).where(Assessment.round == key).order_by(col(Assessment.id))
    there = set((await db.exec(found_there.with_for_update())).all())
    for authority in sorted(found.keys() & there):
        # Sorted, since their order in a set says nothing either.
        linked = tuple(sorted(marks[other] for other in prepared.given.linked.get(authority, ()) if other in marks))
        content = _json(Shown(cells=found[authority].cells, linked=linked))
        db.add(Comparison(round=key, authority=authority, closed_at=now, content=content))
    await db.flush()
    return True


def mark_of(keys: Secrets, authority: str) -> str:
    """What stands for an authority where its name must not: nobody can tell whose it is without the secret."""
    return keys.token("closing", authority)[:MARK]


def cohorts_of(known: Sequence[Authority]) -> dict[str, dict[Cohort, frozenset[str]]]:
    """The four cohorts of every authority of England, each with its own if it is like itself."""
    real = [authority for authority in known if not authority.invented]
    everybody = frozenset(authority.key for authority in real)
    return {
        one.key: {
            Cohort.ENGLAND: everybody,
            Cohort.REGION: frozenset(other.key for other in real if other.region == one.region),
            Cohort.NEIGHBOURS: frozenset(neighbour.key for neighbour in one.neighbours),
            Cohort.TYPE: frozenset(other.key for other in real if kind_of(other) == kind_of(one)),
        }
        for one in real
    }


def kind_of(authority: Authority) -> str:
    """Its type. The City of London, the only one of its own, is counted with the boroughs."""
    return "London borough" if authority.region == "London" else authority.kind


async def _answers(db: AsyncSession, round: Round) -> dict[str, dict[str, Level]]:
    """By authority that had signed by the end of the last day: what it was asked, and its levels."""
    end = datetime.combine(round.closes + timedelta(days=1), time(), tzinfo=LONDON)
    found = select(Assessment.authority, Assessment.frozen).where(
        Assessment.round == round.key, col(Assessment.signed_at) < end, col(Assessment.frozen).is_not(None)
    )
    real = {authority.key: authority for authority in authorities() if not authority.invented}
    return {
        key: _levels(real[key], _SIGNED.decode(body or ""))
        for key, body in (await db.exec(found.order_by(Assessment.authority))).all()
        if key in real
    }


def _levels(authority: Authority, signed: _Signed) -> dict[str, Level]:
    """By criterion and version. Who was asked is no secret, and that somebody gave no level is an answer like any."""
    compared = (item for item in asked(signed.edition, circumstances_of(authority)) if item.compared)
    found = {item.key: (item.version, Level.NOT_KNOWN) for item in compared}
    for answer in signed.answers:
        if answer.criterion.compared and answer.level:
            found[answer.criterion.key] = (answer.criterion.version, answer.level)
    return {f"{key}/{version}": level for key, (version, level) in found.items()}


async def _past(db: AsyncSession, round: Round) -> dict[str, dict[str, Level]]:
    """By authority and key of a criterion: what was last answered in an earlier round, and has not been erased."""
    found: dict[str, dict[str, Level]] = {}
    for earlier in sorted((known for known in rounds() if known.key < round.key), key=lambda known: known.key):
        for key, levels in (await _answers(db, earlier)).items():
            found.setdefault(key, {}).update({key_of(criterion): level for criterion, level in levels.items()})
    return found


async def _linked(db: AsyncSession) -> dict[str, frozenset[str]]:
    """Authorities whose answers the same people know: somebody takes part in both, or one body delivers both."""
    held = select(HeldRole.person_id, HeldRole.of).where(col(HeldRole.role).in_(OF_AUTHORITY))
    hands = [(str(person_id), key) for person_id, key in (await db.exec(held)).all()]
    hands += [(f"body {one.delivered_by.name}", one.key) for one in authorities() if one.delivered_by]
    by_hand: dict[str, set[str]] = {}
    for hand, key in hands:
        by_hand.setdefault(hand, set()).add(key)
    linked: dict[str, set[str]] = {}
    for together in by_hand.values():
        for key in together:
            linked.setdefault(key, set()).update(together - {key})
    return {key: frozenset(others) for key, others in linked.items() if others}


async def _remembered(db: AsyncSession) -> list[Remembered]:
    found = (await db.exec(select(Closing.content).order_by(Closing.round))).all()
    return [_REMEMBERED.decode(content) for content in found]


def _earlier(
    reader: str,
    cohorts: Mapping[Cohort, frozenset[str]],
    before: Iterable[Remembered],
    marks: Mapping[str, str],
    known: Collection[str],
) -> list[Earlier]:
    """What a reader was shown in earlier rounds, as sets of authorities."""
    found = []
    for place, closing in enumerate(before):
        for criterion, weighed in closing.weighed.get(marks[reader], {}).items():
            asked_then = {closing.signed[number] for number in closing.asked[criterion]}
            for cohort in weighed:
                members = {key for key in cohorts[cohort] - {reader} if marks[key] in asked_then}
                found.append(
                    Earlier(
                        round=place,
                        criterion=criterion,
                        cohort=cohort,
                        members=frozenset(key for key in members if key in known),
                        lost=sum(key not in known for key in members),
                    )
                )
    return found


def _to_remember(
    answers: Mapping[str, Mapping[str, Level]], shown: Mapping[str, Outcome], marks: Mapping[str, str]
) -> Remembered:
    signed = sorted(answers, key=lambda key: marks[key])
    criteria = sorted({criterion for levels in answers.values() for criterion in levels})
    return Remembered(
        signed=tuple(marks[key] for key in signed),
        asked={
            criterion: tuple(place for place, key in enumerate(signed) if criterion in answers[key])
            for criterion in criteria
        },
        weighed={marks[key]: outcome.weighed for key, outcome in shown.items() if outcome.weighed},
    )


def _json(content: object) -> str:
    return msgspec.json.encode(content).decode()
