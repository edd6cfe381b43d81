"""Two workers never ask one server at once nor read a source twice, and whatever dies loses nothing."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, func, select, update

from tests.conftest import NOON, FixedClock
from tests.watch.fakes import BLOG, QUICK, Web, at_desk, entry, spec
from tracker.db import Database
from tracker.watch.claim import Leases, add_hosts
from tracker.watch.desk import Desk, Pace
from tracker.watch.models import Host, Sighting, Source
from tracker.watch.poll import poll_once
from tracker.watch.presence import is_surely_gone, own_name

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FEED = f"{BLOG}/feed.xml"
ELSEWHERE = "another-machine~0123456789ab~77~1~abc"


@pytest.fixture
def web() -> Web:
    made = Web()
    for number in range(6):
        made.show(f"feed-{number}", entry(f"item-{number}"))
    made.show("feed", entry("first"))
    return made


async def host(database: Database) -> Host:
    async with database.reading() as db:
        return (await db.exec(select(Host).where(col(Host.name) == BLOG))).one()


async def sightings(database: Database) -> int:
    async with database.reading() as db:
        return (await db.exec(select(func.count()).select_from(Sighting))).one()


async def taken_by(database: Database, worker: str, *, until: FixedClock) -> None:
    async with database.writing() as db:
        await db.exec(update(Host).values(worker=worker, leased_until=until()))


async def test_two_workers_read_each_source_once_between_them(database: Database, web: Web, clock: FixedClock) -> None:
    specs = [spec(f"feed-{number}") for number in range(6)]
    one, other = [await at_desk(database, specs, web, clock) for _ in range(2)]
    done = await asyncio.gather(poll_once(one), poll_once(other))
    assert sum(polled.read for polled in done) == 6
    assert [web.count(each.url) for each in specs] == [1] * 6
    assert web.most_at_once == {BLOG: 1}
    stands = await host(database)
    assert (stands.leased_until, stands.worker) == (None, None)


async def test_a_server_that_another_worker_asks_is_left_to_it(database: Database, web: Web, clock: FixedClock) -> None:
    real = FixedClock()
    desk = await at_desk(database, [spec()], web, clock, real=real)
    await taken_by(database, ELSEWHERE, until=FixedClock(NOON + MINUTE))
    assert (await poll_once(desk)).is_nothing
    real.move(MINUTE)
    assert (await poll_once(desk)).read == 1


async def test_leases_run_by_the_real_clock_also_when_sources_are_read_as_of_another_time(
    database: Database, web: Web, clock: FixedClock
) -> None:
    desk = await at_desk(database, [spec()], web, FixedClock(NOON - timedelta(days=400)), real=clock)
    desk.clock = FixedClock(NOON + timedelta(days=400))
    await taken_by(database, ELSEWHERE, until=FixedClock(NOON + MINUTE))
    assert (await poll_once(desk)).is_nothing


async def test_what_was_read_under_a_lease_that_is_lost_is_not_saved(
    database: Database, web: Web, clock: FixedClock
) -> None:
    """Another worker took over, since this one gave no sign of life."""
    desk = await at_desk(database, [spec()], web, clock)
    web.holds[FEED] = asyncio.Event()
    reading = asyncio.create_task(poll_once(desk))
    await web.reached.wait()
    await taken_by(database, ELSEWHERE, until=FixedClock(NOON + timedelta(days=9000)))
    web.holds[FEED].set()
    assert (await reading).is_nothing
    assert await sightings(database) == 0
    assert (await host(database)).worker == ELSEWHERE


async def test_a_worker_that_reads_for_long_keeps_its_lease(
    database: Database, web: Web, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FixedClock()
    pace = Pace(save=QUICK.save, renew=timedelta(milliseconds=5))
    desk = await at_desk(database, [spec()], web, clock, pace=pace, real=real)
    web.holds[FEED] = asyncio.Event()
    reading = asyncio.create_task(poll_once(desk))
    await web.reached.wait()
    real.move(30 * MINUTE)
    kept, keep = asyncio.Event(), desk.leases.keep

    async def note(*given: Any, **named: Any) -> None:
        await keep(*given, **named)
        kept.set()

    monkeypatch.setattr(desk.leases, "keep", note)
    await kept.wait()
    web.holds[FEED].set()
    assert (await reading).read == 1


async def test_a_worker_that_is_told_to_stop_saves_the_source_at_hand_and_begins_no_other(
    database: Database, web: Web, clock: FixedClock
) -> None:
    specs = [spec("feed"), *(spec(f"feed-{number}") for number in range(6))]
    desk, stopping = await at_desk(database, specs, web, clock), asyncio.Event()
    web.holds[FEED] = asyncio.Event()
    reading = asyncio.create_task(poll_once(desk, stopping=stopping))
    await web.reached.wait()
    stopping.set()
    web.holds[FEED].set()
    assert (await reading).read == 1
    assert len(web.asked) == 2
    assert (await sightings(database), (await host(database)).leased_until) == (1, None)
    assert (await poll_once(desk)).read == 6


KILLED = """
import asyncio, os, signal, sys
from tests.conftest import NOON, FixedClock
from tests.watch.fakes import Web, at_desk, entry, spec
from tracker.db import Database
from tracker.watch.poll import poll_once

