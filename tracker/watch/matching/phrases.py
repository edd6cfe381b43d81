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


def compiled(phrases: Sequence[str], lists: Lists) -> re.Pattern[str] | None:
    """One expression for any of the phrases in plain text; None for no phrase at all."""
    if not phrases:
        return None
    found = "|".join(_expression(phrase, lists, ()) for phrase in phrases)
    # Every match begins with a space, by which the engine finds the places worth trying.
    return re.compile(f" (?:{found})(?= )")


def _expression(phrase: str, lists: Lists, inside: tuple[str, ...]) -> str:
    sides = [_side(side, lists, inside) for side in phrase.split(" ~ ")]
    if len(sides) == 1:
        return sides[0]
    if len(sides) > 2:
        raise Invalid(f"“{phrase}” has more than one ~")
    one, other = sides
    return f"(?:{one}{GAP} {other}|{other}{GAP} {one})"


def _side(side: str, lists: Lists, inside: tuple[str, ...]) -> str:
    tokens = _TOKEN.findall(side)
    if not tokens or ".." in (tokens[0], tokens[-1]):
        raise Invalid(f"“{side}” is not a phrase: words have to stand on both sides of “..” and “~”")
    pieces = [_term(tokens[0], lists, inside)]
    for before, token in pairwise(tokens):
        if token != "..":  # noqa: S105 — a word of a phrase, not a password
            pieces.append((GAP if before == ".." else "") + " " + _term(token, lists, inside))
    return "".join(pieces)


def _term(token: str, lists: Lists, inside: tuple[str, ...]) -> str:
    if named := _NAME.fullmatch(token):
        return _list(named[1], lists, inside)
    words = plain(folded(token.removesuffix("*"))).strip()
    if not words or words == ".":
        raise Invalid(f"“{token}” holds no word")
    return re.escape(words).replace(r"\ ", " ") + (r"[^ ]*" if token.endswith("*") else "")


def _list(name: str, lists: Lists, inside: tuple[str, ...]) -> str:
    if name not in lists:
        raise Invalid(f"there is no list called “{name}”")
    if name in inside:
        raise Invalid(f"the list “{name}” holds itself")
    entries = [_expression(entry, lists, (*inside, name)) for entry in lists[name]]
    # A list without entries matches nothing, rather than everything.
    return f"(?:{'|'.join(entries)})" if entries else "(?!)"
