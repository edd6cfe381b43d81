"""Tables to take away: every figure as the API has it, read as programs read them."""

import csv
import io
import re
import tomllib
import warnings
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from csvw import CSVW
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import DATA, NOON, SETTINGS, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.exports.files import TABLES
from tracker.strategies.exports.tables import guard

HARBOUR = "/strategies/harbour-lights"
VISITS = [
    ("", ""),
    ("", "as_at=2024-07-01"),
    ("", "as_at=2025-03-01&known_at=2024-10-31"),
    (HARBOUR, ""),
    (HARBOUR, "as_at=2025-07-15"),
    (HARBOUR, "as_at=2025-11-20&known_at=2025-10-01"),
]
"""Both strategies on three days each."""

Row = Mapping[str, str]


class Visit:
    """One strategy on one day, as its files and as its API."""

    def __init__(self, reader: httpx.AsyncClient, root: str, query: str) -> None:
        self.reader = reader
        self.root = root
        self.query = query

    async def rows(self, name: str) -> list[Row]:
        answer = await self.reader.get(f"{self.root}/{name}.csv?{self.query}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        rows = csv.DictReader(io.StringIO(answer.content.decode(), newline=""), strict=True)
        return [{name: unguard(cell) for name, cell in row.items()} for row in rows]

    async def announcements(self) -> list[dict[str, Any]]:
        listed = await self.api("announcements")
        return [await self.api(f"announcements/{item['number']}") for item in listed["items"]]

    async def api(self, path: str) -> dict[str, Any]:
        slug = self.root.rpartition("/")[2] or "championing-kinship-care"
        answer = await self.reader.get(f"/api/v1/{path}?strategy={slug}&{self.query}".rstrip("&"))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture(params=VISITS, ids=" ".join)
def visit(request: pytest.FixtureRequest, two_sites: httpx.AsyncClient) -> Visit:
    return Visit(two_sites, *request.param)


def said(value: Any) -> str:
    """A value of the API as a cell says it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def agree(row: Row, source: Mapping[str, Any], *names: str, **renamed: str) -> None:
    """The cells of a row are what the API says under the same names, or under others where they are given."""
    pairs = {**{name: name for name in names}, **renamed}
    assert {cell: row[cell] for cell in pairs} == {cell: said(source[name]) for cell, name in pairs.items()}


async def test_announcements_are_those_of_the_api(visit: Visit) -> None:
    rows, items = await visit.rows("announcements"), await visit.announcements()
    assert len(rows) == len(items) > 0
    for row, item in zip(rows, items, strict=True):
        agree(row, item, "number", "id", "slug", "title", "theme", "theme_title", "benefit", "status", "status_text")
        agree(row, item, "rolled_up", "deliverable_count", "delivered_count", "benefits_through", "pages")
        agree(row, item, as_at="on", known_at="known_at")
        ahead = item["next_date"] or dict.fromkeys(["latest", "as_printed", "title", "ref", "overdue"])
        agree(row, ahead, next_date="latest", next_date_as_printed="as_printed", next_date_title="title")
        agree(row, ahead, next_date_milestone="ref", next_date_overdue="overdue")
        usable = item["who_can_use"] or dict.fromkeys(["since", "text"])
        agree(row, usable, who_can_use="text", who_can_use_since="since")
        assert (await visit.reader.get(row["url"])).status_code == 200


async def test_milestones_are_those_of_the_api_with_every_date_ever_stated(visit: Visit) -> None:
    rows = iter(await visit.rows("milestones"))
    for item in await visit.announcements():
        for milestone in item["milestones"]:
            for number, stated in enumerate(milestone["dates"], start=1):
                row = next(rows)
                assert (row["announcement"], row["date_number"]) == (str(item["number"]), str(number))
                agree(row, stated, "as_printed", "edtf", "earliest", "latest", "page", "place", "counts", "governs")
                agree(row, stated, date_note="note")
                agree(row, milestone, "title", "due", "stricter", "reached_on", "reached_text", "days_overdue")
                agree(row, milestone, "outcome", "dropped", "note", milestone="ref")
                late = milestone["days_late"] or dict.fromkeys(["min", "max"])
                agree(row, late, days_late_min="min", days_late_max="max")
    assert next(rows, None) is None


async def test_a_status_is_that_of_the_api_on_the_last_day_it_lasted(visit: Visit) -> None:
    rows = await visit.rows("statuses")
    today = visit.query.partition("as_at=")[2][:10] or str(NOON.date())
    known = visit.query.partition("known_at=")[2] or str(NOON.date())
    for last in sorted({row["until"] or today for row in rows}):
        then = Visit(visit.reader, visit.root, f"as_at={last}&known_at={known}")
        numbers = {row["announcement"] for row in rows if (row["until"] or today) == last}
        items = [await then.api(f"announcements/{number}") for number in sorted(numbers)]
        deliverables = {deliverable["ref"]: deliverable for item in items for deliverable in item["deliverables"]}
        for row in rows:
            if (row["until"] or today) == last:
                found = deliverables[row["deliverable"]]
                agree(row, found, "title", "status", "status_text", "stage", "timing", "scope")
                agree(row, found["days"] or dict.fromkeys(["min", "max"]), days_min="min", days_max="max")
                assert row["changes"] == ";".join(map(str, found["inputs"]))


async def test_changes_with_their_evidence_are_those_of_the_api(visit: Visit) -> None:
    rows = {row["seq"]: row for row in await visit.rows("changes")}
    proofs = await visit.rows("evidence")
    changes = {item["seq"]: item for view in await visit.announcements() for item in view["changes"]}
    assert {seq for seq, row in rows.items() if row["about"]} == set(map(str, changes))
    for seq, change in changes.items():
        row = rows[str(seq)]
        agree(row, change, "key", "kind", "kind_text", "text", "happened_on", "happened_text", "known_on", "hash")
        agree(row, change, "recorded_at", "certainty", "inferred", "note", "corrected")
        for name in ("as_printed", "edtf", "by", "measure", "programme", "value", "unit", "organisation", "material"):
            assert row[name] == said(change["details"].get(name))
        assert row["announcements"] == ";".join(map(str, change["announcements"]))
        assert row["evidence_urls"] == " ".join(item["url"] for item in change["evidence"] if item.get("url"))
        own = [proof for proof in proofs if proof["change"] == str(seq)]
        assert [proof["title"] for proof in own] == [item["title"] for item in change["evidence"]]
        for proof, item in zip(own, change["evidence"], strict=True):
            for name in ("publisher", "url", "dated", "quotation", "page", "claimed_by", "note"):
                assert proof[name] == said(item.get(name))


async def test_what_organisations_think_and_who_benefits_is_that_of_the_api(visit: Visit) -> None:
    views = await visit.announcements()
    verdicts = [row for row in await visit.rows("verdicts") if row["announcement"]]
    given = [(view["number"], verdict) for view in views for verdict in view["verdicts"]]
    assert len(verdicts) == len(given)
    for row, (number, verdict) in zip(verdicts, given, strict=True):
        assert row["announcement"] == str(number)
        agree(row, verdict, "organisation", "rating", "summary", "next", "topic", "happened_on", "stale", change="seq")
    said_of = [
        (view["number"], group) for view in views if view["beneficiaries"] for group in view["beneficiaries"]["groups"]
    ]
    groups = {(row["announcement"], row["group"]): row for row in await visit.rows("beneficiaries")}
    assert len([row for row in groups.values() if row["answer"]]) == len(said_of)
    for number, group in said_of:
        agree(groups[str(number), group["group"]], group, "answer", "answer_text", "text", group_title="title")


async def test_places_and_notes_are_those_of_the_api(visit: Visit) -> None:
    views = await visit.announcements()
    places = [row for row in await visit.rows("places") if row["announcement"]]
    found = [(view["number"], place) for view in views for place in view["places"]]
    assert len(places) == len(found)
    for row, (number, place) in zip(places, found, strict=True):
        assert row["announcement"] == str(number)
        agree(row, place, "name", "programme", "note", since="since_edtf", since_text="since")
    notes = {row["number"]: row for row in await visit.rows("notes")}
    for note in (note for view in views for note in view["notes"]):
        agree(notes[str(note["number"])], note, "title", "text")


def told() -> list[dict[str, Any]]:
    cases = tomllib.loads((DATA / "expected_benefits.toml").read_text(encoding="utf-8"))["case"]
    return [case for case in cases if "council" not in case]


@pytest.mark.parametrize("case", told(), ids=lambda case: f"{case['arrangement']} on {case['on']}")
async def test_what_holds_for_a_group_is_what_a_family_is_told(reader: httpx.AsyncClient, case: dict[str, Any]) -> None:
    rows = csv.DictReader(io.StringIO((await reader.get(f"/beneficiaries.csv?as_at={case['on']}")).text, newline=""))
    mine = [row for row in rows if row["group"] == case["arrangement"]]
    dated = [row for row in mine if row["held_since"]]
    for row in dated:
        assert [row["held_answer"], row["held_stands"]] == case["answers"][row["announcement"]]
        assert row["held_text"]
        assert row["held_since"] <= str(case["on"])
    assert {row["announcement"] for row in mine} >= case["answers"].keys()
    if case["on"] == NOON.date():
        assert dated


@pytest.mark.parametrize("query", ["", "?as_at=2024-07-01", "?as_at=2025-03-01&known_at=2024-10-31"])
async def test_a_table_is_written_as_the_standards_say(reader: httpx.AsyncClient, query: str) -> None:
    for table in TABLES:
        answer = await reader.get(f"/{table.file}{query}")
        body = answer.content
        assert not body.startswith(b"\xef\xbb\xbf")
        assert body.endswith(b"\r\n")
        lines = list(csv.reader(io.StringIO(body.decode(), newline=""), strict=True))
        assert {len(line) for line in lines} == {len(table.columns) + 2}
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in lines[0])
        assert len(set(lines[0])) == len(lines[0])
        assert answer.headers["access-control-allow-origin"] == "*"
        described, licence, freshness = answer.headers["link"].split(", ")
        assert 'rel="license"' in licence
        assert freshness.startswith("</sources>; ")
        assert described == f'</{table.file}-metadata.json{query}>; rel="describedby"; type="application/csvm+json"'
        day = "-2024-07-01" if "07-01" in query else "-2025-03-01-known-2024-10-31" if query else ""
        name = f'filename="{table.name}{day}.csv"'
        assert answer.headers["content-disposition"] == f"attachment; {name}"


@pytest.mark.parametrize(("root", "query"), VISITS)
async def test_a_reader_of_csv_on_the_web_finds_every_table_as_it_is_described(
    two_sites: httpx.AsyncClient, tmp_path: Path, root: str, query: str
) -> None:
    packed = await two_sites.get(f"{root}/archive.zip?{query}")
    zipfile.ZipFile(io.BytesIO(packed.content)).extractall(tmp_path)
    for name in ["csv-metadata.json", *(f"{table.file}-metadata.json" for table in TABLES)]:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            found = CSVW(str(tmp_path / name), validate=True)
            assert found.is_valid, (name, [str(warning.message) for warning in found.warnings])
        assert found.common_props["dc:license"]
        for table in found.tables:
            (given,) = [item for item in TABLES if item.file == str(table.url)]
            with (tmp_path / given.file).open(encoding="utf-8", newline="") as file:
                header, *rows = csv.reader(file)
            assert [column.name for column in table.tableSchema.columns] == header
            values = list(table)
            assert len(values) == len(rows)
            if given.name == "changes" and values:
                types = [type(values[0][name]) for name in ("seq", "recorded_at", "known_on", "corrected")]
                assert types == [int, datetime, datetime, bool]  # a date is read as its midnight
                assert {type(number) for row in values for number in row["announcements"]} == {int}


async def test_metadata_on_a_day_leads_to_the_table_on_that_day(reader: httpx.AsyncClient) -> None:
    query = "?as_at=2025-03-01&known_at=2024-10-31"
    answer = await reader.get(f"/milestones.csv-metadata.json{query}")
    assert answer.headers["content-type"] == "application/csvm+json"
    assert answer.json()["url"] == f"milestones.csv{query}"
    assert "2024-10-31" in answer.json()["dc:temporal"]
    group = (await reader.get(f"/csv-metadata.json{query}")).json()
    resources = {table["url"] for table in group["tables"]}
    assert resources == {f"{table.file}{query}" for table in TABLES}
    pointed = {key["reference"]["resource"] for t in group["tables"] for key in t["tableSchema"].get("foreignKeys", ())}
    assert pointed == {f"announcements.csv{query}", f"changes.csv{query}"}


def expected() -> list[dict[str, Any]]:
    return list(tomllib.loads((DATA / "expected_statuses.toml").read_text(encoding="utf-8"))["day"])


@pytest.mark.parametrize("day", expected(), ids=lambda day: f"{day['on']} known {day.get('known_at', 'today')}")
async def test_the_statuses_of_any_day_are_what_a_careful_reader_says(
    reader: httpx.AsyncClient, day: dict[str, Any]
) -> None:
    known = f"?known_at={day['known_at']}&as_at={max(day['on'], day['known_at'])}" if "known_at" in day else ""
    text = (await reader.get(f"/statuses.csv{known}")).text
    on = str(day["on"])
    rows = {
        row["deliverable"]: row
        for row in csv.DictReader(io.StringIO(text, newline=""))
        if row["since"] <= on <= (row["until"] or "9")
    }
    for line in day.get("deliverable", []):
        names = [name for name in ("stage", "timing", "scope", "status") if name in line]
        assert {name: rows[line["ref"]][name] for name in names} == {name: line[name] for name in names}, line["ref"]


EVIL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "'=1",
    "＝1",
    "'plain",
    'plain, with “quotes” and "these"',
]


async def test_no_text_is_a_formula_for_a_spreadsheet(database: Database) -> None:
    new = [
        NewChange(
            strategy="championing-kinship-care",
            key=f"evil-{number}",
            fact=facts.Noted(text=text, happened_on="2026-11-22", known_on=date(2026, 11, 22), about=("14",)),
        )
        for number, text in enumerate(EVIL)
    ]
    async with database.writing() as db:
        await append(db, await lock_head(db), new, now=NOON)
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://tracker.test") as reader:
        body = (await reader.get("/changes.csv")).content.decode()
    rows = [row for row in csv.DictReader(io.StringIO(body, newline="")) if row["key"].startswith("evil-")]
    assert [unguard(row["text"]) for row in rows] == EVIL
    assert [row["text"][0] for row in rows[:9]] == ["'"] * 9
    assert [row["text"] for row in rows[9:]] == EVIL[9:]


@given(st.text() | st.from_regex("^'*[=+@\t-].*"))
def test_a_guard_stops_every_formula_and_can_be_undone(text: str) -> None:
    assert not re.match("[=+\\-@\t\r\n＝＋－＠]", guard(text))
    assert unguard(guard(text)) == text


def unguard(text: str) -> str:
    """As the metadata says: one apostrophe goes where what looks like a formula follows."""
    return text[1:] if re.match("''*[=+\\-@\t\r\n＝＋－＠]", text) else text
