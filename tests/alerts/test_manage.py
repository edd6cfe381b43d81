"""What the owner of an address sees and changes: topics, how often, address, pause, stop, what was sent."""

import re
from datetime import timedelta

import msgspec
import pytest
import pytest_asyncio
from sqlmodel import col, select

from tests.alerts.mailbox import Mail, Mailbox
from tests.alerts.make import SLUG, follower, published
from tests.browsers import Browser
from tests.conftest import NOON, FixedClock
from tracker.accounts.models import Audited
from tracker.alerts import actions, links
from tracker.alerts.jobs import daily_digests, resume_paused
from tracker.alerts.models import Delivery, Destination, Subscription
from tracker.alerts.standing import topics_of
from tracker.db import Database
from tracker.web.secrets import Secrets

from .mailbox import SECRETS, path_of

TO_13, TO_14 = f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"
CAROL, NEW = "carol@example.org", "carol@new.example.org"
DAY = timedelta(days=1)


def home_of(row: Destination, secrets: Secrets = SECRETS) -> str:
    return path_of(links.manage_address("http://tracker.test", secrets, row.id or 0, row.created_at))


@pytest_asyncio.fixture
async def home(database: Database) -> str:
    """Carol follows 13 and 14, at once; where she manages it."""
    async with database.writing() as db:
        return home_of(await follower(db, CAROL, [TO_13, TO_14]))


async def row_of(database: Database, address: str = CAROL) -> Destination:
    async with database.reading() as db:
        return (await db.exec(select(Destination).where(Destination.address == address))).one()


async def followed(database: Database, address: str = CAROL) -> list[str]:
    row = await row_of(database, address)
    async with database.reading() as db:
        return await topics_of(db, row.id or 0)


async def publish(database: Database, subject: str, clock: FixedClock, *topics: str) -> int:
    """Something is published; how many hear of it at once."""
    async with database.writing() as db:
        row = await published(db, topics or (TO_14,), subject=subject, at=clock())
        return await actions.owe(db, row, now=clock())


async def owed(database: Database, address: str = CAROL) -> list[str]:
    """What an address is still owed by itself."""
    row = await row_of(database, address)
    async with database.reading() as db:
        found = select(Delivery.about).where(Delivery.destination_id == row.id, *actions.STILL_OWED)
        return list((await db.exec(found.order_by(col(Delivery.id)))).all())


async def test_a_policy_lead_follows_13_and_14_and_wants_weekly(
    browser: Browser, home: str, database: Database
) -> None:
    await browser.get(home)
    assert browser.heading == "Your alerts"
    assert "Announcement 13. " in browser.page
    assert "Announcement 14. " in browser.page
    await browser.get(f"{home}/how-often")
    assert re.findall(r'name="often"[^>]* value="([^"]+)" checked', browser.page) == ["at-once"]
    await browser.follow(await browser.send(f"{home}/how-often", often="weekly"))
    assert "How often you get emails has been changed" in browser.page
    assert "Once a week" in browser.page
    assert (await row_of(database)).cadence == "weekly"


async def test_topics_are_ticked_and_unticked(browser: Browser, home: str, database: Database) -> None:
    await browser.get(f"{home}/topics")
    assert re.findall(r'value="([^"]+)" checked', browser.page) == [TO_13, TO_14]
    await browser.follow(await browser.send(f"{home}/topics", topic=[TO_14, f"kind/{SLUG}/overdue"]))
    assert await followed(database) == [TO_14, f"kind/{SLUG}/overdue"]
    assert (await browser.send(f"{home}/topics")).status_code == 422
    assert "stop all alerts" in browser.problems[0]
    assert (await browser.send(f"{home}/topics", topic="announcement/elsewhere/1")).status_code == 422
    assert await followed(database) == [TO_14, f"kind/{SLUG}/overdue"]


