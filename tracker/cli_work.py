"""tracker worker and run: jobs by the clock, and one of them now."""

import asyncio

import click

from tracker import worker
from tracker.clock import utc_now
from tracker.console import read_settings, run
from tracker.db import Database
from tracker.jobs import JOBS, Scheduler
from tracker.migrate import require_current
from tracker.settings import read_secret
from tracker.web.secrets import Secrets


@click.command("worker")
def worker_command() -> None:
    """Run jobs by the clock, and on demand where Redis is set."""
    settings = read_settings()
    run(settings, require_current)
    asyncio.run(worker.work(settings))


@click.command("run")
@click.argument("job", type=click.Choice([job.name for job in JOBS]))
def run_command(job: str) -> None:
    """Run a job now: on a worker where Redis is set, else here."""
    settings = read_settings()
    if settings.redis_url:
        queued = asyncio.run(worker.wake(settings.redis_url, job))
        click.echo(f"{job} is queued" if queued else f"{job} is queued already")
        return

    async def work(database: Database) -> str | None:
        await require_current(database)
        scheduler = Scheduler(database, clock=utc_now, keys=Secrets(read_secret(settings)))
        await scheduler.register()
        return await scheduler.run_now(job)

    done = run(settings, work)
    if done is None:
        raise click.ClickException(f"{job} is running in another process, or failed: see its log")
    click.echo(done)
