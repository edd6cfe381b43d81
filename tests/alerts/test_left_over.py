"""What is left of somebody who goes: the rows of every table are looked into, for the address in any form."""

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, MetaData, inspect, select

from tests.alerts.fakes import Recorder, sender
from tests.alerts.mailbox import Mailbox, path_of
from tests.alerts.make import SLUG, follower, published
from tests.alerts.test_manage import home_of
from tests.browsers import SECRETS, Browser
from tests.conftest import NOON, FixedClock
from tracker.accounts.models import Audited
from tracker.alerts import actions, links, retention
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.schemas import Came, Tried
from tracker.db import Database

TO_14 = f"announcement/{SLUG}/14"
CAROL, HOOK = "carol@example.org", "https://hooks.example.org/secret-path"
DAY = timedelta(days=1)


async def found(database: Database, *texts: str) -> list[str]:
    """Where any of these stands, in whatever table."""

    def look(connection: Connection) -> Iterator[str]:
        held = MetaData()
        held.reflect(connection)
        assert {"destination", "delivery", "attempt", "asking", "audit", "bucket"} <= set(
            inspect(connection).get_table_names()
        )
        for table in held.sorted_tables:
            for row in connection.execute(select(table)):
                said = json.dumps([str(value) for value in row], ensure_ascii=False).lower()
                yield from (f"{table.name}: {text}" for text in texts if text.lower() in said)

    async with database.engine.connect() as connection:
        return sorted(set(await connection.run_sync(lambda sync: list(look(sync)))))


def forms_of(address: str) -> tuple[str, ...]:
    """An address, and what anybody can work out of it who has a list of addresses."""
    return address, *(hashlib.new(name, address.encode()).hexdigest() for name in ("md5", "sha1", "sha256"))


async def hear(database: Database, clock: FixedClock) -> Destination:
    """Carol follows 14 by mail and by webhook; a mail server and an endpoint repeat where they are."""
    async with database.writing() as db:
        row = await follower(db, CAROL, [TO_14])
        await follower(db, HOOK, [TO_14], owner_id=row.id, name=f"Cases of {CAROL}")
        await actions.owe(db, await published(db, [TO_14]), now=clock())
    mails, hooks = Recorder(), Recorder()
    mails.answers[CAROL] = Tried(came=Came.AGAIN, error=f"451 <{CAROL}>: try later", status=451)
    hooks.answers[HOOK] = Tried(came=Came.AGAIN, error="ClientConnectorError: hooks.example.org:443", status=None)
    await sender(database, clock, email=mails, webhook=hooks).drain()
    return row


async def test_a_mail_servers_error_is_kept_without_the_address(database: Database, clock: FixedClock) -> None:
    await hear(database, clock)
    async with database.reading() as db:
        said = (await db.exec(select(Delivery.last_error).where(Delivery.channel == "email"))).scalars().all()
    assert said == ["451 (address) try later"]


async def test_nothing_is_left_of_who_erased_everything_but_a_hash_that_only_we_can_make(
    database: Database, clock: FixedClock, browser: Browser, mailbox: Mailbox
) -> None:
    row = await hear(database, clock)
    await browser.send("/subscribe", topic=TO_14, often="daily", address=CAROL.upper())
    await browser.send("/subscriptions", address=CAROL)
    await browser.send(f"{home_of(row)}/address", address="carol@new.example.org")
    assert await found(database, CAROL)
    await browser.send(f"{home_of(row)}/erase")
    assert await found(database, *forms_of(CAROL), *forms_of(HOOK), "hooks.example.org") == []
    assert await found(database, SECRETS.token("address", CAROL)) == [f"destination: {SECRETS.token('address', CAROL)}"]
    await sender(database, clock, email=Recorder()).drain()
    clock.move(28 * DAY)
    async with database.writing() as db:
        await retention.forget(db, secrets=SECRETS, now=clock())
    assert await found(database, SECRETS.token("address", CAROL), "carol") == []


async def test_28_days_after_it_was_stopped_nothing_says_whose_it_was(database: Database, clock: FixedClock) -> None:
    row = await hear(database, clock)
    async with database.writing() as db:
        await actions.stop(db, row.id or 0, because="asked", now=clock())
        for hook in await db.exec(select(Destination.id).where(Destination.owner_id == row.id)):
            await actions.stop(db, hook.id, because="asked", now=clock())
    clock.move(28 * DAY)
    async with database.writing() as db:
        await retention.forget(db, secrets=SECRETS, now=clock())
    assert await found(database, *forms_of(CAROL), *forms_of(HOOK), "hooks.example.org", "carol", "whsec_") == []


@pytest.mark.parametrize("by", ["mail program", "page"])
async def test_a_one_click_stop_is_noted_with_the_mail_that_it_came_from(
    database: Database, clock: FixedClock, browser: Browser, by: str
) -> None:
    async with database.writing() as db:
        row, other = await follower(db, CAROL, [TO_14]), await follower(db, "bob@example.org", [TO_14])
        await actions.owe(db, await published(db, [TO_14]), now=NOON)
    channel = Recorder()
    await sender(database, clock, email=channel).drain()
    made = links.Links(public_url="http://tracker.test", secrets=SECRETS, mail_host="tracker.test")
    by_id = {alert.owed.destination_id: made.envelope(alert.owed, now=NOON).one_click for alert in channel.sent}
    path = by_id[row.id].removeprefix("http://tracker.test")
    if by == "page":
        await browser.get(path)
        path = re.findall(r'action="([^"]*one-click[^"]*)"', browser.page)[0]
        await browser.send(path)
    else:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = await browser.client.post(path, content=b"List-Unsubscribe=One-Click", headers=kind)
        assert answer.status_code == 200
    # Another's mail is not believed.
    theirs = by_id[other.id].removeprefix("http://tracker.test")
    await browser.client.post(f"{path_of(theirs)}?{path.partition('?')[2]}")
    async with database.reading() as db:
        noted = (await db.exec(select(Audited).order_by(Audited.id))).scalars().all()
    about = {"how": "one-click", "message": "publication", "mail": "publication:1"}
    assert [(item.did, json.loads(item.detail)) for item in noted] == [
        ("stopped alerts", about),
        ("stopped alerts", {"how": "one-click"}),
    ]
