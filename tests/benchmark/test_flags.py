"""The living link: what changes nationally is shown at each answer and action that rests on it, until it is cleared."""

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlmodel import select

from tests.benchmark.answering import AT, BEFORE, KENT, ROUND, all_answered, answered, begun, member, person, question
from tests.benchmark.mailbox import Mailbox
from tests.benchmark.test_first_pass import after
from tests.benchmark.test_resting import ON_GUIDANCE
from tests.browsers import opened
from tests.conftest import NOON, FixedClock
from tests.editing.make import PROOF, SLUG, noted, rows
from tests.editing.test_entry_pages import words
from tracker.accounts.policies import Role
from tracker.benchmark import flags, queries
from tracker.benchmark.flags import Happened, Resting, concerns, happenings
from tracker.benchmark.jobs import flag_changes
from tracker.benchmark.models import BenchmarkLetter, Flag, PlanAction
from tracker.benchmark.national import changed_announcements, record_of
from tracker.benchmark.schemas import Level
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.facts import AnyFact, provisional
from tracker.web.front import Front

LATER = timedelta(hours=1)
GUIDANCE = facts.Delivered(
    about=("14",), text="The guidance was updated.", happened_on="2026-11-22", known_on=date(2026, 11, 22)
)


async def recorded(database: Database, *given: AnyFact, clock: FixedClock) -> None:
    """Facts that become public an hour later, and the job that follows the record."""
    clock.move(LATER)
    async with database.writing() as db:
        head = await lock_head(db)
        new = [
            NewChange(strategy=SLUG, key=f"entry-test-{head.seq + place}", fact=replace(fact, evidence=(PROOF,)))
            for place, fact in enumerate(given)
        ]
        await append(db, head, new, now=clock())
    await flag_changes(database, clock)


async def flagged(database: Database) -> list[tuple[str, str | None]]:
    return [(row.about, row.outcome) for row in await rows(database, Flag)]


def named(flag: Flag) -> str:
    """By which forms name it."""
    return f"{flag.about}:{flag.cause}"


async def action(database: Database, criterion: str = "14", **given: Any) -> int:
    """An open action of Kent."""
    async with database.writing() as db:
        row = PlanAction(
            authority=KENT,
            number=len((await db.exec(select(PlanAction.id))).all()) + 1,
            criterion=criterion,
            version=1,
            title="Check the guidance",
            status_on=NOON.date(),
            made_at=NOON,
            **given,
        )
        db.add(row)
        await db.flush()
        return row.number


def test_only_facts_that_may_make_an_answer_wrong_are_followed() -> None:
    shared: dict[str, Any] = {"about": ("14",), "text": "So.", "happened_on": "2026-11-22", "known_on": NOON.date()}
    given = [
        facts.Started(**shared),
        facts.Ongoing(**shared),
        facts.Stopped(**shared),
        facts.Noted(**shared),
        facts.MilestoneReached(**shared),
        facts.Reviewed(looked=("GOV.UK",), **shared),
        facts.DateStated(as_printed="2027", by="Department for Education", **shared),
        facts.VerdictGiven(organisation="Kinship", **shared),
        facts.BecameOverdue(due=NOON.date(), **shared),
    ]
    changes = [provisional(seq, SLUG, f"entry-{seq}", fact) for seq, fact in enumerate(given, start=1)]
    assert [what.cause for what in happenings(changes, after=0)] == [f"change/{seq}" for seq in (1, 2, 3, 4, 5)]
    assert [what.cause for what in happenings(changes, after=4)] == ["change/5"]
    assert list(happenings([provisional(1, "harbour-lights", "entry-1", given[0])], after=0)) == []


def test_a_correction_bears_on_what_the_corrected_change_was_about() -> None:
    wrong = noted("14/guidance")
    corrected = facts.Corrected(
        text="It was another page.", happened_on="2026-11-22", known_on=NOON.date(), why="A mistake.", of="entry-1"
    )
    changes = [provisional(1, SLUG, "entry-1", wrong), provisional(2, SLUG, "entry-2", corrected)]
    (what,) = happenings(changes, after=1)
    assert what.about == ("14/guidance",)


@pytest.mark.parametrize(
    ("about", "is_concerned"), [("14", True), ("14/guidance", True), ("1", False), ("4", False), ("15", False)]
)
def test_an_answer_rests_on_the_whole_announcement_and_all_of_its_parts(about: str, is_concerned: bool) -> None:
    what = Happened(cause="change/1", on="2026", said="So.", about=(about,), recorded_at=NOON + LATER)
    item = Resting(authority=KENT, about="answer/1/14", criterion="14", version=1, saved_at=NOON)
    assert concerns(what, item) is is_concerned
    assert not concerns(what, replace(item, saved_at=NOON + 2 * LATER))


