"""What may be published, what is in its way, and who is told that an opinion went stale. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from tracker.editing.schemas import Entry, FieldChange
from tracker.strategies import facts
from tracker.strategies.dates import read_edtf
from tracker.strategies.facts import AnyFact, Change, Corrected, Evidence, encode_fact, fact_from, kind_of
from tracker.strategies.rules import visible
from tracker.strategies.structure import Strategy
from tracker.strategies.validation import fact_problems, references, unprintable
from tracker.strategies.views.changes import KINDS, judged_again, verdicts
from tracker.strategies.words import moment_text

IDLE = (facts.Noted, facts.Reviewed, facts.VerdictGiven, facts.BecameOverdue)
"""Facts that alter nothing that another entry could rest on."""
WITHOUT_EVIDENCE = (facts.Reviewed, facts.Corrected)
"""What rests on our own work and not on something published."""


def finished(entry: Entry, *, today: date) -> tuple[AnyFact, ...]:
    """The facts as they go on record: known from the day on which they are published, each with the shared evidence."""
    return tuple(_finished(fact, entry.evidence, today=today) for fact in entry.facts)


def _finished(fact: AnyFact, evidence: tuple[Evidence, ...], *, today: date) -> AnyFact:
    if isinstance(fact, Corrected):
        return msgspec.structs.replace(fact, happened_on=today.isoformat(), known_on=today)
    return msgspec.structs.replace(fact, known_on=today, evidence=evidence)


def keyed(key: str, given: Sequence[AnyFact]) -> list[tuple[str, AnyFact]]:
    """Facts with the stable keys of their events: the entry's own, and numbered after the first."""
    return [(key if place == 1 else f"{key}-{place}", fact) for place, fact in enumerate(given, start=1)]


def is_quiet(entry: Entry) -> bool:
    """Whether an entry sends no message: a minor correction, or only that somebody looked and found nothing."""
    return entry.minor or all(isinstance(fact, facts.Reviewed) for fact in entry.facts)


def problems(entry: Entry, strategy: Strategy, changes: Sequence[Change], *, today: date) -> list[str]:
    """What keeps an entry from being published, each as one sentence to its author."""
    if not entry.facts:
        return ["There is no fact in it yet. Add one, or delete the entry."]
    standing = {change.key: change for change in visible(changes, on=date.max, known_at=today)}
    return list(
        dict.fromkeys(
            problem
            for fact in finished(entry, today=today)
            for problem in _fact_problems(fact, strategy, standing, today=today)
        )
    ) + _minor_problems(entry)


def _minor_problems(entry: Entry) -> list[str]:
    if entry.minor and not all(isinstance(fact, Corrected) for fact in entry.facts):
        return [
            "Only a correction can be minor: take the tick away, or record the other facts in an entry of their own."
        ]
    return []


def _fact_problems(fact: AnyFact, strategy: Strategy, standing: Mapping[str, Change], *, today: date) -> Iterator[str]:
    where = f"“{KINDS[kind_of(fact)]}”"
    yield from fact_problems(fact, references(strategy), where)
    yield from unprintable(fact, where)
    if isinstance(fact, Corrected):
        yield from _correction_problems(fact, strategy, standing, today=today)
        return
    if not fact.evidence and not isinstance(fact, WITHOUT_EVIDENCE):
        yield f"{where} needs evidence: give the address where it can be read."
    if any(change.fact == fact for change in standing.values()):
        yield f"{where} is on record already, word for word."
    elif double := next(_doubles(fact, standing.values()), None):
        yield f"{where} is on record already: “{double.fact.text}” (entry {double.seq})."


def _doubles(fact: AnyFact, standing: Iterable[Change]) -> Iterator[Change]:
    """Changes of the same kind, about one of the same things, on the same days; of kinds that say one thing once."""
    if isinstance(fact, facts.Noted | facts.Reviewed | facts.VerdictGiven | facts.ScopeStated | facts.DateStated):
        return
    span = read_edtf(fact.happened_on)
    for change in standing:
        same = type(change.fact) is type(fact) and set(change.fact.about) & set(fact.about)
        if same and read_edtf(change.fact.happened_on) == span:
            yield change


def _correction_problems(
    fact: Corrected, strategy: Strategy, standing: Mapping[str, Change], *, today: date
) -> Iterator[str]:
    held = standing.get(fact.of or "")
    if held is None:
        yield "What it corrects is not on record any more: it was withdrawn."
        return
    if isinstance(held.fact, Corrected | facts.BecameOverdue | facts.Unknown):
        yield "This entry follows from others: correct what it rests on."
        return
    if fact.instead is None:
        return
    instead = fact_from(fact.instead)
    if isinstance(instead, facts.Unknown) or encode_fact(instead) == encode_fact(held.fact):
        yield "The correction says the same as what stands: change something, or delete it."
        return
    yield from fact_problems(instead, references(strategy), "The corrected entry")


def conflicts(entry: Entry, later: Iterable[Change]) -> list[str]:
    """What came on record since its author last looked that bears on the same things, each as one sentence."""
    refs = {ref for fact in entry.facts for ref in fact.about}
    corrected = {fact.of for fact in entry.facts if isinstance(fact, Corrected)}
    return [
        f"“{change.fact.text}” came on record on {moment_text(change.recorded_at)} (entry {change.seq})"
        for change in later
        if _alters(change, corrected) and any(_meet(ref, other) for ref in refs for other in change.fact.about)
    ]


def _alters(change: Change, corrected: set[str | None]) -> bool:
    if isinstance(change.fact, Corrected):
        return True
    return not isinstance(change.fact, IDLE) or change.key in corrected


def _meet(one: str, other: str) -> bool:
    """Whether one thing is the other or a part of it."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def grown_stale(before: Sequence[Change], after: Sequence[Change]) -> dict[int, str]:
    """Opinions that the facts have overtaken since, by their place on record, with whose they are.

    Not those in whose place their organisation has put a newer one: nobody has to look at these again.
    """
    was = {verdict.seq for verdict in verdicts(before) if verdict.stale} | judged_again(after)
    return {v.seq: v.organisation for v in verdicts(after) if v.stale and v.seq not in was}


def field_changes(
    labels: Mapping[str, str], was: Mapping[str, str], now: Mapping[str, str], yours: Mapping[str, str]
) -> list[FieldChange]:
    """Every field that somebody else altered, beside what was typed; what both typed alike needs no telling."""
    return [
        FieldChange(name=name, label=label, was=was.get(name, ""), now=now.get(name, ""), yours=yours.get(name, ""))
        for name, label in labels.items()
        if was.get(name, "") != now.get(name, "") != yours.get(name, "")
    ]
