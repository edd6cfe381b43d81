"""The bench itself: it gives whole rows, and a wrong answer ends it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from itertools import repeat
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from tests.bench import cached
from tests.bench.load import Load, WrongAnswerError, press, request, same
from tests.bench.rows import Row, keep
from tests.bench.servers import BARE, TRACKER, Servers

HOME = cached.CASES[0]


@pytest_asyncio.fixture(scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    with Servers(tmp_path_factory.mktemp("bench"), core=None) as started:
        await started.start_tracker()
        await started.start_bare(await cached.answers(started))
        yield started


async def test_a_round_beside_bare_uvicorn_gives_whole_rows(servers: Servers, tmp_path: Path) -> None:
    asked = await cached.loads(servers, HOME)
    rows = await cached.measure(servers, HOME.bench, asked, seconds=0.2, rounds=1)
    assert [(row.subject, row.against) for row in rows] == [(TRACKER, BARE), (BARE, TRACKER)]
    assert all(row.figure > 0 and row.ratio > 0 and row.unit == "answers/s" for row in rows)
    keep(rows, tmp_path / "var" / "bench.json")
    written = msgspec.json.decode((tmp_path / "var" / "bench.json").read_bytes())
    assert {frozenset(row) for row in written} == {
        frozenset({"bench", "subject", "figure", "unit", "against", "ratio"})
    }


def test_rows_of_one_bench_are_replaced_and_those_of_others_stay(tmp_path: Path) -> None:
    first = Row(bench="a", subject="tracker", figure=1, unit="s", against="b", ratio=2)
    path = tmp_path / "bench.json"
    for rows in ([first, msgspec.structs.replace(first, bench="b")], [msgspec.structs.replace(first, figure=3)]):
        keep(rows, path)
    kept = msgspec.json.decode(path.read_bytes(), type=list[Row])
    assert sorted((row.bench, row.figure) for row in kept) == [("a", 3), ("b", 1)]


async def test_a_wrong_status_or_length_ends_the_bench(servers: Servers) -> None:
    right = await same(servers.ports[TRACKER], "/", connections=2)
    assert right.size is not None
    wrong = [
        msgspec.structs.replace(right, size=right.size - 1),
        msgspec.structs.replace(right, statuses=(304,)),
        Load(port=right.port, requests=repeat(request("/nothing")), connections=2),
    ]
    for load in wrong:
        with pytest.raises(WrongAnswerError):
            await press(load, 0.2)


async def test_pages_on_other_days_are_asked_for_once_each(servers: Servers) -> None:
    asked = cached.days(date(2023, 12, 15))
    queries = [next(asked) for _ in range(3000)]
    assert len(set(queries)) == len(queries)
    load = await cached.missing(servers, cached.MISSES[2], iter(queries))
    tally = await asyncio.wait_for(press(load[TRACKER], 0.2), 60)
    assert tally.statuses[200] == len(tally.waits) > 0
