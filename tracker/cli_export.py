"""tracker export: what the watcher saw, as JSON Lines."""

import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click
import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.console import read_settings, run
from tracker.db import Database
from tracker.editing.queue.exports import decisions
from tracker.errors import Misconfigured
from tracker.migrate import require_current
from tracker.watch import exports

TO = click.option(
    "--to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write, whole or not at all; without it lines go to standard output.",
)
Rows = Callable[[AsyncSession], AsyncIterator[msgspec.Struct]]


@click.group("export")
def export() -> None:
    """Take away what was seen and decided, as JSON Lines: an object a line, in an order that stays."""


@export.command("sightings")
@TO
def sightings_command(to: Path | None) -> None:
    """Every version of every item that was seen, in the order in which they were seen."""
    write_rows(exports.sightings, to)


@export.command("sources")
@TO
def sources_command(to: Path | None) -> None:
    """Every source that is watched: its health and since when, what is wrong, and gaps."""

    async def rows(db: AsyncSession) -> AsyncIterator[msgspec.Struct]:
        for row in await exports.sources(db):
            yield row

    write_rows(rows, to)


@export.command("decisions")
@TO
def decisions_command(to: Path | None) -> None:
    """What editors made of what was seen, as the matcher's practice set has it, without who decided."""
    write_rows(decisions, to)


def write_rows(rows: Rows, to: Path | None) -> None:
    """Write what a query gives, a line each, as it comes: as little memory for a million as for ten."""
    settings = read_settings()

    async def work(database: Database) -> None:
        await require_current(database)
        encode = msgspec.json.Encoder().encode
        with _opened(to) as file:
            async with database.reading() as db:
                async for row in rows(db):
                    _write(file, encode(row) + b"\n", to)
            _write(file, b"", to, flush=True)

    run(settings, work)


@contextmanager
def _opened(to: Path | None) -> Iterator[BinaryIO]:
    """Standard output, or a file that takes its name only when it is whole."""
    if to is None:
        yield sys.stdout.buffer
        return
    part = to.with_name(f"{to.name}.part")
    try:
        file = part.open("wb")
    except OSError as error:
        raise Misconfigured(f"{to} cannot be written: {error.strerror}") from error
    try:
        with file:
            yield file
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)


def _write(file: BinaryIO, line: bytes, to: Path | None, *, flush: bool = False) -> None:
    try:
        file.write(line)
        if flush:
            file.flush()
    except BrokenPipeError:
        # Whoever read it has enough (“| head”). What Python flushes at its end goes nowhere then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise click.exceptions.Exit(0) from None
    except OSError as error:
        raise Misconfigured(f"{to or 'Standard output'} cannot be written: {error.strerror}") from error
