"""Comparison: every figure worked out again by hand, and what is never shown."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tracker.benchmark.comparison import Cell, Cohort, Given, compare, groups
from tracker.benchmark.schemas import LEVELS, Level

NO, DEVELOPING, IN_PLACE, LEADING = LEVELS
SEVEN = ("bath", "bristol", "cornwall", "devon", "dorset", "plymouth", "torbay")
ANSWERS: dict[str, tuple[Level, ...]] = {
    "1/1": (NO, NO, DEVELOPING, IN_PLACE, IN_PLACE, IN_PLACE, LEADING),
    "2/1": (NO, NO, NO, NO, NO, NO, IN_PLACE),
    "3/1": (NO, DEVELOPING, Level.NOT_KNOWN, DEVELOPING, IN_PLACE, NO, DEVELOPING),
    "4/1": (NO, DEVELOPING, Level.NOT_KNOWN, DEVELOPING, IN_PLACE, Level.DOES_NOT_APPLY, NO),
    "5/1": (LEADING, LEADING, LEADING, LEADING, NO, NO, NO),
}
"""What seven authorities answered, in their order."""


def given(**answers: tuple[Level, ...]) -> Given:
    known = answers or ANSWERS
    everybody = frozenset(SEVEN)
    return Given(
        answers={
            key: {criterion: levels[place] for criterion, levels in known.items()} for place, key in enumerate(SEVEN)
        },
        cohorts={key: dict.fromkeys(Cohort, everybody) for key in SEVEN},
    )


def figures(cell: Cell) -> list[int]:
    return [cell.shares[level] for level in LEVELS]


def test_figures_of_seven_authorities_are_those_worked_out_by_hand() -> None:
    found = compare(given())
    # Of the six others of Bath: one not in place, one developing, three in place, one leading.
    assert figures(found["bath"].cells["1/1"][Cohort.ENGLAND]) == [20, 20, 50, 20]
    # Of Devon's: two, one, two, one.
    assert figures(found["devon"].cells["1/1"][Cohort.REGION]) == [30, 20, 30, 20]
    # Of Torbay's: two, one, three, none.
    assert figures(found["torbay"].cells["1/1"][Cohort.NEIGHBOURS]) == [30, 20, 50, 0]
    # Of Cornwall's, who do not know themselves: two, three, one, none.
    assert figures(found["cornwall"].cells["3/1"][Cohort.TYPE]) == [30, 50, 20, 0]
    # Of Bath's five who know: one, three, one, none.
    assert figures(found["bath"].cells["3/1"][Cohort.ENGLAND]) == [20, 60, 20, 0]


def test_every_figure_of_seven_authorities_can_be_recomputed() -> None:
    found = compare(given())
    for place, key in enumerate(SEVEN):
        for criterion, levels in ANSWERS.items():
            others = Counter(level for at, level in enumerate(levels) if at != place and level in LEVELS)
            whole = others.total()
            shares = {
                level: int((Decimal(others[level] * 10) / whole).quantize(Decimal(1), ROUND_HALF_UP)) * 10
                for level in LEVELS
            }
            hidden = whole < 5 or max(others.values()) >= whole - 1
            wanted = {} if hidden else dict.fromkeys(Cohort, Cell(shares=shares, at_least=5))
            assert found[key].cells.get(criterion, {}) == wanted, (key, criterion)


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        pytest.param((NO, NO, NO, NO, NO, NO, NO), False, id="all the same"),
        pytest.param((NO, NO, NO, NO, NO, NO, LEADING), False, id="all but one the same"),
        pytest.param((NO, NO, NO, NO, NO, LEADING, LEADING), True, id="all but two"),
        pytest.param((NO, NO, NO, LEADING, LEADING, IN_PLACE, Level.NOT_KNOWN), True, id="five that know"),
        pytest.param((NO, NO, NO, LEADING, LEADING, *[Level.DOES_NOT_APPLY] * 2), False, id="four that know"),
    ],
)
def test_what_others_share_is_not_shown(levels: tuple[Level, ...], shown: bool) -> None:
    assert bool(compare(given(one=levels))["bath"].cells) is shown


def test_of_how_many_is_said_in_steps() -> None:
    many = [f"a{number:03}" for number in range(52)]
    for size, at_least in ((6, 5), (10, 5), (11, 10), (20, 10), (21, 20), (50, 20), (51, 50)):
        there = many[:size]
        answers = {key: {"1/1": LEVELS[place % 4]} for place, key in enumerate(there)}
        cohorts = {key: dict.fromkeys(Cohort, frozenset(there)) for key in there}
        cell = compare(Given(answers=answers, cohorts=cohorts))["a000"].cells["1/1"][Cohort.ENGLAND]
        assert cell.at_least == at_least
        assert set(cell.shares.values()) <= set(range(0, 101, 10))


def test_the_lot_leaves_out_a_question_of_few_and_none_of_many() -> None:
    for size, shown in ((25, False), (26, True)):
        there = [f"a{number:03}" for number in range(size)]
        answers = {key: {"1/1": LEVELS[place % 4]} for place, key in enumerate(there)}
        cohorts = {key: dict.fromkeys(Cohort, frozenset(there)) for key in there}
        outcome = compare(Given(answers=answers, cohorts=cohorts, lot=lambda _, criterion: criterion == "1/1"))["a000"]
        assert bool(outcome.cells) is bool(outcome.weighed) is shown


def test_those_whose_people_know_of_each_other_are_no_others() -> None:
    linked = {
        "bath": frozenset({"bristol"}),
        "bristol": frozenset({"bath", "cornwall"}),
        "cornwall": frozenset({"bristol"}),
    }
    assert groups(SEVEN, linked)[0] == {"bath", "bristol", "cornwall"}
    seven = given(one=(NO, NO, NO, NO, LEADING, LEADING, IN_PLACE))
    alone = compare(seven)
    together = compare(Given(answers=seven.answers, cohorts=seven.cohorts, linked=linked))
    # Only four are left whose answers these three do not know.
    assert alone["bath"].cells
    assert not together["bath"].cells
    assert together["devon"].cells == alone["devon"].cells
