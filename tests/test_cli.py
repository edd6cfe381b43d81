"""The command line as its users see it: real processes, their exit codes, and what they print."""

import shutil
import socket
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import HARBOUR
from tests.processes import Done, tracker
from tracker import paths


def in_database(*statements: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        database = sqlite3.connect(data / "tracker.db")
        for statement in statements:
            database.execute(statement)
        database.commit()
        database.close()

    return change


def tamper(data: Path) -> None:
    """Change a body and put the guard back, as somebody would who does not want to be found."""
    database = sqlite3.connect(data / "tracker.db")
    (guard,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'change_is_never_updated'").fetchone()
    database.close()
    rewrite = "UPDATE change SET body = replace(body, 'lamps', 'lanterns') WHERE seq = 6"
    in_database("DROP TRIGGER change_is_never_updated", rewrite, guard)(data)


def in_strategy(file: str, old: str, new: str) -> Callable[[Path], None]:
    def change(data: Path) -> None:
        folder = shutil.copytree(HARBOUR, data / "strategy")
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def forget_database(data: Path) -> None:
    (data / "tracker.db").unlink()


def leave(data: Path) -> None:
    """Leave the data folder as it is."""


class Case(NamedTuple):
    """A command over its own copy of the filled data folder, which {data} stands for as {taken} for a taken port."""

    command: str
    said: str
    spoil: Callable[[Path], None] = leave
    settings: dict[str, str] = {}  # noqa: RUF012 - nothing changes it


VERSION = max(path.name[:4] for path in (paths.MIGRATIONS / "versions").glob("*.py"))
OLD = f"The database is at version none, this tracker needs {VERSION}: run “tracker migrate”"
NEWER = f"which is newer than this tracker ({VERSION}): install the newer tracker and run “tracker migrate” with it"
FROM_NEWER = in_database("UPDATE alembic_version SET version_num = '9999'")
EMPTIED = in_database("DELETE FROM strategy")
UNGUARDED = in_database("DROP TRIGGER change_subject_is_never_deleted")
NO_DATABASE = {"database_url": "postgresql://nobody@127.0.0.1:1/none"}

REFUSED = {
    "a database never migrated, by web": Case("web", OLD, forget_database),
    "a database never migrated, by worker": Case("worker", OLD, forget_database),
    "a database from a newer version": Case("migrate", NEWER, FROM_NEWER),
    "a record without a strategy": Case("web", "The record holds no strategy: run “tracker load”", EMPTIED),
    "a guard that was dropped": Case("check", "trigger change_subject_is_never_deleted is missing", UNGUARDED),
    "a taken port": Case("serve", "TRACKER_PORT is {taken} on 127.0.0.1, which", settings={"port": "{taken}"}),
    "a wrong port": Case("serve", "TRACKER_PORT is “http”: it must be a number", settings={"port": "http"}),
    "a missing data folder": Case("serve", "TRACKER_DATA_DIR is {data}/none", settings={"data_dir": "{data}/none"}),
    "an unknown setting": Case("check", "TRACKER_PROT is not a setting", settings={"prot": "8000"}),
    "no database": Case("migrate", "TRACKER_DATABASE_URL names a database that cannot be used", settings=NO_DATABASE),
    "no Redis": Case("run note-lapses", "TRACKER_REDIS_URL names", settings={"redis_url": "redis://127.0.0.1:1/0"}),
}

BROKEN = {
    "an unknown key": Case(
        "load {data}/strategy",
        "strategy.toml: Object contains unknown field `colour` - at `$.identity`",
        in_strategy("strategy.toml", 'slug = "harbour', 'colour = "blue"\nslug = "harbour'),
    ),
    "bad TOML": Case(
        "load {data}/strategy",
        "02.toml: Illegal character '\\n' (at line 4, column 20)",
        in_strategy("announcements/02.toml", 'slug = "fog-signals"', 'slug = "fog-signals'),
    ),
    "an unknown reference": Case(
        "load {data}/strategy",
        "history/all.toml: “handbook-delivered” names reference “3/hanbdook”, which does not exist",
        in_strategy("history/all.toml", 'about = ["3/handbook"]', 'about = ["3/hanbdook"]'),
    ),
    "a date that does not exist": Case(
        "load {data}/strategy",
        "history/all.toml: “handbook-delivered”: “2025-03-32”",
        in_strategy("history/all.toml", 'happened_on = "2025-03-28"', 'happened_on = "2025-03-32"'),
    ),
}

FOUND = {
    "nothing wrong": Case("check", ""),
    "a body that was changed": Case("check", "seq 6: the body is not what was recorded", tamper),
}


class Run(NamedTuple):
    done: Done
    said: str
    """What the case expects, with its placeholders filled in."""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Done]]:
    """A data folder as migrate, load and load leave it."""
    data = tmp_path_factory.mktemp("filled")
    return data, [tracker(command, data_dir=data) for command in ("migrate", "load", "load")]


@pytest.fixture(scope="module")
def runs(filled: tuple[Path, list[Done]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Run]]:
    """Every case, run at the same time because starting Python is slow."""
    with socket.create_server(("127.0.0.1", 0)) as taken, ThreadPoolExecutor(4) as threads:

        def run(case: Case) -> Run:
            data = tmp_path_factory.mktemp("case") / "var"
            shutil.copytree(filled[0], data)
            case.spoil(data)
            places = {"data": data, "taken": taken.getsockname()[1]}
            settings = {name: value.format(**places) for name, value in case.settings.items()}
            done = tracker(*case.command.format(**places).split(" "), **{"data_dir": data, **settings})
            return Run(done, case.said.format(**places))

        everything = {**REFUSED, **BROKEN, **FOUND}
        yield dict(zip(everything, threads.map(run, everything.values()), strict=True))


def test_migrating_says_the_version(filled: tuple[Path, list[Done]]) -> None:
    migrated = filled[1][0]
    assert (migrated.returncode, migrated.stderr) == (0, "")
    assert migrated.stdout == f"The database is at version {VERSION}\n"


def test_loading_twice_is_loading_once(filled: tuple[Path, list[Done]]) -> None:
    _, first, second = filled[1]
    rest = "0 corrected, 0 texts corrected in place"
    assert first.stdout == f"harbour-lights: 16 changes appended, 0 already on record, {rest}, 3 overdue notices\n"
    assert second.stdout == f"harbour-lights: 0 changes appended, 16 already on record, {rest}, 0 overdue notices\n"
    assert [first.returncode, second.returncode] == [0, 0]


def test_a_whole_record_passes_its_check(runs: dict[str, Run]) -> None:
    done = runs["nothing wrong"].done
    assert (done.returncode, done.stderr) == (0, "")
    assert "are whole" in done.stdout


def test_a_changed_body_fails_the_check_with_its_place(runs: dict[str, Run]) -> None:
    done, said = runs["a body that was changed"]
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == said
    assert done.stdout == ""


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_is_refused_in_one_line(runs: dict[str, Run], name: str) -> None:
    done, said = runs[name]
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("tracker: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_strategy_is_refused_with_its_file_and_place(runs: dict[str, Run], name: str) -> None:
    done, said = runs[name]
    assert done.returncode == 2
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
