"""A folder instead of a mail server: for trying things out, and for whoever must not get real mail."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from tracker.alerts.channels import Channel, Done, IsOurs
from tracker.alerts.links import Links
from tracker.alerts.schemas import SENT, Alert, Came, Tried
from tracker.clock import Clock
from tracker.errors import Invalid

KEPT = 1000
"""How many mails stay in the folder: it is looked at by people."""


class MailboxChannel:
    """Writes each mail as a file that any mail program opens."""

    def __init__(self, folder: Path, *, links: Links, clock: Clock) -> None:
        self.at_once, self.batch = 1, 100
        self._folder = folder
        self._links = links
        self._clock = clock

    async def send(self, alerts: Sequence[Alert], done: Done, *, is_ours: IsOurs) -> None:
        await asyncio.to_thread(self._send, [alert for alert in alerts if is_ours(alert)], done)

    def _send(self, alerts: Sequence[Alert], done: Done) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for alert in alerts:
            try:
                self._write(alert)
                done(alert, SENT)
            except Invalid as error:
                done(alert, Tried(came=Came.REFUSED, error=str(error)))
            except OSError as error:
                done(alert, Tried(came=Came.AWAY, error=f"the mailbox cannot be written: {error.strerror}"))
        for old in sorted(self._folder.glob("*.eml"))[:-KEPT]:
            old.unlink(missing_ok=True)

    def _write(self, alert: Alert) -> None:
        if alert.mail is None:
            raise Invalid("There is no letter for this kind of message")
        now = self._clock()
        body = alert.mail.mail(self._links.envelope(alert.owed, now=now))
        # Whole or not at all: somebody may be looking.
        fresh = self._folder / f".{alert.owed.id}-{os.getpid()}"
        fresh.write_bytes(body)
        fresh.rename(self._folder / f"{now:%Y%m%dT%H%M%S}-{alert.owed.id:08}.eml")

    def stop(self) -> None:
        """What was begun is done in a moment."""

    async def close(self) -> None:
        """Nothing is kept open."""


class AllowedOnly:
    """Real mail for those on a list, and the mailbox for everybody else."""

    def __init__(self, real: Channel, rest: Channel, *, allowed: Sequence[str]) -> None:
        self.at_once, self.batch = real.at_once, real.batch
        self._real = real
        self._rest = rest
        self._allowed = frozenset(allowed)

    async def send(self, alerts: Sequence[Alert], done: Done, *, is_ours: IsOurs) -> None:
        real: list[Alert] = []
        rest: list[Alert] = []
        for alert in alerts:
            (real if self._may_get_mail(alert.owed.address or "") else rest).append(alert)
        await self._real.send(real, done, is_ours=is_ours)
        await self._rest.send(rest, done, is_ours=is_ours)

    def _may_get_mail(self, address: str) -> bool:
        return address in self._allowed or f"@{address.rpartition('@')[2]}" in self._allowed

    def stop(self) -> None:
        self._real.stop()

    async def close(self) -> None:
        await self._real.close()
        await self._rest.close()
