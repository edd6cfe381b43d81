"""Loading a strategy: absent is appended, the same is skipped, different needs a stated correction."""

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import HARBOUR, NOON
from tracker.db import Database
from tracker.errors import Invalid
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.checks import record_problems
from tracker.strategies.facts import BecameOverdue, Corrected, Delivered
from tracker.strategies.files import Folder, read_folder
from tracker.strategies.load import Loaded, load
from tracker.strategies.public import PublicRecord
from tracker.strategies.queries import HeadView, Record, records
from tracker.strategies.views.overview import corrections


async def put(database: Database, folder: Folder, *, days: int = 0) -> Loaded:
    async with database.writing() as db:
        return await load(db, folder, now=NOON + timedelta(days=days))


async def on_record(database: Database) -> Record:
    async with database.reading() as db:
        assert await record_problems(db) == []
        return (await records(db)).strategies[0]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the invented strategy's files, to be edited."""
    target = tmp_path / "harbour-lights"
    shutil.copytree(HARBOUR, target)
    return target


def edit(folder: Path, file: str, old: str, new: str) -> Folder:
    path = folder / file
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    return read_folder(folder)


async def test_loading_twice_is_loading_once(empty_database: Database, harbour: Folder) -> None:
    first = await put(empty_database, harbour)
    before = await on_record(empty_database)
    second = await put(empty_database, harbour, days=1)
    assert first.appended == len(harbour.history)
    assert (second.appended, second.skipped, second.notices) == (0, len(harbour.history), 0)
    assert (await on_record(empty_database)).changes == before.changes


async def test_two_loads_at_once_are_one(empty_database: Database, harbour: Folder) -> None:
    done = await asyncio.gather(*(put(empty_database, harbour) for _ in range(4)))
    assert sorted(item.appended for item in done) == [0, 0, 0, len(harbour.history)]
    await on_record(empty_database)


async def test_the_record_reads_in_the_order_in_which_things_could_be_known(database: Database) -> None:
    known = [change.fact.known_on for change in (await on_record(database)).changes]
    assert known == sorted(known)


async def test_dates_missed_before_the_load_are_noted_by_it_with_their_true_days(database: Database) -> None:
    notices = [change for change in (await on_record(database)).changes if isinstance(change.fact, BecameOverdue)]
    told = {change.fact.about[0]: change.fact.happened_on for change in notices}
    assert told["14/guidance/published"] == "2024-06-01"
    assert told["1/launch/launched"] == "2025-01-01"
    assert "8/recruitment/begins" not in told
    assert "3/rename/go-live" not in told


async def test_an_event_that_differs_is_refused_and_nothing_is_written(empty_database: Database, folder: Path) -> None:
    await put(empty_database, read_folder(folder))
    before = await on_record(empty_database)
    key = before.changes[0].key
    changed = edit(folder, "history/all.toml", before.changes[0].fact.text[:12], "Anders gesagt")
    with pytest.raises(Invalid, match=f"{key}.*correction ="):
        await put(empty_database, changed)
    assert (await on_record(empty_database)).changes == before.changes


async def test_a_stated_correction_is_a_further_change_and_the_old_one_stays(
    empty_database: Database, folder: Path
) -> None:
    await put(empty_database, read_folder(folder))
    original = (await on_record(empty_database)).changes[0]
    text = original.fact.text
    changed = edit(
        folder,
        "history/all.toml",
        f'key = "{original.key}"',
        f'key = "{original.key}"\ncorrection = "We misread the notice"',
    )
    changed = edit(folder, "history/all.toml", text, f"{text} (corrected)")
    done = await put(empty_database, changed, days=1)
    again = await put(empty_database, changed, days=2)
    record = await on_record(empty_database)
    correction = record.changes[-1].fact
    assert (done.corrected, again.corrected, again.appended) == (1, 0, 0)
    assert isinstance(correction, Corrected)
    assert (correction.of, correction.why) == (original.key, "We misread the notice")
    assert record.changes[0] == original
    public = PublicRecord(record, head=_head(record), prefix="", today=(NOON + timedelta(days=3)).date())
    shown = {change.key: change.fact.text for change in public.now().changes}
    assert shown[original.key] == f"{text} (corrected)"
    before = public.at(NOON.date(), NOON.date())
    assert next(change.fact.text for change in before.changes if change.key == original.key) == text


async def test_a_quotation_is_corrected_in_place_and_the_correction_shows_both_texts(
    empty_database: Database, folder: Path
) -> None:
    await put(empty_database, read_folder(folder))
    title = read_folder(folder).strategy.announcements[0].title
    done = await put(empty_database, edit(folder, "announcements/01.toml", title, "A better title"), days=1)
    record = await on_record(empty_database)
    public = PublicRecord(record, head=_head(record), prefix="", today=(NOON + timedelta(days=1)).date())
    assert done.differences == 1
    assert record.strategy.announcements[0].title == "A better title"
    (shown,) = corrections(public.now())
    assert list(shown.details["differences"]) == [
        {"where": "announcements/1/title", "old": title, "new": "A better title"}
    ]
    assert shown.announcements == (1,)


