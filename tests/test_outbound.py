"""What may be called: public addresses only, looked at when they are dialled."""

import asyncio
import gzip
import socket
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from tests.sinks import hook_sink
from tracker import outbound
from tracker.errors import Invalid
from tracker.outbound import Outbound, Refused, require_address, require_public, wait_of

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)

NOT_PUBLIC = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "private": ["10.0.0.1", "172.16.0.1", "192.168.1.1", "fc00::1", "fd12:3456::1"],
    "link-local, where clouds keep secrets": ["169.254.169.254", "fe80::1", "fe80::1%eth0"],
    "shared by a carrier": ["100.64.0.1", "100.127.255.255"],
    "unspecified": ["0.0.0.0", "::"],
    "multicast": ["224.0.0.1", "239.255.255.255", "ff02::1"],
    "reserved": ["240.0.0.1", "255.255.255.255"],
    "for documentation and benchmarks": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "2001:db8::1"],
    "mapped": ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"],
    "translated": ["64:ff9b::7f00:1", "64:ff9b::a00:1"],
    "6to4 and Teredo": ["2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::"],
    "compatible": ["::127.0.0.1", "::10.0.0.1"],
    "of a site, as it was once": ["fec0::1", "feff::1"],
    "not given out, or for documentation": ["3fff::1", "4000::1", "5f00::1", "e000::1"],
    "relays": ["192.88.99.1"],
}


@pytest.mark.parametrize(
    "address", [pytest.param(each, id=f"{why}: {each}") for why in NOT_PUBLIC for each in NOT_PUBLIC[why]]
)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        require_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.0.144", "2a00:1450:4009:81f::200e"])
def test_a_public_address_may_be_called(address: str) -> None:
    require_address(address)


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1"])
def test_trying_things_out_on_this_machine_opens_nothing_else(address: str) -> None:
    require_address("127.0.0.1", loopback=True)
    with pytest.raises(Refused):
        require_address(address, loopback=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/hook",
        "ftp://example.org/hook",
        "https://",
        "https:///hook",
        "not an address",
        "https://user:password@example.org/",
        "https://user@example.org/",
        "https://localhost/",
        "https://sub.localhost/",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1:8443/",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://exämple.org/",
        "https://example.org/a b",
        "https://example.org/\r\nX: y",
        "https://[::1",
    ],
)
def test_a_webhook_that_could_reach_nothing_public_is_refused_when_it_is_typed(url: str) -> None:
    with pytest.raises(Invalid, match=r"^Enter a web address"):
        require_public(url)


@pytest.mark.parametrize("url", ["https://example.org/hook?for=team", "https://example.org:8443/", "https://8.8.8.8/"])
def test_a_webhook_on_the_internet_is_accepted(url: str) -> None:
    require_public(url)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://localhost:9000/", "https://[::1]/"])
def test_this_machine_may_be_called_only_where_the_setting_allows_it(url: str) -> None:
    require_public(url, loopback=True)
    with pytest.raises(Invalid):
        require_public(url)


async def test_a_name_that_leads_to_this_machine_is_refused_when_it_is_dialled(monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a name server that answers a public address first and a private one when it is dialled."""

    def look_up(host: str, port: int, family: int) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(outbound, "_look_up", look_up)
    async with hook_sink() as sink:
        client = Outbound(agent="test")
        with pytest.raises(aiohttp.ClientConnectorError, match="not a public address"):
            await client.post(f"https://hooks.example.org:{sink.port}/", body=b"{}", headers={}, seconds=5)
        await client.close()
        assert sink.calls == []


async def test_a_redirect_is_answered_and_not_followed() -> None:
    async with hook_sink() as sink:
        sink.answers["/old"] = (302, {"location": f"{sink.base}/new"})
        client = Outbound(agent="test", loopback=True)
        answer = await client.post(f"{sink.base}/old", body=b"{}", headers={}, seconds=5)
        await client.close()
    assert (answer.status, [path for path, _, _ in sink.calls]) == (302, ["/old"])


async def test_an_answer_is_read_as_it_came_and_not_unpacked() -> None:
    packed = gzip.compress(bytes(50_000_000))
    async with hook_sink() as sink:
        sink.answers["/"] = (200, {"content-encoding": "gzip"})
        sink.bodies["/"] = packed
        client = Outbound(agent="test", loopback=True)
        answer = await client.post(f"{sink.base}/", body=b"{}", headers={}, seconds=5)
        await client.close()
    assert answer.body == packed[: len(answer.body)]
    assert {headers["accept-encoding"] for _, headers, _ in sink.calls} == {"identity"}


async def test_an_answer_that_never_comes_is_given_up() -> None:
    async with hook_sink() as sink:
        sink.hangs.add("/")
        client = Outbound(agent="test", loopback=True)
        with pytest.raises(asyncio.TimeoutError):
            await client.post(f"{sink.base}/", body=b"{}", headers={}, seconds=0.1)
        await client.close()


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        pytest.param("120", timedelta(minutes=2), id="seconds"),
        pytest.param("Sun, 22 Nov 2026 12:10:00 GMT", timedelta(minutes=10), id="a moment"),
        pytest.param("Sun, 22 Nov 2026 11:00:00 GMT", timedelta(0), id="a moment that has passed"),
        pytest.param("soon", None, id="something else"),
        pytest.param("-5", None, id="less than nothing"),
        pytest.param("9" * 5000, timedelta(seconds=10**8), id="more digits than a number may have"),
        pytest.param("Sun, 22 Nov 99999 11:00:00 GMT", None, id="a year that no calendar has"),
        pytest.param("Sun, 22 Nov 2026 11:00:00 -0000", None, id="a moment without a zone"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_how_long_an_answer_asks_to_be_left_alone(value: str, wait: timedelta | None) -> None:
    assert wait_of({"Retry-After": value}, now=NOON) == wait
