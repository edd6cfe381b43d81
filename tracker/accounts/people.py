"""Who may sign in, and what they may do: added, given roles, stopped. Each is audited; nothing here commits."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import sessions
from tracker.accounts.actions import audit
from tracker.accounts.models import HeldRole, Person
from tracker.accounts.policies import HELD_FOR_ONE, OF_AUTHORITY, OURS, Role
from tracker.authorities.files import by_key
from tracker.authorities.invented import everywhere
from tracker.db import new_rows
from tracker.errors import Conflict, Invalid, NotFound
from tracker.web.addresses import read_email

GAVE = "gave a role"
TOOK = "took a role away"
"""How the audit calls it; its detail has the role, and whom it is held for."""


class Apart(Conflict):
    """Somebody would both run the tracker and read what an authority answers."""


async def add_person(db: AsyncSession, address: str, *, name: str, by: int | None, now: datetime) -> Person:
    """Add somebody who can sign in; raises Conflict when the address is taken."""
    address = read_email(address)
    values = {"address": address, "name": name, "created_at": now}
    insert = (await new_rows(db, Person)).values(values).on_conflict_do_nothing().returning(Person)
    person: Person | None = (await db.exec(insert)).scalars().one_or_none()
    if person is None:
        raise Conflict(f"There is already a person with the address {address}")
    await audit(db, person_id=by, did="added a person", about=f"person/{person.id}", now=now)
    return person


async def give(
    db: AsyncSession, person_id: int, role: Role, of: str, *, by: int | None, because: str = "", now: datetime
) -> None:
    """Give somebody a role; giving it twice is giving it once. `because` says why, where nobody decided it.

    Raises Apart when they would both run the tracker and take part in an authority’s benchmark.
    """
    of = read_of(role, of)
    await _require_apart(db, person_id, role)
    values = {"person_id": person_id, "role": role, "of": of, "given_at": now}
    insert = (await new_rows(db, HeldRole)).values(values).on_conflict_do_nothing().returning(col(HeldRole.id))
    if (await db.exec(insert)).first() is None:
        return
    detail = {"role": role, "of": of, **({"because": because} if because else {})}
    await audit(db, person_id=by, did=GAVE, about=f"person/{person_id}", detail=detail, now=now)


async def _require_apart(db: AsyncSession, person_id: int, role: Role) -> None:
    others = OURS if role in OF_AUTHORITY else OF_AUTHORITY if role in OURS else ()
    if not others:
        return
    # Two roles that must not meet must not be given at the same moment.
    await db.exec(select(Person.id).where(Person.id == person_id).with_for_update())
    held = select(HeldRole.id).where(HeldRole.person_id == person_id, col(HeldRole.role).in_(others)).limit(1)
    if (await db.exec(held)).first() is not None:
        raise Apart("Nobody can both run this tracker and take part in an authority’s benchmark: take one role away")


async def take_away(db: AsyncSession, person_id: int, role: Role, of: str, *, by: int | None, now: datetime) -> None:
    """Take a role from somebody; raises Conflict when nobody would be left to manage people."""
    if role == Role.ADMIN:
        await _require_another_admin(db, person_id)
    held = (col(HeldRole.person_id) == person_id, col(HeldRole.role) == role, col(HeldRole.of) == of)
    gone = await db.exec(delete(HeldRole).where(*held))
    if gone.rowcount == 0:
        raise NotFound(f"This person does not hold the role {role}{f' of {of}' if of else ''}")
    detail = {"role": role, "of": of}
    await audit(db, person_id=by, did=TOOK, about=f"person/{person_id}", detail=detail, now=now)


async def stop(db: AsyncSession, person_id: int, *, by: int | None, now: datetime) -> None:
    """Let somebody sign in no more, and end their sessions at once; raises Conflict for the last admin."""
    await _require_another_admin(db, person_id)
    await _set_stopped(db, person_id, now)
    await sessions.end_all(db, person_id)
    await audit(db, person_id=by, did="stopped a person", about=f"person/{person_id}", now=now)


async def let_in_again(db: AsyncSession, person_id: int, *, by: int | None, now: datetime) -> None:
    """Let somebody who was stopped sign in again."""
    await _set_stopped(db, person_id, None)
    await audit(db, person_id=by, did="let a person in again", about=f"person/{person_id}", now=now)


async def _set_stopped(db: AsyncSession, person_id: int, when: datetime | None) -> None:
    done = await db.exec(update(Person).where(col(Person.id) == person_id).values(stopped_at=when))
    if done.rowcount == 0:
        raise NotFound("There is no such person")


async def _require_another_admin(db: AsyncSession, person_id: int) -> None:
    admins = await db.exec(
        select(HeldRole.person_id)
        .join(Person, col(Person.id) == col(HeldRole.person_id))
        .where(HeldRole.role == Role.ADMIN, col(Person.stopped_at).is_(None))
        # Two admins must not stop each other at the same moment.
        .with_for_update()
    )
    if set(admins.all()) == {person_id}:
        raise Conflict("This is the only admin: make somebody else admin first")


def read_of(role: Role, of: str) -> str:
    """Whom a role is held for; raises Invalid when it has to be named and is not, or must not be."""
    of = of.strip()
    if role not in HELD_FOR_ONE:
        if of:
            raise Invalid(f"The role {role} is held for nobody in particular: leave the name out")
        return ""
    if not of:
        what = "local authority" if role in OF_AUTHORITY else "organisation"
        raise Invalid(f"Say which {what} the role {role} is held for")
    return by_key(everywhere(), of).key if role in OF_AUTHORITY else of
