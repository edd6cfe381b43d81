"""What is frozen at a signature: answers with the questions they answer and the national state of that day. Pure."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date

import msgspec

from tracker.benchmark.rules import Standing
from tracker.benchmark.schemas import Criterion, Frozen, FrozenAnswer


class NationalState(msgspec.Struct, frozen=True, kw_only=True):
    """The public record at one moment: where each question's announcement stands, the day, and the record's end."""

    by_criterion: Mapping[str, str]
    on: date
    seq: int


def frozen_answers(
    asked: Iterable[Criterion],
    standings: Mapping[str, Standing],
    national: NationalState,
    *,
    version_of: Callable[[str, int], Criterion],
) -> tuple[FrozenAnswer, ...]:
    """The answers that stand, in the order of the questions, each with the version of its question that it answers."""
    return tuple(
        FrozenAnswer(
            criterion=version_of(item.key, at.answer.version),
            level=at.answer.level,
            sentence=at.answer.sentence,
            details=at.answer.details,
            national=national.by_criterion.get(item.key, ""),
        )
        for item in asked
        if (at := standings.get(item.key)) and at.answer and at.is_answered
    )


def sealed(frozen: Frozen) -> tuple[str, str]:
    """The exact text that is kept, and its SHA-256."""
    body = msgspec.json.encode(frozen)
    return body.decode(), hashlib.sha256(body).hexdigest()
