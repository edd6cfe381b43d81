"""Fixtures: a real database per test on every engine at hand, a fixed clock, and the app over ASGI."""

import os
import shutil
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import hypothesis
import pytest
import pytest_asyncio

from tests.apps import Shared
from tests.office import CALC, WRITER
from tracker import paths
from tracker.app import create_app
from tracker.db import Database
from tracker.migrate import migrate
from tracker.settings import Settings
from tracker.strategies.files import Folder, read_folder
from tracker.strategies.load import load
from tracker.web.front import Front

DATA = Path(__file__).parent / "data"
KINSHIP = paths.STRATEGIES / "championing-kinship-care"
HARBOUR = DATA / "strategies" / "harbour-lights"
NO_SOURCES = DATA / "no_sources"
# How long an example takes says how busy the machine is, not whether the answer is right.
hypothesis.settings.register_profile("tracker", deadline=None)
hypothesis.settings.load_profile("tracker")
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
POSTGRESQL = os.environ.get("TRACKER_TEST_DATABASE_URL", "")
REDIS = os.environ.get("TRACKER_TEST_REDIS_URL", "")
KEPT = os.environ.get("TRACKER_TEST_KEEP_DATABASES", "")
BROWSER = os.environ.get("TRACKER_TEST_BROWSER", "")
CORPUS = Path(__file__).parents[1] / "var" / "corpus" / "tests"
"""feedparser's own feeds, whole and broken; make corpus fetches them."""
ENGINES = ["sqlite", *(["postgresql"] if POSTGRESQL else [])]


class FixedClock:
    """A clock that moves only when told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out and how to include it."""
    left_out = []
    if not POSTGRESQL:
        left_out.append(
            "PostgreSQL: set TRACKER_TEST_DATABASE_URL=postgresql://user@host/postgres (may create databases)"
        )
    if not REDIS:
        left_out.append("Redis: set TRACKER_TEST_REDIS_URL=redis://host:6379/0")
    if not BROWSER:
        left_out.append(
            "Chromium, axe and the HTML validator: install chromium, Java and Node, run "
            "“npm ci --prefix deploy/assets”, and set TRACKER_TEST_BROWSER=1"
        )
    if not (WRITER and CALC):
        left_out.append(
            "LibreOffice, which opens our papers and workbooks: "
            "install libreoffice-writer-nogui and libreoffice-calc-nogui"
        )
    if not CORPUS.is_dir():
        left_out.append("feedparser’s own feeds, whole and broken: run “make corpus”")
    terminalreporter.section("left out" if left_out else "nothing was left out")
    for line in left_out:
        terminalreporter.line(line)


@pytest.fixture(scope="session")
def kinship() -> Folder:
    return read_folder(KINSHIP)


@pytest.fixture(scope="session")
def harbour() -> Folder:
    return read_folder(HARBOUR)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


class Engines:
    """Makes databases: a file each on SQLite, a database each on PostgreSQL, copied from one that is ready."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._filled: dict[tuple[str, str], str] = {}
        self._made: list[str] = []

    async def empty(self, engine: str) -> str:
        """The address of a database without any table."""
        name = f"tracker_test_{uuid.uuid4().hex[:12]}"
        if engine == "sqlite":
            return f"sqlite+aiosqlite:///{self._folder / name}.db"
        await self._on_server(f'CREATE DATABASE "{name}"')
        self._made.append(name)
        return _named(name)

    async def migrated(self, engine: str) -> str:
        """The address of a fresh database that is migrated and empty."""
        key = (engine, "")
        if key not in self._filled:
            url = await self.empty(engine)
            database = Database(url)
            await migrate(database)
            await database.close()
            self._filled[key] = url
        return await self._copy(engine, self._filled[key])

    async def filled(self, engine: str, folder: Folder) -> str:
        """The address of a fresh database with this strategy loaded at NOON."""
        key = (engine, folder.strategy.identity.slug)
        if key not in self._filled:
            url = await self.migrated(engine)
            database = Database(url)
            async with database.writing() as db:
                await load(db, folder, now=NOON)
            await database.close()
            self._filled[key] = url
        return await self._copy(engine, self._filled[key])

    async def _copy(self, engine: str, url: str) -> str:
        name = f"tracker_test_{uuid.uuid4().hex[:12]}"
        if engine == "sqlite":
            target = self._folder / f"{name}.db"
            shutil.copy(url.removeprefix("sqlite+aiosqlite:///"), target)
            return f"sqlite+aiosqlite:///{target}"
        await self._on_server(f'CREATE DATABASE "{name}" TEMPLATE "{url.rsplit("/", 1)[1]}"')
        self._made.append(name)
        return _named(name)

    async def drop(self) -> None:
        """Take away what was made, unless the server itself is taken away: each takes PostgreSQL a checkpoint."""
        for name in self._made if not KEPT else ():
            await self._on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _on_server(self, statement: str) -> None:
        connection = await asyncpg.connect(POSTGRESQL.replace("+asyncpg", ""))
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def _named(name: str) -> str:
    url = POSTGRESQL.replace("postgresql+asyncpg", "postgresql")
    base, _, query = url.partition("?")
    address = f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
    return address.replace("postgresql://", "postgresql+asyncpg://", 1)


@pytest_asyncio.fixture(scope="session")
async def engines(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engines]:
    made = Engines(tmp_path_factory.mktemp("databases"))
    yield made
    await made.drop()


@pytest.fixture(params=ENGINES, scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture
async def database(engines: Engines, engine: str, kinship: Folder) -> AsyncIterator[Database]:
    """A database of its own for one test, with the kinship strategy loaded."""
    made = Database(await engines.filled(engine, kinship))
    yield made
    await made.close()


@pytest_asyncio.fixture
async def empty_database(engines: Engines, engine: str) -> AsyncIterator[Database]:
    """A database of its own for one test, migrated and empty."""
    made = Database(await engines.migrated(engine))
    yield made
    await made.close()


SETTINGS = Settings.from_env(
    {
        "TRACKER_PUBLIC_URL": "http://tracker.test",
        "TRACKER_OPERATOR": "the test team",
        "TRACKER_SECRET": "only for tests: 0123456789abcdef",
    }
)


@pytest_asyncio.fixture(scope="session")
async def site(engines: Engines, engine: str, kinship: Folder) -> AsyncIterator[Front]:
    """The app over the loaded strategy, for tests that only read."""
    database = Database(await engines.filled(engine, kinship))
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    yield front
    await database.close()


@pytest.fixture(scope="session")
def shared() -> Shared:
    return Shared(SETTINGS)


@pytest.fixture
def front(shared: Shared, site: Front, database: Database, clock: FixedClock) -> Front:
    """The app over a database of its own for one test, where what is public stays as it was loaded."""
    return shared.lend(database, clock, keeper=site.keeper)


@pytest_asyncio.fixture
async def live(shared: Shared, database: Database, clock: FixedClock) -> Front:
    """The app over a database of its own for one test, whose pages show what that test publishes."""
    front = shared.lend(database, clock)
    await front.keeper.refresh()
    return front


@pytest_asyncio.fixture(scope="session")
async def reader(site: Front) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reads the site."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=site), base_url="http://tracker.test") as client:
        yield client


@pytest_asyncio.fixture(scope="session")
async def two_sites(
    engines: Engines, engine: str, kinship: Folder, harbour: Folder
) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reads a site with the real strategy and an invented second one."""
    database = Database(await engines.filled(engine, kinship))
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://tracker.test") as client:
        yield client
    await database.close()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "var"
    folder.mkdir()
    return folder
