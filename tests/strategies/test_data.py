"""The strategy as data: complete, verbatim, and consistent with itself."""

import re
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest

from tests.conftest import DATA
from tracker.strategies.files import Folder
from tracker.strategies.structure import Quotation
from tracker.strategies.validation import problems

SOURCE = DATA / "sources" / "001_national_kinship_care_strategy.txt"


def folded(text: str) -> str:
    """Whitespace folded and bold marks dropped: what “verbatim” means here."""
    return re.sub(r"\s+", " ", text.replace("**", "")).strip()


@pytest.fixture(scope="module")
def source() -> str:
    return folded(SOURCE.read_text(encoding="utf-8"))


def quotations(value: object) -> Iterator[Quotation]:
    if isinstance(value, Quotation):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from quotations(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from quotations(item)


def test_the_files_agree_with_themselves(kinship: Folder, harbour: Folder) -> None:
    assert problems(kinship) == []
    assert problems(harbour) == []


def test_every_wording_stands_in_the_source_word_for_word(kinship: Folder, source: str) -> None:
    own = [item for item in quotations(kinship.strategy) if item.document == "strategy"]
    parts = [part for item in own for part in (item.text, item.continues) if part]
    assert len(parts) > 150
    assert [part for part in parts if folded(part) not in source] == []


def test_every_printed_date_and_chart_cell_stands_in_the_source(kinship: Folder, source: str) -> None:
    printed = [
        stated.as_printed
        for announcement in kinship.strategy.announcements
        for deliverable in announcement.deliverables
        for milestone in deliverable.milestones
        for stated in milestone.dates
    ]
    cells = [cell for row in kinship.strategy.chart for cell in (row.row, *row.cells)]
    assert [text for text in [*printed, *cells] if folded(text) not in source] == []


def test_quotations_in_evidence_from_the_strategy_are_verbatim(kinship: Folder, source: str) -> None:
    quoted = [
        e.quotation for e in kinship.strategy.evidence.values() if e.quotation and "CP 988" in e.title + e.publisher
    ]
    assert [text for text in quoted if folded(text) not in source] == []


def test_the_strategy_is_whole(kinship: Folder) -> None:
    strategy = kinship.strategy
    assert [item.number for item in strategy.announcements] == list(range(1, 19))
    assert Counter(item.benefit for item in strategy.announcements) == {"direct": 7, "system": 11}
    assert [item.number for item in strategy.announcements if item.benefit == "direct"] == [1, 2, 5, 6, 7, 9, 13]
    assert Counter(item.theme for item in strategy.announcements) == {"supported": 7, "empowered": 5, "understood": 6}
    assert len(strategy.chart) == 19
    assert len([row for row in strategy.chart if row.announcement is None]) == 3
    assert len(strategy.outcomes) == 5
    assert [note.number for note in strategy.notes] == list(range(1, 29))


def test_the_announcements_without_a_chart_row_and_outcome_are_the_known_ones(kinship: Folder) -> None:
    numbers = set(range(1, 19))
    charted = {row.announcement for row in kinship.strategy.chart}
    entries = [entry for outcome in kinship.strategy.outcomes for entry in (*outcome.delivered, *outcome.next)]
    assert numbers - charted == {5, 12, 16, 17}
    assert numbers - {number for entry in entries for number in entry.announcements} == {9}


def test_each_announcement_says_who_can_use_it_from_publication_day_on(kinship: Folder) -> None:
    first = {item.number: min(usable.since for usable in item.who_can_use) for item in kinship.strategy.announcements}
    assert set(first.values()) == {kinship.strategy.identity.published_on}


def test_other_documents_name_the_announcements_that_they_name(kinship: Folder) -> None:
    by_document = {
        key: [item.number for item in kinship.strategy.announcements if key in item.named_by]
        for key in ("slough", "coram-baaf")
    }
    assert by_document == {"slough": list(range(1, 18)), "coram-baaf": [1, 2, 3, 4, 6, 8, 14, 17]}


def test_every_editors_note_has_a_place_where_a_reader_meets_it(kinship: Folder) -> None:
    assert [note.number for note in kinship.strategy.notes if not note.places] == []
