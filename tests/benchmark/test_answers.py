"""Answers of several colleagues: who thinks what, what is agreed, what clashes, and that no text is ever lost."""

import asyncio
from datetime import timedelta

import pytest

from tests.benchmark.answering import (
    ASKED,
    AT,
    BEFORE,
    KENT,
    ROUND,
    all_answered,
    answer_of,
    answered,
    begun,
    member,
    person,
    question,
)
from tests.benchmark.test_first_pass import after
from tests.conftest import NOON
from tests.editing.test_entry_pages import words
from tracker.accounts.policies import Role
from tracker.benchmark import actions, queries
from tracker.benchmark.privacy_check import seems_to_name
from tracker.benchmark.rules import Lacks, lacking, standing
from tracker.benchmark.schemas import Details, Level, Proof, Saved
from tracker.db import Database
from tracker.errors import NotFound
from tracker.web.front import Front


def row(number: int, author: int, level: Level | None, sentence: str = "So.", *, kind: str = "view") -> Saved:
    return Saved(
        number=number,
        criterion="1",
        version=1,
        kind=kind,
        author_id=author,
        author=f"Person {author}",
        saved_at=NOON + timedelta(minutes=number),
        level=level,
        sentence=sentence,
        details=Details(now=f"text {number}"),
    )


ALICE, BOB, CAROL = 1, 2, 3


def test_while_colleagues_give_one_level_the_newest_text_stands() -> None:
    at = standing([row(1, BOB, Level.DEVELOPING, "Old."), row(2, CAROL, Level.DEVELOPING, "New.")])
    assert at.answer
    assert (at.answer.sentence, at.views, at.differ) == ("New.", (), False)


def test_where_colleagues_differ_nothing_stands_until_a_lead_settles_it() -> None:
    rows = [row(1, BOB, Level.DEVELOPING), row(2, CAROL, Level.IN_PLACE), row(3, BOB, Level.LEADING)]
    at = standing(rows)
    assert (at.answer, [view.number for view in at.views], at.differ) == (None, [2, 3], True)
    at = standing([*rows, row(4, ALICE, Level.IN_PLACE, kind="agreed")])
    assert (at.level, at.views, at.differ) == (Level.IN_PLACE, (), False)


def test_somebody_who_changes_their_mind_differs_with_nobody() -> None:
    at = standing([row(1, BOB, Level.DEVELOPING), row(2, BOB, Level.IN_PLACE)])
    assert (at.level, at.differ) == (Level.IN_PLACE, False)


def test_a_later_view_of_another_level_is_shown_and_the_agreed_answer_stands() -> None:
    at = standing([row(1, ALICE, Level.IN_PLACE, kind="agreed"), row(2, BOB, Level.DEVELOPING)])
    assert (at.level, [view.author for view in at.views], at.differ) == (Level.IN_PLACE, ["Person 2"], True)


def test_what_is_added_to_an_agreed_answer_stands_with_it_and_other_words_are_shown() -> None:
    agreed = row(1, ALICE, Level.IN_PLACE, "Agreed.", kind="agreed")
    at = standing([agreed, row(2, BOB, Level.IN_PLACE, "Agreed.")])
    assert at.answer
    assert (at.answer.details.now, at.views) == ("text 2", ())
    at = standing([agreed, row(2, BOB, Level.IN_PLACE, "Other words.")])
    assert at.answer
    assert (at.answer.sentence, [view.number for view in at.views], at.differ) == ("Agreed.", [2], False)


def test_what_was_brought_stands_and_is_not_answered_before_somebody_looks_at_it() -> None:
    at = standing([row(1, BOB, Level.IN_PLACE, kind="brought")])
    assert (at.level, at.is_answered, at.is_brought) == (Level.IN_PLACE, False, True)
    at = standing([row(1, BOB, Level.IN_PLACE, kind="brought"), row(2, CAROL, Level.DEVELOPING)])
    assert (at.level, at.is_answered, at.differ) == (Level.DEVELOPING, True, False)


