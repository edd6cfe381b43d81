"""Every address of one authority's benchmark, from the table of routes, tried by everybody who takes no part in it.

They are answered exactly as for a council that does not exist: the same status, the same headers, the same bytes, and
the same reading of the database, so that the time it takes says nothing either.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from tests.apps import framework_of
from tests.benchmark import make
from tests.browsers import SECRETS, Browser, add_person, opened, signed_in
from tests.conftest import NOON, FixedClock
from tracker.accounts.policies import OF_AUTHORITY, Role
from tracker.authorities.files import authorities
from tracker.benchmark.jobs import close_rounds
from tracker.benchmark.models import AccessRequest, Flag, PlanAction
from tracker.benchmark.pages.access import person_mark
from tracker.benchmark.schemas import LEVELS
from tracker.db import Database
from tracker.web.front import Front
from tracker.web.origins import UNSAFE
from tracker.web.policies import policy_of, routes

KENT, NO_COUNCIL, BEXLEY = "kent", "kemt", "bexley"
"""One with a benchmark, one that does not exist and is as long, and somebody else's."""
MARK = "Zyzzyx"
"""In everything that Kent's people typed."""
OURS = ("2026-04", "2026-10")
REQUEST = "4f2a8c0e9b7d6135"
"""The mark of who asks for access to Kent."""
TABLES = re.compile(
    r"\b(assessment|answer|plan_action|action_update|flag|comparison|closing|access_request|benchmark_letter"
    r"|benchmark_cursor)\b"
)
NAMED = re.compile("{(number|mark)")
"""In addresses of what is only there when somebody has made it."""
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what is decided before a database is asked."""
STRANGERS: dict[str, tuple[tuple[Role, ...], str] | None] = {
    "everything, of another authority": (OF_AUTHORITY, BEXLEY),
    "a reader of another authority": ((Role.READER,), BEXLEY),
    "an admin": ((Role.ADMIN,), ""),
    "an editor": ((Role.EDITOR,), ""),
    "an organisation’s author": ((Role.ORGANISATION_AUTHOR,), "Kinship"),
    "somebody without a role": ((), ""),
    "nobody who is signed in": None,
}


def addresses(front: Front) -> list[tuple[str, str]]:
    """Method and address of every route of one authority's benchmark, with {} where the authority is named."""
    found = []
    for method, path, handler in routes(framework_of(front)):
        # HEAD is answered by who answers GET.
        if re.match(r"/benchmark/{", path) and policy_of(handler).signed_in and method != "HEAD":
            found.append((method, re.sub(r"{[^}]+}", "{}", path, count=1)))
    assert len(found) > 20
    return found


def filled(path: str, authority: str, number: str = "1") -> str:
    """An address of this authority; what else it names is there in Kent's benchmark."""
    request = REQUEST if number == "1" else REQUEST[::-1]
    marked = request if "requests" in path else person_mark(SECRETS, KENT, int(number))
    parts = {"round": "2026-10", "criterion": "1", "mark": marked}
    return re.sub(r"{(\w+)[^}]*}", lambda found: parts.get(found[1], number), path.replace("{}", authority, 1))


async def arrange(database: Database) -> int:
    """Kent with all that a benchmark holds; returns its lead, who has everything there."""
    lead = await add_person(database, MARK, *OF_AUTHORITY, of=KENT)
    async with database.writing() as db:
        for round in OURS:
            levels = {item.key: LEVELS[place % 4] for place, item in enumerate(make.criteria(KENT))}
            made = await make.sign(db, KENT, round, levels)
        common = {"authority": KENT, "criterion": "1"}
        db.add(
            PlanAction(
                **common,
                number=1,
                version=1,
                title=MARK,
                owner_id=lead,
                status_on=NOON.date(),
                made_at=NOON,
                made_by=lead,
            )
        )
        about = f"answer/{made.round}/1"
        db.add(Flag(**common, about=about, cause="change/1", happened_on="2026-10-11", said=MARK, raised_at=NOON))
        db.add(
            AccessRequest(
                authority=KENT,
                mark=REQUEST,
                address="x@elsewhere.example",
                name=MARK,
                asked_at=NOON,
                proved_at=NOON,
                outcome="waits",
            )
        )
    await close_rounds(database, FixedClock(datetime(2027, 4, 1, 1, tzinfo=UTC)), SECRETS)
    return lead


@contextmanager
def reading(database: Database) -> Iterator[list[str]]:
    """Every statement that is run meanwhile."""
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


async def asked(browser: Browser, method: str, path: str) -> httpx.Response:
    """An answer to a page that is opened, or to a form that is sent with a right token."""
    if method in UNSAFE:
        fields = {"level": "leading", "sentence": "Ours now", "after": "0", "name": "Mallory", "act": "give"}
        return await browser.send(path, **fields)
    return await browser.client.request(method, path)


