"""The action plan: from gaps to actions, who may do what, what is late, and what two people do at once."""

import asyncio
import re
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from tests.benchmark.answering import mark
from tests.browsers import Browser, add_person, opened, signed_in
from tests.conftest import NOON, FixedClock
from tests.editing.test_entry_pages import words
from tracker.accounts import people
from tracker.accounts.policies import Role
from tracker.benchmark.models import ActionUpdate, Answer, Assessment, Flag, PlanAction
from tracker.benchmark.planning import actions as planning
from tracker.benchmark.planning.schemas import Planned
from tracker.benchmark.questions import criterion_of, newest_edition, round_on
from tracker.clock import london_day
from tracker.db import Database
from tracker.web.front import Front

KENT = "/benchmark/kent/plan"
TODAY = london_day(NOON)
ACTION = {
    "criterion": "K1", "title": "Publish the offer", "owner": "", "due": "", "priority": "medium",
    "target": "in-place", "measure": "", "resources": "",
}  # fmt: skip


async def lead(front: Front, database: Database, name: str = "Alice", of: str = "kent") -> Browser:
    return await signed_in(front, database, name, Role.AUTHORITY_LEAD, of=of)


async def answered(database: Database, levels: dict[str, str], *, of: str = "kent", signed: bool = False) -> int:
    """An assessment with these agreed levels; its id."""
    async with database.writing() as db:
        edition = newest_edition(TODAY)
        row = Assessment(authority=of, round=round_on(TODAY).key, edition=edition.key, started_at=NOON)
        if signed:
            row.signed_at, row.signed_name, row.reference = NOON - timedelta(days=30), "Sam Hill, Director", "KCB-1"
        db.add(row)
        await db.flush()
        for key, level in levels.items():
            answer = {"kind": "agreed", "level": level, "sentence": f"Where {key} stands.", "saved_at": NOON}
            version = edition.versions[key]
            db.add(Answer(authority=of, assessment_id=row.id or 0, criterion=key, version=version, **answer))
    return row.id or 0


async def actions(database: Database) -> list[PlanAction]:
    async with database.reading() as db:
        return list((await db.exec(select(PlanAction).order_by(col(PlanAction.id)))).all())


async def updates(database: Database) -> list[ActionUpdate]:
    async with database.reading() as db:
        return list((await db.exec(select(ActionUpdate).order_by(col(ActionUpdate.id)))).all())


async def added(browser: Browser, **fields: Any) -> str:
    """Add an action and return its address."""
    answer = await browser.send(f"{KENT}/new", **{**ACTION, **fields})
    assert answer.status_code == 303, browser.problems
    return str(answer.headers["location"].partition("?")[0])


async def test_gaps_become_actions_in_one_step_and_duties_come_first(front: Front, database: Database) -> None:
    await answered(database, {"7": "developing", "K6": "not-in-place", "8": "in-place", "2": "not-known"})
    alice = await lead(front, database)
    await alice.get(f"{KENT}/gaps")
    headings = re.findall(r'<h2 class="govuk-heading-m[^>]*>(\w+)\.', alice.page)
    assert headings[0] == "K6"
    assert sorted(headings) == ["2", "7", "K6"]
    assert "Not in place: duty not yet shown to be met" in words(alice.page)
    offered = re.findall(r'name="suggested" type="checkbox" value="([^"]+)"', alice.page)
    chosen = [next(item for item in offered if item.startswith(f"{key}: ")) for key in ("K6", "2")]
    await alice.follow(await alice.send(f"{KENT}/gaps", suggested=chosen))
    assert "2 actions added to the plan" in words(alice.page)
    await alice.send(f"{KENT}/gaps", suggested=chosen)
    assert alice.problems == ["What you ticked is in your plan already"]
    found = {row.criterion: row for row in await actions(database)}
    assert set(found) == {"K6", "2"}
    assert (found["K6"].priority, found["K6"].target) == ("high", "in-place")
    assert (found["2"].target, found["2"].measure) == (None, found["2"].measure)
    assert found["K6"].version == criterion_of("K6", found["K6"].version).version


async def test_nothing_ticked_says_what_to_do(front: Front, database: Database) -> None:
    await answered(database, {"7": "developing"})
    alice = await lead(front, database)
    assert (await alice.send(f"{KENT}/gaps")).status_code == 422
    assert alice.problems == ["Tick the actions that you want in your plan"]


