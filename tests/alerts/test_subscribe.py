"""Asking for alerts and confirming them, as people, their mail scanners and somebody else meet it."""

import asyncio
import html
import re
from datetime import timedelta
from urllib.parse import urlencode

import httpx
import pytest
from sqlmodel import col, select

from tests.alerts.mailbox import Mailbox
from tests.alerts.make import SLUG, follower, published
from tests.browsers import Browser
from tests.conftest import NOON, FixedClock
from tracker.alerts import actions
from tracker.alerts.models import Asking, Delivery, Destination, Subscription
from tracker.alerts.subscribing import MOST_TRIES, WORKS_FOR
from tracker.db import Database
from tracker.web.front import Front

TO_13, TO_14 = f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"
CAROL = "carol@example.org"


async def ask(browser: Browser, address: str = CAROL, *topics: str, often: str = "at-once") -> httpx.Response:
    """Send the last form, and follow to the page that says to look into the mailbox."""
    answer = await browser.send("/subscribe", topic=list(topics or (TO_14,)), often=often, address=address)
    return await browser.follow(answer)


async def follows(database: Database, address: str = CAROL) -> list[str]:
    async with database.reading() as db:
        found = await db.exec(
            select(Subscription.topic)
            .join(Destination, col(Destination.id) == col(Subscription.destination_id))
            .where(Destination.address == address, col(Subscription.confirmed_at).is_not(None))
            .order_by(Subscription.topic)
        )
        return list(found.all())


async def destination(database: Database, address: str = CAROL) -> Destination:
    async with database.reading() as db:
        return (await db.exec(select(Destination).where(Destination.address == address))).one()


def link(page: str, text: str) -> str:
    """Where the link with this text leads."""
    found = re.search(rf'<a class="govuk-link" href="([^"]+)">{re.escape(text)}', page)
    assert found, text
    return html.unescape(found[1])


async def test_a_carer_follows_one_announcement_from_its_page_to_the_confirmation(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    await browser.get("/announcements/14")
    await browser.get(link(browser.page, "Get an email when this changes"))
    assert browser.heading == "How often do you want an email?"
    assert "Announcement 14. " in browser.page
    await browser.get(f"/subscribe?{urlencode({'topic': TO_14, 'often': 'at-once', 'asked': 'often'})}")
    assert browser.heading == "What is your email address?"
    await ask(browser)
    assert browser.heading == "Check your email"
    assert f'<strong class="tracker-address">{CAROL}</strong>' in browser.page
    assert "29 November 2026 at 12:00pm" in browser.page
    assert await follows(database) == []
    mail = await mailbox.newest(CAROL)
    assert mail.subject == "Confirm that you want these alerts"
    await browser.get(mail.confirm)
    assert browser.heading == "Do you want these alerts?"
    await browser.follow(await browser.send(mail.confirm))
    assert "You will get these alerts" in browser.page
    assert await follows(database) == [TO_14]


async def test_the_steps_ask_what_is_missing_and_keep_what_was_answered(stranger: Browser) -> None:
    await stranger.get("/subscribe")
    assert stranger.heading == "What do you want to hear about?"
    assert (await stranger.get("/subscribe?asked=topic")).status_code == 422
    assert stranger.problems == ["Select what you want to hear about"]
    both = urlencode({"topic": [TO_13, TO_14]}, doseq=True)
    assert (await stranger.get(f"/subscribe?{both}&asked=often")).status_code == 422
    assert stranger.problems == ["Select how often you want an email"]
    await stranger.get(link(stranger.page, "Change what you hear about"))
    assert stranger.heading == "What do you want to hear about?"
    ticked = re.findall(r'value="([^"]+)" checked', stranger.page)
    assert ticked == [TO_13, TO_14]


async def test_what_is_ticked_is_not_folded_away(stranger: Browser) -> None:
    await stranger.get("/subscribe")
    assert '<details class="govuk-details tracker-fold" open>' not in stranger.page
    await stranger.get(f"/subscribe?step=topics&topic={TO_14}")
    assert stranger.page.count('<details class="govuk-details tracker-fold" open>') == 1


async def test_a_link_to_something_that_is_not_there_says_so(stranger: Browser) -> None:
    assert (await stranger.get("/subscribe?topic=announcement/elsewhere/99")).status_code == 200
    assert "names something that is not on this site" in stranger.page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        pytest.param("", "Enter your email address", id="nothing"),
        pytest.param("carol", "Enter an email address in the correct format", id="no address"),
        pytest.param("carol@example.org, dan@example.org", "Enter an email address in the correct", id="two"),
        pytest.param("carol@example.org\r\nBcc: dan@example.org", "must be one line", id="a header"),
        pytest.param("carol@example.org\nX: y", "must be one line", id="half a header"),
        pytest.param("Carol <carol@example.org>", "Enter an email address in the correct format", id="a name"),
        pytest.param("carol@[127.0.0.1]", "Enter an email address in the correct format", id="a number"),
        pytest.param("carol@localhost", "Enter an email address in the correct format", id="this machine"),
        pytest.param(f"{'c' * 70}@example.org", "longer than any can be", id="too long"),
    ],
)
async def test_an_address_that_is_none_is_refused_and_kept_in_the_form(
    stranger: Browser, typed: str, said: str
) -> None:
    answer = await stranger.send("/subscribe", topic=TO_14, often="weekly", address=typed)
    assert answer.status_code == 422
    assert len(stranger.problems) == 1
    assert said in stranger.problems[0]
    assert f'value="{html.escape(typed)}"' in stranger.page
    assert f'name="topic" value="{TO_14}"' in stranger.page
    assert "<title>Error: " in stranger.page


