"""Rounds of publishing, killing and counting."""

import asyncio
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from itertools import pairwise
from typing import Any

import httpx
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, select

from tests.crash.counting import Count, Lost
from tests.crash.stage import LOG, Stage, place_of
from tracker.alerts.lane import LAPSED
from tracker.alerts.models import Delivery, Destination
from tracker.clock import london_day, utc_now
from tracker.editing import actions
from tracker.editing.models import Draft
from tracker.editing.schemas import Entry
from tracker.jobs import JobRun
from tracker.strategies import facts
from tracker.strategies.facts import Evidence
from tracker.strategies.models import Publication

PATIENCE = 90.0
LAPSED_LINE = re.escape(LAPSED).replace("%s", r"(\d+)", 1).replace("%s", r"\w+")
CUT = (SQLAlchemyError, OSError, httpx.TransportError)
"""What the harness meets itself while processes and connections are cut."""
Kill = Callable[[], Awaitable[None]]


class Rounds:
    """Plays rounds on a stage."""

    def __init__(self, made: Stage, chance: random.Random, *, destinations: int) -> None:
        self._made = made
        self._chance = chance
        self._destinations = destinations
        self._seen = 0
        """How much of what the sinks accepted has been looked at."""
        self._read = 0
        """How much of what the processes said has been read."""
        self._kills: list[tuple[float, float]] = []
        """When each kill of this round began and when it was over."""
        self.count = Count()

    async def begin(self, *, workers: int) -> None:
        """Start everything and wait until pages are served."""
        self._made.start_web()
        for _ in range(workers):
            self._made.start_worker()
        await self._until(self._is_up, "the web process is up")

    async def play(self, kills: int) -> None:
        """Publish, kill so many times meanwhile, and look at what came of it."""
        self._kills = []
        by_web = self.count.rounds % 2 == 0
        draft_id = await self._write(held=not by_web)
        publishing = asyncio.create_task(self._publish(draft_id) if by_web else asyncio.sleep(0))
        try:
            for _ in range(kills):
                await asyncio.sleep(self._chance.uniform(0, 0.7))
                await self._kill()
            await publishing
        finally:
            publishing.cancel()
        number = await self._published(draft_id)
        await self._settled(number)
        await self._check(number)
        self.count.rounds += 1

    async def recover(self) -> float:
        """Kill a worker that holds what was accepted; seconds until everything is settled."""
        draft_id = await self._write(held=True)
        self._made.sinks.ask("stall")
        await self._until(lambda: self._is_held(1), "something was accepted")
        holds = await self._holder()
        killed = time.monotonic()
        self._made.kill_worker(holds)
        self._kills = [(killed, time.monotonic())]
        self._made.sinks.ask("go")
        number = await self._published(draft_id)
        await self._settled(number)
        took = time.monotonic() - killed
        await self._check(number)
        return took

    async def _holder(self) -> int:
        """The place of the worker that holds most of what is owed; its process is part of its name."""
        async with self._made.database.reading() as db:
            names = (await db.exec(select(Delivery.worker).where(col(Delivery.leased_until).is_not(None)))).all()
        held = Counter(int((name or "-0-").split("-")[-2]) for name in names)
        pids = [worker.pid for worker in self._made.workers]
        return pids.index(held.most_common(1)[0][0])

    async def without_redis(self, seconds: float) -> float:
        """Publish again and again without Redis; the longest it took until everything had arrived."""
        self._made.redis.kill()
        began, longest = time.monotonic(), 0.0
        while time.monotonic() - began < seconds:
            started = time.monotonic()
            number = await self._published(await self._write(held=True))
            await self._settled(number)
            longest = max(longest, time.monotonic() - started)
            await self._check(number)
        return longest

    async def check_whole(self) -> None:
        """Raise Lost unless every entry went out once, and nothing is owed any more."""
        async with self._made.database.reading() as db:
            publications = (await db.exec(select(func.count()).select_from(Publication))).one()
            deliveries = (await db.exec(select(func.count()).select_from(Delivery))).one()
            unsent = select(func.count()).select_from(Delivery).where(col(Delivery.sent_at).is_(None))
            left = (await db.exec(unsent)).one()
        wanted = self.count.rounds
        if (publications, deliveries, left) != (wanted, wanted * self._destinations, 0):
            raise Lost(
                f"{publications} publications, {deliveries} deliveries and {left} unsent, after {wanted} entries"
            )

    async def _write(self, *, held: bool) -> int:
        """An entry, which a worker publishes at once, or which waits for the web process to do so."""
        now = utc_now()
        entry = Entry(facts=(_fact(self._chance.random()),), evidence=(PROOF,))
        async with self._made.database.writing() as db:
            draft = await actions.start(db, entry, strategy="harbour-lights", by=1, now=now)
            draft.publish_at = now if held else None
            db.add(draft)
            await db.flush()
            return draft.id or 0

    async def _publish(self, draft_id: int) -> None:
        """Send the form that publishes, until the entry is not a draft any more, as somebody would who saw a fault."""
        origin = f"http://127.0.0.1:{self._made.settings.port}"
        headers = {"origin": origin, "sec-fetch-site": "same-origin"}
        cookies = {"tracker-session": self._made.session}
        async with httpx.AsyncClient(base_url=origin, headers=headers, cookies=cookies, timeout=30) as client:
            while True:
                try:
                    draft = await self._draft(draft_id)
                    if draft is None:
                        return
                    page = (await client.get("/account")).text
                    token = page.partition('name="token" value="')[2].partition('"')[0]
                    fields = {"token": token, "when": "now", "version": draft.version, "seen": draft.seen_seq}
                    await client.post(f"/editor/entries/{draft_id}/publish", data=fields)
                except CUT:
                    self._made.revive()
                    await asyncio.sleep(0.05)

    async def _kill(self) -> None:
        kinds: dict[str, Kill] = {
            "workers": self._kill_worker,
            "workers before the answer": self._kill_before_answer,
            "web processes": self._kill_web,
            "database connections": self._made.cut_database,
            "Redis": self._kill_redis,
        }
        if self._made.database.is_sqlite:
            del kinds["database connections"]
        kind = self._chance.choice([*kinds, "workers", "workers before the answer"])
        began = time.monotonic()
        await kinds[kind]()
        self._kills.append((began, time.monotonic()))
        self.count.kills += 1
        self.count.by_kind[kind] += 1

    async def _kill_worker(self) -> None:
        self._made.kill_worker(self._chance.randrange(len(self._made.workers)))
        self._made.start_worker()

    async def _kill_before_answer(self) -> None:
        """Between the acceptance and its settling: the sinks accept and do not answer, if anything is sent."""
        self._made.sinks.ask("stall")
        await asyncio.sleep(self._chance.uniform(0, 0.3))
        await self._kill_worker()
        self._made.sinks.ask("go")

    async def _kill_web(self) -> None:
        self._made.kill_web()
        self._made.start_web()

    async def _kill_redis(self) -> None:
        self._made.redis.kill()
        await asyncio.sleep(self._chance.uniform(0, 0.3))
        self._made.redis.start()

    def _is_held(self, least: int) -> bool:
        return int(self._made.sinks.ask("stall")) >= least

    def _is_up(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self._made.settings.port}/ready").status_code == 200
        except httpx.TransportError:
            return False

    async def _draft(self, draft_id: int) -> Draft | None:
        async with self._made.database.reading() as db:
            return await db.get(Draft, draft_id)

    async def _published(self, draft_id: int) -> int:
        """The publication that came of a draft."""
        await self._until(lambda: self._gone(draft_id), "the entry is published")
        async with self._made.database.reading() as db:
            return (await db.exec(select(func.max(Publication.id)))).one() or 0

    async def _gone(self, draft_id: int) -> bool:
        draft = await self._draft(draft_id)
        if draft and draft.returned_because:
            raise Lost(f"the entry was given back: {draft.returned_because}")
        return draft is None

    async def _settled(self, number: int) -> None:
        unsent = select(func.count()).where(
            col(Delivery.about) == f"publication:{number}", col(Delivery.sent_at).is_(None)
        )

        async def is_settled() -> bool:
            async with self._made.database.reading() as db:
                return (await db.exec(unsent)).one() == 0

        await self._until(is_settled, "all is sent and written down")

    async def _until(self, happened: Callable[[], Any], what: str) -> None:
        """Wait for something; raises Lost when it does not come."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                found = happened()
                if await found if asyncio.iscoroutine(found) else found:
                    return
            except CUT:
                pass
            self._made.revive()
            if time.monotonic() > end:
                raise Lost(f"{what}: not within {PATIENCE:.0f} s. {await self._said()}")
            await asyncio.sleep(0.05)

    async def _said(self) -> str:
        """What the database says of what is still owed, for whoever looks for the fault."""
        async with self._made.database.reading() as db:
            owed = select(Delivery).where(col(Delivery.sent_at).is_(None)).limit(1)
            row = (await db.exec(owed)).first()
            runs = (await db.exec(select(JobRun))).all()
        jobs = [f"{run.job}: {run.last_error}, leased until {run.leased_until}" for run in runs if run.last_error]
        log = (self._made.settings.data_dir / LOG).read_text(errors="replace")[-3000:]
        return f"{row!r}; jobs: {jobs}; log: {log}"

    async def _check(self, number: int) -> None:
        """Raise Lost unless each destination got the publication, under one id, and doubles have their reasons."""
        arrived = self._made.sinks.ask(f"since {self._seen}")
        self._seen += len(arrived)
        ids: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for _, to, name, at in arrived:
            ids[to][name].append(at)
        wanted = await self._owed(number)
        missing, strange = wanted - set(ids), set(ids) - wanted
        if missing or strange:
            raise Lost(f"publication {number}: {len(missing)} got nothing, {len(strange)} got what they were not owed")
        several = [to for to, found in ids.items() if len(found) != 1]
        if several:
            raise Lost(f"publication {number} came under several ids, as to {several[0]}: {dict(ids[several[0]])}")
        self.count.arrived += len(wanted)
        pairs = [at for found in ids.values() for times in found.values() for at in pairwise(times)]
        self.count.note_doubles(pairs, kills=self._kills, lapsed=self._lapsed())

    def _lapsed(self) -> int:
        """How many were written down after their lease since this was last asked, as the workers say."""
        said = (self._made.settings.data_dir / LOG).read_text(errors="replace")
        new, self._read = said[self._read :], len(said)
        return sum(int(number) for number in re.findall(LAPSED_LINE, new, re.MULTILINE))

    async def _owed(self, number: int) -> set[str]:
        async with self._made.database.reading() as db:
            found = await db.exec(
                select(Destination.address)
                .join(Delivery, col(Delivery.destination_id) == col(Destination.id))
                .where(Delivery.about == f"publication:{number}")
            )
            owed = {place_of(address or "") for address in found.all()}
        if len(owed) != self._destinations:
            raise Lost(f"publication {number} is owed to {len(owed)} and not to {self._destinations}")
        return owed


PROOF = Evidence(title="A note (invented)", publisher="Port Authority (invented)", url="https://example.org/note")


def _fact(salt: float) -> facts.Noted:
    """Something that nobody has recorded before."""
    today = london_day(utc_now())
    return facts.Noted(about=("1",), text=f"A lamp was lit ({salt}).", happened_on=today.isoformat(), known_on=today)
