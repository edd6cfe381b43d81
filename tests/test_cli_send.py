"""tracker send, as a real process: what is due is named, sent once, and nothing at all in a dry run."""

import asyncio
import shutil
from pathlib import Path

import pytest_asyncio
from sqlmodel import select

from tests.alerts.make import follower, published
from tests.conftest import HARBOUR, Engines
from tests.processes import tracker
from tracker.alerts import actions
from tracker.alerts.models import Delivery
from tracker.clock import utc_now
from tracker.db import Database
from tracker.strategies.files import read_folder


async def test_a_dry_run_names_what_is_due_and_sends_nothing(data: Path) -> None:
    done = await command(data, "send", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    first, last = done.stdout.splitlines()
    assert first.split()[:3] == ["3", "email", "publication"]
    assert last == "Nothing was sent"
    assert (await sent(data), list((data / "mailbox").glob("*"))) == (0, [])


async def test_what_is_due_is_sent_once_and_into_the_mailbox(data: Path) -> None:
    assert (await command(data, "send")).stdout.splitlines()[-1] == "3 sent"
    assert (await command(data, "send")).stdout == "Nothing is due\n"
    assert (await sent(data), len(list((data / "mailbox").glob("*.eml")))) == (3, 3)


async def test_in_production_without_a_mail_server_it_says_what_to_set(data: Path) -> None:
    done = await command(data, "send", production="yes")
    assert (done.returncode, await sent(data)) == (2, 0)
    assert "TRACKER_MAIL_URL is not set" in done.stderr


async def command(data: Path, *words: str, **settings: str):  # type: ignore[no-untyped-def]
    return await asyncio.to_thread(tracker, *words, data_dir=data, **settings)


async def sent(data: Path) -> int:
    database = Database(f"sqlite+aiosqlite:///{data}/tracker.db")
    async with database.reading() as db:
        rows = (await db.exec(select(Delivery))).all()
    await database.close()
    return sum(row.sent_at is not None for row in rows)


@pytest_asyncio.fixture
async def data(engines: Engines, data_dir: Path) -> Path:
    """A data folder where three people are owed something."""
    url = await engines.filled("sqlite", read_folder(HARBOUR))
    shutil.move(url.removeprefix("sqlite+aiosqlite:///"), data_dir / "tracker.db")
    database = Database(f"sqlite+aiosqlite:///{data_dir}/tracker.db")
    async with database.writing() as db:
        for number in range(3):
            await follower(db, f"p{number}@example.org")
        publication = await published(db, at=utc_now(), strategy="harbour-lights")
        await actions.owe(db, publication, now=utc_now())
    await database.close()
    return data_dir
