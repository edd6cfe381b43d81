"""A mail server and an endpoint of webhooks, in a process of their own: they count what they accept, by id.

Each can be told to accept and not answer, so that a sender can be killed between the two. Commands come by stdin, one a
line; each is answered with one line of JSON on stdout.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Callable
from typing import Any

MESSAGE_ID = re.compile(rb"^message-id:\s*<([^>\r\n]+)>", re.IGNORECASE | re.MULTILINE)
RECIPIENT = re.compile(rb"^rcpt to:\s*<([^>]+)>", re.IGNORECASE)
GREETING = b"220 sink\r\n"
EXTENSIONS = b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"


class Ledger:
    """What was accepted, in the order of its coming, and which answers are held back."""

    def __init__(self) -> None:
        self.accepted: list[tuple[str, str, str, float]] = []
        self.is_stalling = False
        self.held: list[Callable[[], None]] = []

    def accept(self, channel: str, to: str, number: str, answer: Callable[[], None]) -> None:
        """Count a message as taken, and answer now or when it is allowed again."""
        self.accepted.append((channel, to, number, time.monotonic()))
        if self.is_stalling:
            self.held.append(answer)
        else:
            answer()

    def let_go(self) -> None:
        """Answer whatever was held back; whoever asked may be gone."""
        self.is_stalling = False
        held, self.held = self.held, []
        for answer in held:
            answer()

    def obey(self, command: str) -> Any:
        """What a command is answered with."""
        name, _, argument = command.strip().partition(" ")
        match name:
            case "since":
                return self.accepted[int(argument) :]
            case "count":
                return len(self.accepted)
            case "stall":
                self.is_stalling = True
            case "go":
                self.let_go()
        return len(self.held)


class Sink(asyncio.Protocol):
    """A connection whose input is read whenever no answer of it is held back."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._unread = b""
        self._waits = False
        self._reads = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._unread += data
        self._read()

    def _read(self) -> None:
        self._reads = True
        while not self._waits and self._take():
            continue
        self._reads = False

    def _take(self) -> bool:
        """Read one thing; False when it has not come whole."""
        raise NotImplementedError

    def _accept(self, channel: str, to: str, number: str, answer: bytes) -> None:
        self._waits = True

        def reply() -> None:
            self._waits = False
            if not self._transport.is_closing():
                self._transport.write(answer)
            if not self._reads:
                self._read()

        self._ledger.accept(channel, to, number, reply)


class MailSink(Sink):
    """As much of SMTP as a client of ours needs, with pipelining."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self._to = ""
        self._in_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._transport.write(GREETING)

    def _take(self) -> bool:
        if self._in_data:
            return self._take_content()
        line, end, rest = self._unread.partition(b"\r\n")
        if end:
            self._unread = rest
            self._answer(line)
        return bool(end)

    def _answer(self, line: bytes) -> None:
        word = line[:4].upper()
        if word == b"RCPT":
            found = RECIPIENT.match(line)
            self._to = found[1].decode() if found else ""
        self._in_data = word == b"DATA"
        answers = {b"EHLO": EXTENSIONS, b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
        self._transport.write(answers.get(word, b"250 ok\r\n"))

    def _take_content(self) -> bool:
        content, end, rest = self._unread.partition(b"\r\n.\r\n")
        if end:
            self._unread, self._in_data = rest, False
            found = MESSAGE_ID.search(content)
            self._accept("email", self._to, found[1].decode() if found else "", b"250 taken\r\n")
        return bool(end)


class HookSink(Sink):
    """As much of HTTP/1.1 as a client of ours needs: posts with a length, connections that are kept."""

    def _take(self) -> bool:
        head, end, rest = self._unread.partition(b"\r\n\r\n")
        if not end:
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", "0"))
        if len(rest) < length:
            return False
        self._unread = rest[length:]
        taken = b"HTTP/1.1 204 No Content\r\n\r\n"
        self._accept("webhook", first.split(" ")[1], headers.get("webhook-id", ""), taken)
        return True


async def serve() -> None:
    """Say on which ports, then obey until stdin ends."""
    ledger, loop = Ledger(), asyncio.get_running_loop()
    servers = [
        await loop.create_server(lambda kind=kind: kind(ledger), "127.0.0.1", 0) for kind in (MailSink, HookSink)
    ]
    print(json.dumps([server.sockets[0].getsockname()[1] for server in servers]), flush=True)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        print(json.dumps(ledger.obey(line.decode())), flush=True)


if __name__ == "__main__":
    asyncio.run(serve())
