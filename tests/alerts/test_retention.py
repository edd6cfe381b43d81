"""What is forgotten when, on a clock that moves; /privacy says the same."""

from datetime import timedelta

from sqlmodel import col, select

from tests.alerts.mailbox import Mailbox
from tests.alerts.make import SLUG, follower, published
from tests.alerts.test_manage import home_of
from tests.browsers import SECRETS, Browser
from tests.conftest import NOON, FixedClock
from tracker.alerts import actions, retention
from tracker.alerts.models import Asking, Attempt, Delivery, Destination, Subscription
from tracker.db import Database

TO_14 = f"announcement/{SLUG}/14"
CAROL = "carol@example.org"
HOOK = "https://hooks.example.org/"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


async def forget(database: Database, clock: FixedClock) -> str:
    async with database.writing() as db:
        return str(await retention.forget(db, secrets=SECRETS, now=clock()))


async def destinations(database: Database) -> list[Destination]:
    async with database.reading() as db:
        return list((await db.exec(select(Destination).order_by(col(Destination.id)))).all())


async def test_an_address_that_was_stopped_is_a_hash_after_28_days_and_gone_after_a_year(
    database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        row = await follower(db, CAROL, [TO_14])
        await actions.owe(db, await published(db, [TO_14]), now=NOON)
        await actions.stop(db, row.id or 0, because="asked", now=NOON)
    clock.move(28 * DAY - SECOND)
    await forget(database, clock)
    (row,) = await destinations(database)
    assert row.address == CAROL
    clock.move(SECOND)
    assert await forget(database, clock) == "forgot 1 addresses"
    (row,) = await destinations(database)
    assert (row.address, row.address_hash) == (None, actions.address_hash(CAROL, secrets=SECRETS))
    assert (row.stopped_at, row.stopped_because) == (NOON, "asked")
    async with database.reading() as db:
        assert (await db.exec(select(Subscription))).all() == []
        assert len((await db.exec(select(Delivery))).all()) == 1
    assert await forget(database, clock) == "forgot nothing"
    clock.now = NOON + 365 * DAY
    assert await forget(database, clock) == "forgot 1 rows"
    assert await destinations(database) == []
    async with database.reading() as db:
        assert (await db.exec(select(Delivery))).all() == []


async def test_somebody_who_comes_back_within_28_days_is_not_forgotten(
    database: Database, clock: FixedClock, browser: Browser
) -> None:
    async with database.writing() as db:
        home = home_of(await follower(db, CAROL, [TO_14]))
    await browser.send(f"{home}/stop")
    clock.move(27 * DAY)
    await browser.send(f"{home}/start")
    clock.move(28 * DAY)
    await forget(database, clock)
    assert [row.address for row in await destinations(database)] == [CAROL]


async def test_the_hash_of_an_erased_address_is_gone_after_28_days(
    database: Database, clock: FixedClock, browser: Browser
) -> None:
    async with database.writing() as db:
        home = home_of(await follower(db, CAROL, [TO_14]))
    await browser.send(f"{home}/erase")
    clock.move(28 * DAY - SECOND)
    await forget(database, clock)
    assert len(await destinations(database)) == 1
    clock.move(SECOND)
    await forget(database, clock)
    assert await destinations(database) == []


async def test_an_address_that_nobody_confirmed_is_gone_with_its_link(
    database: Database, clock: FixedClock, browser: Browser, mailbox: Mailbox
) -> None:
    await browser.send("/subscribe", topic=TO_14, often="daily", address=CAROL)
    async with database.writing() as db:
        delivery = (await db.exec(select(Delivery))).one()
        delivery.sent_at = NOON
    clock.move(7 * DAY - SECOND)
    await forget(database, clock)
    assert (await browser.get((await mailbox.newest(CAROL)).confirm)).status_code == 200
    clock.move(SECOND)
    assert await forget(database, clock) == "forgot 1 askings, 1 unconfirmed"
    assert await destinations(database) == []
    async with database.reading() as db:
        assert (await db.exec(select(Asking))).all() == []
        assert (await db.exec(select(Delivery))).all() == []


async def test_the_address_of_a_sign_in_is_kept_a_day_after_its_mail_went_out(
    database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        row = await actions.email_destination(db, "alice@example.org", now=NOON)
        await actions.owe_mail(db, about="sign-in:1", message="sign-in", destination=row, now=NOON)
    clock.move(3 * DAY)
    await forget(database, clock)
    assert len(await destinations(database)) == 1, "its mail is still owed"
    async with database.writing() as db:
        (await db.exec(select(Delivery))).one().sent_at = clock()
    clock.move(DAY - SECOND)
    await forget(database, clock)
    assert len(await destinations(database)) == 1
    clock.move(SECOND)
    await forget(database, clock)
    assert await destinations(database) == []


async def test_the_words_of_a_mail_are_kept_for_seven_days(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        row = await follower(db, CAROL, [TO_14])
        for about, moment in (("sent", "sent_at"), ("failed", "failed_at"), ("owed", "due_at")):
            delivery = await actions.owe_mail(db, about=about, message="digest", destination=row, now=NOON)
            assert delivery is not None
            delivery.body = "Words"
            setattr(delivery, moment, NOON)
    clock.move(7 * DAY - SECOND)
    await forget(database, clock)
    assert await bodies(database) == {"sent": "Words", "failed": "Words", "owed": "Words"}
    clock.move(SECOND)
    await forget(database, clock)
    assert await bodies(database) == {"sent": None, "failed": None, "owed": "Words"}


async def bodies(database: Database) -> dict[str, str | None]:
    async with database.reading() as db:
        return dict((await db.exec(select(Delivery.about, Delivery.body))).all())


async def test_an_old_secret_is_gone_after_a_day(database: Database, clock: FixedClock, browser: Browser) -> None:
    async with database.writing() as db:
        home = home_of(await follower(db, CAROL, []))
    await browser.send(f"{home}/webhooks", name="Cases", address=HOOK, topic=TO_14)
    await browser.send(f"{home}/webhooks/2/rotate")
    clock.move(DAY + SECOND)
    await forget(database, clock)
    async with database.reading() as db:
        hook = (await db.exec(select(Destination).where(Destination.address == HOOK))).one()
    assert hook.secret is not None
    assert (hook.old_secret, hook.old_secret_until) == (None, None)


async def test_an_address_that_owns_endpoints_is_kept_while_they_are_called(
    database: Database, clock: FixedClock
) -> None:
    async with database.writing() as db:
        owner = await follower(db, CAROL, [TO_14])
        hook = await follower(db, HOOK, [TO_14], owner_id=owner.id, name="Cases")
        await actions.stop(db, owner.id or 0, because="asked", now=NOON)
    clock.move(30 * DAY)
    await forget(database, clock)
    assert [row.address for row in await destinations(database)] == [CAROL, HOOK]
    async with database.writing() as db:
        await actions.stop(db, hook.id or 0, because="asked", now=clock())
    await forget(database, clock)
    assert [row.address for row in await destinations(database)] == [None, HOOK]
    clock.move(28 * DAY)
    await forget(database, clock)
    assert [(row.address, row.secret, row.name) for row in await destinations(database)] == [(None, None, "")] * 2
    clock.move(365 * DAY)
    assert await forget(database, clock) == "forgot 2 rows"


async def test_attempts_are_kept_for_90_days(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        row = await follower(db, HOOK, ["all"])
        await actions.owe(db, await published(db), now=NOON)
        delivery = (await db.exec(select(Delivery).where(Delivery.destination_id == row.id))).one()
        delivery.sent_at = NOON
        db.add(Attempt(delivery_id=delivery.id, at=NOON, status=200, took_ms=1))
    clock.move(90 * DAY - SECOND)
    assert await forget(database, clock) == "forgot nothing"
    clock.move(SECOND)
    assert await forget(database, clock) == "forgot 1 attempts"


async def test_what_is_in_use_is_never_forgotten(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await follower(db, CAROL, [TO_14])
        await follower(db, HOOK, [TO_14])
        await actions.owe(db, await published(db, [TO_14]), now=NOON)
    clock.move(3650 * DAY)
    assert await forget(database, clock) == "forgot nothing"


async def test_thousands_are_forgotten_at_once(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        for number in range(2300):
            db.add(
                Destination(
                    channel="email",
                    address=f"{number}@example.org",
                    created_at=NOON,
                    confirmed_at=NOON,
                    stopped_at=NOON,
                    stopped_because="asked",
                )
            )
    clock.move(28 * DAY)
    assert await forget(database, clock) == "forgot 2300 addresses"
