"""People, entries and readers of editing, made in one line."""

from datetime import date
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tests.conftest import NOON
from tracker.accounts.models import HeldRole, Person
from tracker.accounts.policies import Role
from tracker.db import Database
from tracker.editing.schemas import Entry
from tracker.strategies import facts
from tracker.strategies.facts import AnyFact, Change, Evidence
from tracker.strategies.queries import changes_of

SLUG = "championing-kinship-care"
TODAY = date(2026, 11, 22)
PROOF = Evidence(title="Progress report", publisher="Department for Education", url="https://www.gov.uk/report")


async def person(db: AsyncSession, name: str, *roles: Role | tuple[Role, str]) -> int:
    """Somebody with these roles; a role for one organisation is given with its name."""
    row = Person(address=f"{name.lower()}@example.org", name=name, created_at=NOON)
    db.add(row)
    await db.flush()
    for item in roles:
        role, of = item if isinstance(item, tuple) else (item, "")
        db.add(HeldRole(person_id=row.id, role=role, of=of, given_at=NOON))
    await db.flush()
    assert row.id is not None
    return row.id


def entry(*given: AnyFact, **kinds: Any) -> Entry:
    """An update with one piece of evidence."""
    return Entry(facts=given, evidence=(PROOF,), **kinds)


def delivered(*about: str, on: str = "2026-11-20", text: str = "It was delivered.") -> facts.Delivered:
    return facts.Delivered(about=about, text=text, happened_on=on, known_on=TODAY)


def noted(*about: str, text: str = "A page was published.") -> facts.Noted:
    return facts.Noted(about=about, text=text, happened_on="2026-11-20", known_on=TODAY)


async def changes(database: Database, *, after: int = 0) -> list[Change]:
    """What is on record after a place."""
    async with database.reading() as db:
        return [change for change in await changes_of(db) if change.seq > after]


async def rows(database: Database, table: Any) -> list[Any]:
    """Every row of a table, in order."""
    async with database.reading() as db:
        return list((await db.exec(select(table).order_by(col(table.id)))).all())
