"""Asking real servers: what they answer, and what keeps them from answering, in words for a person."""

import asyncio
import gzip
import socket
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.client_reqrep import ConnectionKey

from tests.conftest import FixedClock
from tests.processes import free_port
from tests.test_outbound_get import Handler, client, served
from tests.watch.fakes import at_desk, atom, entry, spec
from tracker import outbound
from tracker.db import Database
from tracker.outbound import Outbound
from tracker.watch.asking import Away, WebFetcher, host_of, in_words, next_hop, validators_of
from tracker.watch.poll import poll_once
from tracker.watch.schemas import Answer, Unreadable
from tracker.watch.server import Gate

KEY = ConnectionKey("www.gov.uk", 443, True, True, None, None, None)
NO_NAME = OSError(-2, "Name or service not known")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (aiohttp.ClientConnectorDNSError(KEY, NO_NAME), "cannot be reached: the name www.gov.uk is not known"),
        (aiohttp.ConnectionTimeoutError(), "cannot be reached: www.gov.uk did not take a connection in time"),
        (
            aiohttp.ClientConnectorError(KEY, OSError(113, "No route to host")),
            "cannot be reached: no route to host (www.gov.uk)",
        ),
        (
            aiohttp.ClientConnectorError(KEY, OSError("Multiple exceptions: …")),
            "cannot be reached: it takes no connection (www.gov.uk)",
        ),
        (
            aiohttp.ClientConnectorError(KEY, OSError("Multiple exceptions: 10.0.0.1 is not a public address")),
            "cannot be reached: www.gov.uk is not on the public internet",
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ValueError("expired")),
            "cannot be reached safely: www.gov.uk cannot prove who it is",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_server_that_cannot_be_reached_is_away_in_words(error: Exception, said: str) -> None:
    found = in_words(error, "https://www.gov.uk/feed", seconds=60)
    assert (type(found), str(found)) == (Away, said)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (aiohttp.SocketTimeoutError(), "its answer stood still for 20 seconds"),
        (TimeoutError(), "its answer was not whole within 60 seconds"),
        (aiohttp.ClientPayloadError(), "its answer broke off before it was whole"),
        (aiohttp.ServerDisconnectedError(), "its answer broke off before it was whole"),
        (ValueError(), "it could not be asked (ValueError)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_answer_that_cannot_be_read_is_no_reason_to_leave_the_others(error: Exception, said: str) -> None:
    found = in_words(error, "https://www.gov.uk/feed", seconds=60)
    assert (isinstance(found, Away), str(found)) == (False, said)


async def answering(body: bytes, **headers: str) -> Answer:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={name.replace("_", "-"): value for name, value in headers.items()})

    return await asked(handle)


async def asked(handle: Handler, *, seconds: float = 30, most_bytes: int = 1_000_000) -> Answer:
    async with served(handle) as base, client() as out:
        return await WebFetcher(out, seconds=seconds).get(f"{base}/feed", headers={}, most_bytes=most_bytes)


async def test_an_answer_comes_with_its_headers_in_small_letters() -> None:
    answer = await answering(b"<feed/>", ETag='"1"', X_Other="Yes")
    assert (answer.status, answer.body, answer.headers["etag"], answer.headers["x-other"]) == (
        200,
        b"<feed/>",
        '"1"',
        "Yes",
    )


