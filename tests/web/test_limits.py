"""Allowances: counted together by every process, given back with time, and kept without saying whose."""

import asyncio
from datetime import timedelta

import pytest
from litestar import Request
from sqlmodel import select

from tests.conftest import NOON
from tracker.db import Database
from tracker.web.limits import Bucket, Limit, forget_full, minutes_text, network_of, take

THREE = Limit("three", 3, timedelta(hours=1))
MINUTE = timedelta(minutes=1)


async def used(database: Database, whom: str, *, at: timedelta = timedelta(0)) -> timedelta | None:
    async with database.writing() as db:
        return await take(db, THREE, whom, now=NOON + at)


async def test_an_allowance_is_used_up_and_comes_back_with_time(empty_database: Database) -> None:
    waits = [await used(empty_database, "alice") for _ in range(4)]
    assert waits == [None, None, None, timedelta(minutes=20)]
    assert await used(empty_database, "alice", at=19 * MINUTE) == MINUTE
    assert await used(empty_database, "alice", at=20 * MINUTE) is None
    assert await used(empty_database, "alice", at=20 * MINUTE) == 20 * MINUTE


async def test_nobody_uses_up_what_somebody_else_has(empty_database: Database) -> None:
    for _ in range(4):
        await used(empty_database, "alice")
    assert await used(empty_database, "bob") is None


async def test_uses_at_the_same_moment_are_all_counted(empty_database: Database) -> None:
    waits = await asyncio.gather(*(used(empty_database, "alice") for _ in range(8)))
    assert sum(wait is None for wait in waits) == 3


@pytest.mark.parametrize(
    ("client", "network"),
    [
        pytest.param(("203.0.113.9", 5), "203.0.113.9", id="an IPv4 address is a household"),
        pytest.param(("2001:db8:1:2:3:4:5:6", 5), "2001:db8:1:2::", id="of IPv6 a household has a /64"),
        pytest.param(("::ffff:203.0.113.9", 5), "203.0.113.9", id="an IPv4 address written as IPv6"),
        pytest.param(("testclient", 5), "testclient", id="a name"),
        pytest.param(None, "", id="nobody knows"),
    ],
)
def test_machines_of_one_household_share_an_allowance(client: tuple[str, int] | None, network: str) -> None:
    assert network_of(Request({"type": "http", "client": client, "headers": []})) == network


async def test_a_full_allowance_is_forgotten(empty_database: Database) -> None:
    await used(empty_database, "alice")
    await used(empty_database, "bob", at=2 * THREE.per)
    async with empty_database.writing() as db:
        await forget_full(db, before=NOON + THREE.per)
        assert [bucket.key for bucket in (await db.exec(select(Bucket))).all()] == ["three:bob"]


def test_how_long_to_wait_is_said_in_whole_units() -> None:
    said = [minutes_text(timedelta(seconds=seconds)) for seconds in (1, 60, 61, 5400, 86400)]
    assert said == ["1 minute", "1 minute", "2 minutes", "90 minutes", "24 hours"]
