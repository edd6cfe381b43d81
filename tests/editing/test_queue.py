"""The queue: what is offered, what one press decides, undoing it, and two editors at once."""

import re
import zlib
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec

from tests.apps import Shared
from tests.browsers import Browser
from tests.conftest import NOON, FixedClock
from tests.editing.make import SLUG, changes, person, rows
from tests.editing.sightings import DAY, HOUR, sighting, source
from tests.editing.test_entry_pages import EVIDENCE, editor, hidden, publish, words
from tracker.accounts.models import Audited
from tracker.db import Database
from tracker.editing.models import Draft
from tracker.editing.queue import deciding, reading
from tracker.editing.queue.reading import Filters
from tracker.editing.schemas import Entry
from tracker.strategies import facts
from tracker.strategies.files import Folder
from tracker.strategies.load import load
from tracker.watch.models import Decision, PageSnapshot, Sighting, Suggestion
from tracker.web.front import Front

GUIDANCE = "/government/publications/kinship-care-statutory-guidance"


async def offered(database: Database, *paths: str, **given: Any) -> list[int]:
    """Pages of GOV.UK that wait; their ids."""
    async with database.writing() as db:
        await source(db)
        return [(await sighting(db, path, **given)).id or 0 for path in paths or (GUIDANCE,)]


async def decisions(database: Database) -> list[tuple[str, str]]:
    return [(row.kind, row.announcements) for row in await rows(database, Decision)]


def titles(browser: Browser) -> list[str]:
    """The pages that the queue shows, in their order."""
    return re.findall(r'class="tracker-queue__title"[^>]*><a [^>]*>(.*?)</a>', browser.page)


async def test_what_waits_is_shown_with_everything_that_a_decision_needs(front: Front, database: Database) -> None:
    await offered(database)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    told = words(alice.page)
    assert "1 page waits . Accepting opens an entry, filled in. Nothing becomes public by it." in told
    assert "Changed: “Added a section on the kinship local offer.”" in told
    assert "Public 22 November 2026 at 9:00am, seen 22 November 2026 at 11:00am in DfE guidance ." in told
    assert "14. Kinship care statutory guidance for local authorities" in told
    assert "Delivered (133 days late)" in told
    assert "Score 0.91. The title says “kinship care”." in told
    assert f'href="https://www.gov.uk{GUIDANCE}" rel="external"' in alice.page
    assert f'href="/editor/announcements/14?strategy={SLUG}"' in alice.page


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


async def test_versions_of_a_page_stand_together_and_the_newest_page_comes_first(
    front: Front, database: Database
) -> None:
    async with database.writing() as db:
        await source(db)
        await sighting(db, "/old", title="Old", published_at=NOON - 9 * DAY)
        await sighting(db, "/page", title="Page, as it was", published_at=NOON - 8 * DAY)
        await sighting(db, "/ahead", title="Ahead", published_at=NOON + 30 * DAY, seen_at=NOON - 10 * DAY)
        await sighting(db, "/undated", title="Undated", published_at=None, version="digest:2", seen_at=NOON - 5 * DAY)
        await sighting(db, "/page", title="Page", published_at=NOON - DAY)
        await sighting(db, "/gone", title="Gone", offered=False)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    assert titles(alice) == ["Page", "Undated", "Old", "Ahead"]
    assert alice.page.count('<article class="tracker-queue__version') == 5
    assert "No date of its own. Seen 17 November 2026" in words(alice.page)


async def test_flags_say_what_is_unusual(front: Front, database: Database) -> None:
    flags = {"note": None, "note_is": "none"}
    async with database.writing() as db:
        await source(db)
        await sighting(db, "/a", **flags, withdrawn=True, version="withdrawn")
        await sighting(db, "/b", **flags, silent=True, version="silent:1")
        await sighting(db, "/c", note=None, note_is="unknown", historic=True)
        await sighting(db, "/d", note=None, note_is="awaited", baseline=True)
        await sighting(db, "/e", **flags, first_published_at=NOON - 3 * HOUR)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    told = words(alice.page)
    for said in (
        "Withdrawn The page was withdrawn.",
        "Silent edit The text changed without a public note.",
        "Earlier government Changed, note unknown.",
        "There when first read Changed; the note has not been read yet.",
        "New page.",
    ):
        assert said in told


