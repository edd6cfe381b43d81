"""tracker web, serve and demo: what answers readers."""

import socket
import sys
from typing import NoReturn

import click
import uvicorn

from tracker import demo
from tracker.app import create_app
from tracker.cli_record import load_folders
from tracker.clock import utc_now
from tracker.console import read_settings, run
from tracker.db import Database
from tracker.errors import Misconfigured
from tracker.migrate import migrate, require_current
from tracker.serve import supervise
from tracker.settings import Settings
from tracker.strategies.load import Loaded
from tracker.strategies.queries import version


async def require_loaded(database: Database) -> None:
    """Raise Misconfigured, naming the command to run, unless there is a record to serve."""
    await require_current(database)
    async with database.reading() as db:
        if not (await version(db)).digests:
            raise Misconfigured("The record holds no strategy: run “tracker load”")


@click.command("web")
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


@click.command("serve")
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


@click.command("demo")
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
