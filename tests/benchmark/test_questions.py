"""The questions as data: complete, verbatim where they quote, never rewritten, and asked of whom they are for."""

import io
import re
import shutil
import tomllib
from datetime import date
from pathlib import Path

import docx
import httpx
import msgspec
import pytest
from docx.oxml.ns import qn

from tests.conftest import DATA
from tracker.authorities.files import authorities
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.questions import DATA as QUESTIONS
from tracker.benchmark.questions import (
    asked,
    criteria_of,
    criterion_of,
    first_pass,
    hints_for,
    lines,
    newest_edition,
    problems,
    questions,
    read_questions,
    round_of,
    round_on,
)
from tracker.benchmark.schemas import LEVELS, Basis, Circumstances, Criterion, Document, Level, Sure
from tracker.benchmark.words import duty_not_shown, is_gap, level_words
from tracker.errors import Invalid, NotFound
from tracker.site.benchmark import NEXT_STEP
from tracker.strategies.files import Folder

EDITION = "2026-11"
ANYWHERE = Circumstances()
LINES = [*(str(number) for number in range(1, 19)), *(f"K{number}" for number in range(1, 10))]


def folded(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("**", "")).strip()


def of(key: str) -> Criterion:
    return criterion_of(key, 1)


def copied(folder: Path) -> Path:
    shutil.copytree(QUESTIONS, folder / "data")
    return folder / "data"


