"""The table of jobs and the scheduler that runs them in every worker; a job_run row is the lease."""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from sqlalchemy import Text, or_, text, true, update
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.actions import are_mails_waiting
from tracker.accounts.jobs import forget_sign_ins
from tracker.alerts.jobs import (
    DIGESTS_AT,
    coming_up,
    daily_digests,
    monthly_digests,
    resume_paused,
    watch_endpoints,
    weekly_digests,
)
from tracker.alerts.retention import forget_alerts
from tracker.alerts.sign_ins import owe_sign_ins
from tracker.benchmark.jobs import (
    answer_access,
    close_rounds,
    flag_changes,
    forget_access,
    is_any_change_new,
    tell_of_roles,
)
from tracker.benchmark.joining import are_proved
from tracker.benchmark.letters import are_waiting
from tracker.benchmark.members import are_untold
from tracker.benchmark.planning.reminders import remind_owners
from tracker.benchmark_letters import owe_letters
from tracker.clock import Clock, every_day, first_of_month, last_time, monday, within
from tracker.db import Database, Instant
from tracker.editing.actions import is_any_due
from tracker.editing.jobs import forget_contests, note_lapses, publish_due
from tracker.web.secrets import Secrets

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=45)
"""How long a job stays with a worker that gives no sign of life. Renewed every 10 s."""
RENEW_SECONDS = 10.0
LOOK_SECONDS = 1.0
SIGN_OF_LIFE = timedelta(minutes=1)
"""How long a job that has nothing to do leaves its row alone: written each second it would wear out a small machine."""
AFTER_ERROR = timedelta(minutes=1)
"""How long a job that failed waits before its slot is tried again."""


class JobRun(SQLModel, table=True):
    """One row per job: who runs it, the last slot that was finished, and how the last run ended."""

    __tablename__ = "job_run"

    job: str = Field(sa_type=Text, primary_key=True)
    last_slot: datetime | None = Field(default=None, sa_type=Instant)
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    worker: str | None = Field(default=None, sa_type=Text)
    started_at: datetime | None = Field(default=None, sa_type=Instant)
    finished_at: datetime | None = Field(default=None, sa_type=Instant)
    last_error: str | None = Field(default=None, sa_type=Text)


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """Something that runs by the clock: every so often, or at a time of day in London, on the days that fit."""

    name: str
    run: Callable[..., Awaitable[str]]
    """Is given the database and the clock."""
    keyed: bool = False
    """Whether it is given what links are made from too."""
    has_work: Callable[..., Awaitable[bool]] | None = None
    """Asked, with a session and the moment, before it is run; at least once a minute it is run all the same."""
    every: timedelta | None = None
    at: time | None = None
    on: Callable[[date], bool] = every_day
    timeout: timedelta = timedelta(minutes=5)


JOBS = (
    Job(name="publish-due", run=publish_due, has_work=is_any_due, every=timedelta(seconds=1)),
    Job(name="owe-sign-ins", run=owe_sign_ins, has_work=are_mails_waiting, every=timedelta(seconds=1)),
    Job(name="forget-sign-ins", run=forget_sign_ins, at=time(3, 10)),
    Job(name="forget-alerts", run=forget_alerts, keyed=True, at=time(3, 20)),
    Job(name="forget-contests", run=forget_contests, at=time(3, 30)),
    Job(name="close-rounds", run=close_rounds, keyed=True, at=time(1, 0), timeout=timedelta(minutes=30)),
    Job(name="note-lapses", run=note_lapses, at=time(0, 5)),
    Job(name="coming-up", run=coming_up, at=time(8, 0)),
    Job(name="remind-owners", run=remind_owners, at=time(8, 0)),
    Job(name="resume-paused", run=resume_paused, at=time(8, 10)),
    # The rarer first: what is late goes into the first digest that is written, and the daily run takes the rest.
    Job(name="write-monthly-digests", run=monthly_digests, at=DIGESTS_AT, on=first_of_month),
    Job(name="write-weekly-digests", run=weekly_digests, at=DIGESTS_AT, on=monday),
    Job(name="write-daily-digests", run=daily_digests, at=DIGESTS_AT),
    Job(name="answer-access", run=answer_access, has_work=are_proved, every=timedelta(seconds=1)),
    Job(name="tell-of-roles", run=tell_of_roles, has_work=are_untold, every=timedelta(seconds=10)),
    Job(name="owe-letters", run=owe_letters, has_work=are_waiting, every=timedelta(seconds=1)),
    Job(name="flag-changes", run=flag_changes, has_work=is_any_change_new, every=timedelta(seconds=30)),
    Job(name="forget-access", run=forget_access, at=time(3, 40)),
    Job(name="watch-endpoints", run=watch_endpoints, every=timedelta(minutes=10)),
)


def last_slot(job: Job, now: datetime) -> datetime:
    """The latest moment at which a job was due; slots that were missed before it are made up by one run."""
    if job.every:
        since = (now - datetime(2000, 1, 1, tzinfo=UTC)) // job.every
        return datetime(2000, 1, 1, tzinfo=UTC) + since * job.every
    return last_time(job.at or time(0), now, job.on)


