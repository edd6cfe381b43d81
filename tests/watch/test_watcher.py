"""The watcher in a worker: finds what is due by itself, and whatever is wrong with it holds up nothing else."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from aiohttp import web
from sqlalchemy.exc import OperationalError
from sqlmodel import col, func, select, update

from tests.conftest import FixedClock
from tests.processes import TRACKER, environment, free_port, running, tracker, until, until_up
from tests.sinks import beside
from tests.test_outbound_get import served
from tests.watch.fakes import QUICK, atom, entry
from tracker.db import Database
from tracker.settings import Settings
from tracker.watch import watcher as module
from tracker.watch import writing
from tracker.watch.models import Sighting, Source
from tracker.watch.watcher import Watcher

FILE = 'kind = "feed"\ntitle = "{name}"\npublisher = "Nobody"\nevery = "1h"\nurl = "{base}/{name}.xml"\n'


async def answer(request: web.Request) -> web.StreamResponse:
    if request.path == "/robots.txt":
        return web.Response(status=404)
    return web.Response(body=atom(entry(request.path[1:4])), headers={"etag": '"1"'})


def settings_of(folder: Path) -> Settings:
    return Settings.from_env({"TRACKER_FEEDS_DIR": str(folder), "TRACKER_WATCH_LOOPBACK": "yes"})


def write(folder: Path, base: str, *names: str) -> None:
    for name in names:
        (folder / f"{name}.toml").write_text(FILE.format(name=name, base=base))


@asynccontextmanager
async def watching(database: Database, folder: Path, clock: FixedClock) -> AsyncIterator[Watcher]:
    """A watcher that looks often, for as long as the test needs it."""
    made = Watcher(settings_of(folder), database, clock=clock, pace=QUICK)
    running = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        made.stop()
        await running
        await made.close()


async def happens(asked: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the watcher does by itself."""
    async with asyncio.timeout(60):
        while not await asked():  # noqa: ASYNC110 — it is the database that changes
            await asyncio.sleep(0.01)


async def count(database: Database) -> int:
    async with database.reading() as db:
        return (await db.exec(select(func.count()).select_from(Sighting))).one()


