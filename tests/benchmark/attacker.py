"""Somebody who wants to know what one authority answered, and knows everything but the answers.

Who signed, who is in which cohort, the rules by which something is shown, and what they themselves answered. They go
through every world there can be and every way in which the lot can have fallen, note what they would be shown, and keep
those worlds in which they would see what they see. Where all of these agree on what somebody answered, that answer is
out.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from tracker.benchmark.comparison import Cohort, Earlier, Given, shown_to
from tracker.benchmark.schemas import LEVELS, Level

CRITERION = "1/1"
Sets = Mapping[Cohort, frozenset[str]]
Sight = tuple[tuple[int, str, Cohort, tuple[int, ...], int], ...]
"""Everything that is seen: round, reader, cohort, shares and at least how many."""


class Scene(NamedTuple):
    """Who is shown what of whom."""

    cohorts: Mapping[str, Sets]
    """By reader; who reads together."""
    rounds: Sequence[frozenset[str]]
    """The others that sign, round after round; none of them ever changes an answer, and the attacker knows it."""
    answers: Sequence[Level] = LEVELS[:2]
    """What can be answered in these worlds; more levels make more worlds, not other ones."""
    lot: bool = True
    """Whether the lot leaves out a question now and then."""


class Pinned(NamedTuple):
    """An answer that is out."""

    sight: Sight
    authority: str
    level: Level


def attack(scene: Scene) -> tuple[int, int, list[Pinned]]:
    """How many worlds there are, in how many of them something is shown, and every answer that is out in any."""
    atoms = list(_atoms(scene))
    worlds: dict[Sight, list[tuple[tuple[int, ...], ...]]] = {}
    made = list(product(*(list(_ways(len(atom), len(scene.answers))) for atom in atoms)))
    for world in made:
        answers = _answers(scene, atoms, world)
        for sight in {see(scene, answers, lot) for lot in _lots(scene)}:
            worlds.setdefault(sight, []).append(world)
    pinned = [
        Pinned(sight, atom[0], scene.answers[level])
        for sight, same in worlds.items()
        for place, atom in enumerate(atoms)
        for level in range(len(scene.answers))
        if all(world[place][level] == len(atom) for world in same)
    ]
    shown = sum(bool(see(scene, _answers(scene, atoms, world))) for world in made)
    return len(made), shown, pinned


def _lots(scene: Scene) -> Iterator[tuple[bool, ...]]:
    """Every way in which the lot can fall, round after round."""
    return product((False, True) if scene.lot else (False,), repeat=len(scene.rounds))


def see(scene: Scene, answers: Mapping[str, Level], lot: Sequence[bool] = ()) -> Sight:
    """What the readers are shown, round after round, of others who answered so; nothing in a round left out by lot."""
    sight: list[tuple[int, str, Cohort, tuple[int, ...], int]] = []
    readers = frozenset(scene.cohorts)
    earlier: dict[str, list[Earlier]] = {}
    past: dict[str, dict[str, Level]] = {}
    for number, present in enumerate(scene.rounds):
        falls = number < len(lot) and lot[number]
        own = {reader: {CRITERION: LEVELS[0]} for reader in readers}
        given = Given(
            answers={**{key: {CRITERION: answers[key]} for key in present}, **own},
            cohorts=scene.cohorts,
            linked={reader: readers - {reader} for reader in readers},
            earlier=earlier,
            past=past,
            lot=lambda _, __, falls=falls: falls,
        )
        for reader, outcome in sorted(shown_to(given, readers).items()):
            for cohort, cell in outcome.cells.get(CRITERION, {}).items():
                sight.append((number, reader, cohort, tuple(cell.shares.values()), cell.at_least))
            for cohort in outcome.weighed.get(CRITERION, ()):
                members = present & scene.cohorts[reader][cohort]
                kept = Earlier(round=number, criterion=CRITERION, cohort=cohort, members=members)
                earlier.setdefault(reader, []).append(kept)
        past = {**past, **{key: {"1": answers[key]} for key in present}}
    return tuple(sight)


def _atoms(scene: Scene) -> Iterator[list[str]]:
    """Others whom nothing tells apart: whichever of them gave an answer, the same is shown."""
    found: dict[tuple[bool, ...], list[str]] = {}
    sets = [*scene.rounds, *(members for cohorts in scene.cohorts.values() for members in cohorts.values())]
    for key in sorted(frozenset().union(*scene.rounds)):
        found.setdefault(tuple(key in members for members in sets), []).append(key)
    yield from found.values()


def _ways(size: int, answers: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many can give so many answers."""
    if answers == 1:
        yield (size,)
        return
    for first in range(size + 1):
        for rest in _ways(size - first, answers - 1):
            yield (first, *rest)


def _answers(scene: Scene, atoms: Sequence[Sequence[str]], world: Sequence[Sequence[int]]) -> dict[str, Level]:
    answers: dict[str, Level] = {}
    for atom, counts in zip(atoms, world, strict=True):
        given = [level for level, count in zip(scene.answers, counts, strict=True) for _ in range(count)]
        answers.update(zip(atom, given, strict=True))
    return answers
