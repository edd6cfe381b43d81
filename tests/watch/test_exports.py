"""tracker export: every line, in an order that stays, whole or not at all."""

import asyncio
import json
import tracemalloc
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
import pytest_asyncio
from sqlalchemy import insert

from tests.conftest import NOON
from tests.processes import tracker
from tracker.db import Database
from tracker.migrate import migrate
from tracker.watch import exports
from tracker.watch.models import Host, Sighting, Source, Suggestion, Trouble

HOUR = timedelta(hours=1)


async def test_a_sighting_is_a_line_with_the_numbers_suggested_for_the_default_strategy(database: Database) -> None:
    await watched(database)
    async with database.writing() as db:
        first = await seen(
            db, "gov.uk/a", published_at=NOON - HOUR, note="Added a table.", note_is="known", historic=True
        )
        await seen(db, "gov.uk/b", silent=True, note_is="none")
        for strategy, number in (("championing-kinship-care", 8), ("championing-kinship-care", 3), ("another", 5)):
            db.add(Suggestion(sighting_id=first, strategy=strategy, announcement=number, score=1.0, reasons="[]"))
    first_line, second_line = await lines(database)
    assert first_line | {"id": 1} == {
        "url": "https://www.gov.uk/a",
        "published_at": "2026-11-22T11:00:00Z",
        "title": "Kinship care",
        "change_note": "Added a table.",
        "silent": False,
        "withdrawn": False,
        "historic": True,
        "announcements": [3, 8],
        "id": 1,
        "source": "dfe",
        "publisher": "Department for Education",
        "document_type": None,
        "summary": "",
        "first_published_at": None,
        "seen_at": "2026-11-22T12:00:00Z",
        "note_is": "known",
        "baseline": False,
        "text_digest": None,
    }
    told = ("url", "published_at", "change_note", "silent", "announcements")
    assert [second_line[name] for name in told] == ["https://www.gov.uk/b", None, None, True, []]


async def test_sightings_come_in_the_order_in_which_they_were_seen(database: Database) -> None:
    await watched(database)
    async with database.writing() as db:
        for number, seen_at in enumerate((NOON, NOON - HOUR, NOON)):
            await seen(db, f"gov.uk/{number}", seen_at=seen_at)
    assert [line["url"][-1] for line in await lines(database)] == ["1", "0", "2"]


async def test_before_a_strategy_is_loaded_the_numbers_are_those_of_the_only_one_suggested_for(
    empty_database: Database,
) -> None:
    await watched(empty_database)
    async with empty_database.writing() as db:
        number = await seen(db, "gov.uk/a")
        db.add(Suggestion(sighting_id=number, strategy="harbour", announcement=2, score=1.0, reasons="[]"))
    assert [line["announcements"] for line in await lines(empty_database)] == [[2]]


@pytest.mark.parametrize(
    ("given", "health", "since"),
    [
        pytest.param({}, "never read", None, id="never tried"),
        pytest.param({"failures": 1, "tried_at": NOON}, "never read", None, id="tried once without success"),
        pytest.param({"read_at": NOON}, "read", None, id="read"),
        pytest.param({"read_at": NOON - HOUR, "failures": 1, "tried_at": NOON}, "failing", NOON, id="failed once"),
        pytest.param({"failures": 2, "broken_since": NOON - HOUR}, "broken", NOON - HOUR, id="broken, never read"),
        pytest.param({"read_at": NOON, "failures": 3, "broken_since": NOON - HOUR}, "broken", NOON - HOUR, id="broken"),
    ],
)
async def test_a_source_says_how_it_stands_and_since_when(
    database: Database, given: dict[str, Any], health: str, since: datetime | None
) -> None:
    await watched(database, **given)
    (row,) = await stand(database)
    assert (row["health"], row["since"]) == (health, since and since.strftime("%Y-%m-%dT%H:%M:%SZ"))


