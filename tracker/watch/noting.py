"""Asking for the change notes that feeds do not give, after a server's sources and under the same lease."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from tracker.watch.desk import Desk
from tracker.watch.keep_notes import Kept, due_notes, keep_notes
from tracker.watch.kinds import noting
from tracker.watch.notes import Awaited, settle_note, spec_of
from tracker.watch.queries import began, known_items
from tracker.watch.schemas import Answer, Found, Unreadable
from tracker.watch.server import Asker, Postponed
from tracker.watch.versions import Known

log = logging.getLogger(__name__)

MOST_AT_ONCE = 20
"""Notes that are asked for before what came of it is saved."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to the question about a version; None when nothing was."""

    awaited: Awaited
    answer: Answer | None


class Noter:
    """Asks one server for what is due of it."""

    def __init__(self, desk: Desk, asker: Asker, *, is_over: Callable[[Answer | Unreadable], bool]) -> None:
        self._desk = desk
        self._asker = asker
        self._is_over = is_over
        """Told of every answer; True when nothing more is to be asked for now."""
        self.asked = 0
        self.new = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Ask for notes until none is due here, or the server is to be left alone."""
        desk, host = self._desk, self._asker.door.host
        goes_on = True
        while goes_on and not stopping.is_set():
            async with desk.database.reading() as db:
                due = await due_notes(db, host, now=desk.now, most=MOST_AT_ONCE)
            if not due:
                return
            told, goes_on = await self._ask_all(due, stopping)
            await self._save(told)

    async def _ask_all(self, due: Sequence[Awaited], stopping: asyncio.Event) -> tuple[list[Told], bool]:
        """The answers, and whether more may be asked for; those of one page are asked for once."""
        told: list[Told] = []
        for awaited in due:
            url = awaited.sighting.note_url or ""
            if told and told[-1].awaited.sighting.note_url == url:
                told.append(Told(awaited=awaited, answer=told[-1].answer))
                continue
            if stopping.is_set():
                return told, False
            answer, is_over = await self._ask(url)
            told.append(Told(awaited=awaited, answer=answer))
            if is_over:
                return told, False
        return told, True

    async def _ask(self, url: str) -> tuple[Answer | None, bool]:
        kind = noting(self._desk.kinds, url)
        self.asked += 1
        try:
            found = await self._asker.ask(url, headers={"accept": kind.accept}, most_bytes=kind.most_bytes)
        except Postponed:
            return None, True
        except Unreadable as error:
            return None, self._is_over(error)
        except Exception:
            # Whatever a server does must stop neither the worker nor what else it asks for.
            log.exception("%s could not be asked for a note", url)
            return None, False
        return found.answer, self._is_over(found.answer)

    async def _save(self, told: Sequence[Told]) -> None:
        if not told:
            return
        desk = self._desk
        items = {each.awaited.sighting.item for each in told}
        async with desk.database.reading() as db:
            known, since = await known_items(db, items), await began(db)
            await desk.judge.refresh(db)
        kept = await asyncio.to_thread(_settle_all, desk, told, known, since, desk.now)
        async with desk.writing() as db:
            await desk.leases.keep(db, self._asker.door.host, real=desk.real())
            self.new += await keep_notes(db, kept, now=desk.now)


def _settle_all(desk: Desk, told: Sequence[Told], known: Known, since: datetime | None, now: datetime) -> list[Kept]:
    return [_kept(desk, each, known, since=since, now=now) for each in told]


def _kept(desk: Desk, told: Told, known: Known, *, since: datetime | None, now: datetime) -> Kept:
    found = _found(desk, told)
    settled = settle_note(told.awaited, found, known.get(told.awaited.sighting.item), began=since, now=now)
    judge = desk.judge
    return Kept(
        settled=settled,
        suggested=judge.suggestions(settled.sighting),
        is_recorded=judge.is_recorded(settled.sighting),
        body=told.answer.body if told.answer else None,
        others=tuple((new, judge.suggestions(new), judge.is_recorded(new)) for new in settled.new),
    )


def _found(desk: Desk, told: Told) -> Found | None:
    """What an answer says of its page; None when there is nothing to read in it."""
    read = noting(desk.kinds, told.awaited.sighting.note_url or "").note
    if told.answer is None or read is None:
        return None
    try:
        return read(spec_of(told.awaited), told.answer)
    except Unreadable:
        return None
    except Exception:
        log.exception("what %s answered could not be read", told.answer.url)
        return None
