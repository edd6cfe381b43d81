"""The living link: what an answer or an action rests on has changed, nationally or in the words of its question.

Flags are rows of one authority; who leads it clears each by confirming or revising. Nothing here commits.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

import msgspec
from sqlalchemy import ColumnElement, true, tuple_, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark import queries
from tracker.benchmark.models import Answer, Assessment, Cursor, Flag, PlanAction
from tracker.benchmark.national import STRATEGY, touches
from tracker.benchmark.questions import criterion_of, newest_edition, questions
from tracker.benchmark.rules import Standing, standing
from tracker.benchmark.schemas import AssessmentView, Saved
from tracker.clock import london_day
from tracker.db import LARGEST_ID, new_rows
from tracker.strategies import facts
from tracker.strategies.facts import Change, kind_of
from tracker.strategies.queries import changes_of

CURSOR = "flags"
TELLING = frozenset(
    {
        "started", "delivered", "ongoing", "stopped", "superseded", "milestone-reached", "milestone-dropped",
        "scope-stated", "noted", "corrected",
    }
)  # fmt: skip
"""The facts that may make an answer wrong. A date, an opinion or a search changes nothing that a council does."""
OPEN_ACTIONS = ("not-started", "in-progress")
TOGETHER = 100
"""How many flags are raised in one statement: all of them are raised while nobody else can write."""
CONFIRMED, REVISED = "confirmed", "revised"


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """Something that changed, about what, and since when it could be known here."""

    cause: str
    on: str
    said: str
    about: tuple[str, ...]
    recorded_at: datetime


class Resting(msgspec.Struct, frozen=True, kw_only=True):
    """An answer or an action, which version of which criterion it is about, and when it was saved."""

    authority: str
    about: str
    criterion: str
    version: int
    saved_at: datetime


class FlagView(msgspec.Struct, frozen=True, kw_only=True):
    """A flag as members of its authority see it: `about` and `cause` name it."""

    about: str
    criterion: str
    cause: str
    happened_on: str
    said: str
    raised_at: datetime

    @property
    def name(self) -> str:
        """By which forms name it."""
        return f"{self.about}:{self.cause}"


def of_answer(assessment: AssessmentView, criterion: str) -> str:
    """What flags of an answer are about."""
    return f"answer/{assessment.round}/{criterion}"


def happenings(changes: Sequence[Change], *, after: int) -> Iterator[Happened]:
    """What the record says since a place in it that an answer could rest on."""
    by_key = {change.key: change for change in changes}
    for change in changes:
        if change.seq > after and change.strategy == STRATEGY and kind_of(change.fact) in TELLING:
            fact = change.fact
            about = set(fact.about)
            if isinstance(fact, facts.Corrected) and fact.of in by_key:
                about |= {*by_key[fact.of].fact.about, *(fact.instead or {}).get("about", ())}
            yield Happened(
                cause=f"change/{change.seq}",
                on=fact.happened_on,
                said=fact.text,
                about=tuple(sorted(about)),
                recorded_at=change.recorded_at,
            )


async def subjects(db: AsyncSession) -> dict[str, tuple[str, ...]]:
    """What each change of the record is about, by the cause that flags name."""
    return {what.cause: what.about for what in happenings(await changes_of(db), after=0)}


def concerns(what: Happened, item: Resting) -> bool:
    """Whether something that happened bears on what was saved before it."""
    if item.saved_at >= what.recorded_at:
        return False
    rests_on = criterion_of(item.criterion, item.version).rests_on
    return any(touches(ref, about) for ref in rests_on for about in what.about)


async def has_news(db: AsyncSession, *, today: date) -> bool:
    """Whether the record or the questions have moved on since flags were last raised."""
    cursor = await db.get(Cursor, CURSOR)
    changes = await changes_of(db, after=cursor.seq if cursor else 0, limit=1)
    return cursor is None or bool(changes) or cursor.known != _known(today)


async def raise_flags(db: AsyncSession, *, now: datetime, today: date) -> dict[str, list[int]]:
    """Raise every flag that is due and move on; returns the new ones by authority. None is raised twice."""
    cursor = (await db.exec(select(Cursor).where(Cursor.name == CURSOR).with_for_update())).first()
    cursor = cursor or Cursor(name=CURSOR)
    changes = await changes_of(db)
    news = list(happenings(changes, after=cursor.seq))
    is_reworded = cursor.known != _known(today)
    due: list[tuple[Resting, Happened]] = []
    for item in await _resting(db, None if is_reworded else _touched(news)):
        due += [(item, what) for what in news if concerns(what, item)]
        due += [(item, what) for what in _reworded(item, today=today)]
    cursor.seq = max((change.seq for change in changes), default=cursor.seq)
    cursor.known = _known(today)
    db.add(cursor)
    await db.flush()
    return await _raise(db, due, now=now)


def _touched(news: Sequence[Happened]) -> set[str]:
    """The keys of the questions that what happened can bear on, in whichever version."""
    about = {ref for what in news for ref in what.about}
    return {
        item.key
        for item in questions().versions.values()
        if any(touches(ref, changed) for ref in item.rests_on for changed in about)
    }


def _known(today: date) -> str:
    """The versions of all questions, as the cursor keeps them."""
    return msgspec.json.encode(newest_edition(today).versions, order="sorted").decode()


def _reworded(item: Resting, *, today: date) -> Iterator[Happened]:
    """A newer version of the question that something answers."""
    newest = newest_edition(today).versions.get(item.criterion, item.version)
    if newest > item.version:
        question = criterion_of(item.criterion, newest)
        yield Happened(
            cause=f"question/{item.criterion}/{newest}",
            on=question.since.isoformat(),
            said=f"The question was changed. It now asks: {question.ask}",
            about=(),
            recorded_at=item.saved_at,
        )


async def _resting(db: AsyncSession, criteria: set[str] | None) -> list[Resting]:
    """The answers of every authority's newest assessment, and every open action; about some questions, or all."""
    if criteria is not None and not criteria:
        return []
    return [*await _standing_answers(db, criteria), *await _open_actions_of(db, criteria)]


