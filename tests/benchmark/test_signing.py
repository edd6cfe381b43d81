"""From a whole benchmark to a signed one: who may ask, who may sign, what is frozen, and that nothing changes after."""

import hashlib
import html
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlmodel import select

from tests.benchmark.answering import (
    ASKED,
    AT,
    FIRST,
    KENT,
    ROUND,
    all_answered,
    answered,
    begun,
    mark,
    member,
    person,
)
from tests.browsers import Browser, opened
from tests.conftest import NOON, FixedClock
from tests.editing.make import rows
from tests.editing.test_entry_pages import words
from tracker.accounts.people import take_away
from tracker.accounts.policies import Role
from tracker.benchmark import queries
from tracker.benchmark.models import Answer, Assessment, BenchmarkLetter
from tracker.benchmark.rules import reference
from tracker.benchmark.schemas import Frozen, Level
from tracker.db import Database
from tracker.web.front import Front

SIGNING = {
    "name": "Dana Example",
    "position": "Director of Children’s Services",
    "agree": "yes",
    "asked": NOON.isoformat(),
}


async def people(front: Front, database: Database) -> tuple[Browser, Browser, int]:
    """A lead and an approver at a whole first pass, and the approver's number."""
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    dana_id = await person(database, "Dana", Role.APPROVER)
    dana = await opened(front, database, dana_id)
    zoe = await person(database, "Zoe", Role.AUTHORITY_LEAD)
    await begun(database, zoe)
    await all_answered(database, zoe)
    return alice, dana, dana_id


async def signed(front: Front, database: Database) -> tuple[Browser, Browser]:
    alice, dana, dana_id = await people(front, database)
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    assert (await dana.send(f"{AT}/sign", **SIGNING)).status_code == 303
    return alice, dana


async def letters(database: Database) -> list[tuple[str, int | None]]:
    return [(row.kind, row.person_id) for row in await rows(database, BenchmarkLetter)]


async def test_a_lead_asks_and_an_approver_signs_with_name_and_position(front: Front, database: Database) -> None:
    alice, dana, dana_id = await people(front, database)
    await alice.get(f"{AT}/ask")
    assert ("Who is to sign?" in alice.page, "dana@example.org" in alice.page) == (True, True)
    await alice.follow(await alice.send(f"{AT}/ask", approver=mark(dana_id)))
    assert "Dana was asked to sign" in words(alice.page)
    await dana.get(f"/benchmark/{KENT}")
    assert "You are asked to sign October 2026 to March 2027" in words(dana.page)
    await dana.get(f"{AT}/sign")
    assert "Alice asks you to sign this benchmark for Kent" in words(dana.page)
    assert 'value="Dana"' in dana.page
    answer = await dana.send(f"{AT}/sign", name="Dana Example", position="")
    assert (answer.status_code, len(dana.problems)) == (422, 2)
    assert 'value="Dana Example"' in dana.page
    await dana.follow(await dana.send(f"{AT}/sign", **SIGNING))
    told = words(dana.page)
    assert "by Dana Example, Director of Children’s Services . Reference KCB-" in told.replace(
        "Services.", "Services ."
    )
    assert "Can be added" not in told
    assert (await dana.send(f"{AT}/sign", **SIGNING)).headers["location"] == f"{AT}?signed=1"
    kinds = [kind for kind, _ in await letters(database)]
    assert kinds == ["benchmark-asked", "benchmark-signed", "benchmark-signed"]


