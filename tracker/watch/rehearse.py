"""Recordings of what servers answered, and playing them back: the same code reads them as reads the web."""

import os
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from tracker.clock import Clock
from tracker.errors import Invalid
from tracker.watch.asking import MOST_BYTES, Away, Fetcher
from tracker.watch.robots import PATH
from tracker.watch.schemas import Answer, Unreadable

EXCHANGES, BODIES = "exchanges.jsonl", "bodies"
NEVER_KEPT = frozenset({"authorization", "cookie", "proxy-authorization", "set-cookie", "www-authenticate"})
CONDITIONS = ("if-none-match", "if-modified-since")
OK, NOT_MODIFIED, NOT_FOUND = 200, 304, 404


class Exchange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One question and what came of it."""

    at: datetime
    url: str
    asked: Mapping[str, str] = {}
    status: int | None = None
    """None when there was no answer: then `said` says why."""
    headers: Mapping[str, str] = {}
    body: str | None = None
    """The name of the file with the body: its SHA-256."""
    said: str | None = None
    away: bool = False


class Recorder:
    """Asks as another fetcher does, and keeps every exchange in a folder."""

    def __init__(self, inner: Fetcher, folder: Path, *, clock: Clock) -> None:
        self._inner = inner
        self._folder = folder
        self._clock = clock
        self._whole: set[str] = set()
        """Addresses whose answer is in the recording, so that another one may be only that nothing is new."""
        try:
            (folder / BODIES).mkdir(parents=True, exist_ok=True)
            _cut_unfinished(folder / EXCHANGES)
            (folder / EXCHANGES).touch()
        except OSError as error:
            raise Invalid(f"--record names {folder}, which cannot be written: {error.strerror}") from error
        self._whole.update(each.url for each in Recording(folder).exchanges if each.status == OK)

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = MOST_BYTES) -> Answer:
        asked = dict(headers)
        if url not in self._whole:
            asked = {name: value for name, value in asked.items() if name.lower() not in CONDITIONS}
        at = self._clock()
        try:
            answer = await self._inner.get(url, headers=asked, most_bytes=most_bytes)
        except Unreadable as error:
            self._keep(Exchange(at=at, url=url, asked=_kept(asked), said=str(error), away=isinstance(error, Away)))
            raise
        body = self._keep_body(answer.body) if answer.body else None
        told = {"status": answer.status, "headers": _kept(answer.headers), "body": body}
        self._keep(Exchange(at=at, url=url, asked=_kept(asked), **told))  # type: ignore[arg-type]  # three types
        if answer.status == OK:
            self._whole.add(url)
        return answer

    def _keep_body(self, body: bytes) -> str:
        name = sha256(body).hexdigest()
        target = self._folder / BODIES / name
        if not target.exists():
            # Whole or not at all: whoever records may be stopped at any moment.
            fresh = target.with_name(f".{name}-{os.getpid()}")
            fresh.write_bytes(body)
            fresh.replace(target)
        return name

    def _keep(self, exchange: Exchange) -> None:
        # In one write, and not kept open: whoever records may be stopped at any moment.
        with (self._folder / EXCHANGES).open("ab", buffering=0) as file:
            file.write(msgspec.json.encode(exchange) + b"\n")


def _kept(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in NEVER_KEPT}


def _cut_unfinished(file: Path) -> None:
    """Take away a line that somebody was stopped while writing."""
    if file.exists():
        content = file.read_bytes()
        if not content.endswith(b"\n"):
            os.truncate(file, content.rfind(b"\n") + 1)


class Recording:
    """A folder of exchanges; raises Invalid, saying where it is damaged."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.exchanges: Sequence[Exchange] = _read(folder / EXCHANGES)
        self._by_url: dict[str, list[Exchange]] = {}
        for exchange in sorted(self.exchanges, key=lambda each: each.at):
            self._by_url.setdefault(exchange.url, []).append(exchange)
        for name in {each.body for each in self.exchanges if each.body}:
            self._require(name)

    @property
    def moments(self) -> list[datetime]:
        """Every moment at which something was asked, in order."""
        return sorted({each.at for each in self.exchanges})

    def at(self, url: str, moment: datetime) -> tuple[Exchange | None, Exchange | None]:
        """The latest exchange with an address up to a moment, and the latest with its whole answer."""
        of_url = self._by_url.get(url, [])
        until = of_url[: bisect_right(of_url, moment, key=lambda each: each.at)]
        return next(reversed(until), None), next((each for each in reversed(until) if each.status == OK), None)

    def body(self, exchange: Exchange) -> bytes:
        return (self.folder / BODIES / exchange.body).read_bytes() if exchange.body else b""

    def _require(self, name: str) -> None:
        try:
            found = sha256((self.folder / BODIES / name).read_bytes()).hexdigest()
        except (OSError, ValueError) as error:
            raise Invalid(f"The recording {self.folder} is damaged: it lacks the body {name[:80]}") from error
        if found != name:
            raise Invalid(f"The recording {self.folder} is damaged: the body {name} is not what was recorded")


def _read(file: Path) -> list[Exchange]:
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise Invalid(
            f"{file.parent} is no recording: its file {file.name} cannot be read ({error.strerror})"
        ) from error
    # What follows the last line break was being written when its writer was stopped.
    return [_exchange(line, file, number) for number, line in enumerate(lines[:-1], start=1)]


def _exchange(line: bytes, file: Path, number: int) -> Exchange:
    try:
        exchange = msgspec.json.decode(line, type=Exchange)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"The recording {file.parent} is damaged: {file.name}, line {number}: {error}") from error
    if exchange.at.tzinfo is None or (exchange.status is None and exchange.said is None):
        reason = "a moment without a zone" if exchange.at.tzinfo is None else "neither an answer nor why there was none"
        raise Invalid(f"The recording {file.parent} is damaged: {file.name}, line {number}: {reason}")
    return exchange


class Player:
    """Answers from a recording, as of the clock's moment."""

    def __init__(self, recording: Recording, *, clock: Clock) -> None:
        self._recording = recording
        self._clock = clock

    async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = MOST_BYTES) -> Answer:
        last, whole = self._recording.at(url, self._clock())
        if last is None and url.endswith(PATH):
            # It was known before the recording began.
            return Answer(url=url, status=NOT_FOUND, headers={}, body=b"")
        if last is None or (last.status == NOT_MODIFIED and whole is None):
            raise Unreadable("cannot be reached: the recording holds no answer of it up to this moment")
        if last.status is None:
            raise (Away if last.away else Unreadable)(last.said or "")
        shown = whole if last.status == NOT_MODIFIED and whole else last
        if shown.status == OK and is_unchanged(shown, headers):
            return Answer(url=url, status=NOT_MODIFIED, headers=last.headers, body=b"")
        return Answer(url=url, status=shown.status or 0, headers=shown.headers, body=self._recording.body(shown))


def is_unchanged(shown: Exchange, headers: Mapping[str, str]) -> bool:
    """Whether a server would say that what is shown is what the asker has."""
    for condition, validator in zip(CONDITIONS, ("etag", "last-modified"), strict=True):
        if condition in headers:
            return bool(shown.headers.get(validator)) and headers[condition] == shown.headers[validator]
    return False
