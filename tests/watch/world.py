"""Our own GOV.UK: a scripted month, at whatever moment its clock shows, as a function or over real HTTP."""

import hashlib
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from aiohttp import web

from tests.watch import rendering
from tests.watch.month import DAY, ENDED, FINDERS, OUTAGE, RENAMED, START, Document, Event, documents, events
from tests.watch.rendering import Shown
from tracker.watch.schemas import Answer

RETRY_AFTER = 3600


class World:
    """Answers as GOV.UK would at `now`; move it on. What was asked is kept in `asked`."""

    def __init__(self, *, seed: int = 1, published: Sequence[Document] | None = None, now: datetime = START) -> None:
        self.documents = tuple(published) if published is not None else documents(seed)
        self.events: tuple[Event, ...] = events(self.documents)
        """What must be sighted exactly once each."""
        self.now = now
        self.asked: list[tuple[datetime, str, Mapping[str, str]]] = []
        self._by_path = {document.path: document for document in self.documents}

    def __call__(self) -> datetime:
        """The world's clock, to be given where a clock is asked for."""
        return self.now

    def move(self, by: timedelta) -> None:
        self.now += by

    @property
    def watched(self) -> list[Document]:
        return [document for document in self.documents if document.watched]

    def answer(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """What is answered now to a GET of an address, or of its path."""
        given = {name.lower(): value for name, value in (headers or {}).items()}
        parts = urlsplit(url)
        asked = parts.path + (f"?{parts.query}" if parts.query else "")
        self.asked.append((self.now, asked, given))
        if OUTAGE[0] <= self.now < OUTAGE[1]:
            return self._answer(url, 503, b"<html><body>Sorry, we are busy</body></html>", "text/html", retry=True)
        status, kind, body = self._body(parts.path, parse_qs(parts.query, keep_blank_values=True), parts.query)
        return self._conditional(self._answer(url, status, body, kind), given)

    def _body(self, path: str, query: Mapping[str, list[str]], raw: str) -> tuple[int, str, bytes]:
        if path == "/robots.txt":
            return 200, "text/plain; charset=utf-8", rendering.ROBOTS.encode()
        if path == "/api/search.json":
            return self._search(query)
        if match := re.fullmatch(r"/search/([a-z-]+)\.atom", path):
            return self._finder(match[1], query, raw)
        if match := re.fullmatch(r"/government/organisations/([a-z-]+)\.atom", path):
            return self._organisation(match[1])
        document = self._by_path.get(path.removeprefix("/api/content"))
        if document is None or document.changes[0].at > self.now:
            return 404, "text/html; charset=utf-8", b"<!DOCTYPE html><html><h1>Page not found</h1></html>"
        shown, related = Shown(document, self.now), self._related()
        if path.startswith("/api/content/"):
            return 200, "application/json; charset=utf-8", rendering.content_json(shown, related)
        return 200, "text/html; charset=utf-8", rendering.page_html(shown, related)

    def _finder(self, finder: str, query: Mapping[str, list[str]], raw: str) -> tuple[int, str, bytes]:
        kind = "application/atom+xml; charset=utf-8"
        if finder == ENDED[0] and self.now >= ENDED[1]:
            return 200, kind, rendering.ended_atom(finder)
        words = " ".join(query.get("keywords", [])).casefold()
        organisations = query.get("organisations[]", [])
        shown = [
            each
            for each in self._shown()
            if FINDERS[each.document.type] == finder
            and (not organisations or each.document.organisation in organisations)
            and words in f"{each.document.title} {each.document.summary}".casefold()
        ]
        first = (int(query.get("page", ["1"])[0]) - 1) * rendering.WINDOW
        # Search cuts summaries on some days and not on others: nothing happened.
        cut = (self.now - START) // DAY % 3 == 1
        return 200, kind, rendering.finder_atom(finder, raw, shown[first : first + rendering.WINDOW], cut=cut)

    def _organisation(self, slug: str) -> tuple[int, str, bytes]:
        if slug not in rendering.ORGANISATIONS or (slug == RENAMED[0] and self.now >= RENAMED[1]):
            return 404, "text/html; charset=utf-8", b"<!DOCTYPE html><html><h1>Page not found</h1></html>"
        shown = [each for each in self._shown() if each.document.organisation == slug]
        return 200, "application/atom+xml; charset=utf-8", rendering.organisation_atom(slug, shown)

    def _search(self, query: Mapping[str, list[str]]) -> tuple[int, str, bytes]:
        kind = "application/json; charset=utf-8"
        unknown = set(query) - {"filter_organisations", "order", "count", "start", "fields", "q"}
        if unknown:
            return 422, kind, f'{{"error": "Unexpected parameters: {", ".join(sorted(unknown))}"}}'.encode()
        organisations = query.get("filter_organisations", [])
        shown = [each for each in self._shown() if not organisations or each.document.organisation in organisations]
        start, count = int(query.get("start", ["0"])[0]), int(query.get("count", ["10"])[0])
        return 200, kind, rendering.search_json(shown, start, count)

    def _shown(self) -> list[Shown]:
        """What is public now, the newest change first."""
        public = [Shown(document, self.now) for document in self.documents if document.changes[0].at <= self.now]
        return sorted(public, key=lambda each: (each.public_at, each.document.path), reverse=True)

    def _related(self) -> Sequence[Document]:
        """Other pages that the site names beside one; other ones every day."""
        day = (self.now - START) // DAY % len(self.documents)
        return (self.documents * 2)[day : day + 3]

    def _answer(self, url: str, status: int, body: bytes, kind: str, *, retry: bool = False) -> Answer:
        newest = max((each.public_at for each in self._shown()), default=START)
        headers = {"content-type": kind, "date": format_datetime(self.now, usegmt=True)}
        if status == 200:
            headers["etag"] = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
            headers["last-modified"] = format_datetime(newest, usegmt=True)
            headers["cache-control"] = "max-age=300, public"
        if retry:
            headers["retry-after"] = str(RETRY_AFTER)
        return Answer(url=url, status=status, headers=headers, body=body)

    def _conditional(self, answer: Answer, given: Mapping[str, str]) -> Answer:
        if answer.status != 200:
            return answer
        matches = given.get("if-none-match") == answer.headers["etag"]
        since = given.get("if-modified-since") if "if-none-match" not in given else None
        # GOV.UK's own answers know minor changes only by their ETag.
        fresh = since is not None and parsedate_to_datetime(since) >= parsedate_to_datetime(
            answer.headers["last-modified"]
        )
        if not matches and not (fresh and answer.headers["content-type"].startswith("application/atom")):
            return answer
        kept = {name: answer.headers[name] for name in ("etag", "last-modified", "cache-control", "date")}
        return Answer(url=answer.url, status=304, headers=kept, body=b"")

    def write_sources(self, folder: Path, base: str, *, every: str = "30m") -> Path:
        """Files of sources for this world, to be watched at an address."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, lines in self._files().items():
            head = f'title = "{name}"\npublisher = "HM Government"\nevery = "{every}"\nbase = "{base}"\n'
            (folder / f"{name}.toml").write_text(head + lines, encoding="utf-8")
        return folder

    def _files(self) -> dict[str, str]:
        finders = {
            f"finder-{finder}": f'kind = "finder"\nfinder = "/search/{finder}"\n'
            for finder in sorted(set(FINDERS.values()))
        }
        organisations = {
            f"organisation-{slug}": f'kind = "organisation"\nfeed = "/government/organisations/{slug}.atom"\n'
            for slug in rendering.ORGANISATIONS
        }
        pages = ", ".join(f'"{document.path}"' for document in self.watched)
        return finders | organisations | {
            "search": 'kind = "search"\ncount = 50\n[filters]\n',
            "pages": f'kind = "content"\npages = [{pages}]\n',
        }  # fmt: skip


@asynccontextmanager
async def served(world: World) -> AsyncIterator[str]:
    """The world over HTTP on this machine; gives its address."""

    async def handle(request: web.Request) -> web.Response:
        said = world.answer(str(request.rel_url), dict(request.headers))
        return web.Response(status=said.status, headers=dict(said.headers), body=said.body)

    app = web.Application()
    app.router.add_get("/{rest:.*}", handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        port = runner.addresses[0][1]
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
