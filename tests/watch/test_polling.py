"""A poll reads what is due, puts on record what is new, and says what is wrong: on both engines."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel, col, select, update

from tests.conftest import NOON, FixedClock
from tests.watch.fakes import BLOG, Web, at_desk, away, damaged, entry, spec
from tests.watch.playing import InTheWorld
from tests.watch.world import World
from tracker.db import Database
from tracker.strategies.files import Folder
from tracker.watch import writing
from tracker.watch.actions import register
from tracker.watch.models import Host, Sighting, Source, Suggestion, Trouble
from tracker.watch.poll import poll_once
from tracker.watch.schemas import Answer, Spec, Unreadable
from tracker.watch.server import Gates
from tracker.watch.sources import read_sources

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
FEED = f"{BLOG}/feed.xml"
GUIDANCE = "Kinship care: statutory guidance for local authorities"
ROBOTS = f"{BLOG}/robots.txt"


@pytest.fixture
def web() -> Web:
    made = Web()
    made.show("feed", entry("first"), entry("second", at=NOON - 2 * DAY))
    return made


async def rows(database: Database, table: type[SQLModel]) -> list[Any]:
    async with database.reading() as db:
        return list((await db.exec(select(table))).all())


async def source(database: Database, key: str = "feed") -> Source:
    async with database.reading() as db:
        return (await db.exec(select(Source).where(col(Source.key) == key))).one()


async def versions(database: Database) -> list[tuple[str, str]]:
    return sorted((row.item, row.version) for row in await rows(database, Sighting))


async def test_what_a_source_shows_is_put_on_record_once(database: Database, web: Web, clock: FixedClock) -> None:
    desk = await at_desk(database, [spec()], web, clock)
    first = await poll_once(desk)
    assert (first.read, first.new) == (1, 2)
    assert await versions(database) == [
        ("blog.example.org/first", "2026-11-21T12:00:00Z"),
        ("blog.example.org/second", "2026-11-20T12:00:00Z"),
    ]
    assert {row.baseline for row in await rows(database, Sighting)} == {True}
    web.show("feed", entry("third", at=NOON), entry("first"), entry("second", at=NOON - 2 * DAY))
    clock.move(HOUR)
    again = await poll_once(desk)
    assert (again.read, again.unchanged, again.new, [line.said for line in again.lines]) == (1, 0, 1, ["1 new"])
    assert [(row.item, row.baseline) for row in await rows(database, Sighting)][2:] == [
        ("blog.example.org/third", False)
    ]


async def test_a_source_that_is_not_due_is_not_asked(database: Database, web: Web, clock: FixedClock) -> None:
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    clock.move(HOUR - MINUTE)
    asked = len(web.asked)
    assert (await poll_once(desk)).is_nothing
    assert len(web.asked) == asked


async def test_what_has_not_changed_is_asked_for_by_its_validators_and_not_read(
    database: Database, web: Web, clock: FixedClock
) -> None:
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    clock.move(HOUR)
    polled = await poll_once(desk)
    assert web.asked[-1][1]["if-none-match"] == web.headers[FEED]["etag"]
    assert (polled.read, polled.unchanged, polled.new) == (1, 1, 0)
    stands = await source(database)
    assert (stands.read_at, stands.tried_at, stands.due_at, stands.changed_at) == (
        clock(),
        clock(),
        clock() + HOUR,
        NOON,
    )


async def test_the_same_bytes_without_validators_are_not_read_again(
    database: Database, web: Web, clock: FixedClock
) -> None:
    web.show("feed", entry("first"), etag=False)
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    clock.move(HOUR)
    assert (await poll_once(desk)).unchanged == 1


async def test_two_sources_that_show_the_same_make_one_sighting(
    database: Database, web: Web, clock: FixedClock
) -> None:
    web.show("other", entry("first"))
    polled = await poll_once(await at_desk(database, [spec(), spec("other")], web, clock))
    assert (polled.read, len(await versions(database))) == (2, 2)


async def test_a_server_is_never_asked_two_things_at_once(database: Database, clock: FixedClock) -> None:
    web, hosts = Web(), [f"https://site-{number}.example.org" for number in range(3)]
    specs = [spec(f"feed-{host[13]}-{number}", host=host) for host in hosts for number in range(6)]
    for each in specs:
        web.bodies[each.url] = b""
    polled = await poll_once(await at_desk(database, specs, web, clock))
    assert polled.failed == 18
    assert set(web.most_at_once.values()) == {1}


async def test_suggestions_are_kept_with_what_is_sighted_and_offered(
    database: Database, web: Web, clock: FixedClock
) -> None:
    web.show("feed", entry("guidance", at=NOON, title=GUIDANCE, summary="Kinship carers and local offers."))
    await poll_once(await at_desk(database, [spec()], web, clock))
    (sighting,) = await rows(database, Sighting)
    suggested = await rows(database, Suggestion)
    assert sighting.offered
    assert {row.sighting_id for row in suggested} == {sighting.id}


async def test_a_page_that_is_evidence_on_record_is_not_offered_again(
    database: Database, web: Web, clock: FixedClock, kinship: Folder
) -> None:
    """The statutory guidance of October 2024 is on record; a month later its page says something new."""
    told = (evidence for entry in kinship.history for evidence in entry.fact.evidence)
    page = next(each.url for each in told if each.title == GUIDANCE and each.dated == "2024-10")
    at = datetime.fromisoformat("2024-10-11T11:00:00+00:00")
    web.show("feed", _of_page(page or "", at), _of_page(page or "", at + 30 * DAY))
    await poll_once(await at_desk(database, [spec()], web, clock))
    assert {row.version[:10]: row.offered for row in await rows(database, Sighting)} == {
        "2024-10-11": False,
        "2024-11-10": True,
    }


def _of_page(page: str, at: datetime) -> str:
    made = entry("x", at=at, title=GUIDANCE)
    return made.replace(f"{BLOG}/x", page)


@pytest.mark.parametrize("fault", [damaged(), Unreadable("its answer is longer than 32 MB, and was left")], ids=str)
async def test_a_source_that_fails_twice_is_broken_until_it_is_read_again(
    database: Database, web: Web, clock: FixedClock, fault: Exception
) -> None:
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    web.faults[FEED] = fault
    clock.move(HOUR)
    once = await poll_once(desk)
    stands = await source(database)
    assert (stands.failures, stands.broken_since, stands.trouble, stands.read_at) == (1, None, str(fault), NOON)
    assert [line.said for line in once.lines] == [f"not read: {fault}"]
    assert stands.due_at == clock() + HOUR
    clock.move(HOUR)
    twice = await poll_once(desk)
    stands = await source(database)
    assert (stands.failures, stands.broken_since) == (2, NOON + HOUR)
    assert [line.said for line in twice.lines] == [f"broken: {fault}"]
    del web.faults[FEED]
    clock.move(4 * HOUR)
    mended = await poll_once(desk)
    stands = await source(database)
    assert (stands.failures, stands.broken_since, stands.trouble) == (0, None, None)
    assert [line.said for line in mended.lines] == ["reads again"]
    (trouble,) = await rows(database, Trouble)
    assert (trouble.kind, trouble.said, trouble.since, trouble.noticed_at) == (
        "broken",
        str(fault),
        NOON + HOUR,
        NOON + 2 * HOUR,
    )
    assert (trouble.until, trouble.ended_at) == (clock(), clock())


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        pytest.param(404, b"", "there is nothing at this address any more (404)", id="it is gone"),
        pytest.param(200, b"<!DOCTYPE html><html>x</html>", "it is a web page (HTML), not a feed", id="a page of HTML"),
    ],
)
async def test_what_waiting_cannot_mend_is_broken_at_the_first_try(
    database: Database, web: Web, clock: FixedClock, status: int, body: bytes, said: str
) -> None:
    web.statuses[FEED], web.bodies[FEED], web.headers[FEED] = status, body, {"etag": '"error"'}
    await poll_once(await at_desk(database, [spec()], web, clock))
    stands = await source(database)
    assert (stands.broken_since, stands.trouble, stands.read_at, stands.etag) == (NOON, said, None, None)


async def test_an_error_page_leaves_the_validators_of_what_was_read(
    database: Database, web: Web, clock: FixedClock
) -> None:
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    good = web.headers[FEED]
    whole, web.bodies[FEED], web.headers[FEED] = web.bodies[FEED], b"<html>sorry</html>", {"etag": '"sorry"'}
    clock.move(HOUR)
    assert (await poll_once(desk)).failed == 1
    web.bodies[FEED], web.headers[FEED] = whole, good
    clock.move(2 * HOUR)
    assert (await poll_once(desk)).unchanged == 1
    assert (await source(database)).failures == 0


async def test_a_server_that_asks_for_patience_is_left_alone_as_a_whole(
    database: Database, web: Web, clock: FixedClock
) -> None:
    desk = await at_desk(database, [spec(), spec("other")], web, clock)
    web.statuses[FEED], web.headers[FEED] = 503, {"retry-after": "7200"}
    polled = await poll_once(desk)
    assert (polled.failed, web.count(f"{BLOG}/other.xml")) == (2, 0)
    assert (await source(database)).due_at == NOON + 2 * HOUR
    clock.move(2 * HOUR - MINUTE)
    assert (await poll_once(desk)).is_nothing
    web.statuses.clear()
    clock.move(MINUTE)
    assert ((await poll_once(desk)).read, (await source(database, "other")).failures) == (1, 2)


async def test_in_an_outage_with_patience_every_source_of_the_server_is_broken_at_the_second_poll(
    database: Database, web: Web, clock: FixedClock
) -> None:
    specs = [spec(f"feed-{number}") for number in range(5)]
    for each in specs:
        web.show(each.key, entry(each.key))
        web.statuses[each.url], web.headers[each.url] = 503, {"retry-after": "1800"}
    desk = await at_desk(database, specs, web, clock)
    for _ in range(2):
        assert (await poll_once(desk)).failed == 5
        clock.move(2 * HOUR)
    assert [row.broken_since for row in await rows(database, Source)] == [NOON] * 5
    assert len(web.asked) == 1 + 2
    web.statuses.clear()
    polled = await poll_once(desk)
    assert (polled.read, polled.failed) == (5, 0)


async def test_one_address_that_asks_for_patience_does_not_keep_the_others_of_its_server_back(
    database: Database, web: Web, clock: FixedClock
) -> None:
    specs = [spec(f"feed-{number}") for number in range(3)]
    for each in specs:
        web.show(each.key, entry(each.key))
    web.statuses[specs[0].url], web.headers[specs[0].url] = 503, {"retry-after": "86400"}
    desk = await at_desk(database, specs, web, clock)
    assert (await poll_once(desk)).failed == 3
    clock.move(DAY)
    polled = await poll_once(desk)
    assert (polled.read, polled.failed) == (2, 1)
    assert [row.broken_since is None for row in await rows(database, Source)] == [False, True, True]


async def test_a_server_that_cannot_be_reached_is_not_tried_for_each_of_its_sources(
    database: Database, web: Web, clock: FixedClock
) -> None:
    specs = [spec(f"feed-{number}") for number in range(9)]
    desk = await at_desk(database, specs, web, clock)
    web.faults[BLOG] = away()
    assert (await poll_once(desk)).failed == 9
    assert [asked for asked, _ in web.asked] == [ROBOTS]
    assert {row.trouble for row in await rows(database, Source)} == {
        "cannot be reached: the name blog.example.org is not known"
    }


async def test_a_server_that_goes_away_amid_its_sources_is_not_tried_for_the_rest(
    database: Database, web: Web, clock: FixedClock
) -> None:
    specs = [spec(f"feed-{number}") for number in range(9)]
    for each in specs[2:]:
        web.faults[each.url] = away()
    web.show("feed-0", entry("a"))
    web.show("feed-1", entry("b"))
    polled = await poll_once(await at_desk(database, specs, web, clock))
    assert (polled.read, polled.failed, len(web.asked)) == (2, 7, 1 + 4)


async def test_robots_txt_is_asked_for_once_a_day_and_obeyed(database: Database, web: Web, clock: FixedClock) -> None:
    web.bodies[ROBOTS] = b"User-agent: *\nDisallow: /feed.xml\n"
    web.show("other", entry("a"))
    desk = await at_desk(database, [spec(), spec("other")], web, clock)
    assert ((polled := await poll_once(desk)).read, polled.failed, web.count(FEED)) == (1, 1, 0)
    stands = await source(database)
    assert (stands.broken_since, stands.trouble) == (
        NOON,
        "robots.txt of https://blog.example.org forbids programs to read /feed.xml",
    )
    for _ in range(3):
        clock.move(6 * HOUR)
        await poll_once(desk)
    assert web.count(ROBOTS) == 1
    web.bodies[ROBOTS] = b""
    clock.move(6 * HOUR)
    await poll_once(desk)
    assert (web.count(ROBOTS), web.count(FEED), (await source(database)).failures) == (2, 1, 0)


@pytest.mark.parametrize("status", [500, 503, 429])
async def test_nothing_is_read_while_robots_txt_cannot_be_known(
    database: Database, web: Web, clock: FixedClock, status: int
) -> None:
    web.statuses[ROBOTS] = status
    desk = await at_desk(database, [spec()], web, clock)
    assert (await poll_once(desk)).failed == 1
    stands = await source(database)
    assert (stands.broken_since, stands.trouble) == (None, f"its server’s robots.txt cannot be read ({status})")
    assert web.count(FEED) == 0
    web.statuses.clear()
    clock.move(2 * HOUR)
    assert (await poll_once(desk)).read == 1


async def test_a_source_that_has_moved_is_read_where_it_is_and_said_to_have_moved(
    database: Database, web: Web, clock: FixedClock
) -> None:
    new = "https://new.example.org/feed.xml"
    web.statuses[FEED], web.headers[FEED] = 301, {"location": new}
    web.bodies[new], web.bodies["https://new.example.org/robots.txt"] = web.bodies[FEED], b""
    desk = await at_desk(database, [spec()], web, clock)
    polled = await poll_once(desk)
    assert (polled.read, polled.new) == (1, 2)
    stands = await source(database)
    assert (stands.failures, stands.trouble) == (0, f"it has moved for good to {new}")
    hosts = {row.name: (row.robots, row.leased_until) for row in await rows(database, Host)}
    assert hosts == {BLOG: ("", None), "https://new.example.org": ("", None)}


async def test_robots_txt_counts_where_an_address_leads_on_to(database: Database, web: Web, clock: FixedClock) -> None:
    new = "https://new.example.org/feed.xml"
    web.statuses[FEED], web.headers[FEED] = 302, {"location": new}
    web.bodies[new], web.bodies["https://new.example.org/robots.txt"] = web.bodies[FEED], b"User-agent: *\nDisallow: /"
    await poll_once(await at_desk(database, [spec()], web, clock))
    assert (await source(database)).trouble == (
        "robots.txt of https://new.example.org forbids programs to read /feed.xml"
    )
    assert web.count(new) == 0


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("/feed.xml", "its address leads on more than 5 times"),
        ("", "its address leads on to something that is none"),
        ("ftp://example.org/", "its address leads on to something that is none"),
        ("https://[::1", "its address leads on to something that is none"),
    ],
)
async def test_an_address_that_leads_nowhere_is_a_failure(
    database: Database, web: Web, clock: FixedClock, location: str, said: str
) -> None:
    web.statuses[FEED], web.headers[FEED] = 302, {"location": location}
    await poll_once(await at_desk(database, [spec()], web, clock))
    assert (await source(database)).trouble == said


async def test_a_page_that_was_said_not_to_have_changed_without_being_asked_is_a_failure(
    database: Database, web: Web, clock: FixedClock
) -> None:
    web.statuses[FEED] = 304
    await poll_once(await at_desk(database, [spec()], web, clock))
    assert (await source(database)).trouble == "its server says “not modified” without having been asked"


async def test_a_kind_that_fails_on_what_it_reads_stops_nothing_else(
    database: Database, web: Web, clock: FixedClock
) -> None:
    web.show("other", entry("a"))
    web.faults[FEED] = RuntimeError("a fault of ours")
    polled = await poll_once(await at_desk(database, [spec(), spec("other")], web, clock))
    assert (polled.read, polled.failed) == (1, 1)
    assert (await source(database)).trouble == "it could not be asked (RuntimeError)"


async def test_what_fails_while_it_is_saved_is_saved_not_at_all_and_read_again(
    database: Database, web: Web, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a 304 would hide for good what the failed transaction should have kept."""
    desk = await at_desk(database, [spec()], web, clock)
    fails = monkeypatch.context()
    with fails as patch:
        patch.setattr(writing, "keep_host", _fail)
        with pytest.raises(OSError, match="the disk is full"):
            await poll_once(desk)
    assert (await versions(database), (await source(database)).etag) == ([], None)
    assert ((await poll_once(desk)).new, web.asked[-1][1].get("if-none-match")) == (2, None)


