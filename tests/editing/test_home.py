"""The editor's first screen, the search that found nothing, confirming, and the audit."""

import re
from datetime import timedelta

from tests.browsers import Browser, signed_in
from tests.conftest import NOON, FixedClock
from tests.editing.make import changes, rows
from tests.editing.sightings import sighting, source, trouble
from tests.editing.test_entry_pages import drafted, editor, publish, words
from tracker.accounts.policies import Role
from tracker.db import Database
from tracker.editing.jobs import publish_due
from tracker.editing.models import Draft
from tracker.strategies import facts
from tracker.strategies.models import Publication
from tracker.web.front import Front


async def test_the_first_screen_says_what_waits_and_since_when(
    front: Front, database: Database, clock: FixedClock
) -> None:
    alice = await editor(front, database)
    await alice.get("/editor")
    assert "Nothing is waiting. Last looked on " in words(alice.page)
    await drafted(alice)
    clock.move(timedelta(hours=1))
    await alice.get("/editor")
    told = words(alice.page)
    assert "1 waiting , the oldest since 22 November 2026." in told
    assert "The department published a page about both. being written Alice, saved 22 November 2026 at 12:00pm" in told


async def test_what_nobody_has_confirmed_for_a_year_can_be_confirmed_from_there(
    front: Front, database: Database
) -> None:
    alice = await editor(front, database)
    await alice.get("/editor")
    assert "“Ongoing”, not confirmed for a year (2)" in words(alice.page)
    assert "10. National Kinship Care Advisory Board and Kinship Carer Reference Group" in words(alice.page)
    (link,) = re.findall(r'href="(/editor/record\?[^"]*kind=ongoing[^"]*announcement=10)"', alice.page)
    await alice.get(link.replace("&amp;", "&"))
    assert alice.heading == "Confirmed ongoing"
    assert 'name="happened_on" type="text" value="22 November 2026"' in alice.page


async def test_what_falls_due_within_seven_days_is_said_in_time(live: Front, database: Database) -> None:
    alice = await editor(live, database)
    stated = {"as_printed": "by 28 November 2026", "edtf": "28 November 2026", "by": "The department"}
    path = await drafted(alice, kind="date-stated", announcement="18", about="18/data-link/joined-up", **stated)
    await alice.follow(await publish(alice, path))
    assert "Due in the next 7 days (1) 28 November 2026 : 18. Datasets joined up" in words(alice.page)


async def test_i_have_looked_today_is_one_press_and_on_record_after_the_hold(
    live: Front, database: Database, clock: FixedClock
) -> None:
    alice = await editor(live, database)
    end = len(await changes(database))
    await alice.get("/editor")
    (looked,) = re.findall(r'name="looked" value="([^"]+)"', alice.page)
    assert looked.count("\n") >= 1
    await alice.follow(await alice.send("/editor/looked", strategy="championing-kinship-care", looked=looked))
    assert "It goes on record and sends no message" in words(alice.page)
    assert len(await changes(database)) == end
    clock.move(timedelta(minutes=10))
    await publish_due(database, clock)
    fact = (await changes(database))[-1].fact
    assert isinstance(fact, facts.Reviewed)
    assert fact.happened_on == "2026-11-22"
    assert await rows(database, Publication) == []
    await live.keeper.look()
    assert "Record last reviewed by a person on 22 November 2026." in (await alice.client.get("/")).text


async def test_where_one_looked_can_be_said_instead(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    answer = await alice.send("/editor/looked", looked=" ")
    await alice.follow(answer)
    assert alice.heading == "Looked and found nothing"
    assert await rows(database, Draft) == []


async def test_an_announcement_lists_what_can_be_recorded_and_corrected(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    await alice.get("/editor/announcements/14")
    assert "Confirmed ongoing" in words(alice.page)
    assert re.search(r'href="/editor/correct\?[^"]+key=[^"]+"', alice.page)
    assert (await alice.get("/editor/announcements/99")).status_code == 404


async def test_everything_is_in_the_audit_with_who_did_it(live: Front, database: Database) -> None:
    alice = await editor(live, database)
    path = await drafted(alice)
    await publish(alice, path)
    ada = await signed_in(live, database, "Ada", Role.ADMIN)
    await ada.get("/editor/audit")
    told = words(ada.page)
    assert "Alice published an entry" in told
    assert "Alice set an entry to be published" in told
    assert "Alice saved an entry" in told
    assert "The department published a page about both." in told
    number = path.rsplit("/", 1)[1]
    await ada.get(f"/editor/audit?about=entry/{number}")
    assert [words(ada.page).count(f"Alice {did} an entry") for did in ("saved", "set", "published")] == [1, 1, 1]
    await ada.get("/editor/audit?about=entry/999")
    assert "Nothing is in the audit about this." in words(ada.page)


async def test_the_audit_goes_back_page_by_page(front: Front, database: Database) -> None:
    alice = await editor(front, database)
    for _ in range(52):
        await alice.send("/editor/looked", looked="GOV.UK")
    await alice.get("/editor/audit")
    assert "Older" in words(alice.page)
    (older,) = re.findall(r'href="(/editor/audit\?before=\d+)"', alice.page)
    await alice.get(older)
    assert "set an entry to be published" in words(alice.page)


async def who_is_refused(front: Front, database: Database, path: str) -> dict[str, int]:
    """What each kind of visitor gets for an address."""
    visitors = {
        "a stranger": Browser(front),
        "an admin": await signed_in(front, database, "Ada", Role.ADMIN),
        "an author": await signed_in(front, database, "Kim", Role.ORGANISATION_AUTHOR, of="Kinship"),
        "a lead": await signed_in(front, database, "Leo", Role.AUTHORITY_LEAD, of="kent"),
    }
    return {who: (await browser.get(path)).status_code for who, browser in visitors.items()}


async def test_only_editors_reach_the_first_screen(front: Front, database: Database) -> None:
    found = await who_is_refused(front, database, "/editor")
    assert found == {"a stranger": 303, "an admin": 403, "an author": 403, "a lead": 403}


async def test_the_first_screen_says_what_is_in_the_queue_and_what_is_not_seen(
    front: Front, database: Database, clock: FixedClock
) -> None:
    alice = await editor(front, database)
    await alice.get("/editor")
    assert "Queue No page waits that may be evidence." in words(alice.page)
    async with database.writing() as db:
        await source(db)
        await source(db, "law", title="Law Commission", broken_since=NOON, trouble="This feed has ended", read_at=None)
        await sighting(db, "/a", seen_at=NOON - timedelta(days=2))
        await sighting(db, "/b", suggested={8: 0.5})
        await trouble(db, "dfe")
    await alice.get("/editor")
    told = words(alice.page)
    assert "2 waiting , the oldest since 20 November 2026." in told
    assert "2 pages that may be evidence wait, the oldest since 20 November 2026 at 12:00pm." in told
    assert "Broken Law Commission , since 22 November 2026 at 12:00pm: This feed has ended. It was never read." in told
    assert "Gap DfE guidance: what was published between 19 November 2026 at 12:00pm and 21 November 2026" in told
    await alice.follow(await alice.send("/editor/gaps/1/looked"))
    assert "The gap was marked as looked through by hand" in words(alice.page)
    assert "Gap DfE guidance" not in words(alice.page)
    await alice.send("/editor/gaps/1/looked")
    await alice.get("/editor/audit?about=gap/1")
    assert words(alice.page).count("Alice looked a gap through") == 1
