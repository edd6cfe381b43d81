"""What runs by the clock for editing: entries whose hold has ended, and promises whose last day has passed."""

import logging

from sqlalchemy.exc import SQLAlchemyError

from tracker.clock import Clock, london_day
from tracker.db import Database
from tracker.editing.actions import Outcome, due_drafts, give_back, publish
from tracker.editing.announce import announce, prefix_of, together
from tracker.editing.contests import forget_words
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.lapses import announcement_of, may_wait, unnoticed
from tracker.strategies.queries import records
from tracker.watch.freshness import unread_suggestions

FAULT = "It could not be published because of a fault in the tracker. The fault was logged: tell whoever runs it."
log = logging.getLogger(__name__)


async def publish_due(database: Database, clock: Clock) -> str:
    """Publish every entry whose hold has ended, each in a transaction of its own."""
    async with database.reading() as db:
        waiting = await due_drafts(db, now=clock())
    done = [outcome for draft_id in waiting if (outcome := await _publish(database, draft_id, clock))]
    returned = sum(outcome.returned is not None for outcome in done)
    return f"{_counted(len(done) - returned, 'entry', 'entries')} published, {returned} given back"


async def _publish(database: Database, draft_id: int, clock: Clock) -> Outcome | None:
    """Publish one entry; one that cannot be goes back to its author, and keeps no other from being published."""
    try:
        async with database.writing() as db:
            return await publish(db, draft_id, by=None, now=clock())
    except (SQLAlchemyError, OSError):
        raise  # The database is away: that is nobody's entry's fault, and the next second tries again.
    except Exception:
        log.exception("entry %s cannot be published", draft_id)
        async with database.writing() as db:
            return await give_back(db, draft_id, FAULT, now=clock())


async def note_lapses(database: Database, clock: Clock) -> str:
    """Record every milestone that became overdue and is not on record yet, missed days included, and tell of it.

    Those of one announcement and one day are one message. While something unread may show that a date was kept, its
    notice waits, a week at the longest: statuses are worked out from the dates and do not wait.
    """
    now = clock()
    noted = 0
    today = london_day(now)
    async with database.writing() as db:
        head = await lock_head(db)
        held = await records(db)
        unread = await unread_suggestions(db, now=now)
        for record in held.strategies:
            slug = record.strategy.identity.slug
            new = [
                NewChange(strategy=slug, key=key, fact=fact)
                for key, fact in unnoticed(record.strategy, record.changes, today=today)
                if not (may_wait(fact, today=today) and announcement_of(slug, fact) in unread)
            ]
            notices = await append(db, head, new, now=now)
            for group in together(notices):
                key, prefix = group[0].key, prefix_of(held, slug)
                await announce(db, record, group, told=group, key=key, prefix=prefix, now=now)
            noted += len(notices)
    return f"{_counted(noted, 'overdue notice', 'overdue notices')} recorded"


async def forget_contests(database: Database, clock: Clock) -> str:
    """Forget, once a day, the words of contests that were answered long enough ago."""
    async with database.writing() as db:
        number = await forget_words(db, now=clock())
    return f"the words of {_counted(number, 'contest', 'contests')} forgotten"


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
