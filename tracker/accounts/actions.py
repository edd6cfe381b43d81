"""Signing in and out, and the note of what somebody did. Nothing here commits."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import queries, sessions
from tracker.accounts.models import Audited, Person, SignIn
from tracker.accounts.rules import LASTS
from tracker.errors import Conflict
from tracker.web.secrets import digest

OweMail = Callable[[AsyncSession, str, int, datetime], Awaitable[None]]
"""Owes the mail of a sign-in: given a database, an address, the sign-in's id and the moment."""


async def audit(
    db: AsyncSession,
    *,
    person_id: int | None,
    did: str,
    about: str = "",
    detail: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Note what somebody did, in the transaction in which it is done. `detail` holds no secret."""
    kept = msgspec.json.encode(detail or {}, order="sorted").decode()
    db.add(Audited(at=now, person_id=person_id, did=did, about=about, detail=kept))
    await db.flush()


async def ask_sign_in(db: AsyncSession, address: str, *, browser: str, next: str, now: datetime) -> SignIn:
    """Note that somebody wants to sign in with an address, whether or not anybody has it: both are the same work."""
    person_id = (
        await db.exec(select(Person.id).where(Person.address == address, col(Person.stopped_at).is_(None)))
    ).first()
    asked = SignIn(person_id=person_id, browser_hash=digest(browser), next=next, asked_at=now, expires_at=now + LASTS)
    db.add(asked)
    await db.flush()
    return asked


async def are_mails_waiting(db: AsyncSession, *, now: datetime) -> bool:
    """Whether somebody who is known asked to sign in, and their mail is not owed yet."""
    return (await db.exec(select(SignIn.id).where(*_waiting(now)).limit(1))).first() is not None


async def owe_sign_in_mails(db: AsyncSession, owe: OweMail, *, now: datetime) -> int:
    """Owe the mails of sign-ins that were asked for since; returns how many."""
    asked = await db.exec(
        select(SignIn, Person.address)
        .join(Person, col(Person.id) == col(SignIn.person_id))
        .where(*_waiting(now))
        .order_by(col(SignIn.id))
        .with_for_update(of=SignIn, skip_locked=True)
    )
    found = asked.all()
    for sign_in, address in found:
        await owe(db, address, sign_in.id or 0, now)
        sign_in.owed_at = now
    await db.flush()
    return len(found)


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return col(SignIn.person_id).is_not(None), col(SignIn.owed_at).is_(None), col(SignIn.expires_at) > now


async def sign_in(
    db: AsyncSession, asked: SignIn, *, instead_of: str, browser: str, how: str, now: datetime
) -> sessions.Opened:
    """Turn a sign-in that was proved into a new session, and end the one that the browser held the token of.

    The sign-in is locked and open; raises Conflict when its person was stopped meanwhile.
    """
    if asked.person_id is None or not await queries.may_sign_in(db, asked.person_id):
        raise Conflict("This link can no longer be used. Ask for a new one.")
    asked.used_at = now
    db.add(asked)
    await sessions.end_of_browser(db, instead_of)
    opened = await sessions.start(db, asked.person_id, browser=browser, now=now)
    detail = {"how": how, "browser": browser, "session": opened.session_id}
    await audit(db, person_id=asked.person_id, did="signed in", detail=detail, now=now)
    return opened


async def count_try(db: AsyncSession, asked: SignIn, *, now: datetime) -> int:
    """Count a wrong code of a sign-in that is locked; returns how many there have been."""
    asked.tries += 1
    db.add(asked)
    await audit(db, person_id=asked.person_id, did="typed a wrong code", about=f"sign-in/{asked.id}", now=now)
    return asked.tries


async def sign_out(db: AsyncSession, *, session_id: int, person_id: int, now: datetime) -> None:
    """End one session of a person's own."""
    await sessions.end(db, session_id, person_id=person_id)
    await audit(db, person_id=person_id, did="signed out", detail={"session": session_id}, now=now)


async def sign_out_everywhere(db: AsyncSession, person_id: int, *, by: int | None, now: datetime) -> None:
    """End all sessions of a person."""
    await sessions.end_all(db, person_id)
    await audit(db, person_id=by, did="signed out everywhere", about=f"person/{person_id}", now=now)


async def forget(db: AsyncSession, *, now: datetime) -> None:
    """Delete sign-ins after a day, and sessions that are over."""
    await db.exec(delete(SignIn).where(col(SignIn.asked_at) < now - timedelta(days=1)))
    await sessions.forget_ended(db, now=now)
