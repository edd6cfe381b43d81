"""Rights: every route by everybody, and what another website, an old page or a forged cookie can do."""

import html
import re
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from litestar.handlers import BaseRouteHandler
from msgspec.structs import replace

from tests.apps import framework_of
from tests.browsers import ADDRESS, Browser, holding, signed_in
from tests.conftest import NOON, SETTINGS, FixedClock
from tracker.accounts import people, sessions
from tracker.accounts.models import HeldRole
from tracker.accounts.policies import OF_AUTHORITY, Role, held
from tracker.app import create_app
from tracker.db import Database
from tracker.web.front import Front
from tracker.web.origins import UNSAFE
from tracker.web.policies import CROSS_SITE, policy_of, routes

EVERYBODY = "everybody"
WHOEVER_IS_SIGNED_IN = frozenset(Role)
ADMINS = frozenset({Role.ADMIN})
WRITERS = frozenset({Role.EDITOR, Role.ORGANISATION_AUTHOR})
RIGHTS: tuple[tuple[str, frozenset[Role] | str], ...] = (
    ("/account", WHOEVER_IS_SIGNED_IN),
    ("/benchmark/questions", EVERYBODY),
    ("/benchmark/questions.docx", EVERYBODY),
    ("/benchmark/questions.json", EVERYBODY),
    ("/benchmark/terms", EVERYBODY),
    ("/benchmark/", frozenset(OF_AUTHORITY)),
    ("/benchmark", WHOEVER_IS_SIGNED_IN),
    ("/editor/audit", frozenset({Role.ADMIN, Role.EDITOR})),
    ("/editor/correct", WRITERS),
    ("/editor/entries", WRITERS),
    ("/editor", frozenset({Role.EDITOR})),
    ("/metrics", ADMINS),
    ("/operator", ADMINS),
    ("/organisation", frozenset({Role.ORGANISATION_AUTHOR})),
    ("/people", ADMINS),
    ("/", EVERYBODY),
)
"""Who may use what, written by hand: the first that an address begins with counts."""
OF = {Role.ORGANISATION_AUTHOR: "Kinship", **dict.fromkeys(OF_AUTHORITY, "kent")}
CASES = [None, *Role]
ONE_ENGINE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For what is decided before a database is asked: the other tests here are for both."""


def routes_of(front: Front) -> list[tuple[str, str, BaseRouteHandler]]:
    return routes(framework_of(front))


def wanted(path: str) -> frozenset[Role] | str:
    """Who may use an address."""
    return next(who for start, who in RIGHTS if path == start or path.startswith(f"{start.rstrip('/')}/"))


def filled(path: str) -> str:
    """An address with something in the place of each parameter that leads to nothing."""
    return re.sub(r"{[^}]+}", "0", path)


async def with_roles(front: Front, database: Database, name: str, roles: Iterable[str], number: int) -> list[Browser]:
    """Browsers of somebody with these roles, each with a session of its own: some routes sign out.

    As rows: nobody is given all of them at once.
    """
    async with database.writing() as db:
        person = await people.add_person(db, f"{name}@example.org", name=name, by=None, now=NOON)
        for role in map(Role, roles):
            db.add(HeldRole(person_id=person.id or 0, role=role, of=OF.get(role, ""), given_at=NOON))
        await db.flush()
        made = [await sessions.start(db, person.id or 0, now=NOON) for _ in range(number)]
    return [holding(front, session) for session in made]


@ONE_ENGINE
@pytest.mark.parametrize("role", CASES, ids=lambda role: role or "a stranger")
async def test_every_route_lets_in_whom_it_is_for_and_nobody_else(
    local: Front, database: Database, role: Role | None, subtests: pytest.Subtests
) -> None:
    # The route that ends every session of somebody comes last.
    found = sorted(routes_of(local), key=lambda route: route[1].endswith("everywhere"))
    browsers = await with_roles(local, database, "alice", [role], len(found)) if role else [Browser(local)] * len(found)
    for browser, (method, path, _) in zip(browsers, found, strict=True):
        if method in UNSAFE:
            answer = await browser.send(filled(path))
        else:
            answer = await browser.client.request(method, filled(path))
        who = wanted(path)
        to_sign_in = answer.headers.get("location", "").startswith("/sign-in?next=")
        with subtests.test(msg=f"{method} {path}"):
            if who == EVERYBODY or role in who:
                assert answer.status_code not in (401, 403, 405, 500)
                assert not to_sign_in
            elif role is None:
                assert to_sign_in or (method in UNSAFE and answer.status_code == 401)
            else:
                assert answer.status_code == 403


@ONE_ENGINE
async def test_a_form_behind_the_sign_in_needs_the_token_of_its_session(
    local: Front, database: Database, subtests: pytest.Subtests
) -> None:
    behind = [path for method, path, handler in routes_of(local) if method in UNSAFE and policy_of(handler).signed_in]
    assert len(behind) > 5
    (alice,) = await with_roles(local, database, "alice", Role, 1)
    (mallory,) = await with_roles(local, database, "mallory", Role, 1)
    for path in behind:
        with subtests.test(msg=path):
            assert (await alice.send_bare(filled(path))).status_code == 403
            for token in ("", "forged", mallory.token, "é"):
                assert (await alice.send(filled(path), token=token)).status_code == 403
    assert (await alice.get("/account")).status_code == 200


@ONE_ENGINE
@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, id="another website's page"),
        pytest.param({"sec-fetch-site": "same-site", "origin": "https://other.tracker.test"}, id="a neighbour's page"),
        pytest.param({"origin": "https://evil.example"}, id="another website, in an old browser"),
        pytest.param({"origin": "null"}, id="a page in a frame without an origin"),
        pytest.param({"origin": "http://["}, id="an origin that is none"),
        pytest.param({"sec-fetch-site": "cross-site", "origin": ADDRESS}, id="what the browser says counts first"),
    ],
)
async def test_no_form_is_taken_from_another_website(
    local: Front, database: Database, headers: dict[str, str], subtests: pytest.Subtests
) -> None:
    (alice,) = await with_roles(local, database, "alice", Role, 1)
    for method, path, handler in routes_of(local):
        if method in UNSAFE and not handler.opt.get(CROSS_SITE):
            with subtests.test(msg=f"{method} {path}"):
                answer = await alice.send_bare(filled(path), **headers)
                assert (answer.status_code, "another website" in answer.text) == (403, True)
    assert (await alice.get("/account")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="a program, which says nothing"),
        pytest.param({"sec-fetch-site": "same-origin", "origin": "null"}, id="our page, its origin hidden"),
        pytest.param({"origin": ADDRESS}, id="our page in an old browser"),
    ],
)
async def test_a_form_of_ours_is_taken(front: Front, headers: dict[str, str]) -> None:
    assert (await Browser(front).send_bare("/sign-in", **headers)).status_code == 422


async def test_what_was_typed_is_not_lost_with_the_session(local: Front, database: Database, clock: FixedClock) -> None:
    root = await signed_in(local, database, "Root", Role.ADMIN)
    clock.move(timedelta(hours=3))
    typed = {"name": 'Al "<b>', "address": "al@example.org", "role": "editor", "organisation": "one\r\ntwo"}
    assert (await root.send("/people", **typed)).status_code == 401
    assert root.heading == "Sign in to send this"
    assert hidden(root.page) == typed
    again = await signed_in(local, database, "Again", Role.ADMIN)
    async with database.writing() as db:
        await sessions.note_seen(db, 2, now=clock())
    assert (await again.send("/people", **{**hidden(root.page), "token": root.token})).status_code == 403
    assert again.heading == "Send it again"
    kept = hidden(again.page)
    assert kept.pop("token") == again.token
    assert kept == typed
    assert (await again.send("/people", **kept)).status_code == 303


async def test_a_form_that_no_browser_vouches_for_is_not_offered_again(front: Front, database: Database) -> None:
    alice = await signed_in(front, database, "Alice")
    answer = await alice.send_bare("/account/sign-out-everywhere")
    assert (answer.status_code, alice.heading) == (403, "You do not have the right to do this")
    assert "token" not in answer.text


async def test_another_website_signs_nobody_out(front: Front, database: Database) -> None:
    alice = await signed_in(front, database, "Alice")
    assert (await alice.send_bare("/sign-out", **{"sec-fetch-site": "cross-site"})).status_code == 403
    assert (await alice.get("/account")).status_code == 200


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "é", "../../etc/passwd", "' OR 1=1 --"])
async def test_a_forged_cookie_opens_nothing(front: Front, cookie: str) -> None:
    answer = await Browser(front).client.get("/account", headers={b"cookie": f"tracker-session={cookie}".encode()})
    assert answer.status_code == 303


async def test_pages_that_anybody_reads_set_and_read_no_cookie(front: Front, database: Database) -> None:
    alice = await signed_in(front, database, "Alice")
    stranger = Browser(front)
    for path in ("/", "/announcements/14?as_at=2024-07-01", "/search?q=kinship", "/cookies", "/sign-in", "/nothing"):
        mine, theirs = await alice.get(path), await stranger.get(path)
        assert "set-cookie" not in mine.headers
        assert "set-cookie" not in theirs.headers
        assert mine.content == theirs.content or path == "/sign-in"


def test_who_runs_the_tracker_is_never_given_what_is_an_authoritys() -> None:
    for ours in (Role.ADMIN, Role.EDITOR):
        for theirs in OF_AUTHORITY:
            with pytest.raises(ValueError, match="not for who runs the tracker"):
                held(theirs, ours)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form."""
    form = page.partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture
def local(site: Front, database: Database, clock: FixedClock, tmp_path: Path) -> Front:
    """The app as it is tried out on one machine: with every route there can be."""
    settings = replace(SETTINGS, public_url="http://localhost:8000", hosts=("tracker.test",), data_dir=tmp_path)
    return create_app(settings, database=database, clock=clock, keeper=site.keeper)
