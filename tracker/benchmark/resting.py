"""What changed and what rests on it: “2 of your 14 actions rest on guidance that changed on 11 October 2024”. Pure."""

from collections.abc import Iterable, Sequence

import msgspec

from tracker.benchmark.flags import FlagView
from tracker.benchmark.schemas import Basis, Criterion
from tracker.strategies.words import happened_text

LAW, GUIDANCE, COMMITMENT = "law", "guidance", "a national commitment"
NOUNS = {
    Basis.LAW: LAW,
    Basis.LAW_NOT_IN_FORCE: LAW,
    Basis.STATUTORY_GUIDANCE: GUIDANCE,
    Basis.GUIDANCE: GUIDANCE,
}
"""What something rests on, in a word; for everything else it is the national commitment."""


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed, with the answers and the actions that rest on it."""

    cause: str
    said: str
    happened: str
    told: str
    """The sentence that counts them."""
    flags: tuple[FlagView, ...]


def moved(flags: Sequence[FlagView], *, answers: int, actions: int, criteria: Iterable[Criterion]) -> list[Moved]:
    """Everything that changed, in the order of the flags, with how many of all answers and open actions rest on it."""
    nouns = {item.key: NOUNS.get(item.basis, COMMITMENT) for item in criteria}
    causes = dict.fromkeys(flag.cause for flag in flags)
    groups = {cause: [flag for flag in flags if flag.cause == cause] for cause in causes}
    return [
        Moved(
            cause=cause,
            said=group[0].said,
            happened=happened_text(group[0].happened_on),
            told=_told(group, answers=answers, actions=actions, nouns=nouns),
            flags=tuple(group),
        )
        for cause, group in groups.items()
    ]


def _told(group: Sequence[FlagView], *, answers: int, actions: int, nouns: dict[str, str]) -> str:
    counts = [("answer", answers), ("action", actions)]
    parts = [
        _counted(number, of, word)
        for word, of in counts
        if (number := sum(flag.about.startswith(f"{word}/") for flag in group))
    ]
    single = len(group) == 1
    if group[0].cause.startswith("question/"):
        return f"{' and '.join(parts)} {'goes' if single else 'go'} with a question whose words have changed since"
    kinds = {nouns.get(flag.criterion, COMMITMENT) for flag in group}
    *others, last = [noun for noun in (LAW, GUIDANCE, COMMITMENT) if noun in kinds]
    noun = " or ".join(filter(None, (", ".join(others), last)))
    rest = "rests" if single else "rest"
    return f"{' and '.join(parts)} {rest} on {noun} that changed {_when(group[0].happened_on)}"


def _when(edtf: str) -> str:
    """A day is “on” it, a month or a year “in” it; an interval says “between” by itself."""
    said = happened_text(edtf)
    if "/" in edtf:
        return said
    return f"{'on' if edtf.rstrip('?~%').count('-') == 2 else 'in'} {said}"


def _counted(number: int, of: int, word: str) -> str:
    """“2 of your 14 actions”; “your only action”."""
    return f"your only {word}" if number == of == 1 else f"{number} of your {of} {word}s"


def sentence(told: str) -> str:
    """The same with a capital letter and a full stop."""
    return f"{told[:1].upper()}{told[1:]}."
