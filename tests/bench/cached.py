"""Pages that are kept ready, and pages that miss every cache, beside peers that do the same work."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count

import msgspec

from tests.bench.load import Answer, Load, ask, press, request, same
from tests.bench.rows import Row, middle, spread, table, versus
from tests.bench.servers import BARE, DATASETTE, NGINX, TRACKER, TUTORIAL, Servers
from tracker.clock import london_day, utc_now

BROWSER = "gzip, deflate, br"
PLAIN = "identity"
LIMIT_OF_LOAD = 0.9
PER_SECOND = "answers/s"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """One page of ours, and the nearest thing that each peer can be asked for."""

    bench: str
    path: str
    accepts: str = PLAIN
    unchanged: bool = False
    """Asked by a reader who has the page already: 304."""
    peers: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """The path under which bare uvicorn and nginx answer the same bytes."""
        return "/" + "".join(letter if letter.isalnum() else "-" for letter in self.bench)


LIST, ITEM = "/announcements/", "/announcements/14"
CASES = (
    Case(bench="home page, br", path="/", accepts=BROWSER),
    Case(bench="home page", path="/", peers=((TUTORIAL, LIST),)),
    Case(bench="home page, 304", path="/", accepts=BROWSER, unchanged=True),
    Case(bench="announcement page, br", path="/announcements/14", accepts=BROWSER),
    Case(bench="announcement page", path="/announcements/14", peers=((TUTORIAL, ITEM),)),
    Case(bench="announcements as JSON, br", path="/api/v1/announcements", accepts=BROWSER),
    Case(bench="announcements as JSON", path="/api/v1/announcements", peers=((TUTORIAL, LIST),)),
    Case(bench="changes page", path="/changes", peers=((DATASETTE, "/tracker/change"),)),
    Case(
        bench="changes as JSON",
        path="/api/v1/changes",
        peers=((TUTORIAL, "/changes/"), (DATASETTE, "/tracker/change.json?_shape=objects")),
    ),
)
MISSES = (
    Case(bench="home page on another day", path="/", peers=((TUTORIAL, LIST),)),
    Case(bench="announcement page on another day", path="/announcements/14", peers=((TUTORIAL, ITEM),)),
    Case(bench="announcement as JSON on another day", path="/api/v1/announcements/14", peers=((TUTORIAL, ITEM),)),
)
"""With an as_at and a known_at that nobody asked for before, so that all is worked out anew."""


async def answers(servers: Servers, *, whole: bool = False) -> dict[str, Answer]:
    """What the tracker answers in every case, for those who answer the same bytes; whole: without any 304."""
    port = servers.ports[TRACKER]
    return {case.key: await ask(port, case.path, **await headers(port, case, whole=whole)) for case in CASES}


async def headers(port: int, case: Case, path: str | None = None, *, whole: bool = False) -> dict[str, str]:
    """The headers of a case's requests to one server, whose own validator is sent back where it is asked again."""
    given = {"accept_encoding": case.accepts}
    if whole or not case.unchanged:
        return given
    page = await ask(port, path or case.path, **given)
    return {**given, "if_none_match": page.header(b"etag").decode()}


async def loads(servers: Servers, case: Case) -> dict[str, Load]:
    """What each server is asked in a case; the tracker first."""
    paths = {TRACKER: case.path, BARE: case.key, NGINX: case.key, **dict(case.peers)}
    made = {}
    for name, path in paths.items():
        if name in servers.ports:
            port = servers.ports[name]
            given = await headers(port, case, path)
            made[name] = await same(port, path, status=304 if case.unchanged else 200, **given)
    return made


def days(first: date) -> Iterator[str]:
    """Queries for pairs of past days, each pair once."""
    many = (london_day(utc_now()) - first).days
    for number in count():
        on, known = number % many, (number // many + number * 7) % many
        yield f"as_at={first + timedelta(on)}&known_at={first + timedelta(known)}"


async def missing(servers: Servers, case: Case, asked: Iterator[str]) -> dict[str, Load]:
    """What each server is asked in a case that misses every cache."""
    requests = (request(f"{case.path}?{query}", accept_encoding=case.accepts) for query in asked)
    made = {TRACKER: Load(port=servers.ports[TRACKER], requests=requests)}
    for name, path in case.peers:
        if name in servers.ports:
            made[name] = await same(servers.ports[name], path)
    return made


async def measure(servers: Servers, bench: str, asked: dict[str, Load], seconds: float, rounds: int) -> list[Row]:
    """Rounds in turn over all subjects, so that a machine that slows down slows all of them."""
    figures: dict[str, list[float]] = {name: [] for name in asked}
    work: dict[str, list[float]] = {name: [] for name in asked}
    limited = set()
    for _ in range(rounds):
        for name, load in asked.items():
            with servers.alone(name):
                before = servers.worked(name)
                tally = await press(load, seconds)
                work[name].append(len(tally.waits) / max(servers.worked(name) - before, 0.01))
            figures[name].append(tally.per_second)
            if tally.busy > LIMIT_OF_LOAD:
                limited.add(name)
    rows = versus(bench, PER_SECOND, figures)
    print(f"{bench}\n{table(rows)}\n  in single rounds: {spread(figures)}")
    print(f"  by processor time of the servers: {middle(work)}")
    for name in sorted(limited):
        print(f"  the load side was the limit for {name}, which may be faster than this")
    return rows
