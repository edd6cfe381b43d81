"""The entry that a sighting would become, filled in for an editor to check: who, what, when, in whose words. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from tracker.clock import london_day
from tracker.editing.fields import is_link
from tracker.editing.queue.schemas import Sighted
from tracker.editing.schemas import Entry
from tracker.strategies.facts import Evidence, Noted

LONGEST_QUOTATION = 1000
"""As the form of evidence takes it."""
LONGEST_NOTE = 240
"""A change note of this length still fits into a sentence; a longer one is only quoted in the evidence."""
LONGEST_TITLE = 300
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")
_QUOTED = re.compile("“([^”]+)”")


def proposal(sighted: Sighted, numbers: Sequence[int], *, text: str = "", today: date) -> Entry:
    """A note that something was published, about these announcements; `text` is what the page says, where it is kept.

    What an editor makes of it is their own: the kind of fact, its sentence, what it is about.
    """
    day = min(london_day(sighted.published_at or sighted.seen_at), today)
    seen_only = sighted.published_at is None or sighted.silent or sighted.is_withdrawal
    fact = Noted(
        about=tuple(str(number) for number in numbers),
        text=sentence(sighted),
        happened_on=day.isoformat(),
        known_on=today,
        inferred="The day is the one on which we saw it; it happened on that day or before." if seen_only else None,
    )
    return Entry(facts=(fact,), evidence=(evidence(sighted, text=text),))


def sentence(sighted: Sighted) -> str:
    """What happened, in one plain sentence, as far as the sighting tells."""
    who, title = publisher_of(sighted), f"“{_title(sighted)}”"
    if sighted.is_withdrawal:
        return f"{who} withdrew {title}."
    if sighted.silent:
        return f"The text of {title} changed without a public note."
    if sighted.is_first:
        return f"{who} published {title}."
    note = " ".join((sighted.note or "").split()) if sighted.note_is == "known" else ""
    if note and len(note) <= LONGEST_NOTE:
        return f"{who} updated {title}: “{note}”"
    return f"{who} published {title}." if sighted.note_is == "none" else f"{who} updated {title}."


def evidence(sighted: Sighted, *, text: str = "") -> Evidence:
    """Where it can be read, with the source's own words."""
    published = sighted.published_at
    return Evidence(
        title=_title(sighted),
        publisher=publisher_of(sighted),
        url=sighted.url if is_link(sighted.url) else None,
        dated=london_day(published).isoformat() if published else None,
        quotation=quotation(sighted, text) or None,
        note=_said_of(sighted),
    )


def quotation(sighted: Sighted, text: str = "") -> str:
    """The change note; without one the first sentence that made the match. Always the source's exact words."""
    if sighted.note_is == "known" and sighted.note and not sighted.is_first:
        return _cut(sighted.note.strip())
    if sighted.silent:
        return _cut(next((piece.text.strip() for piece in sighted.difference if piece.kind == "added"), ""))
    phrases = [phrase.casefold() for item in sighted.suggestions for reason in item.reasons
               for phrase in _QUOTED.findall(reason)]  # fmt: skip
    sentences = [*_sentences(sighted.summary), *_sentences(text)]
    telling = (found for found in sentences if any(phrase in found.casefold() for phrase in phrases))
    return _cut(next(telling, "") or next(iter(sentences), ""))


def publisher_of(sighted: Sighted) -> str:
    """Who published it; where nobody says, where it was seen."""
    return " ".join(sighted.publisher.split()) or sighted.source_title


def _title(sighted: Sighted) -> str:
    title = " ".join(sighted.title.split()) or sighted.url
    return title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE].rsplit(' ', 1)[0]}…"


def _said_of(sighted: Sighted) -> str | None:
    said = [text for is_so, text in _marks(sighted) if is_so]
    return " ".join(said) or None


def _marks(sighted: Sighted) -> Iterator[tuple[bool, str]]:
    yield sighted.withdrawn, "The page is withdrawn."
    yield sighted.historic, "It was published under an earlier government."
    changed = not (sighted.is_first or sighted.silent or sighted.is_withdrawal)
    yield changed and sighted.note_is in ("awaited", "unknown"), "What changed was not said where we read it."


def _sentences(text: str) -> Iterable[str]:
    return (found.strip() for found in _SENTENCE_ENDS.split(text) if found.strip())


def _cut(text: str) -> str:
    """The words as they are, as many as the form takes."""
    return text if len(text) <= LONGEST_QUOTATION else text[:LONGEST_QUOTATION].rsplit(None, 1)[0]