async def test_a_topic_that_is_added_counts_from_now_on(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await publish(database, "Before", clock)
    await browser.send(f"{home}/topics", topic=[TO_14, f"kind/{SLUG}/dates"])
    async with database.reading() as db:
        after = dict((await db.exec(select(Subscription.topic, Subscription.after))).all())
    assert after == {TO_14: 0, f"kind/{SLUG}/dates": 1}


async def test_a_wrong_choice_of_how_often_is_refused(browser: Browser, home: str, database: Database) -> None:
    assert (await browser.send(f"{home}/how-often", often="hourly")).status_code == 422
    assert browser.problems == ["Select how often you want an email"]
    assert (await row_of(database)).cadence == "at-once"


async def test_a_summary_is_added_beside_what_comes_at_once(browser: Browser, home: str, database: Database) -> None:
    await browser.get(f"{home}/how-often")
    assert re.findall(r'value="([^"]+)" checked', browser.page) == ["at-once", "none"]
    await browser.follow(await browser.send(f"{home}/how-often", often="at-once", summary="monthly"))
    assert "A summary once a month" in browser.page
    row = await row_of(database)
    assert (row.cadence, row.summary) == ("at-once", "monthly")
    assert (await browser.send(f"{home}/how-often", often="at-once", summary="hourly")).status_code == 422
    assert browser.problems == ["Select whether you want a summary as well"]
    await browser.follow(await browser.send(f"{home}/how-often", often="at-once", summary="none"))
    assert "A summary once" not in browser.page
    assert (await row_of(database)).summary == ""


async def test_who_leaves_digests_is_still_told_what_was_waiting_for_one(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await publish(database, "Told at once", clock)
    await browser.send(f"{home}/how-often", often="weekly")
    assert await publish(database, "Waits for the digest", clock) == 0
    await browser.send(f"{home}/how-often", often="daily")
    await browser.send(f"{home}/how-often", often="at-once")
    assert await owed(database) == ["publication:1", "publication:2"]
    await browser.send(f"{home}/how-often", often="monthly")
    assert (await row_of(database)).digested_to == 2


async def test_a_pause_sends_nothing_and_tells_afterwards_what_changed(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await publish(database, "Before", clock)
    await browser.follow(await browser.send(f"{home}/pause"))
    assert "Your alerts are paused" in browser.page
    assert "Paused since 22 November 2026 at 12:00pm" in browser.page
    clock.move(DAY)
    assert await publish(database, "Meanwhile", clock) == 0
    await browser.send(f"{home}/how-often", often="daily")
    await browser.send(f"{home}/how-often", often="at-once")
    await browser.send(f"{home}/pause")
    assert await owed(database) == ["publication:1"]
    await browser.follow(await browser.send(f"{home}/resume"))
    assert "You have resumed your alerts" in browser.page
    await browser.send(f"{home}/resume")
    assert await owed(database) == ["publication:1", "publication:2"]
    assert await publish(database, "After", clock) == 1


async def test_a_pause_for_some_weeks_ends_by_itself_and_tells_what_changed(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await browser.follow(await browser.send(f"{home}/pause", weeks="8"))
    assert "Your alerts resume by themselves after 17 January 2027 at 12:00pm" in browser.page
    await publish(database, "In the summer", clock)
    clock.move(56 * DAY - timedelta(minutes=1))
    assert await resume_paused(database, clock) == "0 resumed"
    assert await owed(database) == []
    clock.move(timedelta(minutes=1))
    assert await resume_paused(database, clock) == "1 resumed"
    assert await owed(database) == ["publication:1"]
    row = await row_of(database)
    assert (row.paused_at, row.paused_until) == (None, None)
    await browser.follow(await browser.send(f"{home}/pause", weeks="1000000"))
    assert "They stay paused until you resume them" in browser.page


async def test_stopping_is_one_button_and_drops_what_was_owed(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await publish(database, "Owed", clock)
    await browser.get(f"{home}/stop")
    assert browser.page.count("<button") == 2  # the search in the header, and this one
    await browser.follow(await browser.send(f"{home}/stop"))
    assert "You stopped your emails on 22 November 2026 at 12:00pm" in browser.page
    assert await owed(database) == []
    assert await publish(database, "Later", clock) == 0
    await browser.get(f"{home}/sent")
    assert "Not sent, because it was stopped" in browser.page


async def test_who_stopped_can_start_again_and_misses_what_came_between(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await browser.send(f"{home}/stop")
    await publish(database, "Between", clock)
    await browser.follow(await browser.send(f"{home}/start"))
    assert "Your alerts have started again" in browser.page
    assert await followed(database) == [TO_13, TO_14]
    assert await owed(database) == []
    assert await publish(database, "After", clock) == 1


async def test_subscribing_anew_after_stopping_brings_back_no_old_topic(
    browser: Browser, home: str, database: Database, mailbox: Mailbox
) -> None:
    await browser.send(f"{home}/stop")
    await browser.send("/subscribe", topic=f"kind/{SLUG}/facts", often="daily", address=CAROL)
    mail = await mailbox.newest(CAROL)
    assert "already" not in mail.text
    await browser.send(mail.confirm)
    row = await row_of(database)
    assert (row.stopped_at, row.stopped_because, row.cadence) == (None, None, "daily")
    assert await followed(database) == [f"kind/{SLUG}/facts"]


async def test_an_address_that_bounced_is_shown_as_stopped_with_the_reason(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await publish(database, "Bounces", clock)
    async with database.writing() as db:
        delivery = (await db.exec(select(Delivery))).one()
        delivery.failed_at, delivery.last_error = clock(), "550 5.1.1 No such user here"
        await actions.stop(db, delivery.destination_id, because="bounced", now=clock())
    await browser.get(home)
    assert "We stopped sending emails to this address" in browser.page
    assert "550 5.1.1 No such user here" in browser.page
    await browser.send(f"{home}/start")
    assert (await row_of(database)).stopped_at is None


async def move(browser: Browser, home: str, mailbox: Mailbox) -> Mail:
    """Ask to get everything at the new address; the mail that asks it."""
    await browser.follow(await browser.send(f"{home}/address", address=NEW))
    assert browser.heading == "Check your email"
    return await mailbox.newest(NEW)


async def test_an_address_moves_when_the_new_one_agrees_and_old_links_end(
    browser: Browser, home: str, database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    await publish(database, "Before", clock)
    old_one_click = (await mailbox.newest(CAROL)).one_click
    clock.move(DAY)
    mail = await move(browser, home, mailbox)
    assert mail.subject == "Confirm that your alerts are to come to this address"
    assert CAROL in mail.text
    assert (await row_of(database)).stopped_at is None
    await browser.get(mail.confirm)
    assert browser.heading == "Get your alerts at this address?"
    await browser.follow(await browser.send(mail.confirm))
    assert "Your alerts come to this address now" in browser.page
    new_home = home_of(await row_of(database, NEW))
    assert await followed(database, NEW) == [TO_13, TO_14]
    assert (await browser.get(home)).status_code == 404
    assert (await browser.client.post(old_one_click)).status_code == 200
    assert (await row_of(database, NEW)).stopped_at is None
    await browser.get(f"{new_home}/sent")
    assert "Tracker: Before" in browser.page
    await browser.get(mail.confirm)
    assert browser.heading == "You have already confirmed"
    assert f'href="{new_home}"' in browser.page
    (told,) = await mailbox.to(CAROL)
    assert told.subject == "Your alerts go to another address now"
    assert NEW not in told.text
    assert await followed(database) == []


async def test_an_address_moves_by_code_too(browser: Browser, home: str, database: Database, mailbox: Mailbox) -> None:
    answer = await browser.follow(await browser.send(f"{home}/address", address=NEW))
    code = (await mailbox.newest(NEW)).code
    await browser.follow(await browser.send(answer.url.path, code=code))
    assert browser.heading == "Confirmed"
    assert await followed(database, NEW) == [TO_13, TO_14]


async def test_moving_to_an_address_that_has_alerts_adds_to_them(
    browser: Browser, home: str, database: Database, mailbox: Mailbox
) -> None:
    async with database.writing() as db:
        await follower(db, NEW, [TO_14, f"kind/{SLUG}/dates"], cadence="weekly")
        carol = (await db.exec(select(Destination).where(Destination.address == CAROL))).one()
        await follower(db, "https://hooks.example.org/", owner_id=carol.id, name="Cases")
    mail = await move(browser, home, mailbox)
    await browser.follow(await browser.send(mail.confirm))
    assert "Cases" in browser.page
    assert await followed(database, NEW) == [TO_14, f"kind/{SLUG}/dates", TO_13]
    assert (await row_of(database, NEW)).cadence == "weekly"
    assert (await row_of(database)).stopped_because == "moved"
    await browser.get(home)
    assert "Your alerts go to another address" in browser.page
    assert f"{home}/start" not in browser.page
    await browser.get(mail.confirm)
    assert browser.heading == "You have already confirmed"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "Enter your email address"), ("x", "correct format"), (CAROL, "Enter another address")],
)
async def test_a_new_address_that_is_none_is_refused(browser: Browser, home: str, typed: str, said: str) -> None:
    assert (await browser.send(f"{home}/address", address=typed)).status_code == 422
    assert said in browser.problems[0]
    assert f'value="{typed}"' in browser.page


async def test_one_click_stops_without_cookie_redirect_or_origin_and_is_idempotent(
    browser: Browser, home: str, database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    await publish(database, "News", clock)
    path = (await mailbox.newest(CAROL)).one_click
    for headers in ({"sec-fetch-site": "cross-site", "origin": "https://mail.example"}, {}):
        answer = await browser.client.post(path, data={"List-Unsubscribe": "One-Click"}, headers=headers)
        assert (answer.status_code, answer.headers.get("location")) == (200, None)
        assert "set-cookie" not in answer.headers
    row = await row_of(database)
    assert (row.stopped_at, row.stopped_because) == (NOON, "asked")
    async with database.reading() as db:
        noted = (await db.exec(select(Audited))).all()
    assert [(item.did, item.about, item.detail) for item in noted] == [
        ("stopped alerts", f"destination/{row.id}", '{"how":"one-click"}')
    ]


@pytest.mark.parametrize(
    "path", ["/subscriptions/99/gone/one-click", "/subscriptions/99999999999999999999/x/one-click"]
)
async def test_one_click_answers_200_also_when_everything_is_gone(stranger: Browser, path: str) -> None:
    for answer in (await stranger.client.post(path), await stranger.client.get(path)):
        assert answer.status_code == 200
        assert "Nothing is sent by way of this link" in answer.text


async def test_a_mail_program_that_opens_the_one_click_link_is_shown_a_button(
    browser: Browser, home: str, database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    await publish(database, "News", clock)
    path = (await mailbox.newest(CAROL)).one_click
    await browser.get(path)
    assert browser.heading == "Stop our emails"
    assert (await row_of(database)).stopped_at is None
    await browser.send(path, **{"List-Unsubscribe": "One-Click"})
    assert browser.heading == "Our emails have been stopped"
    await browser.get(path)
    assert "have already been stopped" in browser.page


async def test_what_was_sent_is_shown_with_its_state(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    for subject in ("Sent", "Waits", "Failed", "Late", "Tried"):
        await publish(database, subject, clock)
    async with database.writing() as db:
        sent, _, failed, late, tried = (await db.exec(select(Delivery).order_by(col(Delivery.id)))).all()
        sent.sent_at, sent.body = clock(), "The very words"
        failed.failed_at, failed.last_error = clock(), "552 mailbox full"
        late.late, late.due_at = True, None
        tried.attempts, tried.last_error = 2, "the server did not answer"
    await browser.get(f"{home}/sent")
    rows = re.findall(r"<tr class=\"govuk-table__row\">.*?</tr>", browser.page, flags=re.DOTALL)[1:]
    told = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    for line, subject, state in zip(
        told,
        ("Tried", "Late", "Failed", "Waits", "Sent"),
        (
            "Waits to be tried again: the server did not answer",
            "Goes into the next digest, marked late",
            "Could not be delivered: 552 mailbox full",
            "Waits to be sent",
            "Sent",
        ),
        strict=True,
    ):
        assert f"Tracker: {subject}" in line
        assert line.endswith(state)
    assert 'href="/announcements/14#change-7"' in rows[0]
    assert "The very words" in told[-1]


async def test_what_a_digest_told_is_listed_with_where_it_is_read(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await browser.send(f"{home}/how-often", often="daily")
    await publish(database, "Followed", clock)
    await publish(database, "Not followed", clock, f"announcement/{SLUG}/2")
    clock.move(DAY)
    await daily_digests(database, clock)
    await browser.get(f"{home}/sent")
    assert "What changed lately" in browser.page
    assert '<a class="govuk-link" href="/announcements/14#change-7">Tracker: Followed</a>' in browser.page
    assert "Not followed" not in browser.page


async def test_a_long_list_of_what_was_sent_goes_on_on_further_pages(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    row = await row_of(database)
    async with database.writing() as db:
        for number in range(120):
            await actions.owe_mail(
                db, about=f"manage-link:{number}", message="manage-link", destination=row, now=clock()
            )
    counts, path = [], f"{home}/sent"
    while path:
        await browser.get(path)
        counts.append(browser.page.count('<tr class="govuk-table__row">') - 1)
        found = re.search(r'href="([^"]+)" rel="next"', browser.page)
        path = found[1] if found else ""
    assert counts == [50, 50, 20]
    assert (await browser.get(f"{home}/sent?before=x")).status_code == 200
    assert (await browser.get(f"{home}/sent?before=99999999999999999999999")).status_code == 200


async def test_a_copy_of_everything_held_can_be_taken(
    browser: Browser, home: str, database: Database, clock: FixedClock
) -> None:
    await publish(database, "News", clock)
    row = await row_of(database)
    async with database.writing() as db:
        await follower(db, "https://hooks.example.org/", owner_id=row.id, name="Cases")
    await browser.send(f"{home}/stop")
    answer = await browser.get(f"{home}/export.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert "attachment" in answer.headers["content-disposition"]
    held = answer.json()
    assert held["address"]["address"] == CAROL
    assert [item["topic"] for item in held["address"]["follows"]] == [TO_13, TO_14]
    assert [item["about"] for item in held["address"]["messages"]] == ["publication:1"]
    assert [(hook["name"], hook["has_secret"]) for hook in held["webhooks"]] == [("Cases", True)]
    assert [item["did"] for item in held["noted"]] == ["stopped alerts"]
    assert "whsec_" not in answer.text
    assert home.rsplit("/", 1)[1] not in answer.text


async def test_everything_is_erased_at_once_and_only_a_hash_stays(
    browser: Browser, home: str, database: Database, mailbox: Mailbox, clock: FixedClock
) -> None:
    await publish(database, "News", clock)
    row = await row_of(database)
    async with database.writing() as db:
        await follower(db, "https://hooks.example.org/", owner_id=row.id, name="Cases")
    await browser.get(f"{home}/erase")
    assert "your 1 webhook:" in browser.page
    await browser.send(f"{home}/erase")
    assert browser.heading == "Everything has been erased"
    async with database.reading() as db:
        (left,) = (await db.exec(select(Destination))).all()
        assert (left.address, left.stopped_because, left.confirmed_at) == (None, "erased", None)
        assert left.address_hash == actions.address_hash(CAROL, secrets=SECRETS)
        assert (await db.exec(select(Delivery))).all() == []
        assert (await db.exec(select(Subscription))).all() == []
    assert (await browser.get(home)).status_code == 404
    await browser.follow(await browser.send("/subscribe", topic=TO_14, often="daily", address=CAROL))
    assert browser.heading == "Check your email"
    assert await mailbox.to(CAROL) == []


async def test_what_was_done_is_noted_without_any_address(
    browser: Browser, home: str, database: Database, mailbox: Mailbox
) -> None:
    await browser.send((await move(browser, home, mailbox)).confirm)
    home = home_of(await row_of(database, NEW))
    await browser.send(f"{home}/topics", topic=[TO_14])
    await browser.send(f"{home}/topics", topic=[TO_14])
    await browser.send(f"{home}/how-often", often="daily", summary="monthly")
    for act in ("pause", "resume", "stop", "start", "erase"):
        await browser.send(f"{home}/{act}")
    async with database.reading() as db:
        noted = (await db.exec(select(Audited).order_by(col(Audited.id)))).all()
    assert [item.did for item in noted] == [
        "moved alerts",
        "changed what is followed",
        "changed how often",
        "changed the summary",
        "paused alerts",
        "resumed alerts",
        "stopped alerts",
        "started alerts again",
        "erased alerts",
    ]
    assert msgspec.json.decode(noted[1].detail) == {"fewer": [TO_13], "more": []}
    assert not [item for item in noted if "@" in item.detail + item.about]
