"""Change notes: matched by the second or not at all, asked for again with patience, and kept with the text."""

import zlib
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlmodel import select

from tests.watch.shown import DAY, HOUR, ITEM, NOW, entry, known_of, source, version
from tracker.db import Database
from tracker.watch import queries
from tracker.watch.items import Look, sighting
from tracker.watch.keep_notes import Kept, due_notes, keep_notes
from tracker.watch.matching.match import Suggestion as Proposal
from tracker.watch.models import Host, PageSnapshot, Sighting, Source, Suggestion
from tracker.watch.notes import Awaited, Settled, settle_note
from tracker.watch.text import digest
from tracker.watch.versions import KnownItem, NewSighting, SourceState, at

HISTORY = ((NOW - 400 * DAY, "First published."), (NOW - 2 * HOUR, "Added a table."), (NOW - HOUR, "Added a form."))
RELEVANT = (Proposal(strategy="championing-kinship-care", announcement=8, score=0.9, reasons=("It says so.",)),)


def shown(published_at: datetime | None, **given: Any) -> NewSighting:
    look = Look(spec=source("finder"), state=SourceState(read_at=NOW), now=NOW)
    known = KnownItem(item=ITEM, versions=())
    name = given.pop("name", at(published_at) if published_at else "")
    withdrawn = name.startswith("withdrawn")
    return sighting(look, entry(published_at, note_is="awaited", **given), known, version=name, withdrawn=withdrawn)


def awaited(
    published_at: datetime | None = NOW - HOUR, *, tries: int = 0, age: timedelta = HOUR, **given: Any
) -> Awaited:
    return Awaited(id=7, source="finder", tries=tries, seen_at=NOW - age, sighting=shown(published_at, **given))


def page(**given: Any) -> Any:
    said = {"text": "Councils must publish it.", "history": HISTORY, "first_published_at": NOW - 400 * DAY}
    return entry(given.pop("published_at", NOW - HOUR), **(said | {"document_type": "guidance"} | given))


def settle(of: Awaited, found: Any, *rows: Any, began: datetime | None = NOW - 30 * DAY) -> Settled:
    known = known_of(*rows or [version(NOW - HOUR, id=7, note_is="awaited")])[ITEM]
    return settle_note(of, found, known, began=began, now=NOW)


def told(settled: Settled) -> tuple[str | None, str, datetime | None]:
    return settled.sighting.note, settled.sighting.note_is, settled.sighting.note_due_at


class TestSettling:
    def test_the_note_of_the_very_second_is_taken_and_the_page_is_read_on_the_way(self) -> None:
        settled = settle(awaited(), page(historic=True))
        assert told(settled) == ("Added a form.", "known", None)
        row = settled.sighting
        assert (row.document_type, row.historic, row.text) == ("guidance", True, "Councils must publish it.")
        assert row.first_published_at == NOW - 400 * DAY

    def test_a_second_beside_it_is_not_its_note(self) -> None:
        beside = (NOW - HOUR + timedelta(seconds=1), "Added a form.")
        settled = settle(awaited(), page(history=(beside,)), version(NOW - HOUR, id=7), version(beside[0], id=8))
        assert told(settled) == (None, "unknown", None)

    def test_what_is_published_for_the_first_time_need_not_have_one(self) -> None:
        settled = settle(awaited(), page(history=(), first_published_at=NOW - HOUR))
        assert told(settled) == (None, "none", None)

    def test_an_answer_from_before_the_version_is_asked_for_again(self) -> None:
        stale = page(published_at=NOW - 2 * HOUR, history=HISTORY[:2])
        settled = settle(awaited(), stale)
        assert told(settled) == (None, "awaited", NOW + timedelta(minutes=5))
        assert (settled.tries, settled.new) == (1, ())

    def test_the_text_of_a_later_version_is_not_taken_for_this_one(self) -> None:
        newer = page(note="Added a form.", note_is="known")
        settled = settle(awaited(NOW - 2 * HOUR), newer, version(NOW - 2 * HOUR, id=7, note_is="awaited"))
        assert told(settled) == ("Added a table.", "known", None)
        assert settled.sighting.text is None
        assert [(new.version, new.note, new.text) for new in settled.new] == [
            ("2026-11-22T11:00:00Z", "Added a form.", "Councils must publish it.")
        ]

    def test_versions_that_no_source_showed_are_found_on_the_way(self) -> None:
        (missed,) = settle(awaited(), page()).new
        assert (missed.version, missed.note, missed.note_is) == ("2026-11-22T10:00:00Z", "Added a table.", "known")
        assert settle(awaited(), page(), began=NOW - HOUR).new == ()

    def test_it_is_compared_with_the_last_text_before_it(self) -> None:
        rows = [version(NOW - n * DAY, id=n, has_snapshot=n != 6) for n in (3, 4, 6)]
        rows += [version(NOW - HOUR, id=7, note_is="awaited"), version(NOW, id=8, has_snapshot=True)]
        assert settle(awaited(), page(), *rows).sighting.before_id == 4

    def test_a_withdrawal_gets_its_reason_and_its_time(self) -> None:
        rows = [version(NOW - DAY, id=6), version(None, id=7, version="withdrawn", withdrawn=True, note_is="awaited")]
        waits = awaited(None, name="withdrawn")
        still_there = settle(waits, page(published_at=NOW - DAY, history=()), *rows)
        assert told(still_there) == (None, "awaited", NOW + timedelta(minutes=5))
        gone = page(published_at=NOW - DAY, history=(), withdrawn=True, withdrawn_at=NOW, withdrawn_note="Replaced.")
        settled = settle(waits, gone, *rows)
        assert told(settled) == ("Replaced.", "known", None)
        assert (settled.sighting.published_at, settled.sighting.text, settled.new) == (NOW, None, ())

    def test_a_withdrawal_that_nobody_told_of_is_an_event(self) -> None:
        gone = page(history=(), withdrawn=True, withdrawn_at=NOW, withdrawn_note="Replaced.")
        (event,) = settle(awaited(), gone).new
        assert (event.version, event.note, event.published_at) == ("withdrawn", "Replaced.", NOW)

    def test_a_page_that_was_withdrawn_before_we_began_is_flagged(self) -> None:
        of = awaited()
        of = msgspec.structs.replace(of, sighting=msgspec.structs.replace(of.sighting, baseline=True))
        rows = [version(NOW - HOUR, id=7, baseline=True, seen_at=NOW - HOUR)]
        settled = settle(of, page(history=(), withdrawn=True, withdrawn_at=NOW), *rows, began=NOW - HOUR)
        assert (settled.new, settled.found_withdrawn) == ((), True)

    def test_the_history_of_a_page_that_moved_still_holds_the_note(self) -> None:
        settled = settle(awaited(), page(item="gov.uk/elsewhere"))
        assert told(settled) == ("Added a form.", "known", None)
        assert settled.new == ()

    def test_a_note_that_is_known_stays_and_the_text_comes(self) -> None:
        of = awaited()
        of = msgspec.structs.replace(
            of, sighting=msgspec.structs.replace(of.sighting, note="From search", note_is="known")
        )
        settled = settle(of, page())
        assert told(settled) == ("From search", "known", None)
        assert settled.sighting.text is not None


