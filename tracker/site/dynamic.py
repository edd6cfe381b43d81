"""Frames the pages that are made for whoever asks, with a bar for those who are signed in."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.datastructures import State

from tracker.accounts.policies import OF_AUTHORITY, Role
from tracker.accounts.visitors import Visitor
from tracker.site.frame import Framer
from tracker.site.mailbox import is_shown
from tracker.strategies.public import PublicRecord
from tracker.web.documents import Asked
from tracker.web.layout import Link, Site
from tracker.web.templates import Templates

BAR = (
    ("/editor", "Editing", (Role.EDITOR,)),
    ("/organisation", "Your organisation", (Role.ORGANISATION_AUTHOR,)),
    ("/benchmark", "Benchmark", OF_AUTHORITY),
    ("/editor/audit", "Audit", (Role.ADMIN, Role.EDITOR)),
    ("/people", "People", (Role.ADMIN,)),
    ("/operator/deliveries", "Deliveries", (Role.ADMIN,)),
    ("/account", "Your account", tuple(Role)),
)
"""Where those who are signed in may go, and which roles lead there."""
NEVER_KEPT = {"cache-control": "no-store"}


class Dynamic:
    """Renders templates/dynamic.html's children; `tracker.web.dynamic.render` is the way to call it."""

    def __init__(self, templates: Templates, frame: Framer) -> None:
        self._templates = templates
        self._frame = frame

    def __call__(
        self,
        request: Request[Any, Any, State],
        template: str,
        *,
        status: int,
        headers: Mapping[str, str] | None,
        **context: Any,
    ) -> Response[bytes]:
        path = request.scope["path"]
        public = strategy_at(request.app.state.keeper.snapshot.context, path)
        visitor: Visitor | None = request.state.get("visitor")
        body = self._templates.render(
            template,
            site=self._site(public, path),
            strategy=public.strategy,
            link=public.link,
            visitor=visitor,
            bar=bar_of(visitor, path),
            mailbox=is_shown(request.app.state.settings),
            **context,
        )
        return Response(body, status_code=status, headers={**NEVER_KEPT, **(headers or {})}, media_type="text/html")

    def public(self, records: Mapping[str, PublicRecord], path: str, template: str, **context: Any) -> bytes:
        """A page that is the same for everybody, but is made when it is asked for; its template extends layout.html."""
        public = strategy_at(records, path)
        return self._templates.render(
            template, site=self._site(public, path), strategy=public.strategy, link=public.link, **context
        )

    def _site(self, public: PublicRecord, path: str) -> Site:
        """The frame, without what only a page of the record has: citation, linked data, feeds, the day it shows."""
        today = public.days.last
        frame = self._frame(public, path, Asked(on=today, known_at=today, today=today, filters={}))
        return msgspec.structs.replace(frame, cite=None, linked=None, feeds=(), asat=None)


def strategy_at(records: Mapping[str, PublicRecord], path: str) -> PublicRecord:
    """The strategy an address belongs to: the default one unless it names another."""
    first, *others = records.values()
    return next((item for item in others if path.startswith(f"{item.prefix}/")), first)


def bar_of(visitor: Visitor | None, path: str) -> tuple[Link, ...]:
    """Where somebody who is signed in may go."""
    if visitor is None:
        return ()
    return tuple(Link(href, text, current=href == path) for href, text, roles in BAR if visitor.has(*roles))
