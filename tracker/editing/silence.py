"""The line of silence as it reads at this moment: who looked last, and what waits for an editor."""

from collections.abc import Awaitable, Callable
from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.clock import Clock, london_day
from tracker.editing.queries import standing
from tracker.strategies.queries import changes_of, version
from tracker.strategies.rules import visible
from tracker.strategies.silence import reviewed_on, silence


def silence_line(clock: Clock) -> Callable[[AsyncSession], Awaitable[str]]:
    """What gives the line for messages; pages make theirs from the same words."""

    kept: dict[tuple[int, date], date | None] = {}
    """The last review, by the end of the record and the day: reading every change takes longer than a mail."""

    async def line(db: AsyncSession) -> str:
        now = clock()
        today = london_day(now)
        at = ((await version(db)).seq, today)
        if at not in kept:
            kept.clear()
            kept[at] = reviewed_on(visible(await changes_of(db), on=today, known_at=today))
        waits, watched = await standing(db, now=now)
        return silence(kept[at], waits, watched, today=today)

    return line
