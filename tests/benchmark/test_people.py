"""Who takes part in a benchmark: what everybody sees of it, and what leads can do."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.benchmark.answering import mark
from tests.benchmark.mailbox import Mailbox
from tests.browsers import Browser, add_person, opened, signed_in
from tests.conftest import NOON, FixedClock
from tracker.accounts import people
from tracker.accounts.models import HeldRole
from tracker.accounts.policies import Role
from tracker.benchmark import members
from tracker.db import Database
from tracker.errors import Conflict
from tracker.web.front import Front

PEOPLE = "/benchmark/kent/people"


async def roles(database: Database, person_id: int, of: str = "kent") -> set[str]:
    async with database.reading() as db:
        found = select(HeldRole.role).where(HeldRole.person_id == person_id, HeldRole.of == of)
        return set((await db.exec(found)).all())


async def test_a_lead_changes_what_a_member_may_do_and_both_they_and_other_leads_are_told(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    alice = await signed_in(front, database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    await add_person(database, "Dora", Role.AUTHORITY_LEAD, of="kent")
    bob = await add_person(database, "Bob", Role.CONTRIBUTOR, of="kent")
    await mailbox.new()
    await alice.get(f"{PEOPLE}/{mark(bob)}")
    await alice.follow(await alice.send(f"{PEOPLE}/{mark(bob)}", roles=["approver", "reader"]))
    assert "What they may do has changed" in alice.page
    assert "http://tracker.test/authorities/kent/access" in alice.page
    assert await roles(database, bob) == {"approver", "reader"}
    mails = await mailbox.new()
    assert {mail.to for mail in mails} == {"bob@example.org", "dora@example.org"}
    told = {mail.subject for mail in mails if mail.to == "dora@example.org"}
    assert told == {
        f"Bob is {word} in the benchmark of Kent" for word in ("now approver", "now reader", "no longer contributor")
    }
    assert all("Alice decided it." in mail.text for mail in mails)


async def test_leads_are_told_of_what_an_admin_does_too(front: Front, database: Database, mailbox: Mailbox) -> None:
    alice = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    bob = await add_person(database, "Bob")
    root = await signed_in(front, database, "Root", Role.ADMIN)
    await mailbox.new()
    await root.send(f"/people/{bob}/give", role="authority-lead", council="kent")
    await root.send(f"/people/{alice}/take", role="authority-lead", of="kent")
    mails = await mailbox.new()
    assert [(mail.to, mail.subject) for mail in mails] == [
        ("bob@example.org", "You are now authority lead in the benchmark of Kent"),
        ("alice@example.org", "You are no longer authority lead in the benchmark of Kent"),
        ("bob@example.org", "Alice is no longer authority lead in the benchmark of Kent"),
    ]
    assert await mailbox.new() == []


async def test_everybody_is_told_of_a_lead_whom_no_lead_named(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    await add_person(database, "Carol", Role.READER, of="kent")
    alice = await add_person(database, "Alice")
    root = await signed_in(front, database, "Root", Role.ADMIN)
    await mailbox.new()
    await root.send(f"/people/{alice}/give", role="authority-lead", council="kent")
    mails = await mailbox.new()
    assert {mail.to for mail in mails} == {"alice@example.org", "carol@example.org"}
    assert all("Root decided it." in mail.text for mail in mails)


async def test_nobody_both_runs_the_tracker_and_takes_part_in_a_benchmark(front: Front, database: Database) -> None:
    person_id = await add_person(database, "Root", Role.ADMIN)
    root = await opened(front, database, person_id)
    bob = await add_person(database, "Bob", Role.READER, of="kent")
    for path, given in (
        (f"/people/{person_id}/give", {"role": "reader", "council": "kent"}),
        (f"/people/{bob}/give", {"role": "editor"}),
    ):
        assert (await root.send(path, **given)).status_code == 422
        assert "Nobody can both run this tracker" in root.page
    assert await roles(database, person_id) == set()
    assert await roles(database, bob, "") == set()
    assert (await root.get("/benchmark/kent")).status_code == 403


async def test_the_last_lead_stays_until_another_is_named(front: Front, database: Database) -> None:
    person_id = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    alice = await opened(front, database, person_id)
    bob = await add_person(database, "Bob", Role.CONTRIBUTOR, of="kent")
    assert (await alice.send(f"{PEOPLE}/{mark(person_id)}", roles=["reader"])).status_code == 422
    assert alice.problems == ["Nobody would lead the benchmark any more: make somebody else lead first"]
    await alice.send(f"{PEOPLE}/{mark(bob)}", roles=["authority-lead", "contributor"])
    answer = await alice.send(f"{PEOPLE}/{mark(person_id)}", roles=["reader"])
    assert answer.headers["location"] == "/benchmark"
    assert await roles(database, person_id) == {"reader"}
    assert (await alice.get(f"{PEOPLE}/{mark(bob)}")).status_code == 403


async def test_a_lead_who_cannot_sign_in_does_not_count_as_one(front: Front, database: Database) -> None:
    person_id = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    alice = await opened(front, database, person_id)
    dora = await add_person(database, "Dora", Role.AUTHORITY_LEAD, of="kent")
    async with database.writing() as db:
        await people.add_person(db, "root@example.org", name="Root", by=None, now=NOON)
        await people.stop(db, dora, by=None, now=NOON)
    assert (await alice.send(f"{PEOPLE}/{mark(person_id)}", roles=[])).status_code == 422


async def test_two_leads_cannot_take_each_others_role_at_the_same_moment(database: Database) -> None:
    ids = [await add_person(database, name, Role.AUTHORITY_LEAD, of="kent") for name in ("Alice", "Dora")]

    async def resign(person_id: int) -> bool:
        try:
            async with database.writing() as db:
                await members.change_roles(db, "kent", person_id, (), by=person_id, now=NOON)
        except Conflict:
            return False
        return True

    assert sorted(await asyncio.gather(*map(resign, ids))) == [False, True]


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.APPROVER, Role.READER])
async def test_who_does_not_lead_sees_who_takes_part_and_changes_nothing(
    front: Front, database: Database, role: Role
) -> None:
    lead = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    bob = await signed_in(front, database, "Bob", role, of="kent")
    await bob.get(PEOPLE)
    assert bob.heading == "People in this benchmark"
    assert "Alice" in bob.page
    assert "alice@example.org" not in bob.page
    for path in (f"{PEOPLE}/{mark(lead)}", f"{PEOPLE}/requests/1"):
        assert (await bob.get(path)).status_code == 403
        assert (await bob.send(path, roles=["reader"])).status_code == 403
    assert await roles(database, lead) == {"authority-lead"}


async def test_another_authoritys_people_are_not_there(front: Front, database: Database) -> None:
    alice = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    mallory = await signed_in(front, database, "Mallory", Role.AUTHORITY_LEAD, of="surrey")
    bodies = set()
    for path in (
        PEOPLE,
        f"{PEOPLE}/{mark(alice)}",
        "/benchmark/atlantis/people",
        f"/benchmark/surrey/people/{mark(alice)}",
    ):
        answer = await mallory.get(path)
        assert answer.status_code == 404
        bodies.add(answer.text.partition("<main")[2])
    assert len(bodies) == 1
    assert (await mallory.send(f"/benchmark/surrey/people/{mark(alice)}", roles=["reader"])).status_code == 404
    assert await roles(database, alice) == {"authority-lead"}
    assert await roles(database, alice, "surrey") == set()


async def test_each_page_names_its_authority_and_the_list_names_all(front: Front, database: Database) -> None:
    person_id = await add_person(database, "Alice", Role.AUTHORITY_LEAD, Role.APPROVER, of="kent")
    async with database.writing() as db:
        await people.give(db, person_id, Role.READER, "leeds", by=None, now=NOON)
    alice = await opened(front, database, person_id)
    await alice.get("/benchmark")
    assert "You are authority lead and approver." in alice.page
    for key, name in (("kent", "Kent County Council"), ("leeds", "Leeds City Council")):
        assert f'href="/benchmark/{key}"' in alice.page
        other = Browser(front)
        other.client.cookies = alice.client.cookies
        await other.get(f"/benchmark/{key}/people")
        assert name in other.page


async def test_who_ends_their_own_part_is_told_that_they_take_part_in_none(front: Front, database: Database) -> None:
    person_id = await add_person(database, "Alice", Role.READER, Role.AUTHORITY_LEAD, of="kent")
    await add_person(database, "Bob", Role.AUTHORITY_LEAD, of="kent")
    alice = await opened(front, database, person_id)
    await alice.follow(await alice.send(f"{PEOPLE}/{mark(person_id)}", roles=[]))
    assert (alice.heading, "You take part in no benchmark at the moment." in alice.page) == ("Your benchmarks", True)


async def test_word_of_roles_goes_out_once_also_when_a_worker_was_away(
    database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    assert len(await mailbox.new()) == 1
    await add_person(database, "Bob", Role.READER, of="kent")
    clock.move(timedelta(days=1))
    assert len(await mailbox.new()) == 2
    await add_person(database, "Carol", Role.EDITOR)
    clock.move(timedelta(days=1))
    assert await mailbox.new() == []


@pytest.fixture
def mailbox(database: Database, clock: FixedClock) -> Mailbox:
    return Mailbox(database, clock)
