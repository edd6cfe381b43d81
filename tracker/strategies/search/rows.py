"""What can be found: a row for each wording, change, note, term, place and piece of evidence. Pure."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from tracker.strategies import facts
from tracker.strategies.facts import Change, Corrected, Evidence, fact_from, kind_of
from tracker.strategies.structure import Announcement, Deliverable, Place, Quotation, Strategy
from tracker.strategies.views.announcements import ANSWERS
from tracker.strategies.views.changes import KINDS, announcements_of
from tracker.strategies.words import edtf_text, happened_text

ROW_KINDS = {
    "announcement": "Announcement",
    "wording": "Wording",
    "change": "Change",
    "evidence": "Evidence",
    "note": "Editor’s note",
    "term": "Words explained",
    "place": "Place",
}


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be found, and the place of a page where it stands."""

    kind: str
    place: str
    """The address within the strategy, with its mark: “/announcements/8#change-51”."""
    title: str
    text: str
    seq: int | None = None
    """The change that it is or stands behind."""
    source: str | None = None
    since: date | None = None
    """Shown on days from this one on; None means always."""
    known_on: date | None = None
    titled: bool = True
    """False where the title only says what the text belongs to, so that it is not what is looked in."""


def rows_of_strategy(strategy: Strategy) -> Iterator[Row]:
    """Everything of a structure that its pages show."""
    for announcement in strategy.announcements:
        yield from _announcement(announcement, strategy)
    yield from _table_and_chart(strategy)
    yield from (_place(place, strategy) for place in strategy.places)
    for note in strategy.notes:
        yield Row(kind="note", place=f"/corrections#note-{note.number}", title=note.title, text=note.text)
    for number, term in enumerate(strategy.glossary, start=1):
        text = _joined(term.text, _said(term.quotation))
        source = _source(term.quotation, strategy) if term.quotation else None
        yield Row(kind="term", place=f"/about#term-{number}", title=term.term, text=text, source=source)
    for group in strategy.groups:
        yield Row(kind="term", place="/about#groups", title=group.title, text=group.plain)
    for quotation in strategy.identity.numbers:
        yield _wording(quotation, "/about#strategy", strategy.identity.title, strategy)
    yield from _evidence_of_structure(strategy)


def rows_of_change(change: Change) -> Iterator[Row]:
    """A change and what it rests on, as it was recorded."""
    fact = change.fact
    place = place_of(change)
    kind = kind_of(fact)
    yield Row(
        kind="change",
        place=place,
        seq=change.seq,
        title=fact.text,
        text=_joined(*_details(fact), fact.inferred, fact.note),
        source=f"{KINDS.get(kind, kind)}, {happened_text(fact.happened_on)}",
    )
    held = list(fact.evidence)
    if isinstance(fact, Corrected) and fact.instead:
        held += fact_from(fact.instead).evidence
    for item in dict.fromkeys(held):
        yield evidence_row(item, place, seq=change.seq)


def place_of(change: Change) -> str:
    """Where a change stands: among the corrections, on its first announcement's page, or among all changes."""
    if isinstance(change.fact, Corrected):
        return f"/corrections#correction-{change.seq}"
    numbers = announcements_of(change)
    return f"/announcements/{numbers[0]}#change-{change.seq}" if numbers else f"/changes#change-{change.seq}"


def numbers_of(*places: str) -> tuple[int, ...]:
    """The announcements that places or references are about, in order."""
    found = (re.match(r"(?:/announcements/)?(\d+)\b", place) for place in places)
    return tuple(sorted({int(match[1]) for match in found if match}))


def evidence_row(
    item: Evidence, place: str, *, seq: int | None = None, since: date | None = None, known_on: date | None = None
) -> Row:
    """A piece of evidence, found at what rests on it."""
    claimed = f"Claimed by {item.claimed_by}" if item.claimed_by else None
    source = ", ".join(text for text in (edtf_text(item.dated) if item.dated else None, item.page) if text)
    return Row(
        kind="evidence",
        place=place,
        seq=seq,
        title=item.title,
        text=_joined(item.publisher, _quoted(item.quotation), claimed, item.note),
        source=source or None,
        since=since,
        known_on=known_on,
    )


def _announcement(announcement: Announcement, strategy: Strategy) -> Iterator[Row]:
    page, title = f"/announcements/{announcement.number}", f"{announcement.number}. {announcement.title}"
    benefits = announcement.beneficiaries
    yield Row(kind="announcement", place=f"{page}#main-content", title=title, text=announcement.benefits_through or "")
    for number, wording in enumerate(announcement.wordings, start=1):
        yield _wording(wording, f"{page}#wording-{number}", title, strategy)
    for quotation in (*benefits.who, *benefits.when_where) if benefits else ():
        yield _wording(quotation, f"{page}#benefits", title, strategy)
    for number, deliverable in enumerate(announcement.deliverables, start=1):
        yield _part(f"{page}#deliverable-{number}", title, _promise(deliverable))
        for milestone in deliverable.milestones:
            dates = (_joined(f"“{item.as_printed}”", item.note) for item in milestone.dates)
            yield _part(f"{page}#dates", title, _joined(milestone.title, *dates, milestone.note))
    if benefits:
        told = (_group(strategy, item.group, ANSWERS[item.answer], item.text) for item in benefits.groups)
        yield _part(f"{page}#benefits", title, _joined(benefits.turns_on, *told))
    yield from _dated(announcement, page, title, strategy)
    names = {body.key: body.name for body in strategy.bodies}
    for role in announcement.roles:
        yield _part(f"{page}#roles", title, f"{names[role.body]}: {role.does}")


