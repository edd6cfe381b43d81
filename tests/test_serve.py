"""One machine's parent process: it answers, restarts what dies, and ends everything it started."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.processes import TRACKER, environment, free_port, running, until

CHILD = """
import os, pathlib, sys, time
folder, name = pathlib.Path(sys.argv[1]), sys.argv[2]
(folder / f"{os.getpid()}.{name}").touch()
sys.exit(2) if (folder / f"{name} refuses").exists() else time.sleep(60)
"""
PARENT = f"""
import sys
from tracker.serve import supervise
sys.exit(supervise([sys.executable, "-c", {CHILD!r}, sys.argv[1]], ["web", "worker"]))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_ends_both_children_and_is_no_failure(tmp_path: Path, number: signal.Signals) -> None:
    with running(sys.executable, "-c", PARENT, str(tmp_path), env=environment()) as parent:
        until(lambda: len(started(tmp_path)) == 2)
        parent.send(number)
        assert parent.ended() == (0, "")
    assert not any(is_alive(pid) for pid in started(tmp_path))


def test_a_child_that_dies_is_started_again_and_the_other_left_alone(tmp_path: Path) -> None:
    with running(sys.executable, "-c", PARENT, str(tmp_path), env=environment()) as parent:
        until(lambda: len(started(tmp_path)) == 2)
        (web,), worker = started(tmp_path, "web"), started(tmp_path, "worker")
        os.kill(web, signal.SIGKILL)
        until(lambda: len(started(tmp_path, "web")) == 2)
        assert started(tmp_path, "worker") == worker
        parent.send(signal.SIGTERM)
        assert parent.ended() == (0, "tracker: web ended with -9; starting it again\n")
    assert not any(is_alive(pid) for pid in started(tmp_path))


def test_a_child_that_says_what_is_wrong_ends_everything(tmp_path: Path) -> None:
    (tmp_path / "worker refuses").touch()
    with running(sys.executable, "-c", PARENT, str(tmp_path), env=environment()) as parent:
        assert parent.ended() == (2, "")
    assert not any(is_alive(pid) for pid in started(tmp_path))


@pytest.mark.skipif(shutil.which("ps") is None, reason="needs ps to find the processes that serve started")
def test_one_machine_serves_from_an_empty_folder_until_it_is_told_to_stop(data_dir: Path) -> None:
    port = free_port()
    with running(*TRACKER, "serve", env=environment(data_dir=data_dir, port=port)) as parent:
        until(lambda: answer(port, "/health") == "ok\n")
        assert "Harbour Lights" in answer(port, "/")
        until(lambda: has_run(data_dir, "note-lapses"))
        first = children(parent.pid)
        os.kill(first["web"], signal.SIGKILL)
        until(lambda: answer(port, "/health") == "", seconds=5)
        until(lambda: answer(port, "/health") == "ok\n")
        second = children(parent.pid)
        assert (second["worker"], second["web"] != first["web"]) == (first["worker"], True)
        parent.send(signal.SIGTERM)
        assert parent.ended() == (0, "tracker: web ended with -9; starting it again\n")
    assert not any(is_alive(pid) for pid in (*first.values(), *second.values()))
    assert answer(port, "/health") == ""


def started(folder: Path, name: str = "*") -> set[int]:
    """Every child that was ever started, from the files they leave."""
    return {int(path.stem) for path in folder.glob(f"[0-9]*.{name}")}


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def children(parent: int) -> dict[str, int]:
    """The processes below one, by the command they were given."""
    listed = subprocess.run(["ps", "-A", "-o", "ppid=,pid=,args="], capture_output=True, text=True, check=True).stdout
    lines = [line.split() for line in listed.splitlines()]
    return {words[-1]: int(words[1]) for words in lines if words[0] == str(parent)}


def answer(port: int, path: str) -> str:
    """What the site answers, or nothing while it does not."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=5, trust_env=False).raise_for_status().text
    except httpx.TransportError:
        return ""


def has_run(data: Path, job: str) -> bool:
    database = sqlite3.connect(data / "tracker.db")
    row = database.execute("SELECT last_slot FROM job_run WHERE job = ?", (job,)).fetchone()
    database.close()
    return bool(row and row[0])
