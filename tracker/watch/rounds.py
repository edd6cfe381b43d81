"""A round: one worker asks one server for everything that is due there, one thing after another, and saves it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Select, Text, bindparam
from sqlalchemy import select as columns_of
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from tracker.clock import within
from tracker.watch.asking import Away, validators_of
from tracker.watch.claim import Claimed, Lost, add_hosts, is_due, keep_host
from tracker.watch.desk import Desk, Polled
from tracker.watch.health import Health
from tracker.watch.manners import ASKS_FOR_PATIENCE, keep_of, patience_of
from tracker.watch.models import Source
from tracker.watch.noting import Noter
from tracker.watch.outcomes import Answered, Asked, Due, Failed, Put, Remembered, Unchanged
from tracker.watch.save import OF_ANSWERS, OF_HEALTH
from tracker.watch.schemas import Answer, Unreadable
from tracker.watch.server import Asker, Barred, Door, Found, Postponed
from tracker.watch.writing import Writer

log = logging.getLogger(__name__)

NOT_MODIFIED = 304
TIMES_AWAY = 2
"""After so many questions in a row that did not reach the server, the rest of what is due there is not tried."""
LEFT_ALONE = timedelta(minutes=5)
"""How long a server is left alone that could not be reached, or whose robots.txt cannot be known."""
OF_DUE = ("key", "digest", *OF_HEALTH, *OF_ANSWERS)


async def read_host(desk: Desk, host: str, stopping: asyncio.Event, only: Collection[str] = ()) -> Polled | None:
    """Read what is due of a server; None when another worker is at it. Raises what the database raises."""
    async with desk.writing() as db:
        claimed = await desk.leases.claim(db, host, real=desk.real())
    if claimed is None:
        return None
    async with desk.holding(host):
        return await Round(desk, claimed, stopping, only).read()


class Round:
    """Everything that is done under one lease."""

    def __init__(self, desk: Desk, claimed: Claimed, stopping: asyncio.Event, only: Collection[str]) -> None:
        self._desk = desk
        self._host = claimed.host
        self._stopping = stopping
        self._only = only
        door = Door(claimed.host, claimed.robots)
        self._asker = Asker(door, desk.fetcher, desk.gates, self._guest, clock=desk.clock)
        self._writer = Writer(desk, self._asker)
        self._over = asyncio.Event()
        self._away = 0
        self._barred: Unreadable | None = None
        """Why nothing of this server can be read now."""
        self._impatient: Unreadable | None = None
        """What a source was answered whose server wants to be left alone."""

    async def read(self) -> Polled:
        """Ask for what is due, while the lease is kept and what came of it is saved."""
        try:
            # Whoever fails ends the others: without a lease or a database there is no use in asking.
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._beat())
                writing = tasks.create_task(self._writer.run())
                await self._ask_sources()
                self._writer.end()
                await writing
                await self._ask_notes()
                self._over.set()
        except BaseExceptionGroup as group:
            error = group.exceptions[0]
            if not isinstance(error, Lost):
                raise error from group
            log.warning("another worker reads %s by now: what was read of it here is not saved", self._host)
        return self._writer.done

    async def _beat(self) -> None:
        """Keep the lease while this process lives."""
        while not await within(self._over, self._desk.pace.renew.total_seconds()):
            await self._renew()

    async def _renew(self) -> None:
        try:
            async with self._desk.writing() as db:
                await self._desk.leases.keep(db, self._host, real=self._desk.real())
        except (SQLAlchemyError, OSError) as error:
            # The database may be away for a moment: the next beat may still come in time.
            log.warning("cannot renew the lease of %s: %s", self._host, error)

    async def _ask_sources(self) -> None:
        try:
            due = await self._due()
            if due:
                await self._asker.robots(self._asker.door)
        except Unreadable as error:
            self._leave_alone(error)
        for source in due:
            if self._stopping.is_set():
                return
            await self._writer.put(self._kept_from(source) or await self._ask(source))

    def _kept_from(self, due: Due) -> Failed | None:
        """A source that is not asked for, because its server is to be left alone: nobody has read it then."""
        if self._barred:
            return Failed(due=due, error=self._barred)
        return Failed(due=due, error=self._impatient, is_tried=False) if self._impatient else None

    async def _due(self) -> list[Due]:
        """What is due here and is watched by this worker, as its files say: others may have other files."""
        values = {"now": self._desk.now, "host_name": self._host}
        async with self._desk.database.reading() as db:
            rows = (await (await db.connection()).execute(_asked(), values)).mappings().all()
        found = []
        for row in rows:
            spec = self._desk.specs.get(row["key"])
            is_wanted = not self._only or row["key"] in self._only
            if spec is not None and spec.digest == row["digest"] and is_wanted:
                health = Health(**{name: row[name] for name in OF_HEALTH})
                remembered = Remembered(**{name: row[name] for name in OF_ANSWERS})
                found.append(Due(spec=spec, health=health, remembered=remembered))
        return found

    async def _ask(self, due: Due) -> Asked:
        kind = self._desk.kinds[due.spec.kind]
        headers = {"accept": kind.accept, **conditions(due.remembered)}
        try:
            found = await self._asker.ask(due.spec.url, headers=headers, most_bytes=kind.most_bytes)
        except Postponed:
            return Put(due=due)
        except Unreadable as error:
            self._note_away(error)
            return Failed(due=due, error=error)
        except Exception as error:
            # Whatever a server does must stop neither the worker nor its other sources.
            log.exception("%s could not be asked", due.spec.key)
            return Failed(due=due, error=Unreadable(f"it could not be asked ({type(error).__name__})"))
        self._away = 0
        return self._looked_at(due, found, asked_for_news="if-none-match" in headers or "if-modified-since" in headers)

    def _looked_at(self, due: Due, found: Found, *, asked_for_news: bool) -> Asked:
        answer, before = found.answer, due.remembered
        keep = keep_of(answer.headers)
        if answer.status == NOT_MODIFIED:
            if not asked_for_news:
                return Failed(due=due, error=Unreadable("its server says “not modified” without having been asked"))
            return Unchanged(due=due, keep=keep, etag=before.etag, last_modified=before.last_modified)
        if self._note_patience(answer):
            error = Unreadable(f"its server answered {answer.status}, and asks for patience")
            self._impatient = error if self._writer.not_before else None
            return Failed(due=due, error=error)
        digest = sha256(answer.body).hexdigest()
        if answer.status == 200 and digest == before.body_digest and before.doubt_digest is None:
            etag, modified = validators_of(answer)
            return Unchanged(due=due, keep=keep, etag=etag, last_modified=modified)
        return Answered(due=due, answer=answer, body_digest=digest, keep=keep, moved_to=found.moved_to)

    def _note_away(self, error: Unreadable) -> None:
        self._away = self._away + 1 if isinstance(error, Away) else 0
        if self._away >= TIMES_AWAY:
            self._leave_alone(error)

    def _leave_alone(self, error: Unreadable) -> None:
        """Ask this server nothing more for a while; what else is due there fails for the same reason."""
        self._barred = error
        now = self._desk.now
        answer = error.answer if isinstance(error, Barred) else None
        patience = patience_of(answer.status, answer.headers, now=now) if answer else None
        self._writer.not_before = now + (patience or LEFT_ALONE)

    async def _ask_notes(self) -> None:
        """The notes that are due here, of these sources and of others, unless only some sources are wanted."""
        if self._only or self._stopping.is_set() or self._writer.not_before:
            return
        noter = Noter(self._desk, self._asker, is_over=self._is_over)
        await noter.run(self._stopping)
        self._writer.done.notes += noter.asked
        self._writer.done.new += noter.new
        await self._writer.keep_host()

    def _is_over(self, came: Answer | Unreadable) -> bool:
        """Whether the server is to be asked nothing more for now."""
        if isinstance(came, Unreadable):
            self._note_away(came)
            if isinstance(came, Barred):
                self._leave_alone(came)
        else:
            self._away = 0
            self._note_patience(came)
        return self._writer.not_before is not None

    def _note_patience(self, answer: Answer) -> bool:
        """Whether a server wants to be left alone; remembers for how long."""
        if answer.status not in ASKS_FOR_PATIENCE:
            return False
        patience = patience_of(answer.status, answer.headers, now=self._desk.now)
        if patience is not None:
            self._writer.not_before = self._desk.now + patience
        return True

    @asynccontextmanager
    async def _guest(self, host: str) -> AsyncIterator[Door]:
        """The door of another server, for one question."""
        desk = self._desk
        async with desk.writing() as db:
            await add_hosts(db, [host])
            claimed = await desk.leases.claim(db, host, real=desk.real())
        if claimed is None:
            raise Postponed(host)
        async with desk.holding(host):
            door = Door(host, claimed.robots)
            yield door
            if door.is_news and door.robots:
                async with desk.writing() as db:
                    await keep_host(db, host, robots=door.robots)


def conditions(remembered: Remembered) -> dict[str, str]:
    """What makes a server answer only if something is new. While a text is in doubt it is to be shown again."""
    if remembered.doubt_digest is not None:
        return {}
    named = {"if-none-match": remembered.etag, "if-modified-since": remembered.last_modified}
    return {name: value for name, value in named.items() if value}


@cache
def _asked() -> Select[Any]:
    columns = [col(getattr(Source, name)) for name in OF_DUE]
    these = col(Source.host) == bindparam("host_name", type_=Text()), *is_due()
    asked: Select[Any] = columns_of(*columns).where(*these).order_by(col(Source.due_at), col(Source.key))
    return asked
