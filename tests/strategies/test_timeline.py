"""The timeline and the ledger: drawn, in a table and in the API the same, on any day."""

import html
import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import NOON, SETTINGS, Engines, FixedClock
from tracker import paths
from tracker.app import create_app
from tracker.db import Database
from tracker.strategies.dates import Span
from tracker.strategies.files import Folder
from tracker.strategies.load import load
from tracker.strategies.views.axis import axis_over

NUMBERS = range(1, 19)
SECOND = "/strategies/harbour-lights"


def words(markup: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup))).strip()


async def page(reader: httpx.AsyncClient, path: str) -> str:
    answer = await reader.get(path)
    assert answer.status_code == 200, path
    return answer.text


def rows(markup: str) -> list[str]:
    """The rows of a chart, as markup."""
    return re.findall(r'<li class="tracker-chart__row">.*?</li>', markup, re.DOTALL)


def row(markup: str, title: str) -> str:
    """What the chart says of a milestone, labels and drawing."""
    return next(words(item) for item in rows(markup) if f'__title">{title}<' in item)


def part(markup: str, mark: str) -> str:
    """The section of a page under a heading."""
    return re.split(r"(?=<h2 )", markup.split(f'id="{mark}"', 1)[1])[0]


def drawn(milestones: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in milestones if item["reached_on"] or any(date["earliest"] for date in item["dates"])]


async def api(reader: httpx.AsyncClient, number: int, query: str = "") -> Any:
    return (await reader.get(f"/api/v1/announcements/{number}{query}")).json()


