"""The statuses a deliverable had through time are those of each single day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NOON
from tests.make import provisional
from tracker.strategies.facts import Corrected, Delivered, Superseded
from tracker.strategies.facts import provisional as change
from tracker.strategies.files import Folder
from tracker.strategies.rules import state
from tracker.strategies.statuses import DeliverableState
from tracker.strategies.views.history import StatusPeriod, status_periods

TODAY = NOON.date()
FOLDERS: list[Folder] = []


@pytest.fixture(autouse=True, scope="module")
def _remember(kinship: Folder, harbour: Folder) -> None:
    """Hypothesis does not take function-scoped fixtures; the strategies are read once."""
    FOLDERS[:] = [kinship, harbour]


def answers(held: DeliverableState | StatusPeriod) -> tuple[str, ...]:
    return held.status, held.stage, held.timing, held.scope


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 1), st.data())
def test_a_status_at_any_time_is_that_of_the_day_by_itself(which: int, data: st.DataObject) -> None:
    folder = FOLDERS[which]
    first = folder.strategy.identity.published_on
    days = st.dates(first, TODAY)
    on, known_at = data.draw(days), data.draw(days)
    changes = provisional(folder)
    periods = status_periods(folder.strategy, changes, on=on, known_at=known_at)
    for day in {first, on, *data.draw(st.lists(st.dates(first, on), max_size=4))}:
        current = state(folder.strategy, changes, on=day, known_at=known_at)
        for deliverable in (held for item in current.announcements for held in item.deliverables):
            (period,) = [p for p in periods if p.ref == deliverable.ref and p.since <= day <= (p.until or on)]
            assert answers(period) == answers(deliverable)
            if day == (period.until or on):
                assert (period.days, period.inputs) == (deliverable.days, deliverable.inputs)


def test_every_day_of_a_year_of_turns_is_right(harbour: Folder) -> None:
    changes = provisional(harbour)
    periods = status_periods(harbour.strategy, changes, on=TODAY, known_at=TODAY)
    day = harbour.strategy.identity.published_on
    while day <= TODAY:
        current = state(harbour.strategy, changes, on=day, known_at=TODAY)
        held = {item.ref: answers(item) for announcement in current.announcements for item in announcement.deliverables}
        assert {p.ref: answers(p) for p in periods if p.since <= day <= (p.until or TODAY)} == held, day
        day += timedelta(days=1)


@pytest.mark.parametrize("which", [0, 1])
def test_a_row_begins_only_when_something_became_another(which: int) -> None:
    folder = FOLDERS[which]
    periods = status_periods(folder.strategy, provisional(folder), on=TODAY, known_at=TODAY)
    assert len(periods) > sum(len(item.deliverables) for item in folder.strategy.announcements)
    for before, after in pairwise(periods):
        if before.ref == after.ref:
            assert answers(before) != answers(after)
            assert before.until == after.since - timedelta(days=1)
            assert after.previous == before.status
        else:
            assert (before.until, after.since, after.previous) == (None, folder.strategy.identity.published_on, None)


def test_a_change_that_was_corrected_to_be_about_something_else_counts_there(harbour: Folder) -> None:
    given = Delivered(about=("3/survey",), text="Done", happened_on="2025-05-05", known_on=date(2025, 5, 5))
    instead = {"kind": "superseded", "about": ["1/lamps"], "text": "x", "by": "y"}
    correction = Corrected(
        about=("3/survey", "1/lamps"),
        text="It was the lamps",
        happened_on="2025-05-20",
        known_on=date(2025, 5, 20),
        why="misread",
        of="wrong",
        instead={**instead, "happened_on": "2025-05-05", "known_on": "2025-05-25"},
    )
    slug = harbour.strategy.identity.slug
    changes = [*provisional(harbour), change(90, slug, "wrong", given), change(91, slug, "right", correction)]
    for known_at in (date(2025, 5, 19), date(2025, 5, 20), TODAY):
        periods = status_periods(harbour.strategy, changes, on=date(2025, 6, 1), known_at=known_at)
        current = state(harbour.strategy, changes, on=date(2025, 6, 1), known_at=known_at)
        held = {item.ref: answers(item) for announcement in current.announcements for item in announcement.deliverables}
        assert {p.ref: answers(p) for p in periods if p.until is None} == held
        superseded = {p.ref for p in periods if p.stage == "superseded"}
        assert superseded == (set() if known_at < correction.known_on else {"1/lamps"})
    assert Superseded in {type(c.fact) for c in current.changes}
