"""How several savings of an answer become the one that stands."""

from datetime import timedelta

from tests.conftest import NOON
from tracker.benchmark.rules import standing
from tracker.benchmark.schemas import Details, Level, Saved


def row(number: int, author: int, level: Level | None, sentence: str = "So.", *, kind: str = "view") -> Saved:
    return Saved(
        number=number,
        criterion="1",
        version=1,
        kind=kind,
        author_id=author,
        author=f"Person {author}",
        saved_at=NOON + timedelta(minutes=number),
        level=level,
        sentence=sentence,
        details=Details(now=f"text {number}"),
    )


ALICE, BOB, CAROL = 1, 2, 3


def test_while_colleagues_give_one_level_the_newest_text_stands() -> None:
    at = standing([row(1, BOB, Level.DEVELOPING, "Old."), row(2, CAROL, Level.DEVELOPING, "New.")])
    assert at.answer
    assert (at.answer.sentence, at.views, at.differ) == ("New.", (), False)


def test_where_colleagues_differ_nothing_stands_until_a_lead_settles_it() -> None:
    rows = [row(1, BOB, Level.DEVELOPING), row(2, CAROL, Level.IN_PLACE), row(3, BOB, Level.LEADING)]
    at = standing(rows)
    assert (at.answer, [view.number for view in at.views], at.differ) == (None, [2, 3], True)
    at = standing([*rows, row(4, ALICE, Level.IN_PLACE, kind="agreed")])
    assert (at.level, at.views, at.differ) == (Level.IN_PLACE, (), False)


def test_who_writes_only_a_text_differs_with_nobody() -> None:
    at = standing([row(1, BOB, Level.DEVELOPING), row(2, CAROL, None)])
    assert at.answer
    assert (at.answer.number, at.views, at.differ) == (1, (), False)


def test_somebody_who_changes_their_mind_differs_with_nobody() -> None:
    at = standing([row(1, BOB, Level.DEVELOPING), row(2, BOB, Level.IN_PLACE)])
    assert (at.level, at.differ) == (Level.IN_PLACE, False)


def test_a_later_view_of_another_level_is_shown_and_the_agreed_answer_stands() -> None:
    at = standing([row(1, ALICE, Level.IN_PLACE, kind="agreed"), row(2, BOB, Level.DEVELOPING)])
    assert (at.level, [view.author for view in at.views], at.differ) == (Level.IN_PLACE, ["Person 2"], True)


def test_what_is_added_to_an_agreed_answer_stands_with_it_and_other_words_are_shown() -> None:
    agreed = row(1, ALICE, Level.IN_PLACE, "Agreed.", kind="agreed")
    at = standing([agreed, row(2, BOB, Level.IN_PLACE, "Agreed.")])
    assert at.answer
    assert (at.answer.details.now, at.views) == ("text 2", ())
    at = standing([agreed, row(2, BOB, Level.IN_PLACE, "Other words.")])
    assert at.answer
    assert (at.answer.sentence, [view.number for view in at.views], at.differ) == ("Agreed.", [2], False)


def test_what_was_brought_stands_and_is_not_answered_before_somebody_looks_at_it() -> None:
    at = standing([row(1, BOB, Level.IN_PLACE, kind="brought")])
    assert (at.level, at.is_answered, at.is_brought) == (Level.IN_PLACE, False, True)
    at = standing([row(1, BOB, Level.IN_PLACE, kind="brought"), row(2, CAROL, Level.DEVELOPING)])
    assert (at.level, at.is_answered, at.differ) == (Level.DEVELOPING, True, False)
