"""Nobody finds out what one authority answered: every world is gone through, with all that some readers are shown."""

import random

import pytest

from tests.benchmark.attacker import Scene, attack, see
from tracker.authorities.files import authorities
from tracker.benchmark import comparison
from tracker.benchmark.closing import cohorts_of
from tracker.benchmark.comparison import Cohort
from tracker.benchmark.schemas import LEVELS, Level

NOBODY: frozenset[str] = frozenset()


def some(first: int, last: int) -> frozenset[str]:
    """Authorities by their numbers."""
    return frozenset(f"a{number:02}" for number in range(first, last + 1))


def sets(england: frozenset[str], **others: frozenset[str]) -> dict[Cohort, frozenset[str]]:
    given = {cohort: others.get(cohort.value, NOBODY) for cohort in Cohort}
    return {**given, Cohort.ENGLAND: england}


OR_NONE = (*LEVELS[:2], Level.NOT_KNOWN)
"""That somebody does not know is an answer too, which is nobody else's business."""


def alone(england: frozenset[str], **others: frozenset[str]) -> Scene:
    """One reader in one round."""
    return Scene(cohorts={"me": sets(england, **others)}, rounds=[england])


SCENES = {
    "England alone": alone(some(1, 7))._replace(answers=LEVELS),
    "neighbours inside a region": alone(some(1, 15), region=some(1, 10), neighbours=some(1, 5)),
    "a region whose rest is few, beside England": alone(some(1, 12), region=some(1, 7)),
    "a region and a type that have one in common and are all of England": alone(
        some(1, 11), region=some(1, 6), type=some(6, 11)
    ),
    "four cohorts across each other": alone(
        some(1, 12), region=some(1, 6), neighbours=some(4, 9), type=some(1, 3) | some(7, 9) | some(12, 12)
    ),
    "somebody who takes part in three": Scene(
        cohorts={
            "me": sets(some(1, 11), region=some(1, 6)),
            "mine": sets(some(1, 11), region=some(6, 11)),
            "also mine": sets(some(1, 11), neighbours=some(3, 8)),
        },
        rounds=[some(1, 11)],
    ),
    "two who are told that the smaller cohorts were too much to show": Scene(
        cohorts={
            "me": sets(
                some(1, 10),
                region=some(2, 2) | some(5, 5) | some(7, 9),
                type=some(1, 1) | some(3, 3) | some(7, 7) | some(9, 10),
            ),
            "mine": sets(some(1, 10), region=some(1, 10)),
        },
        rounds=[some(1, 10)],
    ),
    "one newcomer in a second round": Scene(cohorts={"me": sets(some(1, 9))}, rounds=[some(1, 8), some(1, 9)]),
    "a region in which all know, and the rest of England": alone(some(1, 10), region=some(1, 5))._replace(
        answers=OR_NONE
    ),
    "a region and a type, and who does not know": alone(some(1, 11), region=some(1, 6), type=some(6, 11))._replace(
        answers=OR_NONE
    ),
    "one newcomer, who may not know": Scene(
        cohorts={"me": sets(some(1, 11))}, rounds=[some(1, 10), some(1, 11)], answers=OR_NONE
    ),
    "one newcomer where nothing may have been shown before": Scene(
        cohorts={"me": sets(some(1, 8))}, rounds=[some(1, 7), some(1, 8)]
    ),
    "half of them gone": Scene(cohorts={"me": sets(some(1, 12))}, rounds=[some(1, 12), some(1, 6)]),
    "some gone and some new": Scene(
        cohorts={"me": sets(some(1, 13), region=some(1, 8)), "mine": sets(some(1, 13))},
        rounds=[some(1, 8), some(4, 13)],
    ),
    "three rounds, each with others": Scene(
        cohorts={"me": sets(some(1, 20), region=some(1, 8))},
        rounds=[some(1, 6), some(1, 11), some(1, 5) | some(7, 14)],
    ),
}


@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES.keys())
def test_no_other_authority_s_answer_is_the_only_one_possible(scene: Scene) -> None:
    worlds, shown, pinned = attack(scene)
    assert pinned == []
    # Showing nothing would be safe too, and of no use.
    assert shown > worlds / 4


