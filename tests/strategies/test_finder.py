"""The finder: questions that lead a family to its arrangement, and what each arrangement is told."""

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.conftest import HARBOUR, KINSHIP
from tracker.authorities.files import authorities
from tracker.errors import Invalid
from tracker.strategies.files import Folder, read_folder
from tracker.strategies.finder import Choice, Finder, Position, Question, position
from tracker.strategies.structure import Eligible, Strategy
from tracker.strategies.validation import problems

ARRANGEMENTS = (
    "informal",
    "private-fostering",
    "cao-previously-looked-after",
    "cao",
    "sgo-previously-looked-after",
    "sgo",
    "kinship-foster-care",
    "adoption-by-kin",
)
WAYS = {
    "informal": {"order": "none", "foster-carer": "no", "relative": "yes"},
    "private-fostering": {"order": "none", "foster-carer": "no", "relative": "no-long"},
    "cao-previously-looked-after": {"order": "child-arrangements", "before": "yes"},
    "cao": {"order": "child-arrangements", "before": "no"},
    "sgo-previously-looked-after": {"order": "special-guardianship", "before": "yes"},
    "sgo": {"order": "special-guardianship", "before": "no"},
    "kinship-foster-care": {"order": "care"},
    "adoption-by-kin": {"order": "adoption"},
}
KINSHIP_STRATEGY = read_folder(KINSHIP).strategy
HARBOUR_STRATEGY = read_folder(HARBOUR).strategy
Answers = dict[str, str]


def finder_of(strategy: Strategy) -> Finder:
    assert strategy.finder is not None
    return strategy.finder


def arrangements_of(strategy: Strategy) -> tuple[str, ...]:
    return tuple(group.key for group in strategy.groups if group.kind == "arrangement")


def placed(answers: Mapping[str, str], strategy: Strategy = KINSHIP_STRATEGY) -> Position:
    return position(finder_of(strategy), arrangements_of(strategy), answers)


def paths(strategy: Strategy, answers: Answers | None = None) -> Iterator[tuple[Answers, Position]]:
    """Every way to answer until nothing more is asked."""
    answers = answers or {}
    here = placed(answers, strategy)
    if here.next is None:
        yield answers, here
        return
    for choice in here.choices:
        yield from paths(strategy, {**answers, here.next.key: choice.key})


@pytest.mark.parametrize("strategy", [KINSHIP_STRATEGY, HARBOUR_STRATEGY], ids=["kinship", "harbour"])
def test_every_way_through_the_questions_ends_with_an_arrangement_or_outside(strategy: Strategy) -> None:
    ends = list(paths(strategy))
    assert [answers for answers, end in ends if not end.possible and not end.outside] == []
    assert any(end.outside for _, end in ends)
    assert {end.possible for _, end in ends} >= {(key,) for key in arrangements_of(strategy)}


def test_the_strategy_names_the_eight_arrangements() -> None:
    assert arrangements_of(KINSHIP_STRATEGY) == ARRANGEMENTS


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_plain_answers_lead_to_exactly_one_arrangement(arrangement: str) -> None:
    end = placed({"england": "yes", **WAYS[arrangement]})
    assert end.next is None
    assert end.possible == (arrangement,)
    assert {given.question.key: given.choice.key for given in end.given} == {"england": "yes", **WAYS[arrangement]}


@pytest.mark.parametrize("short_or_older", ["no-short", "no-older"])
def test_a_friend_for_less_than_28_days_or_of_an_older_child_is_informal(short_or_older: str) -> None:
    answers = {"england": "yes", "order": "none", "foster-carer": "no", "relative": short_or_older}
    assert placed(answers).possible == ("informal",)


def test_no_family_answers_more_than_five_questions() -> None:
    assert max(len(end.given) for _, end in paths(KINSHIP_STRATEGY)) == 5


