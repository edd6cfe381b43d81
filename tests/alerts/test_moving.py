"""Changing the address when other things happen too: nobody loses alerts, or gets at somebody else's."""

import pytest
import pytest_asyncio
from sqlmodel import select

from tests.alerts.mailbox import Mail, Mailbox, path_of
from tests.alerts.make import SLUG, follower
from tests.browsers import SECRETS, Browser
from tests.conftest import NOON, FixedClock
from tracker.alerts import actions, links, standing
from tracker.alerts.models import Destination
from tracker.db import Database

TO_14 = f"announcement/{SLUG}/14"
OLD, NEW, LATER = "carol@example.org", "carol@new.example.org", "carol@later.example.org"


def home_of(row: Destination) -> str:
    return path_of(links.manage_address("http://tracker.test", SECRETS, row.id or 0, row.created_at))


@pytest_asyncio.fixture
async def home(database: Database) -> str:
    """Where Carol manages what comes to her old address."""
    async with database.writing() as db:
        return home_of(await follower(db, OLD, [TO_14]))


async def row_at(database: Database, address: str) -> Destination:
    async with database.reading() as db:
        return (await db.exec(select(Destination).where(Destination.address == address))).one()


async def ask(browser: Browser, home: str, mailbox: Mailbox, to: str) -> Mail:
    """The mail by which an address agrees to get what comes to another."""
    await browser.send(f"{home}/address", address=to)
    return await mailbox.newest(to)


async def test_asking_twice_and_confirming_twice_moves_once(
    browser: Browser, home: str, mailbox: Mailbox, database: Database, clock: FixedClock
) -> None:
    first = await ask(browser, home, mailbox, NEW)
    second = await ask(browser, home, mailbox, NEW)
    assert first.confirm != second.confirm
    assert (await browser.send(second.confirm)).status_code == 303
    await browser.send(first.confirm)
    row = await row_at(database, NEW)
    assert (row.stopped_at, row.confirmed_at) == (None, NOON)
    async with database.reading() as db:
        assert await standing.topics_of(db, row.id or 0) == [TO_14]


async def test_a_move_that_was_asked_for_before_another_is_off(
    browser: Browser, home: str, mailbox: Mailbox, database: Database
) -> None:
    first, second = await ask(browser, home, mailbox, NEW), await ask(browser, home, mailbox, LATER)
    assert (await browser.send(first.confirm)).status_code == 404
    assert (await browser.send(second.confirm)).status_code == 303
    assert (await row_at(database, LATER)).stopped_at is None


async def test_a_link_to_the_old_address_opens_nothing_once_alerts_have_moved(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    await browser.send("/subscribe", topic=TO_14, often="daily", address=OLD)
    old = await mailbox.newest(OLD)
    await browser.send(old.confirm)
    moved = await ask(browser, home_of(await row_at(database, OLD)), mailbox, NEW)
    await browser.send(moved.confirm)
    assert (await browser.get(old.confirm)).status_code == 404
    assert (await browser.send(old.confirm)).status_code == 404
    new = home_of(await row_at(database, NEW))
    await browser.send((await ask(browser, new, mailbox, LATER)).confirm)
    for way in (browser.get, browser.send):
        assert (await way(moved.confirm)).status_code == 404


@pytest.mark.parametrize("stopped", [True, False], ids=["stopped", "at work"])
async def test_an_address_that_owns_webhooks_keeps_them_when_alerts_move_to_it(
    browser: Browser, home: str, mailbox: Mailbox, database: Database, stopped: bool
) -> None:
    async with database.writing() as db:
        owner = await follower(db, NEW, stopped_at=NOON if stopped else None, stopped_because="asked")
        await follower(db, "https://hooks.example.org/", owner_id=owner.id)
        mover = await row_at(database, OLD)
        await follower(db, "https://hooks.example.org/2", owner_id=mover.id)
    assert (await browser.send((await ask(browser, home, mailbox, NEW)).confirm)).status_code == 303
    row = await row_at(database, NEW)
    async with database.reading() as db:
        owned = await standing.webhooks_of(db, row.id or 0)
    assert {hook.address for hook in owned} == {"https://hooks.example.org/", "https://hooks.example.org/2"}


async def test_what_both_addresses_were_told_stays_one_message(
    browser: Browser, home: str, mailbox: Mailbox, database: Database
) -> None:
    async with database.writing() as db:
        for address in (OLD, NEW):
            row = await actions.email_destination(db, address, now=NOON)
            await actions.owe_mail(db, about="verdict-stale:1", message="verdict-stale", destination=row, now=NOON)
    mail = await ask(browser, home, mailbox, NEW)
    assert (await browser.send(mail.confirm)).status_code == 303
    assert (await row_at(database, NEW)).confirmed_at == NOON
