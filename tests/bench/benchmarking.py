"""The benchmark of authorities with all of England in it, beside statements and sheets that are written by hand."""

import asyncio
import io
import sqlite3
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec
import openpyxl

from tests.apps import Shared
from tests.bench.rows import Row, middle, spread, table, versus
from tests.bench.servers import TRACKER
from tests.benchmark import make
from tests.browsers import SECRETS, Browser, signed_in
from tests.conftest import KINSHIP, POSTGRESQL, SETTINGS, Engines, FixedClock
from tracker.accounts.policies import Role
from tracker.authorities.files import authorities
from tracker.benchmark.closing import cohorts_of
from tracker.benchmark.jobs import close_rounds
from tracker.benchmark.schemas import LEVELS, Level
from tracker.db import Database
from tracker.strategies.files import read_folder

BENCH = "benchmarks of authorities"
TASKS, COMPARED, WORKBOOK, CLOSING = (
    "task list of an authority", "comparison page", "workbook of a round", "closing of three rounds",
)  # fmt: skip
BY_HAND = {
    TASKS: "one statement by hand",
    COMPARED: "one statement by hand",
    WORKBOOK: "openpyxl alone",
    CLOSING: "counting alone",
}
ROUNDS = ("2026-04", "2026-10", "2027-04")
AFTER = datetime(2027, 10, 1, 1, tzinfo=UTC)
WEIGHTS = ((3, 4, 2, 1), (1, 6, 3, 1), (1, 2, 8, 1), (10, 4, 1, 0), (1, 1, 18, 1))
"""How often each level is given: by question, in turn."""
STATEMENT = (
    "SELECT a.criterion, a.version, a.level, a.sentence, a.content FROM answer a"
    " JOIN assessment s ON s.id = a.assessment_id WHERE s.authority = 'kent' AND s.round = '2026-10' ORDER BY a.id"
)
SHOWN = "SELECT content FROM comparison WHERE authority = 'kent' AND round = '2026-10'"
EVERYTHING = (
    "SELECT s.authority, a.criterion, a.level FROM answer a JOIN assessment s ON s.id = a.assessment_id"
    " WHERE s.round = "
)
Statement = Callable[[str], Awaitable[Sequence[Sequence[str]]]]


async def benchmarking(folder: Path, rounds: int, count: int) -> list[Row]:
    """Every figure on every engine at hand, of so many authorities with three rounds each."""
    rows: list[Row] = []
    for engine in ("sqlite", *(["postgresql"] if POSTGRESQL else [])):
        engines = Engines(folder)
        try:
            url = await engines.filled(engine, read_folder(KINSHIP))
            database = Database(url)
            await fill(database, count)
            rows += await _measured(database, by_hand(url), engine, rounds)
            await database.close()
        finally:
            await engines.drop()
    if not POSTGRESQL:
        print("  left out: postgresql (set TRACKER_TEST_DATABASE_URL)")
    return rows


async def fill(database: Database, count: int) -> None:
    """Every criterion answered, agreed and signed by so many authorities in three rounds; Kent is among them."""
    keys = sorted(make.KEYS, key=lambda key: (key != "kent", key))[:count]
    for number, round in enumerate(ROUNDS):
        for place, key in enumerate(keys):
            async with database.writing() as db:
                await make.sign(db, key, round, levels(place, number))


def levels(place: int, round: int) -> dict[str, Level]:
    """What an authority answers: the same in every run, and each question with a spread of its own."""
    found = {}
    for at, item in enumerate(make.criteria(make.KEYS[place])):
        # One in ten answers moves up between two rounds.
        drawn = (place * 7919 + at * 104_729) % 997 + (90 * round if (place + at) % 10 == 0 else 0)
        weights = WEIGHTS[at % len(WEIGHTS)]
        bag = [level for level, weight in zip(LEVELS, weights, strict=True) for _ in range(weight)]
        found[item.key] = bag[min(drawn * len(bag) // 1_200, len(bag) - 1)]
    return found


def by_hand(url: str) -> Statement:
    """Runs a statement on a connection that is open already, with nothing in between."""
    if url.startswith("sqlite"):
        file = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"), check_same_thread=False)

        async def run(statement: str) -> Sequence[Sequence[str]]:
            return file.execute(statement).fetchall()

        return run

    async def fetch(statement: str) -> Sequence[Sequence[str]]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return [tuple(row.values()) for row in await connection.fetch(statement)]
        finally:
            await connection.close()

    return fetch


async def _measured(database: Database, statement: Statement, engine: str, rounds: int) -> list[Row]:
    front = Shared(SETTINGS).lend(database, FixedClock())
    await front.keeper.refresh()
    lead = await signed_in(front, database, "Lead", Role.AUTHORITY_LEAD, of="kent")
    closing = {TRACKER: [await _seconds(_close(database))], BY_HAND[CLOSING]: [await _seconds(_count(statement))]}
    rows = _told(CLOSING, engine, closing)
    at = "/benchmark/kent/rounds/2026-10"
    for bench, path, plainly in (
        (TASKS, at, lambda: statement(STATEMENT)),
        (COMPARED, f"{at}/comparison", lambda: statement(SHOWN)),
        (WORKBOOK, f"{at}/benchmark.xlsx", lambda: _sheet(statement)),
    ):
        taken: dict[str, list[float]] = {TRACKER: [], BY_HAND[bench]: []}
        await _open(lead, path)
        for _ in range(rounds):
            taken[TRACKER].append(await _seconds(_open(lead, path)))
            taken[BY_HAND[bench]].append(await _seconds(plainly()))
        rows += _told(bench, engine, taken)
    return rows


async def _seconds(done: Awaitable[object]) -> float:
    started = time.perf_counter()
    await done
    return time.perf_counter() - started


async def _open(lead: Browser, path: str) -> None:
    answer = await lead.client.get(path)
    assert answer.status_code == 200, answer.text


async def _close(database: Database) -> None:
    said = await close_rounds(database, FixedClock(AFTER), SECRETS)
    assert said == f"closed: {', '.join(ROUNDS)}"


async def _count(statement: Statement) -> None:
    """What a comparison would be that gives everybody away: counts, and nothing kept from anybody."""
    cohorts = cohorts_of(authorities())
    for round in ROUNDS:
        given: dict[str, dict[str, str]] = {}
        for authority, criterion, level in await statement(f"{EVERYTHING}'{round}'"):
            given.setdefault(criterion, {})[authority] = level
        found = {
            (reader, criterion, cohort): Counter(levels[key] for key in members if key in levels and key != reader)
            for reader, sets in cohorts.items()
            for criterion, levels in given.items()
            if reader in levels
            for cohort, members in sets.items()
        }
        assert found


async def _sheet(statement: Statement) -> None:
    """The same answers in a sheet, without a word of what they mean."""
    rows = await statement(STATEMENT)

    def made() -> bytes:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append([*row[:4], *msgspec.json.decode(row[4])])
        kept = io.BytesIO()
        book.save(kept)
        return kept.getvalue()

    assert await asyncio.to_thread(made)


def _told(bench: str, engine: str, taken: dict[str, list[float]]) -> list[Row]:
    named = {f"{subject} on {engine}": seconds for subject, seconds in taken.items()}
    rows = versus(bench, "s", named)
    print(f"{bench}\n{table(rows)}\n  {middle(named)} (rounds: {spread(named)})")
    return rows
