"""Asking for access to an authority's benchmark, as whoever asks, their lead and an admin meet it."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from tests.benchmark.answering import mark
from tests.benchmark.mailbox import Mail, Mailbox
from tests.browsers import Browser, add_person, signed_in
from tests.conftest import FixedClock
from tracker.accounts import people
from tracker.accounts.models import HeldRole, Person
from tracker.accounts.policies import Role
from tracker.accounts.queries import person_at
from tracker.authorities.invented import authority_of
from tracker.benchmark import joining
from tracker.benchmark.jobs import forget_access
from tracker.benchmark.joining import is_own_address
from tracker.benchmark.models import AccessRequest, Assessment
from tracker.db import Database
from tracker.web.front import Front

LINK = re.compile(r"Confirm your address: http://tracker\.test(\S+)")


async def ask(browser: Browser, address: str, *, key: str = "kent", **fields: str) -> None:
    answer = await browser.send(
        f"/authorities/{key}/access", **{"name": "Bob", "address": address, "why": "", **fields}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/authorities/{key}/access/sent")
    await browser.follow(answer)
    assert browser.heading == "Check your email"


def link_in(mails: list[Mail]) -> str:
    (mail,) = [mail for mail in mails if mail.kind == "benchmark-prove"]
    found = LINK.search(mail.text)
    assert found
    return found[1]


async def proved(front: Front, mailbox: Mailbox, address: str, **given: str) -> list[Mail]:
    """Ask, follow the link and confirm; the mails that come of it."""
    browser = Browser(front)
    await ask(browser, address, **given)
    path = link_in(await mailbox.new())
    await browser.get(path)
    assert browser.heading == "Confirm your address"
    await browser.follow(await browser.send(path))
    assert browser.heading == "Your address is confirmed"
    return await mailbox.new()


async def request(database: Database, under: str, address: str = "") -> str:
    """Where the request of an address is answered, or the newest one."""
    async with database.reading() as db:
        found = select(AccessRequest.mark).order_by(col(AccessRequest.id).desc())
        marks = await db.exec(found.where(AccessRequest.address == address) if address else found)
        return f"{under}/{marks.first()}"


async def held(database: Database, address: str) -> list[tuple[str, str]]:
    async with database.reading() as db:
        found = select(HeldRole.role, HeldRole.of).join(Person).where(Person.address == address)
        return sorted((await db.exec(found)).all())


async def test_the_first_with_an_address_of_the_authority_leads_and_is_told_what_that_means(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    (mail,) = await proved(front, mailbox, "bob@kent.gov.uk")
    assert await held(database, "bob@kent.gov.uk") == [("authority-lead", "kent")]
    assert (mail.to, mail.subject) == ("bob@kent.gov.uk", "You are now authority lead in the benchmark of Kent")
    assert "What it means to lead" in mail.text
    assert "your address is at kent.gov.uk" in mail.text
    assert "http://tracker.test/sign-in?next=/benchmark/kent" in mail.text


async def test_the_next_contributes_and_the_lead_is_told(front: Front, database: Database, mailbox: Mailbox) -> None:
    await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    await mailbox.new()
    mails = await proved(front, mailbox, "bob@kent.gov.uk")
    assert await held(database, "bob@kent.gov.uk") == [("contributor", "kent")]
    assert {(mail.to, mail.subject) for mail in mails} == {
        ("bob@kent.gov.uk", "You are now contributor in the benchmark of Kent"),
        ("alice@example.org", "Bob is now contributor in the benchmark of Kent"),
    }


async def test_nobody_comes_to_lead_what_others_have_begun(front: Front, database: Database, mailbox: Mailbox) -> None:
    alice = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    async with database.writing() as db:
        db.add(Assessment(authority="kent", round="2026-10", edition="2026-11", started_at=mailbox.now))
        await people.take_away(db, alice, Role.AUTHORITY_LEAD, "kent", by=None, now=mailbox.now)
    await proved(front, mailbox, "bob@kent.gov.uk")
    await proved(front, mailbox, "dora@kent.gov.uk")
    for address in ("bob@kent.gov.uk", "dora@kent.gov.uk"):
        assert await held(database, address) == [("contributor", "kent")]


async def test_an_address_of_its_company_is_let_in_at_once(front: Front, database: Database, mailbox: Mailbox) -> None:
    await proved(front, mailbox, "bob@sloughchildrenfirst.co.uk", key="slough")
    assert await held(database, "bob@sloughchildrenfirst.co.uk") == [("authority-lead", "slough")]


@pytest.mark.parametrize(
    ("key", "address"),
    [
        pytest.param("kent", "bob@kent.gov.uk.example.org", id="a domain that begins alike"),
        pytest.param("kent", "bob@notkent.gov.uk", id="a domain that ends alike"),
        pytest.param("kent", "bob@schools.kent.gov.uk", id="a domain below, which may be anybody's"),
        pytest.param("kent", "bob@gov.uk", id="a domain above"),
        pytest.param("richmond-upon-thames", "bob@wandsworth.gov.uk", id="its neighbour's"),
        pytest.param("leeds", "bob@achievingforchildren.org.uk", id="somebody else's company"),
        pytest.param("slough", "bob@achievingforchildren.org.uk", id="another authority's company"),
    ],
)
def test_what_only_looks_like_an_address_of_the_authority_is_none(key: str, address: str) -> None:
    authority = authority_of(key)
    assert authority
    assert not is_own_address(authority, address)


async def test_anybody_else_waits_for_the_lead(front: Front, database: Database, mailbox: Mailbox) -> None:
    alice = await signed_in(front, database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    await mailbox.new()
    (mail,) = await proved(front, mailbox, "bob@nhs.uk", why="I chair the carers’ panel.")
    assert (mail.to, mail.kind) == ("alice@example.org", "benchmark-waiting")
    assert "I chair" not in mail.text
    assert await held(database, "bob@nhs.uk") == []
    await alice.get("/benchmark/kent/people")
    await alice.get(await request(database, "/benchmark/kent/people/requests"))
    assert "I chair the carers’ panel." in alice.page
    assert alice.heading == "Bob asks for access"
    answer = await alice.send(
        await request(database, "/benchmark/kent/people/requests"), answer="let-in", roles=["reader", "approver"]
    )
    await alice.follow(answer)
    assert "They can come in now" in alice.page
    assert await held(database, "bob@nhs.uk") == [("approver", "kent"), ("reader", "kent")]
    assert {mail.to for mail in await mailbox.new()} == {"bob@nhs.uk"}
    again = await alice.send(await request(database, "/benchmark/kent/people/requests"), answer="refuse")
    await alice.follow(again)
    assert "Somebody else had answered" in alice.page
    assert await held(database, "bob@nhs.uk") == [("approver", "kent"), ("reader", "kent")]


async def test_letting_in_without_a_role_is_asked_again(front: Front, database: Database, mailbox: Mailbox) -> None:
    alice = await signed_in(front, database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    await proved(front, mailbox, "bob@nhs.uk")
    assert (
        await alice.send(await request(database, "/benchmark/kent/people/requests"), answer="let-in")
    ).status_code == 422
    assert alice.problems == ["Choose what they may do"]


async def test_who_was_refused_is_told_and_does_not_get_in_later_by_their_address(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    alice = await signed_in(front, database, "Alice", Role.AUTHORITY_LEAD, of="slough")
    await proved(front, mailbox, "bob@achievingforchildren.org.uk", key="slough")
    await alice.send(await request(database, "/benchmark/slough/people/requests"), answer="refuse")
    (mail,) = [mail for mail in await mailbox.new() if mail.to != "alice@example.org"]
    assert (mail.to, mail.kind) == ("bob@achievingforchildren.org.uk", "benchmark-refused")
    async with database.writing() as db:  # as if the domain had become known since
        row = await db.get(AccessRequest, 1)
        assert row
        row.address = "bob@slough.gov.uk"
        db.add(row)
    await proved(front, mailbox, "bob@slough.gov.uk", key="slough")
    assert await held(database, "bob@slough.gov.uk") == []


async def test_whom_a_lead_took_out_does_not_come_back_by_asking(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    alice = await signed_in(front, database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    await proved(front, mailbox, "bob@kent.gov.uk")
    async with database.reading() as db:
        bob = (await person_at(db, "bob@kent.gov.uk")).id or 0
    await alice.send(f"/benchmark/kent/people/{mark(bob)}")
    assert await held(database, "bob@kent.gov.uk") == []
    mails = await proved(front, mailbox, "bob@kent.gov.uk")
    assert "benchmark-waiting" in {mail.kind for mail in mails}
    assert await held(database, "bob@kent.gov.uk") == []


async def test_asking_again_gives_a_reader_no_more_than_they_have(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    async with database.writing() as db:
        bob = await people.add_person(db, "bob@kent.gov.uk", name="Bob", by=None, now=mailbox.now)
        await people.give(db, bob.id or 0, Role.READER, "kent", by=None, now=mailbox.now)
    await mailbox.new()
    assert await proved(front, mailbox, "bob@kent.gov.uk") == []
    assert await held(database, "bob@kent.gov.uk") == [("reader", "kent")]


async def test_who_runs_the_tracker_is_not_let_in_by_their_address(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    async with database.writing() as db:
        root = await people.add_person(db, "root@kent.gov.uk", name="Root", by=None, now=mailbox.now)
        await people.give(db, root.id or 0, Role.EDITOR, "", by=None, now=mailbox.now)
    await proved(front, mailbox, "root@kent.gov.uk")
    alice = await signed_in(front, database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    assert (
        await alice.send(await request(database, "/benchmark/kent/people/requests"), answer="let-in", roles=["reader"])
    ).status_code == 422
    assert "Nobody can both run this tracker and take part" in alice.page
    assert await held(database, "root@kent.gov.uk") == [("editor", "")]


async def test_who_was_stopped_is_not_let_in_by_their_address(
    front: Front, database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    await signed_in(front, database, "Alice", Role.ADMIN)
    async with database.writing() as db:
        bob = await people.add_person(db, "bob@kent.gov.uk", name="Bob", by=None, now=clock())
        await people.stop(db, bob.id or 0, by=None, now=clock())
    await proved(front, mailbox, "bob@kent.gov.uk")
    assert await held(database, "bob@kent.gov.uk") == []


async def test_one_person_may_belong_to_several_authorities(front: Front, database: Database, mailbox: Mailbox) -> None:
    for key in ("kingston-upon-thames", "richmond-upon-thames"):
        await proved(front, mailbox, "bob@achievingforchildren.org.uk", key=key)
    assert await held(database, "bob@achievingforchildren.org.uk") == [
        ("authority-lead", "kingston-upon-thames"),
        ("authority-lead", "richmond-upon-thames"),
    ]


async def test_without_a_lead_an_admin_decides_and_sees_nothing_where_there_is_one(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    root = await signed_in(front, database, "Root", Role.ADMIN)
    await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    await proved(front, mailbox, "bob@nhs.uk", key="kent")
    await proved(front, mailbox, "carol@nhs.uk", key="leeds")
    await root.get("/people/requests")
    assert "carol@nhs.uk" in root.page
    assert "bob@nhs.uk" not in root.page
    assert (
        await root.send(await request(database, "/people/requests", "bob@nhs.uk"), answer="lead")
    ).status_code == 404
    assert (
        await root.send(await request(database, "/people/requests", "carol@nhs.uk"), answer="lead")
    ).status_code == 303
    assert await held(database, "carol@nhs.uk") == [("authority-lead", "leeds")]
    assert await held(database, "bob@nhs.uk") == []


async def test_showing_the_link_proves_nothing_and_a_forged_one_leads_nowhere(
    front: Front, database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    browser = Browser(front)
    await ask(browser, "bob@kent.gov.uk")
    path = link_in(await mailbox.new())
    await browser.get(path)
    assert await mailbox.new() == []
    start, name, token = path.rsplit("/", 2)
    for wrong in (path[:-2] + "xx", f"{start}/{name[::-1]}/{token}", f"{start}/1/{token}", f"{start}/a%00/{token}"):
        for answer in (await browser.get(wrong), await browser.send(wrong)):
            assert (answer.status_code, browser.heading) == (404, "This link does not work")
    clock.move(timedelta(days=3))
    assert (await browser.send(path)).status_code == 404
    assert await held(database, "bob@kent.gov.uk") == []


async def test_the_link_works_once_and_says_so_when_it_is_followed_again(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    browser = Browser(front)
    await ask(browser, "bob@kent.gov.uk")
    path = link_in(await mailbox.new())
    for _ in range(2):
        await browser.follow(await browser.send(path))
        assert browser.heading == "Your address is confirmed"
    assert len(await mailbox.new()) == 1


async def test_requests_are_forgotten_when_their_time_is_over(
    front: Front, database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    await ask(Browser(front), "never@kent.gov.uk")
    await mailbox.new()
    await proved(front, mailbox, "bob@kent.gov.uk")
    await proved(front, mailbox, "carol@nhs.uk")
    await proved(front, mailbox, "dave@nhs.uk")
    lead = await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    _, asked = (await request(database, "", "dave@nhs.uk")).split("/")
    async with database.writing() as db:
        await joining.refuse(db, "kent", asked, by=lead, now=clock())
    left = {}
    for days in (7, 28, 90, 365):
        clock.now = mailbox.now + timedelta(days=days)
        await forget_access(database, clock)
        async with database.reading() as db:
            left[days] = set((await db.exec(select(AccessRequest.address))).all())
    bob, carol, dave = "bob@kent.gov.uk", "carol@nhs.uk", "dave@nhs.uk"
    assert left == {7: {bob, carol, dave}, 28: {carol, dave}, 90: {dave}, 365: set()}


@pytest.fixture
def mailbox(database: Database, clock: FixedClock) -> Mailbox:
    return Mailbox(database, clock)
