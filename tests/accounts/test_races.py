"""What is tried many times at the same moment, by somebody who guesses or by two admins."""

import asyncio
from datetime import timedelta

from sqlmodel import col, select

from tests.accounts.test_sign_in import Mailbox, ask, wrong
from tests.browsers import Browser, add_person, opened
from tests.conftest import FixedClock
from tracker.accounts.models import HeldRole, LoginSession, Person, SignIn
from tracker.accounts.policies import Role
from tracker.accounts.rules import MOST_TRIES
from tracker.db import Database
from tracker.web.front import Front

AT_ONCE = 50


async def test_fifty_wrong_codes_at_the_same_moment_are_five_tries(
    front: Front, database: Database, clock: FixedClock
) -> None:
    await add_person(database, "Alice")
    browser = Browser(front)
    await ask(browser)
    code = (await Mailbox(database, clock).newest()).code
    answers = await asyncio.gather(*(browser.send("/sign-in/sent", code=wrong(code)) for _ in range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {422, 410}
    async with database.reading() as db:
        assert (await db.exec(select(SignIn.tries))).all() == [MOST_TRIES]
    assert (await browser.send("/sign-in/sent", code=code)).status_code == 410
    async with database.reading() as db:
        assert (await db.exec(select(LoginSession))).all() == []


async def test_one_code_too_many_says_how_long_to_wait_and_is_not_judged(
    front: Front, database: Database, clock: FixedClock
) -> None:
    await add_person(database, "Alice")
    await asyncio.gather(*(Browser(front).send("/sign-in/sent", code="00000000") for _ in range(60)))
    await ask(browser := Browser(front))
    code = (await Mailbox(database, clock).newest()).code
    answer = await browser.send("/sign-in/sent", code=code)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "That was too often" in " ".join(browser.problems)
    clock.move(timedelta(seconds=int(answer.headers["retry-after"])))
    assert (await browser.send("/sign-in/sent", code=code)).status_code == 303


async def test_two_admins_who_stop_each_other_leave_one(front: Front, database: Database) -> None:
    ids = [await add_person(database, name, Role.ADMIN) for name in ("Ann", "Bob")]
    ann, bob = [await opened(front, database, each) for each in ids]
    await asyncio.gather(ann.send(f"/people/{ids[1]}/stop"), bob.send(f"/people/{ids[0]}/stop"))
    async with database.reading() as db:
        assert len((await db.exec(select(Person).where(col(Person.stopped_at).is_(None)))).all()) >= 1


async def test_two_admins_who_take_each_others_role_leave_one(front: Front, database: Database) -> None:
    ids = [await add_person(database, name, Role.ADMIN) for name in ("Ann", "Bob")]
    ann, bob = [await opened(front, database, each) for each in ids]
    await asyncio.gather(
        ann.send(f"/people/{ids[1]}/take", role="admin", of=""), bob.send(f"/people/{ids[0]}/take", role="admin", of="")
    )
    async with database.reading() as db:
        assert len((await db.exec(select(HeldRole))).all()) == 1


async def test_the_same_role_given_ten_times_at_once_is_held_once(front: Front, database: Database) -> None:
    root, carol = await add_person(database, "Root", Role.ADMIN), await add_person(database, "Carol")
    admin = await opened(front, database, root)
    answers = await asyncio.gather(*(admin.send(f"/people/{carol}/give", role="editor") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {303}
    async with database.reading() as db:
        assert len((await db.exec(select(HeldRole).where(HeldRole.person_id == carol))).all()) == 1


async def test_the_same_person_added_ten_times_at_once_is_there_once(front: Front, database: Database) -> None:
    admin = await opened(front, database, await add_person(database, "Root", Role.ADMIN))
    typed = {"name": "Dan", "role": "editor"}
    answers = await asyncio.gather(
        *(admin.send("/people", **typed, address=address) for address in ["dan@example.org", "DAN@Example.ORG"] * 5)
    )
    assert sorted(answer.status_code for answer in answers) == [303] + [422] * 9
    async with database.reading() as db:
        assert len((await db.exec(select(Person).where(Person.address == "dan@example.org"))).all()) == 1
