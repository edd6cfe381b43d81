"""What runs by the clock for the benchmark."""

import asyncio
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark import closing, flags, joining, letters, members
from tracker.benchmark.comparison import compare
from tracker.benchmark.telling import CHANGED
from tracker.clock import Clock, london_day
from tracker.db import Database
from tracker.web.secrets import Secrets


async def answer_access(database: Database, clock: Clock) -> str:
    """Let in, or announce to the leads, whoever has proved an address since the last time."""
    async with database.writing() as db:
        await joining.answer_proved(db, now=clock())
    # Here and below: how many take part or ask to is nobody's business who reads the log.
    return "requests for access are answered"


async def tell_of_roles(database: Database, clock: Clock) -> str:
    """Owe word of roles of authorities that were given or taken since the last time."""
    async with database.writing() as db:
        await members.tell_of_roles(db, now=clock())
    return "word of roles is owed"


async def forget_access(database: Database, clock: Clock) -> str:
    """Delete, once a day, requests for access and notes of mails whose time is over."""
    now = clock()
    async with database.writing() as db:
        await joining.forget_requests(db, now=now)
        await letters.forget(db, now=now)
    return "requests for access whose time is over are forgotten"


async def is_any_change_new(db: AsyncSession, *, now: datetime) -> bool:
    """Whether the record or the questions have moved on since answers were last flagged."""
    return await flags.has_news(db, today=london_day(now))


async def flag_changes(database: Database, clock: Clock) -> str:
    """Flag every answer and action that rests on what changed since the last time; each lead gets one mail."""
    now = clock()
    async with database.writing() as db:
        raised = await flags.raise_flags(db, now=now, today=london_day(now))
        for authority, found in raised.items():
            first, last = min(found), max(found)
            await letters.ask_leads(
                db,
                authority=authority,
                kind=CHANGED,
                key=f"{CHANGED}/{authority}/{last}",
                content={"first": first, "last": last},
                now=now,
            )
    return "answers and actions follow the record"


async def close_rounds(database: Database, clock: Clock, keys: Secrets) -> str:
    """Close every round that is over: what its authorities are shown of each other is worked out, once."""
    closed = []
    async with database.reading() as db:
        over = await closing.over(db, now=clock())
    for round in over:
        async with database.reading() as db:
            prepared = await closing.prepare(db, round, keys)
        # A minute or so for all of England: meanwhile others write, and this worker does its other jobs.
        found = await asyncio.to_thread(compare, prepared.given)
        async with database.writing() as db:
            closed += [round.key] if await closing.keep(db, prepared, found, now=clock()) else []
    return f"closed: {', '.join(closed) or 'none'}"
