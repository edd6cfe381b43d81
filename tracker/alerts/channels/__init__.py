"""What a way of sending promises, so that another provider is another file here."""

from collections.abc import Callable, Sequence
from typing import Protocol

from tracker.alerts.schemas import Alert, Tried

Done = Callable[[Alert, Tried], None]
"""Says what came of an alert, as soon as it is known. May be called from any thread."""


IsOurs = Callable[[Alert], bool]
"""Whether an alert may be begun with: not when another worker may have it by now. May be asked from any thread."""


class Channel(Protocol):
    """A way of sending alerts."""

    at_once: int
    """How many calls of send it takes at the same time."""
    batch: int
    """How many alerts a call takes."""

    async def send(self, alerts: Sequence[Alert], done: Done, *, is_ours: IsOurs) -> None:
        """Try each that is ours once and say what came of it; whatever was not said when it ends was not tried."""

    def stop(self) -> None:
        """Begin nothing more: what send has not begun with is left unsaid."""

    async def close(self) -> None:
        """End what is kept open."""
