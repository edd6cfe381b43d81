"""Workbooks (.xlsx): one table a sheet, its heads frozen, nothing merged, and nothing in it that is ever run."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import msgspec

from tracker.strategies.exports.tables import cell

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_CSV = "text/csv"
LONGEST = 32_767
"""Characters that a cell can hold."""
NARROWEST, WIDEST = 10, 60
"""Widths of columns, in characters."""
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
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.properties import PageSetupProperties

    top = Alignment(wrap_text=True, vertical="top")
    bold, shade = Font(bold=True), PatternFill("solid", fgColor="E8EEF0")
    for number, row in enumerate((sheet.heads, *sheet.rows), start=1):
        for place, value in enumerate(row, start=1):
            at = to.cell(row=number, column=place)
            at.alignment = top
            if number == 1:
                at.font, at.fill = bold, shade
            if isinstance(value, date):
                at.value, at.number_format = value, "d mmmm yyyy"
            elif isinstance(value, str):
                at.value = _plain(value)
                # Set after the value, which by itself would make a formula of a text that looks like one.
                at.data_type = "s"
                at.quotePrefix = value.startswith(("=", "+", "-", "@", "\t", "\r"))
            else:
                at.value = value
    for place in range(1, len(sheet.heads) + 1):
        longest = max(len(str(row[place - 1] or "")) for row in (sheet.heads, *sheet.rows))
        to.column_dimensions[get_column_letter(place)].width = min(max(longest + 2, NARROWEST), WIDEST)
    to.freeze_panes = "A2"
    to.auto_filter.ref = f"A1:{get_column_letter(len(sheet.heads))}{len(sheet.rows) + 1}"
    to.print_title_rows = "1:1"
    to.page_setup.orientation = "landscape"
    to.page_setup.fitToWidth, to.page_setup.fitToHeight = 1, 0
    to.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


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
