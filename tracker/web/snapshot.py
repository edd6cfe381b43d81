"""One immutable picture of everything public, swapped whole when the record, the data or the London date changes."""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from tracker.web.documents import Asked, Document
from tracker.web.entries import Entry

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
KEPT_BYTES = 16_000_000
"""How much memory pages with parameters may take, whatever is asked for."""


class Kept:
    """Rendered pages with parameters, the least recently used dropped first, bounded by bytes."""

    def __init__(self, limit: int = KEPT_BYTES) -> None:
        self.limit = limit
        self.bytes = 0
        self._entries: OrderedDict[object, Entry] = OrderedDict()

    def get(self, key: object, make: Callable[[], Entry]) -> Entry:
        """The entry for a key, made when it is not kept."""
        entry = self._entries.get(key)
        if entry is None:
            entry = make()
            self._entries[key] = entry
            self.bytes += entry.size
            while self.bytes > self.limit and len(self._entries) > 1:
                self.bytes -= self._entries.popitem(last=False)[1].size
        else:
            self._entries.move_to_end(key)
        return entry


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything public at one version: documents that can be asked for, and the plain ones ready to send."""

    version: object
    today: date
    built_at: datetime
    documents: Mapping[str, Document]
    entries: Mapping[str, Entry]
    context: Any
    """What handlers of this site read beside documents; opaque here."""
    kept: Kept = msgspec.field(default_factory=Kept)

    def warm(self) -> None:
        """Work out every compressed form of the ready entries."""
        for entry in self.entries.values():
            entry.warm()

    def answer(self, document: Document, asked: Asked) -> Entry:
        """The entry of a document as asked, from what is kept where possible."""
        if asked.is_now and not asked.filters:
            return self.entries[document.path]
        key = (document.path, asked.on, asked.known_at, tuple(sorted(asked.filters.items())))
        return self.kept.get(key, lambda: entry_of(document, asked))


def entry_of(document: Document, asked: Asked) -> Entry:
    """A document's bytes as asked."""
    return Entry(document.render(asked), document.media_type, headers=document.headers)


def ready_entries(documents: Mapping[str, Document]) -> dict[str, Entry]:
    """Every document as it is when nothing is asked."""
    return {path: entry_of(document, document.plain()) for path, document in documents.items()}


class Keeper:
    """Holds the current snapshot and replaces it when the version changes; readers only ever see a whole one."""

    def __init__(
        self,
        *,
        version: Callable[[], Awaitable[object]],
        build: Callable[[], Awaitable[Snapshot]],
    ) -> None:
        self._version = version
        self._build = build
        self._current: Snapshot | None = None
        self.last_error: str | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def snapshot(self) -> Snapshot:
        if self._current is None:
            raise RuntimeError("the first snapshot has not been built")
        return self._current

    async def refresh(self) -> bool:
        """Build and swap in a new snapshot if the version has changed; says whether it did."""
        version = await self._version()
        if self._current is not None and self._current.version == version:
            return False
        snapshot = self._current = await self._build()
        # Compressed after the swap: the change is to be seen first, and a form that is missing is made when asked for.
        await asyncio.to_thread(snapshot.warm)
        return True

    async def start(self) -> None:
        """Build the first snapshot and keep watching for changes."""
        await self.refresh()
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            await self.look()

    async def look(self) -> None:
        """Refresh; when the record cannot be read keep serving what there is, and let /ready say so."""
        try:
            await self.refresh()
            self.last_error = None
        except Exception as error:
            if self.last_error is None:
                log.exception("cannot read the record; serving the last snapshot")
            self.last_error = f"{type(error).__name__}: {error}"
