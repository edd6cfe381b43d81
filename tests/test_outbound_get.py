"""Reading answers whole: how much and how long at most, and unpacked within bounds."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import brotli
import pytest
from aiohttp import web

from tracker import outbound
from tracker.errors import Invalid
from tracker.outbound import Answer, Outbound, agent_of
from tracker.settings import Settings
from tracker.unpacking import Damaged, TooLong

TEXT = b"Statutory guidance for kinship carers. " * 500
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def raw_deflate(body: bytes) -> bytes:
    made = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return made.compress(body) + made.flush()


PACKED = {
    "not packed": ("identity", TEXT),
    "nothing said of packing": ("", TEXT),
    "gzip": ("gzip", gzip.compress(TEXT)),
    "gzip by its old name": ("x-gzip", gzip.compress(TEXT)),
    "gzip of several members": ("gzip", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
    "gzip with filling behind it": ("gzip", gzip.compress(TEXT) + bytes(100)),
    "deflate": ("deflate", zlib.compress(TEXT)),
    "deflate without the header it should have": ("deflate", raw_deflate(TEXT)),
    "brotli": ("br", brotli.compress(TEXT)),
}


@pytest.mark.parametrize("case", PACKED)
async def test_an_answer_is_read_whole_however_it_is_packed(case: str) -> None:
    encoding, body = PACKED[case]
    answer = await read(body, {"content-encoding": encoding} if encoding else {})
    assert (answer.status, answer.body) == (200, TEXT)


@pytest.mark.parametrize("case", ["gzip", "deflate", "deflate without the header it should have", "brotli"])
async def test_what_was_cut_short_is_not_taken_for_whole(case: str) -> None:
    encoding, body = PACKED[case]
    with pytest.raises(Damaged, match="broke off before its"):
        await read(body[:-6], {"content-encoding": encoding})


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_what_is_packed_otherwise_than_it_says_is_damaged(encoding: str) -> None:
    with pytest.raises(Damaged, match="is no good"):
        await read(b"\x78<html>no such packing</html>" * 99, {"content-encoding": encoding})


@pytest.mark.parametrize(
    ("encoding", "said"), [("zstd", "in a way that was not asked for"), ("gzip, br", "more than once")]
)
async def test_a_packing_that_was_not_asked_for_is_refused(encoding: str, said: str) -> None:
    with pytest.raises(Damaged, match=said):
        await read(TEXT, {"content-encoding": encoding})


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
async def test_a_few_bytes_that_hold_gigabytes_are_unpacked_no_further_than_allowed(encoding: str) -> None:
    huge = bytes(60_000_000)
    packed = {"gzip": gzip.compress(huge), "deflate": zlib.compress(huge), "br": brotli.compress(huge)}[encoding]
    with pytest.raises(TooLong):
        await read(packed, {"content-encoding": encoding}, most_bytes=1_000_000)


async def test_a_body_that_says_it_is_too_long_is_not_read() -> None:
    sent: list[int] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"content-length": str(2_000_000_000)})
        await response.prepare(request)
        try:
            for _ in range(2000):
                await response.write(bytes(1_000_000))
                sent.append(1_000_000)
        except (ConnectionError, asyncio.CancelledError):
            return response
        return response

    with pytest.raises(TooLong):
        await ask(handle)
    assert sum(sent) < 50_000_000


async def test_a_body_that_never_ends_is_left_when_it_is_too_long() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(100_000))

    with pytest.raises(TooLong):
        await ask(handle)


async def test_a_body_that_stands_still_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "IDLE_SECONDS", 0.05)
    outbound._patience.cache_clear()
    with pytest.raises(aiohttp.SocketTimeoutError):
        await ask(dripping(every=3600))
    outbound._patience.cache_clear()


async def test_a_body_that_drips_for_ever_is_left_in_the_end() -> None:
    with pytest.raises(TimeoutError):
        await ask(dripping(every=0.01), seconds=0.3)


async def test_an_answer_that_says_that_nothing_changed_has_no_body() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        assert request.headers["if-none-match"] == '"1"'
        return web.Response(status=304, headers={"etag": '"1"', "content-encoding": "gzip"})

    answer = await ask(handle, headers={"if-none-match": '"1"'})
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", '"1"')


async def test_a_redirect_is_given_back_and_not_followed() -> None:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(status=301, headers={"location": "/elsewhere"})

    answer = await ask(handle)
    assert (answer.status, answer.headers["location"]) == (301, "/elsewhere")


async def test_who_asks_says_so_and_what_it_can_unpack() -> None:
    asked: dict[str, str] = {}

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.update({name.lower(): value for name, value in request.headers.items()})
        return web.Response(body=b"")

    await ask(handle)
    assert (asked["user-agent"], asked["accept-encoding"]) == ("test", "gzip, deflate, br")
    assert "cookie" not in asked


async def test_this_machine_is_asked_only_where_the_setting_allows_it() -> None:
    client = Outbound(agent="test")
    with pytest.raises(Invalid):
        await client.get("http://127.0.0.1:1/", headers={}, seconds=1, most_bytes=100)


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("", "KinshipTracker/0.1.0 (+https://tracker.example.org)"),
        ("team@example.org", "KinshipTracker/0.1.0 (+https://tracker.example.org; team@example.org)"),
        ("the team’s post box", "KinshipTracker/0.1.0 (+https://tracker.example.org)"),
        ("a\r\nb: c", "KinshipTracker/0.1.0 (+https://tracker.example.org)"),
    ],
)
def test_other_servers_are_told_where_to_turn_to(contact: str, agent: str) -> None:
    given = {"TRACKER_PUBLIC_URL": "https://tracker.example.org", "TRACKER_CONTACT": contact}
    assert agent_of(Settings.from_env(given)) == agent


def dripping(*, every: float) -> Handler:
    """A server that sends a byte every so many seconds, for ever."""

    async def handle(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(every)

    return handle


async def read(body: bytes, headers: dict[str, str], *, most_bytes: int = 10_000_000) -> Answer:
    async def handle(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers=headers)

    return await ask(handle, most_bytes=most_bytes)


async def ask(
    handle: Handler, *, most_bytes: int = 10_000_000, seconds: float = 30, headers: dict[str, str] | None = None
) -> Answer:
    """What is made of a server that answers so."""
    async with served(handle) as base, client() as asking:
        return await asking.get(f"{base}/", headers=headers or {}, seconds=seconds, most_bytes=most_bytes)


@asynccontextmanager
async def client() -> AsyncIterator[Outbound]:
    made = Outbound(agent="test", loopback=True)
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def served(handle: Handler) -> AsyncIterator[str]:
    """A server of the test's own; gives its address."""
    app = web.Application()
    app.router.add_get("/{path:.*}", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
