"""What runs by the clock for accounts."""

from datetime import timedelta

from tracker.accounts.actions import forget
from tracker.clock import Clock
from tracker.db import Database
from tracker.web.limits import forget_full

FULL_AGAIN = timedelta(days=2)
"""Longer than the period of any limit."""


async def forget_sign_ins(database: Database, clock: Clock) -> str:
    """Delete what served to sign in and is over, and allowances that are full again."""
    now = clock()
    async with database.writing() as db:
        await forget(db, now=now)
        await forget_full(db, before=now - FULL_AGAIN)
    return "sign-ins of more than a day, sessions that are over and full allowances are forgotten"