async def _fail(*_: object, **__: object) -> None:
    """Comes after sightings and validators were written, in the same transaction."""
    raise OSError("the disk is full")


@pytest.mark.parametrize("specs", [[], [spec("other")]], ids=["none is left", "another one is"])
async def test_a_source_whose_file_is_gone_is_kept_and_not_read_any_more(
    database: Database, web: Web, clock: FixedClock, specs: Sequence[Spec]
) -> None:
    web.show("other", entry("a"))
    await poll_once(await at_desk(database, [spec()], web, clock))
    clock.move(HOUR)
    desk = await at_desk(database, specs, web, clock)
    await poll_once(desk)
    assert (web.count(FEED), (await source(database)).retired_at) == (1, clock())
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    assert (web.count(FEED), (await source(database)).retired_at) == (2, None)


async def test_another_file_for_a_source_forgets_what_was_remembered_of_its_answers(
    database: Database, web: Web, clock: FixedClock
) -> None:
    await poll_once(await at_desk(database, [spec()], web, clock))
    clock.move(MINUTE)
    await at_desk(database, [spec(publisher="Cafcass")], web, clock)
    stands = await source(database)
    assert (stands.publisher, stands.etag, stands.due_at, stands.read_at) == ("Cafcass", None, clock(), NOON)


