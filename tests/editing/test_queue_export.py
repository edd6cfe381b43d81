"""tracker export decisions: the next practice set, without who decided."""

import json
from typing import Any

import msgspec

from tests.conftest import NOON
from tests.editing.make import SLUG, person
from tests.editing.sightings import sighting, source
from tests.processes import tracker
from tracker.db import Database
from tracker.editing.queue import deciding
from tracker.editing.queue.exports import decisions


async def lines(database: Database) -> list[dict[str, Any]]:
    async with database.reading() as db:
        return [json.loads(msgspec.json.encode(line)) async for line in decisions(db)]


async def decide(database: Database) -> None:
    """One of each decision; the last is undone."""
    async with database.writing() as db:
        await source(db)
        by = await person(db, "Alice")
        about = {"seen": None, "by": by, "now": NOON}
        ids = [(await sighting(db, f"/{name}", suggested={14: 0.91234, 1: 0.4})).id or 0 for name in "abcd"]
        await deciding.accept(db, ids[0], strategy=SLUG, numbers=[8, 14], **about)
        await deciding.refuse(db, ids[1], reason="other", words="An advert for a course", **about)
        await deciding.put_off(db, ids[2], days=1, **about)
        await deciding.refuse(db, ids[3], reason="other-nation", **about)
        await deciding.undo(db, 4, by=by, now=NOON)


async def test_each_decision_is_a_line_of_the_practice_set(database: Database) -> None:
    await decide(database)
    found = await lines(database)
    assert found[0] == {
        "title": "Kinship care: statutory guidance for local authorities",
        "summary": "What local authorities should do to support kinship families. It replaces the guidance of 2011.",
        "publisher": "Department for Education",
        "url": "https://www.gov.uk/a",
        "published": "2026-11-22T09:00:00Z",
        "note": "Added a section on the kinship local offer.",
        "labels": [8, 14],
        "strategy": SLUG,
        "reason": None,
        "words": None,
        "suggested": [
            {"announcement": f"{SLUG}/1", "score": 0.4},
            {"announcement": f"{SLUG}/14", "score": 0.9123},
        ],
        "decided_at": "2026-11-22T12:00:00Z",
        "stands": True,
    }
    told = [(line["labels"], line["reason"], line["words"], line["stands"]) for line in found[1:]]
    assert told == [([], "other", "An advert for a course", True), ([], "other-nation", None, False)]


async def test_no_line_says_who_decided(database: Database) -> None:
    await decide(database)
    told = json.dumps(await lines(database))
    assert "Alice" not in told
    assert "example.org" not in told
    assert "decided_by" not in told


def test_the_command_writes_nothing_when_nothing_was_decided(tmp_path: Any) -> None:
    settings = {"data_dir": tmp_path}
    assert tracker("migrate", **settings).returncode == 0
    done = tracker("export", "decisions", **settings)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
