"""Days as people type them."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.editing.dates import happened_by, read_when
from tracker.errors import Invalid
from tracker.strategies.dates import read_edtf
from tracker.strategies.words import day_text

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "edtf"),
    [
        ("11 October 2024", "2024-10-11"),
        ("11 oct 2024", "2024-10-11"),
        ("1st Sept. 2024", "2024-09-01"),
        ("11/10/2024", "2024-10-11"),
        ("2024-10-11", "2024-10-11"),
        (" october  2024 ", "2024-10"),
        ("Spring 2024", "2024-21"),
        ("winter 2023", "2023-24"),
        ("2024", "2024"),
        ("2024-03/2024-04", "2024-03/2024-04"),
        ("March 2024 to 22 April 2024", "2024-03/2024-04-22"),
        ("today", "2026-11-22"),
        ("yesterday", "2026-11-21"),
    ],
)
def test_a_date_is_read_as_it_is_written(typed: str, edtf: str) -> None:
    assert read_when(typed, today=TODAY) == edtf


@pytest.mark.parametrize(
    "typed", ["soon", "31 February 2024", "13/13/2024", "October", "ma 2024", "2024 to 2023", "١ May 2024"]
)
def test_what_is_no_date_is_refused_with_how_to_write_one(typed: str) -> None:
    with pytest.raises(Invalid, match="11 October 2024"):
        read_when(typed, today=TODAY)


def test_a_span_that_is_not_over_has_happened_by_today() -> None:
    assert happened_by("2026", today=TODAY) == "2026-01-01/2026-11-22"
    assert happened_by("2025", today=TODAY) == "2025"
    with pytest.raises(Invalid, match="after today"):
        happened_by("2026-11-23", today=TODAY)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 12, 31)))
def test_a_day_as_pages_print_it_is_read_back(day: date) -> None:
    assert read_edtf(read_when(day_text(day), today=TODAY)).earliest == day


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    with contextlib.suppress(Invalid):
        read_edtf(read_when(typed, today=TODAY))
