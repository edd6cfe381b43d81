"""Milestones as calendar entries: on which day each stands, how surely, and how often that moved. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tracker.strategies import facts
from tracker.strategies.dates import read_edtf
from tracker.strategies.explain import milestone_outcome
from tracker.strategies.facts import Change, fact_from
from tracker.strategies.milestones import happened
from tracker.strategies.rules import STAGES
from tracker.strategies.schemas import View
from tracker.strategies.statuses import ENDED, DeliverableState, MilestoneState, State, StatedDate
from tracker.strategies.structure import Announcement, Strategy
from tracker.strategies.words import STATUS_TEXT, day_text, span_text

TURNING = (facts.DateStated, facts.MilestoneReached, facts.MilestoneDropped, *STAGES)
"""The facts that can move a milestone's date, call it off or take it up again."""
PRINTED = re.compile(r"announcements/([^/]+)/deliverables/([^/]+)/milestones/([^/]+)/dates/")


class CalendarEntry(View, frozen=True, kw_only=True):
    """One dated promise on the last day that its current date allows."""

    ref: str
    announcement: int
    theme: str
    day: date
    summary: str
    lines: tuple[str, ...]
    """What was printed, how it is read, what came of it."""
    status: str
    """CONFIRMED when one day was stated, TENTATIVE when the date is fuzzy, CANCELLED when it will not come."""
    sequence: int
    """Greater whenever day or status differ; it shrinks neither as time goes on nor as the record grows."""
    modified: datetime | None


def calendar_entries(strategy: Strategy, changes: Sequence[Change], current: State) -> Iterator[CalendarEntry]:
    """An entry for every milestone that has a date that counts, in the order of the strategy."""
    told = [c for c in changes if c.fact.known_on <= current.known_at and happened(c).latest <= current.on]
    turns = revisions(changes, on=current.on, known_at=current.known_at)
    themes = {theme.key: theme.title for theme in strategy.themes}
    for announcement, at in zip(strategy.announcements, current.announcements, strict=True):
        for deliverable in at.deliverables:
            for milestone in deliverable.milestones:
                if milestone.due:
                    until = min(current.on, current.known_at)
                    sequence = turns[milestone.ref] + turns[deliverable.ref]
                    sequence += _printed_since(milestone, strategy.identity.published_on, until)
                    theme = themes[announcement.theme]
                    yield _entry(announcement, deliverable, milestone, told, current, theme=theme, sequence=sequence)


def _entry(
    announcement: Announcement,
    deliverable: DeliverableState,
    milestone: MilestoneState,
    told: Sequence[Change],
    current: State,
    *,
    theme: str,
    sequence: int,
) -> CalendarEntry:
    stated = current_date(milestone, until=min(current.on, current.known_at))
    ended = milestone.dropped or deliverable.stage in ENDED
    cancelled = ended and not milestone.reached
    own = (milestone.ref, deliverable.ref)
    return CalendarEntry(
        ref=milestone.ref,
        announcement=announcement.number,
        theme=theme,
        day=stated.span.latest if stated.span else current.on,
        summary=f"{announcement.number}. {milestone.title}{_mark(milestone, cancelled)}",
        lines=tuple(_lines(announcement, deliverable, milestone, stated, cancelled)),
        status="CANCELLED" if cancelled else "CONFIRMED" if stated.span and stated.span.is_day else "TENTATIVE",
        sequence=sequence,
        modified=max((c.recorded_at for c in told if any(ref in own for ref in c.fact.about)), default=None),
    )


def current_date(milestone: MilestoneState, *, until: date) -> StatedDate:
    """The date that was stated last; of several in one document the later."""
    usable = [
        stated
        for stated in milestone.dates
        if stated.counts and stated.span and stated.stated_on <= stated.span.latest
        if stated.governs or stated.stated_on <= until
    ]
    return max(usable, key=lambda stated: (stated.stated_on, stated.span.latest if stated.span else date.min))


def _mark(milestone: MilestoneState, cancelled: bool) -> str:
    if milestone.reached:
        return " (reached late)" if milestone.days_late else " (reached)"
    if cancelled:
        return " (no longer expected)"
    return " (overdue)" if milestone.days_overdue else ""


def _lines(
    announcement: Announcement,
    deliverable: DeliverableState,
    milestone: MilestoneState,
    stated: StatedDate,
    cancelled: bool,
) -> Iterator[str]:
    yield f"Announcement {announcement.number}: {announcement.title}."
    yield f"Date as printed: “{stated.as_printed}”{_read(stated)}."
    if not stated.governs and milestone.due:
        first = [other for other in milestone.dates if other.governs]
        yield f"First promised: {_quoted(first)}, so by {day_text(milestone.due)}. Lateness is counted from that."
    if undated := [other for other in milestone.dates if other.counts and not other.span and other.seq]:
        yield f"Stated since, without a date: {_quoted(undated)}."
    if cancelled:
        yield "No longer pursued." if milestone.dropped else f"{STATUS_TEXT[deliverable.status]}."
    elif milestone.days_overdue and milestone.due:
        # The number of days would make the entry another one every day.
        yield f"Not seen. Overdue since the end of {day_text(milestone.due)}."
    else:
        yield f"{milestone_outcome(milestone)}."


def _quoted(dates: Sequence[StatedDate]) -> str:
    return " and ".join(dict.fromkeys(f"“{stated.as_printed}”" for stated in dates))


def _read(stated: StatedDate) -> str:
    if stated.span is None or stated.span.is_day:
        return ""
    return f", which allows {span_text(stated.span)}; this entry stands on the last of these days"


def revisions(changes: Sequence[Change], *, on: date, known_at: date) -> Counter[str]:
    """How many facts could turn what a calendar shows of each reference, and how many corrections of them."""
    # No state is compared with another: a count of facts cannot fall when one is recorded late, or withdrawn.
    known = [change for change in changes if change.fact.known_on <= known_at]
    keys = {change.key for change in known}
    # One that is known before what it corrects changes nothing until that is known too.
    corrections = [
        c.fact for c in known if isinstance(c.fact, facts.Corrected) and (not c.fact.of or c.fact.of in keys)
    ]
    said = [(change.key, change.fact) for change in known]
    said += [(fact.of, fact_from(fact.instead)) for fact in corrections if fact.of and fact.instead]
    turning = [(key, fact) for key, fact in said if isinstance(fact, TURNING)]
    turned: dict[str, set[str]] = {}
    for key, fact in turning:
        turned.setdefault(key, set()).update(fact.about)
    found = Counter(ref for _, fact in turning if read_edtf(fact.happened_on).latest <= on for ref in fact.about)
    for fact in corrections:
        # A correction holds from the day it is known, whatever day is looked at.
        found.update(turned.get(fact.of or "", ()))
        found.update(_reprinted(fact))
    return found


def _reprinted(fact: facts.Corrected) -> Iterator[str]:
    """The milestone of every printed date in which something was corrected."""
    for difference in fact.differences:
        if printed := PRINTED.match(difference.where):
            yield "/".join(printed.groups())


def _printed_since(milestone: MilestoneState, published_on: date, until: date) -> int:
    """On how many days after the strategy's own a document printed a date."""
    return len({s.stated_on for s in milestone.dates if s.seq is None and published_on < s.stated_on <= until})
