"""A web of the test's own: feeds and pages as its script says, and what was asked of them."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from tests.conftest import NOON, FixedClock
from tracker.db import Database
from tracker.paths import FEEDS
from tracker.watch.actions import register
from tracker.watch.asking import Away, Fetcher
from tracker.watch.desk import Desk, Pace
from tracker.watch.matching.rules import read_rules
from tracker.watch.schemas import Answer, Spec, Unreadable
from tracker.watch.server import Gates
from tracker.watch.suggesting import Judge

RULES = read_rules(FEEDS / "rules")
BLOG = "https://blog.example.org"
QUICK = Pace(look=timedelta(milliseconds=10), save=timedelta(milliseconds=10))


def spec(name: str = "feed", *, host: str = BLOG, every: timedelta = timedelta(hours=1), **more: object) -> Spec:
    """A feed to watch."""
    url = f"{host}/{name}.xml"
    given = {"kind": "feed", "title": name.title(), "publisher": "Ofsted", "link": url, "base": host, **more}
    return Spec(key=name, url=url, host=host, every=every, digest=str(more), **given)  # type: ignore[arg-type]


def entry(name: str, *, at: datetime = NOON - timedelta(days=1), title: str = "", summary: str = "About it.") -> str:
    """An entry of a feed."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    link = f'<link href="{BLOG}/{name}"/>'
    told = f"<title>{title or name.title()}</title><summary>{summary}</summary>"
    return f"<entry><id>{BLOG}/{name}</id><updated>{moment}</updated>{link}{told}</entry>"


def atom(*entries: str) -> bytes:
    """A feed of these entries."""
    head = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>{BLOG}/</id><title>A blog</title>'
    return f"{head}<updated>2026-11-22T12:00:00Z</updated>{''.join(entries)}</feed>".encode()


class Web:
    """Answers by address; conditional requests are answered as servers do."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.statuses: dict[str, int] = {}
        self.faults: dict[str, Exception] = {}
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.before: Callable[[str], None] = lambda url: None
        """Called before each answer."""
        self.at_once: dict[str, int] = {}
        self.most_at_once: dict[str, int] = {}
        self.holds: dict[str, asyncio.Event] = {}
        """Addresses that answer only once their event is set."""
        self.reached = asyncio.Event()
        """Set when one of them was asked."""

    def show(self, name: str, *entries: str, host: str = BLOG, etag: bool = True) -> None:
        url = f"{host}/{name}.xml"
        self.bodies[url] = atom(*entries)
        digest = hashlib.sha256(self.bodies[url]).hexdigest()[:8]
        self.headers[url] = {"etag": f'"{digest}"'} if etag else {}

    def count(self, url: str) -> int:
        return sum(asked == url for asked, _ in self.asked)

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = 0) -> Answer:
        host = "/".join(url.split("/")[:3])
        self.asked.append((url, dict(headers)))
        self.at_once[host] = self.at_once.get(host, 0) + 1
        self.most_at_once[host] = max(self.most_at_once.get(host, 0), self.at_once[host])
        try:
            if url in self.holds:
                self.reached.set()
                await self.holds[url].wait()
            await asyncio.sleep(0)
            self.before(url)
            return self._answer(url, headers)
        finally:
            self.at_once[host] -= 1

    def _answer(self, url: str, headers: Mapping[str, str]) -> Answer:
        for address in (url, "/".join(url.split("/")[:3])):
            if address in self.faults:
                raise self.faults[address]
        told = self.headers.get(url, {})
        kind = {"content-type": "application/atom+xml; charset=utf-8"}
        status = self.statuses.get(url, 200 if url in self.bodies else 404)
        if status == 200 and told.get("etag") and headers.get("if-none-match") == told["etag"]:
            return Answer(url=url, status=304, headers=told, body=b"")
        return Answer(url=url, status=status, headers={**kind, **told}, body=self.bodies.get(url, b""))


async def at_desk(
    database: Database,
    specs: Sequence[Spec],
    fetcher: Fetcher,
    clock: FixedClock,
    *,
    pace: Pace = QUICK,
    real: FixedClock | None = None,
) -> Desk:
    """A desk of its own, as each worker has one, with these sources registered."""
    async with database.writing() as db:
        await register(db, specs, now=clock())
    more = {"real": real} if real else {}
    gates = Gates({}, rest=no_rest)
    return Desk(database, specs, fetcher, Judge(RULES), clock=clock, pace=pace, gates=gates, **more)


async def no_rest(_seconds: float) -> None:
    """Servers of a test need no pause."""


def away(host: str = "blog.example.org") -> Exception:
    return Away(f"cannot be reached: the name {host} is not known")


def damaged() -> Exception:
    return Unreadable("its answer broke off before it was whole")
