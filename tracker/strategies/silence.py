"""What may be made of hearing nothing: claimed only whole, with who looked last and what still waits. Pure."""

from collections.abc import Iterable
from datetime import date

import msgspec

from tracker.strategies.dates import days_between
from tracker.strategies.facts import Change, Reviewed
from tracker.strategies.milestones import happened
from tracker.strategies.words import day_text

_NEVER = "Not yet reviewed by a person."


class Waiting(msgspec.Struct, frozen=True):
    """How much waits for an editor, and since when the oldest of it."""

    items: int = 0
    since: date | None = None


def reviewed_on(changes: Iterable[Change]) -> date | None:
    """The last day on which a person looked for news, among the changes that are visible."""
    return max((happened(change).latest for change in changes if isinstance(change.fact, Reviewed)), default=None)


def silence(last_review: date | None, waiting: Waiting | None, *, today: date) -> str:
    """The line under every page and message; what waits is left out where it is not known."""
    reviewed = f"Record last reviewed by a person on {day_text(last_review)}." if last_review else _NEVER
    watched = "No source is watched automatically, so silence here does not mean that nothing has changed."
    return " ".join([reviewed, *([_waiting_text(waiting, today)] if waiting else []), watched])


def _waiting_text(waiting: Waiting, today: date) -> str:
    if not waiting.items or waiting.since is None:
        return "Nothing is waiting for an editor."
    days = days_between(waiting.since, today)
    age = f"{days} day{'s' * (days != 1)}" if days else "less than a day"
    what = "1 item is" if waiting.items == 1 else f"{waiting.items} items are"
    return f"{what} waiting for an editor, the oldest for {age}."
