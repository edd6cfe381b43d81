"""The finder: every arrangement, with and without a council; what was answered leaves no trace."""

import html
import itertools
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest

from tests.conftest import NOON, SETTINGS, FixedClock
from tracker.app import create_app
from tracker.authorities.files import authorities
from tracker.db import Database
from tracker.strategies.files import Folder
from tracker.strategies.finder import Finder, position
from tracker.strategies.load import load

PATH = "/who-benefits"
ENGLAND = {"england": "yes"}
ROUTES = {
    "informal": {"order": "none", "foster-carer": "no", "relative": "yes"},
    "private-fostering": {"order": "none", "foster-carer": "no", "relative": "no-long"},
    "cao-previously-looked-after": {"order": "child-arrangements", "before": "yes"},
    "cao": {"order": "child-arrangements", "before": "no"},
    "sgo-previously-looked-after": {"order": "special-guardianship", "before": "yes"},
    "sgo": {"order": "special-guardianship", "before": "no"},
    "kinship-foster-care": {"order": "none", "foster-carer": "yes"},
    "adoption-by-kin": {"order": "adoption"},
}
COUNCILS = (None, "bolton", "kent", "unknown")


def sections(page: str) -> dict[str, list[int]]:
    """Which announcements stand under which heading."""
    found: dict[str, list[int]] = {}
    for part in re.split(r'<h2 class="govuk-heading-l[^"]*" id="', page)[1:]:
        name = part.partition('"')[0]
        found[name] = [int(number) for number in re.findall(r'id="announcement-(\d+)"', part)]
    return found


def address(answers: dict[str, str], **more: str) -> str:
    return f"{PATH}?{urlencode({**answers, **more})}"


@pytest.mark.parametrize("council", COUNCILS)
@pytest.mark.parametrize("group", ROUTES)
async def test_each_arrangement_is_found_by_following_the_forms(
    reader: httpx.AsyncClient, kinship: Folder, group: str, council: str | None
) -> None:
    answers = {**ENGLAND, **ROUTES[group], "council": council or "unknown"}
    title = next(item.title for item in kinship.strategy.groups if item.key == group)
    page = await reader.get(PATH)
    sent: dict[str, str] = {}
    for _ in range(8):
        asked = re.search(r'name="asked" value="([^"]+)"', page.text) or re.search(
            r'<select[^>]*name="([^"]+)"', page.text
        )
        if asked is None:
            break
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        sent = {**hidden, asked[1]: answers[asked[1]]}
        page = await reader.get(f"{PATH}?{urlencode(sent)}")
        assert page.status_code == 200
    assert "What applies to you" in page.text
    assert f"<strong>{title}</strong>" in page.text
    assert {name: sent[name] for name in answers if name in sent} == answers


async def test_the_allowance_depends_on_the_order_and_on_the_council(reader: httpx.AsyncClient) -> None:
    async def where(group: str, council: str) -> str:
        found = sections((await reader.get(address({**ENGLAND, **ROUTES[group]}, council=council))).text)
        return next(name for name, numbers in found.items() if 1 in numbers)

    assert [await where("sgo", council) for council in ("bolton", "kent", "unknown")] == ["use", "not", "depends"]
    assert [await where("informal", council) for council in ("bolton", "kent")] == ["not", "not"]


async def test_on_an_earlier_day_what_is_usable_now_was_only_announced(reader: httpx.AsyncClient) -> None:
    page = (
        await reader.get(
            address(
                {**ENGLAND, **ROUTES["sgo-previously-looked-after"]},
                council="bolton",
                as_at="2024-01-15",
                known_at="2024-01-15",
            )
        )
    ).text
    assert 1 in sections(page)["announced"]
    assert "as it stood on 15 January 2024" in page


async def test_what_is_late_is_said_to_be_late_in_the_same_days_as_on_its_page(reader: httpx.AsyncClient) -> None:
    page = (await reader.get(address({**ENGLAND, **ROUTES["informal"]}, council="unknown"))).text
    milestones = (await reader.get("/api/v1/announcements/9")).json()["milestones"]
    overdue = [milestone["days_overdue"] for milestone in milestones if milestone["days_overdue"]]
    assert overdue
    assert all(f"overdue {days} days" in page for days in overdue)


async def test_who_does_not_know_is_told_what_each_arrangement_would_mean(reader: httpx.AsyncClient) -> None:
    answers = {
        "england": "not-sure",
        "order": "not-sure",
        "foster-carer": "not-sure",
        "relative": "not-sure",
        "before": "not-sure",
    }
    page = (await reader.get(address(answers, council="unknown"))).text
    assert "can be one of 8" in page
    assert 1 in sections(page)["depends"]
    assert "How to find out which it is" in page


async def test_outside_the_geography_nothing_more_is_asked(reader: httpx.AsyncClient, kinship: Folder) -> None:
    page = (await reader.get(address({"england": "no"}))).text
    assert kinship.strategy.finder
    assert kinship.strategy.finder.outside_title in page
    assert "<select" not in page


