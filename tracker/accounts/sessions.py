"""Sessions: a browser holds a random token, the database its hash. Made new at each sign-in, and gone when revoked."""

import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import HeldRole, LoginSession, Person
from tracker.accounts.policies import Role
from tracker.accounts.rules import IDLE, LONGEST, SEEN_EVERY
from tracker.accounts.visitors import Held, Visitor
from tracker.web.secrets import Secrets, digest


class Opened(msgspec.Struct, frozen=True):
    """A new session; the token is for the browser and is kept nowhere else."""

    token: str
    session_id: int


async def start(db: AsyncSession, person_id: int, *, browser: str = "", now: datetime) -> Opened:
    """Sign a person in on a browser, with a token that nobody has seen before."""
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        token_hash=digest(token),
        person_id=person_id,
        browser=browser,
        started_at=now,
        seen_at=now,
        ends_at=now + LONGEST,
    )
    db.add(row)
    await db.flush()
    assert row.id is not None  # noqa: S101 - flushed
    return Opened(token, row.id)


async def find(db: AsyncSession, token: str, *, secrets: Secrets, now: datetime) -> tuple[Visitor, bool] | None:
    """Whose session this token opens, and whether its use is to be noted; None when it opens none any more."""
    found = (
        await db.exec(
            select(LoginSession, Person)
            .join(Person, col(Person.id) == col(LoginSession.person_id))
            .where(LoginSession.token_hash == digest(token), col(Person.stopped_at).is_(None))
        )
    ).first()
    if found is None:
        return None
    session, person = found
    if now >= session.ends_at or now - session.seen_at >= IDLE:
        return None
    roles = await db.exec(select(HeldRole).where(HeldRole.person_id == person.id).order_by(HeldRole.role, HeldRole.of))
    visitor = visitor_from(person, session, roles.all(), secrets=secrets)
    return visitor, now - session.seen_at >= SEEN_EVERY


def visitor_from(person: Person, session: LoginSession, roles: Sequence[HeldRole], *, secrets: Secrets) -> Visitor:
    """A person and a session as the rest of the tracker sees them."""
    return Visitor(
        person_id=person.id or 0,
        name=person.name,
        address=person.address,
        held=tuple(Held(Role(row.role), row.of) for row in roles),
        session_id=session.id or 0,
        form_token=secrets.token("form", session.id, session.started_at),
    )


async def note_seen(db: AsyncSession, session_id: int, *, now: datetime) -> None:
    """Note that a session is in use."""
    await db.exec(update(LoginSession).where(col(LoginSession.id) == session_id).values(seen_at=now))


async def end(db: AsyncSession, session_id: int, *, person_id: int) -> None:
    """Sign one browser of a person out; nothing happens for a session of somebody else."""
    await db.exec(
        delete(LoginSession).where(col(LoginSession.id) == session_id, col(LoginSession.person_id) == person_id)
    )


async def end_of_browser(db: AsyncSession, token: str) -> None:
    """End the session that a browser holds the token of, if there is one."""
    await db.exec(delete(LoginSession).where(col(LoginSession.token_hash) == digest(token)))


async def end_all(db: AsyncSession, person_id: int) -> None:
    """Sign a person out everywhere."""
    await db.exec(delete(LoginSession).where(col(LoginSession.person_id) == person_id))


async def forget_ended(db: AsyncSession, *, now: datetime) -> None:
    """Delete the sessions that nobody can use any more."""
    idle = col(LoginSession.seen_at) <= now - IDLE
    await db.exec(delete(LoginSession).where(idle | (col(LoginSession.ends_at) <= now)))
