"""How somebody comes to take part in an authority's benchmark. Nothing here commits.

Nothing is looked up while somebody asks: the answer tells neither whether an authority takes part, nor who is known.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import people
from tracker.accounts.models import Audited, HeldRole, Person
from tracker.accounts.policies import OF_AUTHORITY, OURS, Role
from tracker.authorities.invented import authority_of
from tracker.authorities.schemas import Authority
from tracker.benchmark import letters
from tracker.benchmark.models import AccessRequest, Assessment
from tracker.errors import Conflict, NotFound
from tracker.web.secrets import Secrets

PURPOSE = "benchmark-access"
PROVE = "benchmark-prove"
WAITING = "benchmark-waiting"
REFUSED_LETTER = "benchmark-refused"
LASTS = timedelta(days=3)
"""How long the link in the mail works."""
WAITS, LET_IN, REFUSED = "waits", "let-in", "refused"
UNPROVED_KEPT = timedelta(days=7)
ANSWERED_KEPT = timedelta(days=28)
WAITING_KEPT = timedelta(days=90)
REFUSED_KEPT = timedelta(days=365)
"""For so long an address that was refused is not let in at once when it asks again."""


def is_own_address(authority: Authority, address: str) -> bool:
    """Whether an address is on one of the authority's own domains; what stands below a domain may be anybody's."""
    return address.rpartition("@")[2] in {known.domain for known in authority.mail_domains}


def link(asked: AccessRequest, secrets: Secrets) -> str:
    """The path that the mail leads to."""
    return f"/authorities/access/{asked.mark}/{secrets.token(PURPOSE, asked.id, asked.asked_at)}"


async def request_access(
    db: AsyncSession, authority: str, *, address: str, name: str, why: str, now: datetime
) -> AccessRequest:
    """Note that somebody wants to take part, and owe the mail that proves the address: the same work for everybody."""
    row = AccessRequest(authority=authority, address=address, name=name, why=why, asked_at=now)
    db.add(row)
    await db.flush()
    content = {"request": row.id}
    key = f"access/{row.id}"
    await letters.ask(db, authority=authority, kind=PROVE, key=key, address=address, content=content, now=now)
    return row


async def by_link(
    db: AsyncSession, mark: str, token: str, *, secrets: Secrets, now: datetime, lock: bool = False
) -> AccessRequest | None:
    """The request that a link belongs to, while the link works or has been used."""
    if not _is_mark(mark):
        return None
    found = select(AccessRequest).where(AccessRequest.mark == mark)
    row = (await db.exec(found.with_for_update() if lock else found)).first()
    if row is None or not secrets.check(token, PURPOSE, row.id, row.asked_at):
        return None
    return row if row.proved_at or row.asked_at + LASTS > now else None


def _is_mark(text: str) -> bool:
    """Whether a text of an address can be a mark at all: PostgreSQL refuses some texts even to look for."""
    return text.isascii() and text.isalnum()


async def prove(db: AsyncSession, row: AccessRequest, *, now: datetime) -> None:
    """Note that the address is theirs; what comes of it is done by a job, so that it takes as long for everybody."""
    row.proved_at = row.proved_at or now
    db.add(row)
    await db.flush()


async def are_proved(db: AsyncSession, *, now: datetime) -> bool:
    """Whether somebody has proved an address and nothing has come of it yet."""
    return (await db.exec(select(AccessRequest.id).where(*_PROVED).limit(1))).first() is not None


_PROVED = (col(AccessRequest.proved_at).is_not(None), col(AccessRequest.outcome).is_(None))


async def answer_proved(db: AsyncSession, *, now: datetime) -> None:
    """Let in at once whose address is the authority's own, and tell the leads of all others."""
    rows = await db.exec(
        select(AccessRequest).where(*_PROVED).order_by(col(AccessRequest.id)).with_for_update(skip_locked=True)
    )
    for row in rows.all():
        authority = authority_of(row.authority)
        own = authority is not None and is_own_address(authority, row.address)
        if await _takes_part(db, row):
            row.outcome, row.answered_at = LET_IN, now
        elif own and await _may_come_in(db, row):
            await _let_in_at_once(db, row, now=now)
        else:
            row.outcome = WAITS
            key, content = f"waiting/{row.id}", {"request": row.id or 0}
            await letters.ask_leads(db, authority=row.authority, kind=WAITING, key=key, content=content, now=now)
        db.add(row)
    await db.flush()


