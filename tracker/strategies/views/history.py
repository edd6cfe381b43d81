"""The whole life of each deliverable: every status it ever had, from which day to which. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from tracker.strategies import facts
from tracker.strategies.dates import read_edtf
from tracker.strategies.facts import Change
from tracker.strategies.milestones import happened
from tracker.strategies.rules import announcement_states, visible
from tracker.strategies.schemas import View
from tracker.strategies.statuses import Days, DeliverableState, Scope, Stage, Status, Timing
from tracker.strategies.structure import Announcement, Strategy
from tracker.strategies.views.changes import announcements_of
from tracker.strategies.words import status_text

IDLE = (facts.Noted, facts.VerdictGiven, facts.BecameOverdue, facts.Corrected, facts.Unknown)
"""Facts that turn no status: a correction does so only through what it corrects, which is already applied."""
NEXT_DAY = timedelta(days=1)


class StatusPeriod(View, frozen=True, kw_only=True):
    """The days on which a deliverable had one status; days, and what it rests on, are as on the last of them."""

    ref: str
    title: str
    announcement: int
    since: date
    until: date | None
    """None while it lasts."""
    status: Status
    status_text: str
    stage: Stage
    timing: Timing
    scope: Scope
    days: Days | None
    inputs: tuple[int, ...]
    previous: Status | None


def status_periods(
    strategy: Strategy, changes: Sequence[Change], *, on: date, known_at: date
) -> tuple[StatusPeriod, ...]:
    """Every status each deliverable had from publication to a day, from what could be known on a day."""
    effective = visible(changes, on=date.max, known_at=known_at)
    return tuple(
        period
        for announcement in strategy.announcements
        for period in _of_announcement(strategy, announcement, effective, on=on, known_at=known_at)
    )


def _of_announcement(
    strategy: Strategy, announcement: Announcement, effective: Iterable[Change], *, on: date, known_at: date
) -> Iterator[StatusPeriod]:
    mine = [c for c in effective if not c.fact.about or announcement.number in announcements_of(c)]

    def at(day: date) -> tuple[DeliverableState, ...]:
        seen = [change for change in mine if happened(change).latest <= day]
        return announcement_states(strategy, [announcement], seen, on=day, known_at=known_at)[0].deliverables

    days = turning_days(strategy, announcement, mine, until=on)
    turned = [at(day) for day in days]
    for place, deliverable in enumerate(announcement.deliverables):
        held = [deliverables[place] for deliverables in turned]
        starts = [n for n, now in enumerate(held) if not n or _answers(now) != _answers(held[n - 1])]
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            until = days[following] - NEXT_DAY if following else None
            yield _period(
                announcement.number,
                deliverable.title,
                at(until or on)[place],
                since=days[start],
                until=until,
                previous=held[start - 1].status if start else None,
            )


def _period(
    number: int, title: str, held: DeliverableState, *, since: date, until: date | None, previous: Status | None
) -> StatusPeriod:
    return StatusPeriod(
        ref=held.ref,
        title=title,
        announcement=number,
        since=since,
        until=until,
        status=held.status,
        status_text=status_text(held.status, held.scope),
        stage=held.stage,
        timing=held.timing,
        scope=held.scope,
        days=held.days,
        inputs=held.inputs,
        previous=previous,
    )


def turning_days(
    strategy: Strategy, announcement: Announcement, changes: Iterable[Change], *, until: date
) -> list[date]:
    """The days, in order, on which something about an announcement can turn: the first is that of publication."""
    first = strategy.identity.published_on
    printed = [stated.edtf for d in announcement.deliverables for m in d.milestones for stated in m.dates]
    found = {first, strategy.identity.opened_on}
    for change in changes:
        if not isinstance(change.fact, IDLE):
            found.add(happened(change).latest)
        if isinstance(change.fact, facts.DateStated):
            printed.append(change.fact.edtf)
    found.update(read_edtf(edtf).latest + NEXT_DAY for edtf in printed if edtf)
    return sorted(day for day in found if first <= day <= until)


def _answers(held: DeliverableState) -> tuple[Status, Stage, Timing, Scope]:
    return held.status, held.stage, held.timing, held.scope
