"""What a plan says of its actions: what comes first, what is late, who is reminded when. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from tracker.benchmark.planning.schemas import (
    FIELD_TEXT,
    PRIORITY_TEXT,
    PROGRESS_TEXT,
    Action,
    Altered,
    Planned,
    Priority,
    Progress,
    Update,
)
from tracker.benchmark.queries import Colleague
from tracker.benchmark.schemas import Level
from tracker.benchmark.words import LEVEL_WORDS
from tracker.clock import london_day
from tracker.strategies.words import day_text

BEFORE = (14, 1)
"""How many days before an action is due its owner is reminded."""
EVERY = timedelta(weeks=1)
"""How often after it was due."""


def is_overdue(action: Action, today: date) -> bool:
    """Whether the last day for an open action has passed."""
    return action.is_open and action.due_on is not None and action.due_on < today


def due_text(action: Action, today: date) -> str:
    """When it is due, and for how long it has been overdue."""
    if action.due_on is None:
        return "No date"
    if not is_overdue(action, today):
        return day_text(action.due_on)
    days = (today - action.due_on).days
    return f"{day_text(action.due_on)}, {days} day{'s' if days != 1 else ''} overdue"


def ordered(actions: Iterable[Action], today: date) -> list[Action]:
    """Overdue first, the longest first; then what is open by its day; then what is done, the newest first."""
    found = list(actions)
    priorities = list(Priority)

    def when(action: Action) -> tuple[bool, bool, date, int, int]:
        due, priority = action.due_on or date.max, priorities.index(action.priority)
        return not is_overdue(action, today), action.due_on is None, due, priority, action.number

    ended = [action for action in found if not action.is_open]
    return [
        *sorted((action for action in found if action.is_open), key=when),
        *sorted(ended, key=lambda action: (action.status_on, action.number), reverse=True),
    ]


def reminder_day(due_on: date, today: date) -> date | None:
    """The newest day, up to today, on which an owner is reminded: 14 days and 1 day before, then weekly when late."""
    if today > due_on:
        weeks = (today - due_on - timedelta(days=1)) // EVERY
        return due_on + timedelta(days=1) + weeks * EVERY
    days = [day for day in (due_on - timedelta(days=before) for before in BEFORE) if day <= today]
    return max(days, default=None)


def is_reminder_due(action: Action, today: date) -> bool:
    """Whether its owner is to be reminded, who was not since the newest day for it; a missed day is made up."""
    if not action.is_open or action.due_on is None:
        return False
    day = reminder_day(action.due_on, today)
    return day is not None and (action.reminded_on is None or action.reminded_on < day)


def said_of(planned: Planned, field: str, owners: Iterable[Colleague]) -> str:
    """A field of an action as pages and files print it; "" where it is empty."""
    match value := getattr(planned, field):
        case None:
            return ""
        case Progress():
            return PROGRESS_TEXT[value]
        case Priority():
            return PRIORITY_TEXT[value]
        case Level():
            return LEVEL_WORDS[value]
        case date():
            return day_text(value)
        case int() if field == "owner_id":
            return next((owner.name for owner in owners if owner.id == value), "somebody who has left")
        case _:
            return str(value)


def altered(before: Planned, after: Planned, owners: Iterable[Colleague]) -> tuple[Altered, ...]:
    """Which fields differ, in the order of the page."""
    return tuple(
        Altered(field, said_of(before, field, owners), said_of(after, field, owners))
        for field in FIELD_TEXT
        if getattr(before, field) != getattr(after, field)
    )


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A plan in figures."""

    all: int
    open: int
    overdue: int
    due_soon: int
    """Open, and due in the next 28 days."""
    done: int
    stopped: int
    unowned: int
    """Open, with nobody to see to it."""


def summary(actions: Sequence[Action], today: date) -> Summary:
    """A plan in figures, as at a day."""
    still = [action for action in actions if action.is_open]
    soon = today + timedelta(days=28)
    return Summary(
        all=len(actions),
        open=len(still),
        overdue=sum(is_overdue(action, today) for action in still),
        due_soon=sum(action.due_on is not None and today <= action.due_on <= soon for action in still),
        done=sum(action.status is Progress.DONE for action in actions),
        stopped=sum(action.status is Progress.STOPPED for action in actions),
        unowned=sum(not action.owner for action in still),
    )


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """What has become of a plan since the panel last saw it."""

    since: date
    added: tuple[Action, ...]
    done: tuple[Action, ...]
    stopped: tuple[Action, ...]
    begun: tuple[Action, ...]
    moved: tuple[tuple[Action, Altered], ...]
    """Whose day was changed: the first day that was given since, and the one it has now."""
    unchanged: tuple[Action, ...]
    """Open before, and nobody has said anything of them since."""


def since_panel(actions: Sequence[Action], updates: Sequence[Update], panel: datetime) -> Since:
    """Progress since a panel: what was added, begun, done and stopped, what was put off, and what nobody touched.

    Updates are the newest first.
    """
    later = [update for update in updates if update.at > panel]
    touched = {update.action for update in later}
    day = london_day(panel)
    before = [action for action in actions if action.made_at <= panel]
    of = {status: _that_became(actions, later, status) for status in Progress}
    return Since(
        since=day,
        added=tuple(action for action in actions if action.made_at > panel),
        done=of[Progress.DONE],
        stopped=of[Progress.STOPPED],
        begun=of[Progress.IN_PROGRESS],
        moved=tuple(_moved(before, later)),
        unchanged=tuple(action for action in before if action.is_open and action.number not in touched),
    )


def _that_became(actions: Sequence[Action], later: Sequence[Update], status: Progress) -> tuple[Action, ...]:
    changed = {u.action for u in later if any(item.field == "status" for item in u.altered)}
    return tuple(action for action in actions if action.number in changed and action.status is status)


def _moved(before: Sequence[Action], later: Sequence[Update]) -> Iterable[tuple[Action, Altered]]:
    for action in before:
        mine = [update for update in reversed(later) if update.action == action.number]
        days = [item for update in mine for item in update.altered if item.field == "due_on"]
        if days and days[0].before != days[-1].after:
            yield action, Altered(days[0].field, days[0].before, days[-1].after)
