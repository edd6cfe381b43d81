"""What runs by the clock for the record."""

from tracker.clock import Clock, london_day
from tracker.db import Database
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.lapses import unnoticed
from tracker.strategies.queries import records


async def note_lapses(database: Database, clock: Clock) -> str:
    """Record every milestone that became overdue and is not on record yet, missed days included."""
    now = clock()
    async with database.writing() as db:
        head = await lock_head(db)
        new = [
            NewChange(strategy=record.strategy.identity.slug, key=key, fact=fact)
            for record in (await records(db)).strategies
            for key, fact in unnoticed(record.strategy, record.changes, today=london_day(now))
        ]
        await append(db, head, new, now=now)
    return f"{len(new)} overdue notice{'s' * (len(new) != 1)} recorded"
