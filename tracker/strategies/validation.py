"""What a strategy's files must get right together: references, dates, numbers. Pure; says every problem at once."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from tracker.errors import Invalid
from tracker.strategies.dates import read_edtf
from tracker.strategies.facts import (
    EDITED,
    AnyFact,
    DateStated,
    Delivered,
    MilestoneDropped,
    MilestoneReached,
    Ongoing,
    Started,
    Stopped,
    Superseded,
)
from tracker.strategies.files import Entry, Folder
from tracker.strategies.structure import Announcement, Strategy

ABOUT_DELIVERABLES = (Started, Delivered, Ongoing, Stopped, Superseded)
"""Facts that move a stage, so they must name the deliverable they move."""
PAGES = frozenset({"outcomes", "chart", "about", "methodology", "beneficiaries"})
"""Places beside announcements and deliverables where an editor's note can stand."""


UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that XML 1.0 has no form for, so no feed or picture could show them."""


def references(strategy: Strategy) -> frozenset[str]:
    """Everything of a strategy that a fact can be about."""
    found: set[str] = set()
    for announcement in strategy.announcements:
        found.add(str(announcement.number))
        for deliverable in announcement.deliverables:
            found.add(f"{announcement.number}/{deliverable.key}")
            found |= {
                f"{announcement.number}/{deliverable.key}/{milestone.key}" for milestone in deliverable.milestones
            }
    return frozenset(found)


def problems(folder: Folder) -> list[str]:
    """Everything wrong with a folder, each as one line that names the place."""
    strategy = folder.strategy
    return [
        *_repeated("announcement number", (item.number for item in strategy.announcements)),
        *_repeated("document key", (item.key for item in strategy.documents)),
        *_repeated("note number", (item.number for item in strategy.notes)),
        *(problem for item in strategy.announcements for problem in _announcement_problems(item, strategy)),
        *unprintable(strategy, "strategy"),
        *(problem for entry in folder.history for problem in unprintable(entry.fact, f"history: “{entry.key}”")),
        *_place_problems(strategy),
        *_eligibility_problems(strategy),
        *_finder_problems(strategy),
        *(problem for entry in folder.history for problem in _entry_problems(entry, references(strategy))),
    ]


def unprintable(part: object, where: str) -> Iterator[str]:
    """Characters anywhere in a part that no page, feed or picture could show."""
    for text in _texts(msgspec.to_builtins(part)):
        if found := UNPRINTABLE.search(text):
            yield f"{where} holds a character that cannot be printed, U+{ord(found[0]):04X}, in “{text[:40]}”"


def _texts(value: Any) -> Iterator[str]:
    """Every text inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _repeated(what: str, values: Iterable[object]) -> Iterator[str]:
    return (f"{what} “{value}” is given {times} times" for value, times in Counter(values).items() if times > 1)


def _announcement_problems(announcement: Announcement, strategy: Strategy) -> Iterator[str]:
    where = f"announcement {announcement.number}"
    documents = {document.key for document in strategy.documents}
    yield from _unknown(where, "theme", [announcement.theme], {theme.key for theme in strategy.themes})
    yield from _unknown(where, "document", announcement.named_by, documents)
    yield from _unknown(where, "document", (wording.document for wording in announcement.wordings), documents)
    yield from _unknown(
        where, "body", (role.body for role in announcement.roles), {body.key for body in strategy.bodies}
    )
    used = [key for item in announcement.eligibility for key in item.evidence]
    used += [key for item in announcement.money for key in item.evidence]
    yield from _unknown(where, "evidence", used, set(strategy.evidence))
    if announcement.beneficiaries:
        given = [answer.group for answer in announcement.beneficiaries.groups]
        yield from _unknown(where, "group", given, {group.key for group in strategy.groups})
        missing = {group.key for group in strategy.groups if group.kind == "arrangement"} - set(given)
        yield from (f"{where} does not say what holds for group “{group}”" for group in sorted(missing))
    elif announcement.benefit == "direct":
        yield f"{where} is a direct benefit but has no beneficiaries"
    for deliverable in announcement.deliverables:
        for milestone in deliverable.milestones:
            place = f"{where}, {deliverable.key}/{milestone.key}"
            yield from _unknown(place, "document", (stated.document for stated in milestone.dates), documents)
            yield from _unreadable(place, (stated.edtf for stated in milestone.dates if stated.edtf))


