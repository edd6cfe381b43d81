"""What a table is, and how it is written: RFC 4180, UTF-8, nothing that a spreadsheet would run."""

import csv
import io
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, Literal

import msgspec

Datatype = Literal["string", "integer", "boolean", "date", "dateTime", "anyURI"]

_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
"""What a spreadsheet takes for the beginning of a formula, also behind apostrophes, so that a guard can be undone."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its name for good, what it holds, and where in a row it is read."""

    name: str
    text: str
    datatype: Datatype = "string"
    read: Callable[[Any], object]
    required: bool = False
    separator: str | None = None
    """What stands between the items of a cell that holds several."""

    @property
    def title(self) -> str:
        return self.name.replace("_", " ").capitalize()


class Reference(msgspec.Struct, frozen=True):
    """A column that is never empty and whose every value stands in the key of another table."""

    column: str
    table: str
    key: str


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One file of rows: what a row is, its columns and its key."""

    name: str
    title: str
    text: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    rows: Callable[[Any], Iterable[Any]]
    """The rows for one day of the record."""

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


def column(
    name: str,
    text: str,
    datatype: Datatype = "string",
    *,
    at: str | Callable[[Any], object] | None = None,
    required: bool = False,
    separator: str | None = None,
) -> Column:
    """A column that reads the attribute of its own name, the one on a dotted path, or what a function gives.

    A path that ends in a dot goes on with the column's own name.
    """
    read = at if callable(at) else _path(f"{at}{name}" if at and at.endswith(".") else at or name)
    return Column(name=name, text=text, datatype=datatype, read=read, required=required, separator=separator)


def _path(path: str) -> Callable[[Any], object]:
    names = path.split(".")

    def read(row: Any) -> object:
        for name in names:
            if row is None:
                return None
            row = getattr(row, name)
        return row

    return read


DAYS = (
    column("as_at", "The day on which this row stood so.", "date", required=True),
    column("known_at", "The day up to which what became known was used.", "date", required=True),
)
"""The last columns of every table."""


def write(table: Table, rows: Iterable[Any], *, on: date, known_at: date) -> bytes:
    """A table as CSV: one header row, lines that end in CR LF, no mark at its beginning, its day in each row."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in (*table.columns, *DAYS)])
    read = [(column.read, column.separator) for column in table.columns]
    days = [cell(on), cell(known_at)]
    writer.writerows([*(cell(get(row), separator) for get, separator in read), *days] for row in rows)
    return text.getvalue().encode()


def cell(value: object, separator: str | None = None) -> str:
    """A value as a cell says it; what is unknown is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case tuple():
            return guard((separator or " ").join(str(item) for item in value))
        case _:
            return guard(str(value))


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that looks like it gets an apostrophe before it."""
    return f"'{text}" if _FORMULA.match(text) else text
