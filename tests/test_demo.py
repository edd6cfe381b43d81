"""The demonstration: everything invented says so, on every page, and nobody real can be mixed up with it."""

import re
from datetime import timedelta

import httpx
import pytest
from msgspec.structs import replace
from sqlmodel import col, select

from tests.browsers import ADDRESS, add_person
from tests.conftest import NOON, SETTINGS, FixedClock
from tests.editing.make import changes, entry, noted, rows
from tests.processes import tracker
from tracker import demo
from tracker.accounts.models import Person
from tracker.accounts.policies import Role
from tracker.alerts.actions import email_destination
from tracker.alerts.models import Delivery, Destination
from tracker.app import create_app
from tracker.db import Database
from tracker.editing import actions
from tracker.editing.jobs import publish_due
from tracker.editing.models import Draft
from tracker.errors import Misconfigured
from tracker.site.documents import STANDING
from tracker.strategies.facts import INVENTED
from tracker.strategies.models import Publication
from tracker.watch.models import Sighting, Source, Suggestion
from tracker.web.front import Front

SAYS_SO = "Some entries, people and organisations in this copy are invented"


async def filled(database: Database) -> None:
    async with database.writing() as db:
        await demo.require_nobody_real(db)
        await demo.invent(db, now=NOON)


async def test_everything_invented_says_so(database: Database) -> None:
    before = len(await changes(database))
    await filled(database)
    (change,) = await changes(database, after=before)
    assert change.key.startswith(INVENTED)
    assert "Invented" in change.fact.text
    assert all("(invented)" in person.name and is_nobodys(person.address) for person in await rows(database, Person))
    found: list[Destination] = await rows(database, Destination)
    assert all(is_nobodys(row.address or "") or "(invented)" in row.name for row in found)
    for row in await rows(database, Draft):
        assert "Invented" in row.content
    (publication,) = await rows(database, Publication)
    assert "Invented" in publication.text


def is_nobodys(address: str) -> bool:
    return address.endswith("@example.invalid")


async def test_an_editor_finds_two_invented_sightings_in_the_queue(database: Database) -> None:
    await filled(database)
    open_ones = [row for row in await rows(database, Sighting) if row.offered]
    assert [(row.version, row.silent) for row in open_ones] == [("changed", False), ("silent", True)]
    assert all("(invented)" in row.title for row in open_ones)
    async with database.reading() as db:
        assert len((await db.exec(select(Suggestion))).all()) == 4
        (source,) = (await db.exec(select(Source))).all()
    assert source.retired_at is not None


async def test_a_follower_of_both_announcements_is_owed_one_message(database: Database) -> None:
    await filled(database)
    async with database.reading() as db:
        owed = await db.exec(
            select(Destination.address).join(Delivery, col(Delivery.destination_id) == col(Destination.id))
        )
        assert sorted(map(str, owed.all())) == [
            "follows-everything@example.invalid",
            "follows-two@example.invalid",
            "https://hooks.example.invalid/tracker",
        ]


async def test_one_entry_is_published_when_its_hold_ends_and_one_stays_a_draft(
    database: Database, clock: FixedClock
) -> None:
    await filled(database)
    assert len(await rows(database, Draft)) == 2
    clock.move(demo.HOLD - timedelta(seconds=1))
    assert await publish_due(database, clock) == "0 entries published, 0 given back"
    clock.move(timedelta(seconds=1))
    assert await publish_due(database, clock) == "1 entry published, 0 given back"
    (draft,) = await rows(database, Draft)
    async with database.writing() as db:
        outcome = await actions.publish(db, draft.id or 0, by=1, now=clock())
    assert outcome is not None
    assert outcome.returned is None


async def test_twice_is_once(database: Database) -> None:
    await filled(database)
    before = len(await changes(database)), len(await rows(database, Person)), len(await rows(database, Draft))
    await filled(database)
    assert (len(await changes(database)), len(await rows(database, Person)), len(await rows(database, Draft))) == before


async def test_every_page_says_that_it_shows_something_invented(database: Database, clock: FixedClock) -> None:
    await filled(database)
    front = create_app(SETTINGS, database=database, clock=clock)
    await front.keeper.refresh()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=front), base_url=ADDRESS) as client:
        own = ["/", "/changes", "/announcements/14", "/search?q=care", "/?as_at=2024-07-01", "/sign-in", "/nothing"]
        for path in (*own, *(f"/{name}" for name in STANDING)):
            page = (await client.get(path)).text
            assert SAYS_SO in page, path
            assert "application/ld+json" not in page, path
        assert "Demonstration, partly invented" in (await client.get("/about")).text


async def test_no_other_copy_says_so(site: Front, reader: httpx.AsyncClient) -> None:
    for path in ("/", "/sign-in", "/nothing"):
        assert SAYS_SO not in (await reader.get(path)).text


@pytest.mark.parametrize("real", ["a person", "a subscriber", "an entry"])
async def test_a_database_in_use_is_refused_and_left_alone(database: Database, real: str) -> None:
    if real == "a person":
        await add_person(database, "Alice", Role.ADMIN)
    async with database.writing() as db:
        if real == "a subscriber":
            await email_destination(db, "somebody@example.org", now=NOON)
    if real == "an entry":
        by = await add_person(database, "Alice", Role.EDITOR)
        async with database.writing() as db:
            draft = await actions.start(db, entry(noted("14")), strategy="championing-kinship-care", by=by, now=NOON)
            await actions.publish(db, draft.id or 0, by=by, now=NOON)
    before = len(await changes(database))
    with pytest.raises(Misconfigured, match="in use"):
        await filled(database)
    assert len(await changes(database)) == before


async def test_who_joins_a_demonstration_does_not_end_it(database: Database) -> None:
    await filled(database)
    await add_person(database, "Alice", Role.ADMIN)
    await filled(database)


def test_it_is_refused_in_production_and_where_mail_would_be_sent() -> None:
    for settings in (replace(SETTINGS, production=True), replace(SETTINGS, mail_url="smtp://127.0.0.1")):
        with pytest.raises(Misconfigured):
            demo.require_harmless(settings)
    done = tracker("demo", production="yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("tracker: TRACKER_PRODUCTION is on")


def test_its_welcome_names_everybody_who_can_sign_in() -> None:
    said = demo.welcome(SETTINGS)
    assert all(f"{local}@example.invalid" in said for local, *_ in demo.PEOPLE)
    assert "http://tracker.test/dev/mailbox" in said
    assert re.search(r"\beditor@example\.invalid +http://tracker\.test/editor +Edwin Editor \(invented\)", said)
