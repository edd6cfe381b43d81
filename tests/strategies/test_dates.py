"""Printed dates as days."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.strategies.dates import Span, days_between, read_edtf
from tracker.strategies.words import edtf_text


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-05-31", "2024-05-31", "2024-05-31"),
        ("2024-21", "2024-03-01", "2024-05-31"),
        ("2024-22", "2024-06-01", "2024-08-31"),
        ("2024-23", "2024-09-01", "2024-11-30"),
        ("2023-24", "2023-12-01", "2024-02-29"),
        ("2024-01/2024-04", "2024-01-01", "2024-04-30"),
        ("2024-09/2025-03", "2024-09-01", "2025-03-31"),
        ("2024-06~", "2024-06-01", "2024-06-30"),
    ],
)
def test_a_printed_date_covers_every_day_it_can_mean(text: str, earliest: str, latest: str) -> None:
    assert read_edtf(text) == Span(date.fromisoformat(earliest), date.fromisoformat(latest))


@pytest.mark.parametrize(
    "text", ["", "spring 2024", "2024-13", "2024-25", "2023-02-29", "24", "2024/", "2024-05/2024-01", "0000", "2024-5"]
)
def test_what_is_no_date_is_refused_with_the_text_in_the_message(text: str) -> None:
    with pytest.raises(Invalid, match="“"):
        read_edtf(text)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 1, 1)))
def test_a_day_is_read_as_itself(day: date) -> None:
    assert read_edtf(day.isoformat()) == Span(day, day)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_an_interval_runs_from_its_first_to_its_last_day(one: date, other: date) -> None:
    first, last = sorted((one, other))
    assert read_edtf(f"{first}/{last}") == Span(first, last)
    assert days_between(first, last) >= 0


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_but_never_breaks(text: str) -> None:
    try:
        span = read_edtf(text)
    except Invalid:
        return
    assert span.earliest <= span.latest


def test_dates_are_written_as_gov_uk_writes_them() -> None:
    assert edtf_text("2024-10-11") == "11 October 2024"
    assert edtf_text("2024-10") == "October 2024"
    assert edtf_text("2024-21") == "spring 2024"
    assert edtf_text("2024-01/2024-04") == "January 2024 to April 2024"
