"""Refuses XML that is made to do harm, before anything is read from it."""

import re
from xml.parsers import expat

from tracker.watch.schemas import Unreadable

DEEPEST = 100
"""Levels of elements: a feed with marked-up text inside needs about twenty."""
DEEPEST_WHEN_BROKEN = 1_000
"""Of XML that is broken, where elements left open count as if what follows were inside."""
MOST_ELEMENTS = 2_000_000
LONGEST_NAME = 1_000

_FIRST_ELEMENT = re.compile(rb"<\w")
_ELEMENT = re.compile(rb"<(/?)[A-Za-z][^<>]*?(/?)>")


def refuse_hostile(xml: bytes) -> None:
    """Raise Unreadable, in words, for XML with a document type, entities of its own or absurd nesting.

    XML that is merely broken passes, for the reader may mend it. It must be UTF-8 already, as the reader will see it:
    in another encoding an attack could hide from this.
    """
    first = _FIRST_ELEMENT.search(xml)
    head = xml[: first.start()].upper() if first else xml.upper()
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _forbidden(head)
    guard = _Guard()
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = guard.refuse_doctype
    parser.StartElementHandler = guard.enter
    parser.EndElementHandler = guard.leave
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        _refuse_deep(xml[parser.ErrorByteIndex :] if parser.ErrorByteIndex > 0 else xml)


class _Guard:
    """Counts while the standard parser runs."""

    def __init__(self) -> None:
        self.depth = 0
        self.elements = 0

    def refuse_doctype(self, *_: object) -> None:
        raise _forbidden(b"")

    def enter(self, name: str, _: object) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > DEEPEST:
            raise Unreadable(f"its XML is nested more than {DEEPEST} levels deep")
        if self.elements > MOST_ELEMENTS:
            raise Unreadable(f"its XML has more than {MOST_ELEMENTS:,} elements")
        if len(name) > LONGEST_NAME:
            raise Unreadable("its XML has an element with an absurdly long name")

    def leave(self, _: object) -> None:
        self.depth -= 1


def _forbidden(head: bytes) -> Unreadable:
    if re.search(rb"<!DOCTYPE\s+HTML", head):
        return Unreadable("it is a web page (HTML), not a feed", for_good=True)
    if b"<!ENTITY" in head:
        return Unreadable("its XML defines entities, which no feed needs and an attack may")
    return Unreadable("its XML names a document type (DTD), which no feed needs and an attack may")


def _refuse_deep(rest: bytes) -> None:
    depth = 0
    for found in _ELEMENT.finditer(rest):
        closes, closed = found.groups()
        depth += -1 if closes else 0 if closed else 1
        if depth > DEEPEST_WHEN_BROKEN:
            raise Unreadable(f"its XML is broken, and nested more than {DEEPEST_WHEN_BROKEN:,} levels deep")
