"""An endpoint that does not answer: its owner hears of it once, before it is parked, and nothing it is owed is lost."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from tests.alerts.fakes import Recorder, sender
from tests.alerts.make import follower, published
from tests.conftest import NOON, FixedClock
from tracker.alerts import actions
from tracker.alerts.jobs import watch_endpoints
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.schemas import Came, Tried
from tracker.db import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOOK = "https://hooks.example.org/1"
DOWN = Tried(came=Came.AGAIN, error="503", status=503)


class Endpoint:
    """One endpoint of one owner, in time."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self._database = database
        self._clock = clock
        self.hooks, self.mails = Recorder(), Recorder()

    async def begin(self) -> None:
        async with self._database.writing() as db:
            owner = await follower(db, "owner@example.org", [])
            await follower(db, HOOK, owner_id=owner.id, name="Team chat")
        await self.publish("First")

    async def publish(self, subject: str) -> None:
        async with self._database.writing() as db:
            await actions.owe(db, await published(db, subject=subject, at=self._clock()), now=self._clock())

    async def live(self, hours: int) -> None:
        """Let so many hours pass, with everything that runs in them."""
        for _ in range(hours):
            self._clock.move(HOUR)
            await sender(self._database, self._clock, email=self.mails, webhook=self.hooks).drain()
            await watch_endpoints(self._database, self._clock)

    @property
    def told(self) -> list[str]:
        return [subject.partition(":")[0] for subject in self.mails.subjects]

    async def row(self) -> Destination:
        async with self._database.reading() as db:
            return (await db.exec(select(Destination).where(col(Destination.address) == HOOK))).one()

    async def owed(self) -> list[Delivery]:
        async with self._database.reading() as db:
            found = select(Delivery).where(col(Delivery.channel) == "webhook").order_by(col(Delivery.id))
            return list((await db.exec(found)).all())


@pytest.fixture
def endpoint(database: Database, clock: FixedClock) -> Endpoint:
    return Endpoint(database, clock)


async def test_its_owner_is_warned_after_a_day_and_it_is_parked_after_three(endpoint: Endpoint) -> None:
    await endpoint.begin()
    endpoint.hooks.answers[HOOK] = DOWN
    await endpoint.live(24)
    assert endpoint.told == []
    await endpoint.live(4)
    assert endpoint.told == ["Your webhook does not answer"]
    await endpoint.live(40)
    assert ((await endpoint.row()).parked_at, len(endpoint.told)) == (None, 1)
    await endpoint.live(8)
    assert endpoint.told == ["Your webhook does not answer", "We no longer call your webhook"]
    assert (await endpoint.row()).parked_at is not None


async def test_what_a_parked_endpoint_is_owed_is_kept_and_sent_when_it_is_taken_up_again(
    endpoint: Endpoint, database: Database, clock: FixedClock
) -> None:
    await endpoint.begin()
    endpoint.hooks.answers[HOOK] = DOWN
    await endpoint.live(80)
    await endpoint.publish("While it was parked")
    tries = len(endpoint.hooks.tries)
    await endpoint.live(200)
    assert len(endpoint.hooks.tries) == tries
    assert [(row.sent_at, row.failed_at, row.due_at) for row in await endpoint.owed()] == [(None, None, None)] * 2
    endpoint.hooks.answers.clear()
    async with database.writing() as db:
        await actions.unpark(db, (await endpoint.row()).id or 0, now=clock())
    await endpoint.live(1)
    assert len(endpoint.hooks.sent) == 2


async def test_one_that_answers_again_is_forgiven(endpoint: Endpoint) -> None:
    await endpoint.begin()
    endpoint.hooks.answers[HOOK] = DOWN
    await endpoint.live(30)
    endpoint.hooks.answers.clear()
    await endpoint.live(30)
    row = await endpoint.row()
    assert (row.failing_since, row.warned_at, row.parked_at) == (None, None, None)
    assert endpoint.told == ["Your webhook does not answer"]


async def test_an_outage_of_ours_does_not_park_without_a_warning_first(
    endpoint: Endpoint, database: Database, clock: FixedClock
) -> None:
    await endpoint.begin()
    endpoint.hooks.answers[HOOK] = DOWN
    await sender(database, clock, webhook=endpoint.hooks).drain()
    clock.move(10 * DAY)
    await watch_endpoints(database, clock)
    assert (await endpoint.row()).parked_at is None
    await endpoint.live(26)
    assert endpoint.told == ["Your webhook does not answer", "We no longer call your webhook"]


async def test_the_letter_says_what_to_do_and_how_much_waits(endpoint: Endpoint) -> None:
    await endpoint.begin()
    endpoint.hooks.answers[HOOK] = DOWN
    await endpoint.live(28)
    (alert,) = endpoint.mails.sent
    assert alert.mail is not None
    text = alert.mail.letter.plain
    assert f"We have called {HOOK} since 22 November 2026 at 1:00pm" in text
    assert "1 message for it waits." in text
    assert "nothing is lost" in text


async def test_one_that_is_gone_is_told_to_its_owner_once(endpoint: Endpoint) -> None:
    await endpoint.begin()
    endpoint.hooks.answers[HOOK] = Tried(came=Came.GONE, error="410", status=410)
    await endpoint.live(100)
    assert endpoint.told == ["Your webhook said that it is gone"]
    assert (await endpoint.row()).stopped_at == NOON + HOUR
