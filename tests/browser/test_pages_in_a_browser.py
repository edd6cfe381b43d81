"""Every page in real Chromium: axe, the HTML validator, no sideways scrolling at 320 px, nothing but our own."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.check import check_site, missing_tools, open_browser, open_page, take_pictures
from tests.browser.keyboard import answer, check_keyboard
from tests.conftest import BROWSER, HARBOUR, KINSHIP
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up
from tests.site.test_who_benefits import ENGLAND, ROUTES

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

PAGES = (
    "/",
    "/?theme=empowered&status=overdue",
    "/?as_at=2024-07-01&known_at=2024-06-01",
    *(f"/announcements/{number}" for number in range(1, 19)),
    "/announcements/14?as_at=2023-12-15",
    "/timeline",
    "/timeline?theme=empowered&status=overdue",
    "/timeline?status=stopped",
    "/timeline?as_at=2024-07-01&known_at=2024-06-01",
    "/changes",
    "/changes?since=2026-01-01",
    "/changes?since=2025-02-01&until=2025-07-01",
    "/outcomes",
    "/methodology",
    "/who-benefits",
    "/who-benefits?england=yes",
    "/who-benefits?england=no",
    "/who-benefits?england=yes&order=adoption",
    "/who-benefits?england=yes&order=special-guardianship&before=yes&council=bolton",
    "/who-benefits?england=not-sure&order=not-sure&foster-carer=not-sure&relative=not-sure&before=not-sure&council=unknown",
    "/authorities",
    "/authorities/bolton",
    "/authorities/isles-of-scilly",
    "/authorities/slough",
    "/authorities/slough/access",
    "/corrections",
    "/about",
    "/downloads",
    "/search",
    "/search?q=allowance",
    "/search?q=zzyzx",
    "/accessibility",
    "/privacy",
    "/sources",
    "/cookies",
    "/api/docs",
    "/benchmark/questions",
    "/benchmark/terms",
)
PARTS = 6
"""Tests that share the pages, so that several workers can."""
KEYBOARD = (
    "/",
    "/announcements/15",
    "/search?q=allowance",
    "/timeline?theme=empowered",
    "/outcomes",
    "/announcements/4?as_at=2024-07-01",
    "/who-benefits?england=yes",
    "/who-benefits?england=yes&order=adoption&council=kent",
)
PROBLEMS = (
    "/who-benefits?asked=england",
    "/announcements/19",
    "/?as_at=yesterday",
    "/nothing",
    "/search?q=%22%22",
    "/changes?since=yesterday&until=2020-01-01",
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real strategy and an invented second one, served by a real process."""
    settings = {"data_dir": tmp_path_factory.mktemp("var"), "port": free_port(), "strategies_dir": KINSHIP}
    for command in (("migrate",), ("load",), ("load", str(HARBOUR))):
        done = tracker(*command, **settings)
        assert done.returncode == 0, done.stderr
    with running(*TRACKER, "web", env=environment(**settings)):
        until_up(f"http://127.0.0.1:{settings['port']}")
        yield f"http://127.0.0.1:{settings['port']}"


def test_the_tools_are_there() -> None:
    assert missing_tools() == []


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_valid_and_fits_a_phone(address: str, part: int) -> None:
    pages = PAGES[part::PARTS]
    report = check_site(address, pages)
    assert (report.pages, report.problems) == (len(pages), []), str(report)


@pytest.mark.parametrize("path", KEYBOARD)
def test_every_control_is_reached_by_keyboard_and_shows_it(address: str, path: str) -> None:
    problems = check_keyboard(address, (path,))
    assert problems == [], "\n".join(map(str, problems))


@pytest.mark.parametrize("council", ["unknown", "bolton"])
def test_the_finder_works_by_keyboard_on_a_phone_without_javascript(address: str, council: str) -> None:
    with open_browser() as browser:
        for group, route in ROUTES.items():
            with open_page(browser, 320, (), scripts=False) as page:
                page.goto(f"{address}/who-benefits")
                for name, value in {**ENGLAND, **route, "council": council}.items():
                    answer(page, name, value)
                assert page.locator("h1").inner_text() == "What applies to you", (group, page.url)
                assert page.context.cookies() == []


def test_pages_that_say_what_was_wrong_are_as_good_as_the_others(address: str) -> None:
    report = check_site(address, PROBLEMS, statuses=(400, 404, 422))
    assert report.problems == [], str(report)


def test_a_second_strategy_has_the_same_pages_under_its_own_address(address: str) -> None:
    root = "/strategies/harbour-lights"
    report = check_site(
        address,
        (
            root,
            f"{root}/announcements/2",
            f"{root}/timeline",
            f"{root}/changes",
            f"{root}/outcomes",
            f"{root}/about",
            f"{root}/search?q=lamps",
        ),
    )
    assert report.problems == [], str(report)


def test_pictures_can_be_kept_for_a_person_to_look_at(address: str) -> None:
    folder = os.environ.get("TRACKER_TEST_PICTURES")
    if not folder:
        pytest.skip("set TRACKER_TEST_PICTURES to a folder to keep pictures of every page")
    assert take_pictures(address, PAGES, Path(folder))
