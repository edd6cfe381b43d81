"""CSV on the Web: what each table is, column by column, for programs (W3C tabular metadata)."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tracker.strategies.exports.day import Day
from tracker.strategies.exports.tables import DAYS, Column, Table
from tracker.web.layout import LICENCE_URL

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
GUARDED = (
    "A text that a spreadsheet would take for a formula (one that begins with =, +, -, @, a tab or a line break, "
    "also behind apostrophes) has one apostrophe put before it. Numbers and dates never have."
)
RIGHTS = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Short quotations from other "
    "publishers remain under their own terms."
)


def of_table(table: Table, day: Day, *, query: str) -> bytes:
    """The metadata of one file, which stands beside it."""
    return _json({"@context": CONTEXT, **_table(table, day, query), **_origin(day)})


def of_all(tables: Iterable[Table], day: Day, *, query: str) -> bytes:
    """The metadata of all files together, with what in one refers to another."""
    name = day.strategy.identity.tracker_name
    described = [_table(table, day, query, references=True) for table in tables]
    return _json({"@context": CONTEXT, "dc:title": name, **_origin(day), "tables": described})


def _json(content: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


def _origin(day: Day) -> dict[str, Any]:
    """Who gives it, under which terms, and how new it is."""
    return {
        "dc:license": {"@id": LICENCE_URL},
        "dc:rights": RIGHTS,
        "dc:publisher": day.operator,
        "dc:source": {"@id": day.address("/downloads")},
        "dc:modified": {"@value": str(day.public.recorded_on), "@type": "xsd:date"},
        "dc:temporal": f"As on {day.on}, from what was known on {day.known_at}",
    }


def _table(table: Table, day: Day, query: str, *, references: bool = False) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [_column(column) for column in (*table.columns, *DAYS)],
        "primaryKey": list(table.key),
    }
    if references and table.references:
        schema["foreignKeys"] = [
            {
                "columnReference": reference.column,
                "reference": {"resource": f"{reference.table}.csv{query}", "columnReference": reference.key},
            }
            for reference in table.references
        ]
    return {
        "url": f"{table.file}{query}",
        "dc:title": f"{day.strategy.identity.tracker_name}: {table.title}",
        "dc:description": f"{table.text} {GUARDED}",
        "lang": "en-GB",
        "tableSchema": schema,
    }


def _column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name, column.title],
        "dc:description": column.text,
        "datatype": column.datatype,
    }
    if column.required:
        described["required"] = True
    if column.separator:
        described["separator"] = column.separator
    return described
