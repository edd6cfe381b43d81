"""People: one's own account, and what admins do about everybody's."""

import json

import pytest
from sqlmodel import select

from tests.browsers import Browser, add_person, opened, signed_in
from tests.conftest import FixedClock
from tracker.accounts.models import Audited, HeldRole, Person
from tracker.accounts.policies import Role
from tracker.db import Database
from tracker.web.front import Front


async def audited(database: Database) -> list[tuple[int | None, str, str, dict[str, object]]]:
    async with database.reading() as db:
        rows = (await db.exec(select(Audited).order_by(Audited.id))).all()  # type: ignore[arg-type]  # a column
    return [(row.person_id, row.did, row.about, json.loads(row.detail)) for row in rows]


async def may_see_account(browser: Browser) -> bool:
    return (await browser.get("/account")).status_code == 200


async def test_signing_out_ends_the_session_and_not_only_the_cookie(front: Front, database: Database) -> None:
    alice = await signed_in(front, database, "Alice")
    copied = Browser(front)
    copied.client.cookies.update(alice.client.cookies)
    await alice.follow(await alice.send("/sign-out"))
    assert alice.heading == "You have signed out"
    assert not alice.client.cookies
    assert not await may_see_account(copied)
    assert (await alice.send("/sign-out")).status_code == 303


async def test_signing_out_is_asked_for_where_a_link_leads_to_it(front: Front, database: Database) -> None:
    alice = await signed_in(front, database, "Alice")
    await alice.get("/sign-out")
    assert alice.heading == "Sign out"
    assert await may_see_account(alice)


async def test_one_sees_where_one_is_signed_in_and_ends_one_of_them(front: Front, database: Database) -> None:
    alice = await add_person(database, "Alice")
    desk, phone = await opened(front, database, alice), await opened(front, database, alice)
    await desk.get("/account")
    assert desk.page.count("Another browser") >= 2
    assert desk.page.count("(this one)") == 1
    assert (await desk.send("/account/sessions/2/end")).headers["location"] == "/account"
    assert not await may_see_account(phone)
    assert await may_see_account(desk)
    assert (await desk.send("/account/sessions/1/end")).headers["location"] == "/sign-out"
    assert not await may_see_account(desk)


@pytest.mark.parametrize("session", ["1", "99", "x", "99999999999999999999"])
async def test_nobody_ends_a_session_of_somebody_else(front: Front, database: Database, session: str) -> None:
    alice, bob = await signed_in(front, database, "Alice"), await signed_in(front, database, "Bob")
    assert (await bob.send(f"/account/sessions/{session}/end")).status_code == 404
    assert await may_see_account(alice)


async def test_one_signs_out_everywhere(front: Front, database: Database) -> None:
    alice = await add_person(database, "Alice")
    desk, phone = await opened(front, database, alice), await opened(front, database, alice)
    bob = await signed_in(front, database, "Bob")
    assert (await phone.send("/account/sign-out-everywhere")).status_code == 303
    assert [await may_see_account(browser) for browser in (desk, phone, bob)] == [False, False, True]


async def test_an_admin_adds_somebody_with_a_role(front: Front, database: Database) -> None:
    root = await signed_in(front, database, "Root", Role.ADMIN)
    await root.get("/people")
    given = {"name": "Alice", "address": "Alice@Example.org", "role": "organisation-author", "organisation": "Kinship"}
    await root.follow(await root.send("/people", **given))
    assert root.heading == "Alice"
    assert "Organisation author for Kinship" in root.page
    assert "alice@example.org" in root.page
    (*_, added, gave) = await audited(database)
    assert added == (1, "added a person", "person/2", {})
    assert gave == (1, "gave a role", "person/2", {"role": "organisation-author", "of": "Kinship"})


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": ""}, "Enter their name"),
        ({"name": "a" * 101}, "The name must be 100 characters or fewer: it has 101"),
        ({"name": "A\r\nBcc: x"}, "The name must be one line"),
        ({"address": "alice"}, "Enter an email address in the correct format, like name@example.com"),
        ({"address": ""}, "Enter their email address"),
        ({"address": "root@example.org"}, "There is already a person with the address root@example.org"),
        ({"role": ""}, "Choose what they may do"),
        ({"role": "king"}, "Choose what they may do"),
        ({"role": "organisation-author"}, "Say which organisation the role organisation-author is held for"),
        ({"role": "reader"}, "Say which local authority the role reader is held for"),
        ({"role": "reader", "council": "atlantis"}, "There is no council “atlantis” in our list"),
    ],
)
async def test_what_is_wrong_with_somebody_new_is_said_and_nothing_is_kept(
    front: Front, database: Database, changed: dict[str, str], problem: str
) -> None:
    root = await signed_in(front, database, "Root", Role.ADMIN)
    given = {"name": "Alice", "address": "alice@example.org", "role": "editor", "organisation": "", "council": ""}
    answer = await root.send("/people", **{**given, **changed})
    assert answer.status_code == 422
    assert root.problems[0].startswith(problem)
    assert 'value="alice@example.org"' in root.page or "address" in changed
    async with database.reading() as db:
        assert (await db.exec(select(Person.name))).all() == ["Root"]