async def test_an_unanswered_question_comes_back_with_what_to_do(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(address(ENGLAND, asked="order"))
    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'href="#order"' in answer.text
    assert 'name="england" value="yes"' in answer.text


async def test_changing_one_answer_keeps_the_others(reader: httpx.AsyncClient) -> None:
    page = (await reader.get(address({**ENGLAND, **ROUTES["sgo"]}, council="kent"))).text
    again = re.search(r'href="(/who-benefits\?[^"]*)">Change<span class="govuk-visually-hidden"> Looked after', page)
    assert again
    question = (await reader.get(html.unescape(again[1]))).text
    assert re.search(r"<legend[^>]*><h1[^>]*>Was the child looked after", question)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', question))
    assert (hidden["council"], hidden["order"]) == ("kent", "special-guardianship")
    changed = (await reader.get(address({**hidden, "before": "yes"}))).text
    assert "Kent" in changed
    assert "What applies to you" in changed


async def test_an_answer_that_a_changed_one_rules_out_is_asked_again(reader: httpx.AsyncClient) -> None:
    answers = {**ENGLAND, **ROUTES["private-fostering"], "foster-carer": "not-sure", "order": "special-guardianship"}
    page = await reader.get(address(answers, council="kent"))
    assert page.status_code == 200
    assert 'name="asked" value="before"' in page.text


async def test_an_error_in_the_finder_keeps_the_exit_and_leads_back(reader: httpx.AsyncClient) -> None:
    for query in ("as_at=yesterday&england=yes", "england=maybe"):
        answer = await reader.get(f"{PATH}?{query}")
        assert answer.status_code == 400
        assert "Exit this page" in answer.text
        assert 'href="/who-benefits">the first question' in answer.text
    assert "Exit this page" not in (await reader.get("/changes?as_at=yesterday")).text


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("england=maybe", "Possible: yes, no, not-sure"),
        ("england=yes&order=none&foster-carer=no&relative=yes&council=atlantis", "There is no council “atlantis”"),
        ("england=yes&england=no", "england is given twice"),
    ],
)
async def test_an_address_that_makes_no_sense_says_what_is_possible(
    reader: httpx.AsyncClient, query: str, told: str
) -> None:
    answer = await reader.get(f"{PATH}?{query}")
    assert (answer.status_code, told in answer.text) == (400, True)


async def test_answers_stand_in_no_citation_no_cookie_and_no_cache(reader: httpx.AsyncClient) -> None:
    answer = await reader.get(address({**ENGLAND, **ROUTES["sgo"]}, council="bolton"))
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "special-guardianship" not in answer.text.partition("How to cite this page")[2]
    assert 'rel="nofollow noreferrer">Exit this page' in answer.text


async def test_answers_are_not_kept_in_memory(site: object, reader: httpx.AsyncClient) -> None:
    kept = site.keeper.snapshot.kept  # type: ignore[attr-defined]
    before = kept.bytes
    await reader.get(address({**ENGLAND, **ROUTES["sgo"]}, council="bolton"))
    assert kept.bytes == before


async def test_the_links_of_the_answer_page_stay_on_the_day_looked_at(reader: httpx.AsyncClient) -> None:
    page = (await reader.get(address({**ENGLAND, **ROUTES["sgo"]}, council="kent", as_at="2025-05-01"))).text
    links = re.findall(r'<h3[^>]*><a class="govuk-link" href="(/announcements/[^"]+)"', page)
    assert links
    assert all("as_at=2025-05-01" in link for link in links)
    again = re.findall(r'href="(/who-benefits\?[^"]*)">Change', page)
    assert again
    assert all("as_at=2025-05-01" in link for link in again)


def test_every_place_of_a_programme_is_a_council_of_the_list(kinship: Folder) -> None:
    names = {authority.name for authority in authorities()}
    limited = {item.programme for announcement in kinship.strategy.announcements for item in announcement.eligibility}
    assert {place.name for place in kinship.strategy.places if place.programme in limited} <= names


def routes(finder: Finder, groups: list[str]) -> Iterator[dict[str, str]]:
    """Every way through the questions."""
    ahead: list[dict[str, str]] = [{}]
    while ahead:
        answers = ahead.pop()
        at = position(finder, groups, answers)
        if at.next is None:
            yield answers
        else:
            ahead += [{**answers, at.next.key: choice.key} for choice in at.choices]


async def test_every_way_through_the_questions_ends_on_a_page(reader: httpx.AsyncClient, kinship: Folder) -> None:
    finder = kinship.strategy.finder
    assert finder
    groups = [group.key for group in kinship.strategy.groups if group.kind == "arrangement"]
    ways = list(routes(finder, groups))
    assert len(ways) > 20
    for answers in itertools.islice(ways, 0, None, 3):
        answer = await reader.get(address(answers, council="unknown"))
        assert answer.status_code == 200
        assert ("What applies to you" in answer.text) or finder.outside_title in answer.text


async def test_a_second_strategy_asks_its_own_questions_at_its_own_address(database: Database, harbour: Folder) -> None:
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://tracker.test") as both:
        page = await both.get("/strategies/harbour-lights/who-benefits")
        answer = await both.get("/strategies/harbour-lights/who-benefits?port=yes&mooring=year")
    assert "Does your boat lie in Hafan Olau?" in page.text
    assert "What applies to you" in answer.text
    assert "council" not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert "/strategies/harbour-lights/announcements/1" in answer.text
