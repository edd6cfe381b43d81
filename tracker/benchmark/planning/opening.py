"""A table that somebody sends as a file, read as plain cells: nothing in it is run, followed or trusted."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from tracker.errors import Invalid

MOST_ROWS = 501
"""With the header row."""
MOST_COLUMNS = 30
LAST_ROW = 5_000
"""Where looking for further rows ends: below a plan there may be rows that are only formatted."""
LONGEST_CELL = 32_767
"""What a cell of a spreadsheet can hold."""
MOST_PARTS = 300
LARGEST_UNPACKED = 8_000_000
"""Bytes that the parts of a workbook may come to: packed, a few kilobytes can hold gigabytes."""
KINDS = "Choose a workbook (.xlsx) or a CSV file. Our template is one."
OLD = "This is an old workbook (.xls), or one with a password. Save it as .xlsx without a password and choose it again."
OTHER = "This is an OpenDocument (.ods) or Numbers file. Save it as .xlsx and choose it again."
MACROS = "This workbook has macros, which are programs. Save it as .xlsx, which takes them out, and choose it again."
DAMAGED = "This is no whole .xlsx workbook. Open it in your spreadsheet program, save it as .xlsx and choose it again."
TOO_MUCH = "This workbook holds far more than a plan. Copy the rows of the plan into our template and choose that."
TOO_LONG = f"The table has more than {MOST_ROWS - 1} rows. Bring it in in parts."
MARKUP = ("<!doctype", "<!entity")
_GUARD = re.compile("'('*[=+\\-@\t\r\n＝＋－＠])")


class Cell(msgspec.Struct, frozen=True):
    """A cell as text, with the name that a spreadsheet gives it."""

    name: str
    text: str
    is_formula: bool = False


Row = tuple[Cell, ...]


def read_table(content: bytes) -> list[Row]:
    """The rows of the first sheet of a workbook, or of a CSV file, by what the bytes say it is; raises Invalid."""
    if not content:
        raise Invalid("The file is empty. " + KINDS)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Invalid(OLD)
    if content.startswith(b"PK"):
        return _filled(_workbook(content))
    return _filled(_csv(content))


def column_name(number: int) -> str:
    """What a spreadsheet calls a column: A for the first."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def unguard(text: str) -> str:
    """A text as it was before it was guarded against being taken for a formula."""
    return text[1:] if _GUARD.match(text) else text


def _filled(rows: Iterable[Row]) -> list[Row]:
    """Rows in which something stands; raises Invalid when there are too many."""
    found = []
    for row in rows:
        if any(cell.text for cell in row):
            found.append(row)
        if len(found) > MOST_ROWS:
            raise Invalid(TOO_LONG)
    return found


def _csv(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        for number, cells in enumerate(lines, start=1):
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise Invalid(f"Row {number} has more than {MOST_COLUMNS} columns. {KINDS}")
            yield tuple(_text_cell(number, place, text) for place, text in enumerate(cells[:MOST_COLUMNS], start=1))
    except csv.Error as error:
        raise Invalid(f"Line {lines.line_num} of the file cannot be read as CSV ({error}). {KINDS}") from error


def _text_cell(row: int, column: int, text: str) -> Cell:
    """A cell of a CSV file, whose first letter alone makes a spreadsheet take it for a formula."""
    bare = text.strip()
    return Cell(f"{column_name(column)}{row}", unguard(bare), is_formula=bare.startswith(("=", "＝")))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _text(content, "utf-16")
    if b"\x00" in content or content.startswith((b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8", b"GIF8")):
        raise Invalid(f"This file is neither a workbook nor CSV. {KINDS}")
    try:
        return _text(content, "utf-8-sig")
    except Invalid:
        # What Excel in Britain writes as “CSV”, without saying so.
        return _text(content, "cp1252")


def _text(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(f"The letters of this file cannot be read. Save it as “CSV UTF-8”. {KINDS}") from error


def _delimiter(text: str) -> str:
    """What stands between the cells of the first line."""
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _workbook(content: bytes) -> Iterator[Row]:
    _require_harmless(content)
    # Slow to import, and only this needs it.
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False, keep_vba=False)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise Invalid(DAMAGED)
        rows = sheets[0].iter_rows(max_row=LAST_ROW, max_col=MOST_COLUMNS)
        for number, cells in enumerate(rows, start=1):
            # Rows that are only formatted are many, and are passed over.
            if any(cell.value is not None for cell in cells):
                yield tuple(_sheet_cell(number, place, cell) for place, cell in enumerate(cells, start=1))
    except Invalid:
        raise
    except Exception as error:
        # openpyxl raises whatever its parts do: KeyError, ValueError, ParseError, BadZipFile.
        raise Invalid(DAMAGED) from error


def _sheet_cell(row: int, column: int, cell: Any) -> Cell:
    name = f"{column_name(column)}{row}"
    if cell.data_type == "f":
        return Cell(name, str(cell.value)[:200], is_formula=True)
    return Cell(name, _as_text(cell.value)[: LONGEST_CELL + 1])


def _as_text(value: object) -> str:
    """A value as somebody would type it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()


def _require_harmless(content: bytes) -> None:
    """Raise Invalid for what is packed as a workbook is, and is none, or more than one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise Invalid(TOO_MUCH)
            names = {part.filename.lower() for part in parts}
            if "content.xml" in names or "index/document.iwa" in names:
                raise Invalid(OTHER)
            if "[content_types].xml" not in names or "xl/workbook.xml" not in names:
                raise Invalid(f"This file is neither a workbook nor CSV. {KINDS}")
            if any("vbaproject" in name or "/macrosheets/" in name for name in names):
                raise Invalid(MACROS)
            _require_plain(packed, parts)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Invalid(DAMAGED) from error


def _require_plain(packed: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo]) -> None:
    """Raise Invalid when a part of XML defines anything of its own, is in no UTF-8, or speaks of macros."""
    for part in parts:
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        # Never longer than it says: the library stops there, and finds the sum wrong.
        xml = packed.read(part)
        if b"\x00" in xml[:64]:
            raise Invalid(DAMAGED)
        start = xml[:4_000].decode("utf-8", "replace").lower()
        if any(mark in start for mark in MARKUP):
            raise Invalid(DAMAGED)
        if part.filename.lower() == "[content_types].xml" and b"macroenabled" in xml.lower():
            raise Invalid(MACROS)