def test_a_change_leads_to_the_announcements_with_its_evidence(site: Front) -> None:
    public = record_of(site.keeper.snapshot.context)
    assert public
    change = next(change for change in public.changes if "14" in {ref.partition("/")[0] for ref in change.fact.about})
    found = changed_announcements(public, f"change/{change.seq}")
    assert ("14. Kinship care statutory guidance for local authorities", "/announcements/14") in found
    assert changed_announcements(public, "question/14/2") == []
    assert changed_announcements(None, f"change/{change.seq}") == []


async def test_what_rests_on_a_change_is_flagged_once_and_each_lead_gets_one_mail(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    await person(database, "Rita", Role.READER)
    round = await begun(database, lead)
    await answered(database, lead, "14", Level.IN_PLACE, "Checked.")
    await answered(database, lead, "7", Level.IN_PLACE, "Groups.")
    number = await action(database)
    await action(database, status="done")
    await action(database, "7")
    await flag_changes(database, clock)
    assert await flagged(database) == []
    await recorded(database, GUIDANCE, noted("14", text="A page was published."), clock=clock)
    answer = f"answer/{round.round}/14"
    assert sorted(await flagged(database)) == sorted([(answer, None), (f"action/{number}", None)] * 2)
    await flag_changes(database, clock)
    assert len(await flagged(database)) == 4
    (letter,) = await rows(database, BenchmarkLetter)
    assert (letter.kind, letter.person_id, letter.authority) == ("benchmark-changed", lead, KENT)


async def test_the_mail_says_how_many_rest_on_what_and_names_no_answer(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await answered(database, lead, "14", Level.NOT_IN_PLACE, "Nothing is done.")
    await action(database)
    await recorded(database, GUIDANCE, clock=clock)
    (mail,) = [mail for mail in await Mailbox(database, clock).new() if mail.kind == "benchmark-changed"]
    told = " ".join(mail.text.split())
    assert mail.to == "lea@example.org"
    assert (
        f"Your only answer and your only action rest on announcement {ON_GUIDANCE}, which changed on 22 November 2026. "
        "The guidance was updated." in told
    )
    assert "http://tracker.test/benchmark/kent/flags" in told
    assert "Nothing is done." not in told


async def test_a_lead_confirms_what_is_still_right(front: Front, database: Database, clock: FixedClock) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    lea = await opened(front, database, lead)
    await begun(database, lead)
    await answered(database, lead, "14", Level.IN_PLACE, "Checked.")
    number = await action(database)
    await recorded(database, GUIDANCE, clock=clock)
    await lea.get(f"/benchmark/{KENT}")
    told = words(lea.page)
    assert f"Your only answer and your only action rest on announcement {ON_GUIDANCE}, which changed on" in told
    await lea.get(f"/benchmark/{KENT}/flags")
    told = words(lea.page)
    assert "The guidance was updated." in told
    assert f'href="/benchmark/{KENT}/plan/{number}"' in lea.page
    answer = await lea.send(f"/benchmark/{KENT}/flags", cause="change-9", outcome="revised")
    assert (answer.status_code, len(lea.problems)) == (422, 2)
    cause = lea.page.partition('name="cause" value="')[2].partition('"')[0]
    await lea.send(f"/benchmark/{KENT}/flags", all="yes", cause="change-0", outcome="confirmed")
    assert {outcome for _, outcome in await flagged(database)} == {None}
    await lea.send(f"/benchmark/{KENT}/flags", all="yes", cause=cause, outcome="confirmed")
    assert {outcome for _, outcome in await flagged(database)} == {"confirmed"}
    await lea.get(f"/benchmark/{KENT}/flags")
    assert "Nothing that your answers and actions rest on has changed since" in words(lea.page)


async def test_saving_the_answer_clears_what_was_shown_with_it_and_nothing_later(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    lea = await opened(front, database, lead)
    await begun(database, lead)
    for key in ("13", "14"):
        await answered(database, lead, key, Level.IN_PLACE, "Checked.")
    await recorded(database, GUIDANCE, replace(GUIDANCE, about=("13",)), clock=clock)
    await lea.get(f"{AT}/questions/14")
    assert "Changed since you answered" in lea.page
    shown = [item.split('"')[0] for item in lea.page.split('name="flag" value="')[1:]]
    assert len(shown) == 1
    fields = {"after": after(lea), "level": "developing", "sentence": "Not any more."}
    await recorded(database, noted("14", text="Later."), clock=clock)
    await lea.send(f"{AT}/questions/14", flag=shown, **fields)
    assert [outcome for about, outcome in await flagged(database) if about.endswith("/14")] == ["revised", None]
    # A flag of another answer is not cleared by naming it here.
    other = next(named(row) for row in await rows(database, Flag) if row.about.endswith("/13"))
    await lea.get(f"{AT}/questions/14")
    await lea.send(f"{AT}/questions/14", flag=[other], **{**fields, "after": after(lea)})
    assert [outcome for about, outcome in await flagged(database) if about.endswith("/13")] == [None]
    await lea.get(f"{AT}/questions/13")
    await lea.send(f"{AT}/questions/13", flag=[other], after=after(lea), level="in-place", sentence="Checked.")
    assert [outcome for about, outcome in await flagged(database) if about.endswith("/13")] == ["confirmed"]


async def test_what_a_contributor_saves_clears_nothing(front: Front, database: Database, clock: FixedClock) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    bob = await member(front, database, "Bob", Role.CONTRIBUTOR)
    await begun(database, lead)
    await answered(database, lead, "14", Level.IN_PLACE, "Checked.")
    await recorded(database, GUIDANCE, clock=clock)
    (raised,) = await rows(database, Flag)
    await bob.get(f"{AT}/questions/14")
    said = {"level": "developing", "sentence": "It is out of date.", "after": after(bob), "flag": named(raised)}
    assert (await bob.send(f"{AT}/questions/14", **said)).status_code == 303
    assert [outcome for _, outcome in await flagged(database)] == [None]


async def test_what_is_not_cleared_goes_on_to_the_next_round_and_is_not_confirmed_with_the_rest(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    lea = await opened(front, database, lead)
    await begun(database, lead, round=BEFORE)
    await all_answered(database, lead, round=BEFORE)
    await recorded(database, GUIDANCE, clock=clock)
    cleared = next(flag for flag in await rows(database, Flag) if flag.criterion != "14")
    async with database.writing() as db:
        await flags.clear(db, KENT, [named(cleared)], outcome=flags.CONFIRMED, by=lead, now=clock())
    await lea.get(f"/benchmark/{KENT}")
    await lea.send(f"{AT}/start")
    await lea.get(AT)
    assert lea.page.count("Changed since") >= 1
    await lea.get(f"{AT}/first-pass/14")
    assert "Changed since you answered" in lea.page
    await lea.get(f"{AT}/check")
    offered = [item.split('"')[0] for item in lea.page.split('name="criterion" value="')[1:]]
    assert ("14" in offered, "7" in offered) == (False, True)
    async with database.reading() as db:
        found = await queries.assessment_of(db, KENT, ROUND)
        assert found
        carried = await flags.open_flags(db, KENT)
    assert flags.of_answer(found, "14") in {item.about for item in carried}
    assert not any(item.about.startswith(f"answer/{BEFORE}/") for item in carried)
    # That somebody looked at it is said of the answer that they looked at.
    assert (cleared.about, flags.CONFIRMED) in await flagged(database)
    await recorded(database, noted("14"), clock=clock)
    # The round before is over: what happens now is told of the answers that were filled in from it.
    told = {about for about, outcome in await flagged(database) if outcome is None}
    assert not any(about.startswith(f"answer/{BEFORE}/") for about in told)


async def test_flags_of_another_authority_are_neither_shown_nor_cleared(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    await begun(database, lead)
    await answered(database, lead, "14", Level.IN_PLACE, "Checked.")
    await recorded(database, GUIDANCE, clock=clock)
    async with database.writing() as db:
        assert await flags.open_flags(db, "surrey") == []
        assert await flags.clear(db, "surrey", [1], outcome="confirmed", by=lead, now=NOON) == 0
    bob = await member(front, database, "Bob", Role.CONTRIBUTOR)
    await bob.get(f"/benchmark/{KENT}/flags")
    assert "<form action" not in bob.page.partition("<main")[2]
    assert (await bob.send(f"/benchmark/{KENT}/flags", flag="1", outcome="confirmed")).status_code == 403


async def test_what_answers_an_older_wording_of_a_question_is_flagged_without_any_news(
    front: Front, database: Database, clock: FixedClock
) -> None:
    number = await action(database, "7")
    async with database.writing() as db:
        older = (await db.exec(select(PlanAction))).one()
        assert older
        older.version = 0
        db.add(older)
    await flag_changes(database, clock)
    (found,) = await rows(database, Flag)
    assert (found.about, found.cause) == (f"action/{number}", "question/7/1")
    assert question("7").ask in found.said
    await flag_changes(database, clock)
    assert len(await rows(database, Flag)) == 1


async def test_an_action_that_is_done_needs_no_look_any_more(
    front: Front, database: Database, clock: FixedClock
) -> None:
    number = await action(database)
    await flag_changes(database, clock)
    await recorded(database, GUIDANCE, clock=clock)
    async with database.writing() as db:
        assert [item.about for item in await flags.open_flags(db, KENT)] == [f"action/{number}"]
        done = (await db.exec(select(PlanAction))).one()
        assert done
        done.status = "done"
        db.add(done)
        await db.flush()
        assert await flags.open_flags(db, KENT) == []
