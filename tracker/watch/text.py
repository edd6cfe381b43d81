"""The readable text of a page: what its publisher says there, and nothing of what frames it.

Two readings of a page that nobody changed give texts with one digest, whatever moved around them: dates of reading,
related links, banners, counters, addresses with a number against caches, attributes, white space.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tracker.watch.frame import is_frame, is_main
from tracker.watch.lines import is_framing_line
from tracker.watch.markup import Tag, pieces

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
PARTS_OF_TABLES = ("caption", "table", "tbody", "tfoot", "thead", "tr")
PARTS_OF_LISTS = ("dd", "dl", "dt", "li", "menu", "ol", "ul")
BLOCKS = frozenset(
    (
        *HEADINGS, *PARTS_OF_TABLES, *PARTS_OF_LISTS,
        *("address", "article", "aside", "blockquote", "body", "br", "center", "details", "dialog", "div", "fieldset"),
        *("figcaption", "figure", "footer", "form", "head", "header", "hgroup", "hr", "html", "legend", "main", "nav"),
        *("option", "p", "pre", "section", "summary", "title"),
    )
)  # fmt: skip
"""Elements that begin a line of their own."""
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
CELLS = frozenset({"td", "th"})
ENDED_BY = {
    "p": BLOCKS - {"br"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr"}),
    "td": frozenset({"td", "th", "tr"}),
    "th": frozenset({"td", "th", "tr"}),
    "option": frozenset({"option"}),
}
"""Elements that need no end tag, and the start tags that end them."""
BULLET = "• "
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("“”„‟″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        "…": "...",
        "•": " ",
    }
)


def normalised(html: str) -> str:
    """The text of a page or of a piece of one, a blank line between paragraphs and a line for each item of a list.

    Where the page says which part is its main one, that part only.
    """
    page = _Page()
    blocks = [block for piece in pieces(html) for block in page.write(piece)]
    blocks += page.end_line()
    main = [block for block in blocks if block.in_main]
    return _joined(main if any(block.text for block in main) else blocks)


def digest(text: str) -> str:
    """SHA-256 of what a text says: whatever `alike` gives the same for has the same digest."""
    return hashlib.sha256(alike(text).encode()).hexdigest()


def alike(text: str) -> str:
    """A text without what a reader does not see as a change: kinds of quotes, dashes and blanks, and bullets."""
    return " ".join(_visible(text).translate(_ALIKE).split())


def line(text: str) -> str:
    """A text in one line, without control and invisible characters."""
    return " ".join(_visible(text).split())


def _visible(text: str) -> str:
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return (
        "".join(c if c >= " " and not "\x7f" <= c <= "\x9f" else " " for c in plain)
        if not plain.isprintable()
        else plain
    )


class Block(msgspec.Struct):
    """One paragraph, heading, list item or row."""

    text: str
    in_main: bool
    in_list: bool


class _Open:
    """The elements that are open, innermost last; ending one that is not open costs nothing."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.counts: Counter[str] = Counter()
        self.frames: list[int] = []
        """How deep those lie that frame the page (navigation, a banner, what is hidden)."""
        self.mains: list[int] = []
        """How deep those lie that hold its main part."""

    def start(self, tag: Tag) -> None:
        while self.names and tag.name in ENDED_BY.get(self.names[-1], ()):
            self.end(self.names[-1])
        if tag.name in VOID:
            return
        if not self.frames:
            self.frames += [len(self.names)] if is_frame(tag, inside=self.counts) else []
            self.mains += [len(self.names)] if is_main(tag) else []
        self.names.append(tag.name)
        self.counts[tag.name] += 1

    def end(self, name: str) -> None:
        """End the innermost element of this name, with whatever is open inside it."""
        while self.counts[name]:
            last = self.names.pop()
            self.counts[last] -= 1
            for depths in (self.frames, self.mains):
                if depths and depths[-1] == len(self.names):
                    depths.pop()
            if last == name:
                return


class _Page:
    """A page as far as it was read: which elements are open, and the line that is being written."""

    def __init__(self) -> None:
        self.open = _Open()
        self.words: list[str] = []

    def write(self, piece: Tag | str) -> Iterator[Block]:
        """Take the next piece; gives the line that it ends."""
        if isinstance(piece, str):
            if not self.open.frames:
                self.words.append(piece)
            return
        if piece.name in BLOCKS:
            yield from self.end_line()
        elif piece.name in CELLS and not piece.closes and self.words:
            self.words.append(" | ")
        if piece.closes:
            self.open.end(piece.name)
        else:
            self.open.start(piece)

    def end_line(self) -> Iterator[Block]:
        if self.words:
            text = line("".join(self.words))
            self.words.clear()
            yield Block(text, bool(self.open.mains), bool(self.open.counts["li"]))


def _joined(blocks: Iterable[Block]) -> str:
    """The blocks that say something, without a line that only frames; items of a list stand close."""
    text, was_list = list[str](), False
    for block in blocks:
        said = block.text.strip("| ")
        if not said or is_framing_line(said):
            continue
        text.append("" if not text else "\n" if block.in_list and was_list else "\n\n")
        text.append(BULLET + said if block.in_list else said)
        was_list = block.in_list
    return "".join(text)


PARTS = ("title", "heading", "name", "body", "description", "summary")
DETAILS = (
    "introduction", "introductory_paragraph", "body", "summary", "parts", "start_button_text", "will_continue_on",
    "need_to_know", "what_you_need_to_know", "ways_to_respond", "other_ways_to_apply", "more_information",
    "downtime_message", "opening_date", "closing_date", "final_outcome_detail", "public_feedback_detail",
    "collection_groups", "sections", "groups", "attachments", "documents", "final_outcome_documents",
    "public_feedback_documents",
)  # fmt: skip
"""Fields of a content item's details that readers see, in the order of the page."""


def of_content_item(item: Mapping[str, Any]) -> str:
    """The text of an item of GOV.UK's Content API: title, description, body, parts and what is attached.

    Not its links, flags, ids, times of editing or history of changes, which move without its text.
    """
    details = item.get("details")
    found = [*_said(item.get("title")), *_said(item.get("description"))]
    if isinstance(details, Mapping):
        found += [said for name in DETAILS if name in details for said in _said(details[name])]
    return "\n\n".join(said for said in found if said)


def _said(value: object) -> list[str]:
    """The texts in a field: HTML, a list of parts, or the same text in several forms, of which HTML counts."""
    if isinstance(value, str):
        return [normalised(value)]
    if isinstance(value, list):
        forms = {form.get("content_type"): form.get("content") for form in value if _is_form(form)}
        if forms:
            return _said(forms.get("text/html", next(iter(forms.values()))))
        return [said for each in value for said in _said(each)]
    if isinstance(value, Mapping):
        return [" ".join([*_said(value.get("title")), *_file(value)])] if _is_file(value) else _of_part(value)
    return []


def _of_part(part: Mapping[str, Any]) -> list[str]:
    return [said for name in PARTS for said in _said(part.get(name))]


def _is_form(value: object) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("content"), str) and "content_type" in value


def _is_file(value: Mapping[str, Any]) -> bool:
    return "content_type" in value or "attachment_type" in value


def _file(value: Mapping[str, Any]) -> list[str]:
    """What tells that a file was replaced by another with the same title."""
    name, pages = value.get("filename"), value.get("number_of_pages")
    told = [name if isinstance(name, str) else "", f"{pages} pages" if isinstance(pages, int) else ""]
    return [f"({', '.join(part for part in told if part)})"] if any(told) else []
