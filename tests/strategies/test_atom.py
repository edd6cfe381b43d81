"""The feeds, read as a feed reader reads them."""

import io
import re
from typing import Any

import feedparser
import httpx
import pytest


async def feed(reader: httpx.AsyncClient, path: str) -> Any:
    answer = await reader.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/atom+xml")
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
