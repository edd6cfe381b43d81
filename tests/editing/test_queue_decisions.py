"""Decisions about what is in the queue: one press each, undoing them, and two editors at once."""

import asyncio
import re
from datetime import datetime, timedelta

import httpx
import msgspec

from tests.apps import Shared
from tests.browsers import Browser
from tests.conftest import NOON, FixedClock
from tests.editing.make import SLUG, changes, person, rows
from tests.editing.sightings import DAY, HOUR
from tests.editing.test_entry_pages import EVIDENCE, editor, hidden, publish, words
from tests.editing.test_queue import GUIDANCE, decisions, offered, titles
from tracker.accounts.models import Audited
from tracker.db import Database
from tracker.editing.models import Draft
from tracker.editing.queue import deciding, reading
from tracker.editing.queue.reading import Filters
from tracker.editing.schemas import Entry
from tracker.strategies import facts
from tracker.strategies.files import Folder
from tracker.strategies.load import load
from tracker.watch.models import Decision, Suggestion
from tracker.web.front import Front


async def test_accepting_opens_an_entry_that_is_filled_in_and_publishes_nothing(
    front: Front, database: Database
) -> None:
    (sighting_id,) = await offered(database)
    end = len(await changes(database))
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    answer = await alice.send(f"/editor/queue/{sighting_id}", accept="14", decision="")
    assert answer.headers["location"] == "/editor/entries/1?from=queue"
    (draft,) = await rows(database, Draft)
    entry = msgspec.json.decode(draft.content, type=Entry)
    (fact,) = entry.facts
    assert isinstance(fact, facts.Noted)
    assert (fact.about, fact.happened_on, fact.inferred) == (("14",), "2026-11-22", None)
    assert fact.text == (
        "Department for Education updated “Kinship care: statutory guidance for local authorities”: “Added a section "
        "on the kinship local offer.”"
    )
    assert entry.evidence == (
        facts.Evidence(
            title="Kinship care: statutory guidance for local authorities",
            publisher="Department for Education",
            url=f"https://www.gov.uk{GUIDANCE}",
            dated="2026-11-22",
            quotation="Added a section on the kinship local offer.",
        ),
    )
    (kept,) = await rows(database, Decision)
    assert (kept.kind, kept.announcements, kept.draft_key) == ("accepted", f'["{SLUG}/14"]', draft.key)
    assert kept.suggested == f'[{{"announcement":"{SLUG}/14","score":0.91}}]'
    await alice.follow(answer)
    assert "Back to the queue" in alice.page
    assert "Publish now" in words(alice.page)
    assert len(await changes(database)) == end
    await alice.get("/editor/queue")
    assert titles(alice) == []


