"""Rows of alerts: which deliveries are still owed, many rows named in one value, and the order of locking them.

PostgreSQL locks what an UPDATE changes in whatever order it comes upon it, so that two transactions over the same rows
can wait for each other until one of them is made to fail. Whoever changes several rows therefore locks them first:
destinations before deliveries, and each of them in the order of their ids.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import ARRAY, ColumnElement, Integer, Select, Text, any_, bindparam, func, or_, union
from sqlalchemy import select as columns_of
from sqlalchemy.orm import Mapped
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.models import Delivery, Destination

STILL_OWED = (
    col(Delivery.sent_at).is_(None),
    col(Delivery.failed_at).is_(None),
    col(Delivery.digest_id).is_(None),
)
"""What is still owed by itself; the same as in the index over it."""


def among(dialect: str, column: Mapped[int | None], name: str = "ids") -> ColumnElement[bool]:
    """Whether a number is among some, which are one value: the statement is the same however many they are."""
    if dialect == "sqlite":
        values = func.json_each(bindparam(name, type_=Text())).table_valued("value")
        return column.in_(columns_of(values.c.value))
    return column == any_(bindparam(name, type_=ARRAY(Integer)))


def ids_value(dialect: str, ids: Iterable[int]) -> object:
    """Numbers as the one value that `among` takes."""
    numbers = sorted(set(ids))
    return msgspec.json.encode(numbers).decode() if dialect == "sqlite" else numbers


def in_order(rows: type[Delivery] | type[Destination], *which: ColumnElement[bool]) -> Select[Any]:
    """The ids of rows, locked one after the other as they are read; SQLite has one writer and locks nothing."""
    # As weak as an UPDATE's own lock: what only refers to a row need not wait.
    return columns_of(col(rows.id)).where(*which).order_by(col(rows.id)).with_for_update(key_share=True)


async def lock(db: AsyncSession, rows: type[Delivery] | type[Destination], *which: ColumnElement[bool]) -> None:
    """Lock rows that this transaction is going to change or delete."""
    connection = await db.connection()
    if connection.dialect.name != "sqlite":
        await connection.execute(columns_of(func.count()).select_from(in_order(rows, *which).subquery()))


async def lock_troubled(db: AsyncSession, tried: Iterable[int], *, failed: Iterable[int]) -> set[int]:
    """Lock, of destinations that were tried, those that failed now or before; returns which these are."""
    connection = await db.connection()
    dialect = connection.dialect.name
    values = {"ids": ids_value(dialect, tried), "failed": ids_value(dialect, failed)}
    return set((await connection.scalars(_troubled(dialect), values)).all())


@cache
def _troubled(dialect: str) -> Select[Any]:
    failed = among(dialect, col(Destination.id), "failed")
    return in_order(
        Destination, among(dialect, col(Destination.id)), or_(failed, col(Destination.failing_since).is_not(None))
    )


async def lock_deliveries(
    db: AsyncSession, ids: Iterable[int], *, digests: Iterable[int], owed_to: Iterable[int]
) -> set[int]:
    """Lock deliveries, what digests among them hold and what is owed to some destinations; returns which there are."""
    connection = await db.connection()
    dialect = connection.dialect.name
    values = {"ids": ids_value(dialect, ids)}
    more = {"digests": list(digests), "owed_to": list(owed_to)}
    if not any(more.values()):
        return set((await connection.scalars(_these(dialect), values)).all())
    values.update((name, ids_value(dialect, numbers)) for name, numbers in more.items())
    return set((await connection.scalars(_these_and_more(dialect), values)).all())


@cache
def _these(dialect: str) -> Select[Any]:
    return in_order(Delivery, among(dialect, col(Delivery.id)))


@cache
def _these_and_more(dialect: str) -> Select[Any]:
    found = union(
        columns_of(col(Delivery.id)).where(among(dialect, col(Delivery.id))),
        columns_of(col(Delivery.id)).where(among(dialect, col(Delivery.digest_id), "digests")),
        columns_of(col(Delivery.id)).where(among(dialect, col(Delivery.destination_id), "owed_to"), *STILL_OWED),
    )
    return in_order(Delivery, col(Delivery.id).in_(found))
