"""Search: the same hits on page and API, on the day that is looked at, whatever somebody types."""

import html
import re
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import NOON, SETTINGS, Engines, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies.files import Folder
from tracker.strategies.load import load
from tracker.strategies.pages.search import KINDS_TEXT
from tracker.web.front import Front

SLUG = "championing-kinship-care"
API = "/api/v1/search"


async def hits(reader: httpx.AsyncClient, question: str, **parameters: object) -> list[dict[str, Any]]:
    """Every hit, page by page."""
    found: list[dict[str, Any]] = []
    cursor: str | None = "0"
    while cursor is not None:
        answer = await reader.get(API, params={"q": question, "limit": 100, "cursor": cursor, **parameters})
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
    return found


async def page(reader: httpx.AsyncClient, question: str, status: int = 200, **parameters: object) -> str:
    answer = await reader.get("/search", params={"q": question, **parameters})
    assert answer.status_code == status, answer.text
    return answer.text


def plain(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", markup)))


async def test_a_sum_a_phrase_and_a_place_are_found_with_where_they_stand(reader: httpx.AsyncClient) -> None:
    found = plain(await page(reader, "“£16 million”"))
    assert "£16 million" in found
    assert "in 2024-25" in found
    assert [hit["title"] for hit in await hits(reader, "Bexley", kind="place")] == ["Bexley"]
    (hit,) = [hit for hit in await hits(reader, '"Ofsted are updating their inspector"') if "wording-2" in hit["url"]]
    assert (hit["url"], hit["kind_text"]) == ("/announcements/16#wording-2", "Wording")
    assert hit["source"].endswith("chapter box, about p. 40")
    assert "".join(piece["text"] for piece in hit["snippet"]).startswith("Ofsted are updating their inspector training")
    assert [piece["text"] for piece in hit["snippet"] if piece["match"]] == ["Ofsted are updating their inspector"]


async def test_the_page_shows_what_the_api_gives(reader: httpx.AsyncClient) -> None:
    answer = (await reader.get(API, params={"q": "allowance"})).json()
    found = await page(reader, "allowance")
    assert f"{answer['total']} results for allowance" in plain(found)
    assert re.findall(r'<h3[^>]*><a class="govuk-link" href="([^"]+)"', found) == [
        hit["url"] for hit in answer["items"]
    ]
    assert sum(answer["counts"].values()) == answer["total"]
    assert "<mark>allowance</mark>" in found
    for kind, count in answer["counts"].items():
        assert len(await hits(reader, "allowance", kind=kind)) == count
        assert f"{KINDS_TEXT[kind]} ({count})" in plain(found)


async def test_pages_of_hits_go_on_without_gap_or_repetition(reader: httpx.AsyncClient) -> None:
    every = [hit["url"] for hit in await hits(reader, "allowance")]
    shown: list[str] = []
    address: str | None = "/search?q=allowance"
    while address:
        found = (await reader.get(address)).text
        shown += re.findall(r'<h3[^>]*><a class="govuk-link" href="([^"]+)"', found)
        following = re.search(r'href="([^"]+)" rel="next"', found)
        address = html.unescape(following[1]) if following else None
    assert shown == every
    assert len(shown) > 40


@pytest.mark.parametrize("day", ["", "2024-07-01", "2023-12-15"])
async def test_every_hit_leads_to_a_mark_that_is_on_its_page(reader: httpx.AsyncClient, day: str) -> None:
    when = {"as_at": day} if day else {}
    marks: dict[str, set[str]] = {}
    for question in ("kinship", "the", "strategy", "department", "guidance", "order", "2024"):
        for hit in await hits(reader, question, **when):
            address, _, mark = hit["url"].partition("#")
            if address not in marks:
                answer = await reader.get(address)
                assert answer.status_code == 200, address
                marks[address] = set(re.findall(r'\bid="([^"]+)"', answer.text))
            assert mark in marks[address], hit["url"]
    assert len(marks) > 10


async def test_a_hit_is_never_from_after_the_day_that_is_looked_at(reader: httpx.AsyncClient) -> None:
    day = {"as_at": "2024-07-01", "known_at": "2024-07-01"}
    log = (await reader.get("/api/v1/changes", params={**day, "limit": 500})).json()["items"]
    known = {change["seq"] for change in log}
    then, now = await hits(reader, "kinship", **day), await hits(reader, "kinship")
    assert {hit["seq"] for hit in then if hit["seq"]} < known
    assert len(then) < len(now)
    assert await hits(reader, "Bexley", kind="place", **day) == []
    assert all("as_at=2024-07-01&known_at=2024-07-01#" in hit["url"] for hit in then)
    assert await hits(reader, "“Fostering News”")
    found = plain(await page(reader, "“Fostering News”", **day))
    assert "Nothing found for “Fostering News”, as the record stood on 1 July 2024" in found
    assert "search the record as it stands today" in found


@pytest.mark.parametrize("question", ["allowance", "kinship", "“virtual school”", "schools virtual heads", "the"])
async def test_announcements_whose_title_holds_it_all_come_first(reader: httpx.AsyncClient, question: str) -> None:
    found = await hits(reader, question)
    titled = [hit["url"].endswith("#main-content") and any(p["match"] for p in hit["title_pieces"]) for hit in found]
    assert titled[0]
    assert titled == sorted(titled, reverse=True)


async def test_a_sum_and_a_day_are_read_as_they_are_printed(reader: httpx.AsyncClient) -> None:
    assert await hits(reader, "£16m") == await hits(reader, "“£16 million”") != []
    assert await hits(reader, "£126m") == await hits(reader, "“£126 million”")
    assert await hits(reader, "2026-02-27") == await hits(reader, "“27 February 2026”") != []


async def test_a_past_day_says_what_is_as_written_today(reader: httpx.AsyncClient) -> None:
    told = "ditor’s notes and explained words are as written today"
    main = 'id="main-content"'
    for question in ("allowance", "zzyzx"):
        past = plain((await page(reader, question, as_at="2024-07-01")).split(main)[1])
        assert told in past, question
        assert told not in plain((await page(reader, question)).split(main)[1])


async def test_evidence_behind_several_entries_is_one_hit(reader: httpx.AsyncClient) -> None:
    found = await hits(reader, "strategy", kind="evidence")
    shown = [(hit["title"], "".join(piece["text"] for piece in hit["snippet"]), hit["source"]) for hit in found]
    assert len(shown) == len(set(shown)) > 5


async def test_a_word_is_not_taken_for_another_that_only_begins_alike(reader: httpx.AsyncClient) -> None:
    found = await hits(reader, "one")
    marked = {
        piece["text"].casefold() for hit in found for piece in hit["title_pieces"] + hit["snippet"] if piece["match"]
    }
    assert "one" in marked
    assert marked <= {"one", "ones", "one’s", "one's"}


async def test_words_that_never_stand_together_find_each_and_the_page_says_so(reader: httpx.AsyncClient) -> None:
    found = plain(await page(reader, "Bexley inspectors"))
    assert "Nothing on this record has all these words together." in found
    assert (await reader.get(API, params={"q": "Bexley inspectors"})).json()["any_word"] is True


async def test_no_hit_says_so_and_what_can_be_done(reader: httpx.AsyncClient) -> None:
    found = plain(await page(reader, "zzyzx"))
    assert "Nothing found for zzyzx" in found
    assert "It does not say that nothing has happened." in found
    assert "all 18 announcements" in found
    assert (await reader.get(API, params={"q": "zzyzx"})).json()["items"] == []


async def test_as_many_words_as_fit_can_be_looked_for_at_once(reader: httpx.AsyncClient) -> None:
    many = " ".join(f"w{number}" for number in range(48))
    assert (await reader.get(API, params={"q": many})).json()["items"] == []
    found = await reader.get(API, params={"q": f"{many} foster"})
    assert found.json()["items"]
    control = await reader.get(API, params={"q": "\x0b\x1c; \x1d; foster \x1f" + "; " * 50})
    assert control.json()["items"]


@pytest.mark.parametrize("root", ["", "/strategies/harbour-lights"])
async def test_a_search_for_nothing_says_what_can_be_found_and_gives_examples_that_are(
    both: httpx.AsyncClient, root: str
) -> None:
    for address in (f"{root}/search", f"{root}/search?q=", f"{root}/search?q=%20&kind="):
        answer = await both.get(address)
        assert answer.status_code == 200
        assert "What you can search" in answer.text
    tried = re.findall(rf'<li><a class="govuk-link" href="({root}/search\?q=[^"]+)"', answer.text)
    assert len(tried) == 5
    for example in tried:
        found = (await both.get(html.unescape(example))).text
        assert re.search(r"\d+ results? for", plain(found)), example
        assert "all these words together" not in found


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("x" * 10_000, "10,000 characters. Use at most 200"),
        ("“”", "no word or number"),
        ("*** ??? -- %%", "no word or number"),
    ],
)
async def test_what_cannot_be_looked_for_is_said_and_kept_in_the_field(
    reader: httpx.AsyncClient, question: str, said: str
) -> None:
    found = await page(reader, question, status=422)
    assert "There is a problem" in found
    assert said in plain(found)
    assert f'value="{html.escape(question)}"' in found
    assert "<title>Error: " in found


