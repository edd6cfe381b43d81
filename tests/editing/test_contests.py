"""Contesting: by anybody, without an account or a cookie; answered in public."""

import html
from datetime import timedelta

import httpx
import pytest

from tests.browsers import Browser
from tests.conftest import FixedClock
from tests.editing.make import rows
from tests.editing.test_entry_pages import editor, words
from tests.editing.test_verdicts import letter
from tracker.accounts.models import Audited
from tracker.alerts.models import Delivery, Destination
from tracker.db import Database
from tracker.editing.jobs import forget_contests
from tracker.editing.models import Contest
from tracker.web.front import Front

WRONG = {
    "wrong": "My council never got it.\nAsk them.",
    "url": "https://example.org/minutes",
    "address": "Cara@Example.org",
}
ANSWER = {
    "outcome": "kept", "said": "That a council did not receive the guidance.",
    "answer": "We asked, and it did.\n\nHere is how we know.",
}  # fmt: skip


async def contested(front: Front, **fields: str) -> Browser:
    """Somebody who has sent a contest of announcement 14."""
    cara = Browser(front)
    await cara.get("/announcements/14/contest")
    await cara.follow(await cara.send("/announcements/14/contest", **{**WRONG, **fields}))
    return cara


async def test_anybody_can_contest_an_announcement_without_a_cookie(front: Front, database: Database) -> None:
    cara = await contested(front)
    assert cara.heading == "Your contest has arrived"
    assert not cara.client.cookies
    (row,) = await rows(database, Contest)
    assert (row.strategy, row.about) == ("championing-kinship-care", "14")
    assert row.text == "My council never got it.\nAsk them."
    assert (row.evidence_url, row.address) == ("https://example.org/minutes", "cara@example.org")


async def test_every_announcement_leads_to_its_form(reader: httpx.AsyncClient, front: Front) -> None:
    assert 'href="/announcements/14/contest"' in (await reader.get("/announcements/14")).text
    browser = Browser(front)
    assert (await browser.get("/announcements/99/contest")).status_code == 404
    assert "Announcements are numbered 1 to 18" in html.unescape(browser.page)


@pytest.mark.parametrize("path", ["/announcements/14?as_at=2024-07-01", "/announcements/14/changes.atom?x=1"])
async def test_pages_beside_the_form_are_still_there(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 200


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"wrong": " "}, "Say what is wrong"),
        ({"wrong": "x" * 4001}, "What is wrong must be 4,000 characters or fewer: it has 4,001"),
        ({"url": "gov.uk"}, "Give the whole address, beginning with https:// or http://"),
        ({"address": "cara"}, "Enter an email address in the correct format, like name@example.com"),
        ({"address": "cara@example.org\nBcc: all@example.org"}, "The email address must be one line"),
    ],
    ids=["nothing", "too much", "half an address", "no email address", "a header that was slipped in"],
)
async def test_what_cannot_be_read_comes_back_with_what_was_typed(
    front: Front, database: Database, given: dict[str, str], said: str
) -> None:
    cara = Browser(front)
    answer = await cara.send("/announcements/14/contest", **{**WRONG, **given})
    assert answer.status_code == 422
    assert [html.unescape(problem) for problem in cara.problems] == [said]
    kept = {**WRONG, **given}
    assert kept["url"] in cara.page
    assert await rows(database, Contest) == []


async def test_a_form_from_another_website_is_refused(front: Front, database: Database) -> None:
    cara = Browser(front)
    headers = {"origin": "https://evil.example", "content-type": "application/x-www-form-urlencoded"}
    answer = await cara.client.post("/announcements/14/contest", content=b"wrong=x", headers=headers)
    assert answer.status_code == 403
    assert await rows(database, Contest) == []


async def test_a_flood_is_told_when_to_come_back(front: Front, database: Database, clock: FixedClock) -> None:
    for _ in range(5):
        await contested(front)
    answer = await Browser(front).send("/announcements/14/contest", **WRONG)
    assert answer.status_code == 429
    assert WRONG["wrong"] in html.unescape(answer.text)
    assert "govuk-error-summary" in answer.text
    assert int(answer.headers["retry-after"]) > 0
    assert "That was too often." in words(answer.text)
    assert WRONG["wrong"] in answer.text  # what was written is not lost
    assert len(await rows(database, Contest)) == 5
    clock.move(timedelta(seconds=int(answer.headers["retry-after"])))
    await contested(front)


