"""The calendar of milestones, as a calendar program reads it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any

import httpx
import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import NOON, SETTINGS, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.exports.calendar import fold, text

SLUG = "championing-kinship-care"
VISITS = [
    ("", ""),
    ("", "as_at=2024-07-01"),
    ("", "as_at=2025-03-01&known_at=2024-10-31"),
    ("/strategies/harbour-lights", ""),
    ("/strategies/harbour-lights", "as_at=2025-07-15"),
    ("/strategies/harbour-lights", "as_at=2025-12-20&known_at=2025-10-01"),
]


async def events(reader: httpx.AsyncClient, path: str) -> dict[str, icalendar.Event]:
    """The entries of a calendar by their ids."""
    answer = await reader.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.content)
    assert not found.errors
    listed = list(found.walk("VEVENT"))
    named = {str(event["UID"]): event for event in listed}
    assert len(named) == len(listed)
    return named


async def milestones(reader: httpx.AsyncClient, root: str, query: str) -> dict[str, dict[str, Any]]:
    slug = root.rpartition("/")[2] or SLUG
    listed = (await reader.get(f"/api/v1/announcements?strategy={slug}")).json()["items"]
    found = {}
    for item in listed:
        view = (await reader.get(f"/api/v1/announcements/{item['number']}?strategy={slug}&{query}".rstrip("&"))).json()
        found |= {milestone["ref"]: milestone for milestone in view["milestones"]}
    return found


@pytest.mark.parametrize(("root", "query"), VISITS)
async def test_every_dated_promise_of_the_api_is_an_entry_and_no_other(
    two_sites: httpx.AsyncClient, root: str, query: str
) -> None:
    found = await events(two_sites, f"{root}/milestones.ics?{query}")
    slug = root.rpartition("/")[2] or SLUG
    dated = {
        f"{slug}/{ref}@tracker.test": m for ref, m in (await milestones(two_sites, root, query)).items() if m["due"]
    }
    assert found.keys() == dated.keys()
    for name, event in found.items():
        milestone = dated[name]
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        assert end - start == timedelta(days=1)
        stated = [d for d in milestone["dates"] if d["counts"] and d["latest"] == str(start)]
        assert stated
        if not any(date["document"] not in ("strategy", "plan") for date in milestone["dates"]):
            assert str(start) == milestone["due"]
        said = str(event["DESCRIPTION"])
        assert any(f"“{date['as_printed']}”" in said for date in stated)
        if milestone["reached_on"]:
            assert milestone["outcome"] in said
        assert milestone["title"] in str(event["SUMMARY"])
        assert (await two_sites.get(str(event["URL"]))).status_code == 200
        assert (event["CLASS"], event["TRANSP"]) == ("PUBLIC", "TRANSPARENT")
        fuzzy = all(date["earliest"] != date["latest"] for date in stated)
        assert event["STATUS"] in ({"TENTATIVE", "CANCELLED"} if fuzzy else {"CONFIRMED", "CANCELLED"})


@pytest.mark.parametrize(("root", "query"), VISITS)
async def test_the_calendar_is_written_as_the_standard_says(
    two_sites: httpx.AsyncClient, root: str, query: str
) -> None:
    answer = await two_sites.get(f"{root}/milestones.ics?{query}")
    lines = answer.content.split(b"\r\n")
    assert lines.pop() == b""
    assert max(map(len, lines)) <= 75
    assert not any(b"\r" in line or b"\n" in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    found = icalendar.Calendar.from_ical(answer.content)
    assert found["VERSION"] == "2.0"
    assert found["REFRESH-INTERVAL"].dt == timedelta(days=1)
    assert found["NAME"] == found["X-WR-CALNAME"]
    assert "open-government-licence" in found["DESCRIPTION"]
    assert str(found["SOURCE"]).startswith(f"http://tracker.test{root}/milestones.ics")
    assert 'rel="license"' in answer.headers["link"]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (await two_sites.get(f"{root}/milestones.ics?{query}")).content == answer.content


@asynccontextmanager
async def after(database: Database, *new: facts.AnyFact) -> AsyncIterator[httpx.AsyncClient]:
    """A reader of the site once these facts are on record."""
    changes = [NewChange(strategy=SLUG, key=f"new-{number}", fact=fact) for number, fact in enumerate(new)]
    async with database.writing() as db:
        await append(db, await lock_head(db), changes, now=NOON)
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://tracker.test") as client:
        yield client


def told(about: str) -> dict[str, Any]:
    return {"about": (about,), "text": "Told", "happened_on": "2026-11-20", "known_on": date(2026, 11, 20)}


def restated(about: str, edtf: str | None) -> facts.DateStated:
    return facts.DateStated(**told(about), as_printed=f"by {edtf}", edtf=edtf, by="A minister")


async def test_a_date_that_moves_keeps_its_id_and_raises_its_sequence(
    reader: httpx.AsyncClient, database: Database
) -> None:
    name = f"{SLUG}/9/standards-and-guidance/published@tracker.test"
    before = (await events(reader, "/milestones.ics"))[name]
    assert before["STATUS"] == "TENTATIVE"
    async with after(database, restated("9/standards-and-guidance/published", "2027-03-31")) as later:
        event = (await events(later, "/milestones.ics"))[name]
        earlier = (await events(later, "/milestones.ics?as_at=2026-11-19"))[name]
    assert (event["STATUS"], event["DTSTART"].dt) == ("CONFIRMED", date(2027, 3, 31))
    assert event["SEQUENCE"] == before["SEQUENCE"] + 1
    assert "First promised: “early 2024” and “Spring 2024”, so by 31 May 2024." in str(event["DESCRIPTION"])
    assert "Overdue since the end of 31 May 2024." in str(event["DESCRIPTION"])
    assert (earlier["SEQUENCE"], earlier["DTSTART"].dt) == (before["SEQUENCE"], before["DTSTART"].dt)


async def test_a_date_taken_back_says_so_and_a_correction_counts_again(database: Database) -> None:
    moved, back = (
        restated("10/board/information", "2027-03-31"),
        facts.Corrected(**told("10/board/information"), why="misheard", of="new-0"),
    )
    async with after(database, moved, back, restated("9/standards-and-guidance/published", None)) as later:
        found = await events(later, "/milestones.ics")
    corrected = found[f"{SLUG}/10/board/information@tracker.test"]
    assert (corrected["SEQUENCE"], corrected["DTSTART"].dt) == (2, date(2024, 12, 31))
    undated = found[f"{SLUG}/9/standards-and-guidance/published@tracker.test"]
    assert undated["DTSTART"].dt == date(2024, 5, 31)
    assert "Stated since, without a date: “by None”." in str(undated["DESCRIPTION"])


async def test_what_will_not_come_is_cancelled_until_it_is_taken_up_again(database: Database) -> None:
    new = (
        facts.Superseded(**told("9/standards-and-guidance"), by="A bill"),
        facts.Stopped(**told("1/launch")),
        facts.MilestoneDropped(**told("15/statement/published")),
        facts.Stopped(**told("10/board")),
        facts.Started(**told("10/board")),
    )
    async with after(database, *new) as later:
        found = await events(later, "/milestones.ics")
        then = await events(later, "/milestones.ics?as_at=2026-11-19")
    for ref, words in {
        "9/standards-and-guidance/published": "Superseded.",
        "1/launch/launched": "Stopped.",
        "15/statement/published": "No longer pursued.",
    }.items():
        event, before = (entries[f"{SLUG}/{ref}@tracker.test"] for entries in (found, then))
        assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", before["SEQUENCE"] + 1)
        assert words in str(event["DESCRIPTION"])
        assert before["STATUS"] != "CANCELLED"
    again = found[f"{SLUG}/10/board/information@tracker.test"]
    assert (again["STATUS"], again["SEQUENCE"]) == ("TENTATIVE", 2)


BOARD, INFORMATION = "10/board", "10/board/information"
SUPERSEDED = facts.Superseded(**told(BOARD), by="A bill")
REACHED = facts.MilestoneReached(**told(INFORMATION))
WITHDRAWN = facts.Corrected(**told(BOARD), why="misread", of="new-0")


@pytest.mark.parametrize(
    ("new", "statuses"),
    [
        ((SUPERSEDED, REACHED), ["CANCELLED", "TENTATIVE"]),
        ((facts.MilestoneDropped(**told(INFORMATION)), REACHED), ["CANCELLED", "TENTATIVE"]),
        ((facts.Delivered(**told(BOARD)), SUPERSEDED, WITHDRAWN), ["TENTATIVE", "TENTATIVE", "CANCELLED"]),
    ],
    ids=["superseded-then-reached", "dropped-then-reached", "delivered-superseded-then-withdrawn"],
)
async def test_a_status_that_turns_back_raises_the_sequence_again(
    database: Database, new: tuple[facts.AnyFact, ...], statuses: list[str]
) -> None:
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    found = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://tracker.test") as client:
        for number, fact in enumerate(new):
            async with database.writing() as db:
                change = NewChange(strategy=SLUG, key=f"new-{number}", fact=fact)
                await append(db, await lock_head(db), [change], now=NOON)
            await front.keeper.refresh()
            found.append((await events(client, "/milestones.ics"))[f"{SLUG}/{INFORMATION}@tracker.test"])
    assert [event["STATUS"] for event in found] == statuses
    assert [event["SEQUENCE"] for event in found] == list(range(1, len(new) + 1))


async def test_what_happened_before_it_was_superseded_is_not_cancelled(reader: httpx.AsyncClient) -> None:
    event = (await events(reader, "/milestones.ics"))[f"{SLUG}/15/framework/consultation@tracker.test"]
    assert event["STATUS"] == "TENTATIVE"
    assert "324 days late" in str(event["DESCRIPTION"])


@settings(deadline=None)
@given(st.text() | st.text(min_size=80, max_size=300))
def test_any_text_is_folded_within_its_characters_and_read_back(words: str) -> None:
    line = fold(f"SUMMARY:{text(words)}")
    pieces = line.removesuffix(b"\r\n").split(b"\r\n ")
    assert max(map(len, pieces[1:]), default=0) <= 74
    assert len(pieces[0]) <= 75
    assert "".join(piece.decode() for piece in pieces) == f"SUMMARY:{text(words)}"
    body = b"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n" + line + b"END:VEVENT\r\n"
    kept = re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", words.replace("\r\n", "\n"))
    assert str(icalendar.Event.from_ical(body)["SUMMARY"]) == kept
