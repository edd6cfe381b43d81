"""Words: how a text and a question are read as words, the same for both engines. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import msgspec
import snowballstemmer

from tracker.errors import Invalid
from tracker.strategies.words import day_text

MOST_CHARACTERS = 200
_SMALL = (
    "a an and are as at be by for from has have how in is it its not of on or that the this to was what when where "
    "which who will with"
)
STOP = frozenset(_SMALL.split())
"""Words that say nothing by themselves; inside quotation marks, or alone, they count like any other."""
_WORD = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f]|['’](?=[^\W_]))*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
UNITS = {"m": "million", "bn": "billion"}
_SUM = re.compile(r"(\d+)(m|bn)", re.IGNORECASE)
_BEFORE_SUM = re.compile(r"£[\d.,]*$")
_TERM = re.compile(r'"([^"]*)"|“([^”]*)”|(\S+)')


class Word(NamedTuple):
    """A word of a text: where it stands, and what it is looked up as."""

    start: int
    end: int
    folded: str


class Query(msgspec.Struct, frozen=True):
    """What is asked for: terms of one word, or of several that must follow one another."""

    terms: tuple[tuple[str, ...], ...]

    def stems(self) -> tuple[tuple[str, ...], ...]:
        """The terms as the index holds them."""
        return tuple(tuple(map(stem, term)) for term in self.terms)


def words(text: str) -> list[Word]:
    """The words of a text in order, without case, accents and the possessive; “£16m” is read as “£16 million”."""
    found = (word for match in _WORD.finditer(text) for word in _read(text, match))
    return [word for word in found if word.folded]


def _read(text: str, match: re.Match[str]) -> Iterator[Word]:
    """A word as it is, or the figure and the unit of a sum."""
    start, end = match.span()
    sum_ = _SUM.fullmatch(match[0]) if _BEFORE_SUM.search(text, max(0, start - 20), start) else None
    if sum_:
        yield Word(start, start + sum_.end(1), _folded(sum_[1]))
        yield Word(start + sum_.start(2), end, UNITS[sum_[2].casefold()])
    else:
        yield Word(start, end, _folded(match[0]))


def stems(text: str) -> list[str]:
    """What the words of a text are indexed as, in order."""
    return [stem(word.folded) for word in words(text)]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A folded word without its English ending: stemmed here, because each engine has rules of its own."""
    # A stemmer of its own each time: one holds the word it works on, and searches run beside loads.
    return str(snowballstemmer.stemmer("english").stemWord(word))


def fitting(text: str, query: Query) -> frozenset[int]:
    """Which words of a text fit any term, counted from nought."""
    held = stems(text)
    return frozenset(
        place
        for term in query.stems()
        for first in range(len(held) - len(term) + 1)
        if tuple(held[first : first + len(term)]) == term
        for place in range(first, first + len(term))
    )


@lru_cache(maxsize=10_000)
def _folded(word: str) -> str:
    whole = unicodedata.normalize("NFKD", re.sub(r"['’]s$", "", word.casefold()))
    return "".join(letter for letter in whole if letter.isalnum())


def read_query(text: str) -> Query:
    """The terms in what somebody typed; operators and punctuation are plain text. Raises Invalid with what helps."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            f"What you are looking for has {len(text):,} characters. Use at most {MOST_CHARACTERS}: "
            "a few words, or one sentence in quotation marks."
        )
    terms = tuple(dict.fromkeys(filter(None, map(_words, _TERM.finditer(text)))))
    telling = tuple(term for term in terms if len(term) > 1 or term[0] not in STOP)
    return Query(telling or terms)


def _words(match: re.Match[str]) -> tuple[str, ...]:
    text = match[1] or match[2] or _in_words(match[3] or "")
    return tuple(word.folded for word in words(text))


def _in_words(text: str) -> str:
    """A day such as 2026-02-27 as sources print it, any other text as it is."""
    try:
        return day_text(date.fromisoformat(text)) if _DAY.fullmatch(text) else text
    except ValueError:
        return text
