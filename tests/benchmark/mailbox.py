"""What the benchmark would mail: owed as the worker owes it, and written as it writes it."""

from typing import NamedTuple

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.browsers import SECRETS
from tests.conftest import SETTINGS, FixedClock
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.schemas import Owed
from tracker.benchmark.jobs import answer_access, tell_of_roles
from tracker.benchmark_letters import owe_letters
from tracker.db import Database
from tracker.messages import MESSAGES, papers_of


class Mail(NamedTuple):
    """What somebody reads."""

    to: str
    kind: str
    subject: str
    text: str


class Mailbox:
    """Runs the jobs that owe the benchmark's mails, and reads what is owed since it last looked."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self._database = database
        self._clock = clock
        self._seen = 0
        self.now = clock()
        self._papers = papers_of(SETTINGS, SECRETS, clock=clock)

    async def new(self) -> list[Mail]:
        """The mails since the last time, the oldest first."""
        for job in (answer_access, tell_of_roles, owe_letters):
            await job(self._database, self._clock)
        async with self._database.reading() as db:
            rows = await db.exec(
                select(Delivery, Destination.address)
                .join(Destination, col(Destination.id) == col(Delivery.destination_id))
                .where(col(Delivery.id) > self._seen)
                .order_by(col(Delivery.id))
            )
            return [mail for row, address in rows.all() if (mail := await self._written(db, row, address or ""))]

    async def _written(self, db: AsyncSession, row: Delivery, address: str) -> Mail | None:
        self._seen = row.id or 0
        write = MESSAGES[row.message].write
        assert write
        owed = Owed(
            id=row.id or 0,
            about=row.about,
            message=row.message,
            channel=row.channel,
            destination_id=row.destination_id,
            first=None,
            last=None,
            attempts=0,
            due_at=self._clock(),
            address=address,
            cadence="at-once",
            created_at=self._clock(),
            stopped=False,
        )
        letter = await write(db, owed, self._papers)
        return Mail(address, row.message, letter.subject, letter.plain) if letter else None
