"""What runs by the clock for alerts. Sending itself is no job: every worker does it all the time."""

from tracker.alerts.digests import write_digests
from tracker.alerts.reminders import remind
from tracker.alerts.rules import DIGESTS_AT as DIGESTS_AT
from tracker.alerts.rules import Slot
from tracker.alerts.standing import resume_due
from tracker.alerts.trouble import watch
from tracker.clock import Clock
from tracker.db import Database


async def daily_digests(database: Database, clock: Clock) -> str:
    """Owe the digests of a day, and one to everybody for whom something is late."""
    return await _digests(database, clock, "daily")


async def weekly_digests(database: Database, clock: Clock) -> str:
    """Owe the digests of a week."""
    return await _digests(database, clock, "weekly")


async def monthly_digests(database: Database, clock: Clock) -> str:
    """Owe the digests of a month, also where nothing changed."""
    return await _digests(database, clock, "monthly")


async def _digests(database: Database, clock: Clock, cadence: str) -> str:
    now = clock()
    async with database.writing() as db:
        count = await write_digests(db, Slot.last(cadence, now), now=now)
    return f"{count} {cadence} digest{'s' * (count != 1)} owed"


async def coming_up(database: Database, clock: Clock) -> str:
    """Remind of dates that are 30 and 7 days ahead."""
    async with database.writing() as db:
        count = await remind(db, now=clock())
    return f"{count} reminder{'s' * (count != 1)} given"


async def resume_paused(database: Database, clock: Clock) -> str:
    """Go on with what was paused for a time that is over."""
    async with database.writing() as db:
        count = await resume_due(db, now=clock())
    return f"{count} resumed"


async def watch_endpoints(database: Database, clock: Clock) -> str:
    """Tell owners of endpoints that do not answer, and park those that have not for days."""
    async with database.writing() as db:
        warned, parked = await watch(db, now=clock())
    return f"{warned} warned, {parked} parked"
