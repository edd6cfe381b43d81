"""The record's pages: which addresses there are, and how each is made."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tracker.strategies.exports.files import Exports
from tracker.strategies.pages import changes, downloads, record, search, timeline
from tracker.strategies.pages.links import linker
from tracker.strategies.pages.record import Context
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import State
from tracker.web.documents import Asked, Document, Rendering
from tracker.web.entries import HTML
from tracker.web.layout import Site
from tracker.web.templates import Templates

Frame = Callable[[PublicRecord, str, Asked], Site]
"""Makes what every page carries, for one page as asked."""


class Pages:
    """The documents of one strategy's record, as HTML."""

    def __init__(
        self, public: PublicRecord, *, templates: Templates, frame: Frame, exports: Exports, kept: dict[str, str]
    ) -> None:
        self._public = public
        self._templates = templates
        self._frame = frame
        self._exports = exports
        self._kept = kept
        """What was made of a change, by its hash: pages of many days, and of later pictures, show the same."""

    def documents(self) -> list[Document]:
        """Every page of this strategy."""
        numbered = [
            self._page(f"/announcements/{number}", record.announcement(number)) for number in self._public.numbers
        ]
        return [
            self._page("/", record.home, filters=record.FILTERS),
            *numbered,
            self._page("/timeline", timeline.timeline, filters=timeline.FILTERS),
            self._page("/changes", changes.changes, filters=changes.FILTERS),
            self._page("/outcomes", record.outcomes),
            self._page("/methodology", record.methodology),
            self._page("/corrections", record.corrections),
            self._page("/about", record.about),
            self._page("/downloads", downloads.downloads(self._exports), later=True),
            self._search(),
        ]

    def _search(self) -> Document:
        plain = self._page("/search", search.context(None), filters=search.FILTERS)

        def show(asked: Asked, outcome: search.Outcome) -> Rendering:
            body, _ = self._made(plain.path, search.context(outcome), asked)
            return Rendering(body=body, status=outcome.status)

        return search.SearchPage(**msgspec.structs.asdict(plain), public=self._public, show=show)

    def _page(
        self,
        path: str,
        context: Callable[[PublicRecord, Asked, State], Context],
        *,
        filters: tuple[str, ...] = (),
        later: bool = False,
    ) -> Document:
        address = self._public.link(path) if path != "/" else self._public.prefix or "/"

        def render(asked: Asked) -> bytes | Rendering:
            body, values = self._made(address, context, asked)
            return Rendering(body=body, status=400) if values.get("errors") else body

        days = self._public.days
        return Document(path=address, media_type=HTML, render=render, days=days, filters=filters, later=later)

    def _made(
        self, address: str, context: Callable[[PublicRecord, Asked, State], Context], asked: Asked
    ) -> tuple[bytes, Mapping[str, Any]]:
        current = self._public.at(asked.on, asked.known_at)
        template, values = context(self._public, asked, current)
        body = self._templates.render(
            f"strategies/{template}.html",
            site=self._frame(self._public, address, asked),
            strategy=self._public.strategy,
            link=linker(self._public, asked),
            current=current,
            kept=self._kept,
            **values,
        )
        return body, values
