"""Files and editors write one record: a load tells nobody unless asked, and never undoes what an editor put right."""

from datetime import date, timedelta

import msgspec

from tests.alerts.make import follower
from tests.conftest import NOON
from tests.editing.make import changes, entry, noted, person, rows
from tests.strategies.test_load import on_record
from tracker.accounts.policies import Role
from tracker.alerts.models import Delivery
from tracker.db import Database
from tracker.editing import actions
from tracker.editing.announce import announce_loaded
from tracker.editing.schemas import Entry
from tracker.strategies import facts
from tracker.strategies.checks import differences_from_files
from tracker.strategies.files import Folder
from tracker.strategies.load import Loaded, load
from tracker.strategies.models import Publication

SLUG = "harbour-lights"


async def put(database: Database, folder: Folder, *, alert: bool = False, days: int = 0) -> Loaded:
    now = NOON + timedelta(days=days)
    async with database.writing() as db:
        loaded = await load(db, folder, now=now)
        if alert:
            await announce_loaded(db, loaded.slug, loaded.changes, now=now)
        return loaded


def early(folder: Folder, *, until: date) -> Folder:
    """A folder as it was when only this much was known."""
    known = tuple(item for item in folder.history if item.fact.known_on <= until)
    return msgspec.structs.replace(folder, history=known)


async def publish(database: Database, content: Entry) -> actions.Outcome:
    async with database.writing() as db:
        alice = await person(db, f"Alice{len(await changes(database))}", Role.EDITOR)
        draft = await actions.start(db, content, strategy=SLUG, by=alice, now=NOON)
        done = await actions.publish(db, draft.id or 0, by=alice, now=NOON)
    assert done is not None
    assert done.returned is None
    return done


async def test_a_load_tells_nobody_unless_it_is_asked_to(empty_database: Database, harbour: Folder) -> None:
    async with empty_database.writing() as db:
        await follower(db, "ann@example.org")
    await put(empty_database, early(harbour, until=date(2025, 6, 1)), alert=True)
    assert await rows(empty_database, Publication) == []
    await put(empty_database, early(harbour, until=date(2025, 12, 1)))
    assert await rows(empty_database, Publication) == []
    loaded = await put(empty_database, harbour, alert=True)
    told = await rows(empty_database, Publication)
    quiet = [c for c in loaded.changes if isinstance(c.fact, facts.Reviewed)]
    assert len(told) == len(loaded.changes) - len(quiet)
    assert len(await rows(empty_database, Delivery)) == len(told)


async def correct(database: Database, key: str) -> facts.Corrected:
    """An editor puts the words of an event from a file right."""
    was = next(change for change in await changes(database) if change.key == key)
    assert not isinstance(was.fact, facts.Unknown)
    better = msgspec.structs.replace(was.fact, text="As an editor put it.")
    fact = facts.Corrected(
        about=was.fact.about, text="Corrected: As an editor put it.", happened_on="2026-11-22", known_on=NOON.date(),
        why="It said too much.", of=key, instead=msgspec.json.decode(facts.encode_fact(better)),
    )  # fmt: skip
    await publish(database, Entry(facts=(fact,)))
    return fact


async def test_what_an_editor_put_right_stands_when_the_files_are_loaded_again(
    empty_database: Database, harbour: Folder
) -> None:
    await put(empty_database, harbour)
    key = harbour.history[0].key
    await correct(empty_database, key)
    again = await put(empty_database, harbour, days=1)
    assert (again.corrected, again.appended, again.skipped) == (0, 0, len(harbour.history))
    async with empty_database.reading() as db:
        assert await differences_from_files(db, harbour) == []
    await on_record(empty_database)


async def test_a_file_that_is_altered_afterwards_still_needs_a_reason_and_then_holds(
    empty_database: Database, harbour: Folder
) -> None:
    await put(empty_database, harbour)
    first = harbour.history[0]
    await correct(empty_database, first.key)
    fact = msgspec.structs.replace(first.fact, text="As the file puts it now.")
    altered = msgspec.structs.replace(first, fact=fact, correction="The notice was read again")
    folder = msgspec.structs.replace(harbour, history=(altered, *harbour.history[1:]))
    assert (await put(empty_database, folder, days=1)).corrected == 1
    record = await on_record(empty_database)
    correction = record.changes[-1].fact
    assert isinstance(correction, facts.Corrected)
    assert correction.note == "Before: As an editor put it."


async def test_what_editors_recorded_is_not_missed_in_the_files(empty_database: Database, harbour: Folder) -> None:
    await put(empty_database, harbour)
    await publish(empty_database, entry(noted("1")))
    assert (await put(empty_database, harbour, days=1)).gone == ()
