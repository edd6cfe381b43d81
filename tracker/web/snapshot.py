"""One immutable picture of everything public, swapped whole when the record, the data or the London date changes."""

import asyncio
import contextlib
import gc
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any, TypeVar

import msgspec

from tracker.errors import Busy
from tracker.web.documents import Asked, Document, Rendering
from tracker.web.entries import Entry

log = logging.getLogger(__name__)

POLL_SECONDS = 0.25
READ_SECONDS = 10.0
"""How long the database may take to answer before the record counts as unreadable."""
KEPT_BYTES = 16_000_000
"""How much memory pages with parameters may take, whatever is asked for."""


WAITING = 32
"""How many different pages with parameters may wait to be made; whoever asks for one more is asked to come back."""
_RENDERER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")
"""One thread, so that a flood of odd days takes turns with itself and not with the pages that are kept ready."""


T = TypeVar("T")


async def beside_the_loop(work: Callable[[], T]) -> T:
    """What some work gives, done where pages with parameters are made."""
    return await asyncio.get_running_loop().run_in_executor(_RENDERER, work)


class Kept:
    """Rendered pages with parameters, the least recently used dropped first, bounded by bytes."""

    def __init__(self, limit: int = KEPT_BYTES, waiting: int = WAITING) -> None:
        self.limit = limit
        self.waiting = waiting
        self.bytes = 0
        self._entries: OrderedDict[object, Entry] = OrderedDict()
        self._making: dict[object, asyncio.Future[Entry]] = {}

    async def get(self, key: object, make: Callable[[], Entry], *, keep: bool = True) -> Entry:
        """The entry for a key, made off the loop when it is not kept, once however many ask; raises Busy."""

        async def prepared() -> Callable[[], Entry]:
            return make

        return await self.get_prepared(key, prepared, keep=keep)

    async def get_prepared(
        self, key: object, prepare: Callable[[], Awaitable[Callable[[], Entry]]], *, keep: bool = True
    ) -> Entry:
        """The same for an entry that needs something first that is waited for, like an answer of the database."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
            return entry
        making = self._making.get(key)
        if making is None:
            if len(self._making) >= self.waiting:
                raise Busy("Many people are asking for unusual pages at this moment. Try again in a few seconds.")
            making = self._making[key] = asyncio.ensure_future(self._make(key, prepare, keep=keep))
            # Whoever asked may be gone by the time it fails.
            making.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(making)

    async def _make(self, key: object, prepare: Callable[[], Awaitable[Callable[[], Entry]]], *, keep: bool) -> Entry:
        try:
            make = await prepare()
            entry = await beside_the_loop(lambda: make().warm())
        finally:
            del self._making[key]
        if not keep or entry.status != 200:
            return entry
        self._entries[key] = entry
        self.bytes += entry.size
        while self.bytes > self.limit and len(self._entries) > 1:
            self.bytes -= self._entries.popitem(last=False)[1].size
        return entry


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Everything public at one version: documents that can be asked for, and the plain ones ready to send."""

    version: object
    today: date
    built_at: datetime
    documents: Mapping[str, Document]
    ready: "Ready"
    context: Any
    """What handlers of this site read beside documents; opaque here."""
    kept: Kept = msgspec.field(default_factory=Kept)
    busy: list[Entry] = msgspec.field(default_factory=list)
    """The page that says that too much is asked at once, when it has been needed."""

    async def answer(self, document: Document, asked: Asked) -> Entry:
        """The entry of a document as asked, from what is kept where possible; raises Busy."""
        if asked.is_now and not asked.filters:
            found = self.ready.get(document.path)
            return found if found is not None else await beside_the_loop(lambda: self.ready[document.path])
        key = (document.path, asked.on, asked.known_at, tuple(sorted(asked.filters.items())))
        return await self.kept.get(key, lambda: entry_of(document, asked), keep=not document.private)


def entry_of(document: Document, asked: Asked) -> Entry:
    """A document's bytes as asked."""
    return entry_from(document, document.render(asked))


def entry_from(document: Document, made: bytes | Rendering) -> Entry:
    """What was made for a document, ready to be sent."""
    if isinstance(made, bytes):
        return Entry(made, document.media_type, headers=document.headers)
    headers = {**document.headers, **made.headers}
    return Entry(made.body, document.media_type, headers=headers, status=made.status)


class Ready:
    """The plain answer of every document, all made from the same picture."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._entries: dict[str, Entry] = {}
        self.failed: set[str] = set()

    def __getitem__(self, path: str) -> Entry:
        entry = self._entries.get(path)
        if entry is None:
            document = self._documents[path]
            entry = self._entries[path] = entry_of(document, document.plain())
        return entry

    def get(self, path: str) -> Entry | None:
        """The answer of a path if it has been made; None also when there is no such document."""
        return self._entries.get(path)

    def make(self, *, later: bool = False) -> None:
        """Make every answer, but for those that are made later unless they are asked for; raises what prevents one."""
        for path, document in self._documents.items():
            if later or not document.later:
                _ = self[path]

    def warm(self, wanted: Callable[[], bool]) -> None:
        """Make every answer that is not made yet, and all compressed forms, for as long as they are wanted.

        One that cannot be made keeps no other from being made: it is logged, counted, and tried again when asked for.
        """
        for path in self._documents:
            if not wanted():
                return
            try:
                self[path].warm()
            except Exception:
                self.failed.add(path)
                log.exception("%s cannot be made", path)


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
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def snapshot(self) -> Snapshot:
        if self._current is None:
            raise RuntimeError("the first snapshot has not been built")
        return self._current

    async def refresh(self) -> bool:
        """Build and swap in a new snapshot if the version has changed; says whether it did."""
        async with asyncio.timeout(READ_SECONDS):
            version = await self._version()
        if self._current is not None and self._current.version == version:
            return False
        snapshot = await self._build()
        # Every page is made before the swap, so that what cannot be shown never takes the place of what can.
        await asyncio.to_thread(snapshot.ready.make)
        self._current = snapshot
        return True

    async def warm(self) -> None:
        """Make all answers of the current snapshot ready; ends early when another takes its place."""
        snapshot = self.snapshot
        await asyncio.to_thread(snapshot.ready.warm, lambda: self._current is snapshot)

    async def start(self) -> None:
        """Build the first snapshot, make it ready, and keep watching for changes."""
        await self.refresh()
        await self.warm()
        _settle()
        self._tasks = [asyncio.create_task(self._watch()), asyncio.create_task(self._keep_warm())]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _keep_warm(self) -> None:
        """Apart from watching, so that making pages ready never delays the next look."""
        warmed = self.snapshot
        while True:
            await asyncio.sleep(POLL_SECONDS / 5)
            if self.snapshot is not warmed:
                warmed = self.snapshot
                try:
                    await self.warm()
                except Exception:
                    log.exception("a page cannot be made")
                _settle()

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


def _settle() -> None:
    """Take what lasts as long as the snapshot out of garbage collection.

    A full collection walks through all of it and holds every reader up meanwhile; once after a change is enough.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