async def test_what_was_signed_is_frozen_with_its_questions_and_the_national_state(
    front: Front, database: Database
) -> None:
    await signed(front, database)
    async with database.reading() as db:
        frozen = await queries.frozen(db, KENT, ROUND)
        row = (await db.exec(select(Assessment))).one()
    assert frozen
    assert row.frozen
    assert hashlib.sha256(row.frozen.encode()).hexdigest() == row.frozen_digest
    assert msgspec.json.decode(row.frozen, type=Frozen) == frozen
    assert [item.criterion.key for item in frozen.answers] == [item.key for item in FIRST]
    assert frozen.answers[0].criterion == FIRST[0]
    of_14 = next(item for item in frozen.answers if item.criterion.key == "14")
    assert "Announcement 14" in of_14.national
    assert "delivered (133 days late)" in of_14.national
    of_2 = next(answer for answer in frozen.answers if answer.criterion.key == "2")
    assert of_2.national.endswith(": ongoing. Its parts: delivered; ongoing.")
    assert (frozen.signed_at, frozen.as_at, frozen.asked_name, frozen.signed_by_asker) == (
        NOON,
        NOON.date(),
        "Alice",
        False,
    )
    assert frozen.record_seq > 0


async def test_nothing_of_a_signed_round_changes_and_what_was_typed_comes_back(
    front: Front, database: Database, subtests: pytest.Subtests
) -> None:
    alice, dana = await signed(front, database)
    before = await kept(database)
    for path, fields in (
        ("first-pass/1", {"level": "leading", "sentence": "Typed in vain."}),
        ("questions/1", {"level": "leading", "sentence": "Typed in vain.", "proof-1-title": "Paper"}),
        ("questions/1/agree", {"row": "1"}),
        ("check", {"criterion": "1"}),
        ("ask", {"approver": "1"}),
        ("start", {}),
        ("sign", {**SIGNING, "position": "Typed in vain."}),
        ("give-back", {"why": "Typed in vain."}),
    ):
        browser = dana if path in ("sign", "give-back") else alice
        with subtests.test(msg=path):
            answer = await browser.send(f"{AT}/{path}", **fields)
            assert (answer.status_code, browser.heading) == (409, "This was not saved")
            assert ("Typed in vain." in browser.page) == ("Typed in vain." in fields.values())
    assert await kept(database) == before


async def kept(database: Database) -> list[dict[str, Any]]:
    return [row.model_dump() for table in (Answer, Assessment) for row in await rows(database, table)]


async def test_while_it_is_with_the_approver_nobody_changes_it_until_it_is_given_back(
    front: Front, database: Database
) -> None:
    alice, dana, dana_id = await people(front, database)
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    answer = await alice.send(f"{AT}/questions/1", after="1", level="leading", sentence="Too late.")
    assert answer.status_code == 409
    assert "with its approver" in alice.page
    assert "Too late." in alice.page
    assert (await dana.send(f"{AT}/give-back", why=" ")).status_code == 422
    assert dana.problems == ["Say what has to change before you can sign"]
    await dana.send(f"{AT}/give-back", why="Child B is named in line 3.")
    assert "This may tell who a child or a carer is: “Child B”" in dana.problems[0]
    await dana.send(f"{AT}/give-back", why="Line 3 is out of date.")
    await alice.get(AT)
    assert "Line 3 is out of date." in alice.page
    assert (await dana.send(f"{AT}/sign", **SIGNING)).status_code == 409
    assert await letters(database) == [("benchmark-asked", dana_id), ("benchmark-given-back", 1)]
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    assert (await alice.send(f"{AT}/give-back", take="back")).status_code == 303
    assert (await alice.send(f"{AT}/questions/1", after="1", level="leading", sentence="So.")).status_code == 303


async def test_a_signature_is_asked_for_only_when_nothing_is_missing(front: Front, database: Database) -> None:
    alice, _, dana_id = await people(front, database)
    bob = await person(database, "Bob", Role.CONTRIBUTOR)
    await answered(database, bob, "3", Level.LEADING, "Not so.", agrees=False)
    await alice.get(f"{AT}/check")
    assert "colleagues differ" in words(alice.page)
    assert (await alice.send(f"{AT}/ask", approver=mark(dana_id))).status_code == 409
    await answered(database, bob, "3", Level.DEVELOPING, "We have begun.", agrees=False)
    assert (await alice.send(f"{AT}/ask", approver=mark(dana_id))).status_code == 303