@pytest.mark.parametrize(
    ("parameters", "status", "said"),
    [
        ({"kind": "opinion"}, 400, "Possible: announcement, wording"),
        ({"page": "0"}, 400, "numbered from 1"),
        ({"page": "two"}, 400, "numbered from 1"),
        ({"page": "999"}, 404, "There is no page 999"),
        ({"as_at": "yesterday"}, 400, "not a date"),
    ],
)
async def test_wrong_parameters_get_a_page_that_says_what_is_possible(
    reader: httpx.AsyncClient, parameters: dict[str, str], status: int, said: str
) -> None:
    assert said in plain(await page(reader, "allowance", status=status, **parameters))


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("", 400, "'q'"),
        ("?q=", 400, "q is empty"),
        ("?q=" + "x" * 201, 400, "201 characters"),
        ("?q=allowance&kind=opinion", 400, "kind"),
        ("?q=allowance&cursor=x", 404, "next"),
        ("?q=allowance&cursor=9999", 404, "next"),
        ("?q=allowance&limit=0", 400, "limit"),
        ("?q=allowance&page=2", 400, "Possible: q, kind"),
        ("?q=allowance&strategy=other", 404, SLUG),
    ],
)
async def test_the_api_says_what_is_wrong_with_a_search(
    reader: httpx.AsyncClient, query: str, status: int, said: str
) -> None:
    answer = await reader.get(f"{API}{query}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.one_of(
        st.text(max_size=240),
        st.text(alphabet="\"'“”()*^:-+|&!<>~{}\\%_;\x00\x01\x02 ANDORT16£é", max_size=60),
        st.lists(st.sampled_from(['"', "NEAR(", "OR", "AND", "NOT", "*", "allowance", "'", "--", ":*", "<->"])).map(
            " ".join
        ),
    )
)
async def test_whatever_somebody_types_is_answered(reader: httpx.AsyncClient, question: str) -> None:
    address = "/search?" + urlencode({"q": question}, errors="surrogatepass")
    answer = await reader.get(address)
    assert answer.status_code in (200, 422), question
    (linked,) = re.findall(r"<script([^>]*)>(.*?)</script>", answer.text, flags=re.DOTALL)
    assert linked[0] == ' type="application/ld+json"'
    assert msgspec.json.decode(linked[1])["@type"] == "WebPage"
    data = await reader.get(f"{API}?" + urlencode({"q": question}, errors="surrogatepass"))
    assert data.status_code in (200, 400), question


