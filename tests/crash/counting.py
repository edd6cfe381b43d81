"""What was killed, what arrived, what came twice and why."""

from collections import Counter
from collections.abc import Sequence

import msgspec

from tracker.alerts.channels.email import BATCH, CONNECTIONS
from tracker.alerts.channels.webhook import AT_ONCE
from tracker.alerts.lane import ROUNDS, round_of

LATE = 1.0
"""Seconds for which what a process sent before it was killed may lie unread in its connection."""
HELD = ROUNDS * (round_of(CONNECTIONS, BATCH) + round_of(AT_ONCE, 1))
"""The most that one worker holds: what one kill may double at the very most."""


class Lost(Exception):
    """The promise was broken."""


class Count(msgspec.Struct):
    """What happened so far."""

    kills: int = 0
    rounds: int = 0
    arrived: int = 0
    doubled: int = 0
    most_doubled: int = 0
    """By one kill."""
    lapsed: int = 0
    """How many came twice without a kill, since a worker that lived could not keep its lease."""
    by_kind: Counter[str] = msgspec.field(default_factory=Counter)

    def __str__(self) -> str:
        kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(self.by_kind.items()))
        return (
            f"{self.kills} kills ({kinds}) in {self.rounds} rounds: {self.arrived:,} messages owed and all arrived, "
            f"{self.doubled} came twice, {self.most_doubled} of them by one kill at most"
        )

    def note_doubles(
        self, pairs: Sequence[tuple[float, float]], *, kills: Sequence[tuple[float, float]], lapsed: int = 0
    ) -> None:
        """Count what came again by the first kill after it came first; raises Lost where there was none between.

        So many more may be doubled as workers said that they wrote down after their lease.
        """
        by_kill: Counter[int] = Counter()
        for first, again in pairs:
            reasons = [place for place, (began, over) in enumerate(kills) if began < again and first < over + LATE]
            if not reasons and lapsed:
                lapsed -= 1
                self.lapsed += 1
                continue
            if not reasons:
                when = [f"{began - first:+.2f} to {over - first:+.2f}" for began, over in kills]
                raise Lost(f"something came twice, {again - first:.2f} s apart, and only these were killed: {when}")
            by_kill[reasons[0]] += 1
        most = max(by_kill.values(), default=0)
        if most > HELD:
            raise Lost(f"one kill doubled {most}; a worker holds {HELD} at most")
        self.doubled += by_kill.total()
        self.most_doubled = max(self.most_doubled, most)
