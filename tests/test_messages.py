"""Every kind of message that the tracker ever owes is in the table of messages, and has a name for its recipient."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import tracker
from tracker.alerts.history import TITLES
from tracker.messages import MESSAGES

SOURCE = Path(tracker.__file__).parent
OWING = {"owe_mail": "message", "owe_mail_to": "message", "_tell_owner": 2, "ask": "kind", "ask_leads": "kind"}
"""Who owes a mail, and which argument of theirs says of which kind."""
WRITTEN_BY_STATEMENT = {"publication", "digest", "summary"}
"""Owed to many at once; test_actions and test_digests see them written."""


def owed_kinds() -> Iterator[str]:
    for file in sorted(SOURCE.rglob("*.py")):
        module = ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts)
        for call in ast.walk(ast.parse(file.read_text())):
            name = isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in OWING:
                said = _argument(call, OWING[name])
                if said is None:  # something else of the same name
                    continue
                if not (isinstance(said, ast.Name) and said.id in ("message", "kind")):  # passed on
                    yield eval(ast.unparse(said), vars(importlib.import_module(module)))


def _argument(call: ast.Call, which: str | int) -> ast.expr | None:
    if isinstance(which, int):
        return call.args[which]
    return next((item.value for item in call.keywords if item.arg == which), None)


def test_every_kind_that_is_owed_can_be_written_and_has_a_name() -> None:
    owed = {str(kind) for kind in owed_kinds()}
    assert len(owed) >= 9
    assert owed | WRITTEN_BY_STATEMENT == set(MESSAGES)
    assert set(TITLES) == set(MESSAGES) - {"publication"}


def test_a_kind_knows_how_it_is_written_for_its_channel() -> None:
    for name, message in MESSAGES.items():
        assert message.write or message.write_many or message.event, name
