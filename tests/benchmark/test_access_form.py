"""The form that asks for access: what it takes, what it says is wrong, and how often it can be sent."""

import pytest
from sqlalchemy import event
from sqlmodel import select

from tests.benchmark.mailbox import Mailbox
from tests.benchmark.test_access import ask
from tests.browsers import Browser, add_person
from tests.conftest import FixedClock
from tracker.accounts.policies import Role
from tracker.authorities.invented import authority_of
from tracker.benchmark.models import BenchmarkLetter
from tracker.db import Database
from tracker.web.front import Front


async def test_what_was_typed_comes_back_with_what_is_wrong(front: Front) -> None:
    browser = Browser(front)
    answer = await browser.send("/authorities/kent/access", name="", address="bob(at)kent", why="x" * 1001)
    assert answer.status_code == 422
    assert browser.problems == [
        "Enter your name",
        "Enter an email address in the correct format, like name@example.com",
        "What you tell us must be 1,000 characters or fewer: it has 1,001",
    ]
    assert "x" * 1001 in browser.page
    assert 'value="bob(at)kent"' in browser.page


@pytest.mark.parametrize("name", ["Go to https://evil.example", "evil.example", "www evil", "<b>Bob</b>", "a@evil"])
async def test_a_name_that_mail_programs_make_a_link_of_is_refused(front: Front, name: str) -> None:
    browser = Browser(front)
    answer = await browser.send("/authorities/kent/access", name=name, address="bob@kent.gov.uk", why="")
    assert (answer.status_code, browser.problems) == (422, ["Your name must not have an address in it"])


@pytest.mark.parametrize("name", ["Bob O’Neill-Smith, MBE", "Dr. B. J. Smith", "Zoë Ní Bhriain"])
async def test_names_as_people_have_them_are_taken(front: Front, name: str) -> None:
    await ask(Browser(front), "bob@kent.gov.uk", name=name)


async def test_nobody_is_mailed_without_end(front: Front, database: Database) -> None:
    browser = Browser(front)
    for _ in range(5):
        await ask(browser, "bob@kent.gov.uk")
    answer = await browser.send("/authorities/leeds/access", name="Bob", address="bob@kent.gov.uk", why="")
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    assert 'value="bob@kent.gov.uk"' in browser.page
    async with database.reading() as db:
        assert len((await db.exec(select(BenchmarkLetter))).all()) == 5


@pytest.mark.parametrize("key", ["atlantis", "exampleshire"])
async def test_a_council_that_is_none_has_no_such_page(front: Front, key: str) -> None:
    assert (await Browser(front).get(f"/authorities/{key}/access")).status_code == 404
    answer = await Browser(front).send(f"/authorities/{key}/access", name="Bob", address="bob@example.org", why="")
    assert answer.status_code == 404


async def test_asking_takes_the_same_work_for_everybody(front: Front, database: Database) -> None:
    await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    done = []
    for key, address in (("kent", "alice@example.org"), ("kent", "new@kent.gov.uk"), ("leeds", "other@example.org")):
        said.clear()
        await ask(Browser(front), address, key=key)
        done.append(list(said))
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
    assert done[0]
    assert done[0] == done[1] == done[2]


async def test_the_answer_tells_nobody_who_takes_part_or_who_is_known(
    front: Front, database: Database, clock: FixedClock
) -> None:
    await add_person(database, "Alice", Role.AUTHORITY_LEAD, of="kent")
    pages, locations = set(), set()
    for key, address in (("kent", "alice@example.org"), ("kent", "new@example.org"), ("leeds", "other@example.org")):
        browser = Browser(front)
        answer = await browser.send(f"/authorities/{key}/access", name="Bob", address=address, why="")
        locations.add(answer.headers["location"].replace(key, "KEY"))
        await browser.follow(answer)
        name = authority_of(key)
        assert name
        pages.add(browser.page.replace(key, "KEY").replace(name.official_name, "NAME"))
    assert (len(pages), len(locations)) == (1, 1)
    mails = await Mailbox(database, clock).new()
    assert [mail.kind for mail in mails if mail.kind != "benchmark-role"] == ["benchmark-prove"] * 3
