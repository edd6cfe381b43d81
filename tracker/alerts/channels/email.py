"""Mail by SMTP: a few threads, each with a connection that is kept. The standard library's client is the fastest."""

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from tracker.alerts.channels import Done, IsOurs
from tracker.alerts.channels.smtp import FAILURES, Connection, MailServer, Parcel, open_session
from tracker.alerts.links import Links
from tracker.alerts.schemas import Alert, Came, Tried
from tracker.clock import Clock
from tracker.errors import Invalid

CONNECTIONS = 4
BATCH = 100
IDLE_SECONDS = 20.0
"""After so long a server may have hung up: a connection that was not used is not trusted any more."""


class EmailChannel:
    """Hands mail to a mail server."""

    def __init__(self, url: str, *, sender: str, links: Links, clock: Clock) -> None:
        self.at_once, self.batch = CONNECTIONS, BATCH
        self._server = MailServer.from_url(url)
        self._sender = sender
        self._links = links
        self._clock = clock
        self._threads = ThreadPoolExecutor(CONNECTIONS, thread_name_prefix="mail")
        self._idle: deque[tuple[float, Connection]] = deque()
        self._stopping = False

    async def send(self, alerts: Sequence[Alert], done: Done, *, is_ours: IsOurs) -> None:
        """Send these over one connection, one after the other."""
        await asyncio.get_running_loop().run_in_executor(self._threads, self._send, alerts, done, is_ours)

    def _send(self, alerts: Sequence[Alert], done: Done, is_ours: IsOurs) -> None:
        rest = deque(alerts)
        connection = self._kept()
        while rest and not self._stopping:
            left, was_kept = len(rest), connection is not None
            try:
                connection = connection or Connection(open_session(self._server), sender=self._sender)
                connection.hand_in(self._parcels(rest, done, is_ours), done)
            except FAILURES as error:
                if connection:
                    connection.close()
                connection = None
                # One that was kept may have been hung up on; one that got something done may have had enough.
                if len(rest) == left and not was_kept:
                    return self._give_up(rest, error, done)
        if connection:
            self._idle.append((time.monotonic(), connection))
        return None

    def _parcels(self, rest: deque[Alert], done: Done, is_ours: IsOurs) -> Iterator[Parcel]:
        """The mails, each taken from the rest when the next one is asked for: then its address was answered to."""
        while rest and not self._stopping:
            alert = rest[0]
            parcel = self._parcel(alert, done) if is_ours(alert) else None
            if parcel:
                yield parcel
            rest.popleft()

    def _parcel(self, alert: Alert, done: Done) -> Parcel | None:
        envelope = self._links.envelope(alert.owed, now=self._clock())
        try:
            if alert.mail is None:
                raise Invalid("There is no letter for this kind of message")
            return Parcel(alert, envelope.to, alert.mail.wire(envelope))
        except Invalid as error:
            done(alert, Tried(came=Came.REFUSED, error=str(error)))
            return None

    @staticmethod
    def _give_up(rest: deque[Alert], error: BaseException, done: Done) -> None:
        for alert in rest:
            done(alert, Tried(came=Came.AWAY, error=f"the mail server cannot be used: {error}"))

    def _kept(self) -> Connection | None:
        while self._idle:
            used, connection = self._idle.pop()
            if time.monotonic() - used < IDLE_SECONDS:
                return connection
            connection.close()
        return None

    def stop(self) -> None:
        """Finish the mail that is being handed in, and begin no other."""
        self._stopping = True

    async def close(self) -> None:
        """Hang up."""
        self.stop()
        await asyncio.to_thread(self._threads.shutdown)
        while self._idle:
            self._idle.pop()[1].close()
