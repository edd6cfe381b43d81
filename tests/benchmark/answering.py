"""People of an authority at their benchmark, and what they answer, in one line."""

from collections.abc import Iterable

from sqlmodel.ext.asyncio.session import AsyncSession

from tests.browsers import SECRETS, Browser, add_person, opened
from tests.conftest import NOON
from tracker.accounts.policies import Role
from tracker.benchmark import actions, queries
from tracker.benchmark.actions import Given
from tracker.benchmark.pages.access import person_mark
from tracker.benchmark.questions import asked, newest_edition
from tracker.benchmark.rules import NOTHING, Standing
from tracker.benchmark.schemas import AssessmentView, Circumstances, Criterion, Details, Level
from tracker.clock import london_day
from tracker.db import Database
from tracker.web.front import Front

KENT = "kent"
ROUND, BEFORE = "2026-10", "2026-04"
"""The round of NOON, and the one before it."""
AT = f"/benchmark/{KENT}/rounds/{ROUND}"
EDITION = newest_edition(london_day(NOON)).key
ASKED = asked(EDITION, Circumstances(two_tier=True))
"""What Kent is asked: housing is with its districts."""
FIRST = tuple(item for item in ASKED if item.first_pass)


async def member(front: Front, database: Database, name: str, *roles: Role) -> Browser:
    """The browser of somebody who holds these roles for Kent."""
    return await opened(front, database, await add_person(database, name, *roles, of=KENT))


async def person(database: Database, name: str, *roles: Role) -> int:
    """Somebody who holds these roles for Kent."""
    return await add_person(database, name, *roles, of=KENT)


def mark(person_id: int, of: str = KENT) -> str:
    """What addresses and forms of an authority call somebody."""
    return person_mark(SECRETS, of, person_id)


def question(key: str) -> Criterion:
    return next(item for item in ASKED if item.key == key)


async def begun(database: Database, by: int, *, round: str = ROUND) -> AssessmentView:
    """A round of Kent that somebody has begun."""
    async with database.writing() as db:
        return await actions.begin(db, KENT, round, edition=EDITION, asked=ASKED, by=by, now=NOON)


async def answer_of(db: AsyncSession, assessment: AssessmentView, criterion: str) -> Standing:
    """How one answer stands."""
    return (await queries.answers_of(db, assessment)).get(criterion, NOTHING)


async def answered(
    database: Database,
    by: int,
    key: str,
    level: Level | None = Level.DEVELOPING,
    sentence: str = "We have begun.",
    *,
    agrees: bool = True,
    after: int | None = None,
    details: Details | None = None,
    round: str = ROUND,
) -> actions.Kept:
    """One saving, after everything that was saved before it unless told otherwise."""
    async with database.writing() as db:
        found = await queries.assessment_of(db, KENT, round)
        assert found
        newest = (await answer_of(db, found, key)).newest if after is None else after
        given = Given(
            criterion=question(key), level=level, sentence=sentence, details=details or Details(), after=newest
        )
        return await actions.save(db, KENT, round, given, by=by, agrees=agrees, now=NOON)


async def all_answered(database: Database, by: int, *, round: str = ROUND, but: Iterable[str] = ()) -> None:
    """A whole first pass."""
    async with database.writing() as db:
        for item in FIRST:
            if item.key not in but:
                given = Given(
                    criterion=item,
                    level=Level.DEVELOPING,
                    sentence="We have begun.",
                    details=Details(),
                    after=0,
                )
                await actions.save(db, KENT, round, given, by=by, agrees=True, now=NOON)
