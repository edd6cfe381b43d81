"""Samplebury, which uses its benchmark as much as it can while somebody else uses theirs."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from tests.browsers import add_person
from tests.conftest import NOON
from tracker.accounts.policies import Role
from tracker.authorities.invented import SAMPLEBURY
from tracker.benchmark import actions, joining, letters, signing
from tracker.benchmark.actions import Given
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.models import AccessRequest, Assessment, Flag
from tracker.benchmark.planning import actions as plans
from tracker.benchmark.planning.schemas import Planned, Progress
from tracker.benchmark.questions import asked, newest_edition
from tracker.benchmark.schemas import LEVELS, Details
from tracker.clock import london_day
from tracker.db import Database
from tracker.web.front import Front

KEY = SAMPLEBURY.key
ROUNDS = ("2026-04", "2026-10")
EDITION = newest_edition(london_day(NOON)).key
ASKED = asked(EDITION, circumstances_of(SAMPLEBURY))


class Quiet:
    """Nobody but one authority uses the service."""

    async def __call__(self, front: Front, database: Database) -> None:
        """Nothing happens."""


class Busy(Quiet):
    """Each time it is called, another few people save, plan and ask; every kind of row and mail comes of it."""

    def __init__(self) -> None:
        self._times = 0

    async def __call__(self, front: Front, database: Database) -> None:
        self._times += 1
        # One lead, who is told of everybody: with more, most of the time would go into mails.
        roles = (Role.CONTRIBUTOR if self._times > 1 else Role.AUTHORITY_LEAD, Role.APPROVER, Role.READER)
        people = [await add_person(database, f"Busy{self._times}{role}", role, of=KEY) for role in roles]
        await self._answer(database, people)
        await self._plan(database, people)
        await self._ask(database)

    async def _answer(self, database: Database, people: list[int]) -> None:
        """Savings of every question, the round begun the first time; at the end it is signed."""
        async with database.writing() as db:
            for round in ROUNDS[: 1 if self._times == 1 else 2]:
                begun = await actions.begin(db, KEY, round, edition=EDITION, asked=ASKED, by=people[0], now=NOON)
                if begun.is_open:
                    for place, item in enumerate(ASKED[:12]):
                        given = Given(
                            criterion=item,
                            level=LEVELS[(place + self._times) % 4],
                            sentence=f"Said the {self._times}th time.",
                            details=Details(),
                            after=9,
                        )
                        by = people[place % 3]
                        await actions.save(db, KEY, round, given, by=by, agrees=place % 3 == 0, now=NOON)
            begun_rows = (await db.exec(select(Assessment).where(Assessment.authority == KEY))).all()
            for row in begun_rows:
                key = f"{signing.ASKED}/busy/{self._times}/{row.round}"
                told: dict[str, Any] = {"authority": KEY, "key": key, "content": {"assessment": row.id}, "now": NOON}
                await letters.ask(db, kind=signing.ASKED, person_id=people[1], **told)

    async def _plan(self, database: Database, people: list[int]) -> None:
        """Actions with updates, some of them late."""
        async with database.writing() as db:
            planned = [
                Planned(
                    criterion=item.key,
                    version=item.version,
                    title=f"Do it, the {self._times}th time",
                    owner_id=people[0],
                    due_on=(NOON - timedelta(days=2)).date(),
                )
                for item in ASKED[:4]
            ]
            rows = await plans.add(db, KEY, planned, by=people[0], now=NOON)
            for row in rows[:1]:
                status = Progress.IN_PROGRESS
                await plans.report(db, KEY, str(row.number), status=status, text="Going well.", by=people[0], now=NOON)
            flag = {"criterion": "14", "happened_on": "2026-11-20", "said": "It changed.", "raised_at": NOON}
            for row in rows:
                db.add(Flag(authority=KEY, about=f"action/{row.number}", cause="change/1", **flag))

    async def _ask(self, database: Database) -> None:
        """Strangers ask for access, and some prove their address."""
        async with database.writing() as db:
            for place in range(3):
                address = f"stranger{self._times}{place}@elsewhere.example"
                row = await joining.request_access(db, KEY, address=address, name="Stranger", why="", now=NOON)
                if place % 2:
                    await joining.prove(db, await db.get_one(AccessRequest, row.id), now=NOON)
