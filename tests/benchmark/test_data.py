"""Taking everything away and erasing it: all of it, by the lead alone, and nothing of anybody else."""

import asyncio
import csv
import io
import re
import zipfile
from datetime import date
from pathlib import Path

import msgspec
import pytest
from sqlmodel import SQLModel, col, select

from tests.benchmark.answering import KENT, all_answered, answered, begun, member, person
from tests.benchmark.mailbox import Mailbox
from tests.benchmark.test_papers import DETAILS, PLAN, signed
from tests.benchmark.test_plan import ACTION
from tests.benchmark.test_plan import answered as answered_by
from tests.browsers import Browser
from tests.conftest import NOON, FixedClock
from tests.editing.test_entry_pages import words
from tracker import tables
from tracker.accounts.models import Audited
from tracker.accounts.policies import Role
from tracker.benchmark import leaving, letters
from tracker.benchmark.leaving import OWN
from tracker.benchmark.models import AccessRequest, Answer, Assessment, Comparison, Flag, PlanAction
from tracker.benchmark.planning import actions as planning
from tracker.benchmark.planning.schemas import Planned
from tracker.db import Database
from tracker.web.front import Front

DATA = f"/benchmark/{KENT}/data"


def authority_tables() -> set[type[SQLModel]]:
    """Every table there is that has rows of an authority."""
    found = [getattr(tables, name) for name in tables.__all__]
    return {table for table in found if isinstance(table, type) and "authority" in getattr(table, "model_fields", {})}


def test_every_table_with_an_authority_is_taken_away_and_erased() -> None:
    assert set(OWN) == authority_tables()
    assert len(OWN) == len(set(OWN)) == 8


async def filled(front: Front, database: Database) -> Browser:
    """A lead of Kent with something in every table, beside a round of Slough."""
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await all_answered(database, lead)
    await answered(database, lead, "K1", sentence="=1+1", details=DETAILS)
    await signed(database, lead)
    await answered_by(database, {"7": "developing"}, of="slough")
    async with database.writing() as db:
        shown = {"authority": KENT, "asked_at": NOON}
        db.add(AccessRequest(address="known@kent.gov.uk", name="Known", proved_at=NOON, **shown))
        db.add(AccessRequest(address="secret@example.org", name="Unproved", **shown))
        db.add(Comparison(round="2026-04", authority=KENT, closed_at=NOON, content="{}"))
        flag = {"about": "action/1", "criterion": "K1", "cause": "change/1", "happened_on": "2026-11-20", "said": "x"}
        db.add(Flag(authority=KENT, raised_at=NOON, **flag))
        await letters.ask(db, authority=KENT, kind="benchmark-role", key="x", person_id=lead, now=NOON)
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    await ada.send(f"{PLAN}/new", **ACTION)
    return ada


async def left(database: Database, authority: str) -> dict[str, int]:
    """How many rows of an authority each table has."""
    async with database.reading() as db:
        return {
            str(table.__tablename__): len((await db.exec(select(table).where(col(table.authority) == authority))).all())  # type: ignore[attr-defined]
            for table in OWN
        }


async def test_everything_is_in_one_archive(front: Front, database: Database) -> None:
    ada = await filled(front, database)
    answer = await ada.client.get(f"{DATA}/everything.zip")
    name = f"kent-kinship-everything-{date(2026, 11, 22)}.zip"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    names = packed.namelist()
    assert packed.testzip() is None
    for kind in ("paper.docx", "benchmark.xlsx", "answers.csv", "benchmark.json"):
        assert [item for item in names if item.startswith("rounds/2026-10/") and item.endswith(kind)], kind
    assert {item for item in names if item.startswith("tables/")} == {
        *(f"tables/{table.__tablename__}.csv" for table in OWN),
        "tables/people.csv",
    }
    found = msgspec.json.decode(packed.read("tables.json"))
    counted = await left(database, KENT)
    assert {name: len(rows) for name, rows in found.items() if name != "people"} == {**counted, "access_request": 1}
    assert min(counted.values()) > 0
    assert {row["name"] for row in found["people"]} >= {"Ada", "Lee", "Sam2026-10"}
    assert {row["authority"] for name, rows in found.items() if name != "people" for row in rows} == {KENT}
    rows = list(csv.DictReader(io.StringIO(packed.read("tables/answer.csv").decode("utf-8-sig"))))
    assert "'=1+1" in {row["sentence"] for row in rows}
    assert b"secret@example.org" not in b"".join(packed.read(item) for item in names)


