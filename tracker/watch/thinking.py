"""From answers to outcomes: read, compared with what is on record, and matched. Pure, and run in a thread."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from tracker.strategies.words import moment_text
from tracker.watch import health
from tracker.watch.asking import validators_of
from tracker.watch.decide import decide
from tracker.watch.kinds.common import Kind
from tracker.watch.manners import next_due
from tracker.watch.outcomes import Answered, Due, Failed, Outcome, Remembered, Suggested, Unchanged
from tracker.watch.schemas import Reading, Unreadable
from tracker.watch.suggesting import Judge
from tracker.watch.versions import Decided, Known, NewSighting, SourceState

log = logging.getLogger(__name__)

MOST_SAID = 1000
"""Characters kept of what was wrong with a source."""
Kinds = Mapping[str, Kind]


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """An answer as its kind reads it."""

    answered: Answered
    reading: Reading

    @property
    def due(self) -> Due:
        return self.answered.due


class When(msgspec.Struct, frozen=True, kw_only=True):
    """The moment of reading, and how chance spreads what is due next."""

    now: datetime
    chance: float | None = None


def read_all(kinds: Kinds, answers: Sequence[Answered]) -> list[Read | Failed]:
    """Each answer as its kind reads it, or what is wrong with it."""
    return [read_one(kinds, answered) for answered in answers]


def read_one(kinds: Kinds, answered: Answered) -> Read | Failed:
    due = answered.due
    try:
        return Read(answered=answered, reading=kinds[due.spec.kind].read(due.spec, answered.answer))
    except Unreadable as error:
        return Failed(due=due, error=error)
    except Exception as error:
        # Whatever a server sends must stop neither the worker nor its other sources; it is our fault, so it is logged.
        log.exception("what %s answered could not be read", due.spec.key)
        return Failed(due=due, error=Unreadable(f"its answer could not be read ({type(error).__name__})"))


def state_of(due: Due, *, began: datetime | None) -> SourceState:
    """What deciding is told of a source."""
    remembered = due.remembered
    return SourceState(
        read_at=due.health.read_at,
        high_water=remembered.high_water,
        changed_at=remembered.changed_at,
        text_digest=remembered.text_digest,
        doubt_digest=remembered.doubt_digest,
        began=began,
    )


def conclude(read: Read, known: Known, judge: Judge, *, began: datetime | None, when: When) -> Outcome:
    """What a reading means for the record."""
    try:
        decided = decide(read.due.spec, state_of(read.due, began=began), read.reading, known, now=when.now)
    except Unreadable as error:
        return after_failure(Failed(due=read.due, error=error), when=when)
    except Exception as error:
        log.exception("what %s shows could not be compared with the record", read.due.spec.key)
        said = Unreadable(f"what it shows could not be compared with the record ({type(error).__name__})")
        return after_failure(Failed(due=read.due, error=said), when=when)
    suggested = {(new.item, new.version): found for new in decided.new if (found := judge.suggestions(new))}
    return Outcome(
        due=read.due,
        health=health.read(read.due.health, now=when.now, remark=_remark(read)),
        remembered=_remembered(read, decided, now=when.now),
        due_at=_due_again(read, decided, when=when),
        decided=decided,
        suggested=suggested,
        recorded=frozenset(_recorded(decided.new, suggested, judge)),
        body=read.answered.answer.body if any(new.text is not None for new in decided.new) or decided.texts else None,
        gap_said=_gap_said(decided),
    )


def _recorded(new: Sequence[NewSighting], suggested: Suggested, judge: Judge) -> set[tuple[str, str]]:
    keys = {(each.item, each.version): each for each in new}
    return {key for key in suggested if judge.is_recorded(keys[key])}


def _remembered(read: Read, decided: Decided, *, now: datetime) -> Remembered:
    before, answer = read.due.remembered, read.answered.answer
    # What is no success has no validators, though its kind may know what it means.
    etag, modified = validators_of(answer) if answer.status == 200 else (None, None)
    return Remembered(
        etag=etag,
        last_modified=modified,
        body_digest=read.answered.body_digest if answer.status == 200 else None,
        high_water=decided.high_water or before.high_water,
        changed_at=now if decided.new else before.changed_at,
        text_digest=decided.text_digest or before.text_digest,
        doubt_digest=decided.doubt_digest,
    )


def _due_again(read: Read, decided: Decided, *, when: When) -> datetime:
    due = next_due(when.now, read.due.spec.every, keep=read.answered.keep, chance=when.chance)
    return min(due, decided.look_again_at or due)


def _remark(read: Read) -> str | None:
    moved = (f"it has moved for good to {read.answered.moved_to}",) if read.answered.moved_to else ()
    said = "; ".join((*moved, *read.reading.remarks))
    return clean(said) or None


def _gap_said(decided: Decided) -> str | None:
    if decided.gap is None:
        return None
    since, until = moment_text(decided.gap.since), moment_text(decided.gap.until)
    return f"does not show any more what was published between {since} and {until}"


def after_failure(failed: Failed, *, when: When, not_before: datetime | None = None) -> Outcome:
    """A source that could not be read remembers what it was like when it was, and is tried again."""
    due = failed.due
    stands = health.failed(due.health, failed.error, now=when.now)
    again = next_due(when.now, due.spec.every, failures=stands.failures, chance=when.chance)
    return Outcome(
        due=due,
        health=msgspec.structs.replace(stands, trouble=clean(stands.trouble or "")),
        remembered=due.remembered,
        # What was not asked for comes first once its server may be asked: one bad address must not hold up the others.
        due_at=max(again, not_before or again) if failed.is_tried else when.now,
    )


def after_nothing_new(unchanged: Unchanged, *, when: When) -> Outcome:
    """A source that shows what it showed: what had to be left out of it is still left out."""
    due = unchanged.due
    remark = None if due.health.failures else due.health.trouble
    validators = {"etag": unchanged.etag, "last_modified": unchanged.last_modified}
    return Outcome(
        due=due,
        health=health.read(due.health, now=when.now, remark=remark),
        remembered=msgspec.structs.replace(due.remembered, **validators),
        due_at=next_due(when.now, due.spec.every, keep=unchanged.keep, chance=when.chance),
    )


def postponed(due: Due, *, now: datetime, by: timedelta) -> Outcome:
    """A source that was not tried."""
    return Outcome(due=due, health=due.health, remembered=due.remembered, due_at=now + by)


def clean(said: str) -> str:
    """Words about what a server sent: it may have sent anything, and PostgreSQL keeps no text with a NUL in it."""
    shown = "".join(sign if sign.isprintable() else " " for sign in said)
    return " ".join(shown.split())[:MOST_SAID]
