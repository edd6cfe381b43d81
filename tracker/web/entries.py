"""A kept answer: its bytes, compressed forms and validators, and how they are negotiated with a request."""

import gzip
import hashlib
from collections.abc import Mapping
from functools import cached_property

import brotli
import msgspec

HTML = "text/html; charset=utf-8"
JSON = "application/json"
ATOM = "application/atom+xml; charset=utf-8"
CSV = "text/csv; charset=utf-8"
CSVM = "application/csvm+json"
CALENDAR = "text/calendar; charset=utf-8"
SVG = "image/svg+xml"
ZIP = "application/zip"
SMALL = 600
"""Below this many bytes compressing saves nothing worth having."""


class Answer(msgspec.Struct, frozen=True):
    """What goes back: status, headers and body."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


class Entry:
    """Immutable bytes of one public address, with a form and an answer for every accepted encoding."""

    def __init__(
        self, body: bytes, media_type: str, *, headers: Mapping[str, str] | None = None, status: int = 200
    ) -> None:
        self.body = body
        self.media_type = media_type
        self.status = status
        self._extra = tuple((name.lower().encode(), value.encode()) for name, value in (headers or {}).items())
        self._digest = hashlib.sha256(body).hexdigest()[:20]

    @cached_property
    def identity(self) -> tuple[Answer, Answer]:
        return self._answers(self.body, "")

    @cached_property
    def gzip(self) -> tuple[Answer, Answer]:
        return self._answers(gzip.compress(self.body, 6, mtime=0), "gzip")

    @cached_property
    def br(self) -> tuple[Answer, Answer]:
        return self._answers(brotli.compress(self.body, quality=5), "br")

    def warm(self) -> "Entry":
        """Work out every form now, so that no reader waits for it."""
        _ = (self.identity, *((self.gzip, self.br) if self._worth_compressing else ()))
        return self

    @property
    def _worth_compressing(self) -> bool:
        return len(self.body) >= SMALL and self.media_type != ZIP

    @property
    def size(self) -> int:
        """Bytes held, with both compressed forms reckoned at a third each."""
        return len(self.body) * 5 // 3 + 2000

    def answer(self, accept_encoding: bytes, if_none_match: bytes) -> Answer:
        """The form this reader accepts, or 304 when the reader already has it."""
        full, unchanged = self._accepted(accept_encoding)
        if if_none_match and self.status == 200 and _matches(if_none_match, unchanged.headers[0][1]):
            return unchanged
        return full

    def _accepted(self, accept_encoding: bytes) -> tuple[Answer, Answer]:
        if accept_encoding and self._worth_compressing:
            if b"br" in accept_encoding and _accepts(accept_encoding, "br"):
                return self.br
            if b"gzip" in accept_encoding and _accepts(accept_encoding, "gzip"):
                return self.gzip
        return self.identity

    def _answers(self, body: bytes, encoding: str) -> tuple[Answer, Answer]:
        etag = f'"{self._digest}{"-" + encoding if encoding else ""}"'.encode()
        cache = b"max-age=0, must-revalidate" if self.status == 200 else b"no-store"
        own_rule = any(name == b"cache-control" for name, _ in self._extra)
        shared = (
            (b"etag", etag),
            (b"vary", b"accept-encoding"),
            *(() if own_rule else ((b"cache-control", cache),)),
            (b"accept-ranges", b"none"),
            *self._extra,
        )
        own = ((b"content-type", self.media_type.encode()), (b"content-length", str(len(body)).encode()))
        coded = ((b"content-encoding", encoding.encode()),) if encoding else ()
        return Answer(self.status, (*shared, *own, *coded), body), Answer(304, shared, b"")


def _accepts(header: bytes, coding: str) -> bool:
    """Whether an Accept-Encoding header allows a coding (a weight of 0 refuses it)."""
    for part in header.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == coding:
            return weight.replace(" ", "").removeprefix("q=") not in ("0", "0.0", "0.00", "0.000")
    return False


def _matches(if_none_match: bytes, etag: bytes) -> bool:
    """Weak comparison, as If-None-Match asks for (RFC 9110 §13.1.2)."""
    given = [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]
    return etag in given or b"*" in given
