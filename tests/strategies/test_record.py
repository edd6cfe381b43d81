"""The record: append-only, chained, and whole under two writers."""

import asyncio
import hashlib
import json
from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.conftest import NOON, SETTINGS, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.errors import Misconfigured
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.checks import differences_from_files, record_problems
from tracker.strategies.files import Folder
from tracker.strategies.queries import records


def noted(key: str) -> NewChange:
    fact = facts.Noted(text=f"Noted {key}", happened_on="2026-11-22", known_on=date(2026, 11, 22), about=("14",))
    return NewChange(strategy="championing-kinship-care", key=key, fact=fact)


async def add(database: Database, key: str, *, hold: float = 0.0) -> None:
    async with database.writing() as db:
        head = await lock_head(db)
        await asyncio.sleep(hold)
        await append(db, head, [noted(key)], now=NOON)


async def lose(database: Database) -> None:
    async with database.writing() as db:
        await append(db, await lock_head(db), [noted("lost")], now=NOON)
        raise RuntimeError("the plug was pulled")


REWRITES = [
    "UPDATE change SET body = 'other' WHERE seq = 1",
    "UPDATE change SET recorded_at = recorded_at",
    "DELETE FROM change WHERE seq = 1",
    "UPDATE change_subject SET subject = 'other' WHERE seq = 1",
    "DELETE FROM change_subject",
]
ONLY_SQLITE = ["INSERT OR REPLACE INTO change SELECT * FROM change WHERE seq = 1"]
ONLY_POSTGRESQL = [
    "TRUNCATE change CASCADE",
    "TRUNCATE change_subject",
    "INSERT INTO change SELECT * FROM change WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET body = 'other'",
]


@pytest.mark.parametrize("statement", [*REWRITES, *ONLY_SQLITE, *ONLY_POSTGRESQL])
async def test_the_database_refuses_to_rewrite_the_record(database: Database, statement: str) -> None:
    if statement in (ONLY_POSTGRESQL if database.is_sqlite else ONLY_SQLITE):
        pytest.skip("a statement of the other engine")
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.engine.begin() as connection:
            await connection.execute(text(statement))
    async with database.reading() as db:
        assert await record_problems(db) == []


async def test_two_writers_at_once_keep_one_chain(database: Database) -> None:
    async with database.reading() as db:
        before = (await records(db)).head.seq
    await asyncio.gather(*(add(database, f"writer-{number}", hold=0.005) for number in range(12)))
    async with database.reading() as db:
        assert (await records(db)).head.seq == before + 12
        assert await record_problems(db) == []


async def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError, match="plug"):
        await lose(database)
    async with database.reading() as db:
        assert await record_problems(db) == []
        assert all(change.key != "lost" for change in (await records(db)).strategies[0].changes)


async def test_the_time_of_recording_never_runs_backwards(database: Database) -> None:
    async with database.writing() as db:
        earlier = await append(db, await lock_head(db), [noted("early")], now=NOON - timedelta(days=30))
    assert earlier[0].recorded_at == NOON


async def test_anybody_can_recompute_the_chain_from_the_bodies(database: Database) -> None:
    async with database.reading() as db:
        everything = await records(db)
    last = bytes(32)
    for change in everything.strategies[0].changes:
        last = hashlib.sha256(last + hashlib.sha256(change.body.encode()).digest()).digest()
        assert change.hash == last.hex()
        assert json.loads(change.body)["key"] == change.key
    assert everything.head.hash == last.hex()


async def test_a_body_is_kept_with_sorted_keys_and_no_status(database: Database) -> None:
    async with database.reading() as db:
        changes = (await records(db)).strategies[0].changes
    for change in changes:
        body = json.loads(change.body)
        assert list(body) == sorted(body)
        assert "status" not in body["fact"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE change SET body = replace(body, 'guidance', 'advice') WHERE body LIKE '%guidance%'",
            "not what was recorded",
        ),
        ("DELETE FROM change WHERE seq = 5", "seq 5 is missing"),
        ("DELETE FROM change WHERE seq = (SELECT max(seq) FROM change)", "tail was cut"),
        ("UPDATE change SET key = key || 'x' WHERE seq = 3", "do not say what its body says"),
        ("DELETE FROM change_subject WHERE seq = 7", "subject"),
    ],
)
async def test_rewriting_behind_the_guards_is_found(database: Database, statement: str, said: str) -> None:
    async with database.engine.begin() as connection:
        if database.is_sqlite:
            for table in ("change", "change_subject"):
                for verb in ("updated", "deleted", "replaced"):
                    await connection.execute(text(f"DROP TRIGGER {table}_is_never_{verb}"))
        else:
            await connection.execute(text("ALTER TABLE change DISABLE TRIGGER ALL"))
            await connection.execute(text("ALTER TABLE change_subject DISABLE TRIGGER ALL"))
        if statement.startswith("DELETE FROM change WHERE"):
            where = statement.partition("WHERE")[2]
            await connection.execute(text(f"DELETE FROM change_subject WHERE {where}"))
        await connection.execute(text(statement))
    async with database.reading() as db:
        problems = await record_problems(db)
    assert any(said in problem for problem in problems), problems


FORGED = (
    "INSERT INTO change (seq, strategy, key, recorded_at, body, body_digest, hash) "
    "SELECT max(seq) + 1, strategy, 'forged', recorded_at, body, 'aa', 'bb' "
    "FROM change GROUP BY seq ORDER BY seq DESC LIMIT 1"
)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE strategy SET structure = replace(structure, 'up to 8', 'all')", "not what was loaded"),
        (FORGED, "hash does not follow"),
        ("UPDATE head SET seq = seq - 1", "cut or added to"),
    ],
)
async def test_nothing_forged_is_ever_shown_and_the_check_names_it(
    database: Database, statement: str, said: str
) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(text(statement))
    async with database.reading() as db:
        assert any(said in problem for problem in await record_problems(db))
        with pytest.raises(Misconfigured, match="tracker check"):
            await records(db)
    keeper = create_app(SETTINGS, database=database, clock=FixedClock()).keeper
    await keeper.look()
    assert keeper.last_error is not None


async def test_the_check_finds_where_record_and_files_differ(database: Database, kinship: Folder) -> None:
    async with database.reading() as db:
        assert await differences_from_files(db, kinship) == []
    entry = kinship.history[0]
    other = msgspec.structs.replace(entry, fact=msgspec.structs.replace(entry.fact, text="Something else"))
    changed = msgspec.structs.replace(kinship, history=(other, *kinship.history[1:]))
    async with database.reading() as db:
        (found,) = await differences_from_files(db, changed)
    assert entry.key in found
