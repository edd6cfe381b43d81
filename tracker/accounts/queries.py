"""What pages and commands read of people: structs, never rows."""

from datetime import datetime

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import HeldRole, LoginSession, Person, SignIn
from tracker.accounts.policies import OF_AUTHORITY, Role
from tracker.accounts.rules import IDLE
from tracker.accounts.visitors import Held
from tracker.authorities.invented import authority_of
from tracker.errors import NotFound
from tracker.web.secrets import digest

ROLE_NAMES = {
    Role.ADMIN: "Admin",
    Role.EDITOR: "Editor",
    Role.ORGANISATION_AUTHOR: "Organisation author",
    Role.AUTHORITY_LEAD: "Authority lead",
    Role.CONTRIBUTOR: "Contributor",
    Role.APPROVER: "Approver",
    Role.READER: "Reader",
}
ROLE_RIGHTS = {
    Role.ADMIN: "manages who can sign in, and reads the audit",
    Role.EDITOR: "records facts and answers contests",
    Role.ORGANISATION_AUTHOR: "writes and signs the verdicts of one organisation",
    Role.AUTHORITY_LEAD: "leads the benchmark of one local authority",
    Role.CONTRIBUTOR: "answers questions in the benchmark of one local authority",
    Role.APPROVER: "approves the benchmark of one local authority",
    Role.READER: "reads the benchmark of one local authority",
}


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """A person as admins see them."""

    id: int
    address: str
    name: str
    created_at: datetime
    stopped_at: datetime | None
    held: tuple[Held, ...]
    last_seen_at: datetime | None
    """When one of the sessions that are still kept was last used."""


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A browser on which somebody is signed in."""

    id: int
    browser: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime


async def people(db: AsyncSession) -> list[PersonView]:
    """Everybody who can or could sign in, in order of name."""
    persons = (await db.exec(select(Person).order_by(Person.name, col(Person.id)))).all()
    roles = (await db.exec(select(HeldRole).order_by(HeldRole.role, HeldRole.of))).all()
    seen = (await db.exec(select(LoginSession.person_id, LoginSession.seen_at))).all()
    return [
        PersonView(
            id=person.id or 0,
            address=person.address,
            name=person.name,
            created_at=person.created_at,
            stopped_at=person.stopped_at,
            held=tuple(Held(Role(row.role), row.of) for row in roles if row.person_id == person.id),
            last_seen_at=max((at for person_id, at in seen if person_id == person.id), default=None),
        )
        for person in persons
    ]


async def person(db: AsyncSession, number: str) -> PersonView:
    """One person by the number in their page's address; raises NotFound."""
    for found in await people(db):
        if str(found.id) == number:
            return found
    raise NotFound("There is no such person.")


async def person_at(db: AsyncSession, address: str) -> PersonView:
    """The person with an address; raises NotFound."""
    for found in await people(db):
        if found.address == address.strip().lower():
            return found
    raise NotFound(f"Nobody here has the address {address}")


async def open_sessions(db: AsyncSession, person_id: int, *, now: datetime) -> list[SessionView]:
    """Where a person is signed in, the last used first."""
    rows = await db.exec(
        select(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            col(LoginSession.ends_at) > now,
            col(LoginSession.seen_at) > now - IDLE,
        )
        .order_by(col(LoginSession.seen_at).desc(), col(LoginSession.id).desc())
    )
    return [msgspec.convert(row, SessionView, from_attributes=True) for row in rows.all()]


async def sign_in(db: AsyncSession, sign_in_id: str, *, lock: bool = False) -> SignIn | None:
    """An asking for a way in by its number; locked, so that whoever tries a code at the same moment waits."""
    if not sign_in_id.isascii() or not sign_in_id.isdigit() or len(sign_in_id) > 9:
        return None
    found = select(SignIn).where(SignIn.id == int(sign_in_id))
    return (await db.exec(found.with_for_update() if lock else found)).first()


async def sign_in_of_browser(db: AsyncSession, browser: str, *, lock: bool = False) -> SignIn | None:
    """What a browser asked for, by its token; locked likewise."""
    if not browser:
        return None
    found = select(SignIn).where(SignIn.browser_hash == digest(browser))
    return (await db.exec(found.with_for_update() if lock else found)).first()


async def may_sign_in(db: AsyncSession, person_id: int | None) -> bool:
    """Whether there is such a person, and nobody has stopped them."""
    found = select(Person.id).where(Person.id == person_id, col(Person.stopped_at).is_(None))
    return (await db.exec(found)).first() is not None


async def name_of(db: AsyncSession, person_id: int | None) -> tuple[str, str] | None:
    """The name and the address of a person."""
    return (await db.exec(select(Person.name, Person.address).where(Person.id == person_id))).first()


def role_text(held: Held) -> str:
    """A role in words: “Organisation author for Kinship”."""
    of = held.of
    if held.role in OF_AUTHORITY:
        authority = authority_of(of)
        of = authority.name if authority else of
    return f"{ROLE_NAMES[held.role]} for {of}" if of else ROLE_NAMES[held.role]
