"""What differs between two days: on the page, in the API, and equal to what the two days themselves show."""

import html
import re
from datetime import timedelta
from typing import Any

import httpx
import msgspec

from tests.conftest import NOON, SETTINGS, Engines, FixedClock
from tests.strategies.test_pages import text
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.files import Folder
from tracker.strategies.load import load

API = "/api/v1/difference"
SPRING = "since=2025-02-01&until=2025-07-01"


async def read(database: Database, clock: FixedClock, *paths: str) -> list[httpx.Response]:
    """What somebody gets who asks for these addresses at this moment."""
    app = create_app(SETTINGS, database=database, clock=clock)
    await app.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tracker.test") as client:
        return [await client.get(path) for path in paths]


def main_of(page: str) -> str:
    """The words of a page's main part."""
    inner = page.split('<main class="govuk-main-wrapper"')[1].split("</main>")[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", inner)))


async def figures(reader: httpx.AsyncClient, query: str) -> Any:
    answer = await reader.get(f"{API}?{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_reader_sees_what_is_new_what_moved_and_what_did_not(reader: httpx.AsyncClient) -> None:
    page = await text(reader, f"/changes?{SPRING}")
    assert "Between 1 February 2025 and 1 July 2025: 13 new facts, 3 announcements moved, no corrections." in page
    assert "This compares what the record shows for 1 February 2025 , as known that day, " in page
    assert "overdue 277 days" in page
    assert "superseded, 324 days late" in page
    assert "15 announcements did not move. 3 of them were overdue on both days" in page
    assert "are overdue by 150 more days on the second" in page
    assert "Plan and details of the first wave: overdue 246 days, then 396" in page
    assert "payments starting from November 2025" in page
    assert "11 October 2024" not in page


async def test_each_side_leads_to_its_own_day_where_the_figures_are_the_same(reader: httpx.AsyncClient) -> None:
    page = (await reader.get(f"/changes?{SPRING}")).text
    for day in ("2025-02-01", "2025-07-01"):
        assert f'href="/announcements/15?as_at={day}&amp;known_at={day}"' in page
    assert "overdue 277 days" in (await text(reader, "/announcements/15?as_at=2025-02-01&known_at=2025-02-01")).lower()
    assert "324 days late" in (await text(reader, "/announcements/15?as_at=2025-07-01&known_at=2025-07-01")).lower()


async def test_page_and_api_hold_the_same_facts(reader: httpx.AsyncClient) -> None:
    view = await figures(reader, SPRING)
    answer = await reader.get(f"/changes?{SPRING}")
    page = await text(reader, f"/changes?{SPRING}")
    assert {int(seq) for seq in re.findall(r'id="change-(\d+)"', answer.text)} == {
        item["seq"] for item in view["happened_between"] + view["known_since"]
    }
    for item in view["happened_between"]:
        assert item["text"] in page
    for move in view["moved"]:
        for deliverable in move["deliverables"]:
            assert deliverable["because"]
            for reason in deliverable["because"]:
                assert reason["text"] in page


async def test_only_time_is_named_when_only_time_made_something_overdue(reader: httpx.AsyncClient) -> None:
    view = await figures(reader, "since=2024-05-31&until=2024-06-01")
    (move,) = [item for item in view["moved"] if item["number"] == 14]
    assert (move["before"]["status"], move["after"]["status"]) == ("in-progress", "overdue")
    assert [reason["kind"] for reason in move["deliverables"][0]["because"]] == ["day-passed"]
    page = await text(reader, "/changes?since=2024-05-31&until=2024-06-01")
    assert "31 May 2024, the latest day promised for" in page


async def test_what_happened_before_and_became_known_since_is_marked(reader: httpx.AsyncClient) -> None:
    view = await figures(reader, "since=2024-10-12&until=2024-10-14")
    assert [(item["happened_on"], item["known_on"]) for item in view["known_since"]] == 2 * [
        ("2024-10-11", "2024-10-14")
    ]
    assert [item["happened_on"] for item in view["happened_between"]] == ["2024-10-14"]
    assert {move["number"]: move["after"]["status"] for move in view["moved"]}[14] == "delivered-late"
    page = await text(reader, "/changes?since=2024-10-12&until=2024-10-14")
    assert "3 new facts" in page
    assert "Happened before, known since (2)" in page


async def test_one_day_has_nothing_to_differ_from(reader: httpx.AsyncClient) -> None:
    page = await text(reader, "/changes?since=2025-02-01&until=2025-02-01")
    assert "Both days are 1 February 2025, so nothing can differ." in page


async def test_a_time_without_news_says_that_this_is_about_what_was_found(reader: httpx.AsyncClient) -> None:
    page = await text(reader, "/changes?since=2025-02-02&until=2025-02-03")
    assert "no new facts, no announcements moved, no corrections" in page
    assert "This record holds nothing new between 2 February 2025 and 3 February 2025. That is about what" in page


async def test_without_a_first_day_the_record_starts_on_the_day_of_publication(reader: httpx.AsyncClient) -> None:
    page = await text(reader, "/changes?until=2024-07-01")
    assert "What changed between 15 December 2023 and 1 July 2024" in page
    assert "The first is the day of publication, because you gave no other." in page


async def test_without_a_second_day_the_day_looked_at_is_compared_with_what_is_known_of_it(
    reader: httpx.AsyncClient,
) -> None:
    page = await text(reader, "/changes?since=2024-07-01&as_at=2024-12-01")
    assert "for 1 July 2024 , as known that day, with what it shows for 1 December 2024 , as known today." in page
    view = await figures(reader, "since=2024-07-01&as_at=2024-12-01")
    assert view["after"] == {"on": "2024-12-01", "known_at": "2026-11-22"}


async def test_theme_and_kind_narrow_the_comparison(reader: httpx.AsyncClient) -> None:
    view = await figures(reader, f"{SPRING}&theme=understood&kind=started")
    assert [item["kind"] for item in view["happened_between"]] == ["started"]
    assert {item["theme"] for item in view["moved"]} == {"understood"}
    assert view["counts"]["moved"] + view["counts"]["unchanged"] == 6
    page = await text(reader, f"/changes?{SPRING}&theme=understood&kind=started")
    assert "1 new fact, 2 announcements moved" in page
    assert "Only the theme “Understood” is compared." in page


async def correct(database: Database, kinship: Folder) -> None:
    """A day after the load: put a fact right, withdraw another, and add one that happened long before."""
    guidance = next(e for e in kinship.history if isinstance(e.fact, facts.Delivered) and "14/guidance" in e.fact.about)
    other = next(e for e in kinship.history if isinstance(e.fact, facts.Noted))
    instead = {
        **msgspec.json.decode(facts.encode_fact(guidance.fact)),
        "text": "Put right",
        "happened_on": "2024-10-12",
    }
    day = (NOON + timedelta(days=1)).date()
    shared: dict[str, Any] = {"happened_on": day.isoformat(), "known_on": day, "why": "We misread it"}
    new = [
        facts.Corrected(about=guidance.fact.about, text="Corrected", of=guidance.key, instead=instead, **shared),
        facts.Corrected(about=other.fact.about, text="Withdrawn", of=other.key, **shared),
        facts.Noted(about=("14",), text="Found late", happened_on="2024-03-01", known_on=day),
    ]
    keys = ("put-right", "taken-back", "found-late")
    slug = kinship.strategy.identity.slug
    async with database.writing() as db:
        items = [NewChange(strategy=slug, key=key, fact=fact) for key, fact in zip(keys, new, strict=True)]
        await append(db, await lock_head(db), items, now=NOON + timedelta(days=1))


async def test_a_correction_between_the_days_shows_what_stood_before_and_what_it_moved(
    database: Database, clock: FixedClock, kinship: Folder
) -> None:
    await correct(database, kinship)
    clock.move(timedelta(days=1))
    query = "since=2026-11-22&until=2026-11-23"
    page, data, before = await read(
        database, clock, f"/changes?{query}", f"{API}?{query}", "/changes?since=2025-02-01&until=2026-11-22"
    )
    view = data.json()
    assert view["counts"]["corrections"] == 2
    clock.move(timedelta(days=1))
    (after,) = await read(database, clock, f"{API}?since=2026-11-23")
    assert after.json()["counts"]["corrections"] == 0
    assert [item["text"] for item in view["known_since"]] == ["Found late"]
    (move,) = view["moved"]
    (deliverable,) = move["deliverables"]
    assert (deliverable["before"]["days"], deliverable["after"]["days"]) == (
        {"min": 133, "max": 133},
        {"min": 134, "max": 134},
    )
    assert [reason["kind"] for reason in deliverable["because"]] == ["correction"]
    words = main_of(page.text)
    other = next(e for e in kinship.history if isinstance(e.fact, facts.Noted))
    assert "1 new fact, 1 announcement moved, 2 corrections" in words
    assert f"Withdrawn. It said: “{other.fact.text}”" in words
    assert "2024-10-11 2024-10-12" in words
    assert "Happened before, known since (1)" in words
    assert "no corrections" in main_of(before.text)


async def test_a_citation_leads_to_the_very_same_page_whatever_came_on_record_later(
    database: Database, clock: FixedClock, kinship: Folder
) -> None:
    queries = (SPRING, "since=2026-06-01", "since=2024-01-15&theme=empowered&kind=delivered", "theme=supported")
    cited = await read(database, clock, *(f"/changes?{query}" for query in queries))
    addresses = [
        html.unescape(re.findall(r'href="http://tracker\.test(/changes\?[^"]+)"', page.text)[-1]) for page in cited
    ]
    await correct(database, kinship)
    clock.move(timedelta(days=400))
    for page, again in zip(cited, await read(database, clock, *addresses), strict=True):
        assert again.status_code == 200
        assert without_today(again.text) == without_today(page.text)


def without_today(page: str) -> str:
    """The words of a page without those that name the day on which it is read, or the record's end on that day."""
    words = main_of(page)
    words = re.sub(r"Leave empty for (today|the day you are looking at)", "", words)
    words = re.sub(r"as known (today|that day|on \d+ \w+ \d+)", "", words)
    words = re.sub(r"at entry \d+|[0-9a-f]{64}", "", words)
    return re.sub(r" ?(, as on \d+ \w+ \d+)?, read on \d+ \w+ \d+|/api/v1/\S+", "", words)


async def test_a_citation_names_the_address_the_day_and_the_whole_hash(reader: httpx.AsyncClient) -> None:
    head = (await reader.get("/api/v1/changes?limit=1")).json()["head"]
    for path in ("/", "/announcements/14", "/privacy", f"/changes?{SPRING}"):
        page = await text(reader, path)
        assert f"The record then ended at entry {head['seq']}, with the hash {head['hash']}" in page
        assert "read on 22 November 2026" in page
    answer = await reader.get(f"/changes?{SPRING}&theme=empowered")
    assert (
        'href="http://tracker.test/changes?since=2025-02-01&amp;theme=empowered&amp;until=2025-07-01'
        '&amp;as_at=2026-11-22&amp;known_at=2026-11-22"' in answer.text
    )


async def test_the_day_form_at_the_head_keeps_both_days(reader: httpx.AsyncClient) -> None:
    page = (await reader.get(f"/changes?{SPRING}")).text
    assert '<input type="hidden" name="since" value="2025-02-01">' in page
    assert '<input type="hidden" name="until" value="2025-07-01">' in page


async def test_a_second_strategy_is_compared_by_its_data_alone(engines: Engines, engine: str, harbour: Folder) -> None:
    database = Database(await engines.filled(engine, harbour))
    query = "since=2025-12-15&until=2026-01-10"
    root, data = await read(database, FixedClock(), f"/changes?{query}", f"{API}?{query}")
    await database.close()
    assert root.status_code == 200
    view = data.json()
    reasons = [r for move in view["moved"] for d in move["deliverables"] for r in d["because"]]
    assert "opened" in {reason["kind"] for reason in reasons}
    assert "It opened on 5 January 2026" in main_of(root.text)


async def test_a_strategy_under_its_own_address_links_there(
    database: Database, clock: FixedClock, harbour: Folder
) -> None:
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
    query = "since=2025-03-01&until=2025-10-01"
    page, data = await read(
        database,
        clock,
        f"/strategies/harbour-lights/changes?{query}",
        f"{API}?strategy=harbour-lights&{query}",
    )
    numbers = [move["number"] for move in data.json()["moved"]]
    assert numbers
    for number in numbers:
        path = f"/strategies/harbour-lights/announcements/{number}?as_at=2025-03-01"
        assert f'href="{path}&amp;known_at=2025-03-01"' in page.text
    assert f'href="{API}?strategy=harbour-lights&amp;since=2025-03-01&amp;until=2025-10-01"' in page.text