async def test_the_answer_is_public_in_our_words_and_goes_to_who_asked_for_it(
    live: Front, database: Database, clock: FixedClock
) -> None:
    await contested(live)
    alice = await editor(live, database)
    await alice.get("/editor")
    assert "Contests to answer (1)" in words(alice.page)
    assert "1 waiting , the oldest since 22 November 2026." in words(alice.page)
    await alice.get("/editor/contests/1")
    assert "My council never got it." in words(alice.page)
    await alice.follow(await alice.send("/editor/contests/1", **ANSWER))
    assert "The contest was answered" in words(alice.page)
    page = words((await alice.client.get("/corrections")).text)
    assert "That a council did not receive the guidance. We kept the record as it is. We asked, and it did." in page
    assert "My council never got it" not in page
    (owed,) = await rows(database, Delivery)
    sent = await letter(database, owed, clock)
    assert sent is not None
    assert sent.subject == "The answer to what you contested: announcement 14"
    assert "We asked, and it did." in sent.text
    assert "The answer is public: http://tracker.test/corrections#contest-1" in sent.text
    assert "How far to trust silence: " in sent.text


async def test_the_address_is_erased_with_the_answer(front: Front, database: Database) -> None:
    await contested(front)
    alice = await editor(front, database)
    await alice.send("/editor/contests/1", **ANSWER)
    (row,) = await rows(database, Contest)
    assert row.address is None
    assert [item.address for item in await rows(database, Destination)] == ["cara@example.org"]
    assert all("cara" not in line.detail for line in await rows(database, Audited))


async def test_what_is_set_aside_is_shown_to_nobody_and_answered_to_nobody(live: Front, database: Database) -> None:
    await contested(live, wrong="Buy my pills")
    alice = await editor(live, database)
    await alice.send("/editor/contests/1", outcome="set-aside", said="", answer="")
    assert "None has been answered yet." in words((await alice.client.get("/corrections")).text)
    assert await rows(database, Delivery) == []
    assert "answered a contest" in [line.did for line in await rows(database, Audited)]


async def test_an_answer_without_words_is_not_sent(front: Front, database: Database) -> None:
    await contested(front)
    alice = await editor(front, database)
    answer = await alice.send("/editor/contests/1", outcome="kept", said="", answer=" ")
    assert answer.status_code == 422
    assert alice.problems == ["Say in your own words what was contested", "Write the answer"]


async def test_of_two_editors_who_answer_the_second_is_told(front: Front, database: Database) -> None:
    await contested(front)
    alice, bob = await editor(front, database), await editor(front, database, "Bob")
    await alice.send("/editor/contests/1", **ANSWER)
    answer = await bob.send("/editor/contests/1", **{**ANSWER, "answer": "Bob’s answer."})
    assert answer.status_code == 409
    assert bob.problems == ["Somebody else has answered this meanwhile. Go back and read their answer."]
    assert "Bob’s answer." in bob.page
    assert "We asked, and it did." in words(bob.page)


async def test_a_contest_about_a_second_strategy_is_sent_from_its_own_page(two_sites: httpx.AsyncClient) -> None:
    answer = await two_sites.get("/strategies/harbour-lights/announcements/1/contest")
    assert answer.status_code == 200
    assert 'action="/strategies/harbour-lights/announcements/1/contest"' in answer.text
    assert (await two_sites.get("/strategies/harbour-lights/announcements/1?as_at=2025-06-01")).status_code == 200
    assert (await two_sites.get("/strategies/harbour-lights/timeline?as_at=2025-06-01")).status_code == 200


async def test_the_words_of_a_contest_are_forgotten_28_days_after_its_answer(
    front: Front, database: Database, clock: FixedClock
) -> None:
    for _ in range(2):
        await contested(front)
    alice = await editor(front, database)
    await alice.send("/editor/contests/1", **ANSWER)
    clock.move(timedelta(days=27, hours=23))
    assert await forget_contests(database, clock) == "the words of 0 contests forgotten"
    clock.move(timedelta(hours=1))
    assert await forget_contests(database, clock) == "the words of 1 contest forgotten"
    answered, waiting = await rows(database, Contest)
    assert (answered.text, answered.evidence_url, answered.answer) == ("", None, ANSWER["answer"])
    assert waiting.text == "My council never got it.\nAsk them."