async def test_a_worker_reads_what_falls_due_without_being_told_to(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    async with served(answer) as base:
        write(tmp_path, base, "one", "two")
        async with watching(database, tmp_path, clock):
            await happens(lambda: _is(count(database), 2))
            clock.move(timedelta(hours=2))
            await happens(lambda: _is(oldest(database), clock()))


async def oldest(database: Database) -> object:
    async with database.reading() as db:
        return (await db.exec(select(func.min(Source.read_at)))).one()


async def _number(things: list[str]) -> int:
    return len(things)


async def _is(found: Awaitable[object], wanted: object) -> bool:
    return await found == wanted


async def test_what_is_due_next_is_spread_so_that_sources_do_not_fall_due_together(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    async with served(answer) as base:
        write(tmp_path, base, *(f"source-{number}" for number in range(6)))
        async with watching(database, tmp_path, clock):
            await happens(lambda: _is(oldest(database), clock()))
    async with database.reading() as db:
        due = (await db.exec(select(Source.due_at))).all()
    assert len(set(due)) > 1
    assert all(timedelta(minutes=54) <= moment - clock() <= timedelta(minutes=66) for moment in due)


async def test_one_wrong_file_keeps_only_its_own_source_from_being_read(
    database: Database, clock: FixedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with served(answer) as base:
        write(tmp_path, base, "one", "two")
        async with watching(database, tmp_path, clock):
            await happens(lambda: _is(count(database), 2))
        (tmp_path / "two.toml").write_text("kind = ")
        write(tmp_path, base, "new")
        async with watching(database, tmp_path, clock):
            await happens(lambda: _is(count(database), 3))
    assert "a source is not watched: two.toml: " in caplog.text
    async with database.reading() as db:
        kept = (await db.exec(select(Source).where(col(Source.key) == "two"))).one()
    assert kept.retired_at is None, "a file that cannot be read is not a file that is gone"


async def test_a_file_that_is_mended_is_read_without_starting_anew(
    database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TRIED_AGAIN", 0.01)
    (tmp_path / "one.toml").write_text("kind = ")
    async with served(answer) as base, watching(database, tmp_path, clock):
        await asyncio.sleep(0)
        write(tmp_path, base, "one")
        await happens(lambda: _is(count(database), 1))


@pytest.mark.parametrize("fault", ["no such folder", "wrong rules"])
async def test_a_folder_that_cannot_be_used_is_said_and_stops_nothing(
    database: Database, clock: FixedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    folder = tmp_path / "feeds"
    if fault == "wrong rules":
        (folder / "rules").mkdir(parents=True)
        (folder / "rules" / "x.toml").write_text("nonsense")
    async with watching(database, folder, clock):
        await happens(lambda: _said(caplog, "nothing is watched: "))


async def _said(caplog: pytest.LogCaptureFixture, words: str) -> bool:
    return words in caplog.text


async def test_a_database_that_is_away_is_waited_for(
    database: Database,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("the database is away"))

    async with served(answer) as base:
        write(tmp_path, base, "one")
        with monkeypatch.context() as patch:
            patch.setattr(module, "due_hosts", away)
            async with watching(database, tmp_path, clock):
                await happens(lambda: _said(caplog, "cannot look for sources to read: "))
                patch.undo()
                await happens(lambda: _is(count(database), 1))


async def test_what_cannot_be_saved_is_read_again(
    database: Database,
    clock: FixedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def away(*_: object, **__: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("the database is away"))

    async with served(answer) as base:
        write(tmp_path, base, "one")
        with monkeypatch.context() as patch:
            patch.setattr(writing, "save", away)
            async with watching(database, tmp_path, clock):
                await happens(lambda: _said(caplog, "could not be read: "))
                assert await count(database) == 0
                patch.undo()
                await happens(lambda: _is(count(database), 1))


async def test_a_server_whose_sources_only_others_know_is_not_claimed_again_and_again(
    database: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    read_host = module.read_host

    async def note(desk: module.Desk, host: str, stopping: asyncio.Event) -> object:
        asked.append(host)
        return await read_host(desk, host, stopping)

    monkeypatch.setattr(module, "read_host", note)
    async with served(answer) as base:
        write(tmp_path, base, "one")
        async with watching(database, tmp_path, clock):
            await happens(lambda: _is(count(database), 1))
            async with database.writing() as db:
                await db.exec(update(Source).values(digest="of newer files", due_at=clock()))
            await happens(lambda: _is(_number(asked), 2))
            await asyncio.sleep(0.3)  # for a third time, if there were one
    assert len(asked) == 2


def test_a_real_worker_reads_sources_and_ends_when_told_to(data_dir: Path, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    with beside(served(answer)) as base:
        write(feeds, base, "one", "two")
        settings = {"data_dir": data_dir, "feeds_dir": feeds, "watch_loopback": "yes"}
        assert tracker("migrate", **settings).returncode == 0
        assert tracker("load", **settings).returncode == 0
        with running(*TRACKER, "worker", env=environment(**settings)) as worker:
            until(lambda: rows(data_dir, "SELECT count(*) FROM sighting") == [(2,)])
            worker.send(signal.SIGTERM)
            assert worker.ended() == (0, "")
    assert rows(data_dir, "SELECT DISTINCT leased_until, worker FROM watched_host") == [(None, None)]


def test_without_a_network_everything_stays_up_and_says_what_cannot_be_reached(data_dir: Path, tmp_path: Path) -> None:
    feeds, port = tmp_path / "feeds", free_port()
    feeds.mkdir()
    write(feeds, "https://no-such-name.invalid", "one", "two")
    with running(*TRACKER, "serve", env=environment(data_dir=data_dir, feeds_dir=feeds, port=port)) as serving:
        until_up(f"http://127.0.0.1:{port}")
        until(lambda: rows(data_dir, "SELECT count(*) FROM source WHERE failures > 0") == [(2,)])
        page = httpx.get(f"http://127.0.0.1:{port}/sources")
        serving.send(signal.SIGTERM)
        assert serving.ended() == (0, "")
    assert page.status_code == 200
    assert rows(data_dir, "SELECT DISTINCT trouble FROM source") == [
        ("cannot be reached: the name no-such-name.invalid is not known",)
    ]


def rows(data_dir: Path, statement: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(data_dir / "tracker.db", timeout=10)
    try:
        return connection.execute(statement).fetchall()
    finally:
        connection.close()
