"""Refuses XML that is made to do harm, before anything is read from it."""

import re
from xml.parsers import expat

from tracker.watch.schemas import Unreadable

DEEPEST = 100
"""Levels of elements: a feed with marked-up text inside needs about twenty."""
DEEPEST_WHEN_BROKEN = 1_000
"""Of XML that is broken, where elements left open count as if what follows were inside."""
LONGEST_WHEN_BROKEN = 5_000_000
"""Bytes: mending takes longer than reading."""
MOST_ELEMENTS = 500_000
"""Twenty thousand entries have two hundred thousand."""
MOST_ATTRIBUTES = 200
MOST_NAMESPACES = 1_000
MOST_OPEN_COMMENTS = 100
LONGEST_TAG = 20_000
LONGEST_WORD = 3_000
"""Letters, digits and what else may stand in an e-mail address, without anything between."""

_FIRST_ELEMENT = re.compile(rb"<\w")
_ELEMENT = re.compile(rb"<(/?)[A-Za-z][^<>]*?(/?)>")
_IN_WORDS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+")
_AS_WORDS = bytes(ord("a") if byte in _IN_WORDS else ord(" ") for byte in range(256))


def refuse_hostile(xml: bytes) -> None:
    """Raise Unreadable, in words, for XML with a document type, entities of its own, or of an absurd shape.

    The reader takes a time for some shapes that grows with the square of their length; those are refused, too.
    XML that is merely broken passes, for the reader may mend it. It must be UTF-8 already, as the reader will see it:
    in another encoding an attack could hide from this.
    """
    first = _FIRST_ELEMENT.search(xml)
    head = xml[: first.start()].upper() if first else xml.upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _forbidden(head)
    if xml.count(b"!--") - xml.count(b"-->") - xml.count(b"--&gt;") > MOST_OPEN_COMMENTS:
        raise Unreadable("its XML has comments that do not end")
    if b"a" * LONGEST_WORD in xml.translate(_AS_WORDS):
        raise Unreadable("it has an absurdly long word")
    _refuse_shapes(xml)


def _refuse_shapes(xml: bytes) -> None:
    guard = _Guard()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.StartDoctypeDeclHandler = guard.refuse_doctype
    parser.StartNamespaceDeclHandler = guard.count_namespace
    parser.StartElementHandler = guard.enter
    parser.EndElementHandler = guard.leave
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        if len(xml) > LONGEST_WHEN_BROKEN:
            raise Unreadable(f"its XML is broken, and too long to be mended ({error})") from error
        _refuse_broken(xml)


class _Guard:
    """Counts while the standard parser runs."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0
        self.namespaces = 0

    def refuse_doctype(self, *_: object) -> None:
        raise _forbidden(b"")

    def count_namespace(self, *_: object) -> None:
        self.namespaces += 1
        if self.namespaces > MOST_NAMESPACES:
            raise Unreadable(f"its XML declares more than {MOST_NAMESPACES:,} namespaces")

    def enter(self, _: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST:
            raise Unreadable(f"its XML is nested more than {DEEPEST} levels deep")
        if self.elements > MOST_ELEMENTS:
            raise Unreadable(f"its XML has more than {MOST_ELEMENTS:,} elements")
        if len(attributes) > MOST_ATTRIBUTES:
            raise Unreadable(f"its XML has an element with more than {MOST_ATTRIBUTES} attributes")

    def leave(self, _: str) -> None:
        self.depth -= 1


def _forbidden(head: bytes) -> Unreadable:
    if re.search(rb"<!DOCTYPE\s+HTML", head):
        return Unreadable("it is a web page (HTML), not a feed", for_good=True)
    if b"<!ENTITY" in head:
        return Unreadable("its XML defines entities, which no feed needs and an attack may")
    return Unreadable("its XML names a document type (DTD), which no feed needs and an attack may")


def _refuse_broken(xml: bytes) -> None:
    """The same for XML that the standard parser does not read to its end, as well as can be told."""
    depth = 0
    for tag in _ELEMENT.finditer(xml):
        closes, closed = tag.groups()
        depth += -1 if closes else 0 if closed else 1
        if depth > DEEPEST_WHEN_BROKEN:
            raise Unreadable(f"its XML is broken, and nested more than {DEEPEST_WHEN_BROKEN:,} levels deep")
        if tag.end() - tag.start() > LONGEST_TAG:
            raise Unreadable("its XML is broken, and has an absurdly long tag")
