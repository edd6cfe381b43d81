"""The only way out to the web: addresses that are not public are refused when a connection is made, not before.

A name can lead elsewhere a moment after it was looked up, so what counts is the address that is dialled.
"""

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

import aiohttp
import msgspec
from aiohttp.abc import AbstractResolver, ResolveResult

from tracker import __version__
from tracker.errors import Invalid
from tracker.settings import Settings
from tracker.unpacking import TooLong, unpacker

KEPT_BYTES = 4096
"""How much of an answer is read."""
IDLE_SECONDS = 20.0
"""How long an answer that is read whole may stand still: one that drips would hold up all that waits for its server."""
CONNECT_SECONDS = 15.0
LOOKUPS = 32
"""Names looked up at the same time: one that is not answered holds a thread for half a minute."""


class Refused(OSError):
    """An address that nothing is sent to."""


def agent_of(settings: Settings) -> str:
    """How this copy names itself to other servers, and where whoever minds can turn to."""
    contact = f"; {settings.contact}" if settings.contact.isascii() and settings.contact.isprintable() else ""
    return f"KinshipTracker/{__version__} (+{settings.public_url}{contact if settings.contact else ''})"


class Answer(msgspec.Struct, frozen=True):
    """What an endpoint answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Connections to other servers, kept and used again; made in the loop that first uses it."""

    def __init__(self, *, agent: str, loopback: bool = False, most: int = 100) -> None:
        self._agent = agent
        self._loopback = loopback
        self._most = most
        self._session: aiohttp.ClientSession | None = None
        self._resolver: Resolver | None = None

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
        """Post once and follow nothing; raises Invalid, OSError, TimeoutError or aiohttp.ClientError."""
        require_public(url, loopback=self._loopback)
        timeout = _timeout(seconds)
        async with self._open().post(
            url, data=body, headers=headers, allow_redirects=False, timeout=timeout
        ) as response:
            return Answer(response.status, response.headers, await response.content.read(KEPT_BYTES))

    async def get(self, url: str, *, headers: Mapping[str, str], seconds: float, most_bytes: int) -> Answer:
        """Read an answer whole, unpacked, following nothing.

        Raises TooLong for more than `most_bytes`, packed or not, Damaged for what cannot be unpacked, and what `post`
        raises.
        """
        require_public(url, loopback=self._loopback)
        asked = {"accept-encoding": "gzip, deflate, br", **headers}
        async with self._open().get(url, headers=asked, allow_redirects=False, timeout=_patience(seconds)) as response:
            if (response.content_length or 0) > most_bytes:
                raise TooLong
            body = await _whole(response, most_bytes)
            return Answer(response.status, response.headers, body)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._resolver = Resolver()
            connector = aiohttp.TCPConnector(
                limit=self._most, resolver=self._resolver, socket_factory=self._dial, ttl_dns_cache=60
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                # What is read is the start of an answer as it came: a few bytes could become gigabytes.
                headers={"user-agent": self._agent, "accept-encoding": "identity"},
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def _dial(self, address: Any) -> socket.socket:  # aiohttp's own type, which it does not export
        """The socket for an address that is about to be dialled; raises Refused for one that is not public."""
        family, kind, protocol, _, where = address
        require_address(where[0], loopback=self._loopback)
        return socket.socket(family=family, type=kind, proto=protocol)

    async def close(self) -> None:
        if self._session:
            await self._session.close()
            self._session = None


@lru_cache(maxsize=8)
def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds)


@lru_cache(maxsize=8)
def _patience(seconds: float) -> aiohttp.ClientTimeout:
    idle = min(seconds, IDLE_SECONDS)
    return aiohttp.ClientTimeout(total=seconds, sock_connect=min(seconds, CONNECT_SECONDS), sock_read=idle)


async def _whole(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    """A body unpacked as it comes, so that what is too long is noticed before it is held."""
    if response.content.at_eof():
        return b""
    made, came, pieces = unpacker(response.headers.get("content-encoding", "")), 0, bytearray()
    async for packed in response.content.iter_any():
        came += len(packed)
        for piece in made.feed(packed):
            pieces += piece
            if max(came, len(pieces)) > most_bytes:
                raise TooLong
    made.end()
    return bytes(pieces)


class Resolver(AbstractResolver):
    """Looks names up in threads of its own, so that a name that is not answered holds up nothing else."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._threads, _look_up, host, port, family)
        return [
            ResolveResult(
                hostname=host, host=str(where[0]), port=int(where[1]), family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )
            for kind, *_, where in found
        ]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: int) -> list[Any]:
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)


@lru_cache(maxsize=16_384)
def require_public(url: str, *, loopback: bool = False) -> None:
    """Raise Invalid, saying what to do, unless a URL may be sent to. A name's address is looked at when it is dialled.

    `loopback` allows this machine, without https, for trying things out.
    """
    parts = _parts(url)
    host = (parts.hostname or "").rstrip(".")
    own = host == "localhost" or host.endswith(".localhost") or _is_loopback(host)
    if own and loopback:
        return
    if parts.scheme != "https":
        raise Invalid("Enter a web address that begins with https://")
    if own or not ("." in host or ":" in host) or not _may_be_public(host):
        raise Invalid("Enter a web address that can be reached from the internet")


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid("Enter a web address in the correct format, like https://example.org/hooks")
    if parts.username is not None or parts.password is not None:
        raise Invalid("Enter a web address without a user name or password in it")
    return parts


def _may_be_public(host: str) -> bool:
    """Whether a host is a public address, or a name."""
    try:
        require_address(host)
    except Refused:
        return False
    except ValueError:
        return True
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_address(text: str, *, loopback: bool = False) -> None:
    """Raise Refused unless an address is public; ValueError when it is none.

    Addresses that hold another one are refused with whatever they hold: nobody's public server needs them.
    """
    address = ipaddress.ip_address(text.partition("%")[0])
    if loopback and address.is_loopback:
        return
    is_outside = address.version == 6 and address not in GLOBAL_IPV6
    is_kept = any(address in network for network in NEVER_A_SERVER if network.version == address.version)
    if is_outside or is_kept or not address.is_global or address.is_multicast or address.is_reserved:
        raise Refused(errno.EACCES, f"{text} is not a public address")


GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")
"""All that is given out for the internet; outside it are IPv4 addresses written otherwise, and private networks."""
NEVER_A_SERVER = tuple(ipaddress.ip_network(text) for text in ("2001::/32", "2002::/16", "3fff::/20", "192.88.99.0/24"))
"""Teredo and 6to4, which hold an IPv4 address, documentation, and the relays of 6to4."""


def wait_of(headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long an answer asks to be left alone, by its Retry-After in seconds or as a date; None when it does not."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=int(value) if len(value) < 9 else 10**8)
    try:
        return max(parsedate_to_datetime(value) - now, timedelta(0))
    except (TypeError, ValueError, OverflowError):
        return None
