"""`tracker user`: the first admin is made at the command line, and every mistake is one line."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tracker.cli import main


class Done(NamedTuple):
    code: int
    out: str
    err: str


Tracker = Callable[..., Done]


@pytest.fixture
def tracker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Tracker:
    """The command in a data folder with the tables, and Alice as its only admin."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_DATA_DIR", str(tmp_path))

    def run(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["tracker", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Done(int(ended.value.code or 0), *capsys.readouterr())

    assert run("migrate").code == 0
    added = run("user", "add", "Alice@Example.org", "--name", "Alice", "--role", "admin")
    assert added.out == "alice@example.org can sign in at http://127.0.0.1:8000/sign-in\n"
    return run


def test_people_are_added_given_roles_and_stopped(tracker: Tracker) -> None:
    bob = "bob@example.org"
    for command, said in (
        (("add", bob, "--name", "Bob"), "can sign in at"),
        (("give", bob, "editor"), "bob@example.org is editor"),
        (("give", bob, "organisation-author", "--of", "Kinship"), "is organisation-author"),
        (("list",), "bob@example.org\tBob\tEditor, Organisation author for Kinship"),
        (("take", bob, "editor"), "is not editor any more"),
        (("stop", bob), "cannot sign in any more"),
        (("list",), "bob@example.org\tBob\tstopped"),
        (("let-in", bob), "can sign in again"),
        (("list",), "bob@example.org\tBob\tOrganisation author for Kinship"),
    ):
        done = tracker("user", *command)
        assert (done.code, done.err) == (0, "")
        assert said in done.out


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("add", "alice", "--name", "A"), "Enter an email address in the correct format, like name@example.com"),
        (("add", "alice@example.org", "--name", "A"), "There is already a person with the address alice@example.org"),
        (("add", "a@example.org", "--name", "A\nB"), "The name must be one line of up to 100 characters"),
        (("give", "zoe@example.org", "editor"), "Nobody here has the address zoe@example.org"),
        (("give", "alice@example.org", "reader"), "Say which local authority the role reader is held for"),
        (("give", "alice@example.org", "reader", "--of", "atlantis"), "There is no council “atlantis”"),
        (("give", "alice@example.org", "editor", "--of", "x"), "The role editor is held for nobody in particular"),
        (("take", "alice@example.org", "admin"), "This is the only admin: make somebody else admin first"),
        (("stop", "alice@example.org"), "This is the only admin: make somebody else admin first"),
        (("take", "alice@example.org", "editor"), "This person does not hold the role editor"),
        (("give", "alice@example.org", "king"), "'king' is not one of 'admin'"),
    ],
)
def test_a_mistake_is_said_in_one_line_and_changes_nothing(
    tracker: Tracker, command: tuple[str, ...], said: str
) -> None:
    before = tracker("user", "list").out
    done = tracker("user", *command)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert tracker("user", "list").out == before
