"""What a reading means, decided without I/O: new versions, silent edits, withdrawals, gaps.

How a version is named, so that one event in the world is one row whichever sources show it, in whichever order:

- a public time: 2024-10-11T11:00:00Z, in UTC and whole seconds;
- no public time, or an impossible one: digest:… of the title and summary, of a page of its text;
- the same time with another title or summary, in a feed that gives each entry one time for good: TIME#…;
- withdrawn: withdrawn (withdrawn:2 where it was put back between: restored);
- another text without a public note or time: silent:… of the text (silent:…:2 when a text comes back).
"""

from datetime import datetime

import msgspec

from tracker.watch.edits import look_at_text, require_text
from tracker.watch.items import Look, Shown, look_at
from tracker.watch.schemas import Found, Reading, Spec, Unreadable
from tracker.watch.versions import Decided, Gap, Known, SourceState, plausible

PAGES = frozenset({"content", "page"})
"""Kinds that watch one page each."""
MAY_BE_EMPTY = frozenset({"questions", "statements"})
"""Kinds that ask for some days only: in a recess there is nothing."""
SHOWS_AT_MOST = {"organisation": 20}
"""Kinds without older windows, and how many entries they show: with fewer they have shown everything."""


def decide(spec: Spec, state: SourceState, reading: Reading, known: Known, *, now: datetime) -> Decided:
    """What is new in a reading, given what is remembered of the source and on record of the items.

    A reading of several windows is one, the newest first, with the last one's `further`.
    Raises Unreadable for what a source should never show: nothing, where it showed something before.
    """
    look = Look(spec=spec, state=state, now=now)
    if spec.kind in PAGES:
        return _page(look, require_text(reading.found), known)
    if not reading.found and spec.kind not in MAY_BE_EMPTY and (state.high_water or state.changed_at):
        raise Unreadable("It shows no entries, and showed some before")
    shown = _shown(look, reading.found, known)
    return msgspec.structs.replace(
        _decided(shown),
        high_water=_high_water(look, reading.found),
        gap=_gap(look, reading, known),
    )


def reaches_back(spec: Spec, state: SourceState, reading: Reading, *, now: datetime) -> bool:
    """Whether a reading shows everything since the last one, so that no older window is needed.

    What it shows in the future says nothing of that, nor what has no time.
    """
    oldest = min(_times(reading.found, now=now), default=None)
    return state.high_water is None or oldest is None or oldest <= state.high_water or _shows_everything(spec, reading)


def _page(look: Look, found: Found, known: Known) -> Decided:
    on_record = known.get(found.item)
    shown = look_at(look, found.item, [found], on_record)
    edit = look_at_text(look, found, on_record, shown.new)
    decided = _decided({found.item: shown})
    return msgspec.structs.replace(
        decided,
        new=decided.new + edit.new,
        texts=edit.texts,
        high_water=_high_water(look, (found,)),
        text_digest=edit.text_digest,
        doubt_digest=edit.doubt_digest,
        look_again_at=edit.look_again_at,
    )


def _shown(look: Look, found: tuple[Found, ...], known: Known) -> dict[str, Shown]:
    by_item: dict[str, list[Found]] = {}
    for each in found:
        by_item.setdefault(each.item, []).append(each)
    return {item: look_at(look, item, same, known.get(item)) for item, same in by_item.items()}


def _decided(shown: dict[str, Shown]) -> Decided:
    return Decided(
        new=tuple(new for each in shown.values() for new in each.new),
        learned=tuple(learned for each in shown.values() for learned in each.learned),
        found_withdrawn=tuple(item for item, each in shown.items() if each.found_withdrawn),
        found_historic=tuple((item, version) for item, each in shown.items() for version in each.found_historic),
    )


def _times(found: tuple[Found, ...], *, now: datetime) -> list[datetime]:
    """The times shown that are past: one in the future says nothing of what is shown up to when."""
    times = (plausible(each.published_at, now=now) for each in found)
    return [moment for moment in times if moment is not None and moment <= now]


def _high_water(look: Look, found: tuple[Found, ...]) -> datetime | None:
    return max([*_times(found, now=look.now), *filter(None, [look.state.high_water])], default=None)


def _gap(look: Look, reading: Reading, known: Known) -> Gap | None:
    """The time between the last reading and the oldest entry of this one, where something may have been pushed out."""
    times, state = _times(reading.found, now=look.now), look.state
    if times and state.high_water is not None:
        reaches = reaches_back(look.spec, state, reading, now=look.now)
        return None if reaches else Gap(since=state.high_water, until=min(times))
    nothing_known = bool(reading.found) and not any(each.item in known for each in reading.found)
    if state.read_at is not None and state.changed_at is not None and not times and nothing_known:
        return Gap(since=state.read_at, until=look.now)
    return None


def _shows_everything(spec: Spec, reading: Reading) -> bool:
    """Whether there is nothing behind what a reading shows."""
    if spec.kind == "feed":
        return False
    return reading.further is None and len(reading.found) < SHOWS_AT_MOST.get(spec.kind, 10**9)
