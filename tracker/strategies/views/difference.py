"""What differs between two days of the record: what is new, what moved and why, what was corrected. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from tracker.strategies.facts import Change, Corrected, Reviewed
from tracker.strategies.milestones import happened
from tracker.strategies.schemas import AnnouncementSummary, ChangeView, View
from tracker.strategies.statuses import State
from tracker.strategies.structure import Strategy
from tracker.strategies.views.announcements import summaries
from tracker.strategies.views.changes import change_view, latest_first
from tracker.strategies.views.corrections import Replaced, replaced
from tracker.strategies.views.eligibility import EligibilityMove, eligibility_moves
from tracker.strategies.views.moves import Grounds, Move, move, only_later
from tracker.strategies.views.restated import Restated, restated


class LookedAt(View, frozen=True, kw_only=True):
    """A day of the record, and the day whose knowledge it is shown with."""

    on: date
    known_at: date


class StillOverdue(View, frozen=True, kw_only=True):
    """A deliverable that was overdue on both days, and only got later."""

    number: int
    ref: str
    title: str
    days_before: int
    days_after: int


class Correction(View, frozen=True, kw_only=True):
    """A correction that came to be known between the two days, with what it replaced."""

    change: ChangeView
    replaced: Replaced | None
    """None when quotations or structure were corrected, whose old and new texts are among the details."""


class DifferenceCounts(View, frozen=True, kw_only=True):
    """How much differs; every figure counts what is listed beside it."""

    new: int
    """Facts that happened between or became known since; a time when somebody looked and found nothing is none."""
    looked: int
    """Times when somebody looked and found nothing, which came on record between the two days."""
    happened_between: int
    known_since: int
    moved: int
    eligibility: int
    restated: int
    corrections: int
    still_overdue: int
    """Announcements that did not move and of which something was overdue on both days."""
    longer: int
    """By how many days that got later."""
    unchanged: int


class DifferenceView(View, frozen=True, kw_only=True):
    """What differs between two days of the record."""

    before: LookedAt
    after: LookedAt
    counts: DifferenceCounts
    moved: tuple[Move, ...]
    restated: tuple[Restated, ...]
    happened_between: tuple[ChangeView, ...]
    """New to the record, and happened after the first day."""
    known_since: tuple[ChangeView, ...]
    """New to the record, though it happened on the first day or before: it came to be known later."""
    looked: tuple[ChangeView, ...]
    """New to the record, and only that somebody looked and found nothing."""
    eligibility: tuple[EligibilityMove, ...]
    """What was said of who can use it on the second day, and could not yet be said on the first."""
    corrections: tuple[Correction, ...]
    still_overdue: tuple[StillOverdue, ...]
    unchanged: tuple[AnnouncementSummary, ...]
    """Announcements that did not move, as they stood on the second day."""


def difference(
    strategy: Strategy,
    before: State,
    after: State,
    *,
    record: Sequence[Change],
    numbers: Collection[int] | None = None,
    kinds: Collection[str] = (),
) -> DifferenceView:
    """What differs between two states of a record, about these announcements or all, of these kinds or all.

    Kinds narrow facts and corrections; whether an announcement moved, or who can use it, does not depend on them.
    """
    chosen = [item for item in strategy.announcements if numbers is None or item.number in numbers]
    grounds = _grounds(strategy, before, after, record)
    moved = tuple(item for item in (move(announcement, grounds) for announcement in chosen) if item)
    wanted = [change for change in grounds.fresh if _is_wanted(change_view(change, after), numbers, kinds)]
    between, since, looked = _apart(wanted, before, after)
    usable = eligibility_moves(strategy, chosen, before, after)
    stated = restated(before, after, wanted)
    corrections = tuple(item for item in _corrections(grounds, record) if _is_wanted(item.change, numbers, kinds))
    still = {item.number for item in chosen} - {item.number for item in moved}
    overdue = tuple(item for item in _still_overdue(grounds) if item.number in still)
    unchanged = tuple(item for item in summaries(strategy, after) if item.number in still)
    return DifferenceView(
        before=LookedAt(on=before.on, known_at=before.known_at),
        after=LookedAt(on=after.on, known_at=after.known_at),
        counts=DifferenceCounts(
            new=len(between) + len(since),
            looked=len(looked),
            happened_between=len(between),
            known_since=len(since),
            moved=len(moved),
            eligibility=len(usable),
            restated=len(stated),
            corrections=len(corrections),
            still_overdue=len({item.number for item in overdue}),
            longer=grounds.days if overdue else 0,
            unchanged=len(unchanged),
        ),
        moved=moved,
        restated=stated,
        happened_between=between,
        known_since=since,
        looked=looked,
        eligibility=usable,
        corrections=corrections,
        still_overdue=overdue,
        unchanged=unchanged,
    )


def _grounds(strategy: Strategy, before: State, after: State, record: Sequence[Change]) -> Grounds:
    """What came on record between the two days; a correction counts from the day it was known, as in the rules."""
    held = {change.seq for change in before.changes}
    return Grounds(
        strategy=strategy,
        before=before,
        after=after,
        fresh=[c for c in after.changes if c.seq not in held and not isinstance(c.fact, Corrected)],
        corrected=[
            c for c in record if isinstance(c.fact, Corrected) and before.known_at < c.fact.known_on <= after.known_at
        ],
    )


def _is_wanted(view: ChangeView, numbers: Collection[int] | None, kinds: Collection[str]) -> bool:
    about_it = numbers is None or not set(numbers).isdisjoint(view.announcements)
    return about_it and (not kinds or view.kind in kinds)


def _apart(changes: Sequence[Change], before: State, after: State) -> Iterator[tuple[ChangeView, ...]]:
    """What happened since the first day, what had happened by then, and when somebody looked and found nothing."""
    told = [change for change in changes if not isinstance(change.fact, Reviewed)]
    yield _views((change for change in told if happened(change).latest > before.on), after)
    yield _views((change for change in told if happened(change).latest <= before.on), after)
    yield _views((change for change in changes if isinstance(change.fact, Reviewed)), after)


def _views(changes: Iterable[Change], state: State) -> tuple[ChangeView, ...]:
    return tuple(change_view(change, state) for change in latest_first(changes))


def _corrections(grounds: Grounds, record: Sequence[Change]) -> Iterator[Correction]:
    """Corrections newest first, each with what it replaced."""
    old = replaced(record) if grounds.corrected else {}
    for change in reversed(grounds.corrected):
        yield Correction(change=change_view(change, grounds.after), replaced=old.get(change.seq))


def _still_overdue(grounds: Grounds) -> Iterator[StillOverdue]:
    """Deliverables that were overdue on both days, the longest first."""
    found = [
        StillOverdue(
            number=announcement.number, ref=new.ref, title=deliverable.title, days_before=a.max, days_after=b.max
        )
        for announcement, then, now in zip(
            grounds.strategy.announcements, grounds.before.announcements, grounds.after.announcements, strict=True
        )
        for deliverable, old, new in zip(announcement.deliverables, then.deliverables, now.deliverables, strict=True)
        if (a := old.days) and (b := new.days) and only_later(old, new, grounds.days)
    ]
    return iter(sorted(found, key=lambda item: item.days_after, reverse=True))
