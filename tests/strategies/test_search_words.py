"""How texts and questions are read as words, and how a hit shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.strategies.files import Folder
from tracker.strategies.pages.search import KINDS_TEXT, examples
from tracker.strategies.search.hits import snippet
from tracker.strategies.search.query import read_query, words
from tracker.strategies.search.rows import ROW_KINDS


def test_the_examples_come_from_the_record(harbour: Folder) -> None:
    assert "kinship" not in " ".join(examples(harbour.strategy)).casefold()


@given(st.text(max_size=400), st.data())
def test_a_snippet_is_the_text_itself_in_parts(text: str, data: st.DataObject) -> None:
    count = len(words(text))
    marked = frozenset(data.draw(st.sets(st.integers(0, count - 1))) if count else ())
    parts = snippet(text, marked)
    whole = "".join(part.text for part in parts).removeprefix("… ").removesuffix(" …")
    assert whole in text
    assert all(part.text for part in parts)
    assert bool(marked) == any(part.match for part in parts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Carer’s", "carer"),
        ("CAFÉ naïve", "cafe naive"),
        ("£16m", "16 million"),
        ("£1.5M, £2bn, 16m, £16k and m", "1 5 million 2 billion 16m 16k and m"),
        ("peer-support, 2023/24!", "peer support 2023 24"),
        ("don't", "dont"),
    ],
)
def test_a_text_is_read_as_words_without_case_accents_and_punctuation(text: str, said: str) -> None:
    assert " ".join(word.folded for word in words(text)) == said


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("the allowance", [("allowance",)]),
        ("to be or not to be", [("to",), ("be",), ("or",), ("not",)]),
        ('"to be" allowance', [("to", "be"), ("allowance",)]),
        ("“£16 million” AND 16", [("16", "million"), ("16",)]),
        ('unbalanced "quotation', [("unbalanced",), ("quotation",)]),
        ("allowance allowance", [("allowance",)]),
        ("£126m", [("126", "million")]),
        ("2026-02-27", [("27", "february", "2026")]),
        ("order 2026-02-30", [("order",), ("2026", "02", "30")]),
        ('"2026-02-27"', [("2026", "02", "27")]),
        ("", []),
    ],
)
def test_a_question_is_read_as_terms_and_phrases(question: str, terms: list[tuple[str, ...]]) -> None:
    assert list(read_query(question).terms) == terms


def test_every_kind_has_a_name() -> None:
    assert KINDS_TEXT.keys() == ROW_KINDS.keys()