async def test_only_an_approver_of_this_authority_is_asked(front: Front, database: Database) -> None:
    alice, _, _ = await people(front, database)
    bob = await person(database, "Bob", Role.CONTRIBUTOR)
    for chosen in (bob, 999, "", "x"):
        answer = await alice.send(f"{AT}/ask", approver=mark(chosen))
        assert (answer.status_code, len(alice.problems)) == (422, 1)


async def test_only_who_was_asked_signs(front: Front, database: Database) -> None:
    alice, _, dana_id = await people(front, database)
    erin = await member(front, database, "Erin", Role.APPROVER)
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    assert (await erin.get(f"{AT}/sign")).headers["location"] == AT
    answer = await erin.send(f"{AT}/sign", **SIGNING)
    assert (answer.status_code, "Somebody else was asked" in erin.page) == (409, True)
    assert (await alice.send(f"{AT}/sign", **SIGNING)).status_code == 403


async def test_who_asks_signs_only_where_nobody_else_may_and_the_paper_says_so(
    front: Front, database: Database
) -> None:
    ann_id = await person(database, "Ann", Role.AUTHORITY_LEAD, Role.APPROVER)
    ann = await opened(front, database, ann_id)
    await begun(database, ann_id)
    await all_answered(database, ann_id)
    await ann.get(f"{AT}/ask")
    assert "The paper will say so." in ann.page
    await ann.send(f"{AT}/ask", approver=mark(ann_id))
    late = await person(database, "Late", Role.APPROVER)
    answer = await ann.send(f"{AT}/sign", **SIGNING)
    assert (answer.status_code, "somebody else has to give it" in ann.page) == (409, True)
    await ann.send(f"{AT}/give-back", take="back")
    assert (await ann.send(f"{AT}/ask", approver=mark(ann_id))).status_code == 422
    async with database.writing() as db:
        await take_away(db, late, Role.APPROVER, KENT, by=None, now=NOON)
    await ann.send(f"{AT}/ask", approver=mark(ann_id))
    await ann.send(f"{AT}/sign", **SIGNING)
    async with database.reading() as db:
        frozen = await queries.frozen(db, KENT, ROUND)
    assert frozen
    assert frozen.signed_by_asker


async def test_what_was_not_read_is_not_signed(front: Front, database: Database, clock: FixedClock) -> None:
    alice, dana, dana_id = await people(front, database)
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    await dana.get(f"{AT}/sign")
    read = re.search(r'name="asked" value="([^"]+)"', dana.page)
    assert read
    clock.move(timedelta(minutes=5))
    await alice.send(f"{AT}/give-back", take="back")
    await alice.send(f"{AT}/questions/1", after="1", level="leading", sentence="Changed.")
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    answer = await dana.send(f"{AT}/sign", **{**SIGNING, "asked": html.unescape(read[1])})
    assert (answer.status_code, "its answers may have changed" in dana.page) == (409, True)


def test_a_reference_can_be_read_out_and_says_nothing() -> None:
    drawn = {reference() for _ in range(200)}
    assert len(drawn) == 200
    assert all(re.fullmatch(r"KCB-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", item) for item in drawn)


async def test_a_question_beyond_the_first_pass_may_stay_unanswered_and_is_frozen_when_it_is_not(
    front: Front, database: Database
) -> None:
    alice, dana, dana_id = await people(front, database)
    further = next(item for item in ASKED if not item.first_pass)
    await answered(database, 1, further.key, Level.IN_PLACE, "Further.")
    await alice.send(f"{AT}/ask", approver=mark(dana_id))
    await dana.send(f"{AT}/sign", **SIGNING)
    async with database.reading() as db:
        frozen = await queries.frozen(db, KENT, ROUND)
    assert frozen
    assert [item.sentence for item in frozen.answers if item.criterion.key == further.key] == ["Further."]
    assert len(frozen.answers) == len(FIRST) + 1
