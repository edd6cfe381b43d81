"""How others answered: shares of four cohorts, shown only while no reader can tell from them what one authority said.

Pure. Whoever reads is taken to know everything but the answers: who signed, who is in which cohort, and these rules. So
what is not shown tells them something too. Before anything of a question is shown, each other authority must have an
answer that it did not give, with which the same readers would be shown the very same; `is_open` looks for it. Otherwise
nothing of the question is shown to them: not even England alone, since that would say that the rest was too much to
show. Where so few took part that even this could tell something, beside what another round shows, the lot leaves out a
question now and then, so that nobody can know why one is missing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby

import msgspec

from tracker.benchmark.schemas import LEVELS, Level
from tracker.benchmark.worlds import FEW, FEWEST, World, is_open


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
    """By criterion of which something was shown, all cohorts that could have been: that one is not tells too."""


class Earlier(msgspec.Struct, frozen=True, kw_only=True):
    """A cohort that the same reader was shown in an earlier round, or not because of what was answered."""

    round: int
    """Its place among the rounds."""
    criterion: str
    """With its version."""
    cohort: Cohort
    members: frozenset[str]
    """Those that were asked and whose answers are known, in this round or in an earlier one."""
    lost: int = 0
    """How many were asked then and have erased what they answered."""


Lot = Callable[[frozenset[str], str], bool]
"""Whether a question is left out for these readers by lot, whatever was answered."""


def nothing_left_out(readers: frozenset[str], criterion: str) -> bool:
    """The lot that never falls on a question."""
    return False


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
    past: Mapping[str, Mapping[str, Level]] = {}
    """By authority that signed in an earlier round, and key of a criterion: its last answer before this round."""
    lot: Lot = nothing_left_out


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
        self._bit = {key: 1 << place for place, key in enumerate(sorted(given.answers.keys() | given.past.keys()))}
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
        if others.bit_count() <= FEW and self._given.lot(readers, criterion):
            return []
        before = self._seen(readers, criterion)
        places, sets = self._places(readers, others, [(self._mask(one.members - readers), one) for one in before])
        world = World(self._with_past(levels, before, readers, criterion), sets, self._releases(before, readers))
        shares = world.shown[: len(sets)]
        if not any(len(share) > 1 for share in shares) or not is_open(world):
            return []
        return [(place, _cell(share) if len(share) > 1 else None) for place, share in zip(places, shares, strict=True)]

    def _releases(self, before: Iterable[Earlier], readers: frozenset[str]) -> list[list[int]]:
        """What was shown together in earlier rounds, as sets; who erased is in none of them any more."""
        together = groupby(before, lambda earlier: (earlier.round, earlier.criterion))
        return [[self._mask(earlier.members - readers) for earlier in release] for _, release in together]

    def _with_past(
        self, levels: Sequence[int], before: Iterable[Earlier], readers: frozenset[str], criterion: str
    ) -> list[int]:
        """The levels, with the last answers of those who were in a set that was shown and are not among the others."""
        there = sum(levels)
        members = frozenset().union(*(earlier.members for earlier in before)) - readers
        gone = [key for key in members if not self._bit[key] & there]
        found = {key: self._given.past.get(key, {}).get(key_of(criterion)) for key in gone}
        past = [self._mask(key for key, level in found.items() if level == each) for each in LEVELS]
        all_past = [*past, self._mask(gone) & ~sum(past)]
        return [now | then for now, then in zip(levels, all_past, strict=True)]

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
                    _near(mask, other, lost=earlier.lost) for other, earlier in before
                )
                if mask.bit_count() >= FEWEST and not near:
                    places.append((reader, cohort))
                    sets.append(mask)
        return places, sets

    def _seen(self, readers: frozenset[str], criterion: str) -> list[Earlier]:
        """What they were shown of the same question, in the order in which it was."""
        found = [
            earlier
            for reader in sorted(readers)
            for earlier in self._given.earlier.get(reader, ())
            if key_of(earlier.criterion) == key_of(criterion)
        ]
        return sorted(found, key=lambda earlier: (earlier.round, earlier.criterion, _ORDER[earlier.cohort]))

    def _by_level(self, criterion: str) -> tuple[int, ...]:
        """Who gave each level, and last who was asked and gave none."""
        if criterion not in self._levels:
            asked = {key: answers[criterion] for key, answers in self._given.answers.items() if criterion in answers}
            gave = [self._mask(key for key, level in asked.items() if level == each) for each in LEVELS]
            self._levels[criterion] = (*gave, self._mask(asked) & ~sum(gave))
        return self._levels[criterion]

    def _mask(self, authorities: Iterable[str]) -> int:
        return sum(self._bit.get(authority, 0) for authority in authorities)


_ORDER = {cohort: place for place, cohort in enumerate(Cohort)}


def key_of(criterion: str) -> str:
    """Of a version of a criterion, the criterion: who answered an older wording has answered it too."""
    return criterion.partition("/")[0]


def _near(mask: int, other: int, *, lost: int = 0) -> bool:
    """Whether two sets differ in so few authorities that the difference of their figures is about those."""
    return 1 <= (mask ^ other).bit_count() + lost < FEWEST


def _cell(shown: tuple[int, ...]) -> Cell:
    *shares, at_least = shown
    return Cell(shares=dict(zip(LEVELS, shares, strict=True)), at_least=at_least)