@pytest.mark.parametrize("seed", range(8))
def test_nobody_is_found_out_whatever_the_cohorts_are(seed: int) -> None:
    drawn = random.Random(seed)
    everybody = sorted(some(1, 8))
    cohorts = {
        reader: sets(
            frozenset(everybody),
            region=frozenset(drawn.sample(everybody, drawn.randint(4, 8))),
            type=frozenset(drawn.sample(everybody, drawn.randint(4, 8))),
        )
        for reader in ("me", "mine")[: 2 - seed % 2]
    }
    assert (
        attack(Scene(cohorts=cohorts, rounds=[frozenset(everybody)], answers=(LEVELS[:2], OR_NONE)[seed % 2]))[2] == []
    )


@pytest.mark.parametrize("seed", range(6))
def test_nobody_is_found_out_whoever_comes_and_goes(seed: int) -> None:
    drawn = random.Random(seed)
    everybody = sorted(some(1, 11))
    cohorts = {"me": sets(frozenset(everybody), region=frozenset(drawn.sample(everybody, drawn.randint(5, 9))))}
    rounds = [frozenset(drawn.sample(everybody, drawn.randint(6, 11))) for _ in range(2)]
    assert attack(Scene(cohorts=cohorts, rounds=rounds))[2] == []


def test_the_attacker_finds_answers_when_the_lot_leaves_nothing_out() -> None:
    # That nothing is shown of seven says that nearly all agree; of eight, what the newcomer answered.
    scene = SCENES["one newcomer where nothing may have been shown before"]
    assert {found.authority for found in attack(scene._replace(lot=False))[2]} == {"a08"}


def test_the_attacker_finds_answers_when_those_who_are_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison._Crowd, "_releases", lambda *_: [])
    assert attack(SCENES["half of them gone"])[2] != []


WITHOUT_THE_LAST_LOOK = (
    "a region and a type that have one in common and are all of England",
    "four cohorts across each other",
    "somebody who takes part in three",
)


@pytest.mark.parametrize("name", WITHOUT_THE_LAST_LOOK)
def test_the_attacker_finds_answers_when_nobody_looks_for_a_second_world(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So many authorities, and so large differences between cohorts, do not do by themselves.
    monkeypatch.setattr(comparison, "is_open", lambda _: True)
    assert attack(SCENES[name])[2] != []


def test_the_attacker_finds_what_a_newcomer_answered_when_rounds_forget_each_other() -> None:
    scene = SCENES["one newcomer in a second round"]
    first, second = scene.rounds
    answers = {key: LEVELS[number % 2] for number, key in enumerate(sorted(second))}
    (before,), (after,) = (see(Scene(scene.cohorts, [present]), answers) for present in (first, second))
    # 4 of 8 and then 5 of 9: the ninth.
    assert (before[3], after[3]) == ((50, 50, 0, 0), (60, 40, 0, 0))
    assert [found[0] for found in see(scene, answers)] == [0]


@pytest.mark.parametrize(
    ("type_", "shown"),
    [
        pytest.param(some(1, 8), {Cohort.REGION}, id="the City is no borough"),
        pytest.param(some(1, 9), {Cohort.REGION, Cohort.TYPE}, id="the City counts as one"),
    ],
)
def test_london_and_its_boroughs_do_not_give_the_city_away(type_: frozenset[str], shown: set[Cohort]) -> None:
    scene = alone(some(1, 30), region=some(1, 9), type=type_)
    answers = {key: LEVELS[number % 3] for number, key in enumerate(sorted(some(1, 30)))}
    assert {cohort for _, _, cohort, _, _ in see(scene, answers)} == {Cohort.ENGLAND, *shown}


def test_every_authority_has_its_region_and_type_and_the_city_counts_as_a_borough() -> None:
    cohorts = cohorts_of(authorities())
    assert len(cohorts) == 153
    assert cohorts["camden"][Cohort.TYPE] == cohorts["camden"][Cohort.REGION] >= {"city-of-london"}
    assert all(key in sets[Cohort.REGION] & sets[Cohort.TYPE] for key, sets in cohorts.items())
    assert all(len(sets[Cohort.NEIGHBOURS]) == 10 for sets in cohorts.values())
