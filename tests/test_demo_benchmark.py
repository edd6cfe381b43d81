"""The worked example: invented authorities only, whole, and flagged by what the demonstration publishes."""

from sqlmodel import select

from tests.browsers import Browser, opened
from tests.conftest import NOON, SETTINGS, FixedClock
from tests.editing.make import rows
from tracker import demo
from tracker.accounts.models import Person
from tracker.app import create_app
from tracker.authorities.invented import EXAMPLESHIRE, INVENTED, SAMPLEBURY
from tracker.benchmark import queries
from tracker.benchmark.flags import raise_flags
from tracker.benchmark.members import tell_of_roles
from tracker.benchmark.models import ActionUpdate, Answer, Assessment, BenchmarkLetter, Flag, PlanAction
from tracker.benchmark.questions import criteria_of, rounds
from tracker.benchmark.rules import NOTHING, lacks
from tracker.benchmark.schemas import Level
from tracker.clock import london_day
from tracker.db import Database

BEFORE, THIS = "2026-04", "2026-10"


async def filled(database: Database) -> None:
    async with database.writing() as db:
        await demo.invent(db, now=NOON)


async def as_somebody(database: Database, clock: FixedClock, local: str) -> Browser:
    front = create_app(SETTINGS, database=database, clock=clock)
    await front.keeper.refresh()
    async with database.reading() as db:
        person = (await db.exec(select(Person.id).where(Person.address == f"{local}@example.invalid"))).one()
    return await opened(front, database, person or 0)


async def test_only_invented_authorities_have_answers_plans_and_flags(database: Database) -> None:
    await filled(database)
    async with database.writing() as db:
        await raise_flags(db, now=NOON, today=london_day(NOON))
    found = {
        row.authority
        for kind in (Assessment, Answer, PlanAction, ActionUpdate, Flag)
        for row in await rows(database, kind)
    }
    assert found == {item.key for item in INVENTED}


async def test_exampleshire_signed_a_first_pass_and_then_everything(database: Database) -> None:
    await filled(database)
    async with database.reading() as db:
        first = await queries.frozen(db, EXAMPLESHIRE.key, BEFORE)
        full = await queries.frozen(db, EXAMPLESHIRE.key, THIS)
    assert first
    assert full
    assert [item.criterion.line for item in first.answers] == [
        item.line for item in criteria_of("2026-11") if item.first_pass
    ]
    assert len(full.answers) == len(criteria_of("2026-11")) - 1  # it is no Kinship Zone
    assert {item.level for item in full.answers} == set(Level)
    assert all(item.sentence for item in [*first.answers, *full.answers])
    assert "(invented)" in full.authority_name
    assert "(invented)" in full.signed_name
    closes = {item.key: item.closes for item in rounds()}
    assert first.signed_at.date() <= closes[BEFORE]


async def test_its_plan_has_14_actions_some_overdue_and_one_that_nobody_owns(database: Database) -> None:
    await filled(database)
    plan: list[PlanAction] = await rows(database, PlanAction)
    today = london_day(NOON)
    assert len(plan) == 14
    assert len([row for row in plan if row.due_on and row.due_on < today and row.status == "in-progress"]) == 2
    assert len([row for row in plan if row.owner_id is None]) == 1
    assert {row.status for row in plan} == {"not-started", "in-progress", "done"}


async def test_what_the_demonstration_publishes_flags_what_rests_on_it_and_the_past_does_not(
    database: Database,
) -> None:
    await filled(database)
    async with database.writing() as db:
        raised = await raise_flags(db, now=NOON, today=london_day(NOON))
    flags: list[Flag] = await rows(database, Flag)
    assert set(raised) <= {item.key for item in INVENTED}
    assert {"13", "14", "K1"} <= {flag.criterion for flag in flags}
    assert all("Invented" in flag.said for flag in flags)
    assert any(flag.about.startswith("action/") for flag in flags)


async def test_samplebury_is_under_way_and_two_colleagues_differ_on_one_line(database: Database) -> None:
    await filled(database)
    async with database.reading() as db:
        assessment = await queries.assessment_of(db, SAMPLEBURY.key, THIS)
        assert assessment
        standings = await queries.answers_of(db, assessment)
    first = [item for item in criteria_of("2026-11") if item.first_pass]
    assert [item.key for item in first if standings.get(item.key, NOTHING).differ] == ["2"]
    assert 0 < len([item for item in first if lacks(item, standings.get(item.key, NOTHING))]) < 27


async def test_its_lead_sees_both_and_its_reader_one(database: Database, clock: FixedClock) -> None:
    await filled(database)
    lead = await as_somebody(database, clock, "lead")
    page = (await lead.get("/benchmark")).text
    assert EXAMPLESHIRE.official_name in page
    assert SAMPLEBURY.official_name in page
    for path in ("", f"/rounds/{THIS}", f"/rounds/{BEFORE}", "/plan", "/people"):
        shown = await lead.get(f"/benchmark/{EXAMPLESHIRE.key}{path}")
        assert (shown.status_code, "(invented)" in shown.text) == (200, True), path
    reader = await as_somebody(database, clock, "reader")
    assert (await reader.get(f"/benchmark/{EXAMPLESHIRE.key}")).status_code == 200
    assert (await reader.get(f"/benchmark/{SAMPLEBURY.key}")).status_code == 404


async def test_nobody_is_told_of_the_roles_that_were_invented(database: Database) -> None:
    await filled(database)
    async with database.writing() as db:
        await tell_of_roles(db, now=NOON)
    assert [row for row in await rows(database, BenchmarkLetter) if row.kind == "benchmark-role"] == []
