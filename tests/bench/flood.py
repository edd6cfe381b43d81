"""What a flood of different days does to a reader of the home page, and to memory."""

import asyncio
from collections.abc import Iterator
from itertools import cycle
from statistics import quantiles

import msgspec

from tests.bench.load import Load, Tally, press, request, same
from tests.bench.rows import Row, table
from tests.bench.servers import TRACKER, Servers

PATHS = ("/", "/announcements/14", "/api/v1/announcements", "/announcements/3", "/api/v1/announcements/8", "/outcomes")
FLOODERS = 8
BENCH, MEMORY = "home page in a flood of days", "memory after a flood of days"


def flood(servers: Servers, asked: Iterator[str]) -> Load:
    """Different pages on different days, as fast as eight connections can; asked to come back is an answer too."""
    requests = (
        request(f"{path}?{query}", accept_encoding="gzip, deflate, br")
        for path, query in zip(cycle(PATHS), asked, strict=False)
    )
    return Load(port=servers.ports[TRACKER], requests=requests, statuses=(200, 503), connections=FLOODERS)


async def latency(servers: Servers, asked: Iterator[str], seconds: float, rounds: int) -> list[Row]:
    """How long one reader waits for the home page, alone and in the flood."""
    home = await same(servers.ports[TRACKER], "/", connections=1, accept_encoding="gzip, deflate, br")
    alone, flooded, odd = [], [], []
    for _ in range(rounds):
        alone.append(await press(home, seconds))
        during, other = await asyncio.gather(press(home, seconds), press(flood(servers, asked), seconds))
        flooded.append(during)
        odd.append(other)
    calm, wild = _waits(alone), _waits(flooded)
    rows = [
        Row(bench=BENCH, subject=name, figure=wild[name], unit="ms", against="alone", ratio=wild[name] / calm[name])
        for name in calm
    ]
    shed = sum(tally.statuses[503] for tally in odd) / sum(len(tally.waits) for tally in odd)
    made = sum(tally.per_second for tally in odd) / rounds
    print(f"{BENCH}\n{table(rows)}\n  the flood got {made:,.0f} answers/s, {shed:.0%} of them “come back later”")
    return rows


def _waits(tallies: list[Tally]) -> dict[str, float]:
    """Milliseconds that half, 95 and 99 of a hundred readers did not exceed."""
    cuts = quantiles((1000 * wait for tally in tallies for wait in tally.waits), n=100)
    return {"median wait": cuts[49], "95th percentile": cuts[94], "99th percentile": cuts[98]}


async def memory(servers: Servers, asked: Iterator[str], requests: int) -> list[Row]:
    """What the web process holds after a flood, against what it held when the first tenth had filled its caches."""
    load = flood(servers, asked)
    figures = []
    for share in (requests // 10, requests - requests // 10):
        limited = msgspec.structs.replace(load, limit=share)
        await press(limited, seconds=3600)
        figures.append(servers.memory(TRACKER))
    after_first, after_all = figures
    row = Row(
        bench=MEMORY,
        subject=f"after {requests:,} pages",
        figure=after_all,
        unit="MB",
        against=f"after {requests // 10:,} pages",
        ratio=after_all / after_first,
    )
    print(f"{MEMORY}\n{table([row])}")
    return [row]
