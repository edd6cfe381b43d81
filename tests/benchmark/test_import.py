"""Bringing in a plan: the template and back, what is wrong in which cell, and files that are not what they say."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx
import openpyxl
import pytest
from msgspec.structs import replace

from tests.benchmark.answering import mark
from tests.benchmark.test_nothing_leaks import NO_COUNCIL, ONE_ENGINE, STRANGERS, seen
from tests.benchmark.test_plan import KENT, actions, added, lead, updates
from tests.browsers import OWN_FORM, Browser, add_person, signed_in
from tests.editing.test_entry_pages import words
from tracker.accounts.policies import Role
from tracker.benchmark.planning.importing import keep, kept
from tracker.benchmark.planning.opening import KINDS, MACROS, MOST_ROWS, OLD, read_table
from tracker.db import Database
from tracker.errors import Invalid
from tracker.web.front import Front
from tracker.web.uploads import TOO_LARGE, UNREADABLE

HEADS = (
    "Question", "Action", "Owner", "Due date", "Priority", "Target level", "Measure of success", "Resources", "Status",
)  # fmt: skip
ROW = ("K1", "Publish the offer", "", date(2027, 3, 31), "High", "In place", "Public", "Two days", "In progress")


def book(*rows: Sequence[Any], heads: Sequence[str] = HEADS) -> bytes:
    """A workbook with these rows."""
    made = openpyxl.Workbook()
    for row in (heads, *rows):
        made.worksheets[0].append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one part put in, or put in the place of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        new.writestr(name, part)
    return out.getvalue()


async def choose(
    browser: Browser, content: bytes, name: str = "plan.xlsx", path: str = f"{KENT}/import"
) -> httpx.Response:
    """Choose a file on the page for it."""
    await browser.get(f"{KENT}/import")
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    token = f'--xyz\r\nContent-Disposition: form-data; name="token"\r\n\r\n{browser.token}\r\n--xyz\r\n'.encode()
    kind = {**OWN_FORM, "content-type": "multipart/form-data; boundary=xyz"}
    answer = await browser.client.post(path, content=token + head + content + b"\r\n--xyz--\r\n", headers=kind)
    return browser._shown(answer)


def waiting(browser: Browser) -> str:
    """What the preview holds."""
    found = re.search(r'name="kept" value="([^"]+)"', browser.page)
    return found[1] if found else ""


async def test_a_plan_is_previewed_and_then_added_once(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    carol = await add_person(database, "Carol", Role.CONTRIBUTOR, of="kent")
    rows = (ROW, ("14", "Check the guidance", "CAROL@example.org", "1 May 2027"), (7.0, "Find a room", "Dan Unknown"))
    assert (await choose(alice, book(*rows))).status_code == 200
    told = words(alice.page)
    assert "Nothing has been saved yet. 3 actions would be added." in told
    assert "The file named “Dan Unknown” as its owner, who is not known here by that name." in told
    assert await actions(database) == []
    preview = waiting(alice)
    await alice.follow(await alice.send(f"{KENT}/import/confirm", kept=preview))
    assert "3 actions added to the plan" in words(alice.page)
    await alice.send(f"{KENT}/import/confirm", kept=preview)
    found = await actions(database)
    assert [(row.criterion, row.title, row.owner_id, row.due_on) for row in found] == [
        ("K1", "Publish the offer", None, date(2027, 3, 31)),
        ("14", "Check the guidance", carol, date(2027, 5, 1)),
        ("7", "Find a room", None, None),
    ]
    assert (found[0].priority, found[0].target, found[0].status) == ("high", "in-place", "in-progress")
    assert (await updates(database))[2].text.startswith("Brought in from a file. The file named “Dan Unknown”")


async def test_what_is_wrong_is_named_by_its_cell_and_the_rest_can_be_added(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    wrong = ("99", "", "", "31/2/2027", "urgent", "good", "", "", "begun")
    assert (await choose(alice, book(ROW, wrong, ("K2", "=1+1")))).status_code == 422
    told = words(alice.page)
    for said in (
        "2 rows cannot be added",
        "A3 “99” is not the number of a question",
        "B3 is empty: say what will be done",
        "D3 “31/2/2027” is not a day that there is.",
        "E3 “urgent” is not one of: high, medium, low",
        "F3 “good” is not one of: not in place, developing, in place, leading",
        "I3 “begun” is not one of: not started, in progress, done, stopped",
        "B4 holds a formula.",
        "1 action would be added",
    ):
        assert said in told
    await alice.send(f"{KENT}/import/confirm", kept=waiting(alice))
    assert [row.title for row in await actions(database)] == ["Publish the offer"]


async def test_what_excel_makes_of_a_plan_saved_as_csv_is_read(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    saved = "Question,Action,Due date,Measure of success\r\nK1,Publish – at last,31-Mar-27,Read by carers\r\n"
    await choose(alice, saved.encode("cp1252"), "plan.csv")
    told = words(alice.page)
    assert "Publish – at last" in told
    assert "31 March 2027" in told
    assert "Measure: Read by carers" in told


async def test_a_template_that_nobody_filled_in_says_so(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    await choose(alice, (await alice.client.get(f"{KENT}/template.xlsx")).content)
    assert "Only the first row of this file is filled in." in words(alice.page)


async def test_rows_that_may_tell_who_a_child_is_are_pointed_out(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    assert (await choose(alice, book(ROW, ("K2", "Visit Child B")))).status_code == 200
    assert "Row 3: “Child B”" in words(alice.page)


async def test_the_plan_goes_out_as_csv_and_comes_back_as_it_was(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    titles = ["=1+1", "-2 weeks", "+44 calls", "@all", "'=quoted", 'Says "yes", twice']
    for title in titles:
        await added(alice, title=title, measure="- one\n- two", due="1 May 2027")
    table = (await alice.client.get(f"{KENT}/plan.csv")).content
    assert table.startswith(b"\xef\xbb\xbfQuestion,Action,")
    assert re.search(rb"(?m)^K1,(''=1|'=1|'-2|'\+44|'@all|'')", table)
    assert not re.search(rb"(?m)^K1,\"?[=+@-]", table)
    await choose(alice, table, "plan.csv")
    assert "0 actions would be added; 6 are in the plan already" in words(alice.page)
    for row in await actions(database):
        await alice.send(f"{KENT}/{row.number}/remove")
    await choose(alice, table, "plan.csv")
    await alice.send(f"{KENT}/import/confirm", kept=waiting(alice))
    back = [row for row in await actions(database) if row.removed_at is None]
    assert [(row.title, row.measure) for row in back] == [(title, "- one\n- two") for title in titles]


async def test_the_template_is_taken_filled_in_and_brought_back(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    answer = await alice.client.get(f"{KENT}/template.xlsx")
    assert answer.headers["content-disposition"] == 'attachment; filename="action-plan-template.xlsx"'
    made = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert made.sheetnames == ["Action plan", "Questions", "How to fill it in"]
    assert [len(sheet.merged_cells.ranges) for sheet in made] == [0, 0, 0]
    assert {sheet.freeze_panes for sheet in made} == {"A2"}
    made["Action plan"].append(ROW)
    out = io.BytesIO()
    made.save(out)
    await choose(alice, out.getvalue())
    assert "1 action would be added" in words(alice.page)
    heads = (await alice.client.get(f"{KENT}/template.csv")).content.decode("utf-8-sig")
    assert heads == ",".join(HEADS) + "\r\n"


BOMB = b"<worksheet>" + b" " * 40_000_000 + b"</worksheet>"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'


SHEET = "xl/worksheets/sheet1.xml"
MACRO_TYPES = b"<Types ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/>"
WRONG = {
    "empty": (b"", "The file is empty"),
    "an old workbook, or one with a password": (b"\xd0\xcf\x11\xe0" + b"x" * 99, OLD),
    "macros": (with_part(book(ROW), "xl/vbaProject.bin", b"x"), MACROS),
    "a macro workbook by another name": (with_part(book(ROW), "[Content_Types].xml", MACRO_TYPES), MACROS),
    "a zip bomb": (with_part(book(ROW), SHEET, BOMB), "far more than a plan"),
    "entities": (with_part(book(ROW), SHEET, ENTITIES), "no whole .xlsx"),
    "entities in other letters": (with_part(book(ROW), SHEET, ENTITIES.decode().encode("utf-16")), "no whole .xlsx"),
    "broken off": (book(ROW)[:-200], "no whole .xlsx"),
    "a broken sheet": (with_part(book(ROW), SHEET, b"<worksheet><sheetData><row"), "no whole .xlsx"),
    "a PDF": (b"%PDF-1.7 ...", "neither a workbook nor CSV"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "neither a workbook nor CSV"),
    "broken CSV": (b'Question,Action\r\nK1,"never closed', "cannot be read as CSV"),
    "too many rows": (b"Question,Action\r\n" + b"K1,x\r\n" * MOST_ROWS, "more than 500 rows"),
}


@pytest.mark.parametrize(("content", "said"), WRONG.values(), ids=WRONG.keys())
def test_a_file_that_is_not_what_it_says_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(Invalid) as error:
        read_table(content)
    assert said in str(error.value)


def test_a_workbook_of_another_program_is_to_be_saved_as_xlsx() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr("content.xml", "<office/>")
    with pytest.raises(Invalid, match="OpenDocument"):
        read_table(out.getvalue())


def test_a_word_document_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("word/document.xml", "<document/>")
    with pytest.raises(Invalid, match="neither a workbook nor CSV"):
        read_table(out.getvalue())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_csv_is_read_as_spreadsheets_write_it(encoding: str, between: str) -> None:
    text = f'Question{between}Action\r\nK1{between}"Café – “two\nlines”"\r\n'
    rows = [[cell.text for cell in row] for row in read_table(text.encode(encoding))]
    assert rows == [["Question", "Action"], ["K1", "Café – “two\nlines”"]]


async def test_a_refused_file_leads_back_to_its_page(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    assert (await choose(alice, b"%PDF-1.7 ...", "plan.xlsx")).status_code == 422
    assert alice.problems == [f"This file is neither a workbook nor CSV. {KINDS}"]
    assert (await choose(alice, book(heads=("What", "When")))).status_code == 422
    assert alice.problems == [
        "The first row has no column “Question”. Use our template: its first row names the columns."
    ]
    assert (await alice.send(f"{KENT}/import")).status_code == 422
    assert alice.problems == ["Choose a file"]


async def broken_off(browser: Browser, path: str) -> httpx.Response:
    """The answer to a file that did not arrive whole."""
    kind = {**OWN_FORM, "content-type": "multipart/form-data; boundary=xyz"}
    return browser._shown(await browser.client.post(path, content=b"--xyz\r\nContent-Disp", headers=kind))


async def test_a_file_that_is_too_large_or_broken_off_is_said_where_it_was_chosen(
    front: Front, database: Database
) -> None:
    alice = await lead(front, database)
    for asking, said in (
        (choose(alice, b"x" * 10_000_000), TOO_LARGE),
        (broken_off(alice, f"{KENT}/import"), UNREADABLE),
    ):
        assert (await asking).status_code == 422
        assert alice.heading == "Bring in a plan you have"
        assert alice.problems == [said]
        assert 'id="file-error"' in alice.page
        assert 'type="file"' in alice.page


@ONE_ENGINE
@pytest.mark.parametrize(("stranger", "status"), [("everything, of another authority", 404), ("an admin", 400)])
async def test_a_broken_file_tells_a_stranger_nothing(
    front: Front, database: Database, stranger: str, status: int
) -> None:
    roles, of = STRANGERS[stranger] or ((), "")
    mallory = await signed_in(front, database, "Mallory", *roles, of=of)
    theirs, nobodys = [await broken_off(mallory, f"/benchmark/{key}/plan/import") for key in ("kent", NO_COUNCIL)]
    assert seen(theirs, "kent") == seen(nobodys, NO_COUNCIL)
    assert theirs.status_code == status


async def test_only_the_page_for_it_takes_a_file(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    assert (await choose(alice, book(ROW), path=f"{KENT}/new")).status_code == 400
    assert "This address takes a form." in words(alice.page)


async def test_a_file_without_the_token_of_the_page_is_not_read(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    alice.token = "forged"
    kind = {**OWN_FORM, "content-type": "multipart/form-data; boundary=xyz"}
    body = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--xyz--'
    assert (await alice.client.post(f"{KENT}/import", content=body, headers=kind)).status_code == 403


async def test_a_preview_that_was_meddled_with_adds_nothing(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    await choose(alice, book(ROW))
    (item,) = kept(waiting(alice))
    too_long = keep([replace(item, planned=replace(item.planned, title="x" * 301))])
    for given in ("", "AAAA", "not base64", waiting(alice)[:-8], too_long):
        assert (await alice.send(f"{KENT}/import/confirm", kept=given)).status_code == 422
        assert alice.problems == ["The preview did not arrive whole. Choose the file again."]
    mallory = await add_person(database, "Mallory", Role.CONTRIBUTOR, of="slough")
    other = replace(item, planned=replace(item.planned, criterion="99"))
    for forged in map(
        keep, ([other], [replace(item, owner=mark(mallory))], [replace(item, owner=mark(mallory, "slough"))])
    ):
        assert (await alice.send(f"{KENT}/import/confirm", kept=forged)).status_code == 422
    assert await actions(database) == []
