"""Words for people: dates, days and statuses in plain English, worked out once for page, feed and API."""

from datetime import date, datetime
from functools import lru_cache

from tracker.clock import LONDON
from tracker.strategies.dates import Span, read_edtf
from tracker.strategies.statuses import Days, DeliverableState, Scope, Stage, Status, Timing

SEASON_NAMES = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}

STATUS_TEXT = {
    Status.NOT_YET_REVIEWED: "Not yet reviewed",
    Status.NO_PROGRESS_FOUND: "No progress found",
    Status.IN_PROGRESS: "In progress",
    Status.ONGOING: "Ongoing",
    Status.PARTLY_DELIVERED: "Partly delivered",
    Status.DELIVERED: "Delivered",
    Status.DELIVERED_LATE: "Delivered late",
    Status.OVERDUE: "Overdue",
    Status.CHANGED_IN_SCOPE: "Changed in scope",
    Status.SUPERSEDED: "Superseded",
    Status.STOPPED: "Stopped",
}
"""In the order in which statuses are counted on pages."""

STATUS_MEANING = {
    Status.NOT_YET_REVIEWED: "Nobody has looked for evidence yet.",
    Status.NO_PROGRESS_FOUND: "We looked and found nothing published. This is about our search.",
    Status.IN_PROGRESS: "Work is known to have begun, and no date has been missed.",
    Status.ONGOING: "It runs without an end date, and was confirmed on the day shown.",
    Status.PARTLY_DELIVERED: "Some of what was promised has been delivered, and some has not.",
    Status.DELIVERED: "What would count as done has happened, by the date promised or with no date promised.",
    Status.DELIVERED_LATE: "It was delivered, after the latest day that the first published date allowed.",
    Status.OVERDUE: "The latest day that the first published date allowed has passed, and it has not been delivered.",
    Status.CHANGED_IN_SCOPE: "How much, for whom or where is no longer what was promised.",
    Status.SUPERSEDED: "Something else replaced it.",
    Status.STOPPED: "It was given up.",
}


@lru_cache(maxsize=4096)
def day_text(day: date) -> str:
    """A day as GOV.UK writes it: 15 December 2023."""
    return f"{day.day} {day:%B %Y}"


@lru_cache(maxsize=4096)
def moment_text(moment: datetime) -> str:
    """An instant as it was in London: 22 November 2026 at 9:05am."""
    there = moment.astimezone(LONDON)
    return f"{day_text(there.date())} at {there.hour % 12 or 12}:{there:%M}{'am' if there.hour < 12 else 'pm'}"


def hour_text(moment: datetime) -> str:
    """A whole hour as it was in London: 2pm on 22 November 2026."""
    there = moment.astimezone(LONDON)
    if there.hour == 0:
        return f"the start of {day_text(there.date())}"
    hour = "midday" if there.hour == 12 else f"{there.hour % 12}{'am' if there.hour < 12 else 'pm'}"
    return f"{hour} on {day_text(there.date())}"


@lru_cache(maxsize=4096)
def edtf_text(edtf: str) -> str:
    """An EDTF date in words: “spring 2024”, “October 2024”, “September 2024 to March 2025”."""
    first, slash, last = edtf.partition("/")
    if slash:
        return f"{_part_text(first)} to {_part_text(last)}"
    return _part_text(first)


@lru_cache(maxsize=4096)
def happened_text(edtf: str) -> str:
    """When one event happened; an interval says between which days: “between March 2024 and 22 April 2024”."""
    first, slash, last = edtf.partition("/")
    return f"between {_part_text(first)} and {_part_text(last)}" if slash else _part_text(first)


def _part_text(part: str) -> str:
    numbers = part.rstrip("?~%").split("-")
    if len(numbers) == 1:
        return numbers[0]
    year, month = numbers[0], int(numbers[1])
    if month in SEASON_NAMES:
        return f"{SEASON_NAMES[month]} {year}"
    return day_text(read_edtf(part).earliest) if len(numbers) == 3 else f"{read_edtf(part).earliest:%B} {year}"


def span_text(span: Span) -> str:
    """The days a span covers."""
    return day_text(span.earliest) if span.is_day else f"{day_text(span.earliest)} to {day_text(span.latest)}"


def days_text(days: Days) -> str:
    """“133 days”, or “12 to 40 days” when the day of delivery is uncertain."""
    count = str(days.max) if days.min == days.max else f"{days.min} to {days.max}"
    return f"{count} day{'s' * (days.max != 1)}"


def timing_text(timing: Timing, days: Days | None) -> str:
    """The timing with its days: “overdue 31 days”, “133 days late”."""
    if days and timing is Timing.OVERDUE:
        return f"overdue {days_text(days)}"
    if days and timing is Timing.LATE:
        return f"{days_text(days)} late"
    return timing.value.replace("-", " ")


def status_text(status: Status, scope: Scope) -> str:
    """The status word; where the scope has changed the word says so too."""
    if scope is Scope.CHANGED and status is not Status.CHANGED_IN_SCOPE:
        return f"{STATUS_TEXT[status]}, changed in scope"
    return STATUS_TEXT[status]


def stage_text(deliverable: DeliverableState) -> str:
    """The stage; silence says where and when we looked."""
    if deliverable.stage is Stage.NO_PROGRESS_FOUND:
        if deliverable.last_searched is None:
            return "we have found no publication"
        kinds = f"{deliverable.searched} kinds of source" if deliverable.searched != 1 else "1 kind of source"
        return f"we have found no publication ({kinds}, last searched {day_text(deliverable.last_searched)})"
    if deliverable.stage is Stage.ONGOING and deliverable.last_confirmed:
        return f"ongoing, last confirmed {edtf_text(deliverable.last_confirmed)}"
    return deliverable.stage.value.replace("-", " ")