def test_not_knowing_anything_leaves_every_arrangement() -> None:
    end = placed({question.key: "not-sure" for question in finder_of(KINSHIP_STRATEGY).questions})
    assert end.next is None
    assert end.possible == ARRANGEMENTS


def test_a_child_outside_england_is_asked_nothing_more() -> None:
    end = placed({"england": "no"})
    assert end.outside
    assert end.next is None
    assert end.possible == ()


def test_answers_to_questions_that_are_not_asked_are_left_aside() -> None:
    end = placed({"england": "yes", "order": "adoption", "relative": "nonsense", "another": "x"})
    assert end.possible == ("adoption-by-kin",)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ({"england": "perhaps"}, "Possible: yes, no, not-sure."),
        ({"england": ""}, "Possible: yes, no, not-sure."),
        ({"england": "yes", "order": "sgo"}, "special-guardianship"),
        ({"england": "yes", "order": "none", "foster-carer": "YES"}, "Possible: yes, no, not-sure."),
    ],
)
def test_an_answer_that_is_not_offered_is_refused_saying_what_is_possible(answers: Answers, told: str) -> None:
    with pytest.raises(Invalid, match="is not an answer to") as refused:
        placed(answers)
    assert told in str(refused.value)


def test_an_answer_that_a_changed_answer_rules_out_is_asked_again() -> None:
    first = Question(
        key="first",
        title="First?",
        short="First",
        choices=(Choice(key="a", text="A", keeps=("one", "two")), Choice(key="not-sure", text="?")),
    )
    second = Question(
        key="second",
        title="Second?",
        short="Second",
        choices=(
            Choice(key="one", text="One", keeps=("one",)),
            Choice(key="three", text="Three", keeps=("three",)),
            Choice(key="not-sure", text="?"),
        ),
    )
    finder = replace(finder_of(HARBOUR_STRATEGY), questions=(first, second))
    asked = position(finder, ("one", "two", "three"), {"first": "a"})
    assert [choice.key for choice in asked.choices] == ["one", "not-sure"]
    again = position(finder, ("one", "two", "three"), {"first": "a", "second": "three"})
    assert (again.next, [item.question.key for item in again.given]) == (second, ["first"])


QUESTION_KEYS = [question.key for question in finder_of(KINSHIP_STRATEGY).questions]
CHOICE_KEYS = sorted({choice.key for q in finder_of(KINSHIP_STRATEGY).questions for choice in q.choices})


@given(
    st.dictionaries(
        st.one_of(st.sampled_from(QUESTION_KEYS), st.text(max_size=20)),
        st.one_of(st.sampled_from(CHOICE_KEYS), st.text(max_size=80)),
    )
)
def test_whatever_is_answered_a_position_or_a_refusal_comes_back(answers: Answers) -> None:
    try:
        here = placed(answers)
    except Invalid:
        return
    assert set(here.possible) <= set(ARRANGEMENTS)
    assert here.outside != bool(here.possible)
    assert here.next is None or here.choices
    assert all(answers[given.question.key] == given.choice.key for given in here.given)


def with_finder(folder: Folder, finder: Finder) -> Folder:
    return replace(folder, strategy=replace(folder.strategy, finder=finder))


def first_question(finder: Finder, **changes: object) -> Finder:
    return replace(finder, questions=(replace(finder.questions[0], **changes), *finder.questions[1:]))


