"""What was said of a change that was cleared stays to be read, and is kept to in the next round."""

from tests.benchmark.answering import AT, BEFORE, KENT, all_answered, answered, begun, person
from tests.benchmark.test_flags import GUIDANCE, action, recorded
from tests.benchmark.test_papers import paper, part, said
from tests.browsers import opened
from tests.conftest import FixedClock
from tests.editing.make import rows
from tests.editing.test_entry_pages import words
from tracker.accounts.policies import Role
from tracker.benchmark.flags import open_flags
from tracker.benchmark.models import Flag
from tracker.benchmark.schemas import Level
from tracker.db import Database
from tracker.web.front import Front

FLAGS = f"/benchmark/{KENT}/flags"
CHECK = "We will check the wording with carers."


async def test_what_was_said_of_a_change_is_read_at_the_answer_the_action_and_among_all_changes(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    lea = await opened(front, database, lead)
    await begun(database, lead)
    await answered(database, lead, "14", Level.IN_PLACE, "Checked.")
    number = await action(database)
    await recorded(database, GUIDANCE, clock=clock)
    await lea.get(FLAGS)
    cause = lea.page.partition('name="cause" value="')[2].partition('"')[0]
    await lea.send(FLAGS, all="yes", cause=cause, outcome="revised", why=CHECK)
    for path in (FLAGS, f"{AT}/questions/14", f"/benchmark/{KENT}/plan/{number}"):
        await lea.get(path)
        told = words(lea.page)
        assert "The guidance was updated." in told
        assert CHECK in told
        assert "Revised: Lea" in told
    await lea.get(f"{AT}/questions/13")
    assert CHECK not in lea.page


async def test_answers_about_what_changed_come_first_and_a_group_is_cleared_by_one_tick(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    lea = await opened(front, database, lead)
    await begun(database, lead)
    await all_answered(database, lead)
    await action(database)
    await recorded(database, GUIDANCE, clock=clock)
    await lea.get(FLAGS)
    told = words(lea.page)
    heads = ("Answers about what changed", "Your kinship local offer", "Other answers that rest on it", "Actions")
    places = [told.index(f"{head} ") for head in heads]
    assert places == sorted(places)
    assert places[0] < told.index("Answer 14:") < places[1] < told.index("Answer K1:") < places[2]
    cause = lea.page.partition('name="cause" value="')[2].partition('"')[0]
    await lea.send(FLAGS, all=["offer", "action"], cause=cause, outcome="confirmed")
    cleared = {row.about.partition("/")[0] + row.criterion for row in await rows(database, Flag) if row.outcome}
    assert cleared == {"action14", *(f"answerK{number}" for number in range(1, 10))}


async def test_the_panel_is_told_of_what_changed_since_and_was_not_looked_at(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    lea = await opened(front, database, lead)
    await begun(database, lead)
    await answered(database, lead, "14", Level.IN_PLACE, "Checked.")
    assert "Changed since, and not yet looked at" not in said(await paper(lea))
    await recorded(database, GUIDANCE, clock=clock)
    told = part(said(await paper(lea)), "8. The national state", "9. How this was assessed")
    assert "Changed since, and not yet looked at" in told
    assert "22 November 2026: The guidance was updated. Answers that rest on it: 14." in told


async def test_an_answer_that_was_to_be_revised_is_not_confirmed_with_the_unchanged_ones_of_the_next_round(
    front: Front, database: Database, clock: FixedClock
) -> None:
    lead = await person(database, "Lea", Role.AUTHORITY_LEAD)
    lea = await opened(front, database, lead)
    await begun(database, lead, round=BEFORE)
    await all_answered(database, lead, round=BEFORE)
    await recorded(database, GUIDANCE, clock=clock)
    async with database.reading() as db:
        found = {flag.criterion: flag for flag in await open_flags(db, KENT)}
    for key, outcome, why in (("14", "revised", CHECK), ("K1", "confirmed", "")):
        cause = found[key].cause.replace("/", "-")
        await lea.send(FLAGS, cause=cause, flag=found[key].name, outcome=outcome, why=why)
    await lea.send(f"{AT}/start")
    await lea.get(f"{AT}/check")
    named = [item.split('"')[0] for item in lea.page.split('name="criterion" value="')[1:]]
    assert ("14" in named, "K1" in named, "K2" in named) == (False, True, False)
    assert "to be revised as you said" in words(lea.page)
    answer = await lea.send(f"{AT}/check", criterion=["14", "K1"])
    assert answer.headers["location"] == f"{AT}/check?confirmed=1"
    await lea.get(f"{AT}/questions/14")
    assert CHECK in words(lea.page)
