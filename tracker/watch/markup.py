"""HTML cut into tags and text in one pass: whatever is broken in it costs nothing but itself.

The standard library's parser takes quadratic time for some broken pages, and a page comes from anywhere.
"""

import re
from collections.abc import Collection, Iterator
from html import unescape

import msgspec

# Nothing is tried twice, and a quoted value with "<" in it is looked for this far only: so the whole takes linear time.
_QUOTED = r"\"[^\"<]*+\"|'[^'<]*+'|\"[^\"]{0,1000}+\"|'[^']{0,1000}+'"
_TAG = re.compile(rf"<(?P<closes>/?)(?P<name>[a-zA-Z][^\s/<>]*+)(?P<rest>(?:[^<>\"']++|{_QUOTED})*+)>")
_BROKEN = re.compile(r"<(?P<closes>/?)(?P<name>[a-zA-Z][^\s/<>]*+)(?P<rest>[^<>]*+)>?")
_ATTRIBUTE = re.compile(r"([^\s\"'<>/=]++)\s*+(?:=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'<>]++)))?+")
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
        start = html.find("<", at)
        if start < 0:
            yield unescape(html[at:])
            return
        if start > at:
            yield unescape(html[at:start])
        if html.startswith(("<!", "<?"), start):
            at = _after_declaration(html, start)
            continue
        match = _TAG.match(html, start) or _BROKEN.match(html, start)
        if match is None:
            yield "<"
            at = start + 1
            continue
        tag = Tag(match["name"].lower(), bool(match["closes"]), match["rest"])
        yield tag
        at = _after_raw(html, tag.name, match.end()) if tag.name in RAW and not tag.closes else match.end()


def _after_declaration(html: str, start: int) -> int:
    """Where a comment, doctype, CDATA mark or instruction ends; one that never ends reaches to the end."""
    ending = "-->" if html.startswith("<!--", start) else ">"
    # "<!-->" is a whole comment.
    end = html.find(ending, start + 2)
    return len(html) if end < 0 else end + len(ending)


def _after_raw(html: str, name: str, start: int) -> int:
    """Where the end tag of an element begins whose content is no markup; one that never ends reaches to the end."""
    match = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, start)
    return match.start() if match else len(html)
