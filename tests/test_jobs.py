"""Jobs by the clock: when they are due, that one worker runs each once, and what survives a failure."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, time, timedelta

import pytest
import pytest_asyncio
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.conftest import FixedClock
from tests.fakes import Work
from tracker.db import Database
from tracker.jobs import AFTER_ERROR, JOBS, LEASE, SIGN_OF_LIFE, Job, JobRun, Scheduler, last_slot

QUARTER = timedelta(minutes=15)
SECOND = timedelta(seconds=1)


def job(work: Work, *, timeout: timedelta = timedelta(minutes=5)) -> Job:
    return Job(name="work", run=work, every=QUARTER, timeout=timeout)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "now", "slot"),
    [
        pytest.param(QUARTER, "2026-11-22 12:14:59", "2026-11-22 12:00", id="until the next slot the last one counts"),
        pytest.param(QUARTER, "2026-11-22 12:15", "2026-11-22 12:15", id="a slot begins on its moment"),
        pytest.param(time(0, 5), "2026-11-22 00:04:59", "2026-11-21 00:05", id="in winter London is UTC, before"),
        pytest.param(time(0, 5), "2026-11-22 00:05", "2026-11-22 00:05", id="in winter London is UTC, from then on"),
        pytest.param(time(0, 5), "2026-06-30 23:04:59", "2026-06-29 23:05", id="in summer an hour earlier, before"),
        pytest.param(time(0, 5), "2026-06-30 23:05", "2026-06-30 23:05", id="in summer an hour earlier, from then on"),
        pytest.param(time(0, 5), "2026-03-29 12:00", "2026-03-29 00:05", id="the day the clocks go forward"),
        pytest.param(time(0, 5), "2026-03-29 23:30", "2026-03-29 23:05", id="the night after, 23 hours later"),
        pytest.param(time(0, 5), "2026-10-25 12:00", "2026-10-24 23:05", id="the day the clocks go back"),
        pytest.param(time(0, 5), "2026-10-26 00:05", "2026-10-26 00:05", id="the night after, 25 hours later"),
        pytest.param(time(1, 30), "2026-03-29 01:15", "2026-03-28 01:30", id="a time that is skipped has not come yet"),
        pytest.param(time(1, 30), "2026-03-29 01:30", "2026-03-29 01:30", id="a time that is skipped comes after it"),
        pytest.param(time(1, 30), "2026-10-25 00:30", "2026-10-25 00:30", id="a time that comes twice, the first time"),
        pytest.param(time(1, 30), "2026-10-25 01:10", "2026-10-25 00:30", id="a time that comes twice, in between"),
        pytest.param(time(1, 30), "2026-10-25 01:45", "2026-10-25 00:30", id="a time that comes twice counts once"),
    ],
)
def test_the_last_slot(when: timedelta | time, now: str, slot: str) -> None:
    by = {"every": when} if isinstance(when, timedelta) else {"at": when}
    assert last_slot(Job(name="work", run=Work(), **by), utc(now)) == utc(slot)


def test_jobs_have_names_of_their_own_and_a_time() -> None:
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all((job.every is None) != (job.at is None) for job in JOBS)


async def test_a_due_job_runs_once_in_its_slot(empty_database: Database, clock: FixedClock) -> None:
    scheduler = Scheduler(empty_database, [job(Work())], clock=clock)
    await scheduler.register()
    assert await scheduler.run_due() == ["work"]
    clock.move(QUARTER - SECOND)
    assert await scheduler.run_due() == []
    clock.move(SECOND)
    assert await scheduler.run_due() == ["work"]


async def test_slots_that_were_missed_are_made_up_by_one_run(empty_database: Database, clock: FixedClock) -> None:
    scheduler = Scheduler(empty_database, [job(Work())], clock=clock)
    await scheduler.register()
    await scheduler.run_due()
    clock.move(timedelta(days=3))
    assert await scheduler.run_due() == ["work"]
    assert await scheduler.run_due() == []


async def test_a_job_without_work_leaves_its_row_alone_but_gives_a_sign_of_life(
    empty_database: Database, clock: FixedClock
) -> None:
    waiting: list[str] = []

    async def has_work(db: AsyncSession, *, now: datetime) -> bool:
        return bool(waiting)

    scheduler = Scheduler(empty_database, [Job(name="work", run=Work(), has_work=has_work, every=SECOND)], clock=clock)
    await scheduler.register()
    assert await scheduler.run_due() == ["work"]
    clock.move(SIGN_OF_LIFE)
    assert await scheduler.run_due() == []
    waiting.append("something")
    assert await scheduler.run_due() == ["work"]
    waiting.clear()
    clock.move(SIGN_OF_LIFE + SECOND)
    assert await scheduler.run_due() == ["work"]


async def test_two_workers_never_run_the_same_slot(two: tuple[Database, Database], clock: FixedClock) -> None:
    work = Work()
    workers = [Scheduler(database, [job(work)], clock=clock) for database in two]
    await asyncio.gather(*(worker.register() for worker in workers))
    for slot in range(1, 11):
        await asyncio.gather(*(worker.run_due() for worker in workers))
        assert work.runs == slot
        clock.move(QUARTER)


async def test_a_job_that_takes_too_long_is_ended_and_says_so(empty_database: Database, clock: FixedClock) -> None:
    work = Work()
    work.may_end.clear()
    scheduler = Scheduler(empty_database, [job(work, timeout=timedelta(milliseconds=20))], clock=clock)
    await scheduler.register()
    assert await scheduler.run_due() == []
    row = await the_row(empty_database)
    assert (row.last_error or "").startswith("TimeoutError")
    assert row.last_slot is None


async def test_a_job_that_failed_says_why_and_is_tried_again_after_a_minute(
    empty_database: Database, clock: FixedClock
) -> None:
    work = Work()
    work.error = ValueError("the tide was out")
    scheduler = Scheduler(empty_database, [job(work)], clock=clock)
    await scheduler.register()
    assert await scheduler.run_due() == []
    assert (await the_row(empty_database)).last_error == "ValueError: the tide was out"
    work.error = None
    clock.move(AFTER_ERROR - SECOND)
    assert await scheduler.run_due() == []
    clock.move(SECOND)
    assert await scheduler.run_due() == ["work"]
    assert (await the_row(empty_database)).last_error is None


async def test_the_job_of_a_dead_worker_is_taken_over_when_its_lease_runs_out(
    two: tuple[Database, Database], clock: FixedClock
) -> None:
    work = Work()
    dead, alive = (Scheduler(database, [job(work)], clock=clock) for database in two)
    await dead.register()
    await begin_and_die(dead, work)
    clock.move(LEASE - SECOND)
    assert await alive.run_due() == []
    clock.move(SECOND)
    assert await alive.run_due() == ["work"]


async def test_a_worker_that_lives_keeps_its_lease(two: tuple[Database, Database], clock: FixedClock) -> None:
    work = Work()
    work.may_end.clear()
    slow = Scheduler(two[0], [job(work)], clock=clock, renew_seconds=0.01)
    other = Scheduler(two[1], [job(work)], clock=clock)
    await slow.register()
    running = asyncio.create_task(slow.run_due())
    await work.begun()
    for _ in range(3):
        clock.move(LEASE - SECOND)
        async with asyncio.timeout(60):
            while (await the_row(two[1])).leased_until != clock() + LEASE:  # noqa: ASYNC110 - a row has no event
                await asyncio.sleep(0.01)
        assert await other.run_due() == []
    work.may_end.set()
    assert await running == ["work"]


async def test_a_worker_that_lost_its_lease_leaves_the_row_to_the_next(
    two: tuple[Database, Database], clock: FixedClock
) -> None:
    stalled_work, work = Work(), Work()
    stalled_work.may_end.clear()
    work.may_end.clear()
    stalled = Scheduler(two[0], [job(stalled_work)], clock=clock)
    await stalled.register()
    stalling = asyncio.create_task(stalled.run_due())
    await stalled_work.begun()
    clock.move(LEASE)
    running = asyncio.create_task(Scheduler(two[1], [job(work)], clock=clock).run_due())
    await work.begun()
    stalled_work.may_end.set()
    await stalling
    assert (await the_row(two[0])).leased_until == clock() + LEASE
    work.may_end.set()
    assert await running == ["work"]


async def test_a_job_can_be_run_outside_its_slots_but_not_beside_itself(
    empty_database: Database, clock: FixedClock
) -> None:
    work = Work()
    scheduler = Scheduler(empty_database, [job(work)], clock=clock)
    await scheduler.register()
    assert [await scheduler.run_now("work"), await scheduler.run_now("work")] == ["done", "done"]
    work.started.clear()
    work.may_end.clear()
    running = asyncio.create_task(scheduler.run_now("work"))
    await work.begun()
    assert await scheduler.run_now("work") is None
    work.may_end.set()
    assert await running == "done"


async def test_stopping_finishes_what_runs_and_takes_nothing_more(empty_database: Database, clock: FixedClock) -> None:
    work, later = Work(), Work()
    work.may_end.clear()
    jobs = [job(work), Job(name="later", run=later, every=QUARTER)]
    scheduler = Scheduler(empty_database, jobs, clock=clock)
    running = asyncio.create_task(scheduler.run())
    await work.begun()
    scheduler.stop()
    work.may_end.set()
    await running
    row = await the_row(empty_database)
    assert (row.finished_at, row.last_error, row.leased_until) == (clock(), None, None)
    assert (work.runs, later.runs) == (1, 0)


async def test_a_restarted_worker_goes_on_where_the_last_one_ended(empty_database: Database, clock: FixedClock) -> None:
    work = Work()
    for passed, runs in ((timedelta(0), 1), (QUARTER - SECOND, 1), (SECOND, 2)):
        clock.move(passed)
        scheduler = Scheduler(empty_database, [job(work)], clock=clock)
        await scheduler.register()
        await scheduler.run_due()
        assert work.runs == runs


async def test_a_database_that_is_away_for_a_moment_stops_nothing(
    empty_database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    work = Work()
    scheduler = Scheduler(empty_database, [job(work)], clock=clock, look_seconds=0.01)
    running = asyncio.create_task(scheduler.run())
    await eventually(lambda: work.runs == 1)
    await rename(empty_database, "job_run", "job_run_away")
    clock.move(QUARTER)
    await eventually(lambda: "cannot look for due jobs" in caplog.text)
    await rename(empty_database, "job_run_away", "job_run")
    await eventually(lambda: work.runs == 2)
    scheduler.stop()
    await running


async def rename(database: Database, old: str, new: str) -> None:
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")


async def eventually(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not happened():  # noqa: ASYNC110 - what a loop in another task does has no event
            await asyncio.sleep(0.01)


async def the_row(database: Database) -> JobRun:
    async with database.reading() as db:
        return (await db.exec(select(JobRun).where(JobRun.job == "work"))).one()


async def begin_and_die(scheduler: Scheduler, work: Work) -> None:
    """Take the job, and end in the middle of it without a word."""
    work.may_end.clear()
    running = asyncio.create_task(scheduler.run_due())
    await work.begun()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    work.may_end.set()


@pytest_asyncio.fixture
async def two(empty_database: Database) -> AsyncIterator[tuple[Database, Database]]:
    """One database as two workers see it, each with connections of its own."""
    other = Database(empty_database.engine.url.render_as_string(hide_password=False))
    yield empty_database, other
    await other.close()
