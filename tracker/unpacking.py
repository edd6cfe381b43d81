"""Packed bodies (gzip, deflate, brotli) unpacked as they arrive, and never to more than was allowed."""

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli

AT_ONCE = 65_536
"""How much is unpacked at a time: a few packed bytes can hold gigabytes."""
GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
RAW = -zlib.MAX_WBITS


class Damaged(Exception):
    """A body that cannot be unpacked; says why, as in “is …”."""


class TooLong(Exception):
    """A body that is longer than was allowed."""


class Unpacker(Protocol):
    """Unpacks piece by piece."""

    def feed(self, packed: bytes) -> Iterator[bytes]:
        """What this piece holds, in small pieces; raises Damaged."""

    def end(self) -> None:
        """Raise Damaged unless what was fed is whole."""


def unpacker(encoding: str) -> Unpacker:
    """What unpacks a body with this Content-Encoding; raises Damaged for one that was not asked for."""
    names = [name for name in (part.strip().lower() for part in encoding.split(",")) if name not in ("", "identity")]
    if not names:
        return _Plain()
    if len(names) > 1:
        raise Damaged(f"is packed more than once ({', '.join(names)[:60]})")
    if names[0] in ("gzip", "x-gzip", "deflate"):
        return _Zlib(names[0].removeprefix("x-"))
    if names[0] == "br":
        return _Brotli()
    raise Damaged(f"is packed in a way that was not asked for ({names[0][:60]})")


class _Plain:
    def feed(self, packed: bytes) -> Iterator[bytes]:
        yield packed

    def end(self) -> None:
        """Nothing can be missing."""


class _Zlib:
    """gzip, also of several members, and deflate, with and without the header that it should have."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made = zlib.decompressobj(wbits=GZIP_OR_ZLIB)
        self._fed = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        if packed and not self._fed:
            # Some servers send deflate without the header of zlib: the header would begin with an 8.
            if self._name == "deflate" and packed[0] & 0x0F != 8:
                self._made = zlib.decompressobj(wbits=RAW)
            self._fed = True
        piece = b""
        # A full piece may have left some behind inside, though all that is packed was taken in.
        while packed or len(piece) == AT_ONCE:
            if self._made.eof:
                # What follows the end is another member, or filling, which is left.
                if self._name != "gzip" or not packed.startswith(b"\x1f"):
                    return
                self._made = zlib.decompressobj(wbits=GZIP_OR_ZLIB)
            try:
                piece = self._made.decompress(packed, AT_ONCE)
            except zlib.error as error:
                raise Damaged(f"is no good {self._name}") from error
            packed = self._made.unused_data if self._made.eof else self._made.unconsumed_tail
            if piece:
                yield piece

    def end(self) -> None:
        if self._fed and not self._made.eof:
            raise Damaged(f"broke off before its {self._name} was whole")


class _Brotli:
    def __init__(self) -> None:
        self._made = brotli.Decompressor()
        self._fed = False

    def feed(self, packed: bytes) -> Iterator[bytes]:
        self._fed = self._fed or bool(packed)
        piece = packed
        try:
            # As long as something comes out, more of it may be left inside.
            while not self._made.is_finished() and (piece or not self._made.can_accept_more_data()):
                piece = self._made.process(packed, output_buffer_limit=AT_ONCE)
                packed = b""
                if piece:
                    yield piece
        except brotli.error as error:
            raise Damaged("is no good brotli") from error

    def end(self) -> None:
        if self._fed and not self._made.is_finished():
            raise Damaged("broke off before its brotli was whole")