@pytest.mark.parametrize(
    "text",
    [
        "Ella Example, aged 7, stayed with her aunt.",
        "a 7-year-old Ella Example",
        "We helped Child B last year.",
        "Their grandmother Mrs Example had no advice.",
        "The carer, Ella Example, had no advice.",
        "Mr and Mrs Example had no advice.",
        "Ella, aged 7, was heard.",
        "She looks after her grandson Sam.",
        "born on 3 May 2015",
        "DOB: 03/05/2015",
        "Write to carer.name@example.org.",
        "NHS number 943 476 5919",
        "UPN H801200001001",
    ],
)
def test_what_seems_to_name_somebody_is_noticed(text: str) -> None:
    assert seems_to_name([text]) != []


@pytest.mark.parametrize(
    "text",
    [
        "Special Guardianship Support is offered to children aged 5 to 11.",
        "The Virtual School Head advises every carer.",
        "Their carers met in March, 12-year-olds in June.",
        "Mrs Example, our Virtual School Head, met the Carer Reference Group.",
        "Ring 0300 123 4567 for advice.",
        "Section 22H(1) was met on 29 June 2026, says Cabinet paper 1234567890.",
    ],
)
def test_what_names_nobody_is_left_alone(text: str) -> None:
    assert seems_to_name([text]) == []


async def test_two_leads_who_save_at_once_are_both_kept_and_asked_which_is_right(
    front: Front, database: Database
) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    lea = await member(front, database, "Lea", Role.AUTHORITY_LEAD)
    await begun(database, await person(database, "Zoe", Role.AUTHORITY_LEAD))
    for browser in (alice, lea):
        await browser.get(f"{AT}/first-pass/1")
    await alice.send(f"{AT}/first-pass/1", after="0", level="in-place", sentence="Alice’s <b>text</b>.")
    answer = await lea.send(f"{AT}/first-pass/1", after="0", level="developing", sentence="Lea’s text.")
    assert answer.status_code == 409
    told = words(lea.page)
    assert "Alice saved this answer while you were writing" in told
    assert "Nothing is lost: both texts are kept." in told
    assert "Alice’s &lt;b&gt;text&lt;/b&gt;." in lea.page
    assert "Lea’s text." in told
    await lea.get(f"{AT}/questions/1")
    assert "Lea now thinks: Developing" in words(lea.page)
    assert "Agreed: In place" in words(lea.page)
    await lea.send(f"{AT}/questions/1/agree", row="2", after=after(lea))
    await lea.get(f"{AT}/questions/1/history")
    assert words(lea.page).count("Lea’s text.") == 2
    async with database.reading() as db:
        found = await queries.assessment_of(db, KENT, ROUND)
        assert found
        at = await answer_of(db, found, "1")
    assert (at.level, at.views) == (Level.DEVELOPING, ())


async def test_a_contributor_whose_answer_was_overtaken_is_shown_both_texts(front: Front, database: Database) -> None:
    alice = await person(database, "Alice", Role.AUTHORITY_LEAD)
    bob = await member(front, database, "Bob", Role.CONTRIBUTOR)
    await begun(database, alice)
    await answered(database, alice, "1", Level.IN_PLACE, "Agreed text.")
    answer = await bob.send(f"{AT}/questions/1", after="0", level="developing", sentence="Bob’s text.")
    told = words(bob.page)
    assert answer.status_code == 409
    assert ("Agreed text." in told, "Bob’s text." in told) == (True, True)
    assert "a lead will see both and settle it" in told
    assert "/agree" not in bob.page
    await bob.get(f"{AT}/questions/1?use=2")
    assert "Bob’s text." in bob.page.partition('name="sentence"')[2].partition("</textarea>")[0]