async def _standing_answers(db: AsyncSession, criteria: set[str] | None) -> list[Resting]:
    newest = {row.authority: row for row in (await db.exec(queries.UNFROZEN.order_by(Assessment.round))).all()}
    assessments = {view.id: view for view in map(queries.view, newest.values())}
    saved: defaultdict[tuple[int, str], list[Saved]] = defaultdict(list)
    asked = select(Answer).where(_about(Answer.criterion, criteria)).order_by(col(Answer.id))
    for row in (await db.exec(asked)).all():
        if row.assessment_id in assessments:
            rows = saved[row.assessment_id, row.criterion]
            rows.append(queries.saved(row, None, number=len(rows) + 1))
    return [item for (of, key), rows in saved.items() for item in _answers(assessments[of], {key: standing(rows)})]


async def _open_actions_of(db: AsyncSession, criteria: set[str] | None) -> list[Resting]:
    asked = select(PlanAction).where(*_open_actions(), _about(PlanAction.criterion, criteria))
    return [
        Resting(
            authority=action.authority,
            about=f"action/{action.number}",
            criterion=action.criterion,
            version=action.version,
            saved_at=action.made_at,
        )
        for action in (await db.exec(asked.order_by(col(PlanAction.id)))).all()
    ]


def _about(column: str, criteria: set[str] | None) -> ColumnElement[bool]:
    return true() if criteria is None else col(column).in_(sorted(criteria))


def _open_actions() -> tuple[ColumnElement[bool], ...]:
    return col(PlanAction.status).in_(OPEN_ACTIONS), col(PlanAction.removed_at).is_(None)


def _answers(assessment: AssessmentView, standings: Mapping[str, Standing]) -> Iterator[Resting]:
    for key, at in standings.items():
        if at.answer:
            yield Resting(
                authority=assessment.authority,
                about=of_answer(assessment, key),
                criterion=key,
                version=at.answer.version,
                saved_at=at.answer.saved_at,
            )


async def _raise(db: AsyncSession, due: Sequence[tuple[Resting, Happened]], *, now: datetime) -> dict[str, list[int]]:
    """The ids of the flags that were not there before, by authority."""
    new: dict[str, list[int]] = {}
    for place in range(0, len(due), TOGETHER):
        values = [
            {
                "authority": item.authority,
                "about": item.about,
                "criterion": item.criterion,
                "cause": what.cause,
                "happened_on": what.on,
                "said": what.said,
                "raised_at": now,
                "why": "",
            }
            for item, what in due[place : place + TOGETHER]
        ]
        insert = (await new_rows(db, Flag)).values(values).on_conflict_do_nothing()
        for number, authority in (await db.exec(insert.returning(col(Flag.id), col(Flag.authority)))).all():
            new.setdefault(authority, []).append(number)
    return new


async def carry(db: AsyncSession, before: AssessmentView, into: AssessmentView, *, now: datetime) -> None:
    """Let what is not cleared go on to the answers that were filled in, and tell of new questions at once."""
    brought = await queries.answers_of(db, into)
    for key in brought:
        still_open = (
            col(Flag.authority) == into.authority,
            col(Flag.about) == of_answer(before, key),
            col(Flag.cleared_at).is_(None),
        )
        await db.exec(update(Flag).where(*still_open).values(about=of_answer(into, key)))
    today = london_day(now)
    due = [(item, what) for item in _answers(into, brought) for what in _reworded(item, today=today)]
    await _raise(db, due, now=now)


async def open_flags(db: AsyncSession, authority: str, *, first: int = 1, last: int = LARGEST_ID) -> list[FlagView]:
    """What an authority has not cleared, the newest happening first; an action that is done or gone needs no look.

    Only of those between two ids, where only they are asked about.
    """
    known = select(PlanAction.number).where(PlanAction.authority == authority, *_open_actions())
    actions = {f"action/{number}" for number in (await db.exec(known)).all()}
    found = (
        select(Flag)
        .where(Flag.authority == authority, col(Flag.cleared_at).is_(None), col(Flag.id).between(first, last))
        .order_by(col(Flag.happened_on).desc(), Flag.cause, col(Flag.id))
    )
    rows = [row for row in (await db.exec(found)).all() if row.about in actions or not row.about.startswith("action/")]
    return [msgspec.convert(row, FlagView, from_attributes=True) for row in rows]


async def clear(
    db: AsyncSession,
    authority: str,
    names: Collection[str],
    *,
    outcome: str,
    by: int,
    now: datetime,
    why: str = "",
    about: str | None = None,
) -> int:
    """Clear flags of an authority, or of one thing of it, that are not cleared yet; returns how many."""
    named = [flag for flag in await open_flags(db, authority) if flag.name in names and about in (None, flag.about)]
    ours = (
        col(Flag.authority) == authority,
        tuple_(col(Flag.about), col(Flag.cause)).in_([(flag.about, flag.cause) for flag in named]),
        col(Flag.cleared_at).is_(None),
    )
    values = {"cleared_at": now, "cleared_by": by, "outcome": outcome, "why": why}
    return (await db.exec(update(Flag).where(*ours).values(**values))).rowcount