async def test_the_plan_counts_the_open_actions_that_something_changed_for(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    numbers = [(await added(alice, title=title)).rpartition("/")[2] for title in ("One", "Two", "Three")]
    async with database.writing() as db:
        for number in numbers[:2]:
            of = {"authority": "kent", "about": f"action/{number}", "criterion": "K6", "cause": "change/1"}
            db.add(Flag(**of, happened_on="2026-11-20", said="It changed.", raised_at=NOON))
    await alice.send(f"{KENT}/{numbers[0]}/updates", status="done", text="Done.")
    await alice.get(KENT)
    assert "1 of your 2 open actions rests on something that has changed nationally since." in words(alice.page)


async def test_overdue_actions_come_first_and_say_for_how_long(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    for title, due in (("Later", "1 May 2027"), ("Late", "1/11/2026"), ("No date", ""), ("Latest", "2026-10-31")):
        await added(alice, title=title, due=due)
    await alice.get(KENT)
    listed = re.findall(r'/plan/\d+">([^<]+)</a><br>', alice.page)
    assert listed == ["Latest", "Late", "Later", "No date"]
    told = words(alice.page)
    assert "31 October 2026, 22 days overdue" in told
    assert "4 of 4 actions are still open, 2 overdue ." in told
    await alice.get(f"{KENT}?show=overdue")
    assert re.findall(r'/plan/\d+">([^<]+)</a><br>', alice.page) == ["Latest", "Late"]


async def test_what_was_typed_comes_back_with_what_is_wrong(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    await alice.get(f"{KENT}/new?criterion=K1")
    typed = {**ACTION, "title": "", "due": "31 February 2027", "owner": "99", "measure": "x" * 4001}
    assert (await alice.send(f"{KENT}/new", **typed)).status_code == 422
    assert alice.problems == [
        "Enter what will be done",
        "Choose an owner from the list",
        "“31 February 2027” is not a day that there is. Write it like 31 March 2027 or 31/3/2027.",
        "The measure of success must be 4,000 characters or fewer: it has 4,001",
    ]
    assert 'value="31 February 2027"' in alice.page
    assert await actions(database) == []


async def test_two_leads_who_change_an_action_at_once_lose_nothing(front: Front, database: Database) -> None:
    alice, bob = await lead(front, database), await lead(front, database, "Bob")
    address = await added(alice)
    await alice.get(f"{address}/edit")
    await bob.get(f"{address}/edit")
    mine = {**ACTION, "status": "not-started", "seen": "1"}
    assert (await bob.send(f"{address}/edit", **{**mine, "title": "Bob’s words"})).status_code == 303
    answer = await alice.send(f"{address}/edit", **{**mine, "title": "Alice’s words", "measure": "Counted"})
    assert answer.status_code == 409
    told = words(alice.page)
    assert "Bob changed this action since you opened it" in told
    assert "Action Bob’s words Alice’s words" in told
    assert 'value="Alice’s words"' in alice.page
    again = {**mine, "title": "Alice’s words", "measure": "Counted", "seen": "2"}
    assert (await alice.send(f"{address}/edit", **again)).status_code == 303
    (row,) = await actions(database)
    assert (row.title, row.measure, row.edits) == ("Alice’s words", "Counted", 3)
    await alice.get(address)
    assert "Action: “Publish the offer” became “Bob’s words”" in words(alice.page)


async def test_an_owner_says_how_their_action_goes_and_nobody_elses(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    carol = await add_person(database, "Carol", Role.CONTRIBUTOR, of="kent")
    hers, another = await added(alice, owner=mark(carol)), await added(alice, title="Another")
    browser = await opened(front, database, carol)
    told = {"status": "in-progress", "text": "The web team has begun."}
    await browser.follow(await browser.send(f"{hers}/updates", **told))
    assert "Carol: in progress The web team has begun. Status: “Not started” became “In progress”" in words(
        browser.page
    )
    assert (await browser.send(f"{another}/updates", **told)).status_code == 403
    assert (await browser.send(f"{hers}/edit", **ACTION, status="done", seen="1")).status_code == 403
    assert (await browser.send(f"{hers}/remove")).status_code == 403
    assert [row.status for row in await actions(database)] == ["in-progress", "not-started"]
    assert (await browser.send(f"{hers}/updates", status="in-progress", text="")).status_code == 422
    assert len(await updates(database)) == 3


async def test_an_owner_who_leaves_leaves_an_action_without_one(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    carol = await add_person(database, "Carol", Role.CONTRIBUTOR, of="kent")
    address = await added(alice, owner=mark(carol))
    async with database.writing() as db:
        await people.take_away(db, carol, Role.CONTRIBUTOR, "kent", by=None, now=NOON)
    await alice.get(address)
    assert "Owner Nobody yet" in words(alice.page)


async def test_progress_since_the_last_signed_benchmark(front: Front, database: Database, clock: FixedClock) -> None:
    alice = await lead(front, database)
    clock.move(-timedelta(days=60))
    alice = await lead(front, database, "Ada")
    old, still = (
        await added(alice, title="Finished since", due="1 December 2026"),
        await added(alice, title="Forgotten"),
    )
    clock.move(timedelta(days=60))
    await answered(database, {}, signed=True)
    alice = await lead(front, database, "Anna")
    new = await added(alice, title="New one")
    await alice.send(f"{old}/updates", status="done", text="It is public.")
    await alice.get(KENT)
    told = words(alice.page).partition("Since the last signed benchmark")[2]
    found = r"(Done|New in the plan|Still open, with no word since) \(1\) (Finished since|New one|Forgotten)"
    assert re.findall(found, told) == [
        ("Done", "Finished since"), ("New in the plan", "New one"), ("Still open, with no word since", "Forgotten"),
    ]  # fmt: skip
    assert {old, still, new} == {f"{KENT}/1", f"{KENT}/2", f"{KENT}/3"}


async def test_an_action_of_another_authority_is_not_there(front: Front, database: Database) -> None:
    alice, mallory = await lead(front, database), await lead(front, database, "Mallory", of="slough")
    address = await added(alice)
    number = address.rsplit("/", 1)[1]
    for path in (address, f"/benchmark/slough/plan/{number}", f"/benchmark/slough/plan/{number}/edit", KENT):
        assert (await mallory.get(path)).status_code == 404, path
    for path in ("updates", "edit", "remove"):
        assert (
            await mallory.send(f"/benchmark/slough/plan/{number}/{path}", **ACTION, status="done", text="x", seen="1")
        ).status_code == 404
    assert [row.status for row in await actions(database)] == ["not-started"]


async def test_a_removed_action_is_gone_from_the_plan(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    address = await added(alice)
    await alice.follow(await alice.send(f"{address}/remove"))
    assert "The action was removed from the plan." in words(alice.page)
    assert (await alice.get(address)).status_code == 404
    assert (await updates(database))[-1].text == "Removed from the plan."


async def test_a_text_that_may_tell_who_a_child_is_is_asked_about_once(front: Front, database: Database) -> None:
    alice = await lead(front, database)
    told = {**ACTION, "title": "Visit Child B"}
    assert (await alice.send(f"{KENT}/new", **told)).status_code == 422
    assert alice.problems == [
        "This may tell who a child or a carer is: “Child B”. Take it out, or say that it does not"
    ]
    address = await added(alice, **{**told, "no_names": "yes"})
    update = {"status": "in-progress", "text": "Anna Smith, aged 7, was seen."}
    assert (await alice.send(f"{address}/updates", **update)).status_code == 422
    assert 'id="no_names"' in alice.page
    assert (await alice.send(f"{address}/updates", **update, no_names="yes")).status_code == 303


async def test_two_who_add_the_same_at_the_same_moment_add_it_once(database: Database) -> None:
    number = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    planned = [Planned(criterion="K1", version=1, title="Publish the offer")]

    async def add() -> None:
        async with database.writing() as db:
            await planning.add_suggested(db, "kent", planned, by=number, now=NOON)

    async with database.writing() as db:
        await planning.add_suggested(db, "kent", planned, by=number, now=NOON)
        other = asyncio.create_task(add())
        await asyncio.wait([other], timeout=0.5)
        assert not other.done()
    await other
    assert [row.title for row in await actions(database)] == ["Publish the offer"]


async def test_two_who_add_at_the_same_moment_get_numbers_of_their_own_plan(database: Database) -> None:
    number = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    for title in ("Theirs", "Theirs too"):
        async with database.writing() as db:
            await planning.add(db, "surrey", [Planned(criterion="K1", version=1, title=title)], by=number, now=NOON)

    async def add(title: str) -> None:
        async with database.writing() as db:
            await planning.add(db, "kent", [Planned(criterion="K1", version=1, title=title)], by=number, now=NOON)

    await asyncio.gather(*(add(f"Do {place}") for place in range(4)))
    async with database.writing() as db:
        await planning.remove(db, "kent", "4", by=number, now=NOON)
    await add("Do one more")
    found = [(row.authority, row.number) for row in await actions(database)]
    assert sorted(found) == [*(("kent", place) for place in (1, 2, 3, 4, 5)), ("surrey", 1), ("surrey", 2)]