def seen(answer: httpx.Response, authority: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """Everything of an answer that can be told from outside, wherever it repeats the name that was asked for."""
    headers = [(name, value.replace(authority, "…")) for name, value in answer.headers.multi_items()]
    return answer.status_code, headers, answer.content.replace(authority.encode(), "…".encode())


@ONE_ENGINE
@pytest.mark.parametrize("stranger", STRANGERS)
async def test_an_authority_is_answered_for_as_a_council_that_does_not_exist(
    front: Front, database: Database, stranger: str, subtests: pytest.Subtests
) -> None:
    await arrange(database)
    who = STRANGERS[stranger]
    browser = await signed_in(front, database, "Mallory", *who[0], of=who[1]) if who else Browser(front)
    for method, path in addresses(front):
        for number in ("1", "2") if NAMED.search(path) else ("1",):
            answers, read = [], []
            for authority in (KENT, NO_COUNCIL):
                with reading(database) as statements:
                    answer = await asked(browser, method, filled(path, authority, number))
                answers.append(seen(answer, authority))
                read.append(statements)
            with subtests.test(msg=f"{method} {path} {number}"):
                assert answers[0] == answers[1]
                assert answers[0][0] in ({404} if who and who[1] == BEXLEY else {303, 401, 403})
                assert MARK.encode() not in answers[0][2]
                assert read[0] == read[1]
                assert not any(TABLES.search(statement) for statement in read[0])


@ONE_ENGINE
async def test_its_own_people_are_answered_by_the_same_addresses(
    front: Front, database: Database, subtests: pytest.Subtests
) -> None:
    # Otherwise the test above would prove nothing.
    browser = await opened(front, database, await arrange(database))
    for method, path in addresses(front):
        if method == "GET":
            with subtests.test(msg=path):
                answer = await asked(browser, method, filled(path, KENT))
                assert answer.status_code in (200, 303, 409), answer.text


@ONE_ENGINE
async def test_what_is_another_authority_s_is_not_found_at_one_s_own_address(
    front: Front, database: Database, subtests: pytest.Subtests
) -> None:
    await arrange(database)
    browser = await signed_in(front, database, "Mallory", *OF_AUTHORITY, of=BEXLEY)
    async with database.writing() as db:
        await make.sign(db, BEXLEY, "2026-10", {})
    for method, path in addresses(front):
        if NAMED.search(path):
            named = [filled(path, BEXLEY, number) for number in ("1", "9")]
            theirs, nobodys = [await asked(browser, method, address) for address in named]
            with subtests.test(msg=f"{method} {path}"):
                assert theirs.status_code == 404
                assert theirs.text.replace(named[0], "") == nobodys.text.replace(named[1], "")


@ONE_ENGINE
async def test_nothing_of_a_benchmark_is_public_found_counted_or_logged(
    live: Front, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    admin = await signed_in(live, database, "Root", Role.ADMIN)
    paths = public_paths(live)
    before = {path: (await Browser(live).get(path)).text for path in paths}
    figures = names(await admin.get("/metrics"))
    with caplog.at_level(logging.DEBUG, logger="tracker"):
        lead = await arrange(database)
        await live.keeper.refresh()
        browser = await opened(live, database, lead)
        for path in (f"/benchmark/{KENT}", f"/benchmark/{KENT}/rounds/2026-10"):
            await browser.get(path)
    after = {path: (await Browser(live).get(path)).text for path in paths}
    assert {path for path in paths if before[path] != after[path]} == set()
    # Not what the test's own browser logs, where another test has asked for it.
    logged = " ".join(entry.getMessage() for entry in caplog.records if entry.name not in ("httpx", "httpcore"))
    assert MARK not in logged
    assert KENT not in logged
    assert names(await admin.get("/metrics")) == figures
    assert not re.search("benchmark|assessment|authorit", " ".join(figures))


def public_paths(front: Front) -> Sequence[str]:
    """Pages on which something of an authority could stand."""
    own = [f"/authorities/{authority.key}" for authority in authorities()[:2]]
    assert front
    return (
        "/", "/search?q=Kent", f"/search?q={MARK}", "/sitemap.xml", "/authorities", "/authorities.csv", *own,
        f"/authorities/{KENT}", f"/authorities/{KENT}/access", "/api/v1/authorities", f"/api/v1/authorities/{KENT}",
        "/changes", "/feeds", "/benchmark/questions", "/people", "/privacy",
    )  # fmt: skip


def names(answer: httpx.Response) -> set[str]:
    """Names and labels of the figures."""
    assert answer.status_code == 200
    return {line.rpartition(" ")[0] for line in answer.text.splitlines() if not line.startswith("#")}
