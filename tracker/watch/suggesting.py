"""What new sightings might be evidence for, by the rules and by what is on record now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.clock import london_day
from tracker.errors import Invalid
from tracker.strategies.dates import Span, read_edtf
from tracker.strategies.facts import Change, Corrected, Evidence
from tracker.strategies.queries import changes_of, version
from tracker.watch.identity import canonical
from tracker.watch.matching.known import known_from
from tracker.watch.matching.match import Item, Matcher, Suggestion
from tracker.watch.matching.rules import RuleSet
from tracker.watch.versions import NewSighting

A_MONTH = timedelta(days=31)
Recorded = Mapping[str, date]
"""Pages that are evidence on record, by their canonical addresses, with the latest day of it."""


class Judge:
    """The matcher, and which pages are on record already; made by `refresh`, and anew when the record has moved."""

    def __init__(self, rules: Sequence[RuleSet]) -> None:
        self._rules = rules
        self._seen: object = None
        self._matcher = Matcher(())
        self._recorded: Recorded = {}

    async def refresh(self, db: AsyncSession) -> None:
        """Learn what is on record now."""
        now = await version(db)
        if now != self._seen:
            changes = await changes_of(db)
            self._matcher = Matcher(self._rules, known_from(changes))
            self._recorded = recorded_in(changes)
            self._seen = now

    def suggestions(self, new: NewSighting) -> tuple[Suggestion, ...]:
        """What a sighting might be evidence for, the surest first."""
        return self._matcher.suggestions(
            Item(
                title=new.title,
                summary=new.summary,
                publisher=new.publisher,
                url=new.url,
                document_type=new.document_type or "",
                published=new.published_at.isoformat() if new.published_at else None,
                text=new.text or "",
                note=new.note or "",
            )
        )

    def is_recorded(self, new: NewSighting) -> bool:
        """Whether what a sighting shows is evidence on record: of its page, and not from before it was published."""
        if new.silent or new.withdrawn or new.published_at is None:
            return False
        return self._recorded.get(new.item, date.min) >= london_day(new.published_at)


def recorded_in(changes: Iterable[Change]) -> Recorded:
    """The pages that changes rest on, without those that a later one corrected."""
    listed = list(changes)
    gone = {(change.strategy, change.fact.of) for change in listed if isinstance(change.fact, Corrected)}
    recorded: dict[str, date] = {}
    for change in listed:
        if (change.strategy, change.key) in gone:
            continue
        for evidence in change.fact.evidence:
            if evidence.url:
                page = canonical(evidence.url)
                recorded[page] = max(recorded.get(page, date.min), _day(evidence, change.fact.known_on))
    return recorded


def _day(evidence: Evidence, known_on: date) -> date:
    """The day of evidence: of a month its last, of a longer time its first: much that is new can come up in that."""
    try:
        span = read_edtf(evidence.dated) if evidence.dated else Span(known_on, known_on)
    except Invalid:
        return known_on
    return span.latest if span.latest - span.earliest <= A_MONTH else span.earliest