async def test_what_is_accepted_can_be_published_as_it_stands(live: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    alice = await editor(live, database)
    await alice.follow(await alice.send(f"/editor/queue/{sighting_id}", accept="14", decision=""))
    await alice.follow(await publish(alice, "/editor/entries/1"))
    assert "Published: Department for Education updated" in words(alice.page)
    await alice.get("/editor/queue/decided")
    assert "Its entry is public (entry " in words(alice.page)


async def test_one_sighting_can_be_evidence_for_several_announcements_suggested_or_not(
    front: Front, database: Database
) -> None:
    (sighting_id,) = await offered(database, suggested={13: 0.4, 14: 0.9})
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    await alice.send(f"/editor/queue/{sighting_id}", accept="ticked", announcement=["13", "18"], decision="")
    (draft,) = await rows(database, Draft)
    assert msgspec.json.decode(draft.content, type=Entry).facts[0].about == ("13", "18")
    assert await decisions(database) == [("accepted", f'["{SLUG}/13","{SLUG}/18"]')]


async def test_accepting_for_nothing_says_what_to_do_and_decides_nothing(front: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    for given in ({"accept": "ticked"}, {"accept": "99"}):
        answer = await alice.send(f"/editor/queue/{sighting_id}", decision="", **given)
        assert answer.status_code == 422
        assert alice.problems == ["Tick the announcements that it is evidence for"]
    assert await decisions(database) == []


async def test_no_evidence_is_one_press_with_a_reason_and_can_be_undone_at_once(
    front: Front, database: Database
) -> None:
    first, second = await offered(database, "/a", "/b")
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    answer = await alice.send(f"/editor/queue/{first}", reason="other-nation", decision="", next=second)
    assert answer.headers["location"] == f"/editor/queue?done=1&next={second}#sighting-{second}"
    await alice.follow(answer)
    assert "not evidence: other nation. Undo" in words(alice.page)
    assert len(titles(alice)) == 1
    await alice.follow(await alice.send("/editor/queue/decided/1/undo"))
    assert "It is in the queue again" in words(alice.page)
    assert len(titles(alice)) == 2
    assert [kind for kind, _ in await decisions(database)] == ["not-evidence", "undone"]


async def test_another_reason_is_said_in_words_and_needs_them(front: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    for given in ({"reason": "other", "words": " "}, {"reason": "made-up"}, {}):
        answer = await alice.send(f"/editor/queue/{sighting_id}", decision="", **given)
        assert (answer.status_code, alice.problems) == (422, ["Say why it is no evidence"])
    await alice.send(f"/editor/queue/{sighting_id}", reason="other", words="An advert for a course", decision="")
    (kept,) = await rows(database, Decision)
    assert (kept.reason, kept.words) == ("other", "An advert for a course")
    await alice.get("/editor/queue/decided")
    assert "Not evidence: An advert for a course" in words(alice.page)


async def test_what_is_put_off_comes_back_when_its_day_begins_in_london(front: Front, database: Database) -> None:
    one, two = await offered(database, "/a", "/b")
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    await alice.send(f"/editor/queue/{one}", later="tomorrow", decision="")
    await alice.follow(await alice.send(f"/editor/queue/{two}", later="week", decision=""))
    assert "put off until 29 November 2026" in words(alice.page)
    assert titles(alice) == []
    midnight = NOON + 12 * HOUR
    assert await waiting_at(database, midnight - timedelta(seconds=1)) == []
    assert await waiting_at(database, midnight) == [one]
    assert await waiting_at(database, midnight + 6 * DAY) == [one, two]


async def waiting_at(database: Database, now: datetime) -> list[int]:
    """What the queue shows at a moment."""
    async with database.reading() as db:
        found = await reading.queue(db, Filters(strategy=SLUG), number=1, now=now)
    return [version.id for page in found.pages for version in page.versions if version.put_off]


async def test_what_comes_back_is_decided_like_everything_else(front: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    async with database.writing() as db:
        by = await person(db, "Bob")
        await deciding.put_off(db, sighting_id, days=1, seen=None, by=by, now=NOON - DAY)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    assert "Was put off" in words(alice.page)
    await alice.send(f"/editor/queue/{sighting_id}", reason="repeat", decision=hidden(alice, "decision"))
    assert [kind for kind, _ in await decisions(database)] == ["later", "not-evidence"]


async def test_the_second_of_two_editors_is_told_what_the_first_decided(front: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    alice, bob = await editor(front, database), await editor(front, database, "Bob")
    await alice.get("/editor/queue")
    await bob.get("/editor/queue")
    await bob.send(f"/editor/queue/{sighting_id}", accept="14", decision="")
    for given, wanted in (
        ({"reason": "repeat"}, "say that it is no evidence: Same news"),
        ({"reason": "other", "words": "Seen it"}, "say that it is no evidence: Seen it"),
        ({"accept": "13"}, "accept it for 13"),
        ({"later": "week"}, "put it off: in a week"),
    ):
        answer = await alice.send(f"/editor/queue/{sighting_id}", decision="", **given)
        assert answer.status_code == 409
        told = words(alice.page)
        assert "Bob has decided about this meanwhile" in told
        assert f": accepted for 14, 22 November 2026 at 12:00pm. You were about to {wanted}." in told
        assert 'href="/editor/entries/1"' in alice.page
    assert len(await decisions(database)) == 1
    assert len(await rows(database, Draft)) == 1


async def test_of_two_presses_at_the_same_moment_one_counts(front: Front, database: Database) -> None:
    ids = await offered(database, "/a", "/b", "/c")
    alice, bob = await editor(front, database), await editor(front, database, "Bob")
    for sighting_id in ids:
        answers = await asyncio.gather(
            alice.send(f"/editor/queue/{sighting_id}", accept="14", decision=""),
            bob.send(f"/editor/queue/{sighting_id}", reason="repeat", decision=""),
        )
        assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(await decisions(database)) == 3
    accepted_ones = [kind for kind, _ in await decisions(database) if kind == "accepted"]
    assert len(await rows(database, Draft)) == len(accepted_ones)


async def test_a_decision_that_was_undone_meanwhile_is_decided_anew_only_knowingly(
    front: Front, database: Database
) -> None:
    (sighting_id,) = await offered(database)
    alice, bob = await editor(front, database), await editor(front, database, "Bob")
    await alice.get("/editor/queue")
    await bob.send(f"/editor/queue/{sighting_id}", reason="repeat", decision="")
    await bob.send("/editor/queue/decided/1/undo")
    answer = await alice.send(f"/editor/queue/{sighting_id}", accept="14", decision="")
    assert answer.status_code == 409
    assert "Bob has decided about this meanwhile" in words(alice.page)
    assert hidden(alice, "decision") == "2"
    await alice.send(f"/editor/queue/{sighting_id}", accept="14", decision="2")
    assert [kind for kind, _ in await decisions(database)] == ["not-evidence", "undone", "accepted"]


async def accepted(browser: Browser, sighting_id: int) -> httpx.Response:
    await browser.get("/editor/queue")
    return await browser.follow(await browser.send(f"/editor/queue/{sighting_id}", accept="14", decision=""))


async def test_undoing_takes_an_untouched_entry_away(front: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    alice = await editor(front, database)
    await accepted(alice, sighting_id)
    await alice.follow(await alice.send("/editor/queue/decided/1/undo"))
    assert "The entry that had been opened for it was deleted" in words(alice.page)
    assert await rows(database, Draft) == []
    assert len(titles(alice)) == 1
    assert (await alice.send("/editor/queue/decided/1/undo")).status_code == 409


async def test_undoing_keeps_an_entry_that_somebody_worked_on_or_set_to_be_published(
    front: Front, database: Database
) -> None:
    (sighting_id,) = await offered(database)
    alice = await editor(front, database)
    await accepted(alice, sighting_id)
    await alice.follow(await publish(alice, "/editor/entries/1", when="hold"))
    await alice.follow(await alice.send("/editor/queue/decided/1/undo"))
    assert "was worked on meanwhile, so it is kept" in words(alice.page)
    assert [row.id for row in await rows(database, Draft)] == [1]
    assert len(titles(alice)) == 1


async def test_undoing_says_when_the_entry_is_public_already_or_was_deleted(live: Front, database: Database) -> None:
    one, two = await offered(database, "/a", "/b")
    alice = await editor(live, database)
    await accepted(alice, one)
    await publish(alice, "/editor/entries/1")
    end = len(await changes(database))
    await alice.follow(await alice.send("/editor/queue/decided/1/undo"))
    assert "is public by now, and stays on record" in words(alice.page)
    assert len(await changes(database)) == end
    await accepted(alice, two)
    await alice.send("/editor/entries/2/delete")
    await alice.follow(await alice.send("/editor/queue/decided/3/undo"))
    assert "had been deleted before" in words(alice.page)


async def test_every_decision_is_in_the_audit_with_who_took_it(front: Front, database: Database) -> None:
    one, two = await offered(database, "/a", "/b")
    alice = await editor(front, database)
    await accepted(alice, one)
    await alice.send("/editor/queue/decided/1/undo")
    await alice.send(f"/editor/queue/{two}", reason="repeat", decision="")
    await alice.send(f"/editor/queue/{one}", later="week", decision="2")
    found = [(row.did, row.about) for row in await rows(database, Audited) if row.about.startswith("sighting/")]
    assert found == [
        ("accepted a sighting", f"sighting/{one}"),
        ("undid a decision", f"sighting/{one}"),
        ("said a sighting is no evidence", f"sighting/{two}"),
        ("put a sighting off", f"sighting/{one}"),
    ]


async def test_what_was_accepted_can_be_recorded_as_another_kind_of_fact(front: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    alice = await editor(front, database)
    await accepted(alice, sighting_id)
    await alice.get("/editor/entries/1/facts/1")
    assert 'href="/editor/entries/1/facts/1?kind=delivered"' in alice.page
    await alice.get("/editor/entries/1/facts/1?kind=delivered")
    assert alice.heading == "Delivered"
    assert re.findall(r'name="about" type="checkbox" value="([^"]+)"\s+checked', alice.page) == ["14/guidance"]
    assert "Added a section on the kinship local offer." in alice.page
    given = {name: hidden(alice, name) for name in ("version", "kind")} | {"happened_on": "today", **EVIDENCE}
    answer = await alice.send("/editor/entries/1/facts/1", about="14/guidance", text="It was delivered anew.", **given)
    assert answer.status_code == 303, words(answer.text)
    (draft,) = await rows(database, Draft)
    (fact,) = msgspec.json.decode(draft.content, type=Entry).facts
    assert isinstance(fact, facts.Delivered)
    assert (fact.about, fact.text) == (("14/guidance",), "It was delivered anew.")


async def test_what_is_suggested_for_two_strategies_is_accepted_for_either(
    shared: Shared, database: Database, harbour: Folder, clock: FixedClock
) -> None:
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
    (sighting_id,) = await offered(database)
    async with database.writing() as db:
        db.add(Suggestion(sighting_id=sighting_id, strategy="harbour-lights", announcement=2, score=0.5, reasons="[]"))
    front = shared.lend(database, clock)
    await front.keeper.refresh()
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    assert re.findall(r'name="accept" value="([^"]+)"[^>]*>(Accept for \d+)', alice.page) == [
        (f"{SLUG}/14", "Accept for 14"),
        ("harbour-lights/2", "Accept for 2"),
    ]
    await alice.send(f"/editor/queue/{sighting_id}", accept="harbour-lights/2", decision="")
    (draft,) = await rows(database, Draft)
    assert draft.strategy == "harbour-lights"
    assert await decisions(database) == [("accepted", '["harbour-lights/2"]')]