async def test_an_event_that_left_the_files_is_reported_and_stays(empty_database: Database, folder: Path) -> None:
    await put(empty_database, read_folder(folder))
    path = folder / "history" / "all.toml"
    blocks = path.read_text(encoding="utf-8").split("[[change]]")
    path.write_text("[[change]]".join(blocks[:-1]), encoding="utf-8")
    done = await put(empty_database, read_folder(folder))
    assert len(done.gone) == 1
    assert done.gone[0] in {change.key for change in (await on_record(empty_database)).changes}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("announcements/01.toml", "number = 1", "number = 1\nnumbr = 2", r"01.toml.*numbr"),
        ("announcements/01.toml", "number = 1", 'number = "one"', r"01.toml.*number"),
        ("strategy.toml", "[identity]", "[identity", r"strategy.toml.*line"),
        ("history/all.toml", "kind = ", 'colour = "red"\nkind = ', r"all.toml.*change 1.*colour"),
        ("history/all.toml", "key = ", "name = ", r"all.toml.*change 1.*no key"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_the_place(
    folder: Path, file: str, old: str, new: str, said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        edit(folder, file, old, new)


async def test_files_that_contradict_themselves_are_refused_with_every_problem(
    empty_database: Database, folder: Path
) -> None:
    edit(folder, "announcements/01.toml", "number = 1", "number = 7")
    broken = edit(folder, "announcements/02.toml", "theme = ", 'theme = "nowhere" # ')
    with pytest.raises(Invalid, match=r"(?s)theme “nowhere”.*reference"):
        await put(empty_database, broken)
    async with empty_database.reading() as db:
        assert (await records(db)).strategies == ()


def _head(record: Record) -> HeadView:
    return HeadView(record.changes[-1].seq, record.changes[-1].hash)


async def test_what_is_added_is_new_and_not_a_correction(empty_database: Database, folder: Path) -> None:
    await put(empty_database, read_folder(folder))
    evidence = '\n[a-new-page]\ntitle = "A new page"\npublisher = "Somebody"\n'
    done = await put(empty_database, edit(folder, "evidence.toml", "", evidence), days=1)
    assert (done.differences, done.corrected) == (0, 0)
    assert "a-new-page" in (await on_record(empty_database)).strategy.evidence


@pytest.mark.parametrize("why", ["true", "5", '""'])
def test_a_correction_must_say_why_in_words(folder: Path, why: str) -> None:
    with pytest.raises(Invalid, match="must say why"):
        edit(folder, "history/all.toml", "key = ", f"correction = {why}\nkey = ")


async def test_what_cannot_be_read_back_is_never_recorded(database: Database) -> None:
    fact = Corrected(text="x", happened_on="2026-11-22", known_on=NOON.date(), why=True)  # type: ignore[arg-type]
    async with database.writing() as db:
        head = await lock_head(db)
        with pytest.raises(Invalid, match="cannot be read back"):
            await append(db, head, [NewChange(strategy="championing-kinship-care", key="x", fact=fact)], now=NOON)


async def test_a_correction_may_be_made_again_after_it_was_reverted(empty_database: Database, folder: Path) -> None:
    await put(empty_database, read_folder(folder))
    text = (await on_record(empty_database)).changes[0].fact.text
    key = (await on_record(empty_database)).changes[0].key
    edit(folder, "history/all.toml", f'key = "{key}"', f'key = "{key}"\ncorrection = "We were unsure"')
    for day, (old, new) in enumerate([(text, "Another"), ("Another", text), (text, "Another")], start=1):
        assert (await put(empty_database, edit(folder, "history/all.toml", old, new), days=day)).corrected == 1


async def test_a_notice_goes_when_its_date_was_met_after_all_and_comes_when_it_was_not(
    empty_database: Database, folder: Path
) -> None:
    """A delivery that turns out to have been in time withdraws the notice; loading again changes nothing more."""
    await put(empty_database, read_folder(folder))
    record = await on_record(empty_database)
    notices = {change.fact.about[0]: change for change in record.changes if isinstance(change.fact, BecameOverdue)}
    late = next(
        c
        for c in record.changes
        if isinstance(c.fact, Delivered) and any(m.startswith(c.fact.about[0]) for m in notices)
    )
    milestone = next(m for m in notices if m.startswith(late.fact.about[0]))
    due = notices[milestone].fact.due.isoformat()
    where = f'key = "{late.key}"'
    edit(folder, "history/all.toml", where, f'{where}\ncorrection = "It was in time"')
    path = folder / "history" / "all.toml"
    head, tail = path.read_text(encoding="utf-8").split(where)
    tail = tail.replace(f'happened_on = "{late.fact.happened_on}"', f'happened_on = "{due}"', 1)
    path.write_text(head + where + tail, encoding="utf-8")
    await put(empty_database, read_folder(folder), days=1)
    after = await on_record(empty_database)
    withdrawn = {
        change.fact.of for change in after.changes if isinstance(change.fact, Corrected) and not change.fact.instead
    }
    assert notices[milestone].key in withdrawn
    again = await put(empty_database, read_folder(folder), days=2)
    assert (again.appended, again.corrected, again.notices) == (0, 0, 0)
    assert (await on_record(empty_database)).changes == after.changes


async def test_a_character_that_no_feed_can_hold_is_refused_by_name(empty_database: Database, folder: Path) -> None:
    edited = edit(folder, "strategy.toml", 'tracker_name = "', 'tracker_name = "\\u0007')
    with pytest.raises(Invalid, match=r"cannot be printed, U\+0007"):
        await put(empty_database, edited)