async def main(url):
    web = Web()
    web.show("feed", entry("first"))
    web.before = lambda url: os.kill(os.getpid(), signal.SIGKILL) if url.endswith("feed.xml") else None
    await poll_once(await at_desk(Database(url), [spec()], web, FixedClock(NOON)))

asyncio.run(main(sys.argv[1]))
"""


@pytest.mark.skipif(not own_name().split("~")[1], reason="only Linux tells which processes live")
async def test_what_a_killed_worker_held_is_read_by_another_without_waiting(
    database: Database, web: Web, clock: FixedClock
) -> None:
    """Killed between asking and saving; its lease is known to be nobody's, since it ran on this machine."""
    url = database.engine.url.render_as_string(hide_password=False)
    killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", KILLED, url])
    assert killed.returncode == -9
    assert (await host(database)).leased_until is not None
    desk = await at_desk(database, [spec()], web, clock)
    assert (await poll_once(desk)).new == 1


async def test_a_database_that_is_away_for_a_moment_costs_no_lease(
    database: Database, web: Web, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = Pace(save=QUICK.save, renew=timedelta(milliseconds=5))
    desk = await at_desk(database, [spec()], web, clock, pace=pace)
    web.holds[FEED] = asyncio.Event()
    reading = asyncio.create_task(poll_once(desk))
    await web.reached.wait()
    tried = asyncio.Event()

    async def away(*_: object, **__: object) -> None:
        tried.set()
        raise OSError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(Leases, "keep", away)
        await tried.wait()
    web.holds[FEED].set()
    assert (await reading).read == 1


async def test_two_workers_that_start_at_the_same_moment_register_the_same_sources(
    database: Database, web: Web, clock: FixedClock
) -> None:
    specs = [spec(f"feed-{number}") for number in range(6)]
    await asyncio.gather(*(at_desk(database, specs, web, clock) for _ in range(3)))
    async with database.reading() as db:
        assert (await db.exec(select(func.count()).select_from(Source))).one() == 6


async def test_only_one_of_two_workers_can_claim_a_server(database: Database) -> None:
    one, other = Leases("one"), Leases("other")
    async with database.writing() as db:
        await add_hosts(db, [BLOG, BLOG])
        assert await one.claim(db, BLOG, real=NOON) is not None
        assert await other.claim(db, BLOG, real=NOON) is None
        await other.release(db, BLOG)
        assert await other.claim(db, BLOG, real=NOON) is None
        await one.release(db, BLOG)
        assert await other.claim(db, BLOG, real=NOON) is not None
        assert await other.claim(db, "https://never.registered", real=NOON) is None


def test_a_worker_is_gone_only_when_that_can_be_known() -> None:
    name = own_name()
    assert not is_surely_gone(name)
    assert not is_surely_gone(None)
    assert not is_surely_gone("")
    assert not is_surely_gone(ELSEWHERE)
    machine, view, pid, began, token = name.split("~")
    if not view:
        pytest.skip("only Linux tells which processes live")
    assert is_surely_gone("~".join((machine, view, pid, "1", token))), "its number was given to another process"
    assert is_surely_gone("~".join((machine, view, "4194305", began, token))), "no process has that number"
    assert not is_surely_gone("~".join((machine, "0" * 12, pid, "1", token))), "it ran elsewhere"


def test_a_process_that_has_ended_and_is_not_yet_buried_is_gone() -> None:
    if not own_name().split("~")[1]:
        pytest.skip("only Linux tells which processes live")
    code = "from tracker.watch.presence import own_name; print(own_name(), flush=True)"
    ended = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert ended.stdout
    name = ended.stdout.readline().strip()
    os.waitid(os.P_PID, ended.pid, os.WEXITED | os.WNOWAIT)
    assert is_surely_gone(name)
    ended.communicate()


async def test_a_guest_of_a_server_leaves_the_lease_to_the_round_that_has_it(desk: Desk, database: Database) -> None:
    async with desk.holding(BLOG):
        async with database.writing() as db:
            await desk.leases.claim(db, BLOG, real=desk.real())
        async with desk.holding(BLOG):
            pass
        assert (await host(database)).worker == desk.leases.worker
    assert (await host(database)).worker is None


@pytest.fixture
async def desk(database: Database, web: Web, clock: FixedClock) -> Desk:
    return await at_desk(database, [spec()], web, clock)
