"""A feed of what was chosen: the news that its emails would bring, without an address."""

import html
import re
from xml.etree import ElementTree

import httpx

from tests.alerts.make import SLUG, published
from tests.alerts.test_manage import TO_13, home
from tests.browsers import Browser
from tests.conftest import NOON
from tracker.db import Database

__all__ = ["home"]
ATOM = "{http://www.w3.org/2005/Atom}"
OVERDUE = f"kind/{SLUG}/overdue"


def titles(answer: httpx.Response) -> list[str | None]:
    """What a feed has, as it stands in it."""
    return [entry.findtext(f"{ATOM}title") for entry in ElementTree.fromstring(answer.text).iter(f"{ATOM}entry")]


async def test_the_feed_of_what_is_followed_has_each_piece_of_its_news_once(
    browser: Browser, home: str, database: Database
) -> None:
    async with database.writing() as db:
        await published(db, [TO_13, f"announcement/{SLUG}/14"], subject="Both")
        await published(db, [OVERDUE], subject="Something else")
        await published(db, [f"announcement/{SLUG}/14"], subject="One")
    await browser.get(home)
    (href,) = re.findall(r'href="(/news\.atom[^"]*)"', browser.page)
    answer = await browser.client.get(html.unescape(href))
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert titles(answer) == ["One", "Both"]
    assert "http://tracker.test/announcements/14#change-7" in answer.text
    assert "The guidance was published." in answer.text
    again = await browser.client.get(html.unescape(href), headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_kind_or_a_group_can_be_followed_by_feed_from_the_last_step(
    browser: Browser, database: Database
) -> None:
    async with database.writing() as db:
        await published(db, [OVERDUE], subject="Overdue", at=NOON)
        await published(db, ["all"], subject="Anything", at=NOON)
    await browser.get(f"/subscribe?topic={OVERDUE}&often=weekly")
    (href,) = re.findall(r'href="(/news\.atom[^"]*)"', browser.page)
    answer = await browser.client.get(html.unescape(href))
    assert titles(answer) == ["Overdue"]
    assert "set-cookie" not in answer.headers


async def test_a_feed_in_which_nothing_has_come_yet_is_a_feed(browser: Browser) -> None:
    answer = await browser.client.get(f"/news.atom?topic={OVERDUE}&topic=elsewhere")
    assert (answer.status_code, titles(answer)) == (200, [])
    assert ElementTree.fromstring(answer.text).findtext(f"{ATOM}updated") == "2026-01-01T00:00:00Z"


async def test_a_feed_of_nothing_that_there_is_says_where_to_choose(browser: Browser) -> None:
    for path in ("/news.atom", "/news.atom?topic=elsewhere"):
        answer = await browser.client.get(path)
        assert answer.status_code == 404
        assert "/subscribe" in answer.text
