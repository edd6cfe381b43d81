"""One channel's way from the rows to the network and back: claim, hand over, write down what came of it."""

import asyncio
import logging
import random
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.channels import Channel
from tracker.alerts.compose import Composer
from tracker.alerts.ledger import claim_due, is_due, renew
from tracker.alerts.rules import outcome
from tracker.alerts.schemas import Alert, Came, Owed, Tried
from tracker.alerts.settle import Settled, settle
from tracker.clock import Clock, within

log = logging.getLogger(__name__)

ROUNDS = 2
"""What is held at most, in rounds of the channel: on its way, ready, and waiting to be written down."""
SMALLEST_ROUND = 400
"""Less is not claimed at once while more is due: a transaction costs as much as many tries."""
TICKS = 5
"""How often in the time that results may wait it is looked whether enough of them have come."""
SURE = 3
"""No try is begun with less of its lease left than one part in so many: longer than a call to an endpoint may take."""
SHORTEST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds for which nothing is claimed when the channel itself cannot be used; they double."""
LAPSED = "%s sent by %s were written down after their lease had run out: another worker may have sent them too"
Transaction = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How often things are looked at; shorter in tests."""

    look: timedelta = timedelta(seconds=1)
    """Between two looks for due rows when there were none."""
    settle: timedelta = timedelta(milliseconds=50)
    """The longest that what came of a try waits to be written down together with others."""
    lease: timedelta = timedelta(seconds=45)
    """How long what is held stays with a worker that gives no sign of life."""
    renew: timedelta = timedelta(seconds=10)


class Desk(msgspec.Struct, frozen=True, kw_only=True):
    """What every lane of a worker works with."""

    worker: str
    reading: Transaction
    writing: Transaction
    composer: Composer
    clock: Clock
    stopwatch: Callable[[], float]
    """Seconds that go on also while the clock is set: leases are measured by them."""
    pace: Pace


