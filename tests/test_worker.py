"""The worker process: jobs by the clock without Redis, on demand with it, and none lost when it goes away."""

import asyncio
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
import redis
from sqlmodel import select

from tests.conftest import HARBOUR, NOON, REDIS, Engines, FixedClock
from tests.fakes import Work
from tests.processes import TRACKER, environment, free_port, running, tracker, until
from tracker.db import Database
from tracker.jobs import Job, JobRun, Scheduler
from tracker.migrate import migrate
from tracker.strategies.files import read_folder
from tracker.worker import QUEUE, listen, wake

needs_redis = pytest.mark.skipif(not REDIS, reason="needs Redis: set TRACKER_TEST_REDIS_URL")
needs_server = pytest.mark.skipif(not shutil.which("redis-server"), reason="needs a redis-server to take away")


class OnDemand:
    """A job that is asked for and waits, in this process, so that it can be watched."""

    def __init__(self, database: Database) -> None:
        self.port = free_port()
        self.work = Work()
        self.work.may_end.clear()
        self._database = database

    async def begin(self) -> asyncio.Task[None]:
        """Ask for the job; it has begun when this returns."""
        url = f"redis://127.0.0.1:{self.port}/0"
        job = Job(name="work", run=self.work, every=timedelta(days=1))
        scheduler = Scheduler(self._database, [job], clock=FixedClock())
        await scheduler.register()
        assert await wake(url, "work")
        listening = asyncio.create_task(listen(url, scheduler))
        await self.work.begun()
        return listening

    async def row(self) -> JobRun:
        async with self._database.reading() as db:
            return (await db.exec(select(JobRun))).one()


def test_a_worker_without_redis_runs_what_is_due_and_ends_when_told_to(data: Path) -> None:
    with running(*TRACKER, "worker", env=environment(data_dir=data)) as worker:
        until(lambda: finished_at(data) != "")
        worker.send(signal.SIGTERM)
        assert worker.ended() == (0, "")


@needs_redis
def test_a_job_asked_for_is_queued_and_run_by_a_worker(data: Path, queue: str) -> None:
    settings = {"data_dir": data, "redis_url": queue}
    with running(*TRACKER, "worker", env=environment(**settings)) as worker:
        until(lambda: finished_at(data) != "")
        by_the_clock = finished_at(data)
        assert tracker("run", "note-lapses", **settings).stdout == "note-lapses is queued\n"
        until(lambda: finished_at(data) > by_the_clock)
        worker.send(signal.SIGTERM)
        assert worker.ended() == (0, "")


@needs_server
async def test_jobs_go_on_while_redis_is_away_and_are_heard_again_when_it_is_back(data: Path) -> None:
    port = free_port()
    url = f"redis://127.0.0.1:{port}/0"
    with running(*TRACKER, "worker", env=environment(data_dir=data, redis_url=url)) as worker:
        with redis_server(port):
            assert await wake(url, "note-lapses")
            until(lambda: is_idle(port))
        until(lambda: "Redis is away" in worker.said())
        before = finished_at(data)
        make_due(data)
        until(lambda: finished_at(data) > before)
        with redis_server(port):
            before = finished_at(data)
            assert await wake(url, "note-lapses")
            until(lambda: finished_at(data) > before)
            worker.send(signal.SIGTERM)
            code, said = worker.ended()
    assert (code, "Traceback" in said) == (0, False)


@needs_server
async def test_what_runs_on_demand_is_finished_when_the_worker_is_told_to_end(on_demand: OnDemand) -> None:
    with redis_server(on_demand.port):
        listening = await on_demand.begin()
        listening.cancel()
        await asyncio.sleep(0)
        on_demand.work.may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await listening
    row = await on_demand.row()
    assert (row.finished_at, row.last_error) == (NOON, None)


@needs_server
async def test_what_runs_on_demand_is_finished_when_redis_goes_away(
    on_demand: OnDemand, caplog: pytest.LogCaptureFixture
) -> None:
    with redis_server(on_demand.port):
        listening = await on_demand.begin()
    async with asyncio.timeout(60):
        while "Redis is away" not in caplog.text:  # noqa: ASYNC110 - arq notices by polling
            await asyncio.sleep(0.01)
        on_demand.work.may_end.set()
        while (await on_demand.row()).finished_at is None:  # noqa: ASYNC110 - a row has no event
            await asyncio.sleep(0.01)
    assert (await on_demand.row()).last_error is None
    listening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listening


def finished_at(data: Path) -> str:
    """When the job last ended, or nothing before it has."""
    with sqlite3.connect(data / "tracker.db") as database:
        row = database.execute("SELECT finished_at FROM job_run WHERE job = 'note-lapses'").fetchone()
    database.close()
    return str((row and row[0]) or "")


def make_due(data: Path) -> None:
    """As if a slot had come."""
    with sqlite3.connect(data / "tracker.db", timeout=10) as database:
        database.execute("UPDATE job_run SET last_slot = NULL")
    database.close()


@contextmanager
def redis_server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Redis of the test's own, that keeps nothing."""
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        until(lambda: is_up(port))
        yield server
    finally:
        server.kill()
        server.wait()


def is_up(port: int) -> bool:
    with redis.Redis(port=port) as client:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False


def is_idle(port: int) -> bool:
    """Whether everything that was asked for has been done."""
    with redis.Redis(port=port) as client:
        return client.zcard(QUEUE) == 0


@pytest.fixture
def queue() -> str:
    """The given Redis, without what an earlier run may have left."""
    with redis.Redis.from_url(REDIS) as client:
        client.delete(QUEUE, *client.scan_iter("arq:*run-note-lapses"))
    return REDIS


@pytest_asyncio.fixture
async def data(engines: Engines, data_dir: Path) -> Path:
    """A data folder with the invented strategy on record."""
    url = await engines.filled("sqlite", read_folder(HARBOUR))
    shutil.move(url.removeprefix("sqlite+aiosqlite:///"), data_dir / "tracker.db")
    return data_dir


@pytest_asyncio.fixture
async def on_demand(engines: Engines) -> AsyncIterator[OnDemand]:
    database = Database(await engines.empty("sqlite"))
    await migrate(database)
    yield OnDemand(database)
    await database.close()
