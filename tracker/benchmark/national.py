"""Where what a question rests on stands nationally, in the words of the public record. Pure."""

from collections.abc import Iterable, Mapping

from tracker.benchmark.schemas import Criterion
from tracker.strategies.moved import standing_text
from tracker.strategies.public import PublicRecord
from tracker.strategies.words import status_text

STRATEGY = "championing-kinship-care"
"""The strategy that the questions are about."""


def record_of(strategies: Mapping[str, PublicRecord]) -> PublicRecord | None:
    """The record that the questions rest on; None on a tracker that does not hold it."""
    return strategies.get(STRATEGY)


def national_state(public: PublicRecord | None, criterion: Criterion) -> str:
    """Where the announcements that a question rests on stand, a sentence each; "" where it rests on none."""
    if public is None:
        return ""
    told = (_told(public, number, criterion.rests_on) for number in public.numbers)
    return " ".join(sentence for sentence in told if sentence)


def national_states(public: PublicRecord | None, criteria: Iterable[Criterion]) -> dict[str, str]:
    """The same for many questions, by their keys."""
    return {criterion.key: national_state(public, criterion) for criterion in criteria}


def _told(public: PublicRecord, number: int, rests_on: Iterable[str]) -> str:
    """One announcement, or of it the deliverables that are rested on."""
    refs = [ref for ref in rests_on if ref.partition("/")[0] == str(number)]
    if not refs:
        return ""
    place = public.numbers.index(number)
    at, announcement = public.now().announcements[place], public.strategy.announcements[place]
    chosen = [item for item in at.deliverables if any(touches(ref, item.ref) for ref in refs)]
    each = list(dict.fromkeys(standing_text(item) for item in chosen or at.deliverables))
    word = each[0] if len(each) == 1 else f"{_lower(status_text(at.status, at.scope))}. Its parts: {'; '.join(each)}"
    return f"Announcement {number}, {announcement.title}: {word}."


def changed_announcements(public: PublicRecord | None, cause: str) -> list[tuple[str, str]]:
    """The announcements that a change of the record is about: what each is called, and the address of its page."""
    kind, _, seq = cause.partition("/")
    changes = public.changes if public and kind == "change" else ()
    about = next((change.fact.about for change in changes if str(change.seq) == seq), ())
    numbers = {ref.partition("/")[0] for ref in about}
    return [
        (f"{item.number}. {item.title}", public.link(f"/announcements/{item.number}"))
        for item in (public.strategy.announcements if public else ())
        if public and str(item.number) in numbers
    ]


def touches(ref: str, about: str) -> bool:
    """Whether a fact about something bears on what a question rests on: the same thing, a part of it, or the whole."""
    return ref == about or about.startswith(f"{ref}/") or ref.startswith(f"{about}/")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