@pytest.fixture
async def both(engines: Engines, engine: str, kinship: Folder, harbour: Folder) -> Any:
    """A reader of a site with the invented strategy beside the real one."""
    database = Database(await engines.filled(engine, kinship))
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with client(front) as made:
        yield made
    await database.close()


def client(front: Front) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://tracker.test")


async def test_a_strategy_finds_only_its_own(both: httpx.AsyncClient) -> None:
    there = (await both.get(API, params={"q": "lamps", "strategy": "harbour-lights"})).json()
    assert there["total"] > 5
    assert {hit["url"].split("/announcements")[0] for hit in there["items"] if "/announcements" in hit["url"]} == {
        "/strategies/harbour-lights"
    }
    assert (await both.get(API, params={"q": "lamps breakwater"})).json()["total"] == 0
    found = await both.get("/strategies/harbour-lights/search?q=lamps&as_at=2025-06-01")
    assert found.status_code == 200
    assert 'href="/strategies/harbour-lights/announcements/1?as_at=2025-06-01#' in found.text
    box = (await both.get("/strategies/harbour-lights/about")).text
    assert 'action="/strategies/harbour-lights/search"' in box


async def test_a_question_is_asked_of_the_database_once_while_nothing_changes(reader: httpx.AsyncClient) -> None:
    first = await reader.get("/search?q=allowance")
    again = await reader.get("/search?q=allowance", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await reader.head("/search?q=allowance")).content == b""


async def test_every_page_has_a_search_box_that_stays_on_the_day(reader: httpx.AsyncClient) -> None:
    for path in ("/", "/announcements/14", "/privacy", "/nothing", "/api/docs"):
        assert (await reader.get(path)).text.count('role="search"') == 1, path
    past = (await reader.get("/about?as_at=2024-07-01&known_at=2024-06-01")).text
    box = past.split('role="search"')[1].split("</form>")[0]
    assert 'name="as_at" value="2024-07-01"' in box
    assert 'name="known_at" value="2024-06-01"' in box
    own = await page(reader, "allowance", as_at="2024-07-01")
    assert own.count('role="search"') == 1
    assert '<input type="hidden" name="q" value="allowance">' in own.split('class="tracker-asat__form')[1]
    quoted = await page(reader, "“£16 million” & more", as_at="2024-07-01")
    cited = html.unescape(quoted.split("How to cite this page")[1])
    question = urlencode({"q": "“£16 million” & more"})
    assert f"http://tracker.test/search?{question}&as_at=2024-07-01&known_at=2026-11-22" in cited
