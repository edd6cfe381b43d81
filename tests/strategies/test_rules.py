"""Where promises stand, against what careful readers wrote down by hand."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DATA, NOON
from tests.make import provisional
from tracker.strategies import facts
from tracker.strategies.facts import Change, decode_fact
from tracker.strategies.files import Folder
from tracker.strategies.rules import state
from tracker.strategies.statuses import Days, Scope, Stage, State, Status, Timing, roll_up, word

TODAY = NOON.date()


def expected(path: Path) -> list[dict[str, Any]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))["day"]


def days_of(path: Path) -> list[Any]:
    return [
        pytest.param(day, id=f"{day['on']} as known on {day.get('known_at', 'today')}, {number}")
        for number, day in enumerate(expected(path), start=1)
    ]


def at(folder: Folder, day: dict[str, Any]) -> State:
    return state(folder.strategy, provisional(folder), on=day["on"], known_at=day.get("known_at", TODAY))


def compare(current: State, day: dict[str, Any]) -> None:
    deliverables = {item.ref: item for announcement in current.announcements for item in announcement.deliverables}
    for line in day.get("deliverable", []):
        found = deliverables[line["ref"]]
        answers = {"stage": found.stage, "timing": found.timing, "scope": found.scope, "status": found.status}
        assert {name: str(value) for name, value in answers.items() if name in line} == {
            name: line[name] for name in answers if name in line
        }, line["ref"]
        if "days" in line:
            assert found.days is not None, line["ref"]
            assert found.days.max == line["days"], line["ref"]
    for line in day.get("announcement", []):
        assert current.announcements[line["number"] - 1].status == line["status"], line["number"]


@pytest.mark.parametrize("day", days_of(DATA / "expected_statuses.toml"))
def test_the_rules_say_what_a_careful_reader_says(kinship: Folder, day: dict[str, Any]) -> None:
    compare(at(kinship, day), day)


@pytest.mark.parametrize("day", days_of(DATA / "strategies" / "harbour-lights-expected.toml"))
def test_the_rules_know_nothing_of_kinship(harbour: Folder, day: dict[str, Any]) -> None:
    compare(at(harbour, day), day)


def test_four_days_are_expected_whole() -> None:
    whole = [
        day["on"].isoformat()
        for day in expected(DATA / "expected_statuses.toml")
        if len(day.get("deliverable", [])) == 29
    ]
    assert whole == ["2023-12-15", "2024-07-01", "2024-10-31", "2026-11-22"]


@pytest.mark.parametrize(
    ("ref", "days"),
    [("14/guidance/published", 133), ("1/plan/details-shared", 637), ("15/framework/consultation", 324)],
)
def test_lateness_is_counted_from_the_first_published_promise(kinship: Folder, ref: str, days: int) -> None:
    current = state(kinship.strategy, provisional(kinship), on=TODAY, known_at=TODAY)
    milestones = {m.ref: m for a in current.announcements for d in a.deliverables for m in d.milestones}
    assert milestones[ref].days_late == Days(days, days)


def test_nothing_is_late_or_overdue_on_publication_day(kinship: Folder) -> None:
    current = state(kinship.strategy, provisional(kinship), on=date(2023, 12, 15), known_at=TODAY)
    timings = {d.timing for a in current.announcements for d in a.deliverables}
    assert timings.isdisjoint({Timing.LATE, Timing.OVERDUE})


def test_a_correction_holds_from_the_day_it_was_known_and_not_before(harbour: Folder) -> None:
    changes = provisional(harbour)
    stopped = next(change for change in changes if isinstance(change.fact, facts.Stopped))
    ref = stopped.fact.about[0]
    correction = facts.Corrected(
        text="The stop was a rumour", happened_on="2026-03-01", known_on=date(2026, 3, 1), why="rumour", of=stopped.key
    )
    changes = [*changes, facts.provisional(99, stopped.strategy, "c", correction)]

    def stage(known_at: date) -> Stage:
        current = state(harbour.strategy, changes, on=date(2026, 6, 1), known_at=known_at)
        return next(d.stage for a in current.announcements for d in a.deliverables if d.ref == ref)

    assert stage(date(2026, 2, 28)) is Stage.STOPPED
    assert stage(date(2026, 3, 1)) is not Stage.STOPPED


def test_an_older_process_shows_a_kind_it_does_not_know_and_works_on(harbour: Folder) -> None:
    raw = msgspec.json.encode(
        {
            "kind": "renamed",
            "about": ["1"],
            "text": "Renamed",
            "happened_on": "2025-05-01",
            "known_on": "2025-05-01",
            "to": "x",
        }
    )
    unknown = decode_fact(raw)
    assert isinstance(unknown, facts.Unknown)
    assert unknown.kind == "renamed"
    extra = msgspec.structs.replace(provisional(harbour)[0], seq=99, key="new", fact=unknown)
    current = state(harbour.strategy, [*provisional(harbour), extra], on=TODAY, known_at=TODAY)
    assert any(change.key == "new" for change in current.changes)


@pytest.mark.parametrize(
    ("stage", "timing", "scope", "status"),
    [
        (Stage.SUPERSEDED, Timing.OVERDUE, Scope.CHANGED, Status.SUPERSEDED),
        (Stage.DELIVERED, Timing.LATE, Scope.CHANGED, Status.DELIVERED_LATE),
        (Stage.DELIVERED, Timing.NO_DATE_PUBLISHED, Scope.AS_PROMISED, Status.DELIVERED),
        (Stage.IN_PROGRESS, Timing.OVERDUE, Scope.CHANGED, Status.OVERDUE),
        (Stage.IN_PROGRESS, Timing.IN_TIME, Scope.CHANGED, Status.CHANGED_IN_SCOPE),
        (Stage.ONGOING, Timing.ON_TIME, Scope.AS_PROMISED, Status.ONGOING),
        (Stage.NOT_YET_REVIEWED, Timing.IN_TIME, Scope.AS_PROMISED, Status.NOT_YET_REVIEWED),
    ],
)
def test_the_word_is_the_first_that_fits(stage: Stage, timing: Timing, scope: Scope, status: Status) -> None:
    assert word(stage, timing, scope) is status


@given(st.lists(st.sampled_from([s for s in Status if s is not Status.PARTLY_DELIVERED]), min_size=1, max_size=5))
def test_a_roll_up_hides_neither_lateness_nor_agreement(statuses: list[Status]) -> None:
    rolled = roll_up(statuses)
    if len(set(statuses)) == 1:
        assert rolled is statuses[0]
    elif Status.OVERDUE in statuses:
        assert rolled is Status.OVERDUE
    else:
        assert rolled in {*statuses, Status.PARTLY_DELIVERED}


@given(st.dates(date(2023, 12, 15), TODAY), st.dates(date(2023, 12, 15), TODAY))
def test_the_past_never_depends_on_what_was_not_known(on: date, known_at: date) -> None:
    folder = _KINSHIP[0]
    everything = provisional(folder)
    known: list[Change] = [change for change in everything if change.fact.known_on <= known_at]
    assert state(folder.strategy, everything, on=on, known_at=known_at) == state(
        folder.strategy, known, on=on, known_at=known_at
    )


_KINSHIP: list[Folder] = []


@pytest.fixture(autouse=True, scope="module")
def _remember(kinship: Folder) -> None:
    """Hypothesis does not take function-scoped fixtures; the strategy is read once."""
    _KINSHIP[:] = [kinship]
