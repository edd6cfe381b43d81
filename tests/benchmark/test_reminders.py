"""Reminders of actions: when they are due, to whom, once, and without a word of what the action says."""

from datetime import date, timedelta

import pytest

from tests.benchmark.answering import mark
from tests.benchmark.mailbox import Mail, Mailbox
from tests.benchmark.test_plan import KENT, actions, added, lead
from tests.browsers import add_person
from tests.conftest import FixedClock
from tracker.accounts import people
from tracker.accounts.policies import Role
from tracker.benchmark.planning.reminders import remind_owners
from tracker.benchmark.planning.rules import reminder_day
from tracker.db import Database
from tracker.web.front import Front

DUE = date(2027, 3, 31)


@pytest.mark.parametrize(
    ("today", "day"),
    [
        (date(2027, 3, 16), None),
        (date(2027, 3, 17), date(2027, 3, 17)),
        (date(2027, 3, 29), date(2027, 3, 17)),
        (date(2027, 3, 30), date(2027, 3, 30)),
        (date(2027, 3, 31), date(2027, 3, 30)),
        (date(2027, 4, 1), date(2027, 4, 1)),
        (date(2027, 4, 7), date(2027, 4, 1)),
        (date(2027, 4, 8), date(2027, 4, 8)),
        (date(2027, 5, 1), date(2027, 4, 29)),
    ],
)
def test_owners_are_reminded_14_days_and_a_day_before_and_then_weekly(today: date, day: date | None) -> None:
    assert reminder_day(DUE, today) == day


async def reminders(database: Database, clock: FixedClock, mailbox: Mailbox) -> list[Mail]:
    await remind_owners(database, clock)
    return [mail for mail in await mailbox.new() if mail.kind == "benchmark-reminder"]


async def test_an_owner_gets_one_mail_about_all_that_is_due_and_it_says_nothing_of_it(
    front: Front, database: Database, clock: FixedClock
) -> None:
    mailbox = Mailbox(database, clock)
    alice = await lead(front, database)
    carol = await add_person(database, "Carol", Role.CONTRIBUTOR, of="kent")
    await added(alice, title="A secret plan", owner=mark(carol), due="30 November 2026")
    await added(alice, title="Another secret", owner=mark(carol), due="1 November 2026")
    await added(alice, title="Far ahead", owner=mark(carol), due="30 November 2027")
    assert await reminders(database, clock, mailbox) == []
    clock.move(timedelta(days=7))
    (mail,) = await reminders(database, clock, mailbox)
    assert (mail.to, mail.subject) == ("carol@example.org", "1 of your actions is overdue: Kent")
    assert f"Open it: http://tracker.test{KENT}/1" in mail.text
    assert "1 November 2026, 28 days overdue" in mail.text
    assert "secret" not in mail.text
    assert f"{KENT}/3" not in mail.text
    assert await reminders(database, clock, mailbox) == []


async def test_leads_are_reminded_of_what_nobody_owns(front: Front, database: Database, clock: FixedClock) -> None:
    mailbox = Mailbox(database, clock)
    alice = await lead(front, database)
    await lead(front, database, "Bob")
    carol = await add_person(database, "Carol", Role.CONTRIBUTOR, of="kent")
    await added(alice, owner=mark(carol), due="30 November 2026")
    async with database.writing() as db:
        await people.take_away(db, carol, Role.CONTRIBUTOR, "kent", by=None, now=clock())
    clock.move(timedelta(days=7))
    found = await reminders(database, clock, mailbox)
    assert sorted(mail.to for mail in found) == ["alice@example.org", "bob@example.org"]
    assert {mail.subject for mail in found} == {"1 of your actions is due soon: Kent"}


async def test_a_new_day_or_owner_starts_the_reminders_again_and_what_is_done_has_none(
    front: Front, database: Database, clock: FixedClock
) -> None:
    mailbox = Mailbox(database, clock)
    alice = await lead(front, database)
    done, moved = await added(alice, due="30 November 2026"), await added(alice, title="Moved", due="30 November 2026")
    await alice.send(f"{done}/updates", status="done", text="")
    await alice.get(f"{moved}/edit")
    fields = {
        "criterion": "K1",
        "title": "Moved",
        "owner": "",
        "priority": "low",
        "target": "",
        "status": "not-started",
    }
    await alice.send(f"{moved}/edit", **fields, due="31 December 2026", seen="1")
    clock.move(timedelta(days=8))
    assert await reminders(database, clock, mailbox) == []
    clock.move(timedelta(days=17))
    assert len(await reminders(database, clock, mailbox)) == 1
    assert [row.reminded_on for row in await actions(database)] == [date(2026, 11, 22), date(2026, 12, 17)]
