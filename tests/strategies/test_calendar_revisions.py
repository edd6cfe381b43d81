"""How often a calendar entry was revised: a calendar program takes only what has a greater sequence."""

import functools
import itertools
from datetime import date, timedelta
from typing import Any

import msgspec
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import KINSHIP, NOON
from tests.make import provisional
from tracker.strategies import facts
from tracker.strategies.facts import Change
from tracker.strategies.files import Folder, read_folder
from tracker.strategies.rules import state
from tracker.strategies.views.calendar import calendar_entries

Shown = dict[str, tuple[date, str, int]]


def shown(folder: Folder, changes: list[Change], *, on: date) -> Shown:
    """Day, status and sequence of each entry, as a calendar shows it on a day."""
    entries = calendar_entries(folder.strategy, changes, state(folder.strategy, changes, on=on, known_at=on))
    return {entry.ref: (entry.day, entry.status, entry.sequence) for entry in entries}


def require_revised(before: Shown, after: Shown) -> int:
    """How many entries show another day or status; each must have a greater sequence, and none a smaller one."""
    turned = {ref for ref in before.keys() & after.keys() if before[ref][:2] != after[ref][:2]}
    for ref in before.keys() & after.keys():
        assert after[ref][2] >= before[ref][2] + (ref in turned), (ref, before[ref], after[ref])
    return len(turned)


def test_a_sequence_grows_with_what_is_shown_and_never_shrinks_as_time_goes_on(
    kinship: Folder, harbour: Folder
) -> None:
    for folder in (kinship, harbour):
        changes = provisional(folder)
        first = folder.strategy.identity.published_on
        last = shown(folder, changes, on=first)
        turned = 0
        for days in range(11, (NOON.date() - first).days, 11):
            now = shown(folder, changes, on=first + timedelta(days=days))
            turned += require_revised(last, now)
            last = now
        assert turned


DAYS = st.dates(date(2026, 10, 1), date(2026, 10, 4))
KINDS = [facts.MilestoneReached, facts.MilestoneDropped, facts.DateStated]
KINDS_OF_STAGE = [facts.Started, facts.Delivered, facts.Ongoing, facts.Stopped, facts.Superseded]


@st.composite
def anything_told(draw: st.DrawFn) -> facts.AnyFact:
    """A fact that may turn what the calendar shows of one milestone, or of its neighbour in another deliverable."""
    kind = draw(st.sampled_from([*KINDS, *KINDS_OF_STAGE]))
    given: dict[str, Any] = {"text": "Told", "happened_on": str(draw(DAYS)), "known_on": draw(DAYS)}
    milestone = draw(st.sampled_from(["10/board/information", "9/standards-and-guidance/published"]))
    given["about"] = (milestone if kind in KINDS else milestone.rpartition("/")[0],)
    if kind is facts.DateStated:
        given |= {"by": "A minister", "as_printed": "soon"}
        given["edtf"] = draw(st.sampled_from([None, "2027-03-31", "2027-03", "2026-10-03", "2024-12-31"]))
    return kind(**given, by="A bill") if kind is facts.Superseded else kind(**given)


@st.composite
def histories(draw: st.DrawFn) -> list[facts.AnyFact]:
    """Facts in the order in which they are recorded, with corrections of those before."""
    found: list[facts.AnyFact] = []
    for number in range(draw(st.integers(2, 5))):
        fact = draw(anything_told())
        if number and draw(st.booleans()):
            instead = msgspec.to_builtins(fact) if draw(st.booleans()) else None
            of = f"new-{draw(st.integers(0, number - 1))}"
            day = draw(DAYS)
            found.append(
                facts.Corrected(text="No", happened_on=str(day), known_on=day, why="misread", of=of, instead=instead)
            )
        else:
            found.append(fact)
    return found


@functools.cache
def two_announcements() -> Folder:
    """No fixture: a failing example would print the whole of it."""
    folder = read_folder(KINSHIP)
    two = tuple(each for each in folder.strategy.announcements if each.number in (9, 10))
    return msgspec.structs.replace(folder, strategy=msgspec.structs.replace(folder.strategy, announcements=two))


def corrected_before_known() -> list[facts.AnyFact]:
    """A fact that is corrected to be about another milestone a day before it is known itself."""
    board, guidance = ("10/board/information",), "9/standards-and-guidance/published"
    given: dict[str, Any] = {"text": "Told", "happened_on": "2026-10-01"}
    reached = [facts.MilestoneReached(**given, about=board, known_on=date(2026, 10, day)) for day in (2, 1)]
    dropped = {**given, "kind": "milestone-dropped", "about": (guidance,), "known_on": "2026-10-01"}
    known = date(2026, 10, 1)
    return [*reached, facts.Corrected(**given, known_on=known, why="misread", of="new-0", instead=dropped)]


@settings(deadline=None, max_examples=60)
@given(histories())
@example(corrected_before_known())
def test_a_sequence_grows_with_every_change_of_what_is_shown(history: list[facts.AnyFact]) -> None:
    folder = two_announcements()
    on_record = [
        facts.provisional(n, folder.strategy.identity.slug, f"new-{n}", fact) for n, fact in enumerate(history)
    ]
    days = [date(2026, 9, 30) + timedelta(days=n) for n in range(6)]
    grown = [[shown(folder, on_record[:length], on=day) for day in days] for length in range(len(history) + 1)]
    for length, by_day in enumerate(grown):
        for before, after in itertools.pairwise(by_day):
            require_revised(before, after)
        if length:
            for before, after in zip(grown[length - 1], by_day, strict=True):
                require_revised(before, after)