async def test_a_worker_with_older_files_leaves_a_source_to_those_with_newer_ones(
    database: Database, web: Web, clock: FixedClock
) -> None:
    old = await at_desk(database, [spec()], web, clock)
    await at_desk(database, [spec(publisher="Cafcass")], web, clock)
    assert (await poll_once(old)).is_nothing


async def test_registering_the_same_files_again_changes_nothing(
    database: Database, web: Web, clock: FixedClock
) -> None:
    await poll_once(await at_desk(database, [spec()], web, clock))
    before = await source(database)
    clock.move(MINUTE)
    async with database.writing() as db:
        done = await register(db, [spec()], now=clock())
    assert ((done.added, done.changed, done.retired), await source(database)) == ((0, 0, 0), before)


async def test_servers_are_asked_no_faster_than_they_publish(database: Database, web: Web, clock: FixedClock) -> None:
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    desk = await at_desk(database, [spec(), spec("other")], web, clock)
    desk.gates = Gates({BLOG: 0.5}, rest=rest)
    await poll_once(desk)
    # robots.txt, then two feeds: a pause before each but the first.
    assert len(rested) == 2
    assert all(0.3 < seconds <= 0.5 for seconds in rested)


async def test_a_crawl_delay_in_robots_txt_is_kept(database: Database, web: Web, clock: FixedClock) -> None:
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)

    web.bodies[ROBOTS] = b"User-agent: *\nCrawl-delay: 2\n"
    desk = await at_desk(database, [spec(), spec("other")], web, clock)
    desk.gates = Gates({}, rest=rest)
    await poll_once(desk)
    assert [round(seconds) for seconds in rested] == [2]


