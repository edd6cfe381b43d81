"""Channels that send nothing: they record, refuse or wait as they are told to."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from tests.conftest import FixedClock
from tracker.alerts.actions import EMAIL, WEBHOOK
from tracker.alerts.channels import Channel, Done, IsOurs
from tracker.alerts.compose import Composer
from tracker.alerts.lane import Pace
from tracker.alerts.messages import Message, Papers
from tracker.alerts.schemas import SENT, Alert, Owed, Tried
from tracker.alerts.sender import Sender
from tracker.db import Database
from tracker.messages import MESSAGES, papers_of
from tracker.settings import Settings
from tracker.web.letters import MANAGE, Letter
from tracker.web.secrets import Secrets

QUICK = Pace(look=timedelta(milliseconds=20), settle=timedelta(milliseconds=5))
SECRETS = Secrets(b"only for tests")
SETTINGS = Settings.from_env({"TRACKER_PUBLIC_URL": "https://tracker.test", "TRACKER_OPERATOR": "the test team"})


async def hello(db: AsyncSession, owed: Owed, papers: Papers) -> Letter:
    """A letter that somebody asked for."""
    return Letter("Hello", f"Hello {owed.about}\n\nChange or stop what you get: {MANAGE}\n")


KINDS = {**MESSAGES, "hello": Message(write=hello)}


class Recorder:
    """A channel that notes what it is given, and answers as it is told to."""

    def __init__(self, *, at_once: int = 4, batch: int = 10) -> None:
        self.at_once, self.batch = at_once, batch
        self.sent: list[Alert] = []
        self.tries: list[Alert] = []
        self.answers: dict[str, Tried] = {}
        self.breaks_at = ""
        """An address that it cannot bear."""
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.begun = asyncio.Event()
        self._stopping = False

    async def send(self, alerts: Sequence[Alert], done: Done, *, is_ours: IsOurs) -> None:
        for alert in alerts:
            if self._stopping:
                return
            if not is_ours(alert):
                continue
            self.tries.append(alert)
            self.begun.set()
            await self.may_go_on.wait()
            if alert.owed.address == self.breaks_at:
                raise RuntimeError("a fault in the channel")
            tried = self.answers.get(alert.owed.address or "", SENT)
            if tried is SENT:
                self.sent.append(alert)
            done(alert, tried)

    @property
    def addresses(self) -> list[str]:
        """To whom something was sent, in order."""
        return [alert.owed.address or "" for alert in self.sent]

    @property
    def subjects(self) -> list[str]:
        return [alert.mail.letter.subject for alert in self.sent if alert.mail]

    def stop(self) -> None:
        self._stopping = True

    async def close(self) -> None:
        """Nothing is kept open."""


def papers(clock: FixedClock) -> Papers:
    return papers_of(SETTINGS, SECRETS, clock=clock)


def sender(
    database: Database, clock: FixedClock, *, email: Channel | None = None, webhook: Channel | None = None,
    stopwatch: Callable[[], float] = time.monotonic, pace: Pace = QUICK,
) -> Sender:  # fmt: skip
    """A worker's sender with these channels and no other."""
    channels = {name: channel for name, channel in ((EMAIL, email), (WEBHOOK, webhook)) if channel}
    composer = Composer(KINDS, papers(clock), sender="tracker@tracker.test")
    return Sender(database, channels, composer, clock=clock, stopwatch=stopwatch, pace=pace)
