"""From what is owed to what is sent: letters and events, each written once for all that share it."""

import logging
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import WEBHOOK
from tracker.alerts.messages import Message, Messages, Papers
from tracker.alerts.messages.naming import tracker_name
from tracker.alerts.rules import is_news
from tracker.alerts.schemas import Alert, Came, Owed, Tried
from tracker.web.letters import Letter
from tracker.web.mail import Sealed

log = logging.getLogger(__name__)

KEPT = 32
"""Letters and events that are kept ready: of those owed at the same time few differ."""

FRESH = timedelta(minutes=10)
"""How long a letter that many share is used again: what it says of the record must not grow old."""


class Composed(msgspec.Struct, frozen=True):
    """What can be sent, and what came of the rest without a try."""

    alerts: list[Alert]
    rest: list[tuple[Owed, Tried]]


class Composer:
    """Writes what is owed. What cannot be written is tried again like anything else: the next version may know how."""

    def __init__(self, messages: Messages, papers: Papers, *, sender: str) -> None:
        self._messages = messages
        self._papers = papers
        self._sender = sender
        self._shared: OrderedDict[tuple[str, str, str], tuple[datetime, Letter | bytes | None]] = OrderedDict()
        self._sealed: OrderedDict[Letter, Sealed] = OrderedDict()

    async def compose(self, db: AsyncSession, claimed: Sequence[Owed], *, now: datetime) -> Composed:
        """What to send of these."""
        made = Composed([], [])
        together = await self._together(db, claimed)
        for owed in claimed:
            alert = await self._alert(db, owed, together, now=now)
            if isinstance(alert, Alert):
                made.alerts.append(alert)
            else:
                made.rest.append((owed, alert))
        return made

    async def _together(self, db: AsyncSession, claimed: Sequence[Owed]) -> dict[int, Letter | None]:
        """The letters that are written many at a time; when that fails, each is tried by itself."""
        letters: dict[int, Letter | None] = {}
        for name, message in self._messages.items():
            owed = [item for item in claimed if item.message == name and item.channel != WEBHOOK]
            if owed and message.write_many:
                try:
                    letters.update(await message.write_many(db, owed, self._papers))
                except Exception as error:
                    if _is_away(error):
                        raise
                    log.exception("%s “%s” cannot be written together", len(owed), name)
        return letters

    def kept_body(self, alert: Alert) -> str | None:
        """What is kept of a mail that was sent, for its recipient to look up."""
        message = self._messages.get(alert.owed.message)
        return alert.mail.letter.kept if alert.mail and message and message.kept else None

    async def _alert(
        self, db: AsyncSession, owed: Owed, together: Mapping[int, Letter | None], *, now: datetime
    ) -> Alert | Tried:
        message = self._messages.get(owed.message)
        if message is None:
            return Tried(came=Came.AGAIN, error=f"this version of the tracker does not know “{owed.message}”")
        if owed.address is None or (owed.stopped and not message.asked_for):
            return Tried(came=Came.UNWANTED, error="nothing is sent there any more")
        try:
            content = together[owed.id] if owed.id in together else await self._content(db, owed, message, now=now)
            if content is None:
                return Tried(came=Came.UNWANTED, error="nobody waits for it any more")
            if isinstance(content, bytes):
                return Alert(owed, event=content)
            if content.dated and not is_news(content.dated, now=now):
                return Tried(came=Came.TOO_OLD, error="too old to be news: the next digest takes it")
            return Alert(owed, mail=await self._seal(db, content))
        except Exception as error:  # whatever is wrong with one letter must not hold up the others
            if _is_away(error):
                raise
            log.exception("“%s” cannot be written", owed.about)
            return Tried(came=Came.AGAIN, error=f"it cannot be written: {type(error).__name__}: {error}")

    async def _content(self, db: AsyncSession, owed: Owed, message: Message, *, now: datetime) -> Letter | bytes | None:
        key = (owed.channel, owed.message, owed.about)
        written_at, content = self._shared.get(key, (None, None))
        if written_at and now - written_at < FRESH:
            return content
        write = message.event if owed.channel == WEBHOOK else message.write
        content = await write(db, owed, self._papers) if write else await self._alone(db, owed, message)
        if message.shared or owed.channel == WEBHOOK:
            self._shared[key] = (now, content)
            while len(self._shared) > KEPT:
                self._shared.popitem(last=False)
        return content

    async def _alone(self, db: AsyncSession, owed: Owed, message: Message) -> Letter | None:
        if message.write_many is None or owed.channel == WEBHOOK:
            return None
        return (await message.write_many(db, [owed], self._papers)).get(owed.id)

    async def _seal(self, db: AsyncSession, letter: Letter) -> Sealed:
        if letter not in self._sealed:
            self._sealed[letter] = Sealed(letter, sender=self._sender, name=await tracker_name(db))
            while len(self._sealed) > KEPT:
                self._sealed.popitem(last=False)
        return self._sealed[letter]


def _is_away(error: Exception) -> bool:
    """Whether it is the database that went away: that is no fault of any letter, and no try to send it."""
    cut = isinstance(error, DBAPIError) and error.connection_invalidated
    return cut or isinstance(error, OSError | PendingRollbackError)
