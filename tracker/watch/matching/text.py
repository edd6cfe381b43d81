"""Text as the rules see it: lower case, words set apart by single spaces, a full stop where a sentence ends."""

import html
import re
import unicodedata

_STOP = "\x00"
"""Stands for the end of a sentence while other marks are taken out; not a word, so no text can hold it."""
_SPELT = dict.fromkeys("'’‘ʼ`´\u00ad\u200b\u200c\u200d\ufeff", "") | dict.fromkeys("-‐‑‒–—−", " ") | {"…": f" {_STOP} "}
"""Without apostrophes and what cannot be seen, “children’s” is “childrens” however it was typed."""
_MARKS = re.compile(f"[{re.escape(''.join(_SPELT))}]")
_ENDS = re.compile(r"[.!?;|]+(?=\s|$)|\.{2,}")
_NOISE = re.compile(r"[^\w£%.]+")
_DISPLAY_TYPES = re.compile(
    r"^(?:statutory guidance|guidance|press release|news story|news|speech|policy paper|open consultation|"
    r"closed consultation|consultation outcome|consultation|call for evidence|call for evidence outcome|research|"
    r"research and analysis|independent report|corporate report|transparency data|transparency|official statistics|"
    r"accredited official statistics|national statistics|statistics|notice|form|promotional material|"
    r"impact assessment|correspondence|written statement to parliament|oral statement to parliament|"
    r"authored article|decision|regulation|detailed guide|foi release|government response|collection|"
    r"statistical data set|case study|international treaty|standard|map|blog post|updated): +",
    re.IGNORECASE,
)


def folded(text: str) -> str:
    """A text in lower case, without typographic differences: enough to look for a part of a word in it."""
    if "&" in text:
        text = html.unescape(text)
    text = _MARKS.sub(lambda mark: _SPELT[mark[0]], text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def plain(folded: str) -> str:
    """The words of a folded text, each after one space, with “ . ” between sentences and one space at the end."""
    text = _ENDS.sub(f" {_STOP} ", folded)
    words = " . ".join(_NOISE.sub(" ", part) for part in text.split(_STOP))
    return f" {' '.join(words.split())} "


def without_display_type(title: str) -> str:
    """A title without the “Statutory guidance: ” that GOV.UK's feeds of organisations put before it."""
    return _DISPLAY_TYPES.sub("", title.lstrip(), count=1)
