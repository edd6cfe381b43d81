"""Forms as browsers send them (application/x-www-form-urlencoded), read piece by piece while they arrive.

No more is held than what was typed: ten million letters of Welsh or Urdu can be sixty million bytes on their way. And
nobody else waits long for a piece, however large the whole is.
"""

import binascii
import re
from collections.abc import Iterator

PIECE = 16_384
"""Bytes that are read at once: less than a millisecond's work, a few where every second letter is escaped."""
MOST_FIELDS = 2000
_ESCAPES = re.compile(rb"(?:%[0-9A-Fa-f]{2})+")


class Reader:
    """Takes a form in, piece by piece, and then gives its fields as they were typed."""

    def __init__(self) -> None:
        self.size = 0
        """Bytes of names and values that are held."""
        self._fields: list[tuple[bytearray, bytearray]] = []
        self._name = bytearray()
        self._value: bytearray | None = None
        self._rest = b""
        """The beginning of an escape whose end has not arrived."""

    def feed(self, piece: bytes) -> None:
        """Read a piece; raises ValueError for what no browser sends."""
        if not piece.isascii():
            raise ValueError("a form is sent in ASCII")
        piece = self._rest + piece
        cut = piece.rfind(b"%", -2)
        piece, self._rest = (piece[:cut], piece[cut:]) if cut >= 0 else (piece, b"")
        first, *others = piece.split(b"&")
        self._take(first)
        for part in others:
            self._end_field()
            self._take(part)

    def _take(self, part: bytes) -> None:
        before = len(self._name) + len(self._value or b"")
        if self._value is None:
            name, equals, part = part.partition(b"=")
            self._name += _typed(name)
            self._value = bytearray() if equals else None
        if self._value is not None:
            self._value += _typed(part)
        self.size += len(self._name) + len(self._value or b"") - before

    def _end_field(self) -> None:
        self._fields.append((self._name, self._value if self._value is not None else bytearray()))
        if len(self._fields) > MOST_FIELDS:
            raise ValueError("a form has no so many fields")
        self._name, self._value = bytearray(), None

    def items(self) -> Iterator[tuple[str, str]]:
        """Every field, once; raises ValueError where a value is no text."""
        self._take(self._rest)
        self._end_field()
        # What is read is let go at once, so that a large text is not held twice.
        for name, value in _emptied(self._fields):
            if name or value:
                yield name.decode(), value.decode()


def _emptied(fields: list[tuple[bytearray, bytearray]]) -> Iterator[tuple[bytearray, bytearray]]:
    fields.reverse()
    while fields:
        yield fields.pop()


def _typed(part: bytes) -> bytes:
    """What was typed, from how it was sent; what only looks like an escape stays as it is."""
    return _ESCAPES.sub(_bytes_of, part.replace(b"+", b" "))


def _bytes_of(escapes: re.Match[bytes]) -> bytes:
    return binascii.unhexlify(escapes[0].replace(b"%", b""))