def _place_problems(strategy: Strategy) -> Iterator[str]:
    known = references(strategy) | PAGES
    for note in strategy.notes:
        yield from _unknown(f"note {note.number}", "place", note.places, set(known))
    for place in strategy.places:
        yield from _unknown(f"place {place.name}", "evidence", place.evidence, set(strategy.evidence))
        yield from _unreadable(f"place {place.name}", [place.since])
    for document in strategy.documents:
        yield from _unreadable(f"document {document.key}", [document.published_on])


def _eligibility_problems(strategy: Strategy) -> Iterator[str]:
    groups = {group.key for group in strategy.groups}
    arrangements = {group.key for group in strategy.groups if group.kind == "arrangement"}
    programmes = {place.programme for place in strategy.places}
    for announcement in strategy.announcements:
        for item in announcement.eligibility:
            where = f"announcement {announcement.number}, eligibility since {item.since}"
            given = [group for eligible in item.groups for group in eligible.groups]
            yield from _unknown(where, "group", given, groups)
            yield from (f"{where}: {problem}" for problem in _repeated("group", given))
            # A later entry replaces an earlier one wholly, so one that answers for some must answer for all.
            missing = arrangements - set(given) if given else set()
            yield from (f"{where} does not say what holds for group “{group}”" for group in sorted(missing))
            yield from _unknown(where, "programme", [item.programme] if item.programme else [], programmes)


def _finder_problems(strategy: Strategy) -> Iterator[str]:
    if strategy.finder is None:
        return
    arrangements = {group.key for group in strategy.groups if group.kind == "arrangement"}
    yield from _repeated("question", (question.key for question in strategy.finder.questions))
    for question in strategy.finder.questions:
        where = f"finder, question {question.key}"
        yield from (f"{where}: {problem}" for problem in _repeated("choice", (c.key for c in question.choices)))
        yield from _unknown(where, "group", (g for c in question.choices for g in c.keeps or ()), arrangements)
        if not any(choice.keeps is None and not choice.outside for choice in question.choices):
            yield f"{where} has no choice for somebody who does not know"
    yield from _unknown("finder, advice", "group", (g for a in strategy.finder.advice for g in a.groups), arrangements)
    used = [key for contact in strategy.finder.contacts for key in contact.evidence]
    used += [key for advice in strategy.finder.advice for key in advice.evidence]
    yield from _unknown("finder", "evidence", used, set(strategy.evidence))


def _entry_problems(entry: Entry, known: frozenset[str]) -> Iterator[str]:
    where = f"history/{entry.file}: “{entry.key}”"
    if entry.key.startswith(EDITED):
        yield f"{where} begins as only the keys of editors’ entries do"
    yield from fact_problems(entry.fact, known, where)


def fact_problems(fact: AnyFact, known: frozenset[str], where: str) -> Iterator[str]:
    """What is wrong with one fact of a strategy that has these references."""
    yield from _unknown(where, "reference", fact.about, set(known))
    about_milestones = isinstance(fact, DateStated | MilestoneReached | MilestoneDropped)
    depth = 3 if about_milestones else 2
    if about_milestones or isinstance(fact, ABOUT_DELIVERABLES):
        for ref in fact.about or ("",):
            if len(ref.split("/")) != depth:
                yield f"{where} must be about {'milestones' if depth == 3 else 'deliverables'}, not “{ref}”"
    unreadable = list(_unreadable(where, [fact.happened_on]))
    yield from unreadable
    if not unreadable and read_edtf(fact.happened_on).earliest > fact.known_on:
        yield f"{where} is known on {fact.known_on}, before it happened ({fact.happened_on})"


def _unknown(where: str, what: str, used: Iterable[str], known: set[str]) -> Iterator[str]:
    return (f"{where} names {what} “{value}”, which does not exist" for value in used if value not in known)


def _unreadable(where: str, dates: Iterable[str]) -> Iterator[str]:
    for text in dates:
        try:
            read_edtf(text)
        except Invalid as error:
            yield f"{where}: {error}"
