"""How others answered: shares of four cohorts, shown only while no reader can tell from them what one authority said.

Pure. Whoever reads is taken to know everything but the answers: who signed, who is in which cohort, and these rules. So
what is not shown tells them something too. Before anything of a question is shown, each other authority must have an
answer that it did not give, with which the same readers would be shown the very same; `is_open` looks for it. Otherwise
nothing of the question is shown to them, which all four levels would lead to alike: not even England alone, since that
would say that the rest was too much to show.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from tracker.benchmark.schemas import LEVELS, Level
from tracker.benchmark.worlds import FEWEST, World, is_open


class Cohort(StrEnum):
    """Whom an authority is compared with; the first that are shown keep later ones from being shown."""

    ENGLAND = "england"
    REGION = "region"
    NEIGHBOURS = "neighbours"
    TYPE = "type"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """What one cohort answered to one question."""

    shares: dict[Level, int]
    """Per cent, each rounded to the nearest ten, so that they need not add up to a hundred."""
    at_least: int
    """5, 10, 20 or 50 others gave a level."""


Place = tuple[str, Cohort]
"""Whose cohort, and which."""
Cells = dict[str, dict[Cohort, Cell]]
"""By criterion and cohort; what is not shown is not there, whatever the reason."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What one authority is shown of a round."""

    cells: Cells
    weighed: dict[str, tuple[Cohort, ...]]
    """By criterion, the cohorts of which something was shown, or not because of what was answered: that tells too."""


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A cohort that the same readers were shown in an earlier round, or not because of what was answered."""

    criterion: str
    """Its key, whatever the version."""
    known: frozenset[str]
    """Of those that were asked, who took part in this round too."""
    gone: int
    """How many were asked then and do not take part now."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """All that a comparison is made of."""

    answers: Mapping[str, Mapping[str, Level]]
    """By authority that signed, and criterion and version, like 1b/2, all that it was asked, no level or one."""
    cohorts: Mapping[str, Mapping[Cohort, frozenset[str]]]
    """By authority that signed: keys of those in each of its cohorts, its own or not."""
    linked: Mapping[str, frozenset[str]] = {}
    """By authority: those whose answers its people know, because they work for both."""
    earlier: Mapping[str, Sequence[Earlier]] = {}
    """By authority: what it was shown before."""


def compare(given: Given) -> dict[str, Outcome]:
    """What each authority that signed is shown of the others."""
    found: dict[str, Outcome] = {}
    crowd = _Crowd(given)
    for readers in groups(given.answers, given.linked):
        found |= crowd.shown_to(readers)
    return found


def shown_to(given: Given, readers: frozenset[str]) -> dict[str, Outcome]:
    """What authorities are shown whose people know of each other's."""
    return _Crowd(given).shown_to(readers)


def groups(authorities: Iterable[str], linked: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """Authorities that signed, those together whose people know each other's answers, however many steps apart."""
    left, found = sorted(authorities), []
    while left:
        group, new = {left[0]}, {left[0]}
        while new:
            new = {other for one in new for other in linked.get(one, frozenset())} - group
            group |= new
        found.append(frozenset(group))
        left = [authority for authority in left if authority not in group]
    return found


class _Crowd:
    """Everybody's answers, a bit for each authority, so that thousands of sets are counted in a moment."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._bit = {authority: 1 << place for place, authority in enumerate(sorted(given.answers))}
        self._criteria = sorted({criterion for answers in given.answers.values() for criterion in answers})
        self._levels: dict[str, tuple[int, ...]] = {}

    def shown_to(self, readers: frozenset[str]) -> dict[str, Outcome]:
        """What these readers, who share what they see, are shown of every question."""
        outcomes = {reader: Outcome(cells={}, weighed={}) for reader in readers & self._given.answers.keys()}
        for criterion in self._criteria:
            for (reader, cohort), cell in self._cells(readers, criterion):
                outcome = outcomes[reader]
                outcome.weighed[criterion] = (*outcome.weighed.get(criterion, ()), cohort)
                if cell:
                    outcome.cells.setdefault(criterion, {})[cohort] = cell
        return outcomes

    def _cells(self, readers: frozenset[str], criterion: str) -> list[tuple[Place, Cell | None]]:
        levels = tuple(level & ~self._mask(readers) for level in self._by_level(criterion))
        others = sum(levels)
        before = [(self._mask(earlier.known) & others, earlier) for earlier in self._seen(readers, criterion)]
        places, sets = self._places(readers, others, before)
        # Where many of them are gone, what was shown says little of those who are left.
        still = {known for known, earlier in before if known and earlier.gone < FEWEST} - set(sets)
        world = World(levels, sets, sorted(still))
        shares = world.shown[: len(sets)]
        if not any(len(share) > 1 for share in shares) or not is_open(world):
            return [(place, None) for place in places]
        return [(place, _cell(share) if len(share) > 1 else None) for place, share in zip(places, shares, strict=True)]

    def _places(
        self, readers: frozenset[str], others: int, before: Sequence[tuple[int, Earlier]]
    ) -> tuple[list[Place], list[int]]:
        """The cohorts that may be shown as far as that depends on who was asked, and not on what they answered."""
        places: list[Place] = []
        sets: list[int] = []
        for cohort in Cohort:
            for reader in sorted(readers & self._given.answers.keys()):
                mask = self._mask(self._given.cohorts[reader][cohort]) & others
                near = any(_near(mask, other) for other in sets) or any(
                    _near(mask, known, gone=earlier.gone + len(earlier.known) - known.bit_count())
                    for known, earlier in before
                )
                if mask.bit_count() >= FEWEST and not near:
                    places.append((reader, cohort))
                    sets.append(mask)
        return places, sets

    def _seen(self, readers: frozenset[str], criterion: str) -> list[Earlier]:
        return [
            earlier
            for reader in sorted(readers)
            for earlier in self._given.earlier.get(reader, ())
            if earlier.criterion == criterion.partition("/")[0]
        ]

    def _by_level(self, criterion: str) -> tuple[int, ...]:
        """Who gave each level, and last who was asked and gave none."""
        if criterion not in self._levels:
            asked = {key: answers[criterion] for key, answers in self._given.answers.items() if criterion in answers}
            gave = [self._mask(key for key, level in asked.items() if level == each) for each in LEVELS]
            self._levels[criterion] = (*gave, self._mask(asked) & ~sum(gave))
        return self._levels[criterion]

    def _mask(self, authorities: Iterable[str]) -> int:
        return sum(self._bit.get(authority, 0) for authority in authorities)


def _near(mask: int, other: int, *, gone: int = 0) -> bool:
    """Whether two sets differ in so few authorities that the difference of their figures is about those."""
    return 1 <= (mask ^ other).bit_count() + gone < FEWEST


def _cell(shown: tuple[int, ...]) -> Cell:
    *shares, at_least = shown
    return Cell(shares=dict(zip(LEVELS, shares, strict=True)), at_least=at_least)
