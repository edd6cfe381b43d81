"""What is killed, and what it is watched by: sinks, a database, Redis, workers and a web process."""

import asyncio
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import uvicorn

from tests.conftest import HARBOUR, NO_SOURCES, POSTGRESQL, Engines
from tests.processes import free_port
from tracker import worker
from tracker.accounts import people, sessions
from tracker.accounts.policies import Role
from tracker.alerts.lane import Pace
from tracker.alerts.models import Destination, Subscription
from tracker.app import create_app
from tracker.clock import utc_now
from tracker.db import Database
from tracker.migrate import migrate
from tracker.settings import Settings
from tracker.strategies.files import read_folder
from tracker.strategies.load import load

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HOOKS_OF_ALL = 6
"""Every so many destinations, one is an endpoint of webhooks."""
LOG = "log"
MAKING = multiprocessing.get_context("forkserver")
"""Processes come from one that has everything imported: otherwise starting them would take longer than killing them."""
MAKING.set_forkserver_preload(["tests.crash.stage"])


def run_worker(settings: Settings, pace: Pace | None) -> None:
    """A worker, as `tracker worker` runs it, with its leases shortened."""
    _log_to_file(settings)
    asyncio.run(worker.work(settings, pace=pace))


def run_web(settings: Settings) -> None:
    """A web process, as `tracker web` runs it."""
    _log_to_file(settings)
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="error", access_log=False)


def _log_to_file(settings: Settings) -> None:
    """What is said while connections are cut is of interest only when something is lost."""
    os.dup2(os.open(settings.data_dir / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)


class Sinks:
    """The sinks' process; see tests/crash/sinks.py."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.sinks"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self._process.pid
        self.mail_port, self.hook_port = self._read()

    def ask(self, command: str) -> Any:
        """Send a command; returns its answer."""
        assert self._process.stdin
        self._process.stdin.write(f"{command}\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> Any:
        assert self._process.stdout
        return json.loads(self._process.stdout.readline())

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


class Redis:
    """A Redis of its own, which comes and goes."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._command = [
            "redis-server",
            "--bind",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


class Stage:
    """Everything that runs, each part of which can be taken away and put back."""

    def __init__(self, settings: Settings, pace: Pace | None, sinks: Sinks, redis: Redis) -> None:
        self.settings = settings
        self.sinks = sinks
        self.redis = redis
        self.database = Database(settings.database_url)
        self._pace = pace
        self.workers: list[Any] = []
        self.web: Any = None
        self.session = ""

    def start_worker(self) -> None:
        self.workers.append(self._started(run_worker, self.settings, self._pace))

    def start_web(self) -> None:
        self.web = self._started(run_web, self.settings)

    @staticmethod
    def _started(run: Any, *given: Any) -> Any:
        process = MAKING.Process(target=run, args=given, daemon=True)
        process.start()
        return process

    def kill_worker(self, place: int = 0) -> None:
        """SIGKILL: nothing of it gets to say or do anything more."""
        gone = self.workers.pop(place)
        gone.kill()
        gone.join()

    def kill_web(self) -> None:
        self.web.kill()
        self.web.join()

    def revive(self) -> None:
        """Start again what ended by itself, as `tracker serve` does: one that begins while connections are cut ends."""
        for worker_ in [each for each in self.workers if not each.is_alive()]:
            self.workers.remove(worker_)
            self.start_worker()
        if self.web and not self.web.is_alive():
            self.start_web()

    async def cut_database(self) -> None:
        """End every connection to a PostgreSQL database, the harness's own too."""
        connection = await asyncpg.connect(POSTGRESQL.replace("+asyncpg", ""))
        name = self.settings.database_url.rsplit("/", 1)[1]
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            name,
        )
        await connection.close()

    async def close(self) -> None:
        """End everything that was started here, by its own id."""
        for process in [*self.workers, *([self.web] if self.web else [])]:
            process.kill()
            process.join()
        self.redis.kill()
        self.sinks.end()
        await self.database.close()


@asynccontextmanager
async def stage(engine: str, *, destinations: int, pace: Pace | None) -> AsyncIterator[Stage]:
    """A filled database with its processes running; gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="tracker-crash-"))
    engines = Engines(folder)
    sinks, redis = Sinks(), Redis(folder)
    port = free_port()
    settings = Settings.from_env(
        {
            "TRACKER_PORT": str(port),
            "TRACKER_DATA_DIR": str(folder),
            "TRACKER_DATABASE_URL": await engines.empty(engine),
            "TRACKER_REDIS_URL": f"redis://127.0.0.1:{redis.port}/0",
            "TRACKER_SECRET": "only for killing things: 0123456789abcdef",
            # Only then does mail go to whom it is for: here a sink on this machine.
            "TRACKER_PRODUCTION": "yes",
            "TRACKER_MAIL_URL": f"smtp://127.0.0.1:{sinks.mail_port}",
            "TRACKER_WEBHOOK_LOOPBACK": "yes",
            "TRACKER_FEEDS_DIR": str(NO_SOURCES),
        }
    )
    made = Stage(settings, pace, sinks, redis)
    try:
        await fill(made, destinations)
        yield made
    finally:
        await made.close()
        await engines.drop()
        shutil.rmtree(folder, ignore_errors=True)


async def fill(made: Stage, destinations: int) -> None:
    """The invented strategy, an editor who is signed in, and destinations that follow everything."""
    await migrate(made.database)
    now = utc_now()
    async with made.database.writing() as db:
        await load(db, read_folder(HARBOUR), now=now)
        editor = await people.add_person(db, "editor@example.org", name="Editor", by=None, now=now)
        await people.give(db, editor.id or 0, Role.EDITOR, "", by=None, now=now)
        made.session = (await sessions.start(db, editor.id or 0, now=now)).token
        rows = [_destination(number, made.sinks.hook_port) for number in range(destinations)]
        db.add_all(rows)
        await db.flush()
        db.add_all(
            Subscription(destination_id=row.id or 0, topic="all", asked_at=now, confirmed_at=now) for row in rows
        )


def _destination(number: int, hook_port: int) -> Destination:
    is_hook = number % HOOKS_OF_ALL == 0
    address = f"http://127.0.0.1:{hook_port}/{number}" if is_hook else f"reader-{number}@example.org"
    return Destination(
        channel="webhook" if is_hook else "email",
        address=address,
        created_at=utc_now(),
        confirmed_at=utc_now(),
        secret=SECRET if is_hook else None,
    )


def place_of(address: str) -> str:
    """An address as the sinks know it: an endpoint by its path."""
    return f"/{address.rsplit('/', 1)[1]}" if address.startswith("http") else address
