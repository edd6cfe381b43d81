"""How often a server is asked, and what robots.txt and health make of it: all of it pure."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.conftest import NOON
from tracker.watch import health
from tracker.watch.health import Health
from tracker.watch.manners import backed_off, keep_of, next_due, patience_of, space_between
from tracker.watch.robots import Robots, text_of
from tracker.watch.schemas import Unreadable

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Limit(msgspec.Struct):
    """A source's published limit."""

    per_second: float | None = None
    every: timedelta = HOUR


def test_a_source_that_was_read_is_due_again_after_its_own_time() -> None:
    assert next_due(NOON, 30 * MINUTE) == NOON + 30 * MINUTE


def test_an_answer_that_may_be_kept_is_not_asked_for_meanwhile() -> None:
    assert next_due(NOON, 30 * MINUTE, keep=2 * HOUR) == NOON + 2 * HOUR
    assert next_due(NOON, 30 * MINUTE, keep=10 * MINUTE) == NOON + 30 * MINUTE


def test_no_answer_can_ask_to_be_kept_for_longer_than_six_hours() -> None:
    assert next_due(NOON, 30 * MINUTE, keep=365 * DAY) == NOON + 6 * HOUR


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(1, HOUR / 2), (2, HOUR), (3, 2 * HOUR), (4, 4 * HOUR), (5, 6 * HOUR), (50, 6 * HOUR), (10**9, 6 * HOUR)],
)
def test_what_cannot_be_read_is_tried_ever_more_rarely_and_never_given_up(failures: int, wait: timedelta) -> None:
    assert next_due(NOON, 30 * MINUTE, failures=failures) == NOON + wait


def test_what_is_read_once_a_day_anyway_is_not_tried_more_often_because_it_fails() -> None:
    assert backed_off(DAY, 3) == DAY


@pytest.mark.parametrize(("chance", "part"), [(0.0, 0.9), (0.5, 1.0), (1.0, 1.1)])
def test_chance_moves_the_next_try_by_a_tenth_at_most(chance: float, part: float) -> None:
    assert next_due(NOON, HOUR, chance=chance) == NOON + HOUR * part
    assert next_due(NOON, HOUR, failures=2, chance=chance) == NOON + 2 * HOUR * part


@pytest.mark.parametrize(
    ("headers", "keep"),
    [
        pytest.param({}, 0, id="nothing said"),
        pytest.param({"cache-control": "max-age=300, public"}, 300, id="five minutes"),
        pytest.param({"cache-control": "public,MAX-AGE = 300"}, 300, id="written otherwise"),
        pytest.param({"cache-control": 'max-age="300"'}, 300, id="in quotes"),
        pytest.param({"cache-control": "max-age=300", "age": "100"}, 200, id="some of it is over"),
        pytest.param({"cache-control": "max-age=300", "age": "400"}, 0, id="all of it is over"),
        pytest.param({"cache-control": "max-age=300", "age": "soon"}, 300, id="an age that is none"),
        pytest.param({"cache-control": "no-cache, max-age=300"}, 0, id="always ask"),
        pytest.param({"cache-control": "s-maxage=300"}, 0, id="only for shared caches"),
        pytest.param({"cache-control": "max-age=-1"}, 0, id="less than nothing"),
        pytest.param({"cache-control": "max-age=" + "9" * 5000}, 0, id="more digits than a number may have"),
    ],
)
def test_how_long_an_answer_says_it_may_be_kept(headers: dict[str, str], keep: int) -> None:
    assert keep_of(headers) == timedelta(seconds=keep)


@pytest.mark.parametrize(
    ("status", "said", "wait"),
    [
        pytest.param(429, "120", 2 * MINUTE, id="seconds"),
        pytest.param(503, "Sun, 22 Nov 2026 13:00:00 GMT", HOUR, id="a moment"),
        pytest.param(503, "99999999", DAY, id="longer than a day"),
        pytest.param(503, "Sun, 22 Nov 2099 13:00:00 GMT", DAY, id="in another age"),
        pytest.param(503, "Sun, 22 Nov 2026 11:00:00 GMT", timedelta(0), id="a moment that has passed"),
        pytest.param(503, "soon", None, id="something else"),
        pytest.param(503, "", None, id="nothing"),
        pytest.param(500, "120", None, id="with another status"),
        pytest.param(200, "120", None, id="with an answer"),
    ],
)
def test_how_long_a_server_asks_to_be_left_alone(status: int, said: str, wait: timedelta | None) -> None:
    assert patience_of(status, {"retry-after": said} if said else {}, now=NOON) == wait


