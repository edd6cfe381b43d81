"""Owes the mails of those who ask to sign in: the request itself does the same for an unknown address."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import mail
from tracker.accounts.actions import owe_sign_in_mails
from tracker.alerts.actions import email_destination, owe_mail
from tracker.clock import Clock
from tracker.db import Database


async def owe_sign_ins(database: Database, clock: Clock) -> str:
    """Owe the mail of every sign-in that was asked for since the last time."""
    async with database.writing() as db:
        owed = await owe_sign_in_mails(db, _owe, now=clock())
    return f"{owed} mail{'s' * (owed != 1)} to sign in"


async def _owe(db: AsyncSession, address: str, sign_in_id: int, now: datetime) -> None:
    destination = await email_destination(db, address, now=now)
    await owe_mail(db, about=mail.about(sign_in_id), message=mail.MESSAGE, destination=destination, now=now)
