"""The readable text of a page: what its publisher says there, and nothing of what frames it.

Two readings of a page that nobody changed give texts with one digest, whatever moved around them: dates of reading,
related links, banners, counters, addresses with a number against caches, attributes, white space.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from tracker.watch.frame import is_called_a_frame, is_frame, is_main
from tracker.watch.lines import is_framing_line
from tracker.watch.markup import Tag, pieces

VERSION = 1
"""Of how text is read: raise it with every change of that, or watched pages would be told as edited."""
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


LEAST = 0.05
"""Less of a page than this is not its text: then what is called a frame is none."""


def normalised(html: str, *, within: str = "", without: Collection[str] = ()) -> str:
    """The text of a page or of a piece of one, a blank line between paragraphs and a line for each item of a list.

    Where the page says which part is its main one, that part only. `within` names another part, by its element or
    #id, and `without` what is left out of it: then a page without such a part has no text.
    """
    page = _Page(within, without)
    for piece in pieces(html):
        page.write(piece)
    page.end_line()
    main = [block for block in page.blocks if block.in_main]
    blocks = main if within or any(block.whole for block in main) else page.blocks
    size, whole = sum(len(block.text) for block in blocks), sum(len(block.whole) for block in blocks)
    if size < LEAST * whole:
        return _joined((block.whole, block.in_list) for block in blocks)
    return _joined((block.text, block.in_list) for block in blocks)


def digest(text: str) -> str:
    """SHA-256 of what a text says: whatever `alike` gives the same for has the same digest."""
    return hashlib.sha256(alike(text).encode()).hexdigest()


def alike(text: str) -> str:
    """A text without what a reader does not see as a change: kinds of quotes, dashes and blanks, and bullets."""
    plain = _visible(text)
    return " ".join((plain if plain.isascii() and "`" not in plain else plain.translate(_ALIKE)).split())


def line(text: str) -> str:
    """A text in one line, without control and invisible characters."""
    return " ".join(_visible(text).split())


def _visible(text: str) -> str:
    if text.isascii():
        return text if text.isprintable() else _CONTROL.sub(" ", text)
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return (
        "".join(c if c >= " " and not "\x7f" <= c <= "\x9f" else " " for c in plain)
        if not plain.isprintable()
        else plain
    )


class Block(msgspec.Struct):
    """One paragraph, heading, list item or row."""

    text: str
    whole: str
    """With what is called a frame."""
    in_main: bool
    in_list: bool


class _Open:
    """The elements that are open, innermost last; ending one that is not open costs nothing."""

    def __init__(self, within: str, without: Collection[str]) -> None:
        self.names: list[str] = []
        self.counts: Counter[str] = Counter()
        self._within = within
        self._without = frozenset(without)
        self._depths: tuple[list[int], list[int], list[int]] = ([], [], [])
        """How deep those lie that hold the main part, those that frame it, and those that are called frames."""

        self._deepest = -1
        self.in_frame = self.in_named_frame = self.in_main = False

    def _look(self) -> None:
        """Say anew where what comes next stands. A frame around the main part is one that was never ended."""
        main, frame, named = (depths[-1] if depths else -1 for depths in self._depths)
        self.in_main, self.in_frame, self.in_named_frame = main >= 0, frame > main, named > main
        self._deepest = max(main, frame, named)

    def start(self, tag: Tag) -> None:
        names = self.names
        while names and tag.name in ENDED_BY.get(names[-1], ()):
            self.end(names[-1])
        if tag.name in VOID:
            return
        kind = self._kind(tag)
        if kind is not None:
            self._depths[kind].append(len(names))
            self._look()
        names.append(tag.name)
        self.counts[tag.name] += 1

    def _kind(self, tag: Tag) -> int | None:
        """In which of the lists of depths an element belongs."""
        if self._is_main(tag):
            return 0
        if self.in_frame:
            return None
        if self._frames(tag):
            return 1
        return 2 if tag.rest and not self.in_named_frame and is_called_a_frame(tag) else None

    def _frames(self, tag: Tag) -> bool:
        return (bool(self._without) and tag.is_one_of(self._without)) or is_frame(tag, inside=self.counts)

    def _is_main(self, tag: Tag) -> bool:
        return tag.is_one_of((self._within,)) if self._within else is_main(tag)

    def end(self, name: str) -> None:
        """End the innermost element of this name, with whatever is open inside it."""
        while self.counts[name]:
            last = self.names.pop()
            self.counts[last] -= 1
            if self._deepest == len(self.names):
                for depths in self._depths:
                    if depths and depths[-1] == self._deepest:
                        depths.pop()
                self._look()
            if last == name:
                return


class _Page:
    """A page as far as it was read: which elements are open, its lines, and the one that is being written."""

    def __init__(self, within: str, without: Collection[str]) -> None:
        self.open = _Open(within, without)
        self.blocks: list[Block] = []
        self._words: list[str] = []
        self._whole: list[str] = []
        """With those that are in what is called a frame; only where there are some."""

    def write(self, piece: Tag | str) -> None:
        if isinstance(piece, str):
            self._say(piece)
            return
        if piece.name in BLOCKS:
            self.end_line()
        elif piece.name in CELLS and not piece.closes:
            self._say(" | ")
        if piece.closes:
            self.open.end(piece.name)
        else:
            self.open.start(piece)

    def _say(self, words: str) -> None:
        if self.open.in_frame:
            return
        self._whole.append(words)
        if not self.open.in_named_frame:
            self._words.append(words)

    def end_line(self) -> None:
        if self._whole:
            text = line("".join(self._words))
            whole = text if len(self._words) == len(self._whole) else line("".join(self._whole))
            if whole:
                self.blocks.append(Block(text, whole, self.open.in_main, bool(self.open.counts["li"])))
            self._words.clear()
            self._whole.clear()


def _joined(blocks: Iterable[tuple[str, bool]]) -> str:
    """The blocks that say something, without a line that only frames; items of a list stand close."""
    text, was_list = list[str](), False
    for block, in_list in blocks:
        said = block.strip("| ")
        if not said or is_framing_line(said):
            continue
        text.append("" if not text else "\n" if in_list and was_list else "\n\n")
        text.append(BULLET + said if in_list else said)
        was_list = in_list
    return "".join(text)
