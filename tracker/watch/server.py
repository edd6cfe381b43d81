"""One server as this process asks it: one question at a time, far enough apart, and never against its robots.txt."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from tracker.clock import Clock
from tracker.watch.asking import MOST_BYTES, Fetcher, host_of, next_hop
from tracker.watch.robots import MOST_BYTES as MOST_OF_ROBOTS
from tracker.watch.robots import PATH, Robots, text_of
from tracker.watch.schemas import Answer, Unreadable

MOST_HOPS = 5
"""How many times in a row an address may lead on to another."""
FOR_GOOD = frozenset({301, 308})
Rest = Callable[[float], Awaitable[None]]


class Postponed(Exception):
    """Another worker is asking the server that an address leads on to: nothing is wrong, it is tried again soon."""


class Gate:
    """What this process does to one server: never two questions at once, and each a while after the one before."""

    def __init__(self, space: float, rest: Rest) -> None:
        self.space = space
        self._rest = rest
        self._turn = asyncio.Lock()
        self._free_at = 0.0

    @asynccontextmanager
    async def through(self) -> AsyncIterator[None]:
        async with self._turn:
            if self.space and (wait := self._free_at - time.monotonic()) > 0:
                await self._rest(wait)
            self._free_at = time.monotonic() + self.space
            yield


class Gates:
    """The gates of every server that this process asks."""

    def __init__(self, spaces: Mapping[str, float], *, rest: Rest = asyncio.sleep) -> None:
        self._spaces = spaces
        self._rest = rest
        self._gates: dict[str, Gate] = {}

    def of(self, host: str) -> Gate:
        return self._gates.setdefault(host, Gate(self._spaces.get(host, 0.0), self._rest))


class Door(msgspec.Struct):
    """A server under a lease, with its robots.txt once that is known."""

    host: str
    robots: Robots | None = None
    is_news: bool = False
    """Whether its robots.txt was read just now, and is to be kept."""


Guests = Callable[[str], AbstractAsyncContextManager[Door]]
"""Opens the door of another server for one question; raises Postponed when another worker is asking it."""


class Found(msgspec.Struct, frozen=True):
    """An answer, and where the address that was asked for has moved to for good."""

    answer: Answer
    moved_to: str | None


class Asker:
    """Asks addresses of one server, and of those that they lead on to."""

    def __init__(self, door: Door, fetcher: Fetcher, gates: Gates, guests: Guests, *, clock: Clock) -> None:
        self.door = door
        self._fetcher = fetcher
        self._gates = gates
        self._guests = guests
        self._clock = clock

    async def ask(self, url: str, *, headers: Mapping[str, str], most_bytes: int = MOST_BYTES) -> Found:
        """The answer in the end; raises Unreadable, or Postponed."""
        moved, for_good = None, True
        for _ in range(MOST_HOPS + 1):
            answer = await self._once(url, headers, most_bytes)
            target = next_hop(answer)
            if target is None:
                return Found(answer, moved)
            for_good = for_good and answer.status in FOR_GOOD
            moved = target if for_good else moved
            url = target
        raise Unreadable(f"its address leads on more than {MOST_HOPS} times")

    async def _once(self, url: str, headers: Mapping[str, str], most_bytes: int) -> Answer:
        host = host_of(url)
        if host == self.door.host:
            return await self._through(self.door, url, headers, most_bytes)
        async with self._guests(host) as door:
            return await self._through(door, url, headers, most_bytes)

    async def _through(self, door: Door, url: str, headers: Mapping[str, str], most_bytes: int) -> Answer:
        robots = await self.robots(door)
        if not robots.allows(url):
            shown = urlsplit(url).path
            raise Unreadable(f"robots.txt of {door.host} forbids programs to read {shown[:200]}", for_good=True)
        async with self._gates.of(door.host).through():
            return await self._fetcher.get(url, headers=headers, most_bytes=most_bytes)

    async def robots(self, door: Door) -> Robots:
        """What a server's robots.txt says, asked for once a day; raises Unreadable while it cannot be known."""
        now = self._clock()
        if door.robots is None or not door.robots.is_fresh(now=now):
            door.robots, door.is_news = await self._read_robots(door.host, now=now), True
        gate = self._gates.of(door.host)
        gate.space = max(gate.space, door.robots.crawl_delay or 0.0)
        return door.robots

    async def _read_robots(self, host: str, *, now: datetime) -> Robots:
        url = f"{host}{PATH}"
        for _ in range(MOST_HOPS + 1):
            async with self._gates.of(host).through():
                answer = await self._fetcher.get(url, headers={"accept": "text/plain"}, most_bytes=4 * MOST_OF_ROBOTS)
            target = next_hop(answer)
            if target is None:
                break
            url = target
        text = text_of(answer.status, answer.body)
        if text is None:
            raise Barred(f"its server’s robots.txt cannot be read ({answer.status})", answer=answer)
        return Robots(text, now)


class Barred(Unreadable):
    """A server whose robots.txt cannot be known for now: nothing of it may be read."""

    def __init__(self, said: str, *, answer: Answer) -> None:
        super().__init__(said)
        self.answer = answer
