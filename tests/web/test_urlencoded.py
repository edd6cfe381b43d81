"""Forms that are read while they arrive: the same as if they were read whole, wherever they are cut."""

from itertools import pairwise
from urllib.parse import parse_qsl

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.web.urlencoded import MOST_FIELDS, Reader

SENT = st.text(alphabet="ab%4fFé+&= \n", max_size=40).map(
    lambda text: text.replace("é", "%C3%A9").replace("\n", "%0D%0A")
)


def read(*pieces: str) -> list[tuple[str, str]]:
    reader = Reader()
    for piece in pieces:
        reader.feed(piece.encode())
    return list(reader.items())


@given(sent=SENT, cuts=st.lists(st.integers(0, 60), max_size=4))
@example(sent="a=%C3%A9&b", cuts=[3, 4, 5, 6, 9])
@example(sent="%&=&=%4", cuts=[1, 2])
def test_a_form_is_read_as_a_whole_wherever_it_is_cut(sent: str, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(sent)]
    pieces = [sent[start:end] for start, end in pairwise(places)]
    try:
        whole = parse_qsl(sent, keep_blank_values=True, errors="strict")
    except ValueError:
        with pytest.raises(ValueError, match="utf-8"):
            read(*pieces)
    else:
        # A name that is empty with a value that is empty is no field.
        assert read(*pieces) == [item for item in whole if item != ("", "")]


def test_what_is_held_is_what_was_typed() -> None:
    reader = Reader()
    for _ in range(1000):
        reader.feed(b"%C5%B7")
    assert reader.size == 2000


def test_what_no_browser_sends_is_refused() -> None:
    with pytest.raises(ValueError, match="fields"):
        read(*("&a=b" for _ in range(MOST_FIELDS + 1)))
    with pytest.raises(ValueError, match="ASCII"):
        read("a=é")
