"""Who takes part in an authority's benchmark, and who manages that. Nothing here commits."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import people
from tracker.accounts.models import Audited, HeldRole, Person
from tracker.accounts.policies import OF_AUTHORITY, Role
from tracker.benchmark import joining, letters
from tracker.benchmark.models import AccessRequest, Cursor
from tracker.errors import Conflict, NotFound

ROLE_LETTER = "benchmark-role"
CURSOR = "roles"
TOLD = "told"
"""In what the cursor knows: the notes after it of which word has gone out."""
SETTLED = timedelta(minutes=10)
"""Notes in the audit that are older than this are all there: a number given earlier may be committed later."""


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who takes part."""

    id: int
    name: str
    address: str
    stopped: bool
    roles: tuple[Role, ...]


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who waits to be let in; their address is proved."""

    mark: str
    authority: str
    name: str
    address: str
    why: str
    asked_at: datetime


async def members(db: AsyncSession, authority: str) -> tuple[MemberView, ...]:
    """Everybody who takes part in an authority's benchmark, in order of name."""
    rows = await db.exec(
        select(Person, HeldRole.role)
        .join(HeldRole, col(HeldRole.person_id) == col(Person.id))
        .where(HeldRole.of == authority, col(HeldRole.role).in_(OF_AUTHORITY))
        .order_by(Person.name, col(Person.id))
    )
    held: dict[int, tuple[Person, set[str]]] = {}
    for person, role in rows.all():
        held.setdefault(person.id or 0, (person, set()))[1].add(role)
    return tuple(
        MemberView(
            id=number,
            name=person.name,
            address=person.address,
            stopped=person.stopped_at is not None,
            roles=tuple(role for role in OF_AUTHORITY if role in roles),
        )
        for number, (person, roles) in held.items()
    )


async def waiting(db: AsyncSession, authority: str) -> tuple[RequestView, ...]:
    """Who waits to be let in by the leads of an authority, the first first."""
    found = select(AccessRequest).where(AccessRequest.authority == authority, AccessRequest.outcome == joining.WAITS)
    return _views((await db.exec(found.order_by(col(AccessRequest.id)))).all())


async def waiting_without_lead(db: AsyncSession) -> tuple[RequestView, ...]:
    """Who waits at authorities that nobody leads: for who runs the tracker."""
    led = (
        select(HeldRole.of)
        .join(Person, col(Person.id) == col(HeldRole.person_id))
        .where(HeldRole.role == Role.AUTHORITY_LEAD, col(Person.stopped_at).is_(None))
    )
    found = select(AccessRequest).where(
        AccessRequest.outcome == joining.WAITS, col(AccessRequest.authority).not_in(led)
    )
    return _views((await db.exec(found.order_by(col(AccessRequest.id)))).all())


def _views(rows: Sequence[AccessRequest]) -> tuple[RequestView, ...]:
    return tuple(msgspec.convert(row, RequestView, from_attributes=True) for row in rows)


async def change_roles(
    db: AsyncSession, authority: str, person_id: int, roles: Collection[Role], *, by: int, now: datetime
) -> None:
    """Let a member hold exactly these roles; raises Conflict when nobody would lead any more."""
    held = await db.exec(
        # Two leads must not take each other's role at the same moment.
        select(HeldRole).where(HeldRole.of == authority, col(HeldRole.role).in_(OF_AUTHORITY)).with_for_update()
    )
    had = {Role(row.role) for row in held.all() if row.person_id == person_id}
    if not had:
        raise NotFound("They do not take part in this benchmark.")
    if Role.AUTHORITY_LEAD in had - set(roles) and set(await letters.leads(db, authority)) <= {person_id}:
        raise Conflict("Nobody would lead the benchmark any more: make somebody else lead first")
    for role in (role for role in OF_AUTHORITY if role in roles and role not in had):
        await people.give(db, person_id, role, authority, by=by, now=now)
    for role in (role for role in OF_AUTHORITY if role in had and role not in roles):
        await people.take_away(db, person_id, role, authority, by=by, now=now)


async def are_untold(db: AsyncSession, *, now: datetime) -> bool:
    """Whether a role was given or taken, of anything, since the last time that word of it was owed."""
    cursor = await db.get(Cursor, CURSOR)
    noted = (col(Audited.did).in_((people.GAVE, people.TOOK)), col(Audited.id) > (cursor.seq if cursor else 0))
    return (await db.exec(select(Audited.id).where(*noted).limit(1))).first() is not None


async def tell_of_roles(db: AsyncSession, *, now: datetime) -> None:
    """Owe word of every role that was given or taken since the last time, whoever did it and where.

    Told are its holder and the leads, but for whoever did it; and everybody of a lead whom no lead named.
    """
    old = select(Audited.id).where(Audited.at <= now - SETTLED).order_by(col(Audited.id).desc()).limit(1)
    settled = (await db.exec(old)).first() or 0
    cursor = await db.get(Cursor, CURSOR, with_for_update=True) or Cursor(name=CURSOR, seq=settled)
    done = set(msgspec.json.decode(cursor.known, type=dict[str, list[int]]).get(TOLD, []))
    noted = (col(Audited.did).in_((people.GAVE, people.TOOK)), col(Audited.id) > cursor.seq)
    rows = (await db.exec(select(Audited).where(*noted).order_by(col(Audited.id)))).all()
    for row in rows:
        if row.id not in done:
            await _tell(db, row, now=now)
    cursor.seq = max(cursor.seq, settled)
    kept = [row.id for row in rows if (row.id or 0) > cursor.seq]
    cursor.known = msgspec.json.encode({TOLD: kept}).decode()
    db.add(cursor)
    await db.flush()


async def _tell(db: AsyncSession, row: Audited, *, now: datetime) -> None:
    detail = msgspec.json.decode(row.detail, type=dict[str, str])
    if detail["role"] not in OF_AUTHORITY:
        return
    of, holder = detail["of"], int(row.about.removeprefix("person/"))
    told = leads = await letters.leads(db, of)
    if row.did == people.GAVE and detail["role"] == Role.AUTHORITY_LEAD and row.person_id not in leads:
        told = [member.id for member in await members(db, of)]
    for person_id in dict.fromkeys([holder, *told]):
        if person_id != row.person_id:
            await letters.ask(
                db,
                authority=of,
                kind=ROLE_LETTER,
                key=f"role/{row.id}/{person_id}",
                person_id=person_id,
                content={"audit": row.id or 0},
                now=now,
            )
