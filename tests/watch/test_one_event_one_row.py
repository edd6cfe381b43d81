"""Any interleaving of sources that show the same script, with repeats, puts the same events on record."""

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.watch.shown import DAY, HOUR, NOW, Record, entry, source
from tracker.watch.schemas import Found

KINDS = ("finder", "organisation", "search", "content")
START = NOW - 30 * DAY


class Script(msgspec.Struct):
    """What happens to one page after we began to watch: versions by the hour, and perhaps a withdrawal at its end."""

    item: str
    hours: tuple[int, ...]
    withdrawn: bool

    def moments(self) -> list[datetime]:
        return [START + HOUR * hour for hour in self.hours]

    def events(self) -> set[tuple[str, str]]:
        versions = {moment.strftime("%Y-%m-%dT%H:%M:%SZ") for moment in self.moments()}
        return {(self.item, version) for version in versions | ({"withdrawn"} if self.withdrawn else set())}

    def shown_by(self, kind: str, step: int) -> Found | None:
        """What a source of a kind shows after so many steps of the script; None where there is nothing yet."""
        past = self.moments()[:step]
        if not past:
            return None
        withdrawn = self.withdrawn and step > len(self.hours)
        if kind in ("finder", "organisation"):
            return entry(past[-1], item=self.item, note_is="awaited")
        if kind == "search":
            return entry(past[-1], item=self.item, note=str(past[-1]), note_is="known", withdrawn=withdrawn)
        why = {"withdrawn": True, "withdrawn_at": NOW, "withdrawn_note": "Why"} if withdrawn else {}
        history = tuple((moment, str(moment)) for moment in past)
        text = f"Text {len(past)}"
        return entry(past[-1], item=self.item, history=history, note=str(past[-1]), note_is="known", text=text, **why)


scripts = st.builds(
    Script,
    item=st.just(""),
    hours=st.lists(st.integers(1, 700), min_size=1, max_size=5, unique=True).map(lambda hours: tuple(sorted(hours))),
    withdrawn=st.booleans(),
)


@st.composite
def readings(draw: st.DrawFn) -> tuple[list[Script], list[tuple[str, int, int]]]:
    """Scripts, and in which order which source is read at which step of them; at the end each once more."""
    given = [
        msgspec.structs.replace(draw(scripts), item=f"gov.uk/{number}") for number in range(draw(st.integers(1, 3)))
    ]
    reads = draw(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 2), st.integers(0, 6)), max_size=30))
    # Each source shows what happened in its order; between sources any may lag behind another.
    seen: dict[tuple[str, int], int] = {}
    shown = []
    for kind, page, step in reads:
        page %= len(given)
        seen[kind, page] = max(step, seen.get((kind, page), 0))
        shown.append((kind, page, seen[kind, page]))
    last = [(kind, page, 9) for kind in KINDS for page in range(len(given))]
    return given, shown + draw(st.permutations(last))


@given(readings(), st.sampled_from([0, 1, 5, -8]), st.integers(0, 999_999))
@settings(max_examples=300)
def test_the_same_script_is_the_same_events_whoever_shows_what_first(
    script: tuple[list[Script], list[tuple[str, int, int]]], hours: int, microseconds: int
) -> None:
    pages, reads = script
    expected = set().union(*(page.events() for page in pages))
    # Every source was read once before anything happened.
    record = Record()
    for kind in KINDS:
        record.read(source(kind), [entry(START - DAY, item="gov.uk/old", text="Old")], START)
    old = set(record.events)
    for kind, number, step in reads:
        found = pages[number].shown_by(kind, step)
        if found is not None:
            record.read(of_page(kind, number), [elsewhere(found, hours, microseconds)], NOW)
    assert record.events - old == expected
    again = set(record.events)
    for kind, number, _ in reads:
        found = pages[number].shown_by(kind, 9)
        decided = record.read(of_page(kind, number), [found] if found else [], NOW)
        assert decided.new == ()
    assert record.events == again


def of_page(kind: str, number: int) -> Any:
    """A window shows all pages; the Content API is asked for each of them by a source of its own."""
    return source(kind, key=f"content#{number}" if kind == "content" else kind)


def elsewhere(found: Found, hours: int, microseconds: int) -> Found:
    """The same with its time written in another zone and with fractions of a second."""
    assert found.published_at is not None
    moment = found.published_at.replace(microsecond=microseconds).astimezone(timezone(timedelta(hours=hours)))
    return msgspec.structs.replace(found, published_at=moment)


entries = st.builds(
    entry,
    st.none() | st.datetimes(datetime(1800, 1, 1), datetime(2199, 1, 1), timezones=st.just(timezone.utc)),  # noqa: DTZ001, UP017
    item=st.sampled_from(["gov.uk/a", "gov.uk/b", "example.org/a"]),
    title=st.sampled_from(["Kinship", "Kinship care", ""]),
    withdrawn=st.booleans(),
)


@given(
    st.sampled_from([kind for kind in KINDS if kind != "content"] + ["feed"]),
    st.lists(entries, min_size=1, max_size=20),
)
def test_what_is_read_a_second_time_is_not_new_whatever_it_holds(kind: str, found: Sequence[Found]) -> None:
    record = Record()
    first = record.read(source(kind), found, NOW)
    assert len({(new.item, new.version) for new in first.new}) == len(first.new)
    assert first.high_water is None or first.high_water <= NOW
    second = record.read(source(kind), found[::-1], NOW + HOUR)
    assert [new for new in second.new if new.version != "withdrawn"] == []
    assert record.read(source(kind), found, NOW + 2 * HOUR).new == ()
