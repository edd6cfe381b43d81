"""Milestones as calendar entries: on which day each stands, how surely, and how often that moved. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tracker.strategies import facts
from tracker.strategies.explain import milestone_outcome
from tracker.strategies.facts import Change, fact_from
from tracker.strategies.milestones import happened
from tracker.strategies.schemas import View
from tracker.strategies.statuses import ENDED, DeliverableState, MilestoneState, State, StatedDate
from tracker.strategies.structure import Announcement, Strategy
from tracker.strategies.words import STATUS_TEXT, day_text, span_text

ENDING = (facts.Stopped, facts.Superseded)
REVIVING = (facts.Started, facts.Ongoing, facts.Delivered)
MOVING = (facts.DateStated, facts.MilestoneDropped)


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
    """How often it moved, was called off or taken up again; as time goes on it never shrinks."""
    modified: datetime | None


def calendar_entries(strategy: Strategy, changes: Sequence[Change], current: State) -> Iterator[CalendarEntry]:
    """An entry for every milestone that has a date that counts, in the order of the strategy."""
    told = [c for c in changes if c.fact.known_on <= current.known_at and happened(c).latest <= current.on]
    told.sort(key=lambda change: (happened(change).latest, change.seq))
    themes = {theme.key: theme.title for theme in strategy.themes}
    for announcement, at in zip(strategy.announcements, current.announcements, strict=True):
        for deliverable in at.deliverables:
            for milestone in deliverable.milestones:
                if milestone.due:
                    yield _entry(announcement, deliverable, milestone, told, current, themes[announcement.theme])


def _entry(
    announcement: Announcement,
    deliverable: DeliverableState,
    milestone: MilestoneState,
    told: Sequence[Change],
    current: State,
    theme: str,
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
        sequence=revisions(milestone.ref, told),
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


def revisions(ref: str, told: Sequence[Change]) -> int:
    """How many facts moved a milestone's date, called it off or took it up again, corrections of them included."""
    deliverable = ref.rpartition("/")[0]
    counted: set[str] = set()
    ended = False
    for change in told:
        fact = change.fact
        if isinstance(fact, ENDING) and deliverable in fact.about:
            ended = True
        elif isinstance(fact, REVIVING) and ended and deliverable in fact.about:
            ended = False
        elif not (isinstance(fact, MOVING) and ref in fact.about):
            continue
        counted.add(change.key)
    return len(counted) + sum(_corrects(change, ref, counted) for change in told)


def _corrects(change: Change, ref: str, counted: set[str]) -> bool:
    """Whether a correction altered what a calendar shows of a milestone."""
    fact = change.fact
    if not isinstance(fact, facts.Corrected):
        return False
    number, deliverable, milestone = ref.split("/")
    printed = f"announcements/{number}/deliverables/{deliverable}/milestones/{milestone}/dates/"
    if any(difference.where.startswith(printed) for difference in fact.differences):
        return True
    instead = fact_from(fact.instead) if fact.instead else None
    moves = isinstance(instead, MOVING) and ref in instead.about
    ends = isinstance(instead, ENDING) and ref.rpartition("/")[0] in instead.about
    return fact.of in counted or moves or ends