async def test_only_sources_that_are_named_are_read(database: Database, web: Web, clock: FixedClock) -> None:
    web.show("other", entry("a"))
    desk = await at_desk(database, [spec(), spec("other")], web, clock)
    assert (await poll_once(desk, only=["other"])).read == 1
    assert web.count(FEED) == 0


async def test_a_source_that_is_due_earlier_than_before_is_read_then(
    database: Database, web: Web, clock: FixedClock
) -> None:
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    async with database.writing() as db:
        await db.exec(update(Source).values(due_at=NOON + MINUTE))
    clock.move(MINUTE)
    assert (await poll_once(desk)).read == 1


async def test_other_sites_are_not_asked_for_what_only_govuk_knows(
    database: Database, web: Web, clock: FixedClock
) -> None:
    """A blog that links to a page of GOV.UK has no Content API."""
    web.show("feed", entry("first"))
    desk = await at_desk(database, [spec()], web, clock)
    await poll_once(desk)
    web.show("feed", entry("x", at=NOON).replace(f"{BLOG}/x", "https://www.gov.uk/guidance/x"), entry("first"))
    clock.move(HOUR)
    assert ((polled := await poll_once(desk)).new, polled.notes) == (1, 0)


async def test_notes_are_asked_for_after_the_sources_and_under_the_same_lease(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    world = World()
    clock.now = world.now
    feeds = read_sources(world.write_sources(tmp_path / "feeds", "https://www.gov.uk"))
    finder = [each for each in feeds if each.key == "finder-news-and-communications"]
    fetcher = InTheWorld(world)
    desk = await at_desk(database, finder, fetcher, clock)
    first = await poll_once(desk)
    while not (polled := await poll_once(desk)).new:
        clock.now = world.now = world.now + HOUR
    paths = [path for moment, path, _ in world.asked if moment == world.now]
    assert (first.new > 0, polled.notes) == (True, polled.new)
    assert paths[0].startswith("/search/news-and-communications.atom")
    assert all(path.startswith("/api/content/") for path in paths[1:])
    assert {row.note_is for row in await rows(database, Sighting)} <= {"known", "none"}
    assert all(row.note_due_at is None for row in await rows(database, Sighting))


async def test_a_note_that_cannot_be_had_is_asked_for_again_later_and_does_not_hold_up_sources(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    world = World()
    clock.now = world.now
    feeds = read_sources(world.write_sources(tmp_path / "feeds", "https://www.gov.uk"))
    finder = [each for each in feeds if each.key == "finder-news-and-communications"]
    web, outer = Web(), InTheWorld(world)

    class NoNotes:
        async def get(self, url: str, *, headers: Mapping[str, str], most_bytes: int = 0) -> Answer:
            web.asked.append((url, headers))
            if "/api/content/" in url:
                raise Unreadable("its answer was not whole within 60 seconds")
            return await outer.get(url, headers=headers)

    desk = await at_desk(database, finder, NoNotes(), clock)
    while not (polled := await poll_once(desk)).notes:
        clock.now = world.now = world.now + HOUR
    waiting = [row for row in await rows(database, Sighting) if row.note_due_at]
    assert len(waiting) == polled.notes
    assert {(row.note_is, row.note_tries, row.note_due_at - clock()) for row in waiting} == {("awaited", 1, 5 * MINUTE)}
    asked = len(web.asked)
    assert (await poll_once(desk)).is_nothing
    assert len(web.asked) == asked
    clock.now = world.now = world.now + 5 * MINUTE
    assert (await poll_once(desk)).notes == len(waiting)
