"""Phrases as people write them in a rules file, and the expressions they become.

`kinship carer*` begins a word · `kinship .. allowance` lets up to eight words stand between, inside one sentence ·
`kinship ~ payment*` is the same in either order · `{kin}` is any phrase of the list of that name.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from tracker.errors import Invalid
from tracker.watch.matching.text import folded, plain

GAP = r"(?: [^ .]+){0,8}?"
"""Up to eight words of the same sentence."""
_NAME = re.compile(r"\{([a-z_]+)\}")
_TOKEN = re.compile(r"\{[a-z_]+\}|\S+")

Lists = Mapping[str, Sequence[str]]
Tree = dict[str, "Tree"]
"""Letters and what follows each; "" where a word ends, "*" where it may go on."""
Beginnings = frozenset[str] | None
_LETTERS = (4, 3, 1)
"""How many letters of a word are its beginnings, the most first."""


class Phrases:
    """Any of some phrases, to be found in plain text."""

    __slots__ = ("_beginnings", "_expression", "_pattern")

    def __init__(self, expression: str, beginnings: Beginnings) -> None:
        # Every match begins with a space, by which the engine finds the places worth trying.
        self._expression = f" {expression}(?= )"
        self._pattern: re.Pattern[str] | None = None
        self._beginnings = beginnings

    def search(self, text: str, beginnings: Beginnings = None) -> re.Match[str] | None:
        """The first of the phrases in a text; with the beginnings of its words, most texts need no search."""
        if beginnings is not None and self._beginnings is not None and self._beginnings.isdisjoint(beginnings):
            return None
        if self._pattern is None:
            self._pattern = re.compile(self._expression)
        return self._pattern.search(text)


def beginnings(text: str) -> frozenset[str]:
    """How the words of a plain text begin."""
    words = text.split()
    return frozenset(word[:letters] for letters in _LETTERS for word in words)


class Compiler:
    """Makes the phrases of one set of rules ready: equal ones once, and each of its lists once."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._made: dict[tuple[str, ...], Phrases] = {}
        self._listed: dict[str, str] = {}
        self._begun: dict[str, Beginnings] = {}

    def compiled(self, phrases: Sequence[str]) -> Phrases | None:
        """Any of the phrases; None for no phrase at all. Raises Invalid."""
        some = tuple(phrases)
        if some and some not in self._made:
            self._made[some] = Phrases(self._any_of(some, ()), self._beginnings_of_any(some))
        return self._made.get(some)

    def _beginnings_of_any(self, phrases: Sequence[str]) -> Beginnings:
        """Beginnings one of which is in every text that holds one of the phrases; None when there may be others."""
        found: set[str] = set()
        for phrase in phrases:
            # Each word of a phrase has to be there, so the one with the fewest beginnings tells most.
            tokens = [token for token in _TOKEN.findall(phrase) if token not in ("..", "~")]
            each = [some for token in tokens if (some := self._beginnings_of(token)) is not None]
            if not each:
                return None
            found |= min(each, key=len)
        return frozenset(found)

    def _beginnings_of(self, token: str) -> Beginnings:
        if named := _NAME.fullmatch(token):
            name = named[1]
            if name not in self._begun:
                self._begun[name] = self._beginnings_of_any(self._lists[name])
            return self._begun[name]
        first = _words(token).split()[0]
        if len(first) < _LETTERS[0] and token.endswith("*") and len(first) not in _LETTERS:
            return None
        return frozenset([first[: _LETTERS[0]]])

    def _any_of(self, phrases: Sequence[str], inside: tuple[str, ...]) -> str:
        """An expression for any of the phrases; plain words share how they begin, or each would be tried each time."""
        words: Tree = {}
        others = []
        for phrase in phrases:
            if named := _NAME.fullmatch(phrase.strip()):
                others.append(self._list(named[1], inside))
            elif any(mark in phrase for mark in ("{", "..", " ~ ")) or "*" in phrase.strip()[:-1]:
                others.append(self._expression(phrase, inside))
            else:
                _plant(words, _words(phrase), phrase.strip()[-1] == "*")
        return f"(?:{'|'.join([*([_grown(words)] if words else []), *others])})"

    def _expression(self, phrase: str, inside: tuple[str, ...]) -> str:
        sides = [self._side(side, inside) for side in phrase.split(" ~ ")]
        if len(sides) == 1:
            return sides[0]
        if len(sides) > 2:
            raise Invalid(f"“{phrase}” has more than one ~")
        one, other = sides
        return f"(?:{one}{GAP} {other}|{other}{GAP} {one})"

    def _side(self, side: str, inside: tuple[str, ...]) -> str:
        tokens = _TOKEN.findall(side)
        if not tokens or ".." in (tokens[0], tokens[-1]):
            raise Invalid(f"“{side}” is not a phrase: words have to stand on both sides of “..” and “~”")
        pieces = [self._term(tokens[0], inside)]
        for before, token in pairwise(tokens):
            if token != "..":  # noqa: S105 — a word of a phrase, not a password
                pieces.append((GAP if before == ".." else "") + " " + self._term(token, inside))
        return "".join(pieces)

    def _term(self, token: str, inside: tuple[str, ...]) -> str:
        if named := _NAME.fullmatch(token):
            return self._list(named[1], inside)
        return re.escape(_words(token)).replace(r"\ ", " ") + ("[^ ]*" if token.endswith("*") else "")

    def _list(self, name: str, inside: tuple[str, ...]) -> str:
        if name not in self._lists:
            raise Invalid(f"there is no list called “{name}”")
        if name in inside:
            raise Invalid(f"the list “{name}” holds itself")
        if name not in self._listed:
            # A list without entries matches nothing, rather than everything.
            phrases = self._lists[name]
            self._listed[name] = self._any_of(phrases, (*inside, name)) if phrases else "(?!)"
        return self._listed[name]


def _plant(tree: Tree, words: str, begins: bool) -> None:
    for letter in words:
        tree = tree.setdefault(letter, {})
    tree["*" if begins else ""] = {}


def _grown(tree: Tree) -> str:
    """The expression for a tree of letters, longer words first."""
    found = [re.escape(letter) + _grown(tree[letter]) for letter in tree if letter not in ("", "*")]
    found = [one.replace("\\ ", " ") for one in found]
    if "*" in tree:
        found.append("[^ ]*")
    elif "" in tree:
        found.append("")
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


def _words(phrase: str) -> str:
    words = plain(folded(phrase.strip().removesuffix("*"))).strip()
    if not words or words == ".":
        raise Invalid(f"“{phrase}” holds no word")
    return words
