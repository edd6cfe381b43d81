"""What each correction of a change replaced. Pure."""

from collections.abc import Iterable
from typing import Any

import msgspec

from tracker.strategies.facts import Change, Corrected, Difference
from tracker.strategies.schemas import View
from tracker.strategies.texts import differences


class Replaced(View, frozen=True, kw_only=True):
    """What stood before a correction of a change, and every text of it that the correction altered."""

    text: str
    withdrawn: bool
    differences: tuple[Difference, ...]


def replaced(changes: Iterable[Change]) -> dict[int, Replaced]:
    """What each correction of a change replaced, by the correction's place in the record."""
    standing: dict[str, Any] = {}
    found: dict[int, Replaced] = {}
    for change in changes:
        fact = change.fact
        if not isinstance(fact, Corrected):
            standing[change.key] = msgspec.json.decode(change.body)["fact"]
        elif before := standing.get(fact.of or ""):
            altered = tuple(differences(before, fact.instead))
            found[change.seq] = Replaced(text=before["text"], withdrawn=fact.instead is None, differences=altered)
            standing[fact.of or ""] = fact.instead
    return found
