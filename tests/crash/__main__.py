"""make crash: kills what publishes and sends, at random moments, and counts what arrives.

Each round publishes one entry to every destination, kills a few things meanwhile, and waits until all is settled. Then
everything owed must have arrived, under one id for each destination; what came twice must have been accepted before a
kill and settled never, and be no more than one worker held.

Then what reads sources is killed while it reads a month of them: every event must have been sighted exactly once.
"""

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from datetime import timedelta

from tests.conftest import ENGINES
from tests.crash.rounds import Count, Lost, Rounds
from tests.crash.stage import stage
from tests.crash.watching import kill_watchers
from tracker.alerts.lane import Pace

DESTINATIONS = 1000
SHORT = Pace(lease=timedelta(seconds=5), renew=timedelta(seconds=1), look=timedelta(milliseconds=200))
KILLS_OF_ROUND = 6
REAL = None
"""The pace of real life."""
RECOVERY = 60.0
"""Seconds from a kill to the last message, with the leases of real life."""


async def kill_often(engine: str, kills: int, *, seed: int) -> Count:
    """So many kills; raises Lost when something owed did not arrive, or came twice without a reason."""
    async with stage(engine, destinations=DESTINATIONS, pace=SHORT) as made:
        rounds = Rounds(made, random.Random(seed), destinations=DESTINATIONS)
        await rounds.begin(workers=2)
        while rounds.count.kills < kills:
            await rounds.play(min(KILLS_OF_ROUND, kills - rounds.count.kills))
            _show(f"{engine}: {rounds.count}")
        await rounds.check_whole()
        _show(f"{engine}: {rounds.count}", end="\n")
        if rounds.count.lapsed:
            seconds = SHORT.lease.total_seconds()
            raise Lost(
                f"{rounds.count.lapsed} came twice without a kill: workers here cannot keep {seconds:g} s leases"
            )
        return rounds.count


async def recover(engine: str) -> float:
    """Seconds until everything has arrived after a worker was killed, with the leases of real life."""
    async with stage(engine, destinations=DESTINATIONS, pace=REAL) as made:
        rounds = Rounds(made, random.Random(1), destinations=DESTINATIONS)
        await rounds.begin(workers=2)
        return await rounds.recover()


async def without_redis(engine: str, seconds: float) -> float:
    """Seconds from publishing to the last message, the longest of all while Redis is stopped for so long."""
    async with stage(engine, destinations=DESTINATIONS, pace=REAL) as made:
        rounds = Rounds(made, random.Random(1), destinations=DESTINATIONS)
        await rounds.begin(workers=1)
        return await rounds.without_redis(seconds)


def _show(line: str, end: str = "") -> None:
    if sys.stdout.isatty():
        print(f"\r\x1b[K{line}", end=end, flush=True)
    elif end:
        print(line, flush=True)


def main() -> None:
    given = _asked()
    if not shutil.which("redis-server"):
        sys.exit("make crash needs redis-server: install it")
    if given.engine not in (None, *ENGINES) or len(ENGINES) < 2:
        print("PostgreSQL is left out: set TRACKER_TEST_DATABASE_URL (may create databases)")
    engines = [name for name in ENGINES if given.engine in (None, name)]
    started = time.monotonic()
    print(f"seed {given.seed}, {DESTINATIONS:,} destinations, {os.cpu_count()} cores", flush=True)
    try:
        for engine in engines if given.only in (None, "kills") else ():
            asyncio.run(kill_often(engine, given.kills, seed=given.seed))
        for engine in engines if given.only in (None, "watch") else ():
            _show(f"{engine}: {asyncio.run(kill_watchers(engine, given.kills, seed=given.seed))}", end="\n")
        if given.only in (None, "recovery"):
            _recover(engines[0])
        if given.only in (None, "redis"):
            took = asyncio.run(without_redis(engines[0], given.redis_away))
            print(f"{engines[0]}: Redis was away for {given.redis_away:.0f} s; all arrived within {took:.1f} s each")
    except Lost as error:
        sys.exit(f"make crash: {error} (seed {given.seed})")
    print(f"done in {time.monotonic() - started:.0f} s")


def _recover(engine: str) -> None:
    took = asyncio.run(recover(engine))
    print(f"{engine}: with the leases of real life all had arrived {took:.1f} s after the kill", flush=True)
    if took > RECOVERY:
        raise Lost(f"recovery took {took:.1f} s; at most {RECOVERY:.0f} s are promised")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="for each engine")
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], help="both where both are at hand")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--only", choices=["kills", "watch", "recovery", "redis"], help="one of the four parts")
    parser.add_argument("--redis-away", type=float, default=20.0, help="seconds")
    return parser.parse_args()


if __name__ == "__main__":
    main()
