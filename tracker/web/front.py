"""The ASGI layer in front of the framework: host check, security headers, and public pages as ready bytes."""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from tracker.web.snapshot import Keeper

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Any, Any, Any], Awaitable[None]]

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; connect-src 'none'"
)
SECURITY = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), interest-cohort=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
LONGEST_HOST = 260
"""A name has at most 253 characters (RFC 1035), a port five."""
LONGEST_QUERY = 60_000
LONGEST_API_QUERY = 8_192
"""Room for a search of thousands of letters, but not for filling the memory: queries are held while they are read."""
TOO_LONG = "This address is too long to be read. Ask for less at once: a search has at most 200 letters.\n"
HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


class Front:
    """Serves what the snapshot holds and passes everything else on."""

    def __init__(self, app: App, *, keeper: Keeper, hosts: tuple[str, ...], public_url: str) -> None:
        self._app = app
        self.keeper = keeper
        self._hosts = frozenset(hosts)
        self._any_host = "*" in hosts
        self._security = (*SECURITY, HSTS) if public_url.startswith("https://") else SECURITY

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"")
        if not (self._any_host or (len(host) <= LONGEST_HOST and _host_name(host) in self._hosts)):
            await self._refuse_host(host, send)
            return
        if len(scope["query_string"]) > (LONGEST_API_QUERY if scope["path"].startswith("/api") else LONGEST_QUERY):
            await self._refuse(414, TOO_LONG, send)
            return
        method = scope["method"]
        reading = method in ("GET", "HEAD") and not scope["query_string"]
        entry = self.keeper.snapshot.ready.get(scope["path"]) if reading else None
        if entry is None:
            await self._app(scope, receive, self._guarded(send))
            return
        answer = entry.answer(headers.get(b"accept-encoding", b""), headers.get(b"if-none-match", b""))
        fields = [*answer.headers, *self._security]
        await send({"type": "http.response.start", "status": answer.status, "headers": fields})
        await send({"type": "http.response.body", "body": answer.body if method == "GET" else b""})

    def _guarded(self, send: Send) -> Send:
        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._security]
            await send(message)

        return guarded

    async def _refuse_host(self, host: bytes, send: Send) -> None:
        said = f"This server does not answer for the host “{host.decode('latin-1')[:100]}”. "
        await self._refuse(421, f"{said}Its operator can add it with TRACKER_HOSTS.\n", send)

    async def _refuse(self, status: int, said: str, send: Send) -> None:
        body = said.encode()
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
            *self._security,
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@lru_cache(maxsize=256)
def _host_name(host: bytes) -> str:
    """The name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host.decode('ascii')}").hostname or "").lower()
    except ValueError:
        return ""
