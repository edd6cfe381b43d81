"""Workbooks (.xlsx): one table a sheet, its heads frozen, nothing merged, and nothing in it that is ever run."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from tracker.strategies.exports.tables import cell

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_CSV = "text/csv"
LONGEST = 32_767
"""Characters that a cell can hold."""
NARROWEST, WIDEST = 10, 42
"""Widths of columns, in characters."""
FIT = 8
"""Columns that still can be read when they are printed beside each other on one page."""
LINE, TALLEST = 15.0, 409.0
"""Heights in points: of a line, and of the tallest row that there can be."""
Value = str | int | date | None


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One table: what its sheet is called, its heads and its rows."""

    name: str
    heads: tuple[str, ...]
    rows: Sequence[Sequence[Value]]


def workbook(sheets: Sequence[Sheet], *, title: str, creator: str, now: datetime) -> bytes:
    """A workbook with a sheet for each table. Slow: use a thread."""
    # Slow to import, and only who takes a workbook away needs it.
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title = title
    book.properties.creator = creator
    book.properties.language = "en-GB"
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name[:31]), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(to: "Worksheet", sheet: Sheet) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    top = Alignment(wrap_text=True, vertical="top", horizontal="left")
    bold, shade = Font(name="Calibri", size=11, bold=True), PatternFill("solid", fgColor="E8EEF0")
    for number, row in enumerate((sheet.heads, *sheet.rows), start=1):
        for place, value in enumerate(row, start=1):
            at = to.cell(row=number, column=place)
            at.alignment = top
            if number == 1:
                at.font, at.fill = bold, shade
            _put(at, value)
    _lay_out(to, sheet)


def _put(at: "Cell | MergedCell", value: Value) -> None:
    if isinstance(value, str):
        at.value = _plain(value)
        # Set after the value, which by itself would make a formula of a text that looks like one.
        at.data_type = "s"
        at.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
        return
    at.value = value
    if isinstance(value, date):
        at.number_format = "d mmmm yyyy"


def _lay_out(to: "Worksheet", sheet: Sheet) -> None:
    """Widths, heights and how it prints. Heights are estimated: not every program works them out when it opens it."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    rows = [[str(value if value is not None else "") for value in row] for row in (sheet.heads, *sheet.rows)]
    widths = [min(max(NARROWEST, *(len(text) + 2 for text in column)), WIDEST) for column in zip(*rows, strict=True)]
    for place, width in enumerate(widths, start=1):
        to.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(rows, start=1):
        lines = max(_lines(text, width) for text, width in zip(row, widths, strict=True))
        to.row_dimensions[number].height = min(lines * LINE, TALLEST)
    to.freeze_panes = "A2"
    to.auto_filter.ref = f"A1:{get_column_letter(len(widths))}{len(rows)}"
    to.print_title_rows = "1:1"
    to.page_setup.orientation = "landscape"
    to.page_setup.fitToWidth, to.page_setup.fitToHeight = 1, 0
    to.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=len(widths) <= FIT)


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column, in words that are not broken."""
    return sum(len(line) // (width - 4) + 1 for line in text.split("\n"))


def _plain(text: str) -> str:
    """A text with nothing in it that a workbook cannot hold."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    return str(ILLEGAL_CHARACTERS_RE.sub("", text))[:LONGEST]


def sheet_csv(sheet: Sheet) -> bytes:
    """The same table as CSV. It begins with a mark by which Excel knows its letters, unlike our public files."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([cell(value) for value in row] for row in (sheet.heads, *sheet.rows))
    return text.getvalue().encode("utf-8-sig")
