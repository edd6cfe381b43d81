"""Everything public at one moment: the documents of every strategy and of the site itself."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from typing import Any

import msgspec

from tracker.authorities.files import authorities
from tracker.settings import Settings
from tracker.site.benchmark import BenchmarkPages
from tracker.site.dynamic import Dynamic, strategy_at
from tracker.site.frame import Framer
from tracker.site.who_benefits import EXIT, WhoBenefits
from tracker.strategies import api
from tracker.strategies.atom import Feeds
from tracker.strategies.exports.files import Exports
from tracker.strategies.pages import Pages
from tracker.strategies.public import NOTHING_BESIDE, Beside, PublicRecord
from tracker.strategies.queries import ChainLink, Records
from tracker.strategies.words import day_text, edtf_text, moment_text, span_text
from tracker.web.documents import Asked, Document
from tracker.web.entries import HTML, Entry
from tracker.web.layout import Assets
from tracker.web.openapi import exact
from tracker.web.snapshot import Ready, Snapshot
from tracker.web.templates import Templates

FILTERS: Mapping[str, Callable[..., Any]] = {
    "day": day_text,
    "edtf": edtf_text,
    "moment": moment_text,
    "span": span_text,
}
OPENAPI = "application/vnd.oai.openapi+json"
STANDING = ("accessibility", "privacy", "cookies")
"""Pages of the site itself, the same on every day."""


class PublicSite:
    """Builds snapshots: what is public is a pure function of the record, the settings and the date."""

    def __init__(
        self, settings: Settings, templates: Templates, assets: Assets, *, schema: Mapping[str, Any] | None = None
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._assets = assets
        self._frame = Framer(settings, assets)
        self.dynamic = Dynamic(templates, self._frame)
        self._schema = schema
        self._kept: dict[str, dict[str, str]] = {}
        """What was made of the changes of each strategy: a change reads the same in every picture."""

    def build(
        self, records: Records, *, version: object, today: date, now: datetime, beside: Beside = NOTHING_BESIDE
    ) -> Snapshot:
        """The snapshot of these records on this day."""
        public = {
            record.strategy.identity.slug: PublicRecord(
                record,
                head=records.head,
                prefix="" if place == 0 else f"/strategies/{record.strategy.identity.slug}",
                today=today,
                beside=beside,
            )
            for place, record in enumerate(records.strategies)
        }
        documents = {
            document.path: document for item in public.values() for document in self._of_strategy(item, records.chain)
        }
        if public:
            default = next(iter(public.values()))
            documents |= {document.path: document for document in api.documents(default)}
            documents |= {f"/{name}": self._standing(name, default) for name in STANDING}
            documents |= {document.path: document for document in self._description(default)}
            documents |= {document.path: document for document in self._of_benchmark(default)}
        return Snapshot(
            version=version,
            today=today,
            built_at=now,
            documents=documents,
            ready=Ready(documents),
            context=public,
        )

    def page_at(self, records: Records, path: str, *, today: date, now: datetime, beside: Beside) -> bytes:
        """One page as it would be with these records; nothing of it is kept."""
        once = copy(self)
        once._kept = {}
        return once.build(records, version=None, today=today, now=now, beside=beside).ready[path].body

    def _of_strategy(self, public: PublicRecord, chain: Sequence[ChainLink]) -> list[Document]:
        url = self._settings.public_url
        feeds = Feeds(public, public_url=url).documents()
        exports = Exports(public, public_url=url, operator=self._settings.operator, chain=chain, feed=feeds[0])
        kept = self._kept.setdefault(public.prefix, {})
        pages = Pages(public, templates=self._templates, frame=self._frame, exports=exports, kept=kept)
        finder = WhoBenefits(public, templates=self._templates, frame=self._frame, authorities=authorities())
        return [*pages.documents(), *feeds, *finder.documents(), *exports.documents()]

    def _of_benchmark(self, public: PublicRecord) -> list[Document]:
        pages = BenchmarkPages(public, templates=self._templates, frame=self._frame, settings=self._settings)
        return pages.documents()

    def _standing(self, name: str, public: PublicRecord) -> Document:
        def render(asked: Asked) -> bytes:
            frame = self._frame(public, f"/{name}", asked)
            return self._templates.render(f"site/{name}.html", site=frame, strategy=public.strategy)

        return Document(path=f"/{name}", media_type=HTML, render=render, days=public.days, takes_days=False)

    def problem(self, snapshot: Snapshot, path: str, status: int, title: str, detail: str) -> Entry:
        """A page that says what was wrong with asking for a path, and what is possible."""
        if status == 503 and snapshot.busy:  # made once: this is what a flood is answered with
            return snapshot.busy[0]
        public = strategy_at(snapshot.context, path)
        today = public.days.last
        asked = Asked(on=today, known_at=today, today=today, filters={})
        frame = self._frame(public, public.prefix or "/", asked)
        document = snapshot.documents.get(path)
        nowhere = tuple(msgspec.structs.replace(link, current=False) for link in frame.navigation)
        body = self._templates.render(
            "site/problem.html",
            site=msgspec.structs.replace(frame, navigation=nowhere, linked=None),
            strategy=public.strategy,
            link=public.link,
            private=path if document and document.private else None,
            exit=EXIT,
            alerts=path.startswith(("/subscribe/", "/subscriptions/")),
            title=title,
            detail=detail,
            status=status,
        )
        entry = Entry(body, HTML, status=status)
        if status == 503:
            snapshot.busy.append(entry)
        return entry

    def _description(self, public: PublicRecord) -> list[Document]:
        """The API's description as JSON, and as one of our own pages: no script, nothing from elsewhere."""
        if self._schema is None:
            return []
        schema = exact(self._schema, public.days)

        def page(asked: Asked) -> bytes:
            frame = self._frame(public, "/api/docs", asked)
            return self._templates.render("site/api.html", site=frame, strategy=public.strategy, schema=schema)

        def document(path: str, media_type: str, render: Callable[[Asked], bytes]) -> Document:
            return Document(path=path, media_type=media_type, render=render, days=public.days, takes_days=False)

        return [
            document("/api/docs", HTML, page),
            document("/api/docs/openapi.json", OPENAPI, lambda _: msgspec.json.encode(schema)),
        ]
