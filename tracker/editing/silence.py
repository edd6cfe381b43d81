"""The line of silence as it reads at this moment: who looked last, and what waits for an editor."""

from collections.abc import Awaitable, Callable

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.clock import Clock, london_day
from tracker.editing.queries import waiting
from tracker.strategies.queries import changes_of
from tracker.strategies.rules import visible
from tracker.strategies.silence import reviewed_on, silence


def silence_line(clock: Clock) -> Callable[[AsyncSession], Awaitable[str]]:
    """What gives the line for messages; pages make theirs from the same words."""

    async def line(db: AsyncSession) -> str:
        today = london_day(clock())
        seen = visible(await changes_of(db), on=today, known_at=today)
        return silence(reviewed_on(seen), await waiting(db), today=today)

    return line
