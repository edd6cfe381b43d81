"""Commands: each opens what it needs, calls one thing, and says in one line what was wrong (exit 2)."""

import asyncio
import socket
import sys
from pathlib import Path
from typing import NoReturn

import click
import uvicorn

from tracker import __version__, demo, worker
from tracker.app import create_app, require_showable
from tracker.benchmark.questions import problems as question_problems
from tracker.benchmark.questions import questions
from tracker.cli_export import export
from tracker.cli_match import match_command
from tracker.cli_poll import poll_command
from tracker.cli_send import send_command
from tracker.cli_user import user
from tracker.clock import london_day, utc_now
from tracker.console import progress, read_settings, run
from tracker.db import Database
from tracker.editing.announce import announce_loaded
from tracker.errors import Misconfigured, TrackerError
from tracker.jobs import JOBS, Scheduler
from tracker.migrate import migrate, require_current
from tracker.serve import supervise
from tracker.settings import Settings, read_secret
from tracker.strategies.checks import differences_from_files, record_problems, search_problems
from tracker.strategies.files import folders, read_folder
from tracker.strategies.load import Loaded, load
from tracker.strategies.queries import records, version
from tracker.strategies.validation import problems
from tracker.watch.freshness import unread_suggestions
from tracker.watch.making import rules_of
from tracker.watch.sources import read_sources
from tracker.watch.unwatched import read_unwatched
from tracker.web.secrets import Secrets


@click.group()
@click.version_option(__version__)
def commands() -> None:
    """An independent, append-only public record of a government strategy."""


commands.add_command(match_command)
commands.add_command(export)
commands.add_command(poll_command)
commands.add_command(send_command)
commands.add_command(user)


def main() -> None:
    """Run a command; anything the tracker refuses is one line and exit code 2."""
    try:
        # Without its standalone mode Click returns the code of an Exit instead of raising it.
        sys.exit(commands(standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except TrackerError as error:
        click.echo(f"tracker: {error}", err=True)
        sys.exit(2)


async def load_folders(database: Database, settings: Settings, root: Path, *, alert: bool = False) -> list[Loaded]:
    """Load every strategy below a folder, each in its own transaction; `alert` tells whoever follows it."""
    done = []
    found = folders(root)
    with progress("Loading", 3 * len(found)) as step:
        for folder in found:
            content = read_folder(folder)
            step(1)
            async with database.writing() as db:
                loaded = await load(db, content, now=utc_now())
                if alert:
                    await announce_loaded(db, loaded.slug, loaded.changes, now=utc_now())
                done.append(loaded)
                step(1)
                require_showable(settings, await records(db))
            step(1)
    return done


async def require_loaded(database: Database) -> None:
    """Raise Misconfigured, naming the command to run, unless there is a record to serve."""
    await require_current(database)
    async with database.reading() as db:
        if not (await version(db)).digests:
            raise Misconfigured("The record holds no strategy: run “tracker load”")


@commands.command("migrate")
def migrate_command() -> None:
    """Bring the database to this version."""
    settings = read_settings()
    click.echo(f"The database is at version {run(settings, migrate)}")


@commands.command("load")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--alert", is_flag=True, help="Tell whoever follows it of what is new; without this a load tells nobody.")
def load_command(folder: Path | None, alert: bool) -> None:
    """Load the strategies' files into the record (twice is once)."""
    settings = read_settings()

    async def work(database: Database) -> list[Loaded]:
        await require_current(database)
        return await load_folders(database, settings, folder or settings.strategies_dir, alert=alert)

    for done in run(settings, work):
        click.echo(str(done))


@commands.command("web")
def web_command() -> None:
    """Serve the public pages and the API."""
    settings = read_settings()
    require_port(settings)
    run(settings, require_loaded)
    # A page made beside the loop holds it up for at most this long (the default is 5 ms).
    sys.setswitchinterval(0.0001)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the application reads them where it matters who asks
        lifespan="on",
    )


@commands.command("worker")
def worker_command() -> None:
    """Run jobs by the clock, and on demand where Redis is set."""
    settings = read_settings()
    run(settings, require_current)
    asyncio.run(worker.work(settings))


@commands.command("run")
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


@commands.command("check")
def check_command() -> None:
    """Prove that the files, the schema, the guards, the chain and the search are whole."""
    settings = read_settings()
    read_unwatched(settings.feeds_dir)
    contents = [read_folder(folder) for folder in folders(settings.strategies_dir)]
    read_sources(settings.feeds_dir)
    rules_of(settings)
    found = question_problems(questions())
    found += [f"{item.strategy.identity.slug}: {problem}" for item in contents for problem in problems(item)]

    async def work(database: Database) -> list[str]:
        await require_current(database)
        with progress("Checking", len(contents) + 2) as step:
            async with database.reading() as db:
                now = utc_now()
                unread = await unread_suggestions(db, now=now)
                wrong = await record_problems(db, today=london_day(now), unread=unread)
                step(1)
                if wrong:
                    return wrong
                for item in contents:
                    wrong += await differences_from_files(db, item)
                    step(1)
            # Looking into SQLite's full text is a write, which a reading transaction beside a writer cannot become.
            async with database.writing() as db:
                return [*wrong, *await search_problems(db)]

    found += run(settings, work)
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise click.exceptions.Exit(1)
    click.echo("The files, the schema, its guards, the chain and the notices are whole; record, files and search agree")


@commands.command("serve")
def serve_command() -> None:
    """Everything on one machine: migrate, load, then one web and one worker process."""
    settings = read_settings()
    require_port(settings)

    async def prepare(database: Database) -> list[Loaded]:
        await migrate(database)
        return await load_folders(database, settings, settings.strategies_dir)

    for done in run(settings, prepare):
        click.echo(str(done))
    _serve(settings)


@commands.command("demo")
def demo_command() -> None:
    """As serve, with invented people, subscribers and entries; never in production or beside real people."""
    settings = read_settings()
    demo.require_harmless(settings)
    require_port(settings)

    async def prepare(database: Database) -> list[Loaded]:
        await migrate(database)
        async with database.reading() as db:
            await demo.require_nobody_real(db)
        loaded = await load_folders(database, settings, settings.strategies_dir)
        async with database.writing() as db:
            await demo.invent(db, now=utc_now())
        return loaded

    for done in run(settings, prepare):
        click.echo(str(done))
    click.echo(demo.welcome(settings))
    _serve(settings)


def _serve(settings: Settings) -> NoReturn:
    click.echo(f"Serving on http://{settings.host}:{settings.port}")
    sys.exit(supervise([sys.executable, "-m", "tracker.cli"], ["web", "worker"]))


def require_port(settings: Settings) -> None:
    """Raise Misconfigured when the port is taken or the address is not this machine's."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        with socket.socket(found[0][0], socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except socket.gaierror as error:
        raise Misconfigured(f"TRACKER_HOST is {settings.host}, which is not a name of this machine") from error
    except UnicodeError as error:
        raise Misconfigured("TRACKER_HOST is not a host name") from error
    except OSError as error:
        raise Misconfigured(
            f"TRACKER_PORT is {settings.port} on {settings.host}, which cannot be used: {error.strerror or error}"
        ) from error


if __name__ == "__main__":
    main()
