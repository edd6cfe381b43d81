"""Two who publish, or publish and take back, at the same moment, on both engines."""

import asyncio
from datetime import timedelta

from tests.alerts.make import follower
from tests.conftest import FixedClock
from tests.editing.make import changes, rows
from tests.editing.test_entry_pages import drafted, editor, hidden, publish
from tests.editing.test_publish import end_of
from tracker.alerts.models import Delivery
from tracker.db import Database
from tracker.editing.jobs import publish_due
from tracker.editing.models import Draft
from tracker.strategies.models import Publication
from tracker.web.front import Front

DONE = {303, 404, 409}
"""Published or taken back; too late, because it is gone; or shown what somebody else did."""


async def test_two_editors_a_double_click_and_the_clock_publish_an_entry_once(
    live: Front, database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org")
    alice, bob = await editor(live, database), await editor(live, database, "Bob")
    for number in range(1, 4):
        before = await end_of(database)
        path = await drafted(alice, text=f"Page number {number} was published.")
        await publish(alice, path, when="later")
        await alice.get(path)
        version, seen = hidden(alice, "version"), hidden(alice, "seen")
        clock.move(timedelta(minutes=10))
        sent = {"version": version, "seen": seen, "when": "now"}
        *answers, one, other = await asyncio.gather(
            alice.send(f"{path}/publish", **sent),
            alice.send(f"{path}/publish", **sent),
            bob.send(f"{path}/publish", **sent),
            publish_due(database, clock),
            publish_due(database, clock),
        )
        assert {answer.status_code for answer in answers} <= DONE
        assert "given back" in one + other
        assert len(await changes(database, after=before)) == 1
        assert len(await rows(database, Publication)) == number
        assert len(await rows(database, Delivery)) == number
        assert await rows(database, Draft) == []


async def test_what_is_taken_back_while_it_is_published_is_either_public_or_not(
    live: Front, database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org")
    alice = await editor(live, database)
    for number in range(4):
        before, told = await end_of(database), len(await rows(database, Publication))
        path = await drafted(alice, text=f"Page number {number} was published.")
        await publish(alice, path, when="later")
        clock.move(timedelta(minutes=10))
        answer, _ = await asyncio.gather(alice.send(f"{path}/take-back"), publish_due(database, clock))
        is_public = len(await changes(database, after=before)) == 1
        assert (answer.status_code == 303) is not is_public
        assert len(await rows(database, Publication)) - told == int(is_public)
        left = await rows(database, Draft)
        assert [draft.publish_at for draft in left] == ([] if is_public else [None])
        if left:
            assert (await alice.send(f"{path}/delete")).status_code == 303


async def test_an_entry_whose_number_no_database_holds_is_not_found(live: Front, database: Database) -> None:
    alice = await editor(live, database)
    for number in ("99999999999999999999", "9" * 5000, "2147483648", "²"):
        for path in (f"/editor/entries/{number}", f"/editor/contests/{number}", f"/editor/entries/{number}/facts/1"):
            assert (await alice.get(path)).status_code == 404
        for act in ("publish", "take-back", "delete", "facts/1/remove"):
            assert (await alice.send(f"/editor/entries/{number}/{act}", version=1)).status_code == 404
        answered = {"outcome": "kept", "said": "x", "answer": "y"}
        assert (await alice.send(f"/editor/contests/{number}", **answered)).status_code == 404
        assert (await alice.get(f"/editor?published={number}")).status_code == 200
