"""What differs between two texts, word by word, with a little of what stands around it.

Paragraphs are compared first and words only inside those that differ, so that a long text costs little.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from tracker.watch.text import alike

MOST_WORDS = 1500
"""Of a passage on each side: more is shown as taken out and put in whole."""
MOST_PARAGRAPHS = 3000
"""Of a text, after what is the same at both ends: more is shown as one passage."""
MOST_PAIRS = 60_000
"""Pairs of the same word, or of the same paragraph, that are looked at."""
NEIGHBOUR = 160
"""Characters of an unchanged paragraph that is shown beside a changed one."""
CONTEXT = 25
"""Words of a long unchanged run that are shown at each end of it."""
ISLAND = 1
"""So few unchanged words between two changes read better as changed too."""
_WORD = re.compile(r"\s+|[^\s]+")


class Piece(msgspec.Struct, frozen=True):
    """A run of text: kept, taken (out), added, or skipped with the number of paragraphs that are the same."""

    kind: Literal["kept", "taken", "added", "skipped"]
    text: str
    paragraphs: int = 0


Paragraph = tuple[Piece, ...]


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces that lead from one text to the other, a blank line between paragraphs; none when nothing differs."""
    found = list[Piece]()
    for paragraph in paragraphs(before, after):
        if found:
            found.append(Piece("kept", "\n\n"))
        found += paragraph
    return tuple(found)


def paragraphs(before: str, after: str) -> tuple[Paragraph, ...]:
    """The same, each paragraph by itself; skipped ones are a paragraph of their own."""
    if alike(before) == alike(after):
        return ()
    old, new = _split(before), _split(after)
    return tuple(_with_neighbours(_blocks(old, new), old, new))


def plain(pieces: Sequence[Piece]) -> str:
    """For files and mails: [-taken out-] and {+put in+}."""
    return "".join(_plain(piece) for piece in pieces)


def _plain(piece: Piece) -> str:
    match piece.kind:
        case "taken":
            return f"[-{piece.text}-]"
        case "added":
            return f"{{+{piece.text}+}}"
        case _:
            return piece.text


def _split(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


Block = tuple[bool, int, int, int, int]
"""Whether it is the same, and from where to where in the old and in the new text."""


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[Block]:
    """Which paragraphs are the same and which differ."""
    return list(_matched([alike(each) for each in old], [alike(each) for each in new], most=MOST_PARAGRAPHS))


def _matched(old: Sequence[str], new: Sequence[str], *, most: int) -> Iterator[Block]:
    """Runs that are the same or differ; what is the same at both ends is found first, because it costs nothing."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    shorter = min(len(old), len(new)) - start
    end = next((i for i in range(shorter) if old[-1 - i] != new[-1 - i]), shorter)
    last_old, last_new = len(old) - end, len(new) - end
    if start:
        yield True, 0, start, 0, start
    if max(last_old, last_new) - start > most or _repeats(old[start:last_old], new[start:last_new]):
        yield False, start, last_old, start, last_new
    else:
        matcher = SequenceMatcher(None, old[start:last_old], new[start:last_new], autojunk=False)
        for kind, a, b, c, d in matcher.get_opcodes():
            yield kind == "equal", a + start, b + start, c + start, d + start
    if end:
        yield True, last_old, len(old), last_new, len(new)


def _repeats(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether so much is repeated that matching would take long (it looks at every pair that is the same)."""
    counted = Counter(new)
    return sum(count * counted[each] for each, count in Counter(old).items()) > MOST_PAIRS


def _with_neighbours(blocks: Sequence[Block], old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    for at, (is_same, a, b, c, d) in enumerate(blocks):
        if not is_same:
            yield from _changed(old[a:b], new[c:d])
            continue
        follows, precedes = at > 0, at + 1 < len(blocks)
        before = [_short(new[c])] if follows and (d - c > 1 or not precedes) else []
        after = [_short(new[d - 1], ending=True)] if precedes else []
        yield from ((Piece("kept", each),) for each in before)
        skipped = d - c - len(before) - len(after)
        if skipped:
            said = "one paragraph" if skipped == 1 else f"{skipped:,} paragraphs"
            yield (Piece("skipped", f"… {said} unchanged …", skipped),)
        yield from ((Piece("kept", each),) for each in after)


def _short(text: str, *, ending: bool = False) -> str:
    """A paragraph, or its beginning or ending where it is long."""
    if len(text) <= NEIGHBOUR:
        return text
    return f"… {text[-NEIGHBOUR:].partition(' ')[2]}" if ending else f"{text[:NEIGHBOUR].rpartition(' ')[0]} …"


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Paragraph]:
    """Paragraphs that differ: word by word where one became one, else those that are most alike beside each other."""
    for before, after in _paired(old, new):
        if before is None or after is None:
            yield (Piece("added", after or "") if before is None else Piece("taken", before),)
        else:
            yield tuple(_shortened(_between(before, after)))


MOST_LIKENESSES = 400
"""Pairs of paragraphs that are looked at for likeness; beyond that they are taken in their order."""


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Which old paragraph became which new one, in order; None where there is none."""
    at = 0
    for before in old:
        near = range(at, len(new)) if len(old) * len(new) <= MOST_LIKENESSES else range(at, min(at + 3, len(new)))
        alike_at = next((i for i in near if _is_like(before, new[i])), None)
        if alike_at is None:
            yield before, None
            continue
        yield from ((None, each) for each in new[at:alike_at])
        yield before, new[alike_at]
        at = alike_at + 1
    yield from ((None, each) for each in new[at:])


def _is_like(before: str, after: str) -> bool:
    """Whether two paragraphs share most of their words."""
    old, new = set(alike(before).split()), set(alike(after).split())
    return 2 * len(old & new) >= min(len(old), len(new)) > 0


def _between(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    keys = [[alike(word) or " " for word in side] for side in (old, new)]
    taken, added = list[str](), list[str]()
    blocks = list(_matched(keys[0], keys[1], most=MOST_WORDS))
    for at, (is_same, a, b, c, d) in enumerate(blocks):
        is_island = 0 < at < len(blocks) - 1 and sum(not word.isspace() for word in new[c:d]) <= ISLAND
        if is_same and not is_island:
            yield from _flushed(taken, added)
            yield Piece("kept", "".join(new[c:d]))
        else:
            taken += old[a:b]
            added += new[c:d]
    yield from _flushed(taken, added)


def _flushed(taken: list[str], added: list[str]) -> Iterator[Piece]:
    for kind, held in (("taken", taken), ("added", added)):
        if held:
            yield Piece("taken" if kind == "taken" else "added", "".join(held))
            held.clear()


def _shortened(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Pieces with the middle of long unchanged runs left out."""
    for piece in pieces:
        run = _WORD.findall(piece.text)
        if piece.kind != "kept" or len(run) <= 6 * CONTEXT:
            yield piece
        else:
            head, tail = "".join(run[: 2 * CONTEXT]), "".join(run[-2 * CONTEXT :])
            yield Piece("kept", f"{head.rstrip()} … {tail.lstrip()}")
