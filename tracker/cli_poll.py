"""tracker poll: read what is due now, as of another moment, or from a recording."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import click
import msgspec

from tracker.clock import Clock, utc_now
from tracker.console import read_settings, run
from tracker.db import Database
from tracker.errors import Invalid
from tracker.migrate import require_current
from tracker.settings import Settings
from tracker.watch.actions import forget_robots, make_due, register
from tracker.watch.asking import Fetcher, WebFetcher
from tracker.watch.desk import Desk, Polled, spaces_of
from tracker.watch.making import outbound_of, rules_of
from tracker.watch.poll import poll_once
from tracker.watch.rehearse import Player, Recorder, Recording
from tracker.watch.schemas import Spec
from tracker.watch.server import Gates
from tracker.watch.sources import read_sources
from tracker.watch.standing import last_tried
from tracker.watch.suggesting import Judge


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks of a poll."""

    keys: tuple[str, ...]
    now: datetime | None
    record: Path | None
    replay: Path | None


class SetClock:
    """A clock that shows what it was set to: all of one poll happens at one moment."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def _moment(_context: click.Context, _parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise click.BadParameter(f"“{value}” is no moment: write it like 2026-11-22T12:00:00Z") from error
    if moment.tzinfo is None:
        raise click.BadParameter(f"“{value}” has no zone: add Z, or +01:00 for summer time in London")
    return moment


@click.command("poll")
@click.argument("keys", nargs=-1)
@click.option("--once", is_flag=True, help="Read what is due once and end: what it does anyway.")
@click.option("--now", metavar="ISO", callback=_moment, help="Read what is due at this moment instead of now.")
@click.option("--record", metavar="DIR", type=click.Path(path_type=Path), help="Keep every answer in this folder.")
@click.option("--replay", metavar="DIR", type=click.Path(path_type=Path), help="Take the answers from such a folder.")
def poll_command(
    keys: tuple[str, ...], once: bool, now: datetime | None, record: Path | None, replay: Path | None
) -> None:
    """Read the sources that are due, beside the workers if they run; KEYS are read whether they are due or not.

    A replay goes through the moments of its recording, and goes on where the database stands.
    """
    if replay and (record or now):
        raise click.UsageError("--replay has its own moments and answers: give it alone")
    asked = Asked(keys=keys, now=now, record=record, replay=replay)
    settings = read_settings()
    specs = _chosen(read_sources(settings.feeds_dir), keys)
    judge = Judge(rules_of(settings))

    async def work(database: Database) -> Polled:
        await require_current(database)
        if asked.replay:
            return await _replay(database, specs, judge, Recording(asked.replay), keys)
        return await _poll(settings, database, specs, judge, asked)

    click.echo(str(run(settings, work)))


def _chosen(specs: Sequence[Spec], keys: Sequence[str]) -> Sequence[Spec]:
    unknown = sorted(set(keys) - {spec.key for spec in specs})
    if unknown:
        raise Invalid(f"no source is called “{unknown[0]}”; they are {', '.join(spec.key for spec in specs) or 'none'}")
    return specs


async def _poll(settings: Settings, database: Database, specs: Sequence[Spec], judge: Judge, asked: Asked) -> Polled:
    clock = SetClock(asked.now or utc_now())
    outbound = outbound_of(settings)
    fetcher: Fetcher = WebFetcher(outbound)
    recorder = Recorder(fetcher, asked.record, clock=clock) if asked.record else None
    try:
        desk = Desk(database, specs, recorder or fetcher, judge, clock=clock)
        await _prepare(database, specs, asked.keys, clock=clock)
        if asked.record:
            # A recording is to hold what it takes to play it back, so also what is remembered for a day.
            async with database.writing() as db:
                await forget_robots(db)
        async with _stopped_by_signals() as stopping:
            polled = await poll_once(desk, stopping=stopping, only=asked.keys)
    finally:
        await outbound.close()
    _say(polled)
    return polled


async def _replay(
    database: Database, specs: Sequence[Spec], judge: Judge, recording: Recording, keys: Sequence[str]
) -> Polled:
    total = Polled()
    async with database.reading() as db:
        stands_at = await last_tried(db)
    # The moment at which it stands too: it may not have been read to its end.
    moments = [moment for moment in recording.moments if stands_at is None or moment >= stands_at]
    if not moments:
        return total
    clock = SetClock(moments[0])
    # A recording is nobody's server: there is no need to wait between two questions to it.
    gates = Gates(spaces_of(specs), rest=_no_rest)
    desk = Desk(database, specs, Player(recording, clock=clock), judge, clock=clock, gates=gates)
    await _prepare(database, specs, (), clock=clock)
    async with _stopped_by_signals() as stopping:
        for moment in moments:
            clock.now = moment
            polled = await poll_once(desk, stopping=stopping, only=keys)
            _say(polled, moment)
            total.add(polled)
            if stopping.is_set():
                break
    return total


async def _prepare(database: Database, specs: Sequence[Spec], keys: Sequence[str], *, clock: Clock) -> None:
    async with database.writing() as db:
        await register(db, specs, now=clock())
        await make_due(db, keys, now=clock())


async def _no_rest(_seconds: float) -> None:
    """Not to wait at all."""


def _say(polled: Polled, moment: datetime | None = None) -> None:
    for line in polled.lines:
        click.echo(f"{moment.isoformat() + ' ' if moment else ''}{line.key}: {line.said}")


@asynccontextmanager
async def _stopped_by_signals() -> AsyncIterator[asyncio.Event]:
    """Set when somebody wants it to end: the source at hand is read to its end and saved."""
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    try:
        yield stopping
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
