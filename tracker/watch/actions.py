"""What is watched, brought in line with the files that say so. Nothing here commits."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, update
from sqlalchemy import select as columns_of
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.db import new_rows
from tracker.watch.asking import host_of
from tracker.watch.claim import add_hosts
from tracker.watch.models import Host, Source
from tracker.watch.schemas import Spec

OF_SPEC = ("kind", "title", "publisher", "url", "link", "host", "every_seconds", "digest")
OF_ANSWERS = ("etag", "last_modified", "body_digest")
OF_TEXT = ("text_digest", "doubt_digest")
"""A text that was read otherwise differs from the next one without anybody having edited it."""
OF_ADDRESS = ("high_water", "read_at")
"""What was remembered of another address says nothing about this one."""


class Registered(msgspec.Struct, frozen=True, kw_only=True):
    """What bringing the sources in line with their files changed."""

    added: int
    changed: int
    retired: int


async def register(db: AsyncSession, specs: Sequence[Spec], *, now: datetime, whole: bool = True) -> Registered:
    """Give each thing to watch its row, as its file says now; what is in no file any more is not read any more.

    `whole` is False where some files could not be read: then nothing is taken for gone.
    """
    connection = await db.connection()
    asked = columns_of(*(col(getattr(Source, name)) for name in ("key", "digest", "url", "retired_at")))
    known = {row[0]: row[1:] for row in (await connection.execute(asked)).all()}
    await add_hosts(db, [host_of(spec.url) for spec in specs] + [host_of(spec.base) for spec in specs if spec.base])
    fresh = [spec for spec in specs if spec.key not in known]
    if fresh:
        rows = [{"key": spec.key, **_of_spec(spec), "due_at": now, "failures": 0} for spec in fresh]
        # Workers start at the same moment, so who comes second must not fail.
        await connection.execute((await new_rows(db, Source)).on_conflict_do_nothing(), rows)
    changed = [spec for spec in specs if spec.key in known and _differs(spec, known[spec.key])]
    moved = [spec for spec in changed if known[spec.key][1] != spec.url]
    await _change(db, moved, (*OF_ANSWERS, *OF_TEXT, *OF_ADDRESS), now=now)
    await _change(db, _others(changed, moved), (*OF_ANSWERS, *OF_TEXT), now=now)
    kept = {spec.key for spec in specs}
    gone = [key for key, (_, _, retired_at) in known.items() if key not in kept and retired_at is None] if whole else []
    await _retire(db, gone, now=now)
    return Registered(added=len(fresh), changed=len(changed), retired=len(gone))


def _differs(spec: Spec, row: Sequence[Any]) -> bool:
    digest, _, retired_at = row
    return bool(digest != spec.digest or retired_at is not None)


def _others(changed: Iterable[Spec], moved: Iterable[Spec]) -> list[Spec]:
    keys = {spec.key for spec in moved}
    return [spec for spec in changed if spec.key not in keys]


def _of_spec(spec: Spec) -> Mapping[str, Any]:
    every = int(spec.every.total_seconds())
    return {name: getattr(spec, name, None) for name in OF_SPEC} | {"every_seconds": every, "host": host_of(spec.url)}


async def _change(db: AsyncSession, specs: Sequence[Spec], forgotten: Sequence[str], *, now: datetime) -> None:
    if not specs:
        return
    values = {name: bindparam(f"to_{name}", type_=getattr(Source, name).type) for name in OF_SPEC}
    this = update(Source).where(col(Source.key) == bindparam("of_key"))
    statement = this.values(**values, **dict.fromkeys(forgotten), retired_at=None, due_at=now)
    rows = [{"of_key": spec.key} | {f"to_{name}": value for name, value in _of_spec(spec).items()} for spec in specs]
    await (await db.connection()).execute(statement, rows)


async def _retire(db: AsyncSession, keys: Sequence[str], *, now: datetime) -> None:
    if keys:
        this = update(Source).where(col(Source.key) == bindparam("of_key")).values(retired_at=now)
        await (await db.connection()).execute(this, [{"of_key": key} for key in keys])


async def forget_robots(db: AsyncSession) -> None:
    """Have every server asked again for its robots.txt."""
    await (await db.connection()).execute(update(Host).values(robots_read_at=None))


async def make_due(db: AsyncSession, keys: Sequence[str], *, now: datetime) -> None:
    """Have sources read now, whatever was planned."""
    if keys:
        this = update(Source).where(col(Source.key) == bindparam("of_key")).values(due_at=now)
        await (await db.connection()).execute(this, [{"of_key": key} for key in keys])
