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
        owed = await letters.hand_over(db, _owe, now=clock())
    return f"{owed} letter{'s' * (owed != 1)} of the benchmark"


async def _owe(db: AsyncSession, address: str, about: str, message: str, now: datetime) -> None:
    destination = await email_destination(db, address, now=now)
    await owe_mail(db, about=about, message=message, destination=destination, now=now)
