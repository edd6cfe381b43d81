"""The pages: what a reader must find, and what bad input gets."""

import html
import re

import httpx
import pytest

from tracker.strategies.files import Folder

PAGES = [
    "/",
    "/timeline",
    "/changes",
    "/outcomes",
    "/methodology",
    "/corrections",
    "/about",
    "/downloads",
    "/accessibility",
    "/privacy",
    "/cookies",
]


async def text(reader: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await reader.get(path)
    assert answer.status_code == status, path
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text)))


@pytest.mark.parametrize("path", [*PAGES, "/announcements/14", "/?theme=supported", "/changes?since=2026-01-01"])
async def test_every_page_says_whose_it_is_and_sets_no_cookie(reader: httpx.AsyncClient, path: str) -> None:
    answer = await reader.get(path)
    assert answer.status_code == 200
    assert "This is not a government website" in answer.text
    assert "the test team" in answer.text
    assert "England only" in answer.text
    assert "set-cookie" not in answer.headers
    scripts = re.findall("<script[^>]*>", answer.text)
    assert set(scripts) <= {'<script type="application/ld+json">'}
    assert " style=" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.text.count("<h1") == 1


async def test_the_home_page_shows_the_eighteen_with_status_and_counts(
    reader: httpx.AsyncClient, kinship: Folder
) -> None:
    page = await text(reader, "/")
    items = (await reader.get("/api/v1/announcements")).json()["items"]
    for item in items:
        assert item["title"] in page
        assert item["status_text"] in page
    assert kinship.strategy.identity.title in page


async def test_filters_stand_in_the_address_and_narrow_the_list(reader: httpx.AsyncClient, kinship: Folder) -> None:
    page = await text(reader, "/?theme=empowered&benefit=direct&utm_source=newsletter")
    assert "Showing 1 of 18" in page
    answer = await reader.get("/?theme=empowered")
    assert '<option value="empowered" selected>' in answer.text


@pytest.mark.parametrize("number", range(1, 19))
async def test_an_announcement_shows_its_promise_word_for_word_and_every_figure_of_the_api(
    reader: httpx.AsyncClient, kinship: Folder, number: int
) -> None:
    page = await text(reader, f"/announcements/{number}")
    view = (await reader.get(f"/api/v1/announcements/{number}")).json()
    announcement = kinship.strategy.announcements[number - 1]
    for wording in announcement.wordings:
        assert re.sub(r"\s+", " ", wording.text) in page
        assert wording.page in page
    assert view["who_can_use"]["text"] in page
    for deliverable in view["deliverables"]:
        assert deliverable["done_when"] in page
        assert deliverable["status_text"] in page
        assert deliverable["timing_text"].casefold() in page.casefold()
    for milestone in view["milestones"]:
        assert milestone["outcome"] in page
        for date in milestone["dates"]:
            assert date["as_printed"] in page
    for change in view["changes"]:
        assert change["text"] in page
    for note in view["notes"]:
        assert note["text"] in page


async def test_late_guidance_is_shown_as_133_days_late(reader: httpx.AsyncClient) -> None:
    assert "133 days late" in await text(reader, "/announcements/14")


async def test_a_past_day_is_shown_as_it_stood_and_says_so(reader: httpx.AsyncClient) -> None:
    page = await text(reader, "/announcements/14?as_at=2024-07-01")
    assert "You are looking at 1 July 2024, as known today." in page
    assert "reconstructed from when the evidence was published" in page
    assert "overdue 31 days" in page.casefold()
    assert "133 days late" not in page


