"""Mails that the benchmark owes: written beside what they are about, and handed to the outbox of alerts by a job."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.models import HeldRole, Person
from tracker.accounts.policies import Role
from tracker.benchmark.models import BenchmarkLetter
from tracker.db import new_rows

PREFIX = "benchmark:"
KEPT = timedelta(days=365)
"""How long it is noted that a mail was owed: by then nothing asks for the same one again."""
OweMail = Callable[[AsyncSession, str, str, str, datetime], Awaitable[None]]
"""Owes a mail: given a database, an address, what it is about, its kind and the moment."""


async def ask(
    db: AsyncSession,
    *,
    authority: str,
    kind: str,
    key: str,
    person_id: int | None = None,
    address: str | None = None,
    content: Mapping[str, object] | None = None,
    now: datetime,
) -> None:
    """Owe a mail to a person, or to an address that is nobody's yet; the same key twice is one mail.

    `content` holds ids and no words: what the mail says is read when it is written.
    """
    values = {
        "authority": authority,
        "kind": kind,
        "person_id": person_id,
        "address": address,
        "content": msgspec.json.encode(content or {}, order="sorted").decode(),
        "key": key,
        "asked_at": now,
    }
    await db.exec((await new_rows(db, BenchmarkLetter)).values(values).on_conflict_do_nothing())


async def leads(db: AsyncSession, authority: str) -> list[int]:
    """Who leads an authority's benchmark and can sign in."""
    found = await db.exec(
        select(HeldRole.person_id)
        .join(Person, col(Person.id) == col(HeldRole.person_id))
        .where(HeldRole.role == Role.AUTHORITY_LEAD, HeldRole.of == authority, col(Person.stopped_at).is_(None))
        .order_by(col(HeldRole.person_id))
    )
    return list(found.all())


async def ask_leads(
    db: AsyncSession,
    *,
    authority: str,
    kind: str,
    key: str,
    content: Mapping[str, object] | None = None,
    but: int | None = None,
    now: datetime,
) -> int:
    """Owe the same mail to every lead of an authority, but for one who knows already; returns to how many."""
    found = [person_id for person_id in await leads(db, authority) if person_id != but]
    for person_id in found:
        to_one = f"{key}/{person_id}"
        await ask(db, authority=authority, kind=kind, key=to_one, person_id=person_id, content=content, now=now)
    return len(found)


async def are_waiting(db: AsyncSession, *, now: datetime) -> bool:
    """Whether a mail is owed that the outbox does not have yet."""
    waiting = select(BenchmarkLetter.id).where(col(BenchmarkLetter.owed_at).is_(None)).limit(1)
    return (await db.exec(waiting)).first() is not None


async def hand_over(db: AsyncSession, owe: OweMail, *, now: datetime) -> None:
    """Hand what is owed to the outbox. Who can sign in no more gets none."""
    asked = await db.exec(
        select(BenchmarkLetter)
        .where(col(BenchmarkLetter.owed_at).is_(None))
        .order_by(col(BenchmarkLetter.id))
        .with_for_update(skip_locked=True)
    )
    for letter in asked.all():
        address = letter.address or await _address(db, letter.person_id)
        if address:
            await owe(db, address, f"{PREFIX}{letter.id}", letter.kind, now)
        letter.owed_at = now
        # The outbox has it for as long as its mail is on its way.
        letter.address = None
        db.add(letter)
    await db.flush()


async def forget(db: AsyncSession, *, now: datetime) -> None:
    """Delete the notes of mails that went to the outbox long ago: every key has the day or the thing it is about."""
    await db.exec(delete(BenchmarkLetter).where(col(BenchmarkLetter.owed_at) <= now - KEPT))


async def of(db: AsyncSession, about: str) -> BenchmarkLetter | None:
    """The letter that a delivery is about; None where its authority has erased it."""
    return await db.get(BenchmarkLetter, int(about.removeprefix(PREFIX)))


def content_of(letter: BenchmarkLetter) -> dict[str, int]:
    """The ids of what a letter is about."""
    return msgspec.json.decode(letter.content, type=dict[str, int])


async def _address(db: AsyncSession, person_id: int | None) -> str | None:
    found = select(Person.address).where(Person.id == person_id, col(Person.stopped_at).is_(None))
    return (await db.exec(found)).first()