async def test_erasing_takes_the_name_deletes_every_row_and_leaves_others_alone(
    front: Front, database: Database
) -> None:
    ada = await filled(front, database)
    others = await left(database, "slough")
    assert (await ada.send(f"{DATA}/erase", name="Surrey")).status_code == 422
    assert ada.problems == ["Type the name of your authority as it is written here: Kent"]
    assert min((await left(database, KENT)).values()) > 0
    await ada.follow(await ada.send(f"{DATA}/erase", name=" kent "))
    assert "Everything that Kent entered has been erased." in words(ada.page)
    assert {table: rows for table, rows in (await left(database, KENT)).items() if rows} == {"benchmark_letter": 2}
    assert await left(database, "slough") == others
    async with database.reading() as db:
        noted = (await db.exec(select(Audited).where(Audited.did == "erased a benchmark"))).all()
    assert [row.about for row in noted] == ["authority/kent"]
    detail = msgspec.json.decode(noted[0].detail)
    assert (detail["assessment"], detail["answer"], detail["plan_action"]) == (1, 28, 1)
    assert all(isinstance(value, int) for value in detail.values())


async def test_erasing_can_end_the_access_of_everybody_and_they_are_told(
    front: Front, database: Database, clock: FixedClock
) -> None:
    ada = await member(front, database, "Ada", Role.AUTHORITY_LEAD)
    rex = await member(front, database, "Rex", Role.READER)
    answer = await ada.send(f"{DATA}/erase", name="Kent", end_access="yes")
    assert (answer.status_code, "Everything that Kent entered has been erased" in words(ada.page)) == (200, True)
    mails = [mail for mail in await Mailbox(database, clock).new() if mail.kind == "benchmark-erased"]
    assert [(mail.to, mail.subject) for mail in mails] == [("rex@example.org", "The benchmark of Kent was erased")]
    assert "Ada erased everything that Kent had entered" in mails[0].text
    for browser in (ada, rex):
        assert (await browser.get(PLAN)).status_code == 403


async def test_only_a_lead_takes_everything_or_erases_it(front: Front, database: Database) -> None:
    lead = await person(database, "Lee", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    cat = await member(front, database, "Cat", Role.CONTRIBUTOR, Role.APPROVER, Role.READER)
    for path in (DATA, f"{DATA}/everything.zip"):
        assert (await cat.get(path)).status_code == 403
        assert (await cat.get(path.replace(KENT, "slough"))).status_code == 404
    assert (await cat.send(f"{DATA}/erase", name="Kent")).status_code == 403
    assert (await cat.send("/benchmark/slough/data/erase", name="Slough")).status_code == 404
    async with database.reading() as db:
        assert len((await db.exec(select(Assessment))).all()) == 1
        assert (await db.exec(select(Answer))).all() == []


async def test_the_page_says_how_much_is_kept(front: Front, database: Database) -> None:
    ada = await filled(front, database)
    await ada.get(DATA)
    assert re.search(r"Rounds 1 Savings of answers, each with its history 28 Actions 1", words(ada.page))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_what_was_erased_is_left_neither_in_the_file_nor_in_its_log(front: Front, database: Database) -> None:
    ada = await filled(front, database)
    assert DETAILS.gap.encode() in kept_of(database)
    assert (await ada.send(f"{DATA}/erase", name="Kent")).status_code == 303
    assert DETAILS.gap.encode() not in kept_of(database)


def kept_of(database: Database) -> bytes:
    """Every byte of a SQLite database and its log."""
    file = Path(database.engine.url.database or "")
    return file.read_bytes() + file.with_name(f"{file.name}-wal").read_bytes()


async def test_what_somebody_adds_while_everything_is_erased_is_erased_too(database: Database) -> None:
    lead = await person(database, "Ann", Role.AUTHORITY_LEAD)
    planned = [Planned(criterion="K1", version=1, title="Publish the offer")]

    async def erase() -> None:
        async with database.writing() as db:
            await leaving.erase(db, KENT, end_access=False, by=lead, now=NOON)

    async with database.writing() as db:
        await planning.add_suggested(db, KENT, planned, by=lead, now=NOON)
        other = asyncio.create_task(erase())
        await asyncio.wait([other], timeout=0.3)
        assert not other.done()
    await other
    async with database.reading() as db:
        assert (await db.exec(select(PlanAction))).all() == []
