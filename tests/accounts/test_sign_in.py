"""Signing in with a link and a code, as the person, their mail scanner and somebody else meet it."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import NamedTuple

import pytest
import pytest_asyncio
from msgspec.structs import replace
from sqlalchemy import event
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.browsers import ADDRESS, SECRETS, Browser, add_person, signed_in
from tests.conftest import SETTINGS, FixedClock
from tracker import paths
from tracker.accounts import people
from tracker.accounts.jobs import forget_sign_ins
from tracker.accounts.models import Audited, LoginSession, SignIn
from tracker.accounts.policies import Role
from tracker.accounts.rules import IDLE, LASTS, LONGEST
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.sign_ins import owe_sign_ins
from tracker.app import create_app
from tracker.db import Database
from tracker.messages import MESSAGES
from tracker.web.front import Front
from tracker.web.letters import Letters
from tracker.web.limits import Bucket
from tracker.web.secrets import Secrets

MINUTE = timedelta(minutes=1)
SESSION = "tracker-session"


class Mail(NamedTuple):
    """What somebody reads in the mail of a sign-in."""

    address: str
    link: str
    code: str


class Mailbox:
    """Reads what the worker owes, as the worker would send it."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self._database = database
        self._clock = clock

    async def mails(self) -> list[Mail]:
        """Owe what is to be owed, and read all mails, the newest last."""
        await owe_sign_ins(self._database, self._clock)
        async with self._database.reading() as db:
            owed = await db.exec(
                select(Delivery.about, Delivery.message, Destination.address)
                .join(Destination, col(Destination.id) == col(Delivery.destination_id))
                .order_by(col(Delivery.id))
            )
            found = [await self._written(db, *row) for row in owed.all()]
        return [mail for mail in found if mail]

    async def newest(self) -> Mail:
        return (await self.mails())[-1]

    async def _written(self, db: AsyncSession, about: str, message: str, address: str | None) -> Mail | None:
        letter = await MESSAGES[message].write(db, Owed(about), PAPERS)  # type: ignore[arg-type]  # as much as it reads
        if letter is None:  # the link has been used
            return None
        assert letter.subject not in letter.text
        link = re.search(r"Sign in: (\S+)", letter.plain)
        code = re.search(r"this code .*: (\d{4} \d{4})$", letter.plain, flags=re.MULTILINE)
        assert link
        assert code
        assert code[1] not in letter.subject
        assert "How far to trust silence: Record last reviewed" in letter.plain
        assert f'<a href="{link[1]}">Sign in</a>' in letter.html
        return Mail(address or "", link[1], code[1])


class Owed(NamedTuple):
    about: str


class Papers(NamedTuple):
    public_url: str
    operator: str
    secrets: Secrets
    letters: Letters
    silence: Callable[[AsyncSession], Awaitable[str]]


async def silent(_db: AsyncSession) -> str:
    return "Record last reviewed by a person on 22 November 2026."


PAPERS = Papers(ADDRESS, "the test team", SECRETS, Letters(paths.TEMPLATES), silent)


async def ask(browser: Browser, address: str = "alice@example.org", next: str = "/editor") -> None:
    answer = await browser.send("/sign-in", address=address, next=next)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/sent")
    assert (await browser.follow(answer)).status_code == 200


