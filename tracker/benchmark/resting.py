"""What changed and what rests on it: “2 of your 14 actions rest on announcement 14, which changed on …”.

Pure. What changed is named, and never by what a question rests on: news of the guidance is no change of the law.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tracker.benchmark.flags import FlagView
from tracker.benchmark.national import touches
from tracker.benchmark.questions import lines
from tracker.benchmark.schemas import Criterion
from tracker.strategies.words import happened_text


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that changed, with the answers and the actions that rest on it."""

    cause: str
    said: str
    happened: str
    told: str
    """The sentence that counts them."""
    about: tuple[str, ...]
    """What of the record changed."""
    flags: tuple[FlagView, ...]


def moved(
    flags: Sequence[FlagView],
    *,
    answers: int,
    actions: int,
    criteria: Iterable[Criterion],
    about: Mapping[str, Sequence[str]],
) -> list[Moved]:
    """Everything that changed, in the order of the flags, with how many of all answers and open actions rest on it."""
    rests_on = {item.key: item.rests_on for item in criteria}
    causes = dict.fromkeys(flag.cause for flag in flags)
    groups = {cause: [flag for flag in flags if flag.cause == cause] for cause in causes}
    return [
        Moved(
            cause=cause,
            said=group[0].said,
            happened=happened_text(group[0].happened_on),
            told=_told(group, _named(group, about.get(cause, ()), rests_on), answers=answers, actions=actions),
            about=tuple(about.get(cause, ())),
            flags=tuple(group),
        )
        for cause, group in groups.items()
    ]


def _named(group: Sequence[FlagView], about: Sequence[str], rests_on: Mapping[str, Sequence[str]]) -> str:
    """The announcements that changed and that these rest on: “announcement 13 (…) or 14 (…)”."""
    refs = {ref for flag in group for ref in rests_on.get(flag.criterion, about)}
    numbers = {changed.partition("/")[0] for changed in about if any(touches(ref, changed) for ref in refs)}
    named = [f"{line.key} ({line.title})" for line in lines() if line.key in numbers]
    return f"announcement {' or '.join(filter(None, (', '.join(named[:-1]), named[-1])))}" if named else ""


def _told(group: Sequence[FlagView], named: str, *, answers: int, actions: int) -> str:
    counts = [("answer", answers), ("action", actions)]
    parts = [
        _counted(number, of, word)
        for word, of in counts
        if (number := sum(flag.about.startswith(f"{word}/") for flag in group))
    ]
    single = len(group) == 1
    if group[0].cause.startswith("question/"):
        return f"{' and '.join(parts)} {'goes' if single else 'go'} with a question whose words have changed since"
    rest = "rests" if single else "rest"
    what = f"{named}, which changed" if named else "something national that changed"
    return f"{' and '.join(parts)} {rest} on {what} {_when(group[0].happened_on)}"


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
