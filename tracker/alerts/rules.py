"""Decisions of alerts: who hears of what, and when a message is tried again. Pure."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta

import msgspec

from tracker.alerts.schemas import WEBHOOK, Came, Tried
from tracker.clock import every_day, first_of_month, last_time, london_day, monday
from tracker.strategies import facts
from tracker.strategies.facts import AnyFact, Change, Unknown
from tracker.strategies.structure import Announcement, Strategy
from tracker.strategies.views.changes import announcements_of

ALL = "all"
KINDS: dict[str, tuple[type, ...]] = {
    "facts": (
        facts.Started, facts.Delivered, facts.Ongoing, facts.Stopped, facts.Superseded,
        facts.MilestoneReached, facts.MilestoneDropped, facts.ScopeStated,
    ),
    "dates": (facts.DateStated,),
    "evidence": (facts.Noted, facts.Reviewed, facts.Corrected, facts.Unknown),
    "verdicts": (facts.VerdictGiven,),
    "overdue": (facts.BecameOverdue,),
}  # fmt: skip
"""The kinds that can be followed, and the facts that are of each."""
CONCERNS = frozenset({"named", "all"})
"""What an announcement says of a group that it concerns."""


def topics_of(strategy: Strategy, changes: Iterable[Change]) -> set[str]:
    """Every topic that these changes bear on; whoever follows any of them hears of them once."""
    slug = strategy.identity.slug
    found = {ALL, f"{ALL}/{slug}"}
    numbers: set[int] = set()
    for change in changes:
        found.update(f"kind/{slug}/{kind}" for kind in _kinds(change.fact))
        numbers.update(announcements_of(change))
    for announcement in strategy.announcements:
        if announcement.number in numbers:
            found.update(_topics(slug, announcement))
    return found


def _topics(slug: str, announcement: Announcement) -> Iterator[str]:
    yield f"announcement/{slug}/{announcement.number}"
    yield f"theme/{slug}/{announcement.theme}"
    answers = announcement.beneficiaries.groups if announcement.beneficiaries else ()
    yield from (f"group/{slug}/{item.group}" for item in answers if item.answer in CONCERNS)
    usable = (part for eligibility in announcement.eligibility for part in eligibility.groups)
    yield from (f"group/{slug}/{key}" for part in usable if part.answer in ("yes", "some") for key in part.groups)


def _kinds(fact: AnyFact | Unknown) -> Iterator[str]:
    """A fact's kinds: a correction is also of the kind of what it puts in the place of a fact."""
    yield from (kind for kind, types in KINDS.items() if isinstance(fact, types))
    if isinstance(fact, facts.Corrected) and fact.instead is not None:
        yield from _kinds(facts.fact_from(fact.instead))


def coming_up_topic(slug: str) -> str:
    """Reminders of dates ahead: chosen on their own, and no part of “all”, which is of what has happened."""
    return f"coming-up/{slug}"


BACKOFF = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
)
"""Waits after each failed try: the schedule of Standard Webhooks 1.0, ten tries in 75 hours."""
JITTER = 0.2
"""A wait is longer by up to this share, so that what failed together is not tried together again."""
AWAY_WAIT = timedelta(seconds=30)
"""How long what was not tried waits, because its channel cannot be used."""
LONGEST_WAIT = timedelta(days=1)
"""The most that a Retry-After is obeyed: longer would look like an end."""
NEWS = timedelta(hours=24)
"""For how long a change is news; after it the next digest tells it, marked late."""


class Next(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a delivery: sent, failed, or due again; `due_at` None waits for something else."""

    sent: bool = False
    failed: bool = False
    late: bool = False
    counts: bool = True
    """Whether it was a try."""
    due_at: datetime | None = None


IS_SENT = Next(sent=True)


def outcome(tried: Tried, *, channel: str, attempts: int, now: datetime, chance: float) -> Next:
    """What becomes of a delivery that has been tried so often before; chance, from 0 to 1, spreads the next try.

    After the last try a mail has failed; what goes to an endpoint stays owed, and waits for its owner.
    """
    match tried.came:
        case Came.SENT:
            return IS_SENT
        case Came.REFUSED | Came.GONE:
            return Next(failed=True)
        case Came.UNWANTED:
            return Next(failed=True, counts=False)
        case Came.UNTRIED:
            return Next(counts=False, due_at=now)
        case Came.TOO_OLD:
            return Next(late=True, counts=False)
        case Came.AWAY:
            return Next(counts=False, due_at=now + AWAY_WAIT * (1 + JITTER * chance))
    if attempts >= len(BACKOFF):
        return Next() if channel == WEBHOOK else Next(failed=True)
    wait = max(BACKOFF[attempts], min(tried.wait or timedelta(0), LONGEST_WAIT))
    return Next(due_at=now + wait * (1 + JITTER * chance))


def is_news(published_at: datetime, *, now: datetime) -> bool:
    """Whether a change is still worth a message of its own."""
    return now - published_at <= NEWS


DIGEST = "digest"
SUMMARY = "summary"
DIGESTS_AT = time(8, 30)
MONTHLY = "monthly"
CADENCES: dict[str, Callable[[date], bool]] = {"daily": every_day, "weekly": monday, MONTHLY: first_of_month}
"""On which days of London a digest of each kind is written."""


class Slot(msgspec.Struct, frozen=True):
    """One moment at which digests are due."""

    cadence: str
    at: datetime

    @classmethod
    def last(cls, cadence: str, now: datetime) -> "Slot":
        """The latest one; one that was missed is made up under its own day."""
        return cls(cadence, last_time(DIGESTS_AT, now, CADENCES[cadence]))

    @classmethod
    def of(cls, about: str) -> "Slot":
        """The one that a digest or a summary is of, by what it is about."""
        _, cadence, day = about.split(":")
        noon = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        return cls(cadence, last_time(DIGESTS_AT, noon, CADENCES[cadence]))

    @property
    def about(self) -> str:
        return f"{DIGEST}:{self.cadence}:{london_day(self.at)}"

    @property
    def about_summary(self) -> str:
        return f"{SUMMARY}:{self.cadence}:{london_day(self.at)}"

    @property
    def before(self) -> datetime:
        """The one before it: what was published earlier comes late."""
        return last_time(DIGESTS_AT, self.at - timedelta(seconds=1), CADENCES[self.cadence])
