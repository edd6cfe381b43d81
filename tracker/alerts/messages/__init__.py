"""The kinds of message: how the letter of each comes to be. A feature gives its own to the table of `tracker.messages`.

A letter is written when it is sent, from rows: whatever is owed can be written again, and no secret is stored.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.schemas import Owed
from tracker.web.letters import Letter, Letters
from tracker.web.secrets import Secrets

Silence = Callable[[AsyncSession], Awaitable[str]]


class Papers(msgspec.Struct, frozen=True, kw_only=True):
    """What every letter is written with."""

    public_url: str
    operator: str
    contact: str
    secrets: Secrets
    letters: Letters
    silence: Silence
    """The line that says how far the record can be trusted when it says nothing."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of message."""

    write: Callable[[AsyncSession, Owed, Papers], Awaitable[Letter | None]] | None = None
    """The letter of a delivery; None when nobody waits for it any more, as for a link that has expired."""
    write_many: Callable[[AsyncSession, Sequence[Owed], Papers], Awaitable[Mapping[int, Letter | None]]] | None = None
    """The letters of many deliveries at once, by delivery, where one after the other would ask the same again."""
    event: Callable[[AsyncSession, Owed, Papers], Awaitable[bytes | None]] | None = None
    """The JSON of a delivery to an endpoint; the same for all endpoints."""
    shared: bool = False
    """Whether everybody whose delivery is about the same gets the same letter: it is written once then."""
    asked_for: bool = True
    """Whether its recipient asked for just this: it goes also to those who stopped all news."""
    kept: bool = False
    """Whether its text is kept for seven days, so that its recipient can look it up. Never where it holds a secret."""


Messages = Mapping[str, Message]