@pytest.mark.parametrize(("tries", "wait"), [(0, 5), (1, 10), (3, 40), (6, 320), (7, 360), (50, 360)])
def test_what_cannot_be_had_is_asked_for_with_more_and_more_patience(tries: int, wait: int) -> None:
    settled = settle(awaited(tries=tries), None)
    assert told(settled) == (None, "awaited", NOW + timedelta(minutes=wait))
    assert settled.tries == tries + 1


def test_after_a_week_it_is_unknown() -> None:
    assert told(settle(awaited(tries=30, age=timedelta(days=6, hours=23)), None)) == (None, "unknown", None)
    known = awaited(tries=30, age=timedelta(days=8))
    known = msgspec.structs.replace(known, sighting=msgspec.structs.replace(known.sighting, note="A", note_is="known"))
    assert told(settle(known, None)) == ("A", "known", None)


class TestKeeping:
    async def test_only_what_is_due_at_this_host_is_asked_for_and_pages_stand_together(
        self, database: Database
    ) -> None:
        await put(database, shown(NOW - HOUR), shown(NOW, item="gov.uk/a"), shown(NOW - DAY))
        await put(database, shown(NOW - 2 * DAY), note_due_at=NOW + HOUR)
        await put(database, shown(NOW - 3 * DAY), note_url="https://www.gov.uk.example.org/api/content/x")
        async with database.reading() as db:
            due = await due_notes(db, "https://www.gov.uk", now=NOW)
            assert await due_notes(db, "https://www.gov.uk", now=NOW, most=1) == due[1:2]
        assert [each.sighting.note_url for each in due] == [
            "https://www.gov.uk/api/content/a",
            *["https://www.gov.uk/api/content/guidance/kinship"] * 2,
        ]
        assert due[1].sighting == shown(NOW - HOUR)

    async def test_note_text_and_suggestions_are_kept_together_and_once(self, database: Database) -> None:
        await put(database, shown(NOW - HOUR))
        kept = await answered(database, page(), RELEVANT)
        assert await keep(database, kept) == 1
        row, missed = await rows(database)
        assert (row.note, row.note_is, row.note_due_at, row.note_tries) == ("Added a form.", "known", None, 1)
        assert (row.offered, row.snapshot, row.document_type) == (True, digest("Councils must publish it."), "guidance")
        assert (missed.note, missed.offered, missed.source) == ("Added a table.", True, "finder")
        async with database.reading() as db:
            (snapshot,) = (await db.exec(select(PageSnapshot))).all()
            assert zlib.decompress(snapshot.text) == b"Councils must publish it."
            assert zlib.decompress(snapshot.body or b"") == b"{}"
            suggested = (await db.exec(select(Suggestion.sighting_id, Suggestion.announcement))).all()
        assert sorted(suggested) == [(row.id, 8), (missed.id, 8)]
        assert await keep(database, kept) == 0
        assert len(await rows(database)) == 2

    async def test_the_text_of_what_is_not_relevant_is_not_kept(self, database: Database) -> None:
        await put(database, shown(NOW - HOUR))
        await keep(database, await answered(database, page(), ()))
        row = (await rows(database))[0]
        assert (row.note_is, row.snapshot, row.offered) == ("known", None, False)
        assert row.text_digest == digest("Councils must publish it.")

    async def test_what_note_and_text_make_irrelevant_is_not_offered_any_more(self, database: Database) -> None:
        await put(database, shown(NOW - HOUR), offered=True)
        async with database.writing() as db:
            id = (await db.exec(select(Sighting.id))).one()
            db.add(
                Suggestion(sighting_id=id, strategy="championing-kinship-care", announcement=3, score=1, reasons="[]")
            )
        await keep(database, await answered(database, page(history=HISTORY[2:]), ()))
        (row,) = await rows(database)
        assert row.offered is False
        async with database.reading() as db:
            assert (await db.exec(select(Suggestion))).all() == []

    async def test_what_an_editor_has_decided_stays_and_the_note_comes(self, database: Database) -> None:
        await put(database, shown(NOW - HOUR), decision_id=5)
        await keep(database, await answered(database, page(history=HISTORY[2:]), RELEVANT))
        (row,) = await rows(database)
        assert (row.note, row.offered) == ("Added a form.", False)
        async with database.reading() as db:
            assert (await db.exec(select(Suggestion))).all() == []

    async def test_a_try_without_an_answer_changes_nothing_but_when_it_is_asked_again(self, database: Database) -> None:
        await put(database, shown(NOW - HOUR), offered=True)
        await keep(database, await answered(database, None, ()))
        (row,) = await rows(database)
        assert (row.note_is, row.note_tries, row.note_due_at) == ("awaited", 1, NOW + timedelta(minutes=5))
        assert row.offered is True

    async def test_what_is_evidence_on_record_is_not_offered(self, database: Database) -> None:
        await put(database, shown(NOW - HOUR))
        kept = await answered(database, page(history=HISTORY[2:]), RELEVANT)
        await keep(database, [msgspec.structs.replace(each, is_recorded=True) for each in kept])
        assert [row.offered for row in await rows(database)] == [False]

    async def test_the_next_version_is_compared_with_the_text_before(self, database: Database) -> None:
        await put(database, shown(NOW - DAY))
        await keep(database, await answered(database, page(published_at=NOW - DAY, history=()), RELEVANT))
        await put(database, shown(NOW - HOUR))
        changed = page(text="Councils should publish it.", history=HISTORY[2:])
        await keep(database, await answered(database, changed, RELEVANT))
        first, second = await rows(database)
        assert (second.before_id, second.text_digest) == (first.id, digest("Councils should publish it."))