async def test_links_stay_on_the_day_that_is_looked_at(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/?as_at=2024-07-01")
    assert 'href="/announcements/14?as_at=2024-07-01"' in answer.text


async def test_the_wordings_are_never_corrected_but_noted(reader: httpx.AsyncClient) -> None:
    page = await text(reader, "/announcements/3")
    assert "Jan 2023" in page
    assert "Editor’s note" in page


async def test_the_departments_own_claims_are_labelled(reader: httpx.AsyncClient) -> None:
    assert "claim" in (await text(reader, "/outcomes")).casefold()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/announcements/19", 404, "numbered 1 to 18"),
        ("/announcements/nineteen", 404, "numbered 1 to 18"),
        ("/themes/none/changes.atom", 404, "supported, empowered, understood"),
        ("/strategies/none", 404, "championing-kinship-care"),
        ("/nothing/here", 404, "check it is right"),
        ("/?theme=none", 400, "supported, empowered, understood"),
        ("/?status=late", 400, "delivered-late"),
        ("/?as_at=yesterday", 400, "not a date"),
        ("/?as_at=2023-02-30", 400, "not a date"),
        ("/?as_at=2020-01-01", 400, "2023-12-15"),
        ("/announcements/14?known_at=2027-01-01", 400, "2026-11-22"),
        ("/changes?since=2027-01-01", 400, "2026-11-22"),
        ("/?as_at=2024-01-01&as_at=2024-01-02", 400, "twice"),
    ],
)
async def test_bad_input_gets_a_page_that_says_what_is_possible(
    reader: httpx.AsyncClient, path: str, status: int, said: str
) -> None:
    page = await text(reader, path, status)
    assert said in page
    assert "This is not a government website" in page


@pytest.mark.parametrize(
    "path", ["/?utm_source=x&fbclid=1", "/announcements/14?ref=mail", "/announcements/14/", "/?as_at="]
)
async def test_what_shared_links_carry_is_ignored(reader: httpx.AsyncClient, path: str) -> None:
    assert (await reader.get(path)).status_code == 200


async def test_what_a_reader_types_is_never_markup_on_the_page(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/", params={"theme": "<script>alert(1)</script>"})
    assert answer.status_code == 400
    assert "<script" not in answer.text


ALIKE = re.compile("/authorities/(?!bolton|kent|slough)")
"""Pages of authorities that are made like those that are opened; test_authorities proves that each is linked to."""


async def test_every_link_inside_the_site_leads_somewhere(reader: httpx.AsyncClient) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        answer = await reader.get(path)
        assert answer.status_code == 200, path
        if "text/html" not in answer.headers["content-type"]:
            continue
        for found in re.findall(r'href="(/[^"#]*)(?:#[^"]*)?"', answer.text):
            address = html.unescape(found)
            if address not in seen:
                seen.add(address)
                waiting += [] if ALIKE.match(address) else [address]
    assert len(seen) > 40


async def test_every_link_into_a_page_meets_its_mark(reader: httpx.AsyncClient) -> None:
    for path in [*PAGES, *(f"/announcements/{number}" for number in range(1, 19))]:
        page = (await reader.get(path)).text
        marks = set(re.findall(r'\bid="([^"]+)"', page))
        assert {mark for mark in re.findall(r'href="#([^"]+)"', page) if mark not in marks} == set(), path


async def test_a_reader_in_the_past_stays_there(reader: httpx.AsyncClient) -> None:
    answer = await reader.get("/announcements/14?as_at=2024-07-01&known_at=2024-06-01")
    for path in ("/", "/timeline", "/changes", "/outcomes", "/methodology", "/about", "/corrections", "/downloads"):
        assert f'href="{path}?as_at=2024-07-01&amp;known_at=2024-06-01"' in answer.text
    assert 'name="as_at" type="date" min="2023-12-15" max="2026-11-22" value="2024-07-01"' in answer.text
    assert 'name="known_at" type="date" min="2023-12-15" max="2026-11-22" value="2024-06-01"' in answer.text
    assert "Kinship care policy tracker" not in answer.text.split('id="named-by"')[-1]


async def test_a_citation_pins_the_day_and_what_was_known(reader: httpx.AsyncClient) -> None:
    page = await text(reader, "/changes?theme=empowered")
    assert "http://tracker.test/changes?theme=empowered&as_at=2026-11-22&known_at=2026-11-22" in page
    assert "http://tracker.test/privacy , read on 22 November 2026" in await text(reader, "/privacy")


async def test_no_editors_note_is_printed_twice_on_a_page(reader: httpx.AsyncClient) -> None:
    for path in ("/outcomes", "/about"):
        notes = re.findall(r"Editor’s note: ([^<]+)<", (await reader.get(path)).text)
        assert len(notes) == len(set(notes)), path
