"""One archive with all that an authority entered: each round as its files, and every row of every table. Pure."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tracker.benchmark.leaving import Kept
from tracker.benchmark.office.sheets import Sheet, sheet_csv
from tracker.strategies.words import moment_text

STAMP = (1980, 1, 1, 0, 0, 0)
"""Of every file: the same content gives the same bytes."""
READ_ME = """Everything that {name} entered into its kinship benchmark
Taken away on {when} (London time)

rounds/     Each round as a paper (Word), a workbook (Excel), CSV and JSON.
            A signed round is as it was signed; one that is not says “draft”.
tables/     Every row that is kept, a CSV file for each table: also every earlier saving of every answer,
            actions that were removed, and who took part.
tables.json The same rows in one file for programs.

Working notes are in it. They may have to be disclosed.
Cells that a spreadsheet would take for a formula begin with an apostrophe in CSV, and not in JSON.
"""


def archive(kept: Sequence[Kept], rounds: Mapping[str, bytes], *, name: str, now: datetime) -> bytes:
    """The archive. Rounds are files by their names."""
    files = {
        "README.txt": READ_ME.format(name=name, when=moment_text(now)).encode(),
        **{f"rounds/{path}": body for path, body in rounds.items()},
        **{f"tables/{table.table}.csv": sheet_csv(_sheet(table)) for table in kept},
        "tables.json": msgspec.json.format(msgspec.json.encode({table.table: _records(table) for table in kept})),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, body in files.items():
            entry = zipfile.ZipInfo(path, STAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, body)
    return out.getvalue()


def _sheet(table: Kept) -> Sheet:
    return Sheet(name=table.table, heads=table.columns, rows=table.rows)


def _records(table: Kept) -> list[dict[str, object]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]
