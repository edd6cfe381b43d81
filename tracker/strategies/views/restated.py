"""Dates and figures that somebody stated anew between two days, beside what was stated before. Pure."""

from collections.abc import Iterable, Iterator
from typing import Literal

from tracker.strategies.facts import Change, ScopeStated
from tracker.strategies.milestones import happened
from tracker.strategies.schemas import View
from tracker.strategies.statuses import MilestoneState, State
from tracker.strategies.views.changes import announcements_of

Series = tuple[tuple[int, ...], str, str, str | None]
"""Announcements, measure, programme and basis: figures are compared only within all four."""


class Restated(View, frozen=True, kw_only=True):
    """A date or a figure as it was last stated by the first day, and as it was last stated by the second."""

    kind: Literal["date", "scope"]
    seq: int
    """The change that stated it by the second day."""
    announcements: tuple[int, ...]
    title: str
    """The milestone that the date is for, or what is measured."""
    programme: str | None
    basis: str | None
    before: str | None
    """As printed; None when nothing was stated of it by the first day."""
    after: str
    by: str
    material: bool
    """True when this changed what was promised."""


def restated(before: State, after: State, wanted: Iterable[Change]) -> tuple[Restated, ...]:
    """What these changes stated anew."""
    seqs = {change.seq for change in wanted}
    found = [*_dates(before, after), *_scopes(before, after)]
    return tuple(item for item in found if item.seq in seqs)


def _dates(before: State, after: State) -> Iterator[Restated]:
    earlier = {milestone.ref: milestone for milestone in _milestones(before)}
    for milestone in _milestones(after):
        last = max(
            (stated for stated in milestone.dates if stated.seq), key=lambda s: (s.stated_on, s.seq), default=None
        )
        if last and last.seq:
            yield Restated(
                kind="date",
                seq=last.seq,
                announcements=(int(milestone.ref.split("/")[0]),),
                title=milestone.title,
                programme=None,
                basis=None,
                before=_printed(earlier[milestone.ref]),
                after=last.as_printed,
                by=last.document,
                material=False,
            )


def _milestones(state: State) -> Iterator[MilestoneState]:
    for announcement in state.announcements:
        for deliverable in announcement.deliverables:
            yield from deliverable.milestones


def _printed(milestone: MilestoneState) -> str | None:
    """The dates that were stated last, each as printed; one document can print two."""
    last = max((stated.stated_on for stated in milestone.dates), default=None)
    return " and ".join(dict.fromkeys(s.as_printed for s in milestone.dates if s.stated_on == last)) or None


def _scopes(before: State, after: State) -> Iterator[Restated]:
    earlier = _last_stated(before)
    for series, (change, fact) in _last_stated(after).items():
        stood = earlier.get(series)
        yield Restated(
            kind="scope",
            seq=change.seq,
            announcements=series[0],
            title=fact.measure,
            programme=fact.programme,
            basis=fact.basis,
            before=stood[1].as_printed if stood else None,
            after=fact.as_printed,
            by=fact.by,
            material=fact.material,
        )


def _last_stated(state: State) -> dict[Series, tuple[Change, ScopeStated]]:
    """The latest statement of each series."""
    stated = [(change, change.fact) for change in state.changes if isinstance(change.fact, ScopeStated)]
    stated.sort(key=lambda item: (happened(item[0]).latest, item[0].seq))
    return {
        (announcements_of(change), fact.measure, fact.programme, fact.basis): (change, fact) for change, fact in stated
    }
