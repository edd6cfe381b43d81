"""Closing a round, on both engines: what is kept, for whom, once and for good."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace
from sqlmodel import col, select

from tests.benchmark import make
from tests.browsers import SECRETS, Browser, add_person, opened, signed_in
from tests.conftest import NOON, FixedClock
from tracker.accounts import people
from tracker.accounts.policies import Role
from tracker.benchmark import closing, leaving
from tracker.benchmark.closing import Prepared, Remembered, Shown, lot_of, mark_of, prepare
from tracker.benchmark.comparison import Cohort, compare
from tracker.benchmark.jobs import close_rounds
from tracker.benchmark.models import Assessment, Closing, Comparison
from tracker.benchmark.questions import round_of
from tracker.benchmark.schemas import LEVELS, Frozen, Level
from tracker.benchmark.worlds import FEW
from tracker.db import Database
from tracker.web.front import Front

ROUND, NEXT, THIRD = "2026-10", "2027-04", "2027-10"
AFTER = {
    ROUND: datetime(2027, 4, 1, 1, 0, tzinfo=UTC),
    NEXT: datetime(2027, 10, 1, 1, 0, tzinfo=UTC),
    THIRD: datetime(2028, 4, 1, 1, 0, tzinfo=UTC),
}
BOROUGHS = ("barnet", "bexley", "brent", "bromley", "camden", "croydon", "ealing", "enfield", "greenwich", "hackney")
SOME = {key: {"1": LEVELS[place % 3], "2": LEVELS[place % 2]} for place, key in enumerate(BOROUGHS)}


async def signed(
    database: Database, answers: Mapping[str, Mapping[str, Level]], round: str = ROUND, *, at: datetime = NOON
) -> None:
    async with database.writing() as db:
        for key, levels in answers.items():
            await make.sign(db, key, round, levels, at=at)


async def close(database: Database, round: str = ROUND) -> str:
    return await close_rounds(database, FixedClock(AFTER[round]), SECRETS)


async def kept(database: Database, round: str = ROUND) -> dict[str, Shown]:
    async with database.reading() as db:
        rows = (await db.exec(select(Comparison).where(Comparison.round == round))).all()
    return {row.authority: msgspec.json.decode(row.content, type=Shown) for row in rows}


async def test_a_round_is_closed_once_in_the_night_after_its_last_day(database: Database) -> None:
    await signed(database, SOME)
    assert await close_rounds(database, FixedClock(AFTER[ROUND] - timedelta(hours=3)), SECRETS) == "closed: 2026-04"
    assert await close(database) == "closed: 2026-10"
    before = await kept(database)
    assert set(before) == set(BOROUGHS)
    # Of Barnet's nine others: three, three, three.
    cell = before["barnet"].cells["1/1"][Cohort.ENGLAND]
    assert [cell.shares[level] for level in LEVELS] == [30, 30, 30, 0]
    assert before["barnet"].cells["1/1"][Cohort.TYPE] == cell
    async with database.writing() as db:
        row = (await db.exec(select(Assessment).where(Assessment.authority == "hackney"))).one()
        row.frozen = make_json(make.frozen("hackney", ROUND, {}))
    assert await close(database) == "closed: none"
    assert await kept(database) == before


def make_json(thing: object) -> str:
    return msgspec.json.encode(thing).decode()


async def test_who_signs_later_is_neither_counted_nor_shown_anything(database: Database) -> None:
    await signed(database, SOME)
    # Summer time has begun: midnight in London is an hour earlier.
    last = datetime(2027, 3, 31, 22, 59, tzinfo=UTC)
    await signed(database, {"haringey": {"1": Level.LEADING}}, at=last)
    await signed(database, {"harrow": {"1": Level.LEADING}}, at=last + timedelta(minutes=1))
    await close(database)
    found = await kept(database)
    assert set(found) == {*BOROUGHS, "haringey"}
    assert found["barnet"].cells["1/1"][Cohort.ENGLAND].shares[Level.LEADING] == 10


async def test_neither_a_name_nor_a_number_of_authorities_is_kept(database: Database) -> None:
    await signed(database, SOME)
    await close(database)
    async with database.reading() as db:
        closed = (await db.exec(select(Closing.content).where(Closing.round == ROUND))).one()
        contents = (await db.exec(select(Comparison.content))).all()
    for content in (closed, *contents):
        assert not any(key in content for key in make.KEYS)
    remembered = msgspec.json.decode(closed, type=Remembered)
    assert sorted(remembered.signed) == sorted(mark_of(SECRETS, key) for key in BOROUGHS)
    assert list(remembered.signed) == sorted(remembered.signed)
    # Who gave no level is not told from who did.
    assert remembered.asked["3/1"] == remembered.asked["1/1"]


async def test_erasing_changes_nothing_that_others_are_shown_and_is_not_forgotten(database: Database) -> None:
    await signed(database, SOME)
    await close(database)
    before = await kept(database)
    lead = await add_person(database, "Lead", Role.AUTHORITY_LEAD, of="hackney")
    async with database.writing() as db:
        await leaving.erase(db, "hackney", end_access=True, by=lead, now=NOON)
    after = await kept(database)
    assert after == {key: shown for key, shown in before.items() if key != "hackney"}
    # One left: what the same people are shown next would differ by that one.
    await signed(database, {key: SOME[key] for key in BOROUGHS[:-1]}, NEXT)
    await close(database, NEXT)
    assert_nothing_again(before, await kept(database, NEXT))


def assert_nothing_again(before: Mapping[str, Shown], now: Mapping[str, Shown]) -> None:
    """Nobody is shown anything of a question of which they were shown something before."""
    assert any(shown.cells for shown in before.values())
    assert not any(shown.cells.keys() & before[key].cells.keys() for key, shown in now.items() if key in before)


async def test_two_workers_close_a_round_once(database: Database) -> None:
    await signed(database, SOME)
    assert sorted(await asyncio.gather(*[keep(database, await prepared(database)) for _ in range(2)])) == [False, True]
    assert set(await kept(database)) == set(BOROUGHS)


async def test_who_erases_while_a_round_is_closed_is_kept_nothing_for(database: Database) -> None:
    await signed(database, SOME)
    lead = await add_person(database, "Lead", Role.AUTHORITY_LEAD, of="hackney")
    before = await prepared(database)
    async with database.writing() as db:
        await leaving.erase(db, "hackney", end_access=True, by=lead, now=NOON)
        other = asyncio.create_task(keep(database, before))
        await asyncio.wait([other], timeout=0.3)
        assert not other.done()
    assert await other
    assert set(await kept(database)) == {*BOROUGHS} - {"hackney"}


async def prepared(database: Database) -> Prepared:
    async with database.reading() as db:
        return await prepare(db, round_of(ROUND), SECRETS)


async def keep(database: Database, before: Prepared) -> bool:
    async with database.writing() as db:
        return await closing.keep(db, before, compare(before.given), now=AFTER[ROUND])


async def test_one_newcomer_between_two_rounds_is_not_given_away(database: Database) -> None:
    nine = {key: SOME[key] for key in BOROUGHS[:-1]}
    await signed(database, nine)
    await close(database)
    before = await kept(database)
    await signed(database, SOME, NEXT)
    await close(database, NEXT)
    shown = await kept(database, NEXT)
    assert_nothing_again(before, shown)
    # Who is new has seen nothing before.
    assert shown["hackney"].cells
    more = dict.fromkeys(("harrow", "haringey", "hounslow", "islington", "lambeth"), SOME["brent"])
    await signed(database, SOME | more, THIRD)
    await close(database, THIRD)
    assert (await kept(database, THIRD))["barnet"].cells


async def test_one_newcomer_is_not_given_away_where_a_question_had_two_wordings_in_the_round_before(
    database: Database,
) -> None:
    old, new = BOROUGHS[:5], BOROUGHS[4:]
    await signed(database, {key: SOME[key] for key in BOROUGHS})
    await reworded(database, new)
    await close(database)
    # Each was shown five others who answered the new wording; with one of the other five there would be six.
    await signed(database, {key: SOME[key] for key in (*new, old[0])}, NEXT)
    await reworded(database, (*new, old[0]), NEXT)
    await close(database, NEXT)
    before, now = await kept(database), await kept(database, NEXT)
    told = [key for key in new if "1/2" in before[key].cells]
    assert told
    assert not any("1/2" in now[key].cells for key in told)


async def reworded(database: Database, keys: Iterable[str], round: str = ROUND) -> None:
    """Have these authorities answer a second version of the first question."""
    async with database.writing() as db:
        found = select(Assessment).where(Assessment.round == round, col(Assessment.authority).in_([*keys]))
        for row in (await db.exec(found)).all():
            frozen = msgspec.json.decode(row.frozen or "", type=Frozen)
            answers = [
                replace(item, criterion=replace(item.criterion, version=2)) if item.criterion.key == "1" else item
                for item in frozen.answers
            ]
            row.frozen = make_json(replace(frozen, answers=tuple(answers)))


def test_the_lot_falls_on_a_question_in_eight_and_always_the_same() -> None:
    readers = [frozenset({key}) for key in make.KEYS]
    drawn = [[lot_of(SECRETS, ROUND)(reader, f"{number}/1") for number in range(38)] for reader in readers]
    assert drawn == [[lot_of(SECRETS, ROUND)(reader, f"{number}/1") for number in range(38)] for reader in readers]
    assert 0.11 < sum(map(sum, drawn)) / (38 * len(readers)) < 0.14
    assert drawn != [[lot_of(SECRETS, NEXT)(reader, f"{number}/1") for number in range(38)] for reader in readers]


async def test_who_takes_part_in_two_is_no_other_to_either(database: Database) -> None:
    await signed(database, {key: SOME[key] for key in BOROUGHS[:6]})
    both = await add_person(database, "Both", Role.CONTRIBUTOR, of="barnet")
    async with database.writing() as db:
        await people.give(db, both, Role.READER, "bexley", by=None, now=NOON)
    await close(database)
    found = await kept(database)
    # Four others are left to each of these two, and five to the rest.
    assert not found["barnet"].cells
    assert not found["bexley"].cells
    assert found["camden"].cells
    assert found["barnet"].linked == (mark_of(SECRETS, "bexley"),)


async def test_kingston_and_richmond_have_one_body_and_are_no_others_to_each_other(database: Database) -> None:
    pair = ("kingston-upon-thames", "richmond-upon-thames")
    await signed(database, dict.fromkeys(pair, SOME["brent"]) | SOME)
    await close(database)
    assert mark_of(SECRETS, pair[1]) in (await kept(database))[pair[0]].linked


PAGE = "/benchmark/{}/rounds/2026-10/comparison"


async def test_the_page_shows_figures_and_what_is_not_shown_has_one_wording(
    front: Front, database: Database, clock: FixedClock
) -> None:
    await signed(database, SOME)
    lead = await signed_in(front, database, "Lead", Role.AUTHORITY_LEAD, of="barnet")
    await lead.get(PAGE.format("barnet"))
    assert lead.heading == "How others stand"
    assert "in the night after this round closes on 31 March 2027" in lead.page
    await close(database)
    await lead.get(PAGE.format("barnet"))
    assert 'data-label="Developing">30%<svg' in lead.page
    assert "at least 5" in lead.page
    assert f"Where {FEW} others or fewer" in lead.page
    assert "Not shown" in lead.page
    for told in ("Hackney", "9 others", "dominated"):
        assert told not in lead.page.partition('<h2 class="govuk-heading-l">')[0]


async def test_the_page_says_why_there_is_nothing(front: Front, database: Database) -> None:
    await signed(database, SOME)
    await close(database)
    late = await signed_in(front, database, "Late", Role.READER, of="kent")
    await late.get(PAGE.format("kent"))
    assert "Kent had not" in late.page
    assert (await late.get(PAGE.format("barnet"))).status_code == 404
    demo = await signed_in(front, database, "Demo", Role.READER, of="exampleshire")
    await demo.get(PAGE.format("exampleshire"))
    assert "does not exist, so it is compared with nobody" in demo.page


async def test_who_took_part_in_two_when_the_round_closed_sees_both(front: Front, database: Database) -> None:
    await signed(database, SOME)
    both = await add_person(database, "Both", Role.CONTRIBUTOR, of="barnet")
    async with database.writing() as db:
        await people.give(db, both, Role.READER, "bexley", by=None, now=NOON)
    await close(database)
    browser: Browser = await opened(front, database, both)
    for key in ("barnet", "bexley"):
        await browser.get(PAGE.format(key))
        assert "You also take part" not in browser.page
        assert "data-label" in browser.page.partition('<h2 class="govuk-heading-l">')[0]


async def test_who_joins_a_second_authority_later_sees_neither(front: Front, database: Database) -> None:
    await signed(database, SOME)
    await close(database)
    ann = await add_person(database, "Ann", Role.READER, of="barnet")
    browser: Browser = await opened(front, database, ann)
    await browser.get(PAGE.format("barnet"))
    assert "30%" in browser.page
    async with database.writing() as db:
        await people.give(db, ann, Role.READER, "camden", by=None, now=NOON)
        await people.give(db, ann, Role.READER, "kent", by=None, now=NOON)
    for key, other in (("barnet", "Camden"), ("camden", "Barnet")):
        await browser.get(PAGE.format(key))
        assert f"You also take part in the benchmark of {other}." in browser.page
        assert "data-label" not in browser.page.partition('<h2 class="govuk-heading-l">')[0]
