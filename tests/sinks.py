"""Servers that take mail and webhooks in, and count; as strict as real ones, and as moody as they are told to be."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from threading import Thread
from typing import TypeVar

from aiohttp import web

Sink = TypeVar("Sink")

_ADDRESS = re.compile(rb"<([^>]*)>")


class SmtpSink:
    """Takes mail, many commands at a time (RFC 2920), as Debian’s smtp-sink does."""

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[tuple[str, bytes]] = []
        """Who got which mail, dots undone."""
        self.connections = 0
        self.answers: dict[str, bytes] = {}
        """What an address gets instead of a welcome."""
        self.after_data = b"250 2.0.0 Ok"
        self.greeting = b"220 sink"
        self.takes_pipelines = True
        self.hangs_up_after: int | None = None
        """After so many mails of a connection."""
        self.hangs_up_before_answering = False
        """Once: takes a mail and dies before saying so."""
        self.delay = 0.0
        self.on_mail: Callable[[str, bytes], None] = lambda to, mail: self.mails.append((to, mail))

    @property
    def recipients(self) -> list[str]:
        return sorted(to for to, _ in self.mails)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(self.greeting + b"\r\n")
        session = _Session(self, reader, writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while (line := await reader.readline()) and (said := await session.answer(line)):
                writer.write(said + b"\r\n")
        writer.close()


class _Session:
    """One connection: answers command by command; nothing to say means that it hangs up."""

    def __init__(self, sink: SmtpSink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink, self._reader, self._writer = sink, reader, writer
        self._begun, self._to, self._taken = False, "", 0

    async def answer(self, line: bytes) -> bytes:
        word = line[:4].decode(errors="replace").upper()
        if word == "DATA":
            return await self._data() if self._to else b"554 5.5.1 no valid recipients"
        if word == "MAIL":
            return self._mail()
        if word == "RCPT":
            return self._recipient(line)
        if word == "RSET":
            self._begun, self._to = False, ""
            return b"250 2.0.0 Ok"
        if word == "EHLO":
            return b"250-sink\r\n250 PIPELINING" if self._sink.takes_pipelines else b"250 sink"
        return b"502 5.5.2 not known"

    def _mail(self) -> bytes:
        if self._sink.hangs_up_after is not None and self._taken >= self._sink.hangs_up_after:
            self._writer.write(b"421 4.7.0 enough\r\n")
            return b""
        begun, self._begun = self._begun, True
        return b"503 5.5.1 nested MAIL" if begun else b"250 2.1.0 Ok"

    def _recipient(self, line: bytes) -> bytes:
        found = _ADDRESS.search(line)
        address = found[1].decode() if found else ""
        said = self._sink.answers.get(address, b"250 2.1.5 Ok")
        self._to = address if said[:1] == b"2" else self._to
        return said

    async def _data(self) -> bytes:
        sink = self._sink
        self._writer.write(b"354 go on\r\n")
        mail = await self._reader.readuntil(b"\r\n.\r\n")
        if sink.delay:
            await asyncio.sleep(sink.delay)
        if sink.after_data[:1] == b"2":
            sink.on_mail(self._to, re.sub(rb"(?m)^\.\.", b".", mail[:-3]))
            self._taken += 1
        self._begun, self._to = False, ""
        hangs_up, sink.hangs_up_before_answering = sink.hangs_up_before_answering, False
        return b"" if hangs_up else sink.after_data


@asynccontextmanager
async def smtp_sink(port: int = 0) -> AsyncIterator[SmtpSink]:
    """A mail server of the test's own."""
    sink = SmtpSink()
    server = await asyncio.start_server(sink.serve, "127.0.0.1", port, limit=10_000_000)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()


class HookSink:
    """Takes webhooks and answers by the path: what it took, and what it answers where."""

    def __init__(self) -> None:
        self.port = 0
        self.calls: list[tuple[str, dict[str, str], bytes]] = []
        """Path, headers and body, in order."""
        self.answers: dict[str, tuple[int, dict[str, str]]] = {}
        self.bodies: dict[str, bytes] = {}
        self.hangs: set[str] = set()
        """Paths that never answer."""
        self.most_at_once: dict[str, int] = {}
        self._at_once: dict[str, int] = {}

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def handle(self, request: web.Request) -> web.Response:
        path = request.path
        self.calls.append(
            (path, {name.lower(): value for name, value in request.headers.items()}, await request.read())
        )
        self._at_once[path] = self._at_once.get(path, 0) + 1
        self.most_at_once[path] = max(self.most_at_once.get(path, 0), self._at_once[path])
        try:
            if path in self.hangs:
                await asyncio.sleep(3600)
        finally:
            self._at_once[path] -= 1
        status, own = self.answers.get(path, (204, {}))
        return web.Response(status=status, headers=own, body=self.bodies.get(path))


@asynccontextmanager
async def hook_sink() -> AsyncIterator[HookSink]:
    """A receiver of webhooks of the test's own."""
    sink = HookSink()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", sink.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sink.port = runner.addresses[0][1]
    try:
        yield sink
    finally:
        await runner.cleanup()


@contextmanager
def beside(sink: AbstractAsyncContextManager[Sink]) -> Iterator[Sink]:
    """A sink in a thread of its own, for a test that waits for other processes instead of running a loop."""
    opened: Future[tuple[Sink, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def keep() -> None:
        async with sink as made:
            ended = asyncio.Event()
            opened.set_result((made, asyncio.get_running_loop(), ended))
            await ended.wait()

    thread = Thread(target=asyncio.run, args=(keep(),), daemon=True)
    thread.start()
    made, loop, ended = opened.result(10)
    try:
        yield made
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()
