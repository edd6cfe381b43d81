"""The index: on both engines alike, in step with the record, mended by a load, and silent about who asks."""

import logging
import shutil
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from tests.conftest import ENGINES, HARBOUR, NOON, SETTINGS, Engines, FixedClock
from tests.strategies.test_search import API, SLUG, client, hits, page
from tests.test_migrate import UPGRADES, restored
from tracker.app import create_app
from tracker.db import Database
from tracker.migrate import migrate
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.checks import search_problems
from tracker.strategies.files import Folder, read_folder
from tracker.strategies.load import load
from tracker.strategies.search.hits import Hit, search
from tracker.strategies.search.index import Match, find
from tracker.strategies.search.query import read_query, stems

QUERIES = [
    "allowance",
    "“£16 million”",
    "Ofsted inspectors",
    '"statutory guidance" special guardian',
    "Virtual School Heads",
    "carer’s advocacy",
    "peer-support groups",
    "Bexley",
    "kinship",
    "spring 2024",
    "NOT (allowance OR therapy) NEAR/2 *",
    "what was the ambassador appointed for",
]


@pytest.mark.skipif(len(ENGINES) < 2, reason="TRACKER_TEST_DATABASE_URL is not set")
async def test_both_engines_find_the_same(engines: Engines, kinship: Folder) -> None:
    for question in QUERIES:
        found = {}
        for engine in ENGINES:
            database = Database(await engines.filled(engine, kinship))
            async with database.reading() as db:
                query = read_query(question)
                matches = await find(db, query, strategy=SLUG) or await find(db, query, strategy=SLUG, any_term=True)
            await database.close()
            found[engine] = sorted((row["place"], row["title"], row["text"]) for row in matches)
        assert found["sqlite"] == found["postgresql"] != [], question


VOCABULARY = {
    "sqlite": "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, searchable_words, row)",
    "postgresql": (
        "CREATE TEMPORARY VIEW vocabulary AS SELECT word AS term, ndoc AS doc "
        "FROM ts_stat('SELECT words FROM searchable')"
    ),
}


async def test_an_engine_holds_every_word_in_as_many_entries_as_have_it(
    engines: Engines, engine: str, kinship: Folder
) -> None:
    database = Database(await engines.filled(engine, kinship))
    async with database.reading() as db:
        connection = await db.connection()
        rows = (await connection.exec_driver_sql("SELECT title, title_words, text FROM searchable")).all()
        texts = [f"{row.title if row.title_words else ''} | {row.text}" for row in rows]
        expected = Counter(word for said in texts for word in set(stems(said)))
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql(VOCABULARY[engine])
        found = {row.term: row.doc for row in await connection.exec_driver_sql("SELECT term, doc FROM vocabulary")}
    assert found == dict(expected)
    assert len(found) > 1000
    await database.close()


async def test_what_stands_on_the_day_is_worked_out_beside_the_event_loop(database: Database) -> None:
    worked: list[str] = []

    def choose(matches: Sequence[Match]) -> list[Hit]:
        worked.append(threading.current_thread().name)
        return [Hit(id=match.id, row=match.row, announcements=()) for match in matches]

    def link(path: str) -> str:
        worked.append(threading.current_thread().name)
        return path

    query = read_query("allowance")
    found = await search(database, query, strategy=SLUG, choose=choose, kind=None, offset=0, limit=3, link=link)
    assert len(found.items) == 3
    assert len(worked) == 4
    assert all(name.startswith("render") for name in worked)


async def test_a_change_recorded_now_is_found_on_the_next_request(database: Database) -> None:
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with client(front) as reader:
        assert await hits(reader, "quokka") == []
        proof = facts.Evidence(title="A paper on wombats", publisher="Somebody")
        fact = facts.Noted(
            text="A quokka was seen", happened_on="2026-11-22", known_on=NOON.date(), about=("14",), evidence=(proof,)
        )
        async with database.writing() as db:
            await append(db, await lock_head(db), [NewChange(strategy=SLUG, key="quokka", fact=fact)], now=NOON)
        assert await front.keeper.refresh()
        (hit,) = await hits(reader, "quokka")
        assert hit["url"] == f"/announcements/14#change-{hit['seq']}"
        assert [found["url"] for found in await hits(reader, "wombats")] == [hit["url"]]
        assert "<mark>quokka</mark>" in await page(reader, "quokkas")
    async with database.reading() as db:
        assert await search_problems(db) == []