class Lane:
    """Holds a little more than its channel can take at once, whatever is owed."""

    def __init__(self, name: str, channel: Channel, desk: Desk) -> None:
        self._name = name
        self._channel = channel
        self._desk = desk
        self._round = round_of(channel.at_once, channel.batch)
        self._most = ROUNDS * self._round
        self._more = False
        """Whether the last claim took all there was room for: then more is due, and nobody need ask."""
        self._batches: asyncio.Queue[list[Alert] | None] = asyncio.Queue()
        self._held: dict[int, float] = {}
        """What is leased, and until when by this process's own clock the lease is surely ours."""
        self._out: dict[int, Alert] = {}
        """What the channel has and has not said anything of."""
        self._done: deque[tuple[Owed, Tried, datetime, str | None]] = deque()
        self._stir = asyncio.Event()
        self._over = asyncio.Event()
        self._ended = False
        self._pause = 0.0
        self._in_doubt = False
        """Whether something could not be written down, or it is not known whether it was."""
        self.sent = 0

    def wake(self) -> None:
        """Look for due rows now."""
        self._stir.set()

    def stop(self) -> None:
        """Claim nothing more; what was begun is finished and written down."""
        self._over.set()
        self._channel.stop()
        self._stir.set()

    async def run(self, *, until_idle: bool = False) -> None:
        """Send what is due until told to stop, or until nothing is due any more."""
        self._ended = False
        beating = asyncio.create_task(self._beat())
        settling = asyncio.create_task(self._settle_often())
        hands = [asyncio.create_task(self._hand_over()) for _ in range(self._channel.at_once)]
        try:
            await self._fill(until_idle=until_idle)
        finally:
            self._give_back()
            await asyncio.wait(hands)
            self._ended = True
            self._stir.set()
            await asyncio.wait([settling])
            beating.cancel()
            await asyncio.wait([beating])

    async def _fill(self, *, until_idle: bool) -> None:
        while not self._over.is_set():
            self._stir.clear()
            # Before the claim: what is settled during it may be what it waited for.
            claimed, is_idle = 0, not self._held
            # Not in doubt: what is claimed anew must not be given back by what is written down again.
            if not self._in_doubt and self._most - len(self._held) >= self._round:
                claimed = await self._claim()
            if until_idle and is_idle and not claimed:
                return
            if not claimed:
                await within(self._stir, self._desk.pace.look.total_seconds())
            if self._pause:
                await within(self._over, self._pause)

    async def _claim(self) -> int:
        """Lease and write what there is room for; returns how much that is."""
        desk, now, started = self._desk, self._desk.clock(), self._desk.stopwatch()
        claimed: list[Owed] = []
        fresh: list[Owed] = []
        try:
            if not self._more and not await self._is_anything_due(now):
                return 0
            async with desk.writing() as db:
                limit, lease = self._most - len(self._held), desk.pace.lease
                claimed = await claim_due(db, self._name, worker=desk.worker, now=now, limit=limit, lease=lease)
                # What is held already is being given back, and nobody knows yet whether it was: it will be once more.
                fresh = [owed for owed in claimed if owed.id not in self._held]
            self._more = len(claimed) == limit
            self._held.update((owed.id, started + lease.total_seconds()) for owed in claimed)
            self._stir.set()
            async with desk.reading() as db:
                composed = await desk.composer.compose(db, fresh, now=now)
        except Exception as error:
            # The database may be away: rows are the queue, so nothing is lost by waiting.
            log.warning("cannot look for due %ss: %s", self._name, error)
            self._done.extend((owed, Tried(came=Came.UNTRIED), now, None) for owed in fresh)
            return 0
        self._done.extend((owed, tried, now, None) for owed, tried in composed.rest)
        size = self._channel.batch
        for start in range(0, len(composed.alerts), size):
            self._batches.put_nowait(composed.alerts[start : start + size])
        return len(claimed)

    async def _is_anything_due(self, now: datetime) -> bool:
        async with self._desk.reading() as db:
            return await is_due(db, self._name, now=now)

    async def _hand_over(self) -> None:
        """Give the channel batch after batch."""
        while (batch := await self._batches.get()) is not None:
            self._out.update((alert.owed.id, alert) for alert in batch)
            rest = Tried(came=Came.UNTRIED)
            try:
                await self._channel.send(batch, self._note, is_ours=self._is_ours)
            except Exception as error:
                log.exception("the %s channel failed", self._name)
                # A try like any other: else what a channel cannot bear would be handed to it at once, and for ever.
                rest = Tried(came=Came.AGAIN, error=f"the channel failed: {type(error).__name__}: {error}")
            for alert in batch:
                self._note(alert, rest)

    def _is_ours(self, alert: Alert) -> bool:
        """Whether a lease is surely still this worker's: after a long stall another one may be sending it by now."""
        left = self._held.get(alert.owed.id, 0.0) - self._desk.stopwatch()
        return left > self._desk.pace.lease.total_seconds() / SURE

    def _note(self, alert: Alert, tried: Tried) -> None:
        """Keep what came of an alert until it is written down; the first word counts. From any thread."""
        if self._out.pop(alert.owed.id, None) is not None:
            body = self._desk.composer.kept_body(alert) if tried.came is Came.SENT else None
            self._done.append((alert.owed, tried, self._desk.clock(), body))

    def _give_back(self) -> None:
        """What was claimed and not begun is nobody's again; then the hands have nothing more to do."""
        now = self._desk.clock()
        while not self._batches.empty():
            for alert in self._batches.get_nowait() or ():
                self._done.append((alert.owed, Tried(came=Came.UNTRIED), now, None))
        for _ in range(self._channel.at_once):
            self._batches.put_nowait(None)

    async def _settle_often(self) -> None:
        """Write down what came of tries when a round of them is done, and none of it later than the pace says."""
        pace = self._desk.pace.settle.total_seconds()
        waiting_since = 0.0
        while not (self._ended and not self._done):
            if not self._held and not self._done:
                await self._stir.wait()
            await asyncio.sleep(pace / TICKS)
            waiting_since = waiting_since if self._done and waiting_since else time.monotonic()
            is_time = self._ended or time.monotonic() - waiting_since >= pace * (TICKS - 1) / TICKS
            if not self._done or not (is_time or len(self._done) >= self._round):
                continue
            try:
                await self._settle()
                waiting_since, self._in_doubt = 0.0, False
            except Exception as error:
                self._in_doubt = True
                log.warning("cannot write down what was sent by %s: %s", self._name, error)
                await asyncio.sleep(SHORTEST_PAUSE)

    async def _settle(self) -> None:
        """Write down what came of everything since the last time, in one transaction."""
        now = self._desk.clock()
        group = [_settled(*self._done[place], now=now) for place in range(len(self._done))]
        if not group:
            return
        async with self._desk.writing() as db:
            await settle(db, group, worker=self._desk.worker, now=now)
        moment = self._desk.stopwatch()
        lapsed = 0
        for item in group:
            self._done.popleft()
            lapsed += self._held.pop(item.owed.id, 0.0) <= moment and item.next.sent
        if lapsed:
            log.warning(LAPSED, lapsed, self._name)
        self.sent += sum(item.next.sent for item in group)
        self._note_pause(group)
        self._stir.set()

    def _note_pause(self, group: list[Settled]) -> None:
        away = [item for item in group if item.tried.came is Came.AWAY]
        if not away:
            self._pause = 0.0 if any(item.next.counts for item in group) else self._pause
            return
        if not self._pause:
            log.warning("%s: %s", self._name, away[0].tried.error)
        self._pause = min(max(self._pause * 2, SHORTEST_PAUSE), LONGEST_PAUSE)

    async def _beat(self) -> None:
        """Keep what is held while this process lives."""
        while True:
            await asyncio.sleep(self._desk.pace.renew.total_seconds())
            held, started = list(self._held), self._desk.stopwatch()
            if not held:
                continue
            try:
                async with self._desk.writing() as db:
                    ours = await renew(
                        db, held, worker=self._desk.worker, now=self._desk.clock(), lease=self._desk.pace.lease
                    )
            except Exception as error:
                log.warning("cannot renew what %s holds: %s", self._name, error)
                continue
            until = started + self._desk.pace.lease.total_seconds()
            # What is not ours any more is not begun with; what was begun is written down, whoever has it now.
            lost = dict.fromkeys(held, 0.0) | dict.fromkeys(ours, until)
            self._held.update((number, sure) for number, sure in lost.items() if number in self._held)


def round_of(at_once: int, batch: int) -> int:
    """How many a lane claims at once of a channel that takes so many; it never holds more than ROUNDS times that."""
    return max(at_once * batch, SMALLEST_ROUND)


def _settled(owed: Owed, tried: Tried, at: datetime, body: str | None, *, now: datetime) -> Settled:
    chance = random.random()  # noqa: S311 - spreads tries, guards nothing
    becomes = outcome(tried, channel=owed.channel, attempts=owed.attempts, now=now, chance=chance)
    return Settled(owed=owed, tried=tried, next=becomes, at=at, body=body)
