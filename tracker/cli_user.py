"""Commands about people: the first admin is made here, and whoever locked themselves out is let in again."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import people, queries
from tracker.accounts.policies import Role
from tracker.accounts.queries import PersonView, role_text
from tracker.clock import utc_now
from tracker.console import read_settings, run
from tracker.db import Database
from tracker.errors import Invalid
from tracker.migrate import require_current

T = TypeVar("T")
ADDRESS = click.argument("address")
ROLES = click.Choice([role.value for role in Role])
ROLE = click.argument("role", type=ROLES)
OF = click.option("--of", default="", help="The organisation, or the key of the local authority, the role is held for.")


@click.group("user")
def user() -> None:
    """Who can sign in, and what they may do."""


@user.command("add")
@ADDRESS
@click.option("--name", required=True, help="How they are called on pages.")
@click.option("--role", "roles", multiple=True, type=ROLES, help="May be given more than once.")
@OF
def add(address: str, name: str, roles: tuple[str, ...], of: str) -> None:
    """Add somebody who can sign in with an e-mail address."""
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise Invalid("The name must be one line of up to 100 characters")

    async def work(db: AsyncSession) -> str:
        person = await people.add_person(db, address, name=name.strip(), by=None, now=utc_now())
        for role in roles:
            await people.give(db, person.id or 0, Role(role), of, by=None, now=utc_now())
        return person.address

    click.echo(f"{_in_database(work)} can sign in at {read_settings().public_url}/sign-in")


@user.command("list")
def list_people() -> None:
    """Everybody who can or could sign in."""
    for person in _in_database(queries.people):
        click.echo(_line(person))


@user.command("stop")
@ADDRESS
def stop(address: str) -> None:
    """Let somebody sign in no more, and sign them out everywhere."""
    _change(address, lambda db, id: people.stop(db, id, by=None, now=utc_now()), "cannot sign in any more")


@user.command("let-in")
@ADDRESS
def let_in(address: str) -> None:
    """Let somebody who was stopped sign in again."""
    _change(address, lambda db, id: people.let_in_again(db, id, by=None, now=utc_now()), "can sign in again")


@user.command("give")
@ADDRESS
@ROLE
@OF
def give(address: str, role: str, of: str) -> None:
    """Give somebody a role."""
    _change(address, lambda db, id: people.give(db, id, Role(role), of, by=None, now=utc_now()), f"is {role}")


@user.command("take")
@ADDRESS
@ROLE
@OF
def take(address: str, role: str, of: str) -> None:
    """Take a role away from somebody."""
    now = utc_now()
    _change(
        address, lambda db, id: people.take_away(db, id, Role(role), of, by=None, now=now), f"is not {role} any more"
    )


def _in_database(work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do something in one transaction of the database that the settings name."""

    async def whole(database: Database) -> T:
        await require_current(database)
        async with database.writing() as db:
            return await work(db)

    return run(read_settings(), whole)


def _change(address: str, change: Callable[[AsyncSession, int], Awaitable[None]], done: str) -> None:
    async def work(db: AsyncSession) -> None:
        await change(db, (await queries.person_at(db, address)).id)

    _in_database(work)
    click.echo(f"{address} {done}")


def _line(person: PersonView) -> str:
    roles = ", ".join(role_text(held) for held in person.held) or "no role"
    return f"{person.address}\t{person.name}\t{'stopped' if person.stopped_at else roles}"
