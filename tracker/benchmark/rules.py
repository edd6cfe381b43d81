"""What an authority answers, worked out from everything that was saved; what is still to do before it is signed. Pure.

Answers are rows that are only added: a contributor's `view`, what a lead has `agreed`, and what was `brought` from the
assessment before.
"""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum

import msgspec

from tracker.benchmark.schemas import Criterion, Details, Level, Saved

VIEW, AGREED, BROUGHT = "view", "agreed", "brought"
"""The kinds of rows."""
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of a reference: without 0 and O, 1, I and L, and U, which are taken for one another."""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How one answer stands."""

    answer: Saved | None = None
    """What the authority answers; None when nobody has answered, or colleagues differ and no lead has settled it."""
    views: tuple[Saved, ...] = ()
    """What colleagues think otherwise, each by their newest saving, the oldest first."""
    newest: int = 0
    """The number of the newest saving, 0 when there is none: a form says which it was made from."""

    @property
    def level(self) -> Level | None:
        return self.answer.level if self.answer else None

    @property
    def is_brought(self) -> bool:
        """Whether it is only what was answered in the round before, and nobody has looked at it in this one."""
        return self.answer is not None and self.answer.kind == BROUGHT

    @property
    def is_answered(self) -> bool:
        return self.level is not None and not self.is_brought

    @property
    def differ(self) -> bool:
        """Whether somebody thinks of another level than the one that stands, so that a lead has to settle it."""
        return any(view.level != self.level for view in self.views)


NOTHING = Standing()


def standing(rows: Sequence[Saved]) -> Standing:
    """How an answer stands after these savings, which are in the order in which they were saved.

    The newest that a lead agreed stands; else, while all colleagues give the same level, the newest of theirs. What a
    colleague adds to an agreed answer without touching its level and its sentence stands with it: most of an answer is
    written after its level was agreed.
    """
    if not rows:
        return NOTHING
    newest = rows[-1].number
    agreed = next((row for row in reversed(rows) if row.kind == AGREED), None)
    later = [row for row in rows if row.kind == VIEW and (agreed is None or row.number > agreed.number)]
    if agreed is not None:
        return Standing(answer=_with_additions(agreed, later), views=_otherwise(agreed, later), newest=newest)
    views = _newest_of_each(later)
    if len({view.level for view in views if view.level}) > 1:
        return Standing(views=views, newest=newest)
    answer = next((view for view in reversed(views) if view.level), views[-1] if views else None)
    return Standing(answer=answer or rows[-1], newest=newest)


def _with_additions(agreed: Saved, later: Iterable[Saved]) -> Saved:
    return next((row for row in reversed([*later]) if _says_the_same(row, agreed)), agreed)


def _otherwise(agreed: Saved, later: Iterable[Saved]) -> tuple[Saved, ...]:
    return tuple(view for view in _newest_of_each(later) if view.level and not _says_the_same(view, agreed))


def _says_the_same(one: Saved, other: Saved) -> bool:
    return (one.level, one.sentence) == (other.level, other.sentence)


def _newest_of_each(views: Iterable[Saved]) -> tuple[Saved, ...]:
    newest = {view.author_id: view for view in views}
    return tuple(sorted(newest.values(), key=lambda view: view.number))


def is_same(row: Saved, level: Level | None, sentence: str, details: Details) -> bool:
    """Whether a saving says exactly this: a form that is sent twice is saved once."""
    return (row.level, row.sentence, row.details) == (level, sentence, details)


class Lacks(StrEnum):
    """What an answer lacks before the benchmark can be signed."""

    ANSWER = "answer"
    """A first-pass question that nobody has answered."""
    AGREEMENT = "agreement"
    """Colleagues think of different levels."""
    LOOK = "look"
    """It is as it was in the round before, and nobody has looked at it."""


def lacks(criterion: Criterion, at: Standing) -> Lacks | None:
    """What this answer lacks; a question beyond the first pass may stay unanswered."""
    if at.differ:
        return Lacks.AGREEMENT
    if at.is_brought and at.level:
        return Lacks.LOOK
    return Lacks.ANSWER if criterion.first_pass and not at.is_answered else None


def lacking(asked: Iterable[Criterion], standings: Mapping[str, Standing]) -> dict[str, Lacks]:
    """What keeps a benchmark from being signed, by criterion in the order of its questions; empty when nothing does."""
    found = {item.key: lacks(item, standings.get(item.key, NOTHING)) for item in asked}
    return {key: lack for key, lack in found.items() if lack}


def next_of(
    asked: Sequence[Criterion], standings: Mapping[str, Standing], *, after: str | None, person_id: int
) -> Criterion | None:
    """The question of the first pass that somebody goes on to: the next that waits for them, or None when none does."""
    first = [item for item in asked if item.first_pass]
    place = next((number + 1 for number, item in enumerate(first) if item.key == after), 0)
    ordered = [*first[place:], *first[:place]]
    return next((item for item in ordered if _waits(standings.get(item.key, NOTHING), person_id)), None)


def _waits(at: Standing, person_id: int) -> bool:
    """Whether an answer waits for this person: nobody has given it, or colleagues differ and they have said nothing."""
    return not at.is_answered and person_id not in {view.author_id for view in at.views}


def reference(choice: Callable[[str], str] = secrets.choice) -> str:
    """A name for a signed benchmark that can be read out and says nothing: KCB-7F3K-2Q9D."""
    drawn = "".join(choice(LETTERS) for _ in range(8))
    return f"KCB-{drawn[:4]}-{drawn[4:]}"