async def test_what_changed_is_shown_word_by_word(front: Front, database: Database) -> None:
    async with database.writing() as db:
        await source(db)
        for digest, text in (("old", "Allowances start in spring 2026."), ("new", "Allowances start in autumn 2027.")):
            db.add(PageSnapshot(digest=digest, text=zlib.compress(text.encode()), read_at=NOON))
        await db.flush()
        before = await sighting(db, "/a", snapshot="old", published_at=NOON - 9 * DAY, offered=False)
        newer = {"before_id": before.id, "published_at": NOON - HOUR}
        await sighting(db, "/a", snapshot="new", silent=True, version="silent:1", note=None, **newer)
        before = await sighting(db, "/b", summary="For all families.", published_at=NOON - 9 * DAY, offered=False)
        await sighting(db, "/b", summary="For some families.", before_id=before.id)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    marks = [re.sub(r"\s+", " ", found) for found in re.findall(r"<(?:ins|del)>.*?</(?:ins|del)>", alice.page)]
    assert marks == ["<del>spring 2026.</del>", "<ins>autumn 2027.</ins>", "<del>all</del>", "<ins>some</ins>"]


async def test_markup_in_what_a_source_says_is_text_and_only_real_addresses_are_links(
    front: Front, database: Database
) -> None:
    evil = "<script>alert(1)</script>"
    await offered(database, title=evil, summary=evil, note=evil, publisher=evil, url="javascript:alert(1)")
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    assert "<script>alert" not in alice.page
    assert "javascript:" not in alice.page
    assert alice.page.count("&lt;script&gt;") >= 4


async def test_a_long_queue_comes_in_parts_and_can_be_narrowed(front: Front, database: Database) -> None:
    async with database.writing() as db:
        await source(db)
        await source(db, "ofsted", title="Ofsted")
        for number in range(22):
            await sighting(db, f"/{number}", title=f"Page {number}", published_at=NOON - number * HOUR)
        await sighting(db, "/o", title="An inspection", source="ofsted", suggested={12: 0.5}, published_at=NOON - DAY)
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    assert titles(alice) == [f"Page {number}" for number in range(20)]
    assert "23 pages wait , 20 at a time: this is part 1 of 2." in words(alice.page)
    await alice.get("/editor/queue?page=2")
    assert titles(alice) == ["Page 20", "Page 21", "An inspection"]
    for query in ("announcement=12", "source=ofsted", "announcement=12&source=ofsted"):
        await alice.get(f"/editor/queue?{query}")
        assert titles(alice) == ["An inspection"]
    await alice.get("/editor/queue?page=99&announcement=nonsense")
    assert titles(alice) == ["Page 20", "Page 21", "An inspection"]
    await alice.get("/editor/queue?announcement=12")
    answer = await alice.send("/editor/queue/23", reason="repeat", decision="", **{"at-announcement": "12"})
    assert answer.headers["location"] == "/editor/queue?announcement=12&done=1"


async def test_keys_are_those_of_one_item_the_first_or_the_one_after_what_was_decided(
    front: Front, database: Database
) -> None:
    def keys(browser: Browser) -> dict[str, str]:
        found = re.findall(r'<button[^>]* form="act-(\d+)"[^>]* accesskey="(.)">([^<]*)', browser.page)
        assert {of for of, _, _ in found} <= {focus}
        return {key: text.strip() for _, key, text in found}

    first, second, third = await offered(database, "/a", "/b", "/c", suggested={14: 0.9, 13: 0.5})
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    focus = str(first)
    assert keys(alice) == {
        "1": "Accept for 14",
        "2": "Accept for 13",
        "n": "Other nation",
        "o": "Fostering or adoption",
        "r": "On record already",
        "p": "Not this promise",
        "s": "Same news",
        "t": "Tomorrow",
        "w": "In a week",
    }
    explained = re.findall(r"<kbd>(.)</kbd>", alice.page)
    assert sorted(explained) == sorted(["1", "9", *"noprstuw"])
    focus = str(third)
    await alice.follow(await alice.send(f"/editor/queue/{second}", reason="repeat", decision="", next=third))
    assert len(keys(alice)) == 9
    assert 'accesskey="u">Undo' in alice.page


async def test_an_empty_queue_says_when_sources_were_read_and_which_are_broken(
    front: Front, database: Database
) -> None:
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    assert "Nothing is waiting No source is watched, so nothing comes here by itself." in words(alice.page)
    async with database.writing() as db:
        await source(db)
        await source(db, "law", title="Law Commission", broken_since=NOON - DAY, trouble="This feed has ended")
    await alice.get("/editor/queue")
    told = words(alice.page)
    assert "A source was last read 22 November 2026 at 11:00am. 1 of 2 cannot be read" in told
    assert "Law Commission, since 21 November 2026 at 12:00pm: This feed has ended" in told


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


async def test_what_is_not_there_is_said(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    for path in ("/editor/queue/99", "/editor/queue/x", "/editor/queue/decided/9/undo", "/editor/gaps/9/looked"):
        assert (await alice.send(path, accept="14", decision="")).status_code == 404, path
    assert await rows(database, Sighting) == []


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