async def test_items_are_looked_up_many_at_a_time(database: Database) -> None:
    await put(database, *[shown(NOW, item=f"gov.uk/{number}") for number in range(3)])
    async with database.reading() as db:
        known = await queries.known_items(db, ["gov.uk/2", *[f"gov.uk/{number}" for number in range(40_000)]])
        assert await queries.began(db) == NOW
    assert sorted(known) == ["gov.uk/0", "gov.uk/1", "gov.uk/2"]


async def put(database: Database, *new: NewSighting, **given: Any) -> None:
    """Rows as a finder's first showing leaves them."""
    async with database.writing() as db:
        if await db.get(Source, "finder") is None:
            db.add(Host(name="https://www.gov.uk"))
            await db.flush()
            url, said = "https://www.gov.uk/x.atom", {"title": "t", "publisher": "p", "digest": "d"}
            more = {"link": url, "host": "https://www.gov.uk", "every_seconds": 1800, "due_at": NOW}
            db.add(Source(key="finder", kind="finder", url=url, **said, **more))
            await db.flush()
        for each in new:
            fields = {name: getattr(each, name) for name in NewSighting.__struct_fields__ if name != "text"}
            db.add(Sighting(**(fields | {"source": "finder", "seen_at": NOW} | given)))
            await db.flush()


async def answered(database: Database, found: Any, suggested: tuple[Proposal, ...]) -> list[Kept]:
    """What is due, settled by one answer."""
    async with database.reading() as db:
        due = await due_notes(db, "https://www.gov.uk", now=NOW)
        known = await queries.known_items(db, {ITEM})
    settled = [settle_note(each, found, known[ITEM], began=NOW - 30 * DAY, now=NOW) for each in due]
    return [
        Kept(settled=each, suggested=suggested, body=b"{}", others=tuple((new, suggested, False) for new in each.new))
        for each in settled
    ]


async def keep(database: Database, kept: list[Kept]) -> int:
    async with database.writing() as db:
        return await keep_notes(db, kept, now=NOW)


async def rows(database: Database) -> list[Sighting]:
    async with database.reading() as db:
        return list((await db.exec(select(Sighting).order_by(Sighting.id))).all())  # type: ignore[arg-type]
