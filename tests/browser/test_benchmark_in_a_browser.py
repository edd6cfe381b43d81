"""A round of a benchmark in real Chromium: every page and every answer of its forms, as good as all other pages."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.benchmark.answering import ASKED, FIRST, KENT, answer_of
from tests.browser.check import check_site
from tests.browser.sending import Sent
from tests.conftest import BROWSER, KINSHIP
from tests.processes import TRACKER, environment, free_port, running, tracker, until_up
from tracker.accounts import people, sessions
from tracker.accounts.policies import Role
from tracker.benchmark import actions, queries, signing
from tracker.benchmark.actions import Given
from tracker.benchmark.models import Flag
from tracker.benchmark.questions import newest_edition, round_on, rounds
from tracker.benchmark.schemas import Arrangement, Details, Level, Proof
from tracker.clock import london_day, utc_now
from tracker.db import Database

pytestmark = pytest.mark.skipif(not BROWSER, reason="TRACKER_TEST_BROWSER is not set")

NOW = round_on(london_day(utc_now()))
BEFORE = next(item for item in reversed(rounds()) if item.closes < NOW.opens)
HOME = f"/benchmark/{KENT}"
AT = f"{HOME}/rounds/{NOW.key}"
PAGES = (
    HOME,
    AT,
    f"{AT}/first-pass/K1",
    f"{AT}/first-pass/14",
    f"{AT}/questions/2",
    f"{AT}/questions/1b",
    f"{AT}/questions/1/history",
    f"{AT}/check",
    f"{AT}/ask",
    f"{HOME}/flags",
    f"{HOME}/people",
)
ANSWERS = (
    Sent(f"{AT}/first-pass/3", "Save and continue", {"level": "", "sentence": "Ella Example, aged 7"}),
    Sent(f"{AT}/questions/3", "Save", {"proof-1-link": "x", "now": "y" * 300_000}),
    Sent(f"{AT}/first-pass/1", "Save and continue", {"after": "0", "sentence": "Mine."}, status=409),
    Sent(f"{HOME}/flags", "Clear what is ticked"),
)
SURREY = "/benchmark/surrey"
WHOLE = f"{SURREY}/rounds/{NOW.key}"
APPROVERS = (SURREY, WHOLE, f"{WHOLE}/sign", f"{WHOLE}/questions/14")
SIGNING = (
    Sent(f"{WHOLE}/sign", "Sign"),
    Sent(f"{WHOLE}/sign", "Give it back"),
    Sent(f"{WHOLE}/sign", "Sign", {"position": "Director of Children’s Services", "agree": "yes"}, status=200),
)


class Served(NamedTuple):
    """A running tracker, and the cookies of a lead and of an approver."""

    address: str
    lead: list[Any]
    approver: list[Any]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    settings = {"data_dir": tmp_path, "port": free_port(), "strategies_dir": KINSHIP}
    for command in (("migrate",), ("load",)):
        done = tracker(*command, **settings)
        assert done.returncode == 0, done.stderr
    tokens = asyncio.run(arrange(tmp_path / "tracker.db"))
    with running(*TRACKER, "web", env=environment(**settings)):
        address = f"http://127.0.0.1:{settings['port']}"
        until_up(address)
        lead, approver = ([{"name": "tracker-session", "value": token, "url": address}] for token in tokens)
        yield Served(address, lead, approver)


async def arrange(file: Path) -> tuple[str, str]:
    """Kent in the middle of a round, with everything that can be wrong, and Surrey at its signature."""
    database = Database(f"sqlite+aiosqlite:///{file}")
    now = utc_now()
    async with database.writing() as db:
        alice = await someone(db, "Alice", (Role.AUTHORITY_LEAD, KENT), (Role.AUTHORITY_LEAD, "surrey"))
        bob, carol = [await someone(db, name, (Role.CONTRIBUTOR, KENT)) for name in ("Bob", "Carol")]
        dana = await someone(db, "Dana", (Role.APPROVER, KENT), (Role.APPROVER, "surrey"))
        for item in (BEFORE, NOW):
            await begin(db, KENT, item.key, alice)
        full = Details(
            now="Two lines\nof what we do.",
            covers=(Arrangement.SGO, Arrangement.INFORMAL),
            asked_families=True,
            asked_when="Survey, March 2026",
            proofs=(Proof(title="Policy", link="https://council.example/a/very/long/address" + "x" * 200, page="4"),),
            gap="No rates.",
            notes="Ask finance.",
        )
        await answer(db, KENT, "1", alice, Level.DEVELOPING, details=full, agrees=True)
        await answer(db, KENT, "2", bob, Level.DEVELOPING)
        await answer(db, KENT, "2", carol, Level.LEADING, details=full)
        await answer(db, KENT, "14", alice, Level.IN_PLACE, agrees=True)
        await answer(db, KENT, "4", alice, Level.IN_PLACE, agrees=True)
        await answer(db, KENT, "4", bob, Level.DEVELOPING)
        await begin(db, "surrey", NOW.key, alice)
        for item in FIRST:
            await answer(db, "surrey", item.key, alice, Level.DEVELOPING, details=full, agrees=True)
        for about, criterion in ((f"answer/{NOW.key}/14", "14"), (f"answer/{NOW.key}/1", "1"), ("action/1", "14")):
            db.add(
                Flag(
                    authority=KENT,
                    about=about,
                    criterion=criterion,
                    cause="change/7",
                    happened_on="2026-11",
                    said="The statutory guidance was updated.",
                    raised_at=now,
                )
            )
        await signing.ask(db, "surrey", NOW.key, approver_id=dana, asked=ASKED, by=alice, now=now)
        tokens = [(await sessions.start(db, person, now=now)).token for person in (alice, dana)]
    await database.close()
    return tokens[0], tokens[1]


async def someone(db: AsyncSession, name: str, *roles: tuple[Role, str]) -> int:
    found = await people.add_person(db, f"{name.lower()}@example.org", name=name, by=None, now=utc_now())
    for role, of in roles:
        await people.give(db, found.id or 0, role, of, by=None, now=utc_now())
    return found.id or 0


async def begin(db: AsyncSession, authority: str, round: str, by: int) -> None:
    edition = newest_edition(london_day(utc_now())).key
    await actions.begin(db, authority, round, edition=edition, asked=ASKED, by=by, now=utc_now())
    if round == BEFORE.key:
        for item in FIRST[4:20]:
            await answer(db, authority, item.key, by, Level.DEVELOPING, agrees=True, round=round)


async def answer(
    db: AsyncSession,
    authority: str,
    key: str,
    by: int,
    level: Level,
    *,
    details: Details | None = None,
    agrees: bool = False,
    round: str = NOW.key,
) -> None:
    """One saving after everything before it."""
    found = await queries.assessment_of(db, authority, round)
    assert found
    newest = (await answer_of(db, found, key)).newest
    criterion = next(item for item in ASKED if item.key == key)
    told = "We have begun, and know what is missing."
    given = Given(criterion=criterion, level=level, sentence=told, details=details or Details(), after=newest)
    await actions.save(db, authority, round, given, by=by, agrees=agrees, now=utc_now())


def test_every_page_of_a_round_is_accessible_valid_and_fits_a_phone(served: Served) -> None:
    report = check_site(served.address, (*PAGES, *ANSWERS), cookies=served.lead)
    assert (report.pages, report.problems) == (len(PAGES) + len(ANSWERS), []), str(report)
    report = check_site(served.address, (*APPROVERS, *SIGNING), cookies=served.approver)
    assert (report.pages, report.problems) == (len(APPROVERS) + len(SIGNING), []), str(report)
