"""The queue as editors see it: what is offered, how it is marked and sorted, what changed in it."""

import re
import zlib
from typing import Any

from tests.browsers import Browser
from tests.conftest import NOON
from tests.editing.make import SLUG, rows
from tests.editing.sightings import DAY, HOUR, sighting, source
from tests.editing.test_entry_pages import editor, words
from tracker.db import Database
from tracker.watch.models import Decision, PageSnapshot, Sighting
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


async def test_what_is_not_there_is_said(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    await alice.get("/editor/queue")
    for path in ("/editor/queue/99", "/editor/queue/x", "/editor/queue/decided/9/undo", "/editor/gaps/9/looked"):
        assert (await alice.send(path, accept="14", decision="")).status_code == 404, path
    assert await rows(database, Sighting) == []


async def test_one_sighting_has_a_page_of_its_own_with_every_announcement(front: Front, database: Database) -> None:
    (sighting_id,) = await offered(database)
    alice = await editor(front, database)
    await alice.get("/editor/queue?announcement=14")
    assert f'href="/editor/queue/{sighting_id}?announcement=14"' in alice.page
    await alice.get(f"/editor/queue/{sighting_id}?announcement=14")
    assert alice.heading == "Kinship care: statutory guidance for local authorities"
    ticks = re.findall(r'type="checkbox" id="[^"]+" name="announcement" value="(\d+)"', alice.page)
    assert sorted(ticks, key=int) == [str(number) for number in range(1, 19)]
    await alice.send(f"/editor/queue/{sighting_id}", reason="repeat", decision="", **{"at-announcement": "14"})
    await alice.get(f"/editor/queue/{sighting_id}")
    told = words(alice.page)
    assert "This was decided by Alice Not evidence: same news, 22 November 2026 at 12:00pm." in told
    assert "Accept for" not in told