@pytest_asyncio.fixture
async def two(engines: Engines, engine: str, kinship: Folder, harbour: Folder) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who reads a site of two strategies."""
    database = Database(await engines.filled(engine, kinship))
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url="http://tracker.test") as client:
        yield client
    await database.close()


@pytest.mark.parametrize(
    "query", ["", "?as_at=2024-07-01", "?known_at=2024-10-31", "?as_at=2025-06-01&known_at=2024-06-01"]
)
async def test_chart_table_and_announcements_say_the_same_of_every_milestone(
    reader: httpx.AsyncClient, query: str
) -> None:
    timeline = await page(reader, f"/timeline{query}")
    found = rows(timeline)
    table = words(part(timeline, "table"))
    milestones = []
    for number in NUMBERS:
        view = await api(reader, number, query)
        mine = drawn(view["milestones"])
        own = rows(await page(reader, f"/announcements/{number}{query}"))
        assert own == found[len(milestones) : len(milestones) + len(mine)], number
        milestones += mine
    assert len(found) == len(milestones) > 15
    for item, milestone in zip(found, milestones, strict=True):
        assert f"{milestone['title']} " in words(item)
        assert words(item).count(milestone["outcome"]) == 2, "on the label, and in the words of the drawing"
        assert milestone["outcome"] in table
        for printed in milestone["dates"]:
            assert f"“{printed['as_printed']}”" in table
            assert printed["effect"] in table


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Statutory guidance published", "Reached 11 October 2024, 133 days late"),
        ("Plan finalised and details of the first wave shared", "Reached 27 February 2026, 637 days late"),
        ("Consultation on the early career framework", "Reached 20 March 2025, 324 days late"),
        ("Revised standards and guidance published", "Not seen: overdue 905 days"),
        ("Recruitment begins", "Reached between March 2024 and 22 April 2024, on time"),
        ("Fund goes live under its new name", "Also printed: 1 January 2023 to 31 January 2023."),
        ("Pathfinder launched", "Stated later: 1 November 2025 to 30 November 2025."),
    ],
)
async def test_known_milestones_are_drawn_with_the_figures_everybody_knows(
    reader: httpx.AsyncClient, title: str, said: str
) -> None:
    assert said in row(await page(reader, "/timeline"), title)


@pytest.mark.parametrize("query", ["", "?as_at=2024-07-01"])
async def test_every_mark_stands_where_its_figure_says(reader: httpx.AsyncClient, query: str) -> None:
    timeline = await page(reader, f"/timeline{query}")
    ends = re.search(r"From (\d+ \w+ \d+) to (\d+ \w+ \d+)", timeline)
    assert ends is not None
    first, last = (datetime.strptime(text, "%d %B %Y").replace(tzinfo=UTC).date() for text in ends.groups())
    length = (last - first).days + 1
    milestones = [m for number in NUMBERS for m in drawn((await api(reader, number, query))["milestones"])]
    drawings = dict(zip([m["ref"] for m in milestones], rows(timeline), strict=True))
    for milestone in milestones:
        drawing = drawings[milestone["ref"]]
        due = [round(float(x) / 100 * length) for x in re.findall(r'__due" x1="([\d.]+)%', drawing)]
        late = [round(float(x) / 100 * length) for x in re.findall(r'__late"[^>]* width="([\d.]+)%', drawing)]
        days = milestone["days_late"]["max"] if milestone["days_late"] else milestone["days_overdue"]
        expected = [(date.fromisoformat(milestone["due"]) - first).days + 1] if milestone["due"] else []
        assert (due, late) == (expected, [days] if days else []), milestone["ref"]
        assert ("tracker-chart__on" in drawing) is bool(milestone["days_overdue"])
        assert ("tracker-chart__reached" in drawing) is bool(milestone["reached_on"])


async def test_on_the_day_of_publication_nothing_is_late(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline?as_at=2023-12-15")
    assert "tracker-chart__late" not in "".join(rows(timeline))
    assert "tracker-chart__planned" in "".join(rows(timeline))
    assert "days late" not in words(timeline)
    assert "Due by 31 May 2024" in row(timeline, "Statutory guidance published")


async def test_a_date_that_makes_nothing_late_does_not_stretch_the_chart(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline")
    assert "From 1 October 2023 to 31 December 2026." in timeline
    for title in ("Fund goes live under its new name", "Pathfinder launched"):
        drawing = next(item for item in rows(timeline) if title in item)
        assert "tracker-chart__arrow" in drawing, title


async def test_a_past_day_is_drawn_as_it_stood_and_marked_by_its_name(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline?as_at=2024-07-01")
    assert "overdue 31 days" in row(timeline, "Statutory guidance published")
    marked = re.findall(r'__today"[^>]*>([^<]+)<', timeline)
    assert marked == ["1 July 2024"], "labelled once"
    assert 'href="/announcements/14?as_at=2024-07-01#dates"' in timeline


async def test_what_was_not_yet_known_is_not_drawn(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline?as_at=2026-11-22&known_at=2024-10-10")
    assert "Not seen: overdue 905 days" in row(timeline, "Statutory guidance published")


async def test_every_drawing_says_in_words_what_it_shows(reader: httpx.AsyncClient) -> None:
    for item in rows(await page(reader, "/timeline")):
        assert re.search(r'role="img"><title>(Promised for|No printed date governs\.) [^<]+\.</title>', item), item


async def test_themes_and_statuses_narrow_everything_on_the_page(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline?theme=empowered&status=overdue&utm_source=x")
    views = [await api(reader, number) for number in NUMBERS]
    wanted = [d for v in views if v["theme"] == "empowered" for d in v["deliverables"] if d["status"] == "overdue"]
    assert f"Showing {len(wanted)} of {sum(len(v['deliverables']) for v in views)} deliverables" in words(timeline)
    assert [words(item).split(" Not seen")[0] for item in rows(timeline)] != []
    assert len(rows(timeline)) == sum(len(drawn(d["milestones"])) for d in wanted)
    assert "Statutory guidance published" not in words(part(timeline, "table"))
    assert '<option value="overdue" selected>' in timeline
    assert '<a class="govuk-link" href="/timeline#chart">Show all' in timeline


async def test_a_filter_that_fits_nothing_says_what_to_do(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline?status=stopped&theme=supported&as_at=2024-07-01")
    assert "No promise is shown with this theme and status." in words(part(timeline, "undated"))
    assert "shown above has a date" not in timeline
    assert "No deliverable of the theme “Supported” was “Stopped” on 1 July 2024." in words(timeline)
    assert 'href="/timeline?as_at=2024-07-01#chart">Show all' in timeline
    assert rows(timeline) == []


@pytest.mark.parametrize(
    ("query", "possible"),
    [("theme=none", "supported, empowered, understood"), ("status=partly-delivered", "delivered-late, overdue")],
)
async def test_a_theme_or_status_that_is_not_there_is_refused_with_those_that_are(
    reader: httpx.AsyncClient, query: str, possible: str
) -> None:
    answer = await reader.get(f"/timeline?{query}")
    assert answer.status_code == 400
    assert possible in words(answer.text)


async def test_what_has_no_date_is_told_in_words_and_never_lost(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline")
    told = words(part(timeline, "undated"))
    for number in NUMBERS:
        for deliverable in (await api(reader, number))["deliverables"]:
            bare = [m["title"] for m in deliverable["milestones"] if m not in drawn(deliverable["milestones"])]
            for title in bare if deliverable["milestones"] else [deliverable["title"]]:
                assert title in told
    assert "“Ongoing delivery”" in told


async def test_links_from_the_timeline_meet_their_marks(reader: httpx.AsyncClient) -> None:
    timeline = await page(reader, "/timeline")
    for path, mark in set(re.findall(r'href="(/[^"#]*)#([^"]+)"', timeline)):
        assert f'id="{mark}"' in await page(reader, html.unescape(path)), (path, mark)


@pytest.mark.parametrize("number", NUMBERS)
async def test_the_ledger_is_the_same_on_timeline_announcement_and_api(reader: httpx.AsyncClient, number: int) -> None:
    lines = (await api(reader, number))["ledger"]
    shown = words(part(await page(reader, f"/announcements/{number}"), "ledger"))
    timeline = words(part(await page(reader, "/timeline"), "ledger"))
    assert lines[0]["kind"] == "promised"
    for line in lines:
        for said in (line["happened_text"], line["as_printed"] or line["text"], line["effect"], line["by"] or ""):
            assert words(said) in shown
            assert words(said) in timeline


async def test_figures_of_two_programmes_are_never_one_series(reader: httpx.AsyncClient) -> None:
    lines = (await api(reader, 1))["ledger"]
    areas = [(line["as_printed"], line["programme"], line["replaces"]) for line in lines if line["measure"] == "areas"]
    assert areas == [
        ("up to 8", "Pathfinder", None),
        ("up to 10", "kinship allowance trial", None),
        ("up to 10", "kinship allowance trial", "up to 10"),
        ("up to 10", "Kinship Allowance Pilot", None),
        ("seven", "Kinship Zones", None),
    ]
    assert all(line["replaces"] is None for line in lines if line["measure"] == "funding")
    groups = [line for line in (await api(reader, 7))["ledger"] if line["measure"] == "groups"]
    assert groups[-1]["effect"] == "Replaces “over 130”."


async def test_a_date_stated_later_stands_in_the_ledger_and_does_not_govern(reader: httpx.AsyncClient) -> None:
    lines = (await api(reader, 1))["ledger"]
    dates = [line for line in lines if line["subject"] == "Pathfinder launched"]
    assert [(line["as_printed"], line["governs"], line["replaces"]) for line in dates] == [
        ("in 2024", True, None),
        ("from 2024 until 2028", False, None),
        ("payments starting from November 2025", False, "in 2024"),
    ]
    assert dates[0]["by"] == "Department for Education"
    assert dates[-1]["effect"] == "Before it: “in 2024”. Stated later: it does not replace the first promise."
    days = [line["happened_on"] for line in lines]
    assert days == sorted(days)


async def test_the_ledger_of_a_past_day_holds_what_had_been_stated(reader: httpx.AsyncClient) -> None:
    shown = words(part(await page(reader, "/announcements/1?known_at=2024-10-29"), "ledger"))
    assert "“up to 8”" in shown
    assert "27 October 2024" in shown
    assert "30 October 2024" not in shown


async def test_what_was_given_up_stands_in_the_ledger(reader: httpx.AsyncClient) -> None:
    ended = [line for line in (await api(reader, 7))["ledger"] if line["kind"] == "milestone-dropped"]
    assert [(line["subject"], line["by"], line["effect"]) for line in ended] == [
        ("Handover to a new supplier", None, "No longer pursued.")
    ]
    replaced = [line["effect"] for line in (await api(reader, 15))["ledger"] if line["kind"] == "superseded"]
    assert replaced == [
        "Replaced by: Social Work Induction Programme.",
        "Replaced by: early career development programme.",
    ]


async def test_a_second_strategy_has_its_own_timeline_by_data_alone(two: httpx.AsyncClient) -> None:
    timeline = await page(two, f"{SECOND}/timeline")
    assert "1 to 62 days late" in row(timeline, "New lamps lit")
    assert "tracker-chart__reached" in next(item for item in rows(timeline) if "New lamps lit" in item)
    assert "Stated later: 1 March 2026 to 31 March 2026. Not seen: overdue 387 days." in row(
        timeline, "Fog signals switched on"
    )
    assert "Replaces “six lamp wardens”. This changed what was promised." in words(part(timeline, "ledger"))
    assert f'href="{SECOND}/announcements/1#dates"' in timeline
    assert "kinship" not in words(timeline.split("<main", 1)[1].split("</main>")[0]).casefold()


days = st.dates()


@given(st.lists(days, min_size=1, max_size=6), days, days)
def test_a_day_never_leaves_the_line_and_a_later_day_never_stands_before_an_earlier(
    held: list[date], one: date, other: date
) -> None:
    axis = axis_over(held)
    earlier, later = sorted((one, other))
    assert 0 <= axis.start(earlier) <= axis.start(later) <= axis.end(later) <= 100
    assert axis.start(one) <= axis.middle(one) <= axis.end(one)
    bar = axis.bar(Span(earlier, later))
    assert 0 <= bar.x <= bar.x + bar.width <= 100.001
    assert (bar.before, bar.after) == (earlier < axis.first, later > axis.last)


@given(st.lists(days, min_size=1, max_size=6))
def test_the_line_holds_every_day_it_is_made_for(held: list[date]) -> None:
    axis = axis_over(held)
    assert axis.first <= min(held) <= max(held) <= axis.last
    assert (axis.first.day, axis.first.month % 3, axis.last.month % 3) == (1, 1, 0)
    places = [year.x for year in axis.years()]
    assert places == sorted(places)
    assert len(places) <= 8


async def test_on_paper_printed_dates_have_room_and_no_heading_stands_alone(reader: httpx.AsyncClient) -> None:
    printed = (paths.STATIC / "tracker.css").read_text(encoding="utf-8").split("@media print")[-1]
    assert re.search(r"\.tracker-plan :is\(th,\s*td\):nth-child\(2\)\{width:45%\}", printed)
    assert re.search(r"h2\+\.govuk-body:has\(\+\s*\.govuk-table\)\{break-after:avoid\}", printed)
    assert "tracker-plan" in part(await page(reader, "/announcements/14"), "dates")
    assert re.match(
        r'[^>]*>[^<]*</h2>\s*<p class="govuk-body">[^<]*</p>\s*<table class="govuk-table',
        part(await page(reader, "/timeline"), "table"),
    )
