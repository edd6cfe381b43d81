"""Recordings, and playing them back."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from tests.conftest import NOON, FixedClock
from tests.processes import tracker
from tests.watch.fakes import BLOG, Web, at_desk, atom, away, damaged, entry, no_rest, spec
from tracker.db import Database
from tracker.errors import Invalid
from tracker.watch.actions import register
from tracker.watch.desk import Desk
from tracker.watch.models import Sighting
from tracker.watch.poll import poll_once
from tracker.watch.rehearse import BODIES, EXCHANGES, Player, Recorder, Recording
from tracker.watch.schemas import Unreadable
from tracker.watch.server import Gates
from tracker.watch.suggesting import Judge

HOUR = timedelta(hours=1)
FEED = f"{BLOG}/feed.xml"


@pytest.fixture
def web() -> Web:
    made = Web()
    made.show("feed", entry("first"))
    return made


@pytest.fixture
def recorder(web: Web, clock: FixedClock, tmp_path: Path) -> Recorder:
    return Recorder(web, tmp_path / "recording", clock=clock)


def recorded(tmp_path: Path) -> Recording:
    return Recording(tmp_path / "recording")


async def test_an_exchange_is_kept_with_all_but_its_secrets(web: Web, recorder: Recorder, tmp_path: Path) -> None:
    web.headers[FEED] |= {"set-cookie": "session=1", "content-type": "application/atom+xml"}
    await recorder.get(FEED, headers={"accept": "application/atom+xml", "authorization": "Bearer 1"})
    (kept,) = recorded(tmp_path).exchanges
    assert (kept.at, kept.url, kept.status) == (NOON, FEED, 200)
    assert dict(kept.asked) == {"accept": "application/atom+xml"}
    assert set(kept.headers) == {"etag", "content-type"}
    assert recorded(tmp_path).body(kept) == atom(entry("first"))


async def test_the_same_body_is_kept_once(recorder: Recorder, clock: FixedClock, tmp_path: Path) -> None:
    for _ in range(3):
        await recorder.get(FEED, headers={})
        clock.move(HOUR)
    assert len(recorded(tmp_path).exchanges) == 3
    assert len(list((tmp_path / "recording" / BODIES).iterdir())) == 1


async def test_a_recording_holds_a_whole_answer_before_it_holds_that_nothing_is_new(
    web: Web, recorder: Recorder
) -> None:
    """Whoever records may know the answer already; whoever plays it back may not."""
    condition = {"if-none-match": web.headers[FEED]["etag"]}
    assert (await recorder.get(FEED, headers=condition)).status == 200
    assert (await recorder.get(FEED, headers=condition)).status == 304


@pytest.mark.parametrize("fault", [away(), damaged()], ids=["away", "damaged"])
async def test_what_could_not_be_had_cannot_be_had_again(
    web: Web, recorder: Recorder, clock: FixedClock, tmp_path: Path, fault: Exception
) -> None:
    web.faults[FEED] = fault
    with pytest.raises(Unreadable):
        await recorder.get(FEED, headers={})
    with pytest.raises(Unreadable) as caught:
        await Player(recorded(tmp_path), clock=clock).get(FEED, headers={})
    assert (type(caught.value), str(caught.value)) == (type(fault), str(fault))


async def test_a_recording_answers_as_of_its_clock(
    web: Web, recorder: Recorder, clock: FixedClock, tmp_path: Path
) -> None:
    await recorder.get(FEED, headers={})
    clock.move(HOUR)
    web.show("feed", entry("second"), entry("first"))
    await recorder.get(FEED, headers={})
    player = Player(recorded(tmp_path), clock=clock)
    later = await player.get(FEED, headers={})
    clock.now = NOON + timedelta(minutes=59)
    earlier = await player.get(FEED, headers={})
    assert (earlier.body, later.body) == (atom(entry("first")), atom(entry("second"), entry("first")))
    clock.now = NOON - timedelta(seconds=1)
    with pytest.raises(Unreadable, match=r"^cannot be reached: the recording holds no answer of it up to this moment$"):
        await player.get(FEED, headers={})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"if-none-match": '"other"'}, 200),
        ({"if-none-match": '"1"'}, 304),
        ({"if-none-match": '"other"', "if-modified-since": "Sun, 22 Nov 2026 11:00:00 GMT"}, 200),
        ({"if-modified-since": "Sun, 22 Nov 2026 11:00:00 GMT"}, 304),
    ],
    ids=str,
)
@pytest.mark.parametrize("asked_twice", [False, True], ids=["a whole answer", "not modified behind a whole answer"])
async def test_a_recording_answers_conditions_as_a_server_would(
    web: Web, recorder: Recorder, clock: FixedClock, tmp_path: Path, headers: Mapping[str, str], status: int,
    asked_twice: bool,
) -> None:  # fmt: skip
    web.headers[FEED] = {"etag": '"1"', "last-modified": "Sun, 22 Nov 2026 11:00:00 GMT"}
    await recorder.get(FEED, headers={})
    if asked_twice:
        assert (await recorder.get(FEED, headers={"if-none-match": '"1"'})).status == 304
    answer = await Player(recorded(tmp_path), clock=clock).get(FEED, headers=headers)
    assert (answer.status, bool(answer.body)) == (status, status == 200)


async def test_a_server_whose_robots_txt_was_known_before_the_recording_is_read(
    clock: FixedClock, recorder: Recorder, tmp_path: Path
) -> None:
    await recorder.get(FEED, headers={})
    player = Player(recorded(tmp_path), clock=clock)
    assert (await player.get(f"{BLOG}/robots.txt", headers={})).status == 404


async def test_a_line_that_its_writer_was_stopped_in_counts_as_not_written(
    web: Web, recorder: Recorder, clock: FixedClock, tmp_path: Path
) -> None:
    await recorder.get(FEED, headers={})
    file = tmp_path / "recording" / EXCHANGES
    file.write_bytes(file.read_bytes() + b'{"at":"2026-11')
    assert len(recorded(tmp_path).exchanges) == 1
    again = Recorder(web, tmp_path / "recording", clock=clock)
    await again.get(FEED, headers={})
    assert len(recorded(tmp_path).exchanges) == 2


DAMAGED = {
    "a line that is none": (b"{]\n", "line 2: "),
    "a field nobody knows": (b'{"at":"2026-11-22T12:00:00Z","url":"x","said":"x","more":1}\n', "line 2: .*`more`"),
    "a moment without a zone": (b'{"at":"2026-11-22T12:00:00","url":"x","said":"x"}\n', "line 2: a moment without a"),
    "no answer": (b'{"at":"2026-11-22T12:00:00Z","url":"x"}\n', "line 2: neither an answer nor why there was none"),
    "no text": (b"\xff\xfe\n", "line 2: "),
    "a body that is not there": (
        b'{"at":"2026-11-22T12:00:00Z","url":"x","status":200,"body":"../../etc/passwd"}\n',
        "it lacks the body",
    ),
}


@pytest.mark.parametrize("case", DAMAGED)
async def test_a_damaged_recording_is_refused_saying_where(recorder: Recorder, tmp_path: Path, case: str) -> None:
    line, said = DAMAGED[case]
    await recorder.get(FEED, headers={})
    file = tmp_path / "recording" / EXCHANGES
    file.write_bytes(file.read_bytes() + line)
    with pytest.raises(Invalid, match=f"The recording .* is damaged: .*{said}"):
        recorded(tmp_path)


async def test_a_body_that_is_not_what_was_recorded_is_refused(recorder: Recorder, tmp_path: Path) -> None:
    await recorder.get(FEED, headers={})
    (body,) = (tmp_path / "recording" / BODIES).iterdir()
    body.write_bytes(b"something else")
    with pytest.raises(Invalid, match="is not what was recorded"):
        recorded(tmp_path)


async def test_a_replay_puts_on_record_what_the_recorded_polls_did(
    database: Database, empty_database: Database, web: Web, clock: FixedClock, tmp_path: Path
) -> None:
    """The kinship strategy is not on record in the second one, which changes no version."""
    recorder = Recorder(web, tmp_path / "recording", clock=clock)
    desk = await at_desk(database, [spec()], recorder, clock)
    for number in range(5):
        web.show("feed", *(entry(f"item-{each}") for each in range(number + 1)))
        await poll_once(desk)
        clock.move(HOUR)
    recording = recorded(tmp_path)
    played = FixedClock(recording.moments[0])
    async with empty_database.writing() as db:
        await register(db, [spec()], now=played())
    again = Desk(
        empty_database,
        [spec()],
        Player(recording, clock=played),
        Judge(()),
        clock=played,
        gates=Gates({}, rest=no_rest),
    )
    for moment in recording.moments:
        played.now = moment
        await poll_once(again)
    assert await seen(empty_database) == await seen(database)
    assert len(await seen(database)) == 5


async def seen(database: Database) -> list[tuple[str, str, object]]:
    async with database.reading() as db:
        found = (await db.exec(select(Sighting).order_by(col(Sighting.item), col(Sighting.version)))).all()
    return [(row.item, row.version, row.seen_at) for row in found]


FILE = 'kind = "feed"\ntitle = "A feed"\npublisher = "Nobody"\nurl = "https://blog.example.org/feed.xml"\n'


def test_a_recording_is_played_back_by_the_command_and_twice_is_once(data_dir: Path, tmp_path: Path) -> None:
    clock, web = FixedClock(), Web()
    web.show("feed", entry("first"), entry("second"))

    async def record() -> None:
        recorder = Recorder(web, tmp_path / "recording", clock=clock)
        await recorder.get(FEED, headers={})
        clock.move(HOUR)
        web.show("feed", entry("third"), entry("first"), entry("second"))
        await recorder.get(FEED, headers={})

    asyncio.run(record())
    feeds = tmp_path / "feeds"
    feeds.mkdir()
    (feeds / "a-feed.toml").write_text(FILE)
    settings = {"data_dir": data_dir, "feeds_dir": feeds}
    assert tracker("migrate", **settings).returncode == 0
    assert tracker("load", **settings).returncode == 0
    played = tracker("poll", "--replay", str(tmp_path / "recording"), **settings)
    assert (played.stderr, played.stdout.splitlines()) == (
        "",
        [
            "2026-11-22T12:00:00+00:00 a-feed: 2 new",
            "2026-11-22T13:00:00+00:00 a-feed: 1 new",
            "2 read, 0 of them unchanged; 0 could not be read; 3 new",
        ],
    )
    again = tracker("poll", "--replay", str(tmp_path / "recording"), **settings)
    assert again.stdout == "0 read, 0 of them unchanged; 0 could not be read; 0 new\n"


REFUSED = {
    "a moment without a zone": (("--now", "2026-11-22T12:00:00"), "has no zone: add Z"),
    "no moment": (("--now", "yesterday"), "“yesterday” is no moment"),
    "a replay at another moment": (("--replay", "x", "--now", "2026-11-22T12:00:00Z"), "give it alone"),
    "a source that nobody knows": (("nothing",), "no source is called “nothing”"),
    "a recording that is none": (("--replay", "/nowhere"), "/nowhere is no recording"),
    "a folder that cannot be written": (("--record", "/proc/nothing"), "--record names /proc/nothing, which cannot"),
}


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("polled")
    assert tracker("migrate", data_dir=folder).returncode == 0
    return folder


@pytest.mark.parametrize("case", REFUSED)
def test_what_a_poll_cannot_do_is_said_in_words(migrated: Path, case: str) -> None:
    options, said = REFUSED[case]
    done = tracker("poll", *options, data_dir=migrated)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert said in done.stderr


def test_a_wrong_file_of_sources_keeps_a_poll_from_starting(migrated: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('kind = "feed"\n')
    done = tracker("poll", data_dir=migrated, feeds_dir=tmp_path)
    assert (done.returncode, done.stderr.startswith("tracker: wrong.toml: it lacks")) == (2, True)
