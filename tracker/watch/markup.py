"""HTML cut into tags and text in one pass: whatever is broken in it costs nothing but itself.

The standard library's parser takes quadratic time for some broken pages, and a page comes from anywhere.
"""

import re
from collections.abc import Collection, Iterator
from html import unescape

import msgspec

# Only one way leads through each of these, and a quoted value with "<" in it is looked for a short way only: so the
# whole takes linear time. Not by possessive quantifiers, which match wrongly in Python before 3.11.5.
_QUOTED = r"\"[^\"<]*\"|'[^'<]*'|\"[^\"<]{0,500}<[^\"]{0,500}\"|'[^'<]{0,500}<[^']{0,500}'"
_NAME = r"[a-zA-Z][^\s/<>]*(?![^\s/<>])"
_BEGINS = re.compile(r"<[a-zA-Z/!?]")
"""What ends a text: other "<" belong to it."""
_PIECE = re.compile(
    rf"<(/?)({_NAME})([^<>\"']*(?:(?:{_QUOTED})[^<>\"']*)*)>"
    rf"|<(/?)({_NAME})([^<>]*)>?"
    r"|<!--(?:>|.*?(?:-->|\Z))|<[!?/][^>]*>?",
    re.DOTALL,
)
"""A tag; a broken tag; a comment, or what stands like one."""
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?")
RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
"""Elements in which only their own end tag is markup."""


class Tag(msgspec.Struct, frozen=True):
    """A start or an end tag."""

    name: str
    closes: bool = False
    rest: str = ""

    def attributes(self) -> dict[str, str]:
        """Its attributes; the first of two with one name counts, as in browsers."""
        found: dict[str, str] = {}
        for match in _ATTRIBUTE.finditer(self.rest):
            found.setdefault(match[1].lower(), unescape(match[2] or match[3] or match[4] or ""))
        return found

    def is_one_of(self, names: Collection[str]) -> bool:
        """Whether it is named so, by its element or as #id."""
        return self.name in names or ("id" in self.rest and f"#{self.attributes().get('id')}" in names)


def pieces(html: str) -> Iterator[Tag | str]:
    """Tags and the text between them, in their order, without comments and what is no text (scripts, styles)."""
    at, end = 0, len(html)
    while at < end:
        begins = _BEGINS.search(html, at)
        start = begins.start() if begins else end
        if start > at:
            text = html[at:start]
            yield unescape(text) if "&" in text else text
        found = _PIECE.match(html, start)
        if found is None:  # the pattern takes whatever begins so; else there is nothing left
            return
        at = found.end()
        closes, name, rest, *broken = found.groups()
        if name is None:
            closes, name, rest = broken
        if name is not None:
            tag = Tag(name.lower(), bool(closes), rest)
            yield tag
            if not closes and tag.name in RAW:
                at = _after_raw(html, tag.name, at)


def _after_raw(html: str, name: str, start: int) -> int:
    """Where the end tag of an element begins whose content is no markup; one that never ends reaches to the end."""
    match = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, start)
    return match.start() if match else len(html)
