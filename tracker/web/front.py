"""The ASGI layer in front of the framework: host check, security headers, and public pages as ready bytes."""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from tracker.web.snapshot import Keeper, Snapshot

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Asking = tuple[str, str, bytes | None, bytes | None]
"""Method, path, Accept-Encoding, If-None-Match."""
Messages = tuple[Message, Message]

LONG = 300
"""Headers longer than this are not remembered; no host is longer (RFC 1035)."""
MANY = 1000
"""How many kinds of requests are remembered."""

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
        self._security = (*SECURITY, HSTS) if public_url.startswith("https://") else SECURITY
        self._knows = lru_cache(maxsize=MANY)(lambda host: "*" in hosts or _host_name(host) in hosts)
        # Answers to requests seen before, ready to send, for as long as the snapshot they are from is current.
        self._snapshot: Snapshot | None = None
        self._seen: dict[Asking, Messages] = {}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"")
        if len(host) > LONG or not self._knows(host):
            await self._refuse_host(host, send)
            return
        messages = None
        if not scope["query_string"]:
            asking = (scope["method"], scope["path"], headers.get(b"accept-encoding"), headers.get(b"if-none-match"))
            current = self._snapshot is self.keeper.snapshot
            messages = (self._seen.get(asking) if current else None) or self._messages(asking)
        elif len(scope["query_string"]) > (LONGEST_API_QUERY if scope["path"].startswith("/api") else LONGEST_QUERY):
            await self._refuse(414, TOO_LONG, send)
            return
        if messages is None:
            await self._app(scope, receive, self._guarded(send))
            return
        await send(messages[0])
        await send(messages[1])

    def _messages(self, asking: Asking) -> Messages | None:
        """What is sent to whoever asks so, None when it is not in the snapshot; remembered while it may come again."""
        method, path, accepts, has = asking
        snapshot = self.keeper.snapshot
        entry = snapshot.ready.get(path) if method in ("GET", "HEAD") else None
        if entry is None:
            return None
        answer = entry.answer(accepts or b"", has or b"")
        headers = [*answer.headers, *self._security]
        start = {"type": "http.response.start", "status": answer.status, "headers": headers}
        messages = (start, {"type": "http.response.body", "body": answer.body if method == "GET" else b""})
        if self._snapshot is not snapshot or len(self._seen) >= MANY:
            self._snapshot, self._seen = snapshot, {}
        if len(accepts or b"") + len(has or b"") <= LONG:
            self._seen[asking] = messages
        return messages

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


def _host_name(host: bytes) -> str:
    """The name in a Host header, without its port."""
    try:
        return (urlsplit(f"//{host.decode('ascii')}").hostname or "").lower()
    except ValueError:
        return ""
