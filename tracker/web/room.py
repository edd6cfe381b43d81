"""Room for very large forms: so few are in hand at once that they do not fill the memory together."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from tracker.errors import Busy

MOST_AT_ONCE = 2
"""In one process. Each takes up to fifteen times its text while the page that brings it back is made."""
PATIENCE = 20.0
"""Seconds that a form waits for its turn."""
FULL = "Other very large forms are being read just now, and nothing of yours was saved. Go back, and send it again."
ROOM = "room"

App = Callable[[Any, Any, Any], Awaitable[None]]
Enter = Callable[[], Awaitable[None]]


class Room:
    """Stands before an application, and lends it room that is given back when the answer is on its way."""

    def __init__(self, app: App, *, most: int = MOST_AT_ONCE, patience: float = PATIENCE) -> None:
        self.app = app
        self._places = asyncio.Semaphore(most)
        self._patience = patience

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async with AsyncExitStack() as kept:
            scope[ROOM] = partial(self._enter, kept)
            await self.app(scope, receive, send)

    async def _enter(self, kept: AsyncExitStack) -> None:
        """Take a place until the request is answered; raises Busy when none gets free."""
        try:
            async with asyncio.timeout(self._patience):
                await kept.enter_async_context(self._places)
        except TimeoutError as error:
            raise Busy(FULL) from error
