"""How a comparison of two days counts and tells: searches without a find, who can use what, days that cannot be."""

import html

import httpx
import pytest

from tests.strategies.test_difference import API, SPRING, figures, main_of
from tests.strategies.test_pages import text


async def test_a_time_when_we_looked_and_found_nothing_is_no_new_fact(reader: httpx.AsyncClient) -> None:
    view = await figures(reader, "since=2026-05-01")
    assert view["counts"]["looked"] == len(view["looked"]) > 20
    assert view["counts"]["new"] == len(view["happened_between"]) + len(view["known_since"]) < 20
    answer = await reader.get("/changes?since=2026-05-01")
    page = main_of(answer.text)
    assert f"{view['counts']['new']} new facts, " in page
    assert f"; {view['counts']['looked']} times we looked and found nothing." in page
    news, folded = answer.text.split('<div id="looked">')
    assert "<details" in folded.split("</summary>")[0]
    for item in view["looked"]:
        assert f'id="change-{item["seq"]}"' in folded
        assert f'id="change-{item["seq"]}"' not in news
    alone = await text(reader, "/changes?since=2026-05-01&kind=reviewed")
    assert f"no new facts, no announcements moved, no corrections; {len(view['looked'])} times we looked" in alone


async def test_who_can_use_what_since_is_told_with_its_evidence(reader: httpx.AsyncClient) -> None:
    view = await figures(reader, SPRING)
    assert [(item["number"], item["since"]) for item in view["eligibility"]] == [
        (1, "2025-06-17"), (6, "2025-06-13"), (3, "2025-04-14"), (11, "2025-04-01"),
    ]  # fmt: skip
    answer = await reader.get(f"/changes?{SPRING}")
    told = answer.text.split("Who can use it changed</h2>")[1].split("<h2")[0]
    for item in view["eligibility"]:
        assert item["text"] in main_of(f'<main class="govuk-main-wrapper">{told}</main>')
        place = f"/announcements/{item['number']}?as_at=2025-07-01&amp;known_at=2025-07-01#eligibility"
        assert f'href="{place}"' in told
        assert all(html.escape(proof["title"], quote=False) in told for proof in item["evidence"])
    assert told.count("<details") == 4
    assert "Known from 20 March 2025" in main_of(f'<main class="govuk-main-wrapper">{told}</main>')
    empty = await text(reader, "/changes?since=2025-02-02&until=2025-02-03")
    assert "Who can use it changed" not in empty
    themed = await figures(reader, f"{SPRING}&theme=understood&kind=started")
    assert {item["number"] for item in themed["eligibility"]} < {1, 3, 6, 11}


@pytest.mark.parametrize(
    ("query", "said", "kept"),
    [
        ("since=yesterday", "“From” is “yesterday”, which is not a date", 'type="text" value="yesterday"'),
        (
            "until=2027-01-01",
            "“To” is 1 January 2027, which is outside the record. It runs from 15 December 2023",
            'value="2027-01-01"',
        ),
        (
            "since=2025-07-01&until=2025-02-01",
            "“From” is 1 July 2025, which is after “To”, 1 February 2025: change",
            'value="2025-07-01"',
        ),
        (
            "until=2025-07-01&as_at=2025-02-01",
            "“To” is 1 July 2025, which is after 1 February 2025, the day",
            'value="2025-07-01"',
        ),
        ("since=2025-07-01&known_at=2025-02-01", "“From” is 1 July 2025, which is after", 'value="2025-07-01"'),
        ("since=2025-07-01&as_at=2025-12-01&known_at=2025-02-01", "“From” is 1 July 2025, which", 'value="2025-07-01"'),
        ("since=%3Cb%3E&until=2020-01-01&theme=empowered", "“From” is “<b>”", 'value="empowered" selected'),
    ],
)
async def test_days_that_cannot_be_compared_come_back_with_what_was_typed(
    reader: httpx.AsyncClient, query: str, said: str, kept: str
) -> None:
    answer = await reader.get(f"/changes?{query}")
    page = await text(reader, f"/changes?{query}", 400)
    assert "There is a problem" in page
    assert "<title>Error: Changes" in answer.text
    assert page.count(said) == 2
    assert kept in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("until=2025-01-01", 400, "since"),
        ("since=yesterday", 400, "not a date"),
        ("since=2020-01-01", 400, "outside the record"),
        ("since=2025-07-01&until=2025-02-01", 404, "since is 2025-07-01, which is after until, 2025-02-01"),
        ("since=2025-07-01&kind=other", 404, "Possible: date-stated"),
        ("since=2025-07-01&theme=other", 404, "Possible: supported"),
        ("since=2025-07-01&colour=red", 400, "Possible: since, until"),
    ],
)
async def test_the_api_says_what_is_possible(reader: httpx.AsyncClient, query: str, status: int, said: str) -> None:
    answer = await reader.get(f"{API}?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