@pytest.mark.parametrize(
    ("body", "encoding", "said"),
    [
        (gzip.compress(bytes(5_000_000)), "gzip", "its answer is longer than 1 MB, and was left"),
        (gzip.compress(b"whole" * 999)[:-9], "gzip", "its answer broke off before its gzip was whole"),
        (b"no gzip at all", "gzip", "its answer is no good gzip"),
        (b"x", "zstd", "its answer is packed in a way that was not asked for (zstd)"),
    ],
    ids=["a bomb", "cut short", "not packed", "packed otherwise"],
)
async def test_what_is_wrong_with_a_body_is_said_in_words(body: bytes, encoding: str, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        await answering(body, Content_Encoding=encoding)
    assert str(caught.value) == said


async def test_a_server_that_hangs_up_amid_its_answer_is_unreadable() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": "1000"})
        await response.prepare(request)
        await response.write(b"only this")
        assert request.transport
        request.transport.abort()
        return response

    with pytest.raises(Unreadable, match=r"^its answer broke off before it was whole$"):
        await asked(handle)


async def test_what_is_no_http_is_unreadable() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"220 mail.example.org ESMTP\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server, client() as out:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(Unreadable, match=r"^its answer is not HTTP$"):
            await WebFetcher(out).get(f"http://127.0.0.1:{port}/", headers={})


async def test_a_server_that_is_not_there_is_away() -> None:
    async with client() as out:
        with pytest.raises(Away, match=r"^cannot be reached: connection refused \(127\.0\.0\.1\)$"):
            await WebFetcher(out).get(f"http://127.0.0.1:{free_port()}/", headers={})


@pytest.mark.parametrize(
    "url", ["http://example.org/feed", "https://intranet/feed", "https://10.0.0.1/feed", "nonsense"]
)
async def test_an_address_that_must_not_be_asked_is_broken_for_good(url: str) -> None:
    with pytest.raises(Unreadable, match=r"^its address cannot be asked for") as caught:
        await WebFetcher(Outbound(agent="test")).get(url, headers={})
    assert caught.value.for_good


async def test_a_public_name_that_leads_to_this_machine_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(host: str, port: int, family: int) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(outbound, "_look_up", look_up)
    out = Outbound(agent="test")
    with pytest.raises(Away, match=r"^cannot be reached: feeds\.example\.org is not on the public internet$"):
        await WebFetcher(out).get("https://feeds.example.org/", headers={})
    await out.close()


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://lawcom.gov.uk/feed/", "https://lawcom.gov.uk/feed/"),
        ("/feed/", "https://www.gov.uk/feed/"),
        ("atom.xml#top", "https://www.gov.uk/search/atom.xml"),
        ("/größe?a=ü b", "https://www.gov.uk/gr%C3%B6%C3%9Fe?a=%C3%BC%20b"),
        ("/a%20b?x[]=1", "https://www.gov.uk/a%20b?x[]=1"),
    ],
)
def test_where_an_address_leads_on_to(location: str, target: str) -> None:
    answer = Answer(url="https://www.gov.uk/search/old.atom", status=301, headers={"location": location}, body=b"")
    assert next_hop(answer) == target


@pytest.mark.parametrize("etag", ["", "x" * 2000, 'a"\x00b'])
def test_a_validator_that_cannot_be_kept_is_not_used(etag: str) -> None:
    answer = Answer(url="https://a.example", status=200, headers={"etag": etag, "last-modified": "Mon"}, body=b"")
    assert validators_of(answer) == (None, "Mon")


def test_a_server_is_named_by_scheme_host_and_port() -> None:
    assert host_of("http://127.0.0.1:8000/feed?x=1") == "http://127.0.0.1:8000"
    assert host_of("https://WWW.gov.uk/feed") == "https://www.gov.uk"


async def test_no_question_to_a_server_begins_while_another_is_open() -> None:
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    gate, inside = Gate(0.2, rest), 0

    async def ask() -> None:
        nonlocal inside
        async with gate.through():
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(ask() for _ in range(3)))
    assert len(rested) == 2


async def test_sources_of_one_server_are_read_on_one_kept_connection(database: Database, clock: FixedClock) -> None:
    """Over real HTTP; with redirects, and without asking for the body again where nothing is new."""
    seen: list[tuple[str, Any, str]] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        assert request.transport
        condition = request.headers.get("if-none-match", "")
        seen.append((request.path, request.transport.get_extra_info("peername"), condition))
        if request.path == "/robots.txt":
            return web.Response(status=404)
        if request.path == "/old.xml":
            return web.Response(status=302, headers={"location": "/new.xml"})
        if condition:
            return web.Response(status=304)
        return web.Response(
            body=atom(entry(request.path[1:4])), headers={"etag": '"1"', "content-encoding": "identity"}
        )

    async with served(handle) as base, client() as out:
        specs = [spec(name, host=base) for name in ("one", "old", "two")]
        desk = await at_desk(database, specs, WebFetcher(out), clock)
        assert (await poll_once(desk)).new == 3
        clock.move(timedelta(hours=1))
        assert (await poll_once(desk)).unchanged == 3
    assert len({peer for _, peer, _ in seen}) == 1
    paths = [path for path, *_ in seen]
    assert paths == ["/robots.txt", *["/old.xml", "/new.xml", "/one.xml", "/two.xml"] * 2]
    assert {condition for _, _, condition in seen[5:]} == {'"1"'}
