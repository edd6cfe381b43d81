"""How often a server is asked: when a source is due again, how long to leave a server alone, how far apart to ask."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from tracker.outbound import wait_of

CEILING = timedelta(hours=6)
"""The longest between two tries, whatever went wrong and whatever a server says about keeping an answer."""
LONGEST_PATIENCE = timedelta(hours=24)
"""The longest that a server is left alone because it asked for it."""
LONGEST_SPACE = 60.0
"""Seconds between two questions that a robots.txt can ask for."""
SPREAD = 0.1
"""The part of the time until the next try that chance may add or take, so that sources do not fall due together."""
ASKS_FOR_PATIENCE = frozenset({429, 503})
_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})\"?(?=$|[\s,])", re.IGNORECASE)


class Paced(Protocol):
    """What says how often it may be read."""

    @property
    def every(self) -> timedelta: ...

    @property
    def per_second(self) -> float | None: ...


def next_due(
    now: datetime, every: timedelta, *, failures: int = 0, keep: timedelta = timedelta(0), chance: float | None = None
) -> datetime:
    """When a source is due again: later after each failure in a row, and not while its answer says it may be kept.

    `chance`, from 0 to 1, spreads sources; None leaves them where they are.
    """
    wait = max(every, min(keep, CEILING)) if not failures else backed_off(every, failures)
    by = 1.0 if chance is None else 1 - SPREAD + 2 * SPREAD * chance
    return now + wait * by


def backed_off(every: timedelta, failures: int) -> timedelta:
    """As usual after the first failure, so that what is broken is said soon; then twice as long after each.

    Never longer than six hours, unless it is read more rarely than that anyway.
    """
    longer: timedelta = every * 2 ** min(failures - 1, 20)
    return max(every, min(longer, CEILING))


def keep_of(headers: Mapping[str, str]) -> timedelta:
    """How long an answer says that it stays as it is (Cache-Control: max-age, less its Age); names in small letters."""
    said = headers.get("cache-control", "")
    found = _MAX_AGE.search(said)
    if not found or "no-cache" in said.lower() or "no-store" in said.lower():
        return timedelta(0)
    age = headers.get("age", "").strip()
    old = int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0
    return timedelta(seconds=max(int(found[1]) - old, 0))


def patience_of(status: int, headers: Mapping[str, str], *, now: datetime) -> timedelta | None:
    """How long a server asks to be left alone (Retry-After with 429 or 503); None when it does not."""
    if status not in ASKS_FOR_PATIENCE:
        return None
    wait = wait_of({"Retry-After": headers.get("retry-after", "")}, now=now)
    return None if wait is None else min(wait, LONGEST_PATIENCE)


def space_between(sources: Iterable[Paced], *, crawl_delay: float | None) -> float:
    """Seconds between the beginnings of two questions to one server: by the strictest of what is published."""
    limits = [1 / paced.per_second for paced in sources if paced.per_second]
    return max([0.0, *limits, *([min(crawl_delay, LONGEST_SPACE)] if crawl_delay else [])])
