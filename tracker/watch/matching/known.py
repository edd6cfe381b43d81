"""What the record already knows of pages, read from its facts."""

from collections.abc import Iterable

from tracker.strategies.facts import AnyFact, Change, Corrected, Reviewed, Unknown
from tracker.watch.identity import canonical
from tracker.watch.matching.match import Known


def known_from(changes: Iterable[Change]) -> Known:
    """What the record knows, without the changes that a later one corrected."""
    listed = list(changes)
    gone = {(change.strategy, change.fact.of) for change in listed if isinstance(change.fact, Corrected)}
    return known_from_facts(
        (change.strategy, change.fact) for change in listed if (change.strategy, change.key) not in gone
    )


def known_from_facts(facts: Iterable[tuple[str, AnyFact | Unknown]]) -> Known:
    """What pairs of a strategy's slug and one of its facts say of pages."""
    found: dict[str, dict[str, set[int]]] = {}
    for strategy, fact in facts:
        # Whoever looked and found nothing looked at pages which are evidence of nothing.
        if isinstance(fact, Reviewed | Corrected):
            continue
        numbers = _numbers(fact.about)
        for url in (evidence.url for evidence in fact.evidence):
            if url and numbers:
                found.setdefault(strategy, {}).setdefault(canonical(url), set()).update(numbers)
    return Known(pages={slug: {url: tuple(sorted(of)) for url, of in pages.items()} for slug, pages in found.items()})


def _numbers(about: Iterable[str]) -> set[int]:
    return {int(number) for number in (reference.partition("/")[0] for reference in about) if number.isdigit()}