def test_what_is_wrong_with_a_finder_is_named(harbour: Folder) -> None:
    finder = finder_of(harbour.strategy)
    sure, outside, unsure = finder.questions[0].choices
    twice = replace(finder, questions=(*finder.questions, finder.questions[0]))
    wrong = {
        "question “port” is given 2 times": twice,
        "finder, question port: choice “yes” is given 2 times": first_question(finder, choices=(sure, sure, unsure)),
        "finder, question port names group “submarine”, which does not exist": first_question(
            finder, choices=(replace(sure, keeps=("submarine",)), outside, unsure)
        ),
        "finder, question port names group “night-crews”, which does not exist": first_question(
            finder, choices=(replace(sure, keeps=("night-crews",)), outside, unsure)
        ),
        "finder, question port has no choice for somebody who does not know": first_question(
            finder, choices=(replace(sure, keeps=("yearly-mooring",)), outside)
        ),
        "finder names evidence “hearsay”, which does not exist": replace(
            finder, contacts=(replace(finder.contacts[0], evidence=("hearsay",)),)
        ),
        "finder names evidence “rumour”, which does not exist": replace(
            finder, advice=(replace(finder.advice[0], evidence=("rumour",)),)
        ),
        "finder, advice names group “submarine”, which does not exist": replace(
            finder, advice=(replace(finder.advice[0], groups=("submarine",)),)
        ),
    }
    assert {said: problems(with_finder(harbour, finder)) for said, finder in wrong.items()} == {
        said: [said] for said in wrong
    }


def with_eligibility(folder: Folder, **changes: object) -> Folder:
    first, *others = folder.strategy.announcements
    changed = replace(first, eligibility=(replace(first.eligibility[0], **changes), *first.eligibility[1:]))
    return replace(folder, strategy=replace(folder.strategy, announcements=(changed, *others)))


def test_what_is_wrong_with_eligibility_is_named(harbour: Folder) -> None:
    where = "announcement 1, eligibility since 2025-01-20"

    def to(*groups: str) -> tuple[Eligible, ...]:
        return (Eligible(groups=groups, answer="yes", text="Yes."),)

    both = ("yearly-mooring", "visiting-berth")
    wrong: dict[str, dict[str, object]] = {
        f"{where} names group “submarine”, which does not exist": {"groups": to(*both, "submarine")},
        f"{where}: group “visiting-berth” is given 2 times": {"groups": to(*both, "visiting-berth")},
        f"{where} does not say what holds for group “yearly-mooring”": {"groups": to("visiting-berth")},
        f"{where} names programme “Moonlight”, which does not exist": {"programme": "Moonlight"},
    }
    assert {said: problems(with_eligibility(harbour, **changes)) for said, changes in wrong.items()} == {
        said: [said] for said in wrong
    }


def test_every_helper_and_every_advice_has_evidence() -> None:
    finder = finder_of(KINSHIP_STRATEGY)
    assert [contact.name for contact in finder.contacts if not contact.evidence] == []
    assert [advice.title for advice in finder.advice if not advice.evidence] == []


def test_every_number_to_call_stands_in_its_evidence() -> None:
    strategy = KINSHIP_STRATEGY
    for contact in finder_of(strategy).contacts:
        quoted = " ".join(strategy.evidence[key].quotation or "" for key in contact.evidence)
        assert contact.phone is None or contact.phone in quoted, contact.name


def test_whoever_can_use_something_is_told_for_every_arrangement_on_every_day() -> None:
    silent = [
        (item.number, entry.since)
        for item in KINSHIP_STRATEGY.announcements
        for entry in item.eligibility
        if {group for eligible in entry.groups for group in eligible.groups} != set(ARRANGEMENTS)
    ]
    assert silent == []
    told = {item.number for item in KINSHIP_STRATEGY.announcements if item.eligibility}
    assert told == {1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 14}


def test_the_seven_direct_benefits_say_what_they_turn_on() -> None:
    direct = [item for item in KINSHIP_STRATEGY.announcements if item.benefit == "direct"]
    assert len(direct) == 7
    assert [item.number for item in direct if not (item.beneficiaries and item.beneficiaries.turns_on)] == []


def test_every_kinship_zone_is_a_council_that_can_be_chosen() -> None:
    limited = {entry.programme for item in KINSHIP_STRATEGY.announcements for entry in item.eligibility} - {None}
    assert limited == {"Kinship Zones"}
    zones = {place.name for place in KINSHIP_STRATEGY.places if place.programme in limited}
    assert len(zones) == 7
    assert zones <= {authority.name for authority in authorities()}