async def test_an_admin_gives_and_takes_roles(front: Front, database: Database) -> None:
    root, bob = await signed_in(front, database, "Root", Role.ADMIN), await signed_in(front, database, "Bob")
    for _ in range(2):  # twice is once
        assert (await root.send("/people/2/give", role="reader", council="kent")).status_code == 303
    await bob.get("/account")
    assert bob.page.count("Reader for Kent") == 1
    assert (await root.send("/people/2/take", role="reader", of="kent")).status_code == 303
    await bob.get("/account")
    assert "Reader" not in bob.page
    assert (await root.send("/people/2/take", role="reader", of="kent")).status_code == 404


async def test_a_role_that_is_taken_away_is_gone_at_once(front: Front, database: Database) -> None:
    root, second = [await signed_in(front, database, name, Role.ADMIN) for name in ("Root", "Second")]
    assert (await second.get("/people")).status_code == 200
    await root.send("/people/2/take", role="admin")
    assert (await second.get("/people")).status_code == 403


async def test_somebody_who_is_stopped_is_out_at_once_and_can_be_let_in_again(
    front: Front, database: Database, clock: FixedClock
) -> None:
    root, bob = await signed_in(front, database, "Root", Role.ADMIN), await signed_in(front, database, "Bob")
    await root.follow(await root.send("/people/2/stop"))
    assert "Bob cannot sign in" in root.page
    assert not await may_see_account(bob)
    await root.follow(await root.send("/people/2/let-in"))
    assert "Bob cannot sign in" not in root.page
    # The session that was ended is not brought back.
    assert not await may_see_account(bob)


async def test_an_admin_signs_somebody_out_everywhere(front: Front, database: Database) -> None:
    root, bob = await signed_in(front, database, "Root", Role.ADMIN), await signed_in(front, database, "Bob")
    assert (await root.send("/people/2/sign-out")).status_code == 303
    assert not await may_see_account(bob)
    assert await may_see_account(root)
    assert (await audited(database))[-1] == (1, "signed out everywhere", "person/2", {})


@pytest.mark.parametrize(("path", "fields"), [("take", {"role": "admin"}), ("stop", {})])
async def test_the_last_admin_stays(front: Front, database: Database, path: str, fields: dict[str, str]) -> None:
    root = await signed_in(front, database, "Root", Role.ADMIN)
    await add_person(database, "Stopped", Role.ADMIN)
    assert (await root.send("/people/2/stop")).status_code == 303
    assert (await root.send(f"/people/1/{path}", **fields)).status_code == 422
    assert root.problems == ["This is the only admin: make somebody else admin first"]
    async with database.reading() as db:
        assert "admin" in (await db.exec(select(HeldRole.role).where(HeldRole.person_id == 1))).all()


@pytest.mark.parametrize("number", ["0", "99", "x", "99999999999999999999"])
async def test_somebody_who_does_not_exist_is_not_found(front: Front, database: Database, number: str) -> None:
    root = await signed_in(front, database, "Root", Role.ADMIN)
    assert (await root.get(f"/people/{number}")).status_code == 404
    assert (await root.send(f"/people/{number}/stop")).status_code == 404


async def test_what_people_are_called_is_shown_as_text(front: Front, database: Database) -> None:
    root = await signed_in(front, database, "Root", Role.ADMIN)
    await root.follow(await root.send("/people", name="<b>Al</b>", address="al@example.org", role="editor"))
    assert "<b>Al" not in root.page
    assert "&lt;b&gt;Al" in root.page


@pytest.mark.parametrize(
    "of",
    ["a\x00b", "a\r\nb", "a\u2028b", "x" * 5000],
    ids=["a NUL", "two lines", "a line separator", "far too long"],
)
async def test_what_no_database_keeps_is_refused_in_every_field(front: Front, database: Database, of: str) -> None:
    root, alice = await signed_in(front, database, "Root", Role.ADMIN), await add_person(database, "Alice")
    sent = {"role": Role.ORGANISATION_AUTHOR, "of": of, "organisation": of}
    for act in ("take", "give"):
        assert (await root.send(f"/people/{alice}/{act}", **sent)).status_code == 422
    assert (await root.send("/people", name=of, address="b@example.org", role="editor")).status_code == 422
