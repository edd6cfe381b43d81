"""The snapshot: whole, swapped at once, and kept when the database is away."""

from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from tests.conftest import NOON, SETTINGS, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head


async def record(database: Database, text: str) -> None:
    fact = facts.Noted(text=text, happened_on="2026-11-22", known_on=NOON.date(), about=("14",))
    async with database.writing() as db:
        new = NewChange(strategy="championing-kinship-care", key=text.casefold().replace(" ", "-"), fact=fact)
        await append(db, await lock_head(db), [new], now=NOON)


async def test_a_change_is_on_every_page_at_once_and_nowhere_before(database: Database) -> None:
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://localhost") as reader:
        paths = ["/announcements/14", "/changes", "/changes.atom", "/api/v1/announcements/14"]
        await record(database, "Something new was noted")
        assert ["Something new" in (await reader.get(path)).text for path in paths] == [False] * 4
        assert await front.keeper.refresh()
        assert ["Something new" in (await reader.get(path)).text for path in paths] == [True] * 4
        assert not await front.keeper.refresh()


async def test_midnight_in_london_makes_a_new_snapshot(database: Database) -> None:
    clock = FixedClock(datetime(2027, 6, 30, 22, 59, tzinfo=UTC))
    front = create_app(SETTINGS, database=database, clock=clock)
    await front.keeper.refresh()
    first = front.keeper.snapshot
    assert not await front.keeper.refresh()
    clock.move(timedelta(minutes=1))
    assert await front.keeper.refresh()
    assert (front.keeper.snapshot.today - first.today).days == 1


async def test_when_the_database_is_away_readers_notice_nothing_and_ready_says_so(
    database: Database, engine: str
) -> None:
    clock = FixedClock()
    front = create_app(SETTINGS, database=database, clock=clock)
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://localhost") as reader:
        assert (await reader.get("/ready")).json()["ready"] is True
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE head RENAME TO head_away")
        await front.keeper.look()
        assert (await reader.get("/announcements/14")).status_code == 200
        answer = await reader.get("/ready")
        assert (answer.status_code, answer.json()["ready"]) == (503, False)
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE head_away RENAME TO head")
        await front.keeper.look()
        assert (await reader.get("/ready")).status_code == 200


async def test_a_file_that_cannot_be_made_keeps_no_other_from_being_made(database: Database) -> None:
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    ready = front.keeper.snapshot.ready
    documents = dict(front.keeper.snapshot.documents)
    broken = msgspec.structs.replace(documents["/places.csv"], render=lambda _: 1 / 0)
    failing = type(ready)({"/places.csv": broken, "/notes.csv": documents["/notes.csv"]})
    failing.warm(lambda: True)
    assert (failing.failed, failing.get("/places.csv")) == ({"/places.csv"}, None)
    assert failing.get("/notes.csv")
