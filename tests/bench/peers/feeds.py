"""A server of a thousand feeds, as cheap as can be: bytes that are made once, ETags, and nothing else.

`python -m tests.bench.peers.feeds PORT COUNT` answers /0.atom … with 20 entries each; POST /next?count=N gives the
first N a further entry, and so another ETag.
"""

import asyncio
import sys
from datetime import UTC, datetime, timedelta

ENTRIES = 20
BEGINNING = datetime(2026, 10, 1, 9, tzinfo=UTC)
SUBJECTS = ("Maintained nurseries", "School rebuilding", "Attendance data", "Exam timetables", "Pupil premium")
RARE, SELDOM = "Kinship carers: support", 50
"""What is relevant, and how many entries there are to one of it: more than in life."""


def entry(feed: int, place: int) -> str:
    """One entry as GOV.UK's feeds of organisations show it."""
    day = (BEGINNING + timedelta(hours=place, seconds=feed)).strftime("%Y-%m-%dT%H:%M:%SZ")
    address = f"https://www.gov.uk/government/publications/feed-{feed}-item-{place}"
    subject = SUBJECTS[(feed + place) % len(SUBJECTS)] if (feed + place) % SELDOM else RARE
    return (
        f"<entry><id>{address}#{day}</id><updated>{day}</updated>"
        f'<link rel="alternate" type="text/html" href="{address}"/>'
        f"<title>Guidance: {subject} {feed}/{place}</title>"
        '<category label="Guidance" term="Guidance"/>'
        f"<summary>What local authorities, schools and colleges need to know about {subject.lower()}.</summary></entry>"
    )


def atom(feed: int, newest: int) -> bytes:
    """A whole feed whose newest entry has this place."""
    entries = "".join(entry(feed, place) for place in range(newest, newest - ENTRIES, -1))
    updated = (BEGINNING + timedelta(hours=newest, seconds=feed)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        '<?xml version="1.0" encoding="UTF-8"?><feed xml:lang="en-GB" xmlns="http://www.w3.org/2005/Atom">'
        f"<id>https://www.gov.uk/feed-{feed}.atom</id><title>Feed {feed}</title><updated>{updated}</updated>"
        f"<author><name>HM Government</name></author>{entries}</feed>"
    ).encode()


class Feeds:
    """What is served at this moment."""

    def __init__(self, count: int) -> None:
        self.newest = [ENTRIES] * count
        self.ready: list[tuple[bytes, bytes]] = []
        for feed in range(count):
            self.ready.append(self._made(feed))

    def move(self, count: int) -> None:
        """Give the first feeds a further entry."""
        for feed in range(count):
            self.newest[feed] += 1
            self.ready[feed] = self._made(feed)

    def _made(self, feed: int) -> tuple[bytes, bytes]:
        body = atom(feed, self.newest[feed])
        etag = f'"{feed}-{self.newest[feed]}"'.encode()
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/atom+xml; charset=utf-8\r\netag: " + etag
        return etag, head + b"\r\ncontent-length: " + str(len(body)).encode() + b"\r\n\r\n" + body

    def answer(self, request: bytes) -> bytes:
        method, path, _ = request.split(b" ", 2)
        if method == b"POST":
            self.move(int(path.partition(b"count=")[2]))
            return b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
        number = path.strip(b"/").partition(b".")[0]
        if not number.isdigit() or int(number) >= len(self.ready):
            return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"
        etag, whole = self.ready[int(number)]
        if etag in request:
            return b"HTTP/1.1 304 Not Modified\r\netag: " + etag + b"\r\n\r\n"
        return whole


class Connection(asyncio.Protocol):
    """One connection that is kept."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._had = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._had += data
        while b"\r\n\r\n" in self._had:
            request, self._had = self._had.split(b"\r\n\r\n", 1)
            self._transport.write(self._feeds.answer(request))  # type: ignore[attr-defined]


async def serve(port: int, count: int) -> None:
    feeds = Feeds(count)
    server = await asyncio.get_running_loop().create_server(lambda: Connection(feeds), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