async def test_opening_the_links_of_a_mail_changes_nothing(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    await ask(browser)
    mail = await mailbox.newest(CAROL)
    for path in (mail.confirm, mail.manage, mail.one_click):
        for method in ("GET", "HEAD"):
            assert (await browser.client.request(method, path)).status_code == 200
    assert (await destination(database)).confirmed_at is None
    await browser.send(mail.confirm)
    for _ in range(2):
        await browser.get(mail.one_click)
    assert (await destination(database)).stopped_at is None


async def test_confirming_twice_is_a_success_and_changes_nothing(
    browser: Browser, mailbox: Mailbox, database: Database, clock: FixedClock
) -> None:
    await ask(browser)
    mail = await mailbox.newest(CAROL)
    await browser.follow(await browser.send(mail.confirm))
    first = await destination(database)
    clock.move(timedelta(days=2))
    await browser.get(mail.confirm)
    assert browser.heading == "You have already confirmed"
    answer = await browser.follow(await browser.send(mail.confirm))
    assert answer.status_code == 200
    assert await destination(database) == first


async def test_confirming_again_does_not_bring_back_what_was_stopped_since(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    await ask(browser)
    mail = await mailbox.newest(CAROL)
    await browser.send(mail.confirm)
    await browser.send(mail.one_click)
    await browser.follow(await browser.send(mail.confirm))
    assert "You stopped your emails" in browser.page
    assert (await destination(database)).stopped_because == "asked"


async def test_the_link_works_for_a_week_and_then_says_what_to_do(
    browser: Browser, mailbox: Mailbox, clock: FixedClock, database: Database
) -> None:
    sent = str((await ask(browser)).url)
    mail = await mailbox.newest(CAROL)
    clock.move(WORKS_FOR - timedelta(seconds=1))
    assert (await browser.get(mail.confirm)).status_code == 200
    clock.move(timedelta(seconds=1))
    for answer in (await browser.get(mail.confirm), await browser.send(mail.confirm), await browser.get(sent)):
        assert answer.status_code == 404
        assert "This link does not work" in answer.text
    assert 'href="/subscriptions">a new link to your alerts' in answer.text
    assert (await destination(database)).confirmed_at is None


@pytest.mark.parametrize(
    "path",
    [
        "/subscriptions/confirm/1/wrong",
        "/subscriptions/confirm/99999999999999999999/x",
        "/subscribe/sent/1/wrong",
        "/subscriptions/1/wrong",
        "/subscriptions/99999999999999999999/x",
        "/subscriptions/0/x",
        "/subscriptions/1/wrong/topics",
        "/subscriptions/1/wrong/sent",
        "/subscriptions/1/wrong/export.json",
        "/subscriptions/1/wrong/webhooks",
        "/subscriptions/1/wrong/webhooks/1",
    ],
)
async def test_a_wrong_link_is_not_found(stranger: Browser, path: str) -> None:
    answer = await stranger.get(path)
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


async def test_a_link_for_one_thing_is_worth_nothing_for_another(browser: Browser, mailbox: Mailbox) -> None:
    await ask(browser)
    mail = await mailbox.newest(CAROL)
    confirm, one_click, manage = (path.split("/") for path in (mail.confirm, mail.one_click, mail.manage))
    assert (await browser.get(f"/subscriptions/{manage[2]}/{one_click[3]}")).status_code == 404
    assert (await browser.get(f"/subscriptions/{manage[2]}/{confirm[4]}")).status_code == 404
    assert (await browser.get(f"/subscribe/sent/{confirm[3]}/{confirm[4]}")).status_code == 404
    assert len({confirm[4], one_click[3], manage[3]}) == 3


async def test_the_code_confirms_where_the_mail_is_read_on_another_device(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    sent = (await ask(browser)).url.path
    code = (await mailbox.newest(CAROL)).code
    await browser.follow(await browser.send(sent, code=f"{code[:3]} {code[3:]}"))
    assert browser.heading == "Confirmed"
    assert await follows(database) == [TO_14]
    assert "/subscriptions/1/" not in browser.page


async def test_wrong_codes_are_counted_and_after_five_only_the_link_works(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    sent = (await ask(browser)).url.path
    mail = await mailbox.newest(CAROL)
    wrong = f"{(int(mail.code) + 1) % 10**6:06}"
    for number in range(1, MOST_TRIES + 1):
        assert (await browser.send(sent, code=wrong)).status_code == 422
        assert browser.problems[0].startswith(
            "There were too many" if number == MOST_TRIES else "The code is not right"
        )
        assert f'value="{wrong}"' in browser.page
    assert (await browser.send(sent, code=mail.code)).status_code == 422
    assert (await destination(database)).confirmed_at is None
    await browser.follow(await browser.send(mail.confirm))
    assert await follows(database) == [TO_14]


async def test_codes_cannot_be_tried_without_end_over_many_askings(browser: Browser, mailbox: Mailbox) -> None:
    statuses = []
    for number in range(7):
        sent = (await ask(browser, f"victim{number}@example.org")).url.path
        statuses += [(await browser.send(sent, code="000000")).status_code for _ in range(5)]
    assert statuses.count(422) == 30
    assert statuses[30:] == [429] * 5


async def test_an_empty_code_is_asked_for_without_being_counted(browser: Browser, database: Database) -> None:
    sent = (await ask(browser)).url.path
    assert (await browser.send(sent, code="")).status_code == 422
    assert browser.problems == ["Enter the 6 digits that are in our email"]
    async with database.reading() as db:
        assert (await db.exec(select(Asking.tries))).one() == 0


async def test_a_known_address_gets_the_same_answer_and_a_mail_that_tells_its_owner(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    async with database.writing() as db:
        await follower(db, CAROL, [TO_13], cadence="weekly")
    known = await ask(browser, CAROL, TO_13, TO_14, often="weekly")
    unknown = await ask(browser, "erin@example.org", TO_13, TO_14, often="weekly")
    assert same_but_for_the_person(known.text) == same_but_for_the_person(unknown.text)
    mail = await mailbox.newest(CAROL)
    assert "You get alerts from us already." in mail.text
    assert mail.text.index("14. ") < mail.text.index("on top") < mail.text.index("13. ")
    assert await follows(database) == [TO_13]
    await browser.get(mail.confirm)
    assert "You get alerts from us already" in browser.page
    await browser.send(mail.confirm)
    assert await follows(database) == [TO_13, TO_14]
    assert "already" not in (await mailbox.newest("erin@example.org")).text


def same_but_for_the_person(page: str) -> str:
    return re.sub(r"/subscribe/sent/\d+/[\w-]+", "PATH", page).replace("erin@", "x@").replace("carol@", "x@")


async def test_who_asks_for_what_is_followed_already_is_told_so(browser: Browser, mailbox: Mailbox) -> None:
    await ask(browser)
    await browser.send((await mailbox.newest(CAROL)).confirm)
    await ask(browser)
    assert "You follow all of it already" in (await mailbox.newest(CAROL)).text


async def test_the_mail_says_the_same_in_both_halves_and_holds_no_tracker(browser: Browser, mailbox: Mailbox) -> None:
    await ask(browser, CAROL, TO_13, TO_14, often="daily")
    mail = await mailbox.newest(CAROL)
    assert "http://tracker.test/subscriptions/confirm/" in mail.text
    assert "once a day" in mail.text
    assert "29 November 2026 at 12:00pm" in mail.text
    assert "Record last reviewed by a person on" in mail.text
    assert "<img" not in mail.html
    words = re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", mail.html)))
    for line in ("Somebody asked us to send alerts to carol@example.org, about:", "If it was not you", mail.code):
        assert line in words
        assert line in mail.text


async def test_somebody_who_never_asked_is_left_alone(
    browser: Browser, mailbox: Mailbox, database: Database, clock: FixedClock
) -> None:
    await ask(browser)
    mail = await mailbox.newest(CAROL)
    answer = await browser.send(f"{mail.confirm}/refuse")
    assert answer.status_code == 200
    async with database.reading() as db:
        (row,) = (await db.exec(select(Destination))).all()
        assert (row.address, row.stopped_because) == (None, "refused")
        assert (await db.exec(select(Delivery))).all() == []
        assert (await db.exec(select(Asking))).all() == []
    clock.move(timedelta(days=27))
    await ask(browser)
    assert browser.heading == "Check your email"
    assert await mailbox.to(CAROL) == []
    clock.move(timedelta(days=1))
    await ask(browser)
    assert (await mailbox.newest(CAROL)).confirm


async def test_a_subscriber_who_did_not_ask_for_more_keeps_what_they_have(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    async with database.writing() as db:
        await follower(db, CAROL, [TO_13])
    await ask(browser)
    mail = await mailbox.newest(CAROL)
    await browser.send(f"{mail.confirm}/refuse")
    assert await follows(database) == [TO_13]
    assert (await browser.send(mail.confirm)).status_code == 404


async def test_one_click_in_the_confirmation_is_an_answer_too(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    await ask(browser)
    mail = await mailbox.newest(CAROL)
    answer = await browser.client.post(mail.one_click, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    async with database.reading() as db:
        assert [row.stopped_because for row in (await db.exec(select(Destination))).all()] == ["refused"]
    assert (await browser.send(mail.confirm)).status_code == 404


async def test_what_was_published_before_the_confirmation_is_not_news(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    await ask(browser)
    async with database.writing() as db:
        await actions.owe(db, await published(db), now=NOON)
    mail = await mailbox.newest(CAROL)
    await browser.send(mail.confirm)
    async with database.writing() as db:
        again = await published(db, subject="Something else")
        assert await actions.owe(db, again, now=NOON) == 1
        row = (await db.exec(select(Subscription))).one()
        assert row.after == 1


async def test_so_many_mails_to_an_address_and_then_a_wait(browser: Browser, mailbox: Mailbox) -> None:
    for _ in range(6):
        await ask(browser)
    answer = await browser.send("/subscribe", topic=TO_14, often="daily", address=CAROL)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "7200"
    assert browser.problems == ["That was too often. Wait 2 hours, then try again."]
    assert f'value="{CAROL}"' in browser.page
    assert len(await mailbox.to(CAROL)) == 6
    await ask(browser, "erin@example.org")


async def test_one_network_cannot_have_mails_sent_to_everybody(browser: Browser) -> None:
    for number in range(30):
        await ask(browser, f"somebody{number}@example.org")
    answer = await browser.send("/subscribe", topic=TO_14, often="daily", address=CAROL)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) == 120


async def test_the_mail_can_be_sent_again_with_the_same_link(browser: Browser, mailbox: Mailbox) -> None:
    sent = (await ask(browser)).url.path
    await browser.follow(await browser.send(f"{sent}/again"))
    assert "We have sent the email again" in browser.page
    first, second = await mailbox.to(CAROL)
    assert first.confirm == second.confirm


async def test_a_form_from_another_website_is_refused(browser: Browser, database: Database) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}):
        data = {"topic": TO_14, "often": "daily", "address": CAROL}
        answer = await browser.client.post("/subscribe", data=data, headers=headers)
        assert answer.status_code == 403
    async with database.reading() as db:
        assert (await db.exec(select(Destination))).all() == []


async def test_no_page_of_this_sets_a_cookie_or_is_kept(browser: Browser, mailbox: Mailbox) -> None:
    answers = [await browser.get("/subscribe"), await ask(browser)]
    mail = await mailbox.newest(CAROL)
    answers += [await browser.get(mail.confirm), await browser.send(mail.confirm), await browser.get(mail.manage)]
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert answer.headers["cache-control"] == "no-store"
    assert 'content="noindex"' in browser.page


async def test_a_lost_link_is_mailed_and_the_answer_is_the_same_for_everybody(
    browser: Browser, mailbox: Mailbox, database: Database
) -> None:
    async with database.writing() as db:
        await follower(db, CAROL, [TO_13])
    pages = []
    for address in (CAROL, "nobody@example.org"):
        await browser.follow(await browser.send("/subscriptions", address=address))
        pages.append(browser.page)
    assert pages[0] == pages[1]
    (mail,) = await mailbox.to(CAROL)
    assert mail.subject == "The link to your alerts"
    assert "13. " in mail.text
    assert (await browser.get(mail.manage)).status_code == 200
    assert await mailbox.to("nobody@example.org") == []
    assert (await browser.send("/subscriptions", address="nobody")).status_code == 422
    assert 'value="nobody"' in browser.page


async def test_two_who_confirm_at_the_same_moment_confirm_once(
    front: Front, mailbox: Mailbox, database: Database
) -> None:
    browser = Browser(front)
    await ask(browser, CAROL, TO_13, TO_14)
    mail = await mailbox.newest(CAROL)
    answers = await asyncio.gather(browser.send(mail.confirm), Browser(front).send(mail.confirm))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert await follows(database) == [TO_13, TO_14]
