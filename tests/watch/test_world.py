"""Our own GOV.UK keeps to its script, so that what is measured against it is measured against the truth."""

from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.watch.month import DAY, END, ENDED, HOUR, OUTAGE, OVERFLOW, START
from tests.watch.world import World, served
from tracker.watch.kinds import KINDS
from tracker.watch.schemas import Spec, Unreadable
from tracker.watch.sources import read_sources

MINUTE = timedelta(minutes=1)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def specs(world: World, tmp_path: Path) -> dict[str, Spec]:
    folder = world.write_sources(tmp_path / "feeds", "http://127.0.0.1:9")
    return {spec.key: spec for spec in read_sources(folder)}


def test_the_month_is_the_same_for_the_same_seed() -> None:
    assert World(seed=3).events == World(seed=3).events
    assert World(seed=3).events != World(seed=4).events


def test_every_public_event_shows_up_in_the_search_with_its_own_time(world: World, specs: dict[str, Spec]) -> None:
    for event in world.events:
        if event.published_at is None or OUTAGE[0] <= event.at < OUTAGE[1]:
            continue
        world.now = event.at
        shown = KINDS["search"].read(specs["search"], world.answer(specs["search"].url)).found
        assert (event.url, event.published_at) in {(each.url, each.published_at) for each in shown}


def test_every_silent_edit_shows_up_in_the_page_and_in_nothing_else(world: World, specs: dict[str, Spec]) -> None:
    silent = [event for event in world.events if event.silent]
    assert len(silent) == 3
    for event in silent:
        spec = specs[f"pages#{event.url.removeprefix('https://www.gov.uk')}"]
        world.now = event.at - MINUTE
        (before,) = KINDS["content"].read(spec, world.answer(spec.url)).found
        world.now = event.at
        (after,) = KINDS["content"].read(spec, world.answer(spec.url)).found
        assert (before.text != after.text, before.published_at, before.history) == (
            True,
            after.published_at,
            after.history,
        )


def test_what_is_around_a_text_moves_every_day_without_touching_it(world: World, specs: dict[str, Spec]) -> None:
    spec = specs["pages#/government/publications/never-changed"]
    answers = []
    for day in range(16):
        world.now = START + day * DAY
        answers.append(world.answer(spec.url))
    assert len({answer.body for answer in answers}) > 10
    assert len({KINDS["content"].read(spec, answer).found[0].text for answer in answers}) == 1


def test_more_is_published_at_once_than_a_window_holds(world: World, specs: dict[str, Spec]) -> None:
    world.now = OVERFLOW + HOUR
    spec = specs["finder-guidance-and-regulation"]
    first = KINDS["finder"].read(spec, world.answer(spec.url))
    assert min(each.published_at for each in first.found if each.published_at) > OVERFLOW
    assert first.further
    second = KINDS["finder"].read(spec, world.answer(first.further))
    assert {each.item for each in first.found}.isdisjoint(each.item for each in second.found)
    assert min(each.published_at for each in second.found if each.published_at) < OVERFLOW


def test_an_outage_asks_for_patience_and_hides_two_changes_of_one_page(world: World, specs: dict[str, Spec]) -> None:
    world.now = OUTAGE[0] + HOUR
    answer = world.answer("/robots.txt")
    assert (answer.status, answer.headers["retry-after"]) == (503, "3600")
    inside = [event for event in world.events if OUTAGE[0] <= event.at < OUTAGE[1]]
    assert len(inside) == 2
    world.now = OUTAGE[1]
    spec = specs["pages#/government/publications/changed-twice-in-an-outage"]
    (found,) = KINDS["content"].read(spec, world.answer(spec.url)).found
    assert [(event.at, event.note) for event in inside] == list(found.history[-2:])


def test_one_feed_ends_and_one_organisation_moves_away(world: World, specs: dict[str, Spec]) -> None:
    world.now = END
    for key in (f"finder-{ENDED[0]}", "organisation-cafcass"):
        spec = specs[key]
        with pytest.raises(Unreadable) as refused:
            KINDS[spec.kind].read(spec, world.answer(spec.url))
        assert refused.value.for_good


def test_an_unchanged_answer_is_not_sent_again(world: World, specs: dict[str, Spec]) -> None:
    url = specs["finder-guidance-and-regulation"].url
    first = world.answer(url)
    again = world.answer(url, {"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")
    world.now = OVERFLOW + HOUR
    assert world.answer(url, {"If-None-Match": first.headers["etag"]}).status == 200


async def test_the_world_is_there_over_http(world: World) -> None:
    async with served(world) as address, aiohttp.ClientSession() as session:
        async with session.get(f"{address}/robots.txt") as response:
            assert "Disallow: /search/all*" in await response.text()
        async with session.get(f"{address}/api/search.json?colour=blue") as response:
            assert (response.status, await response.json()) == (422, {"error": "Unexpected parameters: colour"})
        assert [path for _, path, _ in world.asked] == ["/robots.txt", "/api/search.json?colour=blue"]
