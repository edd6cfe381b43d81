"""The page of sources: what each is, how reading it goes, what was missed, and what is not watched."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.browsers import Browser
from tests.conftest import NOON
from tests.editing.sightings import DAY, HOUR, source, trouble
from tests.editing.test_entry_pages import words
from tracker import paths
from tracker.db import Database
from tracker.errors import Invalid
from tracker.watch.unwatched import read_unwatched
from tracker.web.front import Front


async def shown(front: Front) -> str:
    browser = Browser(front)
    answer = await browser.get("/sources")
    assert answer.status_code == 200, answer.text
    return words(browser.page)


async def test_before_anything_is_watched_it_says_so_and_what_is_not(front: Front) -> None:
    told = await shown(front)
    assert "No source is watched automatically" in told
    assert "No source has been broken." in told
    assert "What is not watched, and why" in told
    assert "GOV.UK asks programs not to read it (robots.txt)." in told


async def test_each_source_says_what_it_is_how_often_and_how_reading_goes(front: Front, database: Database) -> None:
    never = {"read_at": None, "tried_at": None}
    async with database.writing() as db:
        await source(db, "a", title="Read", changed_at=NOON - DAY)
        await source(db, "b", title="Never", **never, every_seconds=86400, kind="page", publisher="Kinship")
        await source(db, "c", title="Failing", failures=1, trouble="No answer within 30 seconds")
        await source(db, "d", title="Broken", broken_since=NOON - 2 * DAY, failures=4, trouble="This feed has ended")
        await source(db, "e", title="Tried", read_at=None, failures=1, trouble="Its address is not there")
        await source(db, "f", title="Retired", retired_at=NOON)
    told = await shown(front)
    of_dfe = "List of documents on GOV.UK, looked at every 15 minutes"
    for said in (
        f"Read {of_dfe} Read 22 November 2026 at 11:00am 21 November 2026 at 12:00pm",
        "Never Web page, looked at every day Never read Never None yet",
        f"Failing {of_dfe} Failing Last tried 22 November 2026 at 11:00am: No answer within 30 seconds 22 November",
        f"Broken {of_dfe} Broken since 20 November 2026 at 12:00pm: This feed has ended 22 November",
        f"Tried {of_dfe} Never read Last tried 22 November 2026 at 11:00am: Its address is not there Never",
    ):
        assert said in told, told
    assert "Retired" not in told
    assert told.index("Department for Education Source") < told.index("Kinship Source")


async def test_what_was_missed_stays_in_the_history(front: Front, database: Database) -> None:
    async with database.writing() as db:
        await source(db)
        await trouble(db)
        await trouble(db, since=NOON - 9 * DAY, until=NOON - 8 * DAY, ended_at=NOON - 7 * DAY)
        await trouble(db, kind="broken", since=NOON - DAY, until=None, said="404 Not Found")
        broke = {"since": NOON - 5 * DAY, "until": NOON - 4 * DAY, "ended_at": NOON - 4 * DAY}
        await trouble(db, kind="broken", said="No answer", **broke)
    told = await shown(front)
    for said in (
        "Gap 19 November 2026 at 12:00pm to 21 November 2026 at 12:00pm",
        "than it shows at once. Open: nobody has looked it through yet",
        "Gap 13 November 2026 at 12:00pm to 14 November 2026 at 12:00pm",
        "than it shows at once. Closed 15 November 2026",
        "Broken 21 November 2026 at 12:00pm to now 404 Not Found Still broken",
        "Broken 17 November 2026 at 12:00pm to 18 November 2026 at 12:00pm No answer Read again 18 November 2026",
    ):
        assert said in told, told


async def test_exact_times_are_current_at_once_and_the_same_answer_is_not_sent_twice(
    front: Front, database: Database
) -> None:
    async with database.writing() as db:
        row = await source(db)
        noted = await trouble(db)
    browser = Browser(front)
    first = await browser.get("/sources")
    again = await browser.get("/sources", **{"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert "set-cookie" not in first.headers
    assert first.headers["cache-control"] == "max-age=0, must-revalidate"
    async with database.writing() as db:
        row.read_at = row.tried_at = NOON + timedelta(minutes=7)
        db.add(row)
    assert "22 November 2026 at 12:07pm" in await shown(front)
    async with database.writing() as db:
        noted.ended_at = NOON + HOUR
        db.add(noted)
    assert "Closed 22 November 2026 at 1:00pm" in await shown(front)


async def test_markup_in_what_a_source_answered_is_text(front: Front, database: Database) -> None:
    evil = "<script>alert(1)</script>"
    async with database.writing() as db:
        await source(db, title=evil, trouble=evil, broken_since=NOON)
        await trouble(db, said=evil)
    answer = await Browser(front).get("/sources")
    assert "<script>alert" not in answer.text
    assert answer.text.count("&lt;script&gt;") >= 3


async def test_programs_read_the_same(front: Front, database: Database) -> None:
    async with database.writing() as db:
        await source(db, broken_since=NOON, trouble="This feed has ended", failures=2)
        await trouble(db)
    browser = Browser(front)
    answer = await browser.get("/api/v1/sources")
    body = answer.json()
    assert answer.headers["access-control-allow-origin"] == "*"
    (found,) = body["sources"]
    assert (found["key"], found["health"], found["said"]) == ("dfe", "broken", "This feed has ended")
    assert (found["read_at"], found["every_seconds"]) == ("2026-11-22T11:00:00Z", 900)
    assert [(item["source"], item["kind"], item["ended_at"]) for item in body["troubles"]] == [("dfe", "gap", None)]
    assert {"title", "publisher", "why"} <= body["not_watched"][0].keys()
    assert (await browser.get("/api/v1/sources?q=1")).status_code == 400


async def test_every_page_feed_and_file_leads_there(front: Front) -> None:
    browser = Browser(front)
    assert '<a class="govuk-link" href="/sources">Sources</a>' in (await browser.get("/")).text
    for path in ("/changes.atom", "/announcements.csv", "/milestones.ics", "/api/v1/announcements", "/api/v1/changes"):
        answer = await browser.get(path)
        assert '</sources>; rel="related"' in answer.headers["link"], path
        assert "were read until" not in answer.text
    assert re.search(
        r'<link rel="related" [^>]*href="http://tracker.test/sources"', (await browser.get("/changes.atom")).text
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[[place]]\ntitle = "A"\npublisher = "B"\n', "why"),
        ('[[place]]\ntitle = "A"\npublisher = "B"\nwhy = "C"\nlink = "javascript:1"\n', "link of “A”"),
        ("[[place]\n", "not-watched/places.toml"),
        ('[[places]]\ntitle = "A"\n', "places"),
    ],
)
def test_a_wrong_file_of_what_is_not_watched_is_refused_with_the_reason(
    tmp_path: Path, written: str, said: str
) -> None:
    (tmp_path / "not-watched").mkdir()
    (tmp_path / "not-watched" / "places.toml").write_text(written)
    with pytest.raises(Invalid, match=re.escape(said)):
        read_unwatched(tmp_path)


def test_the_packaged_file_can_be_read_and_a_folder_needs_none(tmp_path: Path) -> None:
    assert len(read_unwatched(paths.FEEDS)) >= 5
    assert read_unwatched(tmp_path) == ()