async def test_a_database_that_is_busy_is_not_taken_for_a_broken_search(database: Database) -> None:
    if database.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite's full text is asked by a write")
    async with database.reading() as db:
        await find(db, read_query("guidance"), strategy=SLUG)
        async with database.writing() as other:  # as a worker does beside “tracker check”
            await (await other.connection()).execute(sql("UPDATE searchable SET text = text"))
        with pytest.raises(OperationalError, match="locked"):
            await search_problems(db)
    async with database.writing() as db:
        assert await search_problems(db) == []


def edited(folder: Path, file: str, old: str, new: str) -> Folder:
    path = folder / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return read_folder(folder)


async def test_a_corrected_wording_takes_the_place_of_the_old_one_and_the_old_leads_to_the_correction(
    empty_database: Database, tmp_path: Path
) -> None:
    shutil.copytree(HARBOUR, tmp_path / "harbour-lights")
    folder = tmp_path / "harbour-lights"
    async with empty_database.writing() as db:
        await load(db, read_folder(folder), now=NOON)
        changed = edited(folder, "announcements/01.toml", "lamp wardens", "ptarmigan keepers")
        await load(db, changed, now=NOON + timedelta(days=1))
    front = create_app(SETTINGS, database=empty_database, clock=FixedClock(NOON + timedelta(days=1)))
    await front.keeper.refresh()
    async with client(front) as reader:
        first = "/announcements/1#wording-1"
        assert first in [hit["url"] for hit in await hits(reader, '"ptarmigan keepers"', kind="wording")]
        assert first not in [hit["url"] for hit in await hits(reader, '"six lamp wardens"', kind="wording")]
        found = await hits(reader, '"six lamp wardens"', kind="change")
        assert [hit["url"] for hit in found if hit["url"].startswith("/corrections#correction-")]
    async with empty_database.reading() as db:
        assert await search_problems(db) == []


async def test_a_corrected_and_a_withdrawn_entry_say_so(database: Database) -> None:
    def correction(of: str, instead: facts.AnyFact | None) -> NewChange:
        fact = facts.Corrected(
            text="Put right", happened_on="2026-11-22", known_on=NOON.date(), why="Misread", of=of, about=("14",),
            instead=msgspec.json.decode(facts.encode_fact(instead)) if instead else None,
        )  # fmt: skip
        return NewChange(strategy=SLUG, key=f"correction-of-{of}", fact=fact)

    def noted(text: str) -> facts.Noted:
        return facts.Noted(text=text, happened_on="2026-11-20", known_on=NOON.date(), about=("14",))

    async with database.writing() as db:
        new = [
            NewChange(strategy=SLUG, key="one", fact=noted("A quokka was seen")),
            NewChange(strategy=SLUG, key="two", fact=noted("A wombat was seen")),
            correction("one", noted("A wallaby was seen")),
            correction("two", None),
        ]
        one, two, first, second = await append(db, await lock_head(db), new, now=NOON)
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with client(front) as reader:
        (corrected,) = await hits(reader, "quokka")
        (withdrawn,) = await hits(reader, "wombat")
        assert (corrected["standing"], corrected["url"]) == ("corrected", f"/announcements/14#change-{one.seq}")
        assert corrected["correction_url"] == f"/corrections#correction-{first.seq}"
        assert (withdrawn["standing"], withdrawn["url"]) == ("withdrawn", f"/corrections#correction-{second.seq}")
        assert withdrawn["seq"] == two.seq
        assert "This entry has been corrected since." in await page(reader, "quokka")
        assert "This entry was withdrawn." in await page(reader, "wombat")
        marks = (await reader.get("/corrections")).text
        assert f'id="correction-{first.seq}"' in marks
        assert f'id="correction-{second.seq}"' in marks
        assert await hits(reader, "quokka", known_at="2026-11-21") == []


