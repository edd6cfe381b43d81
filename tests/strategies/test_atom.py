"""The feeds, read as a feed reader reads them."""

import io
import re
from datetime import timedelta
from typing import Any

import feedparser
import httpx
import msgspec
import pytest

from tests.conftest import NOON, SETTINGS, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.files import Folder
from tracker.web.layout import LICENCE_URL


async def feed(reader: httpx.AsyncClient, path: str) -> Any:
    answer = await reader.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
    licence, freshness = answer.headers["link"].split(", ")
    assert (licence, freshness.partition(";")[0]) == (f'<{LICENCE_URL}>; rel="license"', "</sources>")
    parsed = feedparser.parse(io.BytesIO(answer.content), response_headers=dict(answer.headers))
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


async def test_the_feed_holds_every_change_newest_first_under_permanent_ids(reader: httpx.AsyncClient) -> None:
    parsed = await feed(reader, "/changes.atom")
    head = (await reader.get("/api/v1/changes?limit=1")).json()["head"]
    ids = [entry.id for entry in parsed.entries]
    assert len(ids) == len(set(ids)) == head["seq"]
    assert all(re.fullmatch(r"tag:tracker\.test,2023:change/championing-kinship-care/[\w./-]+", name) for name in ids)
    assert [entry.updated_parsed for entry in parsed.entries] == sorted(
        (entry.updated_parsed for entry in parsed.entries), reverse=True
    )


async def test_an_entry_can_be_understood_without_following_its_link(reader: httpx.AsyncClient) -> None:
    parsed = await feed(reader, "/announcements/14/changes.atom")
    entry = next(entry for entry in parsed.entries if "11 October 2024" in entry.content[0].value)
    assert entry.title.startswith("Delivered: ")
    assert "Evidence: " in entry.content[0].value
    assert "/announcements/" in entry.link
    assert {"championing-kinship-care/14"} <= {tag.term for tag in entry.tags}


@pytest.mark.parametrize("path", ["/announcements/9/changes.atom", "/themes/empowered/changes.atom"])
async def test_a_narrower_feed_holds_a_part_of_the_whole_under_the_same_ids(
    reader: httpx.AsyncClient, path: str
) -> None:
    whole = {entry.id for entry in (await feed(reader, "/changes.atom")).entries}
    part = {entry.id for entry in (await feed(reader, path)).entries}
    assert part
    assert part < whole


async def test_a_page_leads_a_reader_to_its_feeds(reader: httpx.AsyncClient) -> None:
    page = (await reader.get("/announcements/9")).text
    found = re.findall(r'<link rel="alternate" type="application/atom\+xml" href="([^"]+)"', page)
    assert found == ["/changes.atom", "/announcements/9/changes.atom"]


async def test_a_corrected_entry_is_updated_when_the_correction_was_recorded(
    database: Database, clock: FixedClock, kinship: Folder
) -> None:
    entry = next(entry for entry in kinship.history if "14" in {ref.split("/")[0] for ref in entry.fact.about})
    later = NOON + timedelta(days=3)
    correction = facts.Corrected(
        about=entry.fact.about,
        text="Corrected",
        happened_on=later.date().isoformat(),
        known_on=later.date(),
        why="We misread it",
        of=entry.key,
        instead={**msgspec.json.decode(facts.encode_fact(entry.fact)), "text": "Put right"},
    )
    slug = kinship.strategy.identity.slug
    async with database.writing() as db:
        await append(db, await lock_head(db), [NewChange(strategy=slug, key="put-right", fact=correction)], now=later)
    clock.move(timedelta(days=3))
    app = create_app(SETTINGS, database=database, clock=clock)
    await app.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://tracker.test") as client:
        now = await feed(client, "/announcements/14/changes.atom")
        then = await feed(client, "/announcements/14/changes.atom?known_at=2026-11-22")
    shown = {item.id: item for item in now.entries}
    name = f"tag:tracker.test,2023:change/{slug}/{entry.key}"
    assert "Put right" in shown[name].content[0].value
    assert shown[name].updated == now.feed.updated == "2026-11-25T12:00:00Z"
    assert {item.updated for item in then.entries} == {"2026-11-22T12:00:00Z"}
    others = {item.updated for key, item in shown.items() if key != name and not key.endswith("put-right")}
    assert others == {"2026-11-22T12:00:00Z"}
