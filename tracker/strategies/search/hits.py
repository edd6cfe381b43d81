"""What a search shows: hits that stand on the day that is looked at, with the words that fit marked."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import msgspec
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import Database
from tracker.errors import Unavailable
from tracker.strategies.facts import Change, Corrected
from tracker.strategies.milestones import happened
from tracker.strategies.schemas import View
from tracker.strategies.search.index import Match, find, match_of
from tracker.strategies.search.query import Query, fitting, words
from tracker.strategies.search.rows import ROW_KINDS, Row, evidence_row, numbers_of, place_of
from tracker.strategies.statuses import State
from tracker.web.snapshot import beside_the_loop

T = TypeVar("T")
log = logging.getLogger(__name__)

SECONDS = 5.0
"""How long the database may take before search counts as away."""
LONG = 42
"""Words of a text that are shown; a longer one is cut to where most of the terms stand."""
BEFORE = 8
"""Words shown before the first that fits."""


class Piece(View, frozen=True, kw_only=True):
    """A part of a text, and whether it is what was looked for."""

    text: str
    match: bool


class HitView(View, frozen=True, kw_only=True):
    """Something that was found, and where to read it."""

    kind: str
    kind_text: str
    title: str
    title_pieces: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    source: str | None
    announcements: tuple[int, ...]
    seq: int | None
    """The change that it is, or that it stands behind."""
    url: str
    standing: str | None
    """“corrected” or “withdrawn”, for an entry that no longer reads as it was recorded."""
    correction_url: str | None


class Found(View, frozen=True, kw_only=True):
    """One page of hits, the best first, and how many there are of each kind."""

    items: tuple[HitView, ...]
    total: int
    """Of the kind asked for."""
    counts: dict[str, int]
    """By kind, whichever was asked for."""
    any_word: bool
    """True when nothing has all the words, so that these have any of them."""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """A row that stands on the day, with the correction that overtook it."""

    id: int
    row: Row
    announcements: tuple[int, ...]
    correction: Change | None = None
    withdrawn: bool = False


async def search(
    database: Database,
    query: Query,
    *,
    strategy: str,
    choose: Callable[[Sequence[Match]], list[Hit]],
    kind: str | None,
    offset: int,
    limit: int,
    link: Callable[[str], str],
) -> Found:
    """One page of what fits, all but the asking beside the loop; raises Unavailable when the database is away."""

    async def chosen(any_term: bool) -> list[Hit]:
        rows = await _asked(database, partial(find, query=query, strategy=strategy, any_term=any_term))
        return await beside_the_loop(lambda: choose([match_of(row) for row in rows]))

    hits, any_word = await chosen(any_term=False), False
    if not hits and len(query.terms) > 1:
        hits, any_word = await chosen(any_term=True), True
    wanted = [hit for hit in hits if kind in (None, hit.row.kind)]
    page = wanted[offset : offset + limit]
    counted = Counter(hit.row.kind for hit in hits)
    return Found(
        items=await beside_the_loop(lambda: tuple(_view(hit, query, link) for hit in page)),
        total=len(wanted),
        counts={name: counted[name] for name in ROW_KINDS if counted[name]},
        any_word=any_word and bool(hits),
    )


async def _asked(database: Database, read: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """What the database answers; no connection is held while somebody waits for the work on it."""
    try:
        async with asyncio.timeout(SECONDS), database.reading() as db:
            return await read(db)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        # Its name only: the message could repeat what somebody looked for.
        log.warning("the search cannot be asked: %s", type(getattr(error, "orig", None) or error).__name__)
        raise Unavailable("Search is not available now. Everything else on this site works.") from None


def standing(matches: Iterable[Match], changes: Iterable[Change], current: State) -> list[Hit]:
    """The matches that the pages of the day show, each once, in their order."""
    day = _Day(changes, current)
    found: dict[object, Hit] = {}
    for match in matches:
        hit = day.hit(match)
        if hit:
            # A piece of evidence behind several entries is one hit.
            place = "" if hit.row.kind == "evidence" else hit.row.place
            found.setdefault((hit.row.kind, place, hit.row.title, hit.row.text), hit)
    return list(found.values())


class _Day:
    """What stands on the day that is looked at."""

    def __init__(self, changes: Iterable[Change], current: State) -> None:
        self._current = current
        self._recorded = {change.seq: change for change in changes}
        self._seen = {change.key: change for change in current.changes}
        self._corrections = {
            change.fact.of: change
            for change in self._recorded.values()
            if isinstance(change.fact, Corrected) and change.fact.of and change.fact.known_on <= current.known_at
        }

    def hit(self, match: Match) -> Hit | None:
        """The match as it stands on the day, None when nothing of it does."""
        row = match.row
        if row.seq is None:
            shown = (row.since is None or row.since <= self._current.on) and (
                row.known_on is None or row.known_on <= self._current.known_at
            )
            return Hit(id=match.id, row=row, announcements=numbers_of(row.place)) if shown else None
        recorded = self._recorded.get(row.seq)
        if recorded is None:
            return None
        return self._evidence(match, recorded) if row.kind == "evidence" else self._change(match, recorded)

    def _change(self, match: Match, recorded: Change) -> Hit | None:
        seen = self._seen.get(recorded.key)
        correction = self._corrections.get(recorded.key)
        if seen is None and not self._was_withdrawn(recorded):
            return None
        return Hit(
            id=match.id,
            row=match.row,
            announcements=numbers_of(*(seen or recorded).fact.about),
            correction=correction,
            withdrawn=seen is None,
        )

    def _was_withdrawn(self, recorded: Change) -> bool:
        current = self._current
        happened_then = recorded.fact.known_on <= current.known_at and happened(recorded).latest <= current.on
        return recorded.key in current.withdrawn and happened_then

    def _evidence(self, match: Match, recorded: Change) -> Hit | None:
        """Evidence of an entry as it now reads, which a correction may have given or taken away."""
        fact = recorded.fact
        seen = self._seen.get(fact.of if isinstance(fact, Corrected) and fact.of else recorded.key)
        for item in seen.fact.evidence if seen else ():
            held = evidence_row(item, place_of(seen or recorded))
            if (held.title, held.text) == (match.row.title, match.row.text):
                row = msgspec.structs.replace(match.row, place=held.place)
                return Hit(id=match.id, row=row, announcements=numbers_of(*(seen or recorded).fact.about))
        return None


def _view(hit: Hit, query: Query, link: Callable[[str], str]) -> HitView:
    row = hit.row
    marked = fitting(row.text, query)
    correction = f"/corrections#correction-{hit.correction.seq}" if hit.correction else None
    return HitView(
        kind=row.kind,
        kind_text=ROW_KINDS[row.kind],
        title=row.title,
        title_pieces=tuple(_pieces(row.title, fitting(row.title, query) if row.titled else frozenset())),
        # A change's own sentence is its title: what stands behind it is shown only where it fits.
        snippet=snippet(row.text, marked) if marked or row.kind != "change" else (),
        source=row.source,
        announcements=hit.announcements,
        seq=row.seq,
        url=link(correction if correction and hit.withdrawn else row.place),
        standing=("withdrawn" if hit.withdrawn else "corrected") if correction else None,
        correction_url=link(correction) if correction else None,
    )


def snippet(text: str, marked: frozenset[int]) -> tuple[Piece, ...]:
    """A text, cut to where most of the words that fit stand."""
    all_words = words(text)
    if len(all_words) <= LONG:
        return tuple(_pieces(text, marked))
    starts = [0, *(max(0, number - BEFORE) for number in sorted(marked))]
    first = max(starts, key=lambda start: (sum(start <= number < start + LONG for number in marked), -start))
    last = min(first + LONG, len(all_words)) - 1
    begin = all_words[first].start if first else 0
    end = all_words[last].end if last < len(all_words) - 1 else len(text)
    inside = frozenset(number - first for number in marked if first <= number <= last)
    return (
        *((Piece(text="… ", match=False),) if first else ()),
        *_pieces(text[begin:end], inside),
        *((Piece(text=" …", match=False),) if end < len(text) else ()),
    )


def _pieces(text: str, marked: frozenset[int]) -> Iterator[Piece]:
    """A text in parts; words that fit and follow one another are one part."""
    at, begun = 0, None
    for number, word in enumerate(words(text)):
        if number in marked and begun is None:
            if word.start > at:
                yield Piece(text=text[at : word.start], match=False)
            begun = at = word.start
        elif number not in marked and begun is not None:
            yield Piece(text=text[begun:at], match=True)
            begun = None
        if number in marked:
            at = word.end
    if begun is not None:
        yield Piece(text=text[begun:at], match=True)
    if at < len(text):
        yield Piece(text=text[at:], match=False)
