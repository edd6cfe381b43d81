"""The readable text of a page: what its publisher says there, and nothing of what frames it.

Two readings of a page that nobody changed give texts with one digest, whatever moved around them: dates of reading,
related links, banners, counters, addresses with a number against caches, attributes, white space.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

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


def normalised(html: str, *, within: str = "", without: Collection[str] = ()) -> str:
    """The text of a page or of a piece of one, a blank line between paragraphs and a line for each item of a list.

    Where the page says which part is its main one, that part only. `within` names another part, by its element or
    #id, and `without` what is left out of it: then a page without such a part has no text.
    """
    page = _Page(within, without)
    blocks = [block for piece in pieces(html) for block in page.write(piece)]
    blocks += page.end_line()
    main = [block for block in blocks if block.in_main]
    return _joined(main if within or any(block.text for block in main) else blocks)


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

    def __init__(self, within: str, without: Collection[str]) -> None:
        self.names: list[str] = []
        self.counts: Counter[str] = Counter()
        self.frames: list[int] = []
        """How deep those lie that frame the page (navigation, a banner, what is hidden)."""
        self.mains: list[int] = []
        """How deep those lie that hold its main part."""
        self._within = within
        self._without = frozenset(without)

    def start(self, tag: Tag) -> None:
        while self.names and tag.name in ENDED_BY.get(self.names[-1], ()):
            self.end(self.names[-1])
        if tag.name in VOID:
            return
        if not self.frames:
            is_main = self._is_main(tag)
            self.mains += [len(self.names)] if is_main else []
            self.frames += [len(self.names)] if not is_main and self._frames(tag) else []
        self.names.append(tag.name)
        self.counts[tag.name] += 1

    def _frames(self, tag: Tag) -> bool:
        return (bool(self._without) and tag.is_one_of(self._without)) or is_frame(tag, inside=self.counts)

    def _is_main(self, tag: Tag) -> bool:
        return tag.is_one_of((self._within,)) if self._within else is_main(tag)

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

    def __init__(self, within: str, without: Collection[str]) -> None:
        self.open = _Open(within, without)
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
