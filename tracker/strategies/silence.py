"""What may be made of hearing nothing: claimed only whole, with who looked last and what still waits. Pure."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from tracker.strategies.dates import days_between
from tracker.strategies.facts import Change, Reviewed
from tracker.strategies.milestones import happened
from tracker.strategies.words import day_text, hour_text

_NEVER = "Not yet reviewed by a person."
_NO_PROOF = "silence here does not mean that nothing has changed."
_NAMED = 3
"""How many sources that cannot be read are named; the others are counted, and all are on the page of sources."""


class Waiting(msgspec.Struct, frozen=True):
    """How much waits for an editor, and since when the oldest of it."""

    items: int = 0
    since: date | None = None


class Watched(msgspec.Struct, frozen=True):
    """How far what is watched was read. Coarse, so that it changes with the hour and not with every reading."""

    sources: int = 0
    until: datetime | None = None
    """The whole hour up to which all that can be read was read; where nothing can, up to which anything was."""
    broken: tuple[str, ...] = ()
    """Titles of what cannot be read any more."""
    unread: int = 0
    """How many were never read, and may still be."""
    gaps: int = 0
    """How many times something may have been published that no source shows any more, and nobody has looked through."""

    @property
    def read(self) -> int:
        return self.sources - len(self.broken) - self.unread


UNWATCHED = Watched()


def reviewed_on(changes: Iterable[Change]) -> date | None:
    """The last day on which a person looked for news, among the changes that are visible."""
    return max((happened(change).latest for change in changes if isinstance(change.fact, Reviewed)), default=None)


def silence(last_review: date | None, waiting: Waiting | None, watched: Watched = UNWATCHED, *, today: date) -> str:
    """The line under every page and message; what waits is left out where it is not known."""
    reviewed = f"Record last reviewed by a person on {day_text(last_review)}." if last_review else _NEVER
    waits = [_waiting_text(waiting, today)] if waiting else []
    if not watched.sources:
        return " ".join([reviewed, *waits, f"No source is watched automatically, so {_NO_PROOF}"])
    return " ".join([_watched_text(watched), *waits, reviewed])


def _watched_text(watched: Watched) -> str:
    """Until when the sources were read; whatever is missing is said, and that it is missing."""
    if watched.until is None:
        return f"No source has been read yet, so {_NO_PROOF}"
    if not watched.read:
        return f"No source could be reached since {hour_text(watched.until)}, so {_NO_PROOF}"
    were = "was" if watched.read == 1 else "were"
    if watched.read == watched.sources and not watched.gaps:
        which = "The one source" if watched.sources == 1 else f"All {watched.sources} sources"
        return f"{which} {were} read until {hour_text(watched.until)}."
    told = [f"{watched.read} of {watched.sources} sources {were} read until {hour_text(watched.until)}."]
    told += [f"Cannot be read: {_named(watched.broken)}."] if watched.broken else []
    told += [f"Not read yet: {watched.unread}."] if watched.unread else []
    told += [f"Gaps that nobody has looked through yet: {watched.gaps}."] if watched.gaps else []
    return " ".join([*told, f"So {_NO_PROOF}"])


def _named(titles: tuple[str, ...]) -> str:
    """The first titles, and how many more there are."""
    more = len(titles) - _NAMED
    shown = list(titles[:_NAMED]) + ([f"{more} more"] if more > 0 else [])
    return shown[0] if len(shown) == 1 else f"{'; '.join(shown[:-1])} and {shown[-1]}"


def _waiting_text(waiting: Waiting, today: date) -> str:
    if not waiting.items or waiting.since is None:
        return "Nothing is waiting for an editor."
    days = days_between(waiting.since, today)
    age = f"{days} day{'s' * (days != 1)}" if days else "less than a day"
    what = "1 item is" if waiting.items == 1 else f"{waiting.items} items are"
    return f"{what} waiting for an editor, the oldest for {age}."
