"""Far too much pasted into a box: the page comes back with what is wrong and the whole text, to members alone."""

import re

import pytest

from tests.benchmark.answering import AT, KENT, begun, member, person
from tests.benchmark.test_nothing_leaks import BEXLEY, NO_COUNCIL, ONE_ENGINE, STRANGERS, addresses, seen
from tests.benchmark.test_nothing_leaks import filled as address_of
from tests.benchmark.test_plan import ACTION, added
from tests.benchmark.test_signing import SIGNING, people, signed
from tests.browsers import OWN_FORM, Browser, signed_in
from tests.conftest import NOON
from tests.editing.test_entry_pages import words
from tracker.accounts.policies import Role
from tracker.benchmark.models import Flag
from tracker.db import Database
from tracker.web.forms import LARGEST, LARGEST_OF_MEMBERS, TOO_LARGE_FORM, UNREADABLE_FORM
from tracker.web.front import Front
from tracker.web.origins import UNSAFE

HOME = f"/benchmark/{KENT}"
PASTE = "ŷ" * LARGEST
"""Twice as many bytes as a stranger can send, and six times as many on their way."""
HAS = f"it has {LARGEST:,}"


def comes_back(browser: Browser, field: str, text: str, *, at: str = "") -> bool:
    """Whether a text is in its box, with what is wrong beside it and in the summary."""
    page, _, box = browser.page.partition(f'<p id="{at or field}-error"')
    inside = re.search(rf'<(?:textarea|input) [^>]*\bname="{field}"[^>]*?(?:>\n|value=")(\w*)[<"]', box)
    return inside is not None and inside[1] == text and f'<a href="#{at or field}">' in page


async def test_ten_million_letters_in_a_box_come_back(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await begun(database, await person(database, "Zoe"))
    text = "x" * 10_000_000
    answer = await alice.send(f"{AT}/first-pass/1", after="0", level="leading", sentence=text)
    assert answer.status_code == 422
    assert alice.problems == ["The sentence must be 300 characters or fewer: it has 10,000,000"]
    assert comes_back(alice, "sentence", text)


async def test_whatever_is_pasted_comes_back_in_every_form(
    front: Front, database: Database, subtests: pytest.Subtests
) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    made = await begun(database, await person(database, "Zoe"))
    action = await added(alice)
    async with database.writing() as db:
        common = {"authority": KENT, "criterion": "1", "said": "So.", "raised_at": NOON}
        db.add(Flag(about=f"answer/{made.id}/1", cause="change/1", happened_on="2026-10-11", **common))
    await alice.get(f"{HOME}/flags")
    for path, field, others in (
        (f"{AT}/first-pass/1", "sentence", {"level": "leading"}),
        (f"{AT}/questions/1", "now", {}),
        (f"{AT}/questions/1", "proof-1-link", {"proof-1-title": "Policy"}),
        (f"{HOME}/plan/new", "title", ACTION),
        (f"{HOME}/plan/new", "due", ACTION),
        (f"{action}/edit", "measure", {**ACTION, "status": "not-started", "seen": "0"}),
        (f"{action}/updates", "text", {"status": "done"}),
        (f"{HOME}/data/erase", "name", {}),
        (f"{HOME}/flags", "why", {"cause": "change-1", "flag": "1", "outcome": "revised"}),
    ):
        answer = await alice.send(path, **{"after": "0", **others, field: PASTE})
        with subtests.test(msg=f"{path} {field}"):
            assert answer.status_code == 422
            assert HAS in alice.problems[0]
            assert comes_back(alice, field, PASTE, at="why-change-1" if field == "why" else "")


async def test_what_an_approver_pastes_comes_back(front: Front, database: Database) -> None:
    alice, dana, dana_id = await people(front, database)
    await alice.send(f"{AT}/ask", approver=dana_id)
    assert (await dana.send(f"{AT}/sign", **{**SIGNING, "position": PASTE})).status_code == 422
    assert comes_back(dana, "position", PASTE)
    assert (await dana.send(f"{AT}/give-back", why=PASTE)).status_code == 422
    assert comes_back(dana, "why", PASTE)


async def test_what_is_pasted_into_a_round_that_was_signed_meanwhile_comes_back(
    front: Front, database: Database
) -> None:
    alice, _ = await signed(front, database)
    for path, field in ((f"{AT}/questions/1", "now"), (f"{AT}/first-pass/1", "sentence")):
        answer = await alice.send(path, after="0", level="leading", **{field: PASTE})
        assert (answer.status_code, alice.heading) == (409, "This was not saved")
        assert f">{PASTE}</dd>" in alice.page


@ONE_ENGINE
async def test_what_is_pasted_is_kept_for_whoever_signed_in_again_meanwhile(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    alice.token = "of another session"
    answer = await alice.send(f"{AT}/questions/1", now=PASTE)
    assert (answer.status_code, alice.heading) == (403, "Send it again")
    assert f'name="now" value="{PASTE}"' in alice.page


@ONE_ENGINE
async def test_what_is_larger_than_any_paste_is_answered_by_a_page(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    answer = await alice.send(f"{AT}/questions/1", now="x" * LARGEST_OF_MEMBERS)
    assert answer.status_code == 400
    assert TOO_LARGE_FORM in words(alice.page)


@ONE_ENGINE
async def test_a_form_that_no_browser_sends_is_answered_by_a_page(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    for body in (b"now=%FF", b"now=\xc3\xa9", b"&a=b" * 3000):
        answer = await alice.client.post(f"{AT}/questions/1", content=body, headers=OWN_FORM)
        assert answer.status_code == 400
        assert UNREADABLE_FORM in words(answer.text)


@ONE_ENGINE
@pytest.mark.parametrize("stranger", ["everything, of another authority", "an admin", "nobody who is signed in"])
async def test_no_paste_of_a_stranger_is_held_and_none_tells_them_anything(
    front: Front, database: Database, stranger: str
) -> None:
    await begun(database, await person(database, "Zoe"))
    who = STRANGERS[stranger]
    browser = await signed_in(front, database, "Mallory", *who[0], of=who[1]) if who else Browser(front)
    for path in (path for method, path in addresses(front) if method in UNSAFE):
        answers = [await browser.send(address_of(path, key), now="x" * LARGEST) for key in (KENT, NO_COUNCIL)]
        assert seen(answers[0], KENT) == seen(answers[1], NO_COUNCIL)
        assert answers[0].status_code in (400, 404)
        assert "x" * 99 not in answers[0].text
    if who and who[1] == BEXLEY:
        # Their own take it: it is told by the authority, not by the person.
        assert (await browser.send(f"/benchmark/{BEXLEY}/plan/new", title=PASTE)).status_code == 422
