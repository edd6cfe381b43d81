"""A load generator of our own: it checks every answer, and is faster than the servers that it measures.

Python's HTTP clients give up long before the servers do, so this speaks just enough HTTP: prepared requests over kept
connections, one at a time on each, and as much of each answer read as is needed to know that it is the right one.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice, repeat
from typing import cast

import msgspec

HOST = "127.0.0.1"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
LAST_CHUNK = b"\r\n0\r\n\r\n"
PATIENCE = 30.0
LONGEST = 2**24


class WrongAnswerError(Exception):
    """A server did not answer what it was expected to."""


class Answer(msgspec.Struct, frozen=True):
    """One answer, whole."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    size: int
    """Bytes on the wire, head included."""

    def header(self, name: bytes) -> bytes:
        return dict(self.headers).get(name, b"")


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of one server, again and again."""

    port: int
    requests: Iterator[bytes]
    statuses: tuple[int, ...] = (200,)
    size: int | None = None
    """Bytes that every answer must have, where all are the same."""
    connections: int = 16
    limit: int | None = None
    """How many are asked at most, all connections together."""


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What came back in one round."""

    seconds: float
    waits: list[float]
    statuses: Counter[int]
    busy: float
    """The share of the time that this side was at work: near 1 it measured itself."""

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.seconds


def request(path: str, **headers: str) -> bytes:
    """A GET as it goes over the wire; underscores in names stand for hyphens."""
    given = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n{given}\r\n".encode()


class _Connection(asyncio.Protocol):
    """Asks, reads one answer to its end, checks it, and asks again."""

    def __init__(self, load: Load, requests: Iterator[bytes], ended: "asyncio.Future[None]") -> None:
        self._load = load
        self._requests = requests
        self._ended = ended
        self._right = {b"HTTP/1.1 %d " % status: status for status in load.statuses}
        self._missing: int | None = 0
        self._asked_at = 0.0
        self._status = 0
        self.stopping = False
        self.waits: list[float] = []
        self.statuses: Counter[int] = Counter()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance
        self._ask()

    def _ask(self) -> None:
        self._asked_at = time.perf_counter()
        following = next(self._requests, None)
        if following is None:
            self.stopping = True
            self._transport.close()
        else:
            self._transport.write(following)

    def data_received(self, data: bytes) -> None:
        if self._missing == 0:
            status = self._right.get(data[:13])
            if status is None:
                self._fail(f"expected status {self._load.statuses}, got {data[:200]!r}")
                return
            self._status = status
            try:
                self._missing = self._load.size or _size(data)
            except WrongAnswerError as error:
                self._fail(str(error))
                return
        if self._missing is None:
            if not data.endswith(LAST_CHUNK):
                return
            self._missing = 0
        else:
            self._missing -= len(data)
            if self._missing > 0:
                return
            if self._missing < 0:
                self._fail(f"an answer is {-self._missing} bytes too long: {data[:200]!r}")
                return
        self._answered()

    def _answered(self) -> None:
        self.waits.append(time.perf_counter() - self._asked_at)
        self.statuses[self._status] += 1
        if self.stopping:
            self._transport.close()
        else:
            self._ask()

    def _fail(self, why: str) -> None:
        if not self._ended.done():
            self._ended.set_exception(WrongAnswerError(why))
        self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._ended.done():
            return
        if self.stopping and exc is None and self._missing == 0:
            self._ended.set_result(None)
        else:
            self._ended.set_exception(WrongAnswerError(f"the server closed the connection: {exc}"))


def _size(head: bytes) -> int | None:
    """The size of the answer that begins here; None when it comes in chunks."""
    end = head.find(b"\r\n\r\n") + 4
    if end < 4:
        raise WrongAnswerError(f"an answer's head is in pieces: {head[:200]!r}")
    found = LENGTH.search(head, 0, end)
    if found:
        return end + int(found[1])
    return None if b"chunked" in head[:end].lower() else end


async def press(load: Load, seconds: float) -> Tally:
    """Ask for some seconds over all connections at once; raises WrongAnswerError."""
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(load.connections)]
    started, worked = time.perf_counter(), time.process_time()
    requests = load.requests if load.limit is None else islice(load.requests, load.limit)
    connections = [_Connection(load, requests, end) for end in ends]
    for connection in connections:
        await loop.create_connection(partial(_itself, connection), HOST, load.port)
    await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
    for connection in connections:
        connection.stopping = True
    # What is under way is waited for and counted, so that a slow server is not charged for the end of the round.
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*ends)
    waits = [wait for connection in connections for wait in connection.waits]
    took, work = time.perf_counter() - started, time.process_time() - worked
    statuses: Counter[int] = sum((connection.statuses for connection in connections), Counter())
    return Tally(seconds=took, waits=waits, statuses=statuses, busy=work / took)


def _itself(connection: _Connection) -> _Connection:
    return connection


async def ask(port: int, path: str, **headers: str) -> Answer:
    """One answer, whole, over a connection of its own."""
    reader, writer = await asyncio.open_connection(HOST, port, limit=LONGEST)
    try:
        async with asyncio.timeout(PATIENCE):
            writer.write(request(path, **headers))
            head = await reader.readuntil(b"\r\n\r\n")
            first, *lines = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
            fields = tuple((name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in lines))
            size = _size(head)
            body = await reader.readuntil(LAST_CHUNK) if size is None else await reader.readexactly(size - len(head))
    finally:
        writer.close()
    return Answer(int(first.split()[1]), fields, body, len(head) + len(body))


async def same(port: int, path: str, *, status: int = 200, connections: int = 16, **headers: str) -> Load:
    """The load that asks for one page whose answers are all alike."""
    answer = await ask(port, path, **headers)
    if answer.status != status:
        raise WrongAnswerError(f"{path} gives {answer.status}, not {status}: {answer.body[:200]!r}")
    # Datasette prints how long its query took, so the size of what comes in chunks is not known beforehand.
    size = None if answer.header(b"transfer-encoding") else answer.size
    requests = repeat(request(path, **headers))
    return Load(port=port, requests=requests, statuses=(status,), size=size, connections=connections)
