"""What strangers do many times at the same moment: guess codes, subscribe, confirm in two ways."""

import asyncio
from collections import Counter

from sqlalchemy import event
from sqlmodel import select

from tests.alerts.mailbox import Mailbox
from tests.alerts.make import SLUG, follower
from tests.browsers import Browser
from tests.conftest import FixedClock
from tracker.alerts.models import Asking, Delivery, Destination, Subscription
from tracker.alerts.subscribing import MOST_TRIES
from tracker.db import Database
from tracker.web.front import Front

TO_14, CAROL = f"announcement/{SLUG}/14", "carol@example.org"


async def ask(browser: Browser, address: str = CAROL) -> str:
    """Ask for alerts; where the code can be typed."""
    answer = await browser.send("/subscribe", topic=TO_14, often="daily", address=address)
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def count(database: Database, *tables: type) -> list[int]:
    async with database.reading() as db:
        return [len((await db.exec(select(table))).all()) for table in tables]


async def test_fifty_wrong_codes_at_the_same_moment_use_up_all_tries(
    browser: Browser, database: Database, mailbox: Mailbox
) -> None:
    sent = await ask(browser)
    code = (await mailbox.newest(CAROL)).code
    wrong = "000000" if code != "000000" else "000001"
    answers = await asyncio.gather(*(browser.send(sent, code=wrong) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {422, 429}
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 429)
    async with database.reading() as db:
        (asking,) = (await db.exec(select(Asking))).all()
    assert asking.tries >= MOST_TRIES
    assert (await browser.send(sent, code=code)).status_code in (422, 429)
    assert await count(database, Subscription) == [0]


async def test_one_address_asked_for_at_once_in_every_spelling_is_one_destination(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    spellings = [CAROL, CAROL.upper(), "Carol@Example.org", f"  {CAROL} ", "cArOl@example.ORG"]
    await asyncio.gather(*(ask(Browser(front), spelling) for spelling in spellings))
    assert await count(database, Destination, Asking, Delivery) == [1, 5, 5]
    mails = await mailbox.to(CAROL)
    await asyncio.gather(*(Browser(front).send(mail.confirm) for mail in mails))
    assert await count(database, Destination, Subscription) == [1, 1]


async def test_link_and_code_at_the_same_moment_confirm_once(
    front: Front, database: Database, mailbox: Mailbox
) -> None:
    sent = await ask(Browser(front))
    mail = await mailbox.newest(CAROL)
    ways = (Browser(front).send(mail.confirm), Browser(front).send(sent, code=mail.code))
    assert [answer.status_code for answer in await asyncio.gather(*ways)] == [303, 303]
    assert await count(database, Subscription, Delivery) == [1, 1]


async def test_a_lost_link_is_the_same_work_for_every_address(
    browser: Browser, database: Database, clock: FixedClock
) -> None:
    """The same statements in the same transactions: what differs is one row, and no write to the disk."""
    async with database.writing() as db:
        await follower(db, CAROL)
    seen: list[str] = []

    def note(_c: object, _x: object, statement: str, *_: object) -> None:
        seen.append(" ".join(statement.split())[:60])

    said = []
    engine = database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", lambda _: seen.append("commit"))
    for address in (CAROL, "nobody@example.org"):
        seen.clear()
        answer = await browser.send("/subscriptions", address=address)
        said.append((answer.status_code, answer.headers["location"], answer.text, Counter(seen)))
    assert said[0] == said[1]
    assert said[0][3]["commit"] == 1
    async with database.reading() as db:
        assert (await db.exec(select(Delivery.message))).all() == ["manage-link"]
