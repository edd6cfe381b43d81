"""Asking servers on the web: what answers, and what keeps them from answering, in words for a person."""

import errno
import os
import ssl
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit

import aiohttp

from tracker.errors import Invalid
from tracker.outbound import IDLE_SECONDS, Outbound, Refused
from tracker.unpacking import Damaged, TooLong
from tracker.watch.schemas import Answer, Unreadable

SECONDS = 60.0
"""The longest that a whole answer may take."""
MOST_BYTES = 10_000_000
"""What an answer may hold where its kind says nothing else."""
NOT_ASKED = (
    "its address cannot be asked for: only https on the public internet can, and this machine where "
    "TRACKER_WATCH_LOOPBACK allows it"
)
REDIRECTS = frozenset({301, 302, 303, 307, 308})
GONE_FOR_GOOD = frozenset({404, 410})
MOST_HEADER = 1000
"""Characters of a header that are remembered."""


class Away(Unreadable):
    """A server that could not be reached at all: what else is due there need not be tried now."""


class Fetcher(Protocol):
    """Asks for one address and follows nothing."""

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = MOST_BYTES) -> Answer:
        """The answer, whatever its status; raises Unreadable, or Away, when there is none."""


class WebFetcher:
    """Asks the servers themselves."""

    def __init__(self, outbound: Outbound, *, seconds: float = SECONDS) -> None:
        self._outbound = outbound
        self._seconds = seconds

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = MOST_BYTES) -> Answer:
        try:
            answer = await self._outbound.get(url, headers=headers, seconds=self._seconds, most_bytes=most_bytes)
        except TooLong as error:
            raise Unreadable(f"its answer is longer than {most_bytes / 1_000_000:g} MB, and was left") from error
        except Damaged as error:
            raise Unreadable(f"its answer {error}") from error
        except Invalid as error:
            raise Unreadable(NOT_ASKED, for_good=True) from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise in_words(error, url, seconds=self._seconds) from error
        named = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(url=url, status=answer.status, headers=named, body=answer.body)


def in_words(error: Exception, url: str, *, seconds: float) -> Unreadable:
    """What kept a server from answering, as a reader of the sources' page would say it."""
    host = urlsplit(url).hostname or url
    cause = getattr(error, "os_error", None)
    # Of several addresses the reasons come as the words of one error.
    if isinstance(cause, Refused) or "is not a public address" in str(cause):
        return Away(f"cannot be reached: {host} is not on the public internet")
    number = getattr(cause, "errno", None)
    is_known = isinstance(number, int) and number in errno.errorcode
    said = os.strerror(int(number or 0)).lower() if is_known else "it takes no connection"
    of, words = next(
        (named for kind, named in SAID if isinstance(error, kind)), (Unreadable, "it could not be asked ({kind})")
    )
    return of(words.format(host=host, said=said, seconds=seconds, idle=IDLE_SECONDS, kind=type(error).__name__))


UNSAFE = (aiohttp.ClientSSLError, ssl.SSLError)
BROKE_OFF = (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
SAID: tuple[tuple[type | tuple[type, ...], tuple[type[Unreadable], str]], ...] = (
    (aiohttp.ClientConnectorDNSError, (Away, "cannot be reached: the name {host} is not known")),
    (UNSAFE, (Away, "cannot be reached safely: {host} cannot prove who it is")),
    (aiohttp.ConnectionTimeoutError, (Away, "cannot be reached: {host} did not take a connection in time")),
    (aiohttp.ClientConnectorError, (Away, "cannot be reached: {said} ({host})")),
    (aiohttp.SocketTimeoutError, (Unreadable, "its answer stood still for {idle:g} seconds")),
    (TimeoutError, (Unreadable, "its answer was not whole within {seconds:g} seconds")),
    (BROKE_OFF, (Unreadable, "its answer broke off before it was whole")),
    (aiohttp.ClientResponseError, (Unreadable, "its answer is not HTTP")),
)
"""The narrower kinds of errors first."""


def require_good(answer: Answer) -> None:
    """Raise Unreadable for a status that brings nothing to read."""
    if answer.status == HTTPStatus.OK:
        return
    try:
        named = f"{answer.status} ({HTTPStatus(answer.status).phrase})"
    except ValueError:
        named = str(answer.status)
    raise Unreadable(f"its server answered {named}", for_good=answer.status in GONE_FOR_GOOD)


def next_hop(answer: Answer) -> str | None:
    """The address that an answer leads on to; None when it does not. Raises Unreadable for one that is none."""
    if answer.status not in REDIRECTS:
        return None
    location = answer.headers.get("location", "").strip()
    try:
        target = urljoin(answer.url, quote(location, safe="%/:=&?~#+!$,;'@()*[]"))
        parts = urlsplit(target)
        is_address = bool(location) and parts.scheme in ("http", "https") and bool(parts.hostname)
    except (ValueError, UnicodeError):
        is_address = False
    if not is_address:
        raise Unreadable("its address leads on to something that is none")
    return target.partition("#")[0]


@lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """Scheme, host and port of an address: what its server is named by."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def validators_of(answer: Answer) -> tuple[str | None, str | None]:
    """ETag and Last-Modified, where they can be kept."""
    etag, modified = (answer.headers.get(name, "") for name in ("etag", "last-modified"))
    return _kept(etag), _kept(modified)


def _kept(said: str) -> str | None:
    return said if said and len(said) <= MOST_HEADER and said.isprintable() else None