async def test_a_form_that_is_sent_twice_is_saved_once(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await begun(database, await person(database, "Zoe"))
    for _ in range(2):
        answer = await alice.send(f"{AT}/first-pass/1", after="0", level="in-place", sentence="So.")
        assert answer.status_code == 303
    await alice.get(f"{AT}/questions/1/history")
    assert alice.page.count('class="tracker-card"') == 1


async def test_savings_in_the_same_moment_are_all_kept(database: Database) -> None:
    people = [await person(database, name, Role.CONTRIBUTOR) for name in ("Ann", "Bea", "Cid", "Dan")]
    await begun(database, people[0])
    kept = await asyncio.gather(
        *(answered(database, who, "1", sentence=f"By {who}.", agrees=False, after=0) for who in people)
    )
    assert sorted(item.clash for item in kept) == [False, True, True, True]
    async with database.reading() as db:
        found = await queries.assessment_of(db, KENT, ROUND)
        assert found
        history = await queries.history_of(db, found, "1")
    assert {row.sentence for row in history} == {f"By {who}." for who in people}


async def test_a_lead_settles_what_colleagues_think_with_one_press(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    bob, carol = [await person(database, name, Role.CONTRIBUTOR) for name in ("Bob", "Carol")]
    await begun(database, bob)
    first = await answered(database, bob, "1", Level.DEVELOPING, "Bob says so.", agrees=False)
    await answered(database, carol, "1", Level.IN_PLACE, "Carol says so.", agrees=False)
    await alice.get(AT)
    assert "Colleagues differ" in alice.page
    await alice.get(f"{AT}/questions/1")
    assert "checked" not in alice.page.partition('name="level"')[2].partition("</fieldset>")[0]
    answer = await alice.send(f"{AT}/questions/1/agree", row=first.number, after=after(alice))
    assert answer.status_code == 303
    await alice.get(f"{AT}/questions/1")
    told = words(alice.page)
    assert "Colleagues differ" not in told
    assert "Bob says so." in alice.page.partition('name="sentence"')[2].partition("</textarea>")[0]


async def test_settling_by_a_level_and_a_sentence_keeps_what_colleagues_wrote_beside_theirs(
    front: Front, database: Database
) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    bob, carol = [await person(database, name, Role.CONTRIBUTOR) for name in ("Bob", "Carol")]
    await begun(database, bob)
    await answered(database, bob, "1", Level.DEVELOPING, agrees=False)
    await answered(database, carol, "1", Level.IN_PLACE, agrees=False, details=Details(gap="No rates."))
    await alice.get(f"{AT}/first-pass/1")
    assert "Colleagues differ here" in words(alice.page)
    await alice.send(f"{AT}/first-pass/1", after=after(alice), level="leading", sentence="So.")
    async with database.reading() as db:
        found = await queries.assessment_of(db, KENT, ROUND)
        assert found
        kept = (await answer_of(db, found, "1")).answer
    assert kept
    assert (kept.level, kept.details.gap) == (Level.LEADING, "No rates.")


async def test_a_whole_answer_is_kept_with_its_evidence(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await begun(database, await person(database, "Zoe"))
    fields = {
        "after": "0",
        "level": "developing",
        "sentence": "We have begun.",
        "now": "Two\nlines",
        "covers": ["sgo", "informal"],
        "asked_families": "yes",
        "asked_when": "Survey, March 2026",
        "proof-1-title": "Policy",
        "proof-1-link": "https://council.example/policy",
        "proof-1-page": "4",
        "gap": "No rates.",
        "notes": "Ask finance.",
    }
    answer = await alice.send(f"{AT}/questions/1", then="stay", **fields)
    assert answer.headers["location"] == f"{AT}/questions/1?saved=1#proof-1-title"
    async with database.reading() as db:
        found = await queries.assessment_of(db, KENT, ROUND)
        assert found
        kept = (await answer_of(db, found, "1")).answer
    assert kept
    assert kept.details == Details(
        now="Two\nlines",
        covers=("informal", "sgo"),
        asked_families=True,
        asked_when="Survey, March 2026",
        proofs=(Proof(title="Policy", link="https://council.example/policy", page="4"),),
        gap="No rates.",
        notes="Ask finance.",
    )
    await alice.get(f"{AT}/questions/1")
    assert 'name="proof-3-title"' in alice.page
    # The first pass changes a level and a sentence, and nothing else.
    await alice.get(f"{AT}/first-pass/1")
    await alice.send(f"{AT}/first-pass/1", after=after(alice), level="in-place", sentence="Done.")
    async with database.reading() as db:
        later = (await answer_of(db, found, "1")).answer
    assert later
    assert (later.level, later.details) == (Level.IN_PLACE, kept.details)


async def test_what_is_wrong_with_evidence_is_said_beside_it(front: Front, database: Database) -> None:
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await begun(database, await person(database, "Zoe"))
    fields = {"after": "0", "proof-1-link": "javascript:alert(1)", "now": "y" * 4001}
    answer = await alice.send(f"{AT}/questions/1", **fields)
    assert answer.status_code == 422
    assert alice.problems == [
        "What you do now must be 4,000 characters or fewer: it has 4,001",
        "Say what evidence 1 is called",
        "Enter a whole address that begins with https:// or http://, or leave it empty",
    ]
    assert "y" * 4001 in alice.page


async def test_a_round_is_filled_in_from_the_one_before_and_unchanged_answers_are_confirmed_together(
    front: Front, database: Database
) -> None:
    bob = await person(database, "Bob", Role.CONTRIBUTOR)
    await begun(database, bob, round=BEFORE)
    await all_answered(database, bob, round=BEFORE, but=["7"])
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    await alice.get(f"/benchmark/{KENT}")
    assert "Your answers of the last round are filled in." in alice.page
    answer = await alice.send(f"{AT}/start")
    assert answer.headers["location"] == f"{AT}/check"
    await alice.get(f"/benchmark/{KENT}")
    assert "26 answers of the last round are not confirmed yet" in words(alice.page)
    await alice.get(AT)
    assert "0 of 27 lines answered" in alice.page
    assert alice.page.count("Not confirmed yet") == 26
    assert "26 answers of the last round are not confirmed yet" in words(alice.page)
    await alice.get(f"{AT}/first-pass/1")
    assert "This is your answer of the last round." in alice.page
    assert "We have begun." in alice.page
    await alice.send(f"{AT}/first-pass/1", after=after(alice), level="in-place", sentence="Done since.")
    await alice.get(f"{AT}/check")
    assert "Confirm 25 unchanged answers" in alice.page
    keys = [item.split('"')[0] for item in alice.page.split('name="criterion" value="')[1:]]
    answer = await alice.send(f"{AT}/check", criterion=keys)
    assert answer.headers["location"] == f"{AT}/check?confirmed=25"
    async with database.reading() as db:
        found = await queries.assessment_of(db, KENT, ROUND)
        assert found
        standings = await queries.answers_of(db, found)
    assert lacking(ASKED, standings) == {"7": Lacks.ANSWER}
    assert standings["1"].level is Level.IN_PLACE


async def test_a_question_with_nothing_filled_in_is_not_said_to_be_saved(front: Front, database: Database) -> None:
    bob = await member(front, database, "Bob", Role.CONTRIBUTOR)
    await begun(database, await person(database, "Zoe"))
    answer = await bob.send(f"{AT}/questions/7b", after="0", level="", sentence=" ")
    assert (answer.status_code, bob.problems) == (
        422,
        ["Choose one of the answers, or write down what you know so far"],
    )
    await bob.get(f"{AT}/questions/7b/history")
    assert "Bob" not in words(bob.page).partition("Every saving is kept")[2]


async def test_nothing_of_another_authority_is_found(front: Front, database: Database) -> None:
    await begun(database, await person(database, "Zoe"))
    alice = await member(front, database, "Alice", Role.AUTHORITY_LEAD)
    for path in ("", "/rounds/2026-10", "/rounds/2026-10/questions/1", "/flags"):
        there = await alice.get(f"/benchmark/surrey{path}")
        nowhere = await alice.get(f"/benchmark/atlantis{path}")
        assert (there.status_code, nowhere.status_code) == (404, 404)
        assert there.text.replace("surrey", "") == nowhere.text.replace("atlantis", "")


async def test_a_saving_of_another_answer_cannot_be_agreed_to(database: Database) -> None:
    zoe = await person(database, "Zoe", Role.AUTHORITY_LEAD)
    await begun(database, zoe)
    kept = await answered(database, zoe, "2")
    with pytest.raises(NotFound):
        async with database.writing() as db:
            await actions.agree(db, KENT, ROUND, question("1"), kept.number, after=0, by=zoe, now=NOON)
    with pytest.raises(NotFound):
        async with database.writing() as db:
            await actions.open_assessment(db, "surrey", ROUND)
