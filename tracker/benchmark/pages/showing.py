"""What a question is shown with: its levels in words, what it rests on, where that stands, and what changed since."""

from collections.abc import Iterable
from typing import Any

from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.national import national_state, record_of
from tracker.benchmark.pages.access import Asking
from tracker.benchmark.pages.filling import possible_levels
from tracker.benchmark.pages.reading import LINES, AtRound
from tracker.benchmark.questions import hints_for
from tracker.benchmark.rules import Lacks, Standing
from tracker.benchmark.schemas import LEVELS, Basis, Criterion, Level
from tracker.benchmark.words import (
    ARRANGEMENT_WORDS,
    BASIS_MEANS,
    BASIS_WORDS,
    DUTY_NOT_SHOWN,
    LEVEL_WORDS,
    SURE_WORDS,
    level_words,
)

LACKS = {
    Lacks.ANSWER: "Not answered yet",
    Lacks.AGREEMENT: "Colleagues differ",
    Lacks.LOOK: "Not confirmed yet",
}
KINDS = {"view": "A colleague’s view", "agreed": "Agreed by a lead", "brought": "From the round before"}


def shown(request: Asking, at: AtRound, criterion: Criterion) -> dict[str, Any]:
    """What every page about one question needs."""
    return {
        "at": at,
        "member": at.member,
        "criterion": criterion,
        "standing": at.at(criterion),
        "levels": options(criterion),
        "flags": at.flags_of(criterion),
        "hints": hints_for(criterion, circumstances_of(at.member.authority)),
        "national": national_state(record_of(request.app.state.keeper.snapshot.context), criterion),
        **words(),
    }


def words() -> dict[str, Any]:
    """What templates call things, the same on every page."""
    return {
        "level_words": level_words,
        "level_name": LEVEL_WORDS,
        "basis_words": BASIS_WORDS,
        "basis_means": BASIS_MEANS,
        "sure_words": SURE_WORDS,
        "arrangement_words": ARRANGEMENT_WORDS,
        "duty_not_shown": DUTY_NOT_SHOWN,
        "kinds": KINDS,
        "lacks_words": LACKS,
        "LINES": LINES,
        "ordered_levels": LEVELS,
    }


def options(criterion: Criterion) -> list[dict[str, str | None]]:
    """What can be answered, as radio buttons; below in place, a duty is said to be not yet shown to be met."""
    return [
        {"value": level.value, "text": _text(criterion, level), "hint": _means(criterion, level)}
        for level in possible_levels(criterion)
    ]


def _text(criterion: Criterion, level: Level) -> str:
    below = criterion.basis is Basis.LAW and level in (Level.NOT_IN_PLACE, Level.DEVELOPING)
    return level_words(criterion, level) if below else LEVEL_WORDS[level]


def _means(criterion: Criterion, level: Level) -> str | None:
    return criterion.levels[level].means if level in criterion.levels else None


def tag_of(criterion: Criterion, standing: Standing, lack: Lacks | None, *, is_open: bool) -> tuple[str, str]:
    """How an answer stands in a list: what it says, and the colour of its tag ("" for plain text)."""
    if lack in (Lacks.AGREEMENT, Lacks.LOOK):
        return LACKS[lack], "yellow"
    if standing.level:
        return LEVEL_WORDS[standing.level], ""
    if not is_open:
        return "Not answered", ""
    return ("Not answered yet", "blue") if criterion.first_pass else ("Can be added", "")


def counted(at: AtRound) -> list[tuple[str, int]]:
    """How many lines of the first pass stand at each level, in words."""
    first: Iterable[Criterion] = [item for item in at.asked if item.first_pass]
    given = [at.at(item).level for item in first if at.at(item).is_answered]
    return [(LEVEL_WORDS[level], given.count(level)) for level in LEVEL_WORDS if level in given]