async def _may_come_in(db: AsyncSession, row: AccessRequest) -> bool:
    """Whether nobody has refused them, taken a role of this authority from them, or stopped them altogether.

    Who runs the tracker is let in by nobody but a lead: they are not to see an authority's answers.
    """
    same = (AccessRequest.authority == row.authority, AccessRequest.address == row.address)
    refused = select(AccessRequest.id).where(*same, AccessRequest.outcome == REFUSED)
    if (await db.exec(refused)).first() is not None:
        return False
    person = await _person(db, row.address)
    if person is None:
        return True
    ours = select(HeldRole.id).where(HeldRole.person_id == person.id, col(HeldRole.role).in_(OURS))
    if person.stopped_at or (await db.exec(ours)).first() is not None:
        return False
    taken = await db.exec(
        select(Audited.detail).where(Audited.did == people.TOOK, Audited.about == f"person/{person.id}")
    )
    return not any(f'"of":"{row.authority}"' in detail for detail in taken.all())


async def _let_in_at_once(db: AsyncSession, row: AccessRequest, *, now: datetime) -> None:
    person = await _person_for(db, row, by=None, now=now)
    role = Role.CONTRIBUTOR if await _has_begun(db, row.authority) else Role.AUTHORITY_LEAD
    because = f"their address is at {row.address.rpartition('@')[2]}"
    await people.give(db, person.id or 0, role, row.authority, by=None, because=because, now=now)
    row.outcome, row.answered_at = LET_IN, now


async def _has_begun(db: AsyncSession, authority: str) -> bool:
    """Whether somebody takes part or anything is there: then nobody leads only because they are the first to come."""
    held = select(HeldRole.id).where(HeldRole.of == authority, col(HeldRole.role).in_(OF_AUTHORITY)).limit(1)
    begun = select(Assessment.id).where(Assessment.authority == authority).limit(1)
    return any([(await db.exec(found)).first() is not None for found in (held, begun)])


async def let_in(
    db: AsyncSession, authority: str, mark: str, roles: Collection[Role], *, by: int, now: datetime
) -> Person:
    """Let in somebody who waits; raises NotFound, and Conflict when somebody else has answered meanwhile."""
    row = await _waiting(db, authority, mark)
    person = await _person_for(db, row, by=by, now=now)
    for role in roles:
        await people.give(db, person.id or 0, role, authority, by=by, now=now)
    row.outcome, row.answered_at, row.answered_by = LET_IN, now, by
    db.add(row)
    await db.flush()
    return person


async def refuse(db: AsyncSession, authority: str, mark: str, *, by: int, now: datetime) -> None:
    """Refuse somebody who waits, and tell them; raises as `let_in` does."""
    row = await _waiting(db, authority, mark)
    row.outcome, row.answered_at, row.answered_by = REFUSED, now, by
    db.add(row)
    await letters.ask(
        db,
        authority=authority,
        kind=REFUSED_LETTER,
        key=f"refused/{row.id}",
        address=row.address,
        content={"request": row.id},
        now=now,
    )


async def _waiting(db: AsyncSession, authority: str, mark: str) -> AccessRequest:
    row = (
        await db.exec(
            select(AccessRequest)
            .where(AccessRequest.mark == (mark if _is_mark(mark) else ""), AccessRequest.authority == authority)
            .where(col(AccessRequest.outcome).is_not(None))
            .with_for_update()
        )
    ).first()
    if row is None:
        raise NotFound("There is no such request.")
    if row.outcome != WAITS:
        raise Conflict("Somebody else has answered this request meanwhile.")
    return row


async def _person(db: AsyncSession, address: str) -> Person | None:
    return (await db.exec(select(Person).where(Person.address == address))).first()


async def _person_for(db: AsyncSession, row: AccessRequest, *, by: int | None, now: datetime) -> Person:
    person = await _person(db, row.address)
    return person or await people.add_person(db, row.address, name=row.name, by=by, now=now)


async def _takes_part(db: AsyncSession, row: AccessRequest) -> bool:
    """Whether they hold a role at this authority already: asking again changes nothing."""
    held = select(HeldRole.id).join(Person, col(Person.id) == col(HeldRole.person_id))
    here = (Person.address == row.address, HeldRole.of == row.authority, col(HeldRole.role).in_(OF_AUTHORITY))
    return (await db.exec(held.where(*here))).first() is not None


async def forget_requests(db: AsyncSession, *, now: datetime) -> None:
    """Delete requests whose time is over: that nobody proved, that were answered, or that nobody answered."""
    over = (
        col(AccessRequest.proved_at).is_(None) & (col(AccessRequest.asked_at) <= now - UNPROVED_KEPT),
        (col(AccessRequest.outcome) == LET_IN) & (col(AccessRequest.answered_at) <= now - ANSWERED_KEPT),
        (col(AccessRequest.outcome) == REFUSED) & (col(AccessRequest.answered_at) <= now - REFUSED_KEPT),
        (col(AccessRequest.outcome) == WAITS) & (col(AccessRequest.proved_at) <= now - WAITING_KEPT),
    )
    await db.exec(delete(AccessRequest).where(or_(*over)))
