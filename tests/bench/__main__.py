"""Measure the tracker beside its peers: servers on the first core, load on the second, all in turn in one run."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable, Coroutine
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from tests.bench import benchmarking, cached, delivery, flood, rerender, watching
from tests.bench.load import WrongAnswerError, ask
from tests.bench.rows import Row, keep
from tests.bench.servers import BARE, DATASETTE, NEEDS, NGINX, TRACKER, TUTORIAL, Servers

OUT = Path("var/bench.json")
FLOOD_REQUESTS = 20_000
SENT, FEW_SENT = 10_000, 2_000
"""Mails, and webhooks, of a round; the quick rounds still last longer than beginning does."""


SERVED = [
    *(case.bench for case in (*cached.CASES, *cached.MISSES)), flood.BENCH, flood.MEMORY, rerender.BENCH,
]  # fmt: skip
"""The benches that need servers."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one round (default 1)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each subject (default 5)")
    parser.add_argument("--only", metavar="NAME", default="", help="only benches whose name contains this")
    parser.add_argument("--quick", action="store_true", help="about a second for each subject: proves, measures little")
    parser.add_argument("--out", type=Path, default=OUT, help=f"where rows are kept (default {OUT})")
    given = parser.parse_args()
    if given.quick:
        given.seconds, given.rounds = 0.3, 3
    return given


def cores() -> tuple[int, int] | None:
    """A core for the servers and another for this process; None where processes cannot be given cores."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[1]) if len(usable) > 1 else None


async def start(servers: Servers) -> None:
    """Start the tracker and every peer that is installed; name those that are not."""
    await servers.start_tracker()
    await servers.start_bare(await cached.answers(servers))
    pages = await cached.answers(servers, whole=True)
    listed = msgspec.json.decode((await ask(servers.ports[TRACKER], "/api/v1/announcements")).body)
    starts = {
        TUTORIAL: lambda: servers.start_tutorial([item["number"] for item in listed["items"]]),
        DATASETTE: servers.start_datasette,
        NGINX: lambda: servers.start_nginx(pages),
    }
    for name, begin in starts.items():
        if servers.missing(name):
            print(f"left out: {name} ({NEEDS[name]})")
        else:
            await begin()


async def measure(servers: Servers, given: argparse.Namespace) -> list[Row]:
    """Every bench that is wanted, one after the other."""
    wanted: Callable[[str], bool] = lambda name: given.only in name  # noqa: E731
    rows: list[Row] = []
    for case in (case for case in cached.CASES if wanted(case.bench)):
        asked = await cached.loads(servers, case)
        rows += await cached.measure(servers, case.bench, asked, given.seconds, given.rounds)
    strategies = msgspec.json.decode((await ask(servers.ports[TRACKER], "/api/v1/strategies")).body)
    queries = cached.days(date.fromisoformat(strategies["items"][0]["published_on"]))
    for case in (case for case in cached.MISSES if wanted(case.bench)):
        asked = await cached.missing(servers, case, queries)
        rows += await cached.measure(servers, case.bench, asked, given.seconds, given.rounds)
    with servers.alone(TRACKER):
        if wanted(flood.BENCH):
            rows += await flood.latency(servers, queries, given.seconds, given.rounds)
        if wanted(flood.MEMORY):
            rows += await flood.memory(servers, queries, FLOOD_REQUESTS // (50 if given.quick else 1))
        if wanted(rerender.BENCH):
            rows += await rerender.rerender(servers, given.rounds)
    return rows


async def without_servers(folder: Path, given: argparse.Namespace) -> list[Row]:
    """What is owed, sent and watched, each bench in a folder of its own, when no server runs any more."""
    destinations = delivery.DESTINATIONS // (20 if given.quick else 1)
    count = watching.COUNT // (10 if given.quick else 1)
    sent = FEW_SENT if given.quick else SENT
    councils = 15 if given.quick else 153
    benches: dict[str, Callable[[Path], Coroutine[Any, Any, list[Row]]]] = {
        delivery.WRITTEN: lambda own: delivery.written(own, given.rounds, destinations),
        delivery.MAILS: lambda own: delivery.mails(own, given.rounds, sent),
        delivery.HOOKS: lambda own: delivery.hooks(own, given.rounds, sent),
        delivery.MEMORY: lambda own: delivery.memory(own, destinations),
        watching.SOURCES: lambda own: watching.sources(own, given.rounds, count),
        watching.PAGES: lambda _: watching.pages(count),
        benchmarking.BENCH: lambda own: benchmarking.benchmarking(own, given.rounds, councils),
    }
    rows: list[Row] = []
    for name, bench in benches.items():
        if given.only in name:
            own = folder / name.replace(" ", "-")
            own.mkdir()
            rows += await bench(own)
    return rows


async def run(given: argparse.Namespace) -> list[Row]:
    own = cores()
    if own is None:
        print("servers and load share their cores here: read the ratios with care")
    else:
        os.sched_setaffinity(0, {own[1]})
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        if any(given.only in name for name in SERVED):
            with Servers(Path(folder), own and own[0]) as servers:
                await start(servers)
                assert BARE in servers.ports
                rows += await measure(servers, given)
        return rows + await without_servers(Path(folder), given)


def main() -> None:
    given = arguments()
    try:
        # uvloop, as the servers have it: what asks must be quicker than what answers.
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            rows = runner.run(run(given))
    except WrongAnswerError as error:
        sys.exit(f"a wrong answer: {error}")
    keep(rows, given.out)
    print(f"{len(rows)} rows are in {given.out}")


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