def changed(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_questions_are_whole_and_as_released() -> None:
    assert problems(questions()) == []


def test_the_first_pass_asks_27_lines_once_each_of_everybody() -> None:
    for circumstances in (ANYWHERE, Circumstances(kinship_zone=True, two_tier=True, very_small=True)):
        assert [item.line for item in first_pass(EDITION, circumstances)] == LINES


def test_the_lines_are_called_as_the_record_calls_the_announcements(kinship: Folder) -> None:
    called = {line.announcement: line.title for line in lines() if line.announcement}
    assert called == {item.number: item.title for item in kinship.strategy.announcements}


def test_what_a_question_rests_on_is_in_the_record(kinship: Folder) -> None:
    known = {str(item.number) for item in kinship.strategy.announcements}
    known |= {f"{item.number}/{part.key}" for item in kinship.strategy.announcements for part in item.deliverables}
    assert {name for item in criteria_of(EDITION) for name in item.rests_on} <= known


def test_every_quotation_of_the_strategy_stands_there_word_for_word() -> None:
    source = folded((DATA / "sources" / "001_national_kinship_care_strategy.txt").read_text(encoding="utf-8"))
    quoted = [document for document in _documents() if "Strategy" in document.title and document.quotation]
    assert len(quoted) > 20
    assert [item.quotation for item in quoted if folded(item.quotation) not in source] == []


def test_every_quotation_of_law_stands_in_what_we_read_of_it() -> None:
    read = folded((DATA / "sources" / "law_as_read.txt").read_text(encoding="utf-8"))
    quoted = [document for document in _documents() if "Strategy" not in document.title and document.quotation]
    assert len(quoted) > 15
    assert [item.quotation for item in quoted if folded(item.quotation) not in read] == []


def test_only_law_and_the_strategy_are_quoted() -> None:
    allowed = ("Championing Kinship Care", "Children Act 1989", "Children’s Wellbeing and Schools Act", "Special Guard")
    assert [item.title for item in _documents() if item.quotation and not item.title.startswith(allowed)] == []


def test_who_told_is_named_where_the_document_was_not_seen() -> None:
    told = [item for item in _documents() if item.sure is Sure.ACCOUNT]
    assert len(told) > 5
    assert all(item.by_account_of and not item.quotation for item in told)


def test_the_offer_is_law_since_29_june_2026_and_what_is_not_in_force_is_called_so() -> None:
    offer = [item for item in criteria_of(EDITION) if item.line.startswith("K") and item.first_pass]
    assert {(item.basis, item.in_force) for item in offer} == {(Basis.LAW, date(2026, 6, 29))}
    later = [item.key for item in criteria_of(EDITION) if item.basis is Basis.LAW_NOT_IN_FORCE]
    assert later == ["2b", "11"]
    assert all(of(key).in_force is None and "Not a duty yet" in of(key).caution for key in later)


def test_each_of_the_six_kinds_of_basis_is_used() -> None:
    assert {item.basis for item in criteria_of(EDITION)} == set(Basis)


def test_every_question_offers_an_action_to_find_out() -> None:
    without = [
        item.key
        for item in criteria_of(EDITION)
        if not any(action.for_level is Level.NOT_KNOWN for action in item.actions)
    ]
    assert without == []


def test_circumstances_decide_what_is_asked_and_hinted() -> None:
    zone = {item.key for item in asked(EDITION, Circumstances(kinship_zone=True))}
    assert zone - {item.key for item in asked(EDITION, ANYWHERE)} == {"1d"}
    (county,) = hints_for(of("K6"), Circumstances(two_tier=True))
    (single,) = hints_for(of("K6"), ANYWHERE)
    assert "district councils" in county
    assert "your own housing service" in single
    assert hints_for(of("5"), ANYWHERE) == ()
    assert len(hints_for(of("5"), Circumstances(delivered_by_other=True))) == 1


@pytest.mark.parametrize(
    ("key", "level", "words"),
    [
        ("K1", Level.NOT_IN_PLACE, "Not in place: duty not yet shown to be met"),
        ("K1", Level.DEVELOPING, "Developing: duty not yet shown to be met"),
        ("K1", Level.NOT_KNOWN, "We do not know yet: duty not yet shown to be met"),
        ("K1", None, "Not answered yet: duty not yet shown to be met"),
        ("K1", Level.IN_PLACE, "In place: duty met, by our own assessment"),
        ("K9", Level.DOES_NOT_APPLY, "Does not apply to us"),
        ("2b", Level.NOT_IN_PLACE, "Not in place"),
        ("14", Level.DEVELOPING, "Developing"),
    ],
)
def test_a_level_below_in_place_leaves_a_duty_open_only_where_it_is_law(
    key: str, level: Level | None, words: str
) -> None:
    assert level_words(of(key), level) == words
    assert duty_not_shown(of(key), level) == ("not yet shown" in words)


def test_what_is_not_known_is_a_gap_and_what_does_not_apply_is_none() -> None:
    assert [level for level in Level if is_gap(level)] == [Level.NOT_IN_PLACE, Level.DEVELOPING, Level.NOT_KNOWN]


def test_a_day_falls_in_one_round_and_a_benchmark_takes_the_newest_edition() -> None:
    assert round_on(date(2026, 11, 22)).title == "October 2026 to March 2027"
    assert round_on(date(2027, 3, 31)).key == "2026-10"
    assert round_on(date(2027, 4, 1)).key == "2027-04"
    assert newest_edition(date(2026, 11, 22)).key == newest_edition(date(2020, 1, 1)).key == EDITION
    with pytest.raises(NotFound):
        round_of("1999-04")


def test_a_released_question_that_was_changed_is_found_and_a_new_version_is_not(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    changed(folder / "criteria" / "18.toml", "Only looked-after children", "Nobody")
    (found,) = problems(read_questions(folder))
    assert found.startswith("question 18/1 is not as it was released")
    changed(folder / "criteria" / "18.toml", "Nobody", "Only looked-after children")
    again = (QUESTIONS / "criteria" / "18.toml").read_text(encoding="utf-8").replace("version = 1", "version = 2")
    (folder / "criteria" / "18b.toml").write_text(again, encoding="utf-8")
    assert problems(read_questions(folder)) == []
    assert read_questions(folder).versions["18/2"].version == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("criteria/01.toml", 'basis = "statutory-guidance"', 'basis = "wish"', "01.toml"),
        ("criteria/01.toml", 'ask = "', 'askk = "', "askk"),
        ("editions.toml", "18 = 1", "18 = 7", "18/7"),
        ("lines.toml", "[[line]]", "[[lines]]", "lines.toml"),
        ("rounds.toml", "opens = 2026-04-01", 'opens = "spring"', "rounds.toml"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_reason(
    tmp_path: Path, file: str, old: str, new: str, said: str
) -> None:
    folder = copied(tmp_path)
    changed(folder / file, old, new)
    with pytest.raises(Invalid, match=said):
        read_questions(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("rounds.toml", "closes = 2026-09-30", "closes = 2026-09-29", "does not open on the day after"),
        ("criteria/18.toml", "first_pass = true", "first_pass = false", "0 questions of the first pass for line 18"),
        ("criteria/18.toml", 'line = "18"', 'line = "19"', "line “19”"),
        ("criteria/18.toml", "since = 2026-11-22", "since = 2026-11-23", "younger"),
        ("released.toml", '"18/1"', '"18/3"', "not in released.toml"),
    ],
)
def test_questions_that_do_not_fit_together_are_told(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    folder = copied(tmp_path)
    changed(folder / file, old, new)
    assert said in " ".join(problems(read_questions(folder)))


async def test_slough_is_quoted_for_its_next_step_alone(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/benchmark/questions")).text
    assert f"<q>{NEXT_STEP}</q>" in page
    assert "Slough" not in page.replace(NEXT_STEP, "").replace("Slough Children First, in its summary", "").replace(
        "how Slough or any other authority does", ""
    )


async def test_the_page_shows_every_question_with_its_basis_and_how_we_know(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/benchmark/questions")).text
    missing = [item.key for item in criteria_of(EDITION) if f'id="q{item.key}"' not in page]
    assert missing == []
    assert "We did not see the document. We rely on an account of it: Garden Court Chambers" in page
    assert "In force since 29 June 2026." in page
    assert "duty not yet shown to be met" in page


async def test_the_questions_can_be_read_by_a_program(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/benchmark/questions.json")
    told = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert [line["key"] for line in told["lines"]] == LINES
    again = msgspec.convert(told["lines"][0]["questions"], list[Criterion], strict=False)
    assert again == [item for item in criteria_of(EDITION) if item.line == "1"]


async def test_the_blank_set_has_real_headings_header_rows_and_language(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/benchmark/questions.docx")
    assert answer.headers["content-type"].startswith("application/vnd.openxmlformats")
    assert "attachment" in answer.headers["content-disposition"]
    paper = docx.Document(io.BytesIO(answer.content))
    headings = [item.text for item in paper.paragraphs if item.style and item.style.name.startswith("Heading")]
    assert [text for text in headings if text.startswith("Question ")] == [
        f"Question {item.key}: {item.title}" for item in criteria_of(EDITION)
    ]
    assert paper.core_properties.language == "en-GB"
    assert paper.core_properties.title == "Kinship care benchmark: the questions"
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in paper.tables)
    assert len(paper.tables) == 2 + 2 * len(criteria_of(EDITION))
    assert len(paper.tables[1].rows) == 28


async def test_the_same_blank_set_is_the_same_bytes(reader: httpx.AsyncClient) -> None:
    first = await reader.get("/benchmark/questions.docx")
    again = await reader.get("/benchmark/questions.docx", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


async def test_the_terms_say_who_sees_what_and_how_it_ends(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/benchmark/terms")).text
    for words in (
        "processor",
        "not encrypted against them",
        "at least 90 days",
        "Freedom of Information",
        "31 March 2027",
    ):
        assert words in page


def test_every_criterion_file_holds_one_line(tmp_path: Path) -> None:
    for path in sorted((QUESTIONS / "criteria").glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))["criterion"]
        assert {item["line"].zfill(2) for item in tables} == {path.stem}


def test_every_authority_has_circumstances_and_seven_are_kinship_zones() -> None:
    zones = [item.name for item in authorities() if circumstances_of(item).kinship_zone]
    assert len(zones) == 7


def _documents() -> list[Document]:
    return [document for item in questions().versions.values() for document in item.documents]


def test_the_four_levels_are_described_anew_in_each_question() -> None:
    texts = [item.levels[level].means for item in criteria_of(EDITION) for level in LEVELS]
    assert len(texts) == 4 * len(criteria_of(EDITION))
    assert max(texts.count(text) for text in texts) == 1
