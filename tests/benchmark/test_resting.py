"""What changed and how many answers and actions rest on it, in words."""

import pytest

from tests.benchmark.answering import question
from tests.conftest import NOON
from tracker.benchmark.flags import FlagView
from tracker.benchmark.resting import moved, sentence

ON_DEFINITION = "13 (Government definition of kinship care)"
ON_GUIDANCE = "14 (Kinship care statutory guidance for local authorities)"


def flag(about: str, criterion: str = "14", on: str = "2024-10-11", cause: str = "change/7") -> FlagView:
    return FlagView(about=about, criterion=criterion, cause=cause, happened_on=on, said="So.", raised_at=NOON)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            [flag("action/1"), flag("action/2")],
            f"2 of your 14 actions rest on announcement {ON_GUIDANCE}, which changed on 11 October 2024.",
        ),
        (
            [flag("answer/1/14", on="2024-10")],
            f"1 of your 27 answers rests on announcement {ON_GUIDANCE}, which changed in October 2024.",
        ),
        (
            [flag("answer/1/14", on="2024"), flag("action/1", criterion="K1", on="2024")],
            f"1 of your 27 answers and 1 of your 14 actions rest on announcement {ON_GUIDANCE}, which changed in 2024.",
        ),
        (
            [flag("answer/1/13", criterion="13", on="2024"), flag("answer/1/14", on="2024")],
            f"2 of your 27 answers rest on announcement {ON_DEFINITION} or {ON_GUIDANCE}, which changed in 2024.",
        ),
        (
            [flag("answer/1/14", cause="change/8")],
            "1 of your 27 answers rests on something national that changed on 11 October 2024.",
        ),
        (
            [flag("answer/1/14", cause="question/14/2")],
            "1 of your 27 answers goes with a question whose words have changed since.",
        ),
    ],
)
def test_how_many_rest_on_it_is_said_in_words(given: list[FlagView], told: str) -> None:
    criteria = [question("13"), question("14"), question("K1")]
    about = {"change/7": ("2/delivery", "13/definition", "14/guidance")}
    (group,) = moved(given, answers=27, actions=14, criteria=criteria, about=about)
    assert sentence(group.told) == told
