"""tracker match: every line is answered with what it is evidence for, without a database."""

import json
import select
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.processes import TRACKER, environment
from tracker.cli_match import match_command
from tracker.errors import Invalid
from tracker.paths import FEEDS

KINSHIP = {"title": "Kinship Care Ambassador: annual report", "summary": None, "published": "2026-05-01"}
VSH_PAGE = (
    "https://www.gov.uk/government/publications/virtual-school-head-role-extension-to-children-with-a-social-worker"
)


def matched(*lines: object) -> Result:
    given = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return CliRunner().invoke(match_command, input=given)


def answers(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_comes_back_with_all_it_held_and_what_it_is_evidence_for() -> None:
    result = matched(KINSHIP | {"id": 7}, {"title": "A guide for pig keepers"})
    assert (result.exit_code, result.stderr) == (0, "")
    found, nothing = answers(result)
    assert found == KINSHIP | {
        "id": 7,
        "announcements": [8],
        "score": 0.85,
        "reasons": ["8: speaks of the kinship ambassador (“ambassador”)"],
    }
    assert nothing == {"title": "A guide for pig keepers", "announcements": [], "score": 0.0, "reasons": []}


def test_several_announcements_are_in_order_with_the_highest_score() -> None:
    (found,) = answers(matched({"title": "Virtual school heads and kinship carers’ peer support: ASGSF"}))
    assert found["announcements"] == [2, 3, 7]
    assert found["score"] == 0.93
    assert {str(reason).partition(":")[0] for reason in found["reasons"]} == {"2", "3", "7"}  # type: ignore[attr-defined]


def test_a_page_that_the_packaged_record_knows_is_found_by_its_address() -> None:
    (found,) = answers(matched({"title": "Updated", "url": f"{VSH_PAGE}#2025-07-17T16:05:00Z"}))
    assert found["announcements"] == [2]
    assert found["reasons"] == ["2: the record knows this page as evidence for it"]


def test_what_an_editor_or_labeller_noted_on_a_line_is_not_read() -> None:
    (found,) = answers(matched({"title": "News", "note": "Kinship Care Ambassador", "labels": [8]}))
    assert (found["announcements"], found["note"]) == ([], "Kinship Care Ambassador")


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("nonsense", "malformed"),
        ("[1]", "Expected `object`"),
        ('{"summary": "no title"}', "`title`"),
        ('{"title": 5}', r"$.title"),
        ('{"title": "x", "url": 5}', r"$.url"),
        ('{"title": "\\ud800 and more"}', "surrogate"),
        ('{"more": ' + "[" * 5000, "recursion"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_answered(line: str, complaint: str) -> None:
    result = matched(KINSHIP, "", line, KINSHIP)
    assert result.exit_code == 1
    assert result.stderr.startswith("line 3: ")
    assert complaint in result.stderr
    assert [answer["announcements"] for answer in answers(result)] == [[8], [8]]


def test_a_line_that_is_no_text_is_named() -> None:
    result = CliRunner().invoke(match_command, input=b'{"title": "\xff"}\n')
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("line 1: ")


def test_other_rules_can_be_named(tmp_path: Path) -> None:
    shutil.copytree(FEEDS / "rules", tmp_path / "rules")
    (rules,) = (tmp_path / "rules").iterdir()
    rules.write_text(rules.read_text("utf-8").replace("speaks of the kinship ambassador", "says so"), "utf-8")
    result = CliRunner().invoke(match_command, ["--feeds", str(tmp_path)], input=json.dumps(KINSHIP))
    assert answers(result)[0]["reasons"] == ["8: says so (“ambassador”)"]


def test_a_folder_without_rules_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="holds no rules"):
        CliRunner().invoke(match_command, ["--feeds", str(tmp_path)], input="", catch_exceptions=False)


def test_nothing_is_answered_with_nothing() -> None:
    result = matched("")
    assert (result.exit_code, result.output) == (0, "")


def test_it_is_a_command_of_tracker_that_answers_a_line_before_the_next_comes() -> None:
    # Where this is set, an answer that waits in a buffer would look as if it had been sent.
    own = {name: value for name, value in environment(feeds_dir=FEEDS).items() if name != "PYTHONUNBUFFERED"}
    with subprocess.Popen([*TRACKER, "match"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=own) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(KINSHIP).encode() + b"\n")
        process.stdin.flush()
        assert select.select([process.stdout], [], [], 60)[0], "no answer within a minute"
        assert json.loads(process.stdout.readline())["announcements"] == [8]
        process.stdin.close()
        assert process.wait(timeout=60) == 0
