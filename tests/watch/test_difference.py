"""What differs between two texts, in words that an editor can read, and at little cost."""

import random
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.watch.difference import paragraphs, plain, words
from tracker.watch.text import alike

LINES = [
    "Kinship care",
    "The local authority must publish its offer by 5 March 2024, and keep it up to date.",
    "It is for:",
    "• aunts and uncles",
    "• grandparents",
    "Last paragraph.",
]


def text(*lines: str) -> str:
    return "\n\n".join(lines)


def shown(before: str, after: str) -> str:
    return plain(words(before, after))


def test_a_word_is_shown_where_it_stands() -> None:
    after = text(LINES[0], LINES[1].replace("must", "should").replace("5 March", "7 March"), *LINES[2:])
    assert shown(text(*LINES), after) == text(
        "Kinship care",
        "The local authority [-must-]{+should+} publish its offer by [-5-]{+7+} March 2024, and keep it up to date.",
        "It is for:",
        "… 3 paragraphs unchanged …",
    )


def test_a_bullet_that_is_gone_and_a_paragraph_that_is_new_are_shown_whole() -> None:
    assert shown(text(*LINES), text(*LINES[:3], *LINES[4:], "New here.")) == text(
        "… 2 paragraphs unchanged …",
        "It is for:",
        "[-• aunts and uncles-]",
        "• grandparents",
        "Last paragraph.",
        "{+New here.+}",
    )


def test_nothing_is_shown_where_only_quotes_dashes_and_blanks_differ() -> None:
    assert words("The Strategy’s plan – now", "The  Strategy's plan - now\n") == ()
    (one,) = paragraphs("The Strategy’s plan is old", "The Strategy's plan is new")
    assert [piece.kind for piece in one] == ["kept", "taken", "added"]


def test_a_single_word_between_two_changes_reads_as_changed_with_them() -> None:
    assert shown("Ask one of them now", "Ask two of us now") == "Ask [-one of them-]{+two of us+} now"


def test_the_middle_of_a_long_passage_that_is_the_same_is_left_out() -> None:
    same = " ".join(f"word{number}" for number in range(300))
    lines = shown(f"Old {same} end", f"New {same} end")
    assert lines.startswith("[-Old-]{+New+} word0 word1 ")
    assert "word24 … word276" in lines
    assert len(lines.split()) < 60


def test_long_neighbours_are_shown_by_the_end_that_is_near() -> None:
    long = " ".join(f"word{number}" for number in range(300))
    first, taken, added, last = shown(text(long, "old", long), text(long, "new", long)).split("\n\n")
    assert (first[:2], first[-7:]) == ("… ", "word299")
    assert (taken, added) == ("[-old-]", "{+new+}")
    assert (last[:5], last[-2:]) == ("word0", " …")


pages = st.lists(st.lists(st.sampled_from(["must", "should", "5", "March", "the", "offer"]), max_size=9), max_size=9)


@given(pages, pages)
def test_what_is_kept_and_taken_was_there_and_what_is_kept_and_added_is(
    old: list[list[str]], new: list[list[str]]
) -> None:
    before, after = (text(*(" ".join(words_) for words_ in page)) for page in (old, new))
    found = paragraphs(before, after)
    assert bool(found) == (alike(before) != alike(after))
    skipped = sum(piece.paragraphs for paragraph in found for piece in paragraph)
    for kinds, page in ((("kept", "taken"), before), (("kept", "added"), after)) if found else ():
        told = ["".join(piece.text for piece in paragraph if piece.kind in kinds) for paragraph in found]
        told = [" ".join(line.split()) for line in told if line.strip()]
        lines = [line for line in page.split("\n") if line.strip()]
        assert len(told) + skipped == len(lines)
        left = iter(lines)
        assert all(line in left for line in told)


def _made(lines: int, seed: int) -> str:
    pick = random.Random(seed)
    return "\n\n".join(" ".join(f"w{pick.randrange(300)}" for _ in range(60)) for _ in range(lines))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(_made(400, 1), _made(400, 2), id="nothing in common"),
        pytest.param(_made(400, 1), _made(400, 1).replace("w7 ", "w8 "), id="one word in each paragraph"),
        pytest.param("a " * 50_000, "b a " * 25_000, id="one word for ever"),
        pytest.param("a\n" * 50_000, "a\nb\n" * 25_000, id="one line for ever"),
        pytest.param("x\n" * 1400 + "y", "z\n" * 1400 + "y", id="all lines replaced"),
        pytest.param("a b\n" * 2900, "a b\nc d\n" * 1450, id="every second line replaced"),
    ],
)
def test_a_hundred_kilobytes_take_less_than_a_second(before: str, after: str) -> None:
    start = time.process_time()
    assert words(before, after)
    # More for a machine that is busy with others, or where coverage watches each line.
    assert time.process_time() - start < (15 if sys.gettrace() else 3)
