"""Changes and verdicts, as they are shown."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import msgspec

from tracker.strategies import facts
from tracker.strategies.facts import Change, Fact, VerdictGiven, kind_of
from tracker.strategies.milestones import happened
from tracker.strategies.schemas import ChangeView, LoggedChange, VerdictView
from tracker.strategies.statuses import State
from tracker.strategies.words import happened_text

KINDS = {
    "date-stated": "Date stated",
    "milestone-reached": "Milestone reached",
    "milestone-dropped": "Milestone dropped",
    "started": "Started",
    "delivered": "Delivered",
    "ongoing": "Confirmed ongoing",
    "stopped": "Stopped",
    "superseded": "Superseded",
    "scope-stated": "Scope stated",
    "verdict-given": "Verdict given",
    "reviewed": "Looked for, nothing found",
    "noted": "Context",
    "became-overdue": "Became overdue",
    "corrected": "Correction",
}
MOVES = (
    facts.Started, facts.Delivered, facts.Ongoing, facts.Stopped, facts.Superseded,
    facts.MilestoneReached, facts.MilestoneDropped, facts.ScopeStated, facts.BecameOverdue,
)  # fmt: skip
"""Facts after which an earlier opinion may no longer fit."""
_COMMON = frozenset(Fact.__struct_fields__)


def change_view(change: Change, current: State) -> ChangeView:
    """A change as it is shown; worked out once for every page and feed of a state."""
    if change.seq not in current.shown:
        current.shown[change.seq] = ChangeView(**_fields(change, current))
    view: ChangeView = current.shown[change.seq]
    return view


def logged_change(change: Change, current: State) -> LoggedChange:
    """A change as it was recorded, with what is needed to check the chain."""
    return LoggedChange(
        **_fields(change, current), strategy=change.strategy, body=change.body, body_sha256=change.body_digest
    )


def _fields(change: Change, current: State) -> dict[str, Any]:
    fact = change.fact
    kind = kind_of(fact)
    return {
        "seq": change.seq,
        "key": change.key,
        "kind": kind,
        "kind_text": KINDS.get(kind, kind),
        "about": fact.about,
        "announcements": announcements_of(change),
        "text": fact.text,
        "happened_on": fact.happened_on,
        "happened_text": happened_text(fact.happened_on),
        "known_on": fact.known_on,
        "recorded_at": change.recorded_at,
        "certainty": fact.certainty,
        "inferred": fact.inferred,
        "note": fact.note,
        "details": _details(fact),
        "evidence": fact.evidence,
        "corrected": change.key in current.corrected or change.key in current.withdrawn,
        "hash": change.hash,
    }


def _details(fact: facts.AnyFact | facts.Unknown) -> dict[str, Any]:
    """What a kind of fact says beyond what all facts say."""
    if isinstance(fact, facts.Unknown):
        return {}
    own = {name: getattr(fact, name) for name in fact.__struct_fields__ if name not in _COMMON}
    return {name: value for name, value in msgspec.to_builtins(own).items() if value not in (None, [], ())}


def announcements_of(change: Change) -> tuple[int, ...]:
    """The announcements that a change bears on, in order."""
    return _numbers(change.fact.about)


@lru_cache(maxsize=4096)
def _numbers(refs: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(sorted({int(ref.split("/")[0]) for ref in refs}))


def about(changes: Iterable[Change], number: int) -> list[Change]:
    """The changes that bear on an announcement, oldest first."""
    return [change for change in changes if number in announcements_of(change)]


def latest_first(changes: Iterable[Change]) -> list[Change]:
    """Changes with the most recent happening first; one whose day is uncertain stands at its earliest."""
    return sorted(changes, key=lambda change: (happened(change).earliest, change.seq), reverse=True)


def verdicts(changes: Sequence[Change]) -> tuple[VerdictView, ...]:
    """Opinions among these changes, newest first, each marked stale when its subject has moved since."""
    return tuple(
        _verdict(change, change.fact, changes)
        for change in latest_first(changes)
        if isinstance(change.fact, VerdictGiven)
    )


def _verdict(change: Change, fact: VerdictGiven, changes: Sequence[Change]) -> VerdictView:
    return VerdictView(
        seq=change.seq,
        organisation=fact.organisation,
        rating=fact.rating,
        summary=fact.text,
        next=fact.next,
        topic=fact.topic,
        happened_on=fact.happened_on,
        happened_text=happened_text(fact.happened_on),
        inferred=fact.inferred,
        stale=bool(overtaken_by(change, changes)),
        evidence=fact.evidence,
    )


def judged_again(changes: Sequence[Change]) -> frozenset[int]:
    """Opinions after which the same organisation judged the same things anew, by their place on record."""
    given: list[tuple[str, set[str]]] = []
    found = set()
    for change in latest_first(changes):
        if isinstance(change.fact, VerdictGiven) and change.fact.about:
            about = set(change.fact.about)
            if any(who == change.fact.organisation and about <= later for who, later in given):
                found.add(change.seq)
            given.append((change.fact.organisation, about))
    return frozenset(found)


def overtaken_by(verdict: Change, changes: Iterable[Change]) -> list[Change]:
    """What moved in that which an opinion judged since the day on which it was given, the latest first."""
    given_on, judged = happened(verdict).latest, set(verdict.fact.about)
    moved = (other for other in changes if isinstance(other.fact, MOVES) and _touches(other, judged))
    return latest_first(other for other in moved if happened(other).latest > given_on)


def _touches(change: Change, refs: set[str]) -> bool:
    """Whether a change is about something that these references name or contain."""
    return any(ref == other or ref.startswith(f"{other}/") for ref in change.fact.about for other in refs)
