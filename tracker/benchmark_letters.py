"""Hands the benchmark's mails to the outbox of alerts: the one place where the two meet."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import email_destination, owe_mail
from tracker.benchmark import letters
from tracker.clock import Clock
from tracker.db import Database


async def owe_letters(database: Database, clock: Clock) -> str:
    """Owe every mail that the benchmark asked for since the last time."""
    async with database.writing() as db:
        await letters.hand_over(db, _owe, now=clock())
    # Not how many: that would tell who reads the log how many authorities take part.
    return "letters of the benchmark are owed"


async def _owe(db: AsyncSession, address: str, about: str, message: str, now: datetime) -> None:
    destination = await email_destination(db, address, now=now)
    await owe_mail(db, about=about, message=message, destination=destination, now=now)