async def test_a_source_that_was_mended_is_read_since_then_and_lists_its_gaps(database: Database) -> None:
    await watched(database, read_at=NOON)
    async with database.writing() as db:
        said = {"source": "dfe", "noticed_at": NOON, "said": "…"}
        db.add(Trouble(kind="broken", since=NOON - 5 * HOUR, until=NOON - 4 * HOUR, ended_at=NOON - 4 * HOUR, **said))
        db.add(Trouble(kind="gap", since=NOON - 3 * HOUR, until=NOON - 2 * HOUR, **said))
    (row,) = await stand(database)
    assert row["since"] == "2026-11-22T08:00:00Z"
    assert row["gaps"] == [{"since": "2026-11-22T09:00:00Z", "until": "2026-11-22T10:00:00Z", "ended_at": None}]


async def test_a_source_whose_file_is_gone_is_left_out(database: Database) -> None:
    await watched(database, retired_at=NOON)
    assert await stand(database) == []


async def test_sixteen_times_as_many_sightings_take_no_more_memory(database: Database) -> None:
    await watched(database)

    async def most(rows: int) -> int:
        async with database.writing() as db:
            made = [sighting_row(f"gov.uk/{rows}/{number}", summary="a " * 200) for number in range(rows)]
            await (await db.connection()).execute(insert(Sighting), made)
        del made
        tracemalloc.start()
        async with database.reading() as db:
            async for _ in exports.sightings(db):
                pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few, many = await most(500), await most(7_500)
    assert many < 2 * few


async def test_the_command_writes_a_file_only_when_it_is_whole(data: Path, tmp_path: Path) -> None:
    target = tmp_path / "sightings.jsonl"
    done = await command(data, "export", "sightings", "--to", str(target))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [json.loads(line)["url"] for line in target.read_text().splitlines()] == ["https://www.gov.uk/a"]
    assert not target.with_name("sightings.jsonl.part").exists()
    elsewhere = await command(data, "export", "sightings", "--to", str(tmp_path / "no" / "file.jsonl"))
    assert elsewhere.returncode == 2
    assert "cannot be written: No such file or directory" in elsewhere.stderr


async def test_the_command_writes_lines_to_standard_output(data: Path) -> None:
    done = await command(data, "export", "sources")
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line)["key"] for line in done.stdout.splitlines()] == ["dfe"]


async def command(data: Path, *words: str):  # type: ignore[no-untyped-def]
    return await asyncio.to_thread(tracker, *words, data_dir=data)


async def watched(database: Database, **given: Any) -> None:
    """A source, as it is after it was registered, or as given."""
    async with database.writing() as db:
        db.add(Host(name="https://www.gov.uk"))
        await db.flush()
        url = "https://www.gov.uk/x.atom"
        said = {"kind": "finder", "title": "Policy papers", "publisher": "DfE", "url": url, "link": url}
        more = {"host": "https://www.gov.uk", "every_seconds": 1800, "digest": "d", "due_at": NOON}
        db.add(Source(**({"key": "dfe", **said, **more} | given)))


def sighting_row(item: str, **given: Any) -> dict[str, Any]:
    said = {"title": "Kinship care", "summary": "", "publisher": "Department for Education", "note_is": "awaited"}
    flags = {"silent": False, "withdrawn": False, "historic": False, "baseline": False, "offered": False}
    row = {
        "item": item,
        "version": "v",
        "source": "dfe",
        "url": f"https://www.{item}",
        "seen_at": NOON,
        "note_tries": 0,
    }
    return row | said | flags | given


async def seen(db: Any, item: str, **given: Any) -> int:
    row = Sighting(**sighting_row(item, **given))
    db.add(row)
    await db.flush()
    return row.id or 0


async def lines(database: Database) -> list[dict[str, Any]]:
    async with database.reading() as db:
        return [json.loads(msgspec.json.encode(row)) async for row in exports.sightings(db)]


async def stand(database: Database) -> list[dict[str, Any]]:
    async with database.reading() as db:
        return [json.loads(msgspec.json.encode(row)) for row in await exports.sources(db)]


@pytest_asyncio.fixture
async def data(data_dir: Path) -> Path:
    """A data folder with one source and one sighting."""
    database = Database(f"sqlite+aiosqlite:///{data_dir}/tracker.db")
    await migrate(database)
    await watched(database)
    async with database.writing() as db:
        await seen(db, "gov.uk/a")
    await database.close()
    return data_dir
