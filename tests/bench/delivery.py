"""Alerts: writing what is owed, sending it beside the quickest clients there are, and what a sender holds in memory."""

import asyncio
import os
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import aiohttp
from sqlalchemy import delete, insert
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.alerts.make import SECRET, published
from tests.bench.rows import Row, middle, spread, table, versus
from tests.bench.servers import TRACKER
from tests.conftest import KINSHIP, POSTGRESQL, Engines
from tests.crash.stage import Sinks
from tests.processes import environment
from tracker import worker
from tracker.alerts.actions import EMAIL, WEBHOOK, owe
from tracker.alerts.channels.email import CONNECTIONS
from tracker.alerts.channels.webhook import AT_ONCE
from tracker.alerts.links import Links
from tracker.alerts.messages.publication import publication_event, write_publication
from tracker.alerts.models import Attempt, Delivery, Destination, Subscription
from tracker.alerts.schemas import Owed
from tracker.clock import utc_now
from tracker.db import Database
from tracker.messages import papers_of
from tracker.settings import Settings, read_secret
from tracker.strategies.files import read_folder
from tracker.web.mail import Sealed
from tracker.web.secrets import Secrets

WRITTEN, MAILS, HOOKS, MEMORY = "deliveries written", "mails sent", "webhooks sent", "memory of a sender"
DESTINATIONS = 100_000
GOALS = {"sqlite": 1.0, "postgresql": 3.0}
"""Seconds in which what 100,000 are owed is to be written."""
SMTPLIB, AIOHTTP = f"smtplib, {CONNECTIONS} threads", "bare aiohttp"
SENDER = "tracker@example.org"
FEW = 1_000
CORE: int | None = min(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
"""Read when this is imported, before the load is given a core of its own."""


async def written(folder: Path, rounds: int, count: int) -> list[Row]:
    """Seconds to write the deliveries of one publication, in the transaction that publishes it."""
    rows = []
    engines = Engines(folder)
    try:
        for engine in [name for name in GOALS if name == "sqlite" or POSTGRESQL]:
            database = Database(await engines.filled(engine, read_folder(KINSHIP)))
            await _fill(database, EMAIL, [f"p{number}@example.org" for number in range(count)])
            seconds = [await _owe(database, count) for _ in range(rounds)]
            await database.close()
            goal = GOALS[engine] * count / DESTINATIONS
            best = sorted(seconds)[len(seconds) // 2]
            subject = f"{count:,} on {engine}"
            rows.append(
                Row(bench=WRITTEN, subject=subject, figure=best, unit="s", against=f"{goal:g} s", ratio=best / goal)
            )
    finally:
        await engines.drop()
    print(f"{WRITTEN}\n{table(rows)}")
    if not POSTGRESQL:
        print("  left out: postgresql (set TRACKER_TEST_DATABASE_URL)")
    return rows


async def mails(folder: Path, rounds: int, count: int) -> list[Row]:
    """Mails a second with the ledger kept, beside threads that do nothing but send messages that are built already."""
    with sinks() as sink:
        async with filled(folder, EMAIL, [f"p{number}@example.org" for number in range(count)]) as database:
            settings = _settings(folder, mail_url=f"smtp://127.0.0.1:{sink.mail_port}")
            taken: dict[str, list[float]] = {TRACKER: [], SMTPLIB: []}
            message = await _built(database, settings)
            for _ in range(rounds):
                taken[TRACKER].append(count / await _drain(database, settings, sink, count))
                started = time.perf_counter()
                await asyncio.to_thread(_by_smtplib, sink.mail_port, message, count)
                taken[SMTPLIB].append(count / (time.perf_counter() - started))
    return _told(MAILS, "mails/s", taken)


async def hooks(folder: Path, rounds: int, count: int) -> list[Row]:
    """Webhooks a second, signed and with each try on record, beside a client that only posts the same bytes."""
    with sinks() as sink:
        base = f"http://127.0.0.1:{sink.hook_port}"
        async with filled(folder, WEBHOOK, [f"{base}/{number}" for number in range(count)]) as database:
            settings = _settings(folder, webhook_loopback="yes")
            taken: dict[str, list[float]] = {TRACKER: [], AIOHTTP: []}
            body = await _event(database, settings)
            for _ in range(rounds):
                taken[TRACKER].append(count / await _drain(database, settings, sink, count))
                started = time.perf_counter()
                await _by_aiohttp(base, body, count)
                taken[AIOHTTP].append(count / (time.perf_counter() - started))
    return _told(HOOKS, "webhooks/s", taken)


async def memory(folder: Path, many: int) -> list[Row]:
    """The most that a process holds while it sends to few and to many."""
    held: dict[int, float] = {}
    for count in (FEW, many):
        with sinks() as sink:
            own = folder / str(count)
            own.mkdir()
            async with filled(own, EMAIL, [f"p{number}@example.org" for number in range(count)]) as database:
                await _owe(database, count)
                url = f"smtp://127.0.0.1:{sink.mail_port}"
                name = database.engine.url.render_as_string(hide_password=False)
                held[count] = await asyncio.to_thread(_peak, own, name, url)
            if sink.ask("count") != count:
                raise AssertionError(f"{sink.ask('count')} of {count} mails arrived")
    rows = [
        Row(
            bench=MEMORY,
            subject=f"{count:,} mails",
            figure=held[count],
            unit="MB",
            against=f"{FEW:,} mails",
            ratio=held[count] / held[FEW],
        )
        for count in held
    ]
    print(f"{MEMORY}\n{table(rows)}")
    return rows


SEND = """
from tracker.cli import commands
commands(["send"], standalone_mode=False)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM:")))
"""
"""Says at its end what it held itself: what a child is said to have used begins with what its parent held."""


def _peak(folder: Path, database_url: str, mail_url: str) -> float:
    """Megabytes that `tracker send` held at most."""
    env = environment(data_dir=folder, database_url=database_url, mail_url=mail_url, production="yes", mail_from=SENDER)
    done = subprocess.run([sys.executable, "-c", SEND], env=env, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout.split()[-1]) / 1000


def _told(bench: str, unit: str, taken: dict[str, list[float]]) -> list[Row]:
    rows = versus(bench, unit, taken)
    print(f"{bench}\n{table(rows)}\n  {middle(taken)} (rounds: {spread(taken)})")
    return rows


async def _drain(database: Database, settings: Settings, sink: Sinks, count: int) -> float:
    """Seconds in which one publication is sent to everybody; all of it must arrive and be settled."""
    await _owe(database, count)
    before = sink.ask("count")
    sender = worker.make_sender(settings, database)
    started = time.perf_counter()
    sent = await sender.drain()
    took = time.perf_counter() - started
    await sender.close()
    arrived = sink.ask("count") - before
    if (sent, arrived) != (count, count):
        raise AssertionError(f"{sent} settled and {arrived} arrived of {count}")
    return took


async def _owe(database: Database, count: int) -> float:
    """Seconds to publish one thing to everybody; what earlier rounds owed is taken away first."""
    async with database.writing() as db:
        for rows_of in (Attempt, Delivery):
            await (await db.connection()).execute(delete(rows_of))
    now = utc_now()
    started = time.perf_counter()
    async with database.writing() as db:
        owed = await owe(db, await published(db, subject=f"Measured {time.time_ns()}", at=now), now=now)
    took = time.perf_counter() - started
    if owed != count:
        raise AssertionError(f"{owed} were owed of {count}")
    return took


async def _fill(database: Database, channel: str, addresses: Sequence[str]) -> None:
    now = utc_now()
    same = {"name": "", "cadence": "at-once", "summary": "", "created_at": now, "confirmed_at": now, "digested_to": 0}
    secret = {"channel": channel, "secret": SECRET if channel == WEBHOOK else None}
    rows = [{"id": n, "address": a, **same, **secret} for n, a in enumerate(addresses, start=1)]
    followed = [
        {"destination_id": row["id"], "topic": "all", "asked_at": now, "confirmed_at": now, "after": 0} for row in rows
    ]
    async with database.writing() as db:
        connection = await db.connection()
        await connection.execute(insert(Destination), rows)
        await connection.execute(insert(Subscription), followed)
    async with database.writing() as db:
        await (await db.connection()).exec_driver_sql("ANALYZE")


class filled:  # noqa: N801 - read as a word: async with filled(…)
    """A SQLite database with these destinations, for as long as it is measured."""

    def __init__(self, folder: Path, channel: str, addresses: Sequence[str]) -> None:
        self._engines, self._channel, self._addresses = Engines(folder), channel, addresses

    async def __aenter__(self) -> Database:
        self._database = Database(await self._engines.filled("sqlite", read_folder(KINSHIP)))
        await _fill(self._database, self._channel, self._addresses)
        return self._database

    async def __aexit__(self, *_: object) -> None:
        await self._database.close()


def _settings(folder: Path, **given: object) -> Settings:
    names = {"data_dir": folder, "mail_from": SENDER, "production": "yes", "mail_url": "smtp://127.0.0.1:1", **given}
    return Settings.from_env({f"TRACKER_{name.upper()}": str(value) for name, value in names.items()})


@contextmanager
def sinks() -> Iterator[Sinks]:
    """Where it all goes: a process on the servers’ core, as every server that is measured."""
    made = Sinks()
    if CORE is not None:
        os.sched_setaffinity(made.pid, {CORE})
    try:
        yield made
    finally:
        made.end()


async def _built(database: Database, settings: Settings) -> bytes:
    """A mail as it is sent, built already."""
    secrets = Secrets(read_secret(settings))
    async with database.writing() as db:
        owed = await _one(db, EMAIL, "p1@example.org")
        letter = await write_publication(db, owed, papers_of(settings, secrets, clock=utc_now))
    assert letter
    links = Links(public_url=settings.public_url, secrets=secrets, mail_host="example.org")
    return Sealed(letter, sender=SENDER, name="Tracker").mail(links.envelope(owed, now=utc_now()))


async def _event(database: Database, settings: Settings) -> bytes:
    """An event as it is posted."""
    papers = papers_of(settings, Secrets(read_secret(settings)), clock=utc_now)
    async with database.writing() as db:
        event = await publication_event(db, await _one(db, WEBHOOK, "http://127.0.0.1/1"), papers)
    assert event
    return event


async def _one(db: AsyncSession, channel: str, address: str) -> Owed:
    """What one destination would be owed of a publication."""
    now = utc_now()
    number = (await published(db, subject=f"Built {time.time_ns()}", at=now)).id
    return Owed(
        id=1, about=f"publication:{number}", message="publication", channel=channel, destination_id=1, first=number,
        last=number, attempts=0, due_at=now, address=address, cadence="at-once", created_at=now, stopped=False,
    )  # fmt: skip


def _by_smtplib(port: int, message: bytes, count: int) -> None:
    def send(share: range) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for number in share:
                server.sendmail(SENDER, [f"p{number}@example.org"], message)

    with ThreadPoolExecutor(CONNECTIONS) as threads:
        list(threads.map(send, [range(start, count, CONNECTIONS) for start in range(CONNECTIONS)]))


async def _by_aiohttp(base: str, body: bytes, count: int) -> None:
    numbers = iter(range(count))

    async def post(session: aiohttp.ClientSession) -> None:
        for number in numbers:
            async with session.post(f"{base}/{number}", data=body) as response:
                await response.read()

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        await asyncio.gather(*(post(session) for _ in range(AT_ONCE)))