def wrong(code: str) -> str:
    """A code that is not this one."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"


async def is_signed_in(browser: Browser) -> bool:
    return (await browser.get("/account")).status_code == 200


async def test_with_the_code_in_the_browser_that_asked(front: Front, mailbox: Mailbox, alice: int) -> None:
    browser = Browser(front)
    await ask(browser)
    assert "<strong>alice@example.org</strong>" in browser.page
    answer = await browser.send("/sign-in/sent", code=(await mailbox.newest()).code)
    assert (answer.status_code, answer.headers["location"]) == (303, "/editor")
    assert await is_signed_in(browser)
    assert "Signed in as <strong>Alice</strong>" in browser.page


async def test_with_the_link_in_the_browser_that_asked(front: Front, mailbox: Mailbox, alice: int) -> None:
    browser = Browser(front)
    await ask(browser)
    link = (await mailbox.newest()).link
    await browser.get(link)
    assert "alice@example.org" in browser.page
    assert 'name="code"' not in browser.page
    assert (await browser.send(link)).headers["location"] == "/editor"
    assert await is_signed_in(browser)


async def test_with_the_link_in_another_browser_the_code_is_needed(front: Front, mailbox: Mailbox, alice: int) -> None:
    await ask(Browser(front))
    mail = await mailbox.newest()
    other = Browser(front)
    await other.get(mail.link)
    assert other.heading == "Enter the code to sign in"
    assert (await other.send(mail.link)).status_code == 422
    assert other.problems == ["Enter the code from the email"]
    assert (await other.send(mail.link, code=wrong(mail.code))).status_code == 422
    assert not await is_signed_in(other)
    assert (await other.send(mail.link, code=mail.code)).status_code == 303
    assert await is_signed_in(other)


async def test_a_scanner_that_opens_links_and_sends_forms_neither_signs_in_nor_uses_them_up(
    front: Front, mailbox: Mailbox, alice: int
) -> None:
    browser = Browser(front)
    await ask(browser)
    mail = await mailbox.newest()
    scanner = Browser(front)
    for _ in range(10):
        assert (await scanner.get(mail.link)).status_code == 200
        assert (await scanner.client.head(mail.link)).status_code == 200
        assert (await scanner.send(mail.link)).status_code == 422
    assert not scanner.client.cookies
    assert (await browser.send(mail.link)).status_code == 303
    assert await is_signed_in(browser)


async def test_a_link_and_its_code_work_once(front: Front, mailbox: Mailbox, alice: int) -> None:
    browser, other = Browser(front), Browser(front)
    await ask(browser)
    mail = await mailbox.newest()
    await browser.send("/sign-in/sent", code=mail.code)
    for answer in (await other.get(mail.link), await other.send(mail.link, code=mail.code)):
        assert answer.status_code == 410
        assert other.heading == "This link has been used"
    # Whoever is signed in by it is not told off, but sent on.
    assert (await browser.get(mail.link)).headers["location"] == "/editor"


async def test_a_code_that_is_used_twice_at_the_same_moment_opens_one_session(
    front: Front, mailbox: Mailbox, alice: int
) -> None:
    browser, other = Browser(front), Browser(front)
    await ask(browser)
    mail = await mailbox.newest()
    answers = await asyncio.gather(
        browser.send("/sign-in/sent", code=mail.code), browser.send(mail.link), other.send(mail.link, code=mail.code)
    )
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410]


async def test_a_mail_is_owed_once_however_often_it_is_looked_for(
    front: Front, mailbox: Mailbox, database: Database, clock: FixedClock, alice: int
) -> None:
    await ask(Browser(front))
    await asyncio.gather(*(owe_sign_ins(database, clock) for _ in range(5)))
    assert len(await mailbox.mails()) == 1


async def test_what_served_to_sign_in_is_forgotten(
    front: Front, mailbox: Mailbox, database: Database, clock: FixedClock, alice: int
) -> None:
    browser = Browser(front)
    await ask(browser)
    await browser.send((await mailbox.newest()).link)
    clock.move(timedelta(days=3))
    fresh = Browser(front)
    await ask(fresh)
    await fresh.send((await mailbox.newest()).link)
    await forget_sign_ins(database, clock)
    async with database.reading() as db:
        kept = [(await db.exec(select(table))).all() for table in (SignIn, LoginSession)]
        buckets = (await db.exec(select(Bucket.at))).all()
    assert [len(rows) for rows in kept] == [1, 1]
    assert set(buckets) == {clock.now}
    assert await is_signed_in(fresh)


async def test_link_and_code_expire(front: Front, mailbox: Mailbox, clock: FixedClock, alice: int) -> None:
    browser = Browser(front)
    await ask(browser)
    mail = await mailbox.newest()
    clock.move(LASTS - MINUTE)
    assert (await browser.get(mail.link)).status_code == 200
    clock.move(MINUTE)
    for answer in (await browser.get(mail.link), await browser.send(mail.link)):
        assert answer.status_code == 410
        assert browser.heading == "This link has expired"
    assert (await browser.send("/sign-in/sent", code=mail.code)).status_code == 410
    assert not await is_signed_in(browser)


async def test_five_wrong_codes_end_a_sign_in(front: Front, mailbox: Mailbox, alice: int) -> None:
    browser = Browser(front)
    await ask(browser)
    mail = await mailbox.newest()
    for left in (4, 3, 2, 1):
        assert (await browser.send("/sign-in/sent", code=wrong(mail.code))).status_code == 422
        more = f"You can try {left} more time{'s' * (left > 1)}"
        assert browser.problems == [f"This is not the code from the newest email. {more}"]
    assert (await browser.send("/sign-in/sent", code=wrong(mail.code))).status_code == 410
    assert browser.heading == "Too many wrong codes"
    assert (await browser.send("/sign-in/sent", code=mail.code)).status_code == 410
    assert (await browser.send(mail.link, code=mail.code)).status_code == 410
    assert not await is_signed_in(browser)


async def test_guessing_codes_is_stopped_however_many_sign_ins_are_asked_for(front: Front, alice: int) -> None:
    statuses = []
    for round in range(13):
        browser = Browser(front)
        await ask(browser, f"somebody{round}@example.org")
        statuses += [(await browser.send("/sign-in/sent", code="0000 0000")).status_code for _ in range(5)]
    assert statuses.count(429) == 65 - 60
    assert set(statuses) == {422, 410, 429}
    assert int((await browser.send("/sign-in/sent", code="0000 0000")).headers["retry-after"]) <= 60


async def test_an_unknown_address_gets_the_same_answer(front: Front, mailbox: Mailbox, alice: int) -> None:
    answers = []
    for address in ("alice@example.org", "nobody@example.org"):
        browser = Browser(front)
        await ask(browser, address)
        shown = [browser.page]
        for _ in range(6):
            await browser.send("/sign-in/sent", code="1234 5678")
            shown.append(browser.page)
        answers.append([page.replace(address, "ADDRESS") for page in shown])
    assert answers[0] == answers[1]
    assert [mail.address for mail in await mailbox.mails()] == ["alice@example.org"]


async def test_an_unknown_address_is_the_same_work(
    front: Front, alice: int, statements: list[str], database: Database
) -> None:
    done = []
    for address in ("alice@example.org", "nobody@example.org"):
        statements.clear()
        await Browser(front).send("/sign-in", address=address, next="/")
        done.append(list(statements))
    assert done[0] == done[1]
    assert len(done[0]) >= 4


async def test_somebody_who_was_stopped_cannot_sign_in(
    front: Front, mailbox: Mailbox, database: Database, clock: FixedClock, alice: int
) -> None:
    browser = Browser(front)
    await ask(browser)
    mail = await mailbox.newest()
    await add_person(database, "Root", Role.ADMIN)
    await stop(database, alice, clock)
    assert (await browser.send(mail.link)).status_code == 409
    assert not await is_signed_in(browser)
    await ask(browser)
    async with database.reading() as db:
        assert (await db.exec(select(SignIn.person_id).order_by(col(SignIn.id).desc()))).first() is None


async def test_asking_for_one_address_is_limited_and_locks_nobody_out(
    front: Front, mailbox: Mailbox, clock: FixedClock, alice: int
) -> None:
    for _ in range(10):
        await ask(Browser(front))
    browser = Browser(front)
    answer = await browser.send("/sign-in", address="Alice@Example.org", next="/editor")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) == 360
    assert browser.problems == ["That was too often. Wait 6 minutes, then try again."]
    assert 'value="Alice@Example.org"' in browser.page
    # Somebody else used her allowance up: what they made arrive in her mailbox signs her in all the same.
    mail = await mailbox.newest()
    assert (await browser.send(mail.link, code=mail.code)).status_code == 303
    clock.move(6 * MINUTE)
    await ask(Browser(front))


async def test_trying_a_list_of_addresses_is_limited(front: Front, alice: int) -> None:
    browser = Browser(front)
    answers = [await browser.send("/sign-in", address=f"person{n}@example.org") for n in range(41)]
    assert [answer.status_code for answer in answers] == [303] * 40 + [429]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "Enter your email address"),
        ("alice", "Enter an email address in the correct format, like name@example.com"),
        ("alice@example.org\r\nBcc: all@example.org", "Email address must be one line"),
        ("alice@example.org, bob@example.org", "Enter an email address in the correct format, like name@example.com"),
        ("Alice <alice@example.org>", "Enter an email address in the correct format, like name@example.com"),
        ("a" * 600, "Email address must be 500 characters or fewer: it has 600"),
    ],
)
async def test_a_malformed_address_is_shown_again_with_what_to_do(
    front: Front, database: Database, typed: str, problem: str
) -> None:
    browser = Browser(front)
    answer = await browser.send("/sign-in", address=typed, next="/editor")
    assert answer.status_code == 422
    assert browser.problems == [problem]
    assert 'value="/editor"' in browser.page
    assert typed.replace("<", "&lt;").replace(">", "&gt;") in answer.text
    async with database.reading() as db:
        assert not (await db.exec(select(SignIn))).all()


@pytest.mark.parametrize(
    "spoilt",
    [
        "/sign-in/link/1/x",
        "/sign-in/link/99/x",
        "/sign-in/link/99999999999999999999/x",
        "/sign-in/link/-1/%00",
        "/sign-in/link/²/x",
    ],
)
async def test_a_link_that_was_cut_off_is_explained(front: Front, alice: int, spoilt: str) -> None:
    browser = Browser(front)
    await ask(browser)
    for answer in (await browser.get(spoilt), await browser.send(spoilt, code="1234 5678")):
        assert answer.status_code == 404
        assert browser.heading == "This link cannot be used"
    assert browser.token == ""


@pytest.mark.parametrize(
    "next",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/\r\nLocation: https://evil.example",
        "/sign-out",
        "/sign-in?next=/sign-in",
        f"/{'a' * 2000}",
        "/é",
    ],
)
async def test_signing_in_leads_to_no_other_website(front: Front, mailbox: Mailbox, alice: int, next: str) -> None:
    browser = Browser(front)
    await ask(browser, next=next)
    answer = await browser.send((await mailbox.newest()).link)
    assert answer.headers["location"] == "/account"
    assert (await browser.get("/sign-in?next=//evil.example")).headers["location"] == "/account"


async def test_who_asks_for_a_page_behind_the_sign_in_comes_back_to_it(
    front: Front, mailbox: Mailbox, alice: int
) -> None:
    browser = Browser(front)
    await browser.follow(await browser.get("/people?x=1&y=2"))
    assert 'name="next" value="/people?x=1&amp;y=2"' in browser.page
    await ask(browser, next="/people?x=1&y=2")
    answer = await browser.send((await mailbox.newest()).link)
    assert answer.headers["location"] == "/people?x=1&y=2"


async def test_a_session_that_somebody_planted_is_not_taken_over(
    front: Front, mailbox: Mailbox, database: Database, alice: int
) -> None:
    mallory = await signed_in(front, database, "Mallory")
    planted = mallory.client.cookies[SESSION]
    for value in (planted, "chosen-by-an-attacker"):
        browser = Browser(front)
        browser.client.cookies.set(SESSION, value, domain="tracker.test")
        await ask(browser)
        assert (await browser.send((await mailbox.newest()).link)).status_code == 303
        assert await is_signed_in(browser)
        assert browser.client.cookies.get(SESSION, domain="tracker.test", path="/") != value
        stolen = Browser(front)
        stolen.client.cookies.set(SESSION, value, domain="tracker.test")
        assert not await is_signed_in(stolen)


async def test_the_database_holds_nothing_that_signs_in(
    front: Front, mailbox: Mailbox, database: Database, alice: int
) -> None:
    browser = Browser(front)
    await ask(browser)
    mail = await mailbox.newest()
    asking = browser.client.cookies["tracker-asking"].partition(".")[0]
    await browser.send(mail.link)
    secrets = [browser.client.cookies[SESSION], asking, mail.link.rsplit("/", 1)[1], mail.code.replace(" ", "")]
    async with database.reading() as db:
        rows = [*(await db.exec(select(SignIn))).all(), *(await db.exec(select(LoginSession))).all()]
        rows += (await db.exec(select(Audited))).all()
    kept = " ".join(str(row.model_dump()) for row in rows)
    assert [secret for secret in secrets if secret in kept] == []
    assert "signed in" in kept


async def test_cookies_can_be_read_by_no_script_and_are_sent_by_no_other_website(
    database: Database, mailbox: Mailbox, front: Front, alice: int
) -> None:
    browser = Browser(front)
    answers = [await browser.send("/sign-in", address="alice@example.org")]
    answers.append(await browser.send((await mailbox.newest()).link))
    for header in [header for answer in answers for header in answer.headers.get_list("set-cookie")]:
        assert {"httponly", "samesite=lax", "path=/"} <= set(header.lower().split("; "))
        assert "domain" not in header.lower()


async def test_on_https_cookies_are_bound_to_this_host(front: Front, database: Database, clock: FixedClock) -> None:
    settings = replace(SETTINGS, public_url="https://tracker.test")
    secure = create_app(settings, database=database, clock=clock, keeper=front.keeper)
    header = (await Browser(secure).send("/sign-in", address="alice@example.org")).headers["set-cookie"]
    assert header.startswith("__Host-tracker-asking=")
    assert "secure" in header.lower().split("; ")


async def test_a_session_ends_when_it_is_not_used(
    front: Front, database: Database, clock: FixedClock, alice: int
) -> None:
    browser = await signed_in(front, database, "Bob")
    for _ in range(5):
        clock.move(IDLE - MINUTE)
        assert await is_signed_in(browser)
    clock.move(IDLE)
    assert not await is_signed_in(browser)


async def test_a_session_ends_after_a_working_day_however_busy(
    front: Front, database: Database, clock: FixedClock
) -> None:
    browser = await signed_in(front, database, "Bob")
    for _ in range(LONGEST // (30 * MINUTE) - 1):
        clock.move(30 * MINUTE)
        assert await is_signed_in(browser)
    clock.move(30 * MINUTE)
    assert not await is_signed_in(browser)


async def stop(database: Database, person_id: int, clock: FixedClock) -> None:
    async with database.writing() as db:
        await people.stop(db, person_id, by=None, now=clock())


@pytest.fixture
def mailbox(database: Database, clock: FixedClock) -> Mailbox:
    return Mailbox(database, clock)


@pytest_asyncio.fixture
async def alice(database: Database) -> int:
    return await add_person(database, "Alice", Role.EDITOR)


@pytest.fixture
def statements(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    yield said
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)