def _promise(deliverable: Deliverable) -> str:
    done, why = deliverable.done_when, deliverable.checkable_because
    return _joined(deliverable.title, f"What counts as done: {done}", why, deliverable.note)


def _group(strategy: Strategy, key: str, answer: str, text: str | None) -> str:
    title = next(group.title for group in strategy.groups if group.key == key)
    return _joined(f"{title}: {answer}", text)


def _dated(announcement: Announcement, page: str, title: str, strategy: Strategy) -> Iterator[Row]:
    for fact in announcement.eligibility:
        text = _joined(fact.text, fact.note)
        yield _part(f"{page}#eligibility", title, text, since=fact.since, known_on=fact.known_on)
    for money in announcement.money:
        text = _joined(f"“{money.as_printed}”: {money.text}", _said(money.quotation))
        yield _part(f"{page}#money", title, text, since=money.since, known_on=money.since)


def _table_and_chart(strategy: Strategy) -> Iterator[Row]:
    for outcome in strategy.outcomes:
        for entry in (*outcome.delivered, *outcome.next):
            yield _wording(entry.quotation, f"/outcomes#{outcome.key}", outcome.title, strategy)
    for row in strategy.chart:
        text = " ".join(f"“{text}”" for text in (row.row, *row.cells))
        yield Row(kind="wording", place="/outcomes#chart", title=row.group, text=text, source="milestone chart")
    for other in strategy.other_commitments:
        text = _whole(other.quotation) if other.quotation else ""
        source = _source(other.quotation, strategy) if other.quotation else None
        yield Row(kind="wording", place="/outcomes#other", title=other.text, text=text, source=source)


def _place(place: Place, strategy: Strategy) -> Row:
    page = f"/announcements/{place.announcement}" if place.announcement else "/outcomes"
    return Row(
        kind="place",
        place=f"{page}#places",
        title=place.name,
        text=_joined(place.programme, f"Since {edtf_text(place.since)}", place.note),
        since=place.known_on,
        known_on=place.known_on,
    )


def _evidence_of_structure(strategy: Strategy) -> Iterator[Row]:
    for announcement in strategy.announcements:
        page = f"/announcements/{announcement.number}"
        for fact in announcement.eligibility:
            yield from _held(strategy, fact.evidence, f"{page}#eligibility", fact.since, fact.known_on)
        for money in announcement.money:
            yield from _held(strategy, money.evidence, f"{page}#money", money.since, money.since)
    for place in strategy.places:
        page = f"/announcements/{place.announcement}" if place.announcement else "/outcomes"
        yield from _held(strategy, place.evidence, f"{page}#places", place.known_on, place.known_on)


def _held(strategy: Strategy, keys: Iterable[str], place: str, since: date, known_on: date) -> Iterator[Row]:
    return (evidence_row(strategy.evidence[key], place, since=since, known_on=known_on) for key in keys)


def _wording(quotation: Quotation, place: str, title: str, strategy: Strategy) -> Row:
    source = _source(quotation, strategy)
    return Row(kind="wording", place=place, title=title, text=_whole(quotation), source=source, titled=False)


def _part(place: str, title: str, text: str, *, since: date | None = None, known_on: date | None = None) -> Row:
    return Row(kind="announcement", place=place, title=title, text=text, since=since, known_on=known_on, titled=False)


def _source(quotation: Quotation, strategy: Strategy) -> str:
    document = next(item.title for item in strategy.documents if item.key == quotation.document)
    return ", ".join(text for text in (document, quotation.place, quotation.page) if text)


def _whole(quotation: Quotation) -> str:
    return f"{quotation.text} {quotation.continues}" if quotation.continues else quotation.text


def _said(quotation: Quotation | None) -> str | None:
    return _quoted(_whole(quotation)) if quotation else None


def _quoted(text: str | None) -> str | None:
    return f"“{text}”" if text else None


def _details(fact: facts.AnyFact | facts.Unknown) -> Iterator[str | None]:
    """What a kind of fact says beside its text, in words."""
    match fact:
        case facts.DateStated():
            yield from (f"Date as printed: “{fact.as_printed}”", f"Stated by {fact.by}")
        case facts.ScopeStated():
            yield f"{fact.measure[:1].upper()}{fact.measure[1:]} as printed: “{fact.as_printed}”"
            yield f"Programme: {fact.programme}"
            yield from (f"Basis: {fact.basis}" if fact.basis else None, f"Stated by {fact.by}")
        case facts.VerdictGiven():
            next_step = f"What it says should happen next: {fact.next}" if fact.next else None
            yield from (f"Opinion of {fact.organisation}", _quoted(fact.rating), _quoted(fact.topic), next_step)
        case facts.Superseded():
            yield f"Replaced by {fact.by}"
        case facts.Reviewed():
            yield f"Where we looked: {'; '.join(fact.looked)}"
        case facts.Corrected():
            yield f"Why: {fact.why}"
            yield from (
                f"Before: {_quoted(item.old) or 'nothing'}. Now: {_quoted(item.new) or 'nothing'}"
                for item in fact.differences
            )


def _joined(*texts: str | None) -> str:
    """Texts as sentences one after another."""
    held = [text for text in texts if text]
    return " ".join(text if re.search(r"[.!?][”’)]?$", text) or text is held[-1] else f"{text}." for text in held)