async def test_loading_again_leaves_the_index_alone_and_mends_one_that_is_wrong(
    database: Database, kinship: Folder
) -> None:
    async def ids() -> list[int]:
        async with database.reading() as db:
            return [
                row.id for row in await (await db.connection()).execute(sql("SELECT id FROM searchable ORDER BY 1"))
            ]

    async def again() -> None:
        async with database.writing() as db:
            await load(db, kinship, now=NOON)

    before = await ids()
    await again()
    assert await ids() == before
    async with database.writing() as db:
        connection = await db.connection()
        await connection.execute(sql("UPDATE searchable SET text_words = 'quokka' WHERE id = :id"), {"id": before[0]})
        await connection.execute(sql("DELETE FROM searchable WHERE id = :id"), {"id": before[1]})
    async with database.reading() as db:
        assert await search_problems(db) == [
            f"the search of {SLUG} lacks 2 entries and has 1 too many: run “tracker load”"
        ]
        assert len(await find(db, read_query("quokka"), strategy=SLUG)) == 1
    await again()
    async with database.reading() as db:
        assert await search_problems(db) == []
        assert await find(db, read_query("quokka"), strategy=SLUG) == []
    assert len(await ids()) == len(before)


async def test_an_index_that_does_not_hold_the_words_of_its_rows_is_noticed(engines: Engines, kinship: Folder) -> None:
    database = Database(await engines.filled("sqlite", kinship))
    async with database.writing() as db:
        await (await db.connection()).exec_driver_sql(
            "INSERT INTO searchable_words (searchable_words) VALUES ('delete-all')"
        )
    async with database.reading() as db:
        assert await search_problems(db) == ["the search does not find what its entries say: restore a backup"]
    await database.close()


@pytest.mark.parametrize("sample", ["0001.db", *(["0001.sql"] if len(ENGINES) > 1 else [])])
async def test_a_database_from_before_search_is_filled_by_the_load(
    engines: Engines, sample: str, harbour: Folder
) -> None:
    database = Database(await restored(engines, UPGRADES / sample))
    await migrate(database)
    async with database.reading() as db:
        assert "run “tracker load”" in (await search_problems(db))[0]
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
    async with database.reading() as db:
        assert await search_problems(db) == []
        assert await find(db, read_query("breakwater"), strategy="harbour-lights")
    await database.close()


async def test_a_load_also_makes_findable_what_stands_on_record_without_its_files(
    database: Database, kinship: Folder, harbour: Folder
) -> None:
    async with database.writing() as db:
        await load(db, harbour, now=NOON)
        await (await db.connection()).exec_driver_sql("DELETE FROM searchable")
    async with database.reading() as db:
        assert len(await search_problems(db)) == 2
    async with database.writing() as db:
        await load(db, kinship, now=NOON)
    async with database.reading() as db:
        assert await search_problems(db) == []
        assert await find(db, read_query("breakwater"), strategy="harbour-lights")


async def test_when_the_database_is_away_search_says_so_and_the_rest_works(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    front = create_app(SETTINGS, database=database, clock=FixedClock())
    await front.keeper.refresh()
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE searchable RENAME TO searchable_away")
    caplog.set_level(logging.DEBUG)
    async with client(front) as reader:
        found = await page(reader, "unmentionable", status=503)
        assert "Search is not available now" in found
        assert 'value="unmentionable"' in found
        answer = await reader.get(API, params={"q": "unmentionable"})
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert "Search is not available now" in answer.json()["detail"]
        for path in ("/", "/search", "/announcements/14", "/changes?as_at=2024-07-01"):
            assert (await reader.get(path)).status_code == 200
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("ALTER TABLE searchable_away RENAME TO searchable")
        assert "Nothing found" in await page(reader, "unmentionable")
    ours = [record for record in caplog.records if record.name.startswith("tracker")]
    assert ours
    assert "unmentionable" not in "".join(record.getMessage() + str(record.exc_info) for record in ours)
