"""The worker process: the scheduler, and arq for on-demand jobs when Redis is set. The only file that imports arq."""

import asyncio
import contextlib
import logging
import signal
from typing import Any

import msgspec
from arq import create_pool
from arq.connections import RedisSettings
from arq.worker import Worker, func
from redis.exceptions import RedisError

from tracker.alerts.channels.making import channels_of
from tracker.alerts.compose import Composer
from tracker.alerts.lane import Pace
from tracker.alerts.sender import Sender
from tracker.clock import Clock, utc_now
from tracker.db import Database
from tracker.errors import Misconfigured
from tracker.jobs import JOBS, Scheduler
from tracker.messages import MESSAGES, papers_of
from tracker.migrate import require_current
from tracker.settings import Settings, read_secret
from tracker.watch.watcher import Watcher
from tracker.web.secrets import Secrets

log = logging.getLogger(__name__)

QUEUE = "tracker"
SEND = "send-alerts"
"""The wake-up for what is owed: no job, since every worker sends all the time."""
RESTART_SECONDS = 5.0


async def work(settings: Settings, *, clock: Clock = utc_now, pace: Pace | None = None) -> None:
    """Run jobs and send until SIGTERM or SIGINT; what runs then is finished first. A pace is for tests."""
    database = Database(settings.database_url)
    try:
        await require_current(database)
        keys = Secrets(read_secret(settings))
        scheduler = Scheduler(database, JOBS, clock=clock, keys=keys, **(_of(pace) if pace else {}))
        sender = make_sender(settings, database, clock=clock, pace=pace)
        watcher = Watcher(settings, database, clock=clock)

        def stop() -> None:
            scheduler.stop()
            sender.stop()
            watcher.stop()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop)
        listening = asyncio.create_task(listen(settings.redis_url, scheduler, sender)) if settings.redis_url else None
        await asyncio.gather(scheduler.run(), sender.run(), watcher.run())
        await sender.close()
        await watcher.close()
        if listening:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
    finally:
        await database.close()


def _of(pace: Pace) -> dict[str, Any]:
    """The scheduler's part in a pace."""
    renew = pace.renew.total_seconds()
    look = pace.look.total_seconds()
    return {"look_seconds": look, "renew_seconds": renew, "lease": pace.lease, "after_error": pace.lease}


def make_sender(settings: Settings, database: Database, *, clock: Clock = utc_now, pace: Pace | None = None) -> Sender:
    """What sends, as the settings want it."""
    secrets = Secrets(read_secret(settings))
    composer = Composer(MESSAGES, papers_of(settings, secrets, clock=clock), sender=settings.mail_from)
    return Sender(database, channels_of(settings, secrets, clock=clock), composer, clock=clock, pace=pace)


async def listen(redis_url: str, scheduler: Scheduler, sender: Sender | None = None) -> None:
    """Answer wake-ups; arq ends when Redis goes away, so it is started again and the sweeps go on meanwhile."""
    while True:
        worker = Worker(
            functions=[func(_run_job, name="run_job", keep_result=0, max_tries=1)],
            redis_settings=RedisSettings.from_dsn(redis_url),
            queue_name=QUEUE,
            ctx={"scheduler": scheduler, "sender": sender},
            handle_signals=False,
            job_timeout=330,
            poll_delay=0.2,
            job_serializer=msgspec.json.encode,
            job_deserializer=msgspec.json.decode,
        )
        try:
            await worker.async_run()
        except Exception as error:
            log.warning("Redis is away (%s); jobs go on by the clock", error)
        finally:
            await _end(worker)
        await asyncio.sleep(RESTART_SECONDS)


async def _end(worker: Worker) -> None:
    """Let the jobs that run finish, then close the connections: arq's own close cancels the one and leaks the other."""
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    if worker._pool:
        with contextlib.suppress(RedisError, OSError):
            await worker.pool.aclose(close_connection_pool=True)


async def _run_job(ctx: dict[str, Any], name: str) -> None:
    if name == SEND:
        ctx["sender"].wake()
    else:
        await ctx["scheduler"].run_now(name)


async def wake(redis_url: str, name: str) -> bool:
    """Ask any worker to run a job now; False when it is already queued. Nothing depends on this being heard."""
    settings = RedisSettings.from_dsn(redis_url)
    settings.conn_retries = 0
    try:
        pool = await create_pool(
            settings,
            job_serializer=msgspec.json.encode,
            job_deserializer=msgspec.json.decode,
            default_queue_name=QUEUE,
        )
        try:
            return await pool.enqueue_job("run_job", name, _job_id=f"run-{name}") is not None
        finally:
            await pool.aclose()
    except (RedisError, OSError) as error:
        raise Misconfigured(f"TRACKER_REDIS_URL names a Redis that cannot be used: {error}") from error
