"""Digests: at 08:30 in London, one for each person, everything once, what is urgent first, what is late marked."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from sqlmodel import col, select, update

from tests.alerts.fakes import Recorder, sender
from tests.alerts.make import SLUG, follower, published
from tests.conftest import FixedClock
from tracker.alerts import actions
from tracker.alerts.jobs import daily_digests, monthly_digests, weekly_digests
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.rules import Slot
from tracker.alerts.schemas import Came, Tried
from tracker.db import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TO_13, TO_14 = f"announcement/{SLUG}/13", f"announcement/{SLUG}/14"
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
WRITE = {"daily": daily_digests, "weekly": weekly_digests, "monthly": monthly_digests}


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.mark.parametrize(
    ("cadence", "now", "slot"),
    [
        pytest.param("daily", "2026-11-23 08:29", "2026-11-22 08:30", id="in winter London is UTC, before"),
        pytest.param("daily", "2026-11-23 08:30", "2026-11-23 08:30", id="in winter London is UTC, from then on"),
        pytest.param("daily", "2026-06-30 07:29", "2026-06-29 07:30", id="in summer an hour earlier, before"),
        pytest.param("daily", "2026-06-30 07:30", "2026-06-30 07:30", id="in summer an hour earlier, from then on"),
        pytest.param("daily", "2026-03-29 07:30", "2026-03-29 07:30", id="the day the clocks go forward"),
        pytest.param("daily", "2026-10-25 08:29", "2026-10-24 07:30", id="the day the clocks go back, before"),
        pytest.param("daily", "2026-10-25 08:30", "2026-10-25 08:30", id="the day the clocks go back, from then on"),
        pytest.param("weekly", "2026-11-23 08:29", "2026-11-16 08:30", id="a week ends on Monday, before"),
        pytest.param("weekly", "2026-11-26 12:00", "2026-11-23 08:30", id="a week’s digest that was missed"),
        pytest.param("weekly", "2026-10-26 09:00", "2026-10-26 08:30", id="the Monday after the clocks went back"),
        pytest.param("monthly", "2026-11-01 08:30", "2026-11-01 08:30", id="a month ends on its first day"),
        pytest.param("monthly", "2026-11-30 12:00", "2026-11-01 08:30", id="a month’s digest that was missed"),
        pytest.param("monthly", "2026-04-01 07:29", "2026-03-01 08:30", id="a month with its clocks in between"),
    ],
)
def test_when_a_digest_is_due(cadence: str, now: str, slot: str) -> None:
    found = Slot.last(cadence, utc(now))
    assert found.at == utc(slot)
    assert Slot.of(found.about) == found


async def test_a_person_gets_one_digest_of_everything_they_follow_once(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", ["all", TO_13, TO_14], cadence="daily")
        for subject in ("One", "Two", "Three"):
            await actions.owe(db, await published(db, subject=subject, at=MONDAY - HOUR), now=MONDAY - HOUR)
        await published(db, [f"announcement/{SLUG}/2"], subject="Not followed", at=MONDAY - HOUR)
    channel = await send(database, clock, "daily")
    ((subject, text),) = letters(channel)
    assert subject == "Kinship tracker: 3 changes"
    assert [text.count(f"\n{each}\n") for each in ("One", "Two", "Three", "Not followed")] == [1, 1, 1, 0]
    assert "https://tracker.test/announcements/14#change-7" in text
    assert "waiting for an editor" in text
    assert "whose hash is" in text
    assert "Late:" not in text
    clock.move(DAY)
    assert (await send(database, clock, "daily")).sent == []


async def test_a_digest_is_written_once_however_often_the_job_runs(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence="daily")
        await published(db, subject="Before", at=MONDAY - HOUR)
    await daily_digests(database, clock)
    async with database.writing() as db:
        await published(db, subject="After", at=MONDAY)
    clock.move(HOUR)
    channel = await send(database, clock, "daily")
    assert [subject for subject, _ in letters(channel)] == ["Kinship tracker: Before"]
    clock.move(DAY)
    assert [subject for subject, _ in letters(await send(database, clock, "daily"))] == ["Kinship tracker: After"]


async def test_what_became_overdue_comes_first(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence="weekly")
        await published(db, subject="Something happened", at=MONDAY - DAY)
        row = await published(db, subject="Something is late", at=MONDAY - HOUR)
        content = {**msgspec.json.decode(row.content), "overdue_first": True}
        row.content = msgspec.json.encode(content).decode()
    ((subject, text),) = letters(await send(database, clock, "weekly"))
    assert subject == "Kinship tracker: 2 changes, what is overdue first"
    assert text.index("Something is late") < text.index("Something happened")


@pytest.mark.parametrize("cadence", ["daily", "weekly"])
async def test_no_digest_is_sent_when_nothing_changed(database: Database, clock: FixedClock, cadence: str) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence=cadence)
        await published(db, [f"kind/{SLUG}/dates"], at=MONDAY - HOUR)
    assert (await send(database, clock, cadence)).sent == []


async def test_a_monthly_digest_says_that_nothing_changed(database: Database) -> None:
    clock = FixedClock(utc("2026-12-01 08:30"))
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence="monthly")
        await follower(db, "nothing@example.org", [], cadence="monthly")
    ((subject, text),) = letters(await send(database, clock, "monthly"))
    assert subject == "Kinship tracker: nothing has changed"
    assert "Nothing that you follow has changed since 1 November 2026 at 8:30am" in text


@pytest.mark.parametrize("given", [{"paused_at": MONDAY}, {"stopped_at": MONDAY}, {"confirmed_at": None}])
async def test_who_wants_nothing_gets_no_digest_and_a_pause_loses_nothing(
    database: Database, clock: FixedClock, given: dict[str, object]
) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence="daily", **given)
        await published(db, at=MONDAY - HOUR)
    assert (await send(database, clock, "daily")).sent == []
    async with database.writing() as db:
        row = (await db.exec(select(Destination))).one()
        assert row.digested_to == 0
        row.paused_at = row.stopped_at = None
        row.confirmed_at = MONDAY
    clock.move(DAY)
    assert len((await send(database, clock, "daily")).sent) == 1


async def test_news_that_came_too_late_goes_into_the_next_digest_marked(database: Database, clock: FixedClock) -> None:
    clock.now = MONDAY - 3 * DAY
    async with database.writing() as db:
        await follower(db, "ann@example.org")
        for subject in ("One", "Two"):
            await actions.owe(db, await published(db, subject=subject, at=clock()), now=clock())
    clock.now = MONDAY - HOUR  # as after an outage of days, or a backup that was restored
    channel = Recorder()
    await sender(database, clock, email=channel).drain()
    assert channel.sent == []
    clock.now = MONDAY
    ((subject, text),) = letters(await send(database, clock, "daily"))
    assert subject == "Kinship tracker: 2 changes"
    assert text.count("Late: this was not sent when it was news") == 2
    assert {row.sent_at for row in await rows(database)} == {MONDAY}
    clock.move(DAY)
    assert (await send(database, clock, "daily")).sent == []


async def test_a_digest_that_could_not_be_sent_goes_into_the_next(database: Database, clock: FixedClock) -> None:
    channel = Recorder()
    channel.answers["ann@example.org"] = Tried(came=Came.AGAIN, error="451 try later")
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence="daily")
    for subject in ("Monday", "Tuesday", "Wednesday"):
        async with database.writing() as db:
            await published(db, subject=subject, at=clock() - HOUR)
        await daily_digests(database, clock)
        await sender(database, clock, email=channel).drain()
        clock.move(DAY)
    clock.move(-DAY + HOUR)
    channel.answers.clear()
    await sender(database, clock, email=channel).drain()
    ((subject, text),) = letters(channel)
    assert subject == "Kinship tracker: 3 changes"
    assert text.count("Late:") == 2
    assert [row.sent_at for row in await rows(database)] == [clock()] * 3


async def test_an_endpoint_and_who_is_told_at_once_get_no_digest(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org")
        await follower(db, "https://hooks.example.org/1", cadence="daily")
        await published(db, at=MONDAY - HOUR)
    for cadence in WRITE:
        assert (await send(database, clock, cadence)).sent == []


async def test_who_follows_the_same_gets_the_same_letter_written_once(database: Database, clock: FixedClock) -> None:
    async with database.writing() as db:
        for number in range(20):
            await follower(db, f"p{number}@example.org", cadence="daily")
        await published(db, at=MONDAY - HOUR)
    channel = await send(database, clock, "daily")
    assert len(channel.sent) == 20
    assert len({id(alert.mail) for alert in channel.sent}) == 1


FIRST = utc("2026-12-01 08:30")


async def test_a_summary_lists_what_was_told_at_once_beside_it(database: Database) -> None:
    clock = FixedClock(FIRST)
    async with database.writing() as db:
        await follower(db, "ann@example.org", summary="monthly")
        await follower(db, "bob@example.org", [TO_13], summary="weekly")
        for subject, at in (("Last month", FIRST - 40 * DAY), ("One", FIRST - 20 * DAY), ("Two", FIRST - DAY)):
            await actions.owe(db, await published(db, ["all"], subject=subject, at=at), now=at)
        await db.exec(update(Delivery).values(sent_at=FIRST - DAY))
    channel = await send(database, clock, "monthly")
    assert channel.addresses == ["ann@example.org"]
    ((subject, text),) = letters(channel)
    assert subject == "Kinship tracker: monthly summary, 2 changes"
    assert [f"- {each}\n" in text for each in ("Last month", "One", "Two")] == [False, True, True]
    assert "https://tracker.test/announcements/14#change-7" in text
    assert "How far to trust silence: " in text
    assert (await send(database, clock, "monthly")).sent == []


@pytest.mark.parametrize("cadence", ["at-once", "daily", "weekly"])
async def test_a_summary_comes_also_when_nothing_changed(database: Database, clock: FixedClock, cadence: str) -> None:
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence=cadence, summary="weekly")
        await follower(db, "nothing@example.org", [], summary="weekly")
        await follower(db, "paused@example.org", summary="weekly", paused_at=MONDAY)
    channel = await send(database, clock, "weekly")
    assert channel.addresses == ["ann@example.org"]
    ((subject, text),) = letters(channel)
    assert subject == "Kinship tracker: nothing has changed, and your alerts work"
    assert "Nothing that you follow has changed since 16 November 2026 at 8:30am." in text


@pytest.mark.parametrize("cadence", ["weekly", "monthly"])
async def test_nobody_gets_a_summary_of_what_their_digest_tells_at_the_same_moment(
    database: Database, cadence: str
) -> None:
    clock = FixedClock(utc("2027-02-01 08:30"))  # a Monday, and the first of a month
    async with database.writing() as db:
        await follower(db, "ann@example.org", cadence=cadence, summary=cadence)
        await published(db, subject="News", at=clock() - HOUR)
    assert [subject for subject, _ in letters(await send(database, clock, cadence))] == ["Kinship tracker: News"]


async def test_a_summary_holds_no_late_news_back(database: Database) -> None:
    clock = FixedClock(FIRST)
    async with database.writing() as db:
        await follower(db, "ann@example.org", summary="monthly")
        await actions.owe(db, await published(db, subject="Late news", at=FIRST - 3 * DAY), now=FIRST - 3 * DAY)
    await sender(database, clock, email=Recorder()).drain()
    await monthly_digests(database, clock)
    subjects = dict(letters(await send(database, clock, "daily")))
    assert list(subjects) == ["Kinship tracker: monthly summary, 1 change", "Kinship tracker: Late news"]
    assert "Late: " in subjects["Kinship tracker: Late news"]


async def send(database: Database, clock: FixedClock, cadence: str) -> Recorder:
    """Write the digests of a cadence and send them."""
    channel = Recorder()
    await WRITE[cadence](database, clock)
    await sender(database, clock, email=channel).drain()
    return channel


def letters(channel: Recorder) -> list[tuple[str, str]]:
    return [(alert.mail.letter.subject, alert.mail.letter.plain) for alert in channel.sent if alert.mail]


async def rows(database: Database) -> list[Delivery]:
    async with database.reading() as db:
        return list((await db.exec(select(Delivery).order_by(col(Delivery.id)))).all())
