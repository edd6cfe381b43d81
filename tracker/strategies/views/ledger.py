"""The ledger: what was promised, each time it was stated again, by whom, and what that did. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from tracker.strategies import facts
from tracker.strategies.dates import read_edtf
from tracker.strategies.explain import date_effect
from tracker.strategies.facts import Change, kind_of
from tracker.strategies.milestones import happened
from tracker.strategies.schemas import LedgerLine
from tracker.strategies.statuses import AnnouncementState, MilestoneState, State, StatedDate
from tracker.strategies.structure import Announcement, Document, Strategy
from tracker.strategies.views.changes import KINDS, about, announcements_of
from tracker.strategies.words import happened_text

ENDS = (facts.MilestoneDropped, facts.Stopped, facts.Superseded)
"""Facts that end a promise."""
PROMISED = "promised"
DATE_PRINTED = "date-printed"
NO_LONGER = "No longer pursued."


def ledger(strategy: Strategy, current: State, number: int) -> tuple[LedgerLine, ...]:
    """Everything an announcement promised and each restatement, in the order of the days."""
    announcement = next(item for item in strategy.announcements if item.number == number)
    at = next(item for item in current.announcements if item.number == number)
    documents = {document.key: document for document in strategy.documents}
    mine = {change.seq: change for change in about(current.changes, number)}
    lines = [
        _promise(announcement, documents),
        *_dates(at, documents, mine),
        *_scopes(mine.values()),
        *_ends(mine.values(), _titles(announcement)),
    ]
    return tuple(sorted(lines, key=_order))


def whole_ledger(current: State) -> tuple[LedgerLine, ...]:
    """What was stated of the strategy as a whole."""
    return tuple(_scopes(change for change in current.changes if not announcements_of(change)))


def scope_ledger(lines: Iterable[LedgerLine]) -> tuple[LedgerLine, ...]:
    """How much, for whom and where, measure by measure; figures of two programmes are never one series."""
    return tuple(sorted((line for line in lines if line.measure), key=lambda line: line.measure or ""))


def _order(line: LedgerLine) -> tuple[object, int, int]:
    """By day; on one day the promise, then its printed dates, then changes as they were recorded."""
    first = (PROMISED, DATE_PRINTED)
    kind = first.index(line.kind) if line.kind in first else len(first)
    return read_edtf(line.happened_on).latest, kind, line.seq or 0


def _titles(announcement: Announcement) -> dict[str, str]:
    """What each reference inside an announcement is called."""
    found = {str(announcement.number): announcement.title}
    for deliverable in announcement.deliverables:
        ref = f"{announcement.number}/{deliverable.key}"
        found[ref] = deliverable.title
        found |= {f"{ref}/{milestone.key}": milestone.title for milestone in deliverable.milestones}
    return found


def _promise(announcement: Announcement, documents: Mapping[str, Document]) -> LedgerLine:
    wording = announcement.wordings[0]
    return LedgerLine(
        **_printed(documents[wording.document]),
        kind=PROMISED,
        kind_text="The promise",
        subject=announcement.title,
        as_printed=" ".join(part for part in (wording.text, wording.continues) if part),
        page=wording.page,
        effect="The promise itself.",
    )


def _dates(
    at: AnnouncementState, documents: Mapping[str, Document], changes: Mapping[int, Change]
) -> Iterator[LedgerLine]:
    for milestone in (milestone for deliverable in at.deliverables for milestone in deliverable.milestones):
        for stated, places, notes in _once(milestone.dates):
            before = _before(stated, milestone)
            told: dict[str, Any] = {
                "subject": milestone.title,
                "as_printed": stated.as_printed,
                "replaces": before,
                "governs": stated.governs,
                "effect": " ".join([*_after(before, stated.as_printed, "Before it:"), date_effect(stated)]),
            }
            if stated.seq is None:
                origin = {**_printed(documents[stated.document]), "page": places, "note": notes}
                yield LedgerLine(**origin, kind=DATE_PRINTED, kind_text="Date printed", **told)
            else:
                yield LedgerLine(**_changed(changes[stated.seq]), by=stated.document, **told)


def _once(dates: Iterable[StatedDate]) -> Iterator[tuple[StatedDate, str, str | None]]:
    """Each date with every place where one document prints it in the same words, and what is noted of them."""
    found: dict[object, list[StatedDate]] = {}
    for stated in dates:
        found.setdefault(msgspec.structs.replace(stated, page=None, place=None, note=None), []).append(stated)
    for same in found.values():
        places = (", ".join(part for part in (stated.place, stated.page) if part) for stated in same)
        notes = dict.fromkeys(stated.note for stated in same if stated.note)
        yield same[0], "; ".join(places), " ".join(notes) or None


def _before(stated: StatedDate, milestone: MilestoneState) -> str | None:
    """What was last stated of a milestone before this; dates of one day stand side by side."""
    earlier = [other for other in milestone.dates if other.stated_on < stated.stated_on]
    latest = max(earlier, key=lambda other: (other.stated_on, other.seq or 0), default=None)
    return latest.as_printed if latest else None


def _after(before: str | None, as_printed: str, otherwise: str) -> list[str]:
    if before is None:
        return []
    return [f"Says “{before}” again." if before == as_printed else f"{otherwise} “{before}”."]


def _scopes(changes: Iterable[Change]) -> Iterator[LedgerLine]:
    """Each statement of how much, for whom or where, beside the one before it in its own series only."""
    stated = [(change, change.fact) for change in changes if isinstance(change.fact, facts.ScopeStated)]
    stated.sort(key=lambda item: (happened(item[0]).latest, item[0].seq))
    series: dict[tuple[str, str, str | None], str] = {}
    measures: set[str] = set()
    for change, fact in stated:
        key = (fact.measure, fact.programme, fact.basis)
        before = series.get(key)
        first = "First stated for this programme and basis." if fact.measure in measures else "First stated."
        told = _after(before, fact.as_printed, "Replaces") or [first]
        yield LedgerLine(
            **_changed(change),
            subject=fact.measure,
            measure=fact.measure,
            programme=fact.programme,
            basis=fact.basis,
            as_printed=fact.as_printed,
            by=fact.by,
            replaces=before,
            material=fact.material,
            effect=" ".join([*told, "This changed what was promised."] if fact.material else told),
        )
        series[key] = fact.as_printed
        measures.add(fact.measure)


def _ends(changes: Iterable[Change], titles: Mapping[str, str]) -> Iterator[LedgerLine]:
    for change in changes:
        if isinstance(change.fact, ENDS):
            yield LedgerLine(
                **_changed(change),
                subject="; ".join(titles[ref] for ref in change.fact.about if ref in titles),
                effect=f"Replaced by: {change.fact.by}." if isinstance(change.fact, facts.Superseded) else NO_LONGER,
            )


def _printed(document: Document) -> dict[str, Any]:
    """What a line says that stands in a document of the strategy."""
    return {
        "by": document.publisher,
        "document": document.title,
        "happened_on": document.published_on,
        "happened_text": happened_text(document.published_on),
    }


def _changed(change: Change) -> dict[str, Any]:
    """What a line says that rests on a change."""
    fact = change.fact
    return {
        "seq": change.seq,
        "kind": kind_of(fact),
        "kind_text": KINDS[kind_of(fact)],
        "text": fact.text,
        "publishers": tuple(dict.fromkeys(evidence.publisher for evidence in fact.evidence)),
        "happened_on": fact.happened_on,
        "happened_text": happened_text(fact.happened_on),
        "inferred": fact.inferred,
        "note": fact.note,
    }