async def _is_due(db: AsyncSession, job: Job, row: JobRun | None, *, now: datetime) -> bool:
    slot = last_slot(job, now)
    if row is None or (row.leased_until and row.leased_until > now) or (row.last_slot and row.last_slot >= slot):
        return False
    if job.has_work is None or row.last_slot is None or row.last_slot < slot - SIGN_OF_LIFE:
        return True
    return await job.has_work(db, now=now)


class Scheduler:
    """Runs due jobs, one run per slot across all workers."""

    def __init__(
        self,
        database: Database,
        jobs: Sequence[Job] = JOBS,
        *,
        clock: Clock,
        keys: Secrets | None = None,
        look_seconds: float = LOOK_SECONDS,
        renew_seconds: float = RENEW_SECONDS,
        lease: timedelta = LEASE,
        after_error: timedelta = AFTER_ERROR,
    ) -> None:
        self._database = database
        self._look_seconds = look_seconds
        self._renew_seconds = renew_seconds
        self._lease = lease
        self._after_error = after_error
        self._jobs = {job.name: job for job in jobs}
        self._clock = clock
        self._keys = keys
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._stopping = asyncio.Event()

    @property
    def names(self) -> list[str]:
        return list(self._jobs)

    def stop(self) -> None:
        """Take no further job; what runs is finished."""
        self._stopping.set()

    async def run(self) -> None:
        """Look for due jobs until told to stop."""
        await self.register()
        while not self._stopping.is_set():
            try:
                await self.run_due()
            except Exception:
                # The database may be away: rows are the queue, so nothing is lost by waiting.
                log.exception("cannot look for due jobs")
            await within(self._stopping, self._look_seconds)

    async def register(self) -> None:
        """Give every job its row."""
        async with self._database.writing() as db:
            # Workers start at the same moment, so who comes second must not fail.
            insert = text("INSERT INTO job_run (job) VALUES (:job) ON CONFLICT DO NOTHING")
            await (await db.connection()).execute(insert, [{"job": name} for name in self._jobs])

    async def run_due(self) -> list[str]:
        """Run every job that is due and that no other worker has taken; returns their names."""
        return [
            job.name
            for job in await self._due()
            if not self._stopping.is_set() and await self._claim(job) and await self._finish(job)
        ]

    async def _due(self) -> list[Job]:
        """The jobs that are due and that nobody runs: asked every second, in one transaction that locks nothing."""
        now = self._clock()
        async with self._database.reading() as db:
            rows = {row.job: row for row in (await db.exec(select(JobRun))).all()}
            return [job for job in self._jobs.values() if await _is_due(db, job, rows.get(job.name), now=now)]

    async def run_now(self, name: str) -> str | None:
        """Run a job outside its slots, unless it is running; returns what it did, or None."""
        job = self._jobs[name]
        if not await self._claim(job, anyway=True):
            return None
        return await self._finish(job)

    async def _claim(self, job: Job, *, anyway: bool = False) -> bool:
        now = self._clock()
        free = or_(col(JobRun.leased_until).is_(None), col(JobRun.leased_until) <= now)
        due = or_(col(JobRun.last_slot).is_(None), col(JobRun.last_slot) < last_slot(job, now))
        async with self._database.writing() as db:
            taken = await db.exec(
                update(JobRun)
                .where(col(JobRun.job) == job.name, free, true() if anyway else due)
                .values(leased_until=now + self._lease, worker=self._name, started_at=now)
            )
            return taken.rowcount == 1

    async def _finish(self, job: Job) -> str | None:
        """Run a claimed job to its end and settle its row; a failure is recorded and tried again."""
        slot = last_slot(job, self._clock())
        renewing = asyncio.create_task(self._renew(job))
        done, error = None, None
        try:
            async with asyncio.timeout(job.timeout.total_seconds()):
                done = await job.run(self._database, self._clock, *([self._keys] if job.keyed else []))
            # What runs every second would fill the log with saying that there was nothing to do.
            often = job.every is not None and job.every < timedelta(minutes=1)
            log.log(logging.DEBUG if often else logging.INFO, "%s: %s", job.name, done)
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"[:2000]
            log.exception("%s failed", job.name)
        finally:
            renewing.cancel()
            await asyncio.wait([renewing])
        now = self._clock()
        values: dict[str, object] = {
            "finished_at": now,
            "last_error": error,
            "leased_until": now + self._after_error if error else None,
        }
        async with self._database.writing() as db:
            await self._settle(db, job.name, values if error else {**values, "last_slot": slot})
        return done

    async def _renew(self, job: Job) -> None:
        while True:
            await asyncio.sleep(self._renew_seconds)
            try:
                async with self._database.writing() as db:
                    await self._settle(db, job.name, {"leased_until": self._clock() + self._lease})
            except Exception as error:
                # The database may be away for a moment: the next beat may still come in time.
                log.warning("cannot renew the lease of %s: %s", job.name, error)

    async def _settle(self, db: AsyncSession, name: str, values: dict[str, object]) -> None:
        """Write on a job's row while it is ours: a lease that ran out may be another worker's by now."""
        ours = (col(JobRun.job) == name, col(JobRun.worker) == self._name)
        await db.exec(update(JobRun).where(*ours).values(**values))
