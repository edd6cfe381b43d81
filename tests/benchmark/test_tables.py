"""A round as a workbook, CSV, JSON and a page to print: all of it, once, and nothing that a spreadsheet runs."""

import csv
import io
from pathlib import Path

import msgspec
import openpyxl
import pytest

from tests.benchmark.answering import ASKED, AT, all_answered, answered, begun, member, person
from tests.benchmark.test_papers import DETAILS, ONE_ENGINE, PLAN, signed, taken
from tests.benchmark.test_plan import ACTION
from tests.browsers import Browser
from tests.conftest import NOON
from tests.editing.test_entry_pages import words
from tests.office import CALC, converted
from tracker.accounts.policies import Role
from tracker.benchmark.office.sheets import Sheet, sheet_csv, workbook
from tracker.benchmark.schemas import Frozen, Level
from tracker.db import Database
from tracker.web.front import Front

EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://evil.example","x")', "＝1+1")


async def whole(front: Front, database: Database) -> tuple[Browser, Frozen]:
    """A lead of a signed round with an action."""
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await all_answered(database, lead)
    await answered(database, lead, "K1", Level.IN_PLACE, "=cmd|' /C calc'!A0", details=DETAILS)
    frozen = await signed(database, lead)
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    await ada.send(f"{PLAN}/new", **{**ACTION, "title": "-1 day", "due": "1 November 2026"})
    return ada, frozen


async def test_the_workbook_has_one_table_a_sheet_with_frozen_heads_and_no_formula(
    front: Front, database: Database
) -> None:
    ada, frozen = await whole(front, database)
    book = openpyxl.load_workbook(io.BytesIO(await taken(ada, "benchmark.xlsx")))
    assert book.sheetnames == ["About", "Answers", "Evidence", "Action plan"]
    for sheet in book:
        assert (sheet.freeze_panes, list(sheet.merged_cells.ranges)) == ("A2", [])
        assert all(cell.value for cell in sheet[1])
        assert not [cell.coordinate for row in sheet for cell in row if cell.data_type == "f"]
    about = {row[0]: row[1] for row in book["About"].iter_rows(values_only=True)}
    assert (about["Reference"], about["What it is"]) == (frozen.reference, "Self-assessed, not validated")
    answers = list(book["Answers"].iter_rows(values_only=True))
    assert [row[0] for row in answers[1:]].count("K1") == 1
    assert {row[0] for row in answers[1:]} == {item.key for item in ASKED}
    evil = next(row for row in book["Answers"] if row[0].value == "K1")[7]
    assert (evil.value, evil.data_type, evil.quotePrefix) == ("=cmd|' /C calc'!A0", "s", True)
    assert "Working notes (may have to be disclosed)" in answers[0]
    assert list(book["Evidence"].iter_rows(min_row=2, values_only=True)) == [
        ("K1", "Our general approach is published", "Our page", "https://www.kent.gov.uk/kinship", None, "3")
    ]
    assert book["Action plan"]["B2"].value == "-1 day"


@ONE_ENGINE
async def test_csv_has_every_answer_guarded_and_json_is_what_was_frozen(front: Front, database: Database) -> None:
    ada, frozen = await whole(front, database)
    rows = list(csv.DictReader(io.StringIO((await taken(ada, "answers.csv")).decode("utf-8-sig"))))
    k1 = next(row for row in rows if row["Question"] == "K1")
    assert k1["In one sentence"] == "'=cmd|' /C calc'!A0"
    assert (
        k1["Families that this covers"]
        == "Special guardianship, child was not looked after before; Kinship foster care"
    )
    assert next(row for row in rows if row["Question"] == "K2")["Duty not yet shown to be met"] == "Yes"
    found = msgspec.json.decode(await taken(ada, "benchmark.json"))
    assert (found["format"], found["status"]) == ("kinship-benchmark/1", "signed")
    assert msgspec.convert(found["benchmark"], Frozen) == frozen
    assert [action["title"] for action in found["plan"]] == ["-1 day"]


@ONE_ENGINE
async def test_the_page_to_print_has_all_answers(front: Front, database: Database) -> None:
    ada, frozen = await whole(front, database)
    await ada.get(f"{AT}/print")
    told = words(ada.page)
    assert f"Reference {frozen.reference} . Self-assessed, not validated." in told
    assert "Legal duties not yet shown to be met (9)" in told
    assert "A page since May. A leaflet since June." in told
    assert ada.page.count('<h3 class="govuk-heading-m') == 27
    assert "Never in a paper" not in told


def test_no_cell_is_ever_a_formula() -> None:
    sheet = Sheet(name="Evil", heads=("What",), rows=[(text,) for text in EVIL])
    book = openpyxl.load_workbook(io.BytesIO(workbook([sheet], title="T", creator="C", now=NOON)))
    assert [cell.data_type for cell in book["Evil"]["A"]] == ["s"] * (len(EVIL) + 1)
    written = [row[0] for row in csv.reader(io.StringIO(sheet_csv(sheet).decode("utf-8-sig"), newline=""))][1:]
    assert written == [f"'{text}" for text in EVIL]


@pytest.mark.skipif(not CALC, reason="LibreOffice Calc is not installed")
def test_libreoffice_opens_the_workbook_and_computes_nothing(tmp_path: Path) -> None:
    sheet = Sheet(name="Evil", heads=("What",), rows=[(text,) for text in ("=1+1", "-1", "@SUM(A1)", "Plain")])
    (tmp_path / "evil.xlsx").write_bytes(workbook([sheet], title="T", creator="C", now=NOON))
    opened = converted(tmp_path / "evil.xlsx", "csv")
    assert opened.read_text().splitlines() == ["What", "=1+1", "-1", "@SUM(A1)", "Plain"]
