"""Planned against actual: which printed date governs a milestone, when it was reached, how late. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from tracker.strategies import facts
from tracker.strategies.dates import Span, days_between, read_edtf
from tracker.strategies.facts import Change
from tracker.strategies.statuses import Days, MilestoneState, StatedDate
from tracker.strategies.structure import Milestone, Strategy


def happened(change: Change) -> Span:
    """The days on which a change can have happened."""
    return read_edtf(change.fact.happened_on)


def milestone_state(
    ref: str,
    milestone: Milestone,
    by_ref: Mapping[str, list[Change]],
    delivered: Change | None,
    ended_on: date | None,
    *,
    strategy: Strategy,
    on: date,
) -> MilestoneState:
    own = by_ref.get(ref, [])
    dates = govern(_stated_dates(milestone, own, strategy))
    governing = [stated.span.latest for stated in dates if stated.governs and stated.span]
    due, stricter = (max(governing), min(governing)) if governing else (None, None)
    dropped = any(isinstance(change.fact, facts.MilestoneDropped) for change in own)
    step = next((change for change in own if isinstance(change.fact, facts.MilestoneReached)), None)
    reached_by = step or (None if dropped else delivered)
    reached = happened(reached_by) if reached_by else None
    open_until = min(on, ended_on) if ended_on else on
    return MilestoneState(
        ref=ref,
        title=milestone.title,
        dates=dates,
        due=due,
        stricter=stricter if stricter != due else None,
        reached=reached,
        reached_edtf=reached_by.fact.happened_on if reached_by else None,
        reached_seq=reached_by.seq if reached_by else None,
        days_late=days_late(reached, due),
        days_overdue=None if reached or dropped or due is None or open_until <= due else days_between(due, open_until),
        dropped=dropped,
        note=milestone.note,
        inputs=tuple(c.seq for c in [reached_by, *own] if c and not isinstance(c.fact, facts.BecameOverdue)),
    )


def _stated_dates(milestone: Milestone, own: Iterable[Change], strategy: Strategy) -> list[StatedDate]:
    published = {document.key: read_edtf(document.published_on).latest for document in strategy.documents}
    printed = [
        StatedDate(
            as_printed=stated.as_printed,
            edtf=stated.edtf,
            span=read_edtf(stated.edtf) if stated.edtf else None,
            document=stated.document,
            stated_on=published[stated.document],
            page=stated.page,
            place=stated.place,
            counts=stated.counts,
            note=stated.note,
        )
        for stated in milestone.dates
    ]
    restated = [
        StatedDate(
            as_printed=change.fact.as_printed,
            edtf=change.fact.edtf,
            span=read_edtf(change.fact.edtf) if change.fact.edtf else None,
            document=change.fact.by,
            stated_on=happened(change).latest,
            page=None,
            place=None,
            counts=True,
            note=change.fact.note,
            seq=change.seq,
        )
        for change in own
        if isinstance(change.fact, facts.DateStated)
    ]
    return [*printed, *restated]


def govern(dates: Sequence[StatedDate]) -> tuple[StatedDate, ...]:
    """Mark the dates of the first promise: those that count, in the earliest document that printed any."""
    counting = [stated for stated in dates if stated.counts and stated.span and stated.span.latest >= stated.stated_on]
    if not counting:
        return tuple(dates)
    first = min((stated.stated_on, stated.document) for stated in counting)
    return tuple(
        msgspec.structs.replace(stated, governs=stated in counting and (stated.stated_on, stated.document) == first)
        for stated in dates
    )


def days_late(reached: Span | None, due: date | None) -> Days | None:
    """How many days after the latest day promised something was reached; None when it was not late."""
    if reached is None or due is None or reached.latest <= due:
        return None
    return Days(max(0, days_between(due, reached.earliest)), days_between(due, reached.latest))