def test_a_server_is_asked_no_faster_than_the_strictest_of_its_limits() -> None:
    assert space_between([Limit(), Limit(10), Limit(2)], crawl_delay=None) == 0.5
    assert space_between([Limit(10)], crawl_delay=3) == 3
    assert space_between([Limit(10)], crawl_delay=10**9) == 60
    assert space_between([Limit()], crawl_delay=None) == 0


GOVUK = "User-agent: *\nDisallow: /*/print$\nDisallow: /search/all*\nSitemap: https://www.gov.uk/sitemap.xml\n"


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://www.gov.uk/search/all.atom?keywords=kinship", False),
        ("https://www.gov.uk/guidance/print", False),
        ("https://www.gov.uk/guidance/print-this", True),
        ("https://www.gov.uk/search/guidance-and-regulation.atom", True),
        ("https://www.gov.uk/api/search.json?count=50", True),
    ],
)
def test_what_robots_txt_of_govuk_forbids_is_not_read(url: str, may: bool) -> None:
    assert Robots(GOVUK, NOON).allows(url) is may


def test_a_rule_for_this_program_by_name_counts_before_the_rule_for_all() -> None:
    robots = Robots("User-agent: *\nDisallow: /\n\nUser-agent: KinshipTracker\nDisallow: /private\n", NOON)
    assert robots.allows("https://example.org/feed")
    assert not robots.allows("https://example.org/private/feed")


@pytest.mark.parametrize(
    ("status", "text"), [(200, "x"), (404, ""), (403, ""), (410, ""), (500, None), (503, None), (429, None)]
)
def test_a_server_without_robots_txt_allows_all_and_one_that_cannot_say_nothing(status: int, text: str | None) -> None:
    assert text_of(status, b"x") == text


def test_robots_txt_is_kept_for_a_day() -> None:
    robots = Robots("", NOON)
    assert robots.is_fresh(now=NOON + 24 * HOUR - MINUTE)
    assert not robots.is_fresh(now=NOON + 24 * HOUR)
    assert not robots.is_fresh(now=NOON - MINUTE), "it was read as of another time than now"


def test_rules_that_would_take_for_ever_to_match_forbid_rather_more() -> None:
    robots = Robots("User-agent: *\nDisallow: /" + "*a" * 40 + "b$\nAllow: /" + "*a" * 40, NOON)
    assert not robots.allows("https://example.org/" + "a" * 2000)


@pytest.mark.parametrize("text", ["<!DOCTYPE html><html>404</html>", "\x00\ufffd" * 99, "Disallow: /", "User-agent: *"])
def test_a_robots_txt_that_is_none_forbids_nothing(text: str) -> None:
    assert Robots(text, NOON).allows("https://example.org/feed")


READ = Health(tried_at=NOON - HOUR, read_at=NOON - HOUR)


def test_one_failure_is_no_break_and_two_are_since_the_first() -> None:
    once = health.failed(READ, Unreadable("it answered 500"), now=NOON)
    assert (once.failures, once.is_broken, once.trouble, once.read_at) == (1, False, "it answered 500", NOON - HOUR)
    twice = health.failed(once, Unreadable("it answered 502"), now=NOON + HOUR)
    assert (twice.failures, twice.broken_since, twice.trouble) == (2, NOON, "it answered 502")
    assert health.failed(twice, Unreadable("again"), now=NOON + DAY).broken_since == NOON


def test_what_waiting_cannot_mend_is_broken_at_once() -> None:
    ended = health.failed(READ, Unreadable("this feed has ended", for_good=True), now=NOON)
    assert (ended.failures, ended.broken_since) == (1, NOON)


def test_what_was_never_read_can_be_broken_and_stays_never_read() -> None:
    twice = health.failed(health.failed(Health(), Unreadable("a"), now=NOON), Unreadable("b"), now=NOON + HOUR)
    assert (twice.read_at, twice.broken_since) == (None, NOON)


def test_what_is_read_again_is_whole_at_once() -> None:
    broken = Health(tried_at=NOON, failures=9, broken_since=NOON - DAY, trouble="it answered 500")
    assert health.read(broken, now=datetime(2026, 11, 23, tzinfo=UTC)) == Health(
        tried_at=datetime(2026, 11, 23, tzinfo=UTC), read_at=datetime(2026, 11, 23, tzinfo=UTC)
    )
