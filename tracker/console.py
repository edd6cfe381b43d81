"""What every command needs: settings, a log, a database that is closed again, and faults said in one line."""

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from tracker.db import Database
from tracker.errors import Misconfigured
from tracker.settings import Settings, require_data_dir

T = TypeVar("T")


def read_settings() -> Settings:
    """The settings of this process, with its log as they say."""
    settings = Settings.from_env()
    logging.basicConfig(level=settings.log_level.upper(), format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    # At “debug” it writes every statement with its values: what somebody looked for is in no log.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    if settings.database_url.startswith("sqlite"):
        require_data_dir(settings)
    return settings


@contextmanager
def progress(label: str, steps: int) -> Iterator[Callable[[int], None]]:
    """A bar on the screen of whoever waits, nothing anywhere else; what it gives is called with the steps done."""
    with click.progressbar(length=steps, label=label, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield bar.update


def run(settings: Settings, work: Callable[[Database], Coroutine[Any, Any, T]]) -> T:
    """Run something with a database; one that cannot be reached is named."""

    async def whole() -> T:
        database = Database(settings.database_url)
        try:
            return await work(database)
        except SQLAlchemyError:
            # A connection that could not be opened ends its thread a moment later, and needs the loop for that.
            await asyncio.sleep(0.1)
            raise
        finally:
            await database.close()

    try:
        return asyncio.run(whole())
    except (OSError, SQLAlchemyError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise Misconfigured(f"TRACKER_DATABASE_URL names a database that cannot be used: {reason}") from error
