"""What a round read, looked into and saved, many sources in one transaction, while the round goes on asking."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from tracker.clock import within
from tracker.watch.claim import keep_host
from tracker.watch.decide import reaches_back
from tracker.watch.desk import Desk, Line, Polled
from tracker.watch.outcomes import Answered, Asked, Failed, Outcome, Put, Unchanged
from tracker.watch.queries import began, known_items
from tracker.watch.save import save
from tracker.watch.schemas import Reading, Unreadable
from tracker.watch.server import Asker, Postponed
from tracker.watch.suggesting import Judge
from tracker.watch.thinking import (
    Read,
    When,
    after_failure,
    after_nothing_new,
    conclude,
    postponed,
    read_all,
    read_one,
    state_of,
)
from tracker.watch.versions import Known

MOST_AT_ONCE = 200
"""Sources saved in one transaction."""
ANSWERS_AT_ONCE = 16
"""Answers to look into that are not left waiting for more to save together."""
MOST_WINDOWS = 25
"""Windows of older items that are asked for until they reach what was seen before."""
PUT_OFF = timedelta(minutes=1)


class Writer:
    """Takes what came of asking, in order, and saves it in groups."""

    def __init__(self, desk: Desk, asker: Asker) -> None:
        self._desk = desk
        self._asker = asker
        self._waiting: list[Asked] = []
        self._answers = 0
        self._is_over = False
        self._stir = asyncio.Event()
        self._taken = asyncio.Event()
        self.not_before: datetime | None = None
        """Until when the server is to be left alone."""
        self._kept: datetime | None = None
        self.done = Polled()

    async def put(self, asked: Asked) -> None:
        """Hand over what came of asking for one source; waits while too much is waiting already."""
        if isinstance(asked, Answered):
            await self._desk.room.take(len(asked.answer.body))
            self._answers += 1
        self._waiting.append(asked)
        if len(self._waiting) >= MOST_AT_ONCE or self._answers >= ANSWERS_AT_ONCE:
            self._stir.set()
        while len(self._waiting) >= 2 * MOST_AT_ONCE:
            self._taken.clear()
            await self._taken.wait()

    def end(self) -> None:
        """Nothing more comes."""
        self._is_over = True
        self._stir.set()

    async def run(self) -> None:
        """Save what is put, until the end; raises Lost, or what the database raises."""
        try:
            while not self._is_over or self._waiting:
                await within(self._stir, self._desk.pace.save.total_seconds())
                self._stir.clear()
                group = self._take()
                try:
                    await self._write(group)
                finally:
                    await self._let_go(group)
            await self.keep_host()
        finally:
            await self._let_go(self._take())

    def _take(self) -> list[Asked]:
        group, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        self._answers = sum(isinstance(asked, Answered) for asked in self._waiting)
        if self._waiting:
            self._stir.set()
        self._taken.set()
        return group

    async def _let_go(self, group: Iterable[Asked]) -> None:
        size = sum(len(asked.answer.body) for asked in group if isinstance(asked, Answered))
        if size:
            await self._desk.room.give_back(size)

    async def _write(self, group: Sequence[Asked]) -> None:
        outcomes = await self._outcomes(group)
        door, desk = self._asker.door, self._desk
        if not outcomes:
            return
        async with desk.writing() as db:
            # First of all: what was read under a lease that is another's by now is not ours to save.
            await desk.leases.keep(db, door.host, real=desk.real())
            new = await save(db, outcomes, now=desk.now) if outcomes else 0
            robots = door.robots if door.is_news else None
            await keep_host(db, door.host, robots=robots, not_before=self.not_before)
        door.is_news, self._kept = False, self.not_before
        self._count(group, outcomes, new)

    async def keep_host(self) -> None:
        """Remember what the server said of being asked, where no source's outcome took that along."""
        desk, door = self._desk, self._asker.door
        if not door.is_news and self.not_before == self._kept:
            return
        async with desk.writing() as db:
            await desk.leases.keep(db, door.host, real=desk.real())
            await keep_host(db, door.host, robots=door.robots if door.is_news else None, not_before=self.not_before)
        door.is_news, self._kept = False, self.not_before

    async def _outcomes(self, group: Sequence[Asked]) -> list[Outcome]:
        desk, when = self._desk, self._desk.when
        answers = [asked for asked in group if isinstance(asked, Answered)]
        read = await asyncio.to_thread(read_all, desk.kinds, answers) if answers else []
        whole = [await self._with_older(each) if isinstance(each, Read) else each for each in read]
        concluded = await self._concluded([each for each in whole if isinstance(each, Read)])
        failed = [each for each in (*whole, *group) if isinstance(each, Failed)]
        return [
            *concluded,
            *(after_failure(each, when=self._again(when), not_before=self.not_before) for each in failed),
            *(after_nothing_new(each, when=self._again(when)) for each in group if isinstance(each, Unchanged)),
            *(postponed(each.due, now=when.now, by=PUT_OFF) for each in group if isinstance(each, Put)),
        ]

    def _again(self, when: When) -> When:
        """The same moment with another chance, so that what is read together does not stay together."""
        return when if self._desk.chance is None else msgspec.structs.replace(when, chance=self._desk.chance())

    async def _concluded(self, read: Sequence[Read]) -> list[Outcome]:
        if not read:
            return []
        desk = self._desk
        items = {found.item for each in read for found in each.reading.found}
        async with desk.database.reading() as db:
            known, since = await known_items(db, items), await began(db)
            await desk.judge.refresh(db)
        moments = [self._again(desk.when) for _ in read]
        return await asyncio.to_thread(_conclude_all, read, known, desk.judge, since, moments)

    async def _with_older(self, read: Read) -> Read | Failed:
        """A reading with the windows of older items behind it, as far back as what was seen before."""
        windows = 0
        while not self._is_far_enough(read) and windows < MOST_WINDOWS:
            further = await self._older(read)
            if isinstance(further, Failed):
                # A passing fault would lose for good what another try can show; one that stays must not stop it all.
                return further if not read.due.health.failures else read
            if further is None or not further.found:
                return read
            read = msgspec.structs.replace(read, reading=_joined(read.reading, further))
            windows += 1
        return read

    def _is_far_enough(self, read: Read) -> bool:
        state = state_of(read.due, began=None)
        return read.reading.further is None or reaches_back(read.due.spec, state, read.reading, now=self._desk.now)

    async def _older(self, read: Read) -> Reading | Failed | None:
        due, url = read.due, read.reading.further or ""
        kind = self._desk.kinds[due.spec.kind]
        try:
            found = await self._asker.ask(url, headers={"accept": kind.accept}, most_bytes=kind.most_bytes)
        except Unreadable as error:
            return Failed(due=due, error=error)
        except Postponed:
            return None
        answered = Answered(due=due, answer=found.answer, body_digest="")
        older = await asyncio.to_thread(read_one, self._desk.kinds, answered)
        return older if isinstance(older, Failed) else older.reading

    def _count(self, group: Sequence[Asked], outcomes: Sequence[Outcome], new: int) -> None:
        done, put = self.done, {asked.due.spec.key for asked in group if isinstance(asked, Put)}
        done.new += new
        for outcome in outcomes:
            key = outcome.due.spec.key
            if key in put:
                done.put += 1
                continue
            done.failed += outcome.health.failures > 0
            done.read += outcome.health.failures == 0
            done.unchanged += outcome.health.failures == 0 and outcome.decided is None
            said = _said(outcome)
            if said:
                done.lines.append(Line(key=key, said=said))


def _conclude_all(
    read: Sequence[Read], known: Known, judge: Judge, since: datetime | None, moments: Sequence[When]
) -> list[Outcome]:
    return [conclude(each, known, judge, began=since, when=when) for each, when in zip(read, moments, strict=True)]


def _joined(newer: Reading, older: Reading) -> Reading:
    return Reading(found=newer.found + older.found, further=older.further, remarks=newer.remarks + older.remarks)


def _said(outcome: Outcome) -> str:
    """What there is to say of a source after a poll; "" when all is well and nothing new."""
    if outcome.health.failures:
        return ("broken: " if outcome.health.is_broken else "not read: ") + (outcome.health.trouble or "")
    new = len(outcome.decided.new) if outcome.decided else 0
    parts = [f"{new} new" if new else "", outcome.gap_said or "", outcome.health.trouble or ""]
    mended = "reads again" if outcome.due.health.failures else ""
    return "; ".join(filter(None, (mended, *parts)))
