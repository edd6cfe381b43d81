"""Atom feeds of changes (RFC 4287): permanent ids, complete, newest first."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from tracker.strategies.facts import Change, Corrected
from tracker.strategies.public import PublicRecord
from tracker.strategies.schemas import ChangeView
from tracker.strategies.statuses import State
from tracker.strategies.views.changes import announcements_of, change_view
from tracker.web.documents import Asked, Document
from tracker.web.entries import ATOM
from tracker.web.layout import LICENCE_URL, LINKS

NS = "http://www.w3.org/2005/Atom"
HISTORY = "http://purl.org/syndication/history/1.0"
HEADERS = {"access-control-allow-origin": "*", "link": LINKS}
register_namespace("", NS)
register_namespace("fh", HISTORY)


class Feeds:
    """The feeds of one strategy: all changes, one announcement's, one theme's."""

    def __init__(self, public: PublicRecord, *, public_url: str) -> None:
        self._public = public
        self._url = public_url
        self._authority = urlsplit(public_url).hostname or "localhost"

    def documents(self) -> list[Document]:
        """Every feed of this strategy."""
        strategy = self._public.strategy
        name = strategy.identity.tracker_name
        feeds = [self._feed("/changes.atom", "/changes", f"{name}: all changes", None)]
        for item in strategy.announcements:
            path = f"/announcements/{item.number}"
            feeds.append(
                self._feed(f"{path}/changes.atom", path, f"{name}: {item.number}. {item.title}", {item.number})
            )
        for theme in strategy.themes:
            numbers = {item.number for item in strategy.announcements if item.theme == theme.key}
            path = f"/themes/{theme.key}/changes.atom"
            feeds.append(self._feed(path, f"/?theme={theme.key}", f"{name}: {theme.title}", numbers))
        return feeds

    def _feed(self, path: str, page: str, title: str, numbers: set[int] | None) -> Document:
        address = self._public.link(path)

        def render(asked: Asked) -> bytes:
            current = self._public.at(asked.on, asked.known_at)
            mine = [c for c in current.changes if numbers is None or numbers.intersection(announcements_of(c))]
            return self._write(address, self._public.link(page), title, mine, current)

        return Document(path=address, media_type=ATOM, render=render, days=self._public.days, headers=HEADERS)

    def _write(self, path: str, page: str, title: str, changes: Iterable[Change], current: State) -> bytes:
        newest = sorted(changes, key=lambda change: change.seq, reverse=True)
        corrected = self._corrected(current)
        updated = [corrected.get(change.key, change.recorded_at) for change in newest]
        feed = Element(f"{{{NS}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "en-GB"})
        put_text(feed, "id", self._tag(f"feed{path}"))
        put_text(feed, "title", title)
        put_text(feed, "updated", utc_text(max(updated)) if updated else f"{self._public.days.first}T00:00:00Z")
        SubElement(feed, f"{{{NS}}}link", {"rel": "self", "type": "application/atom+xml", "href": f"{self._url}{path}"})
        SubElement(feed, f"{{{NS}}}link", {"rel": "alternate", "type": "text/html", "href": f"{self._url}{page}"})
        SubElement(feed, f"{{{NS}}}link", {"rel": "license", "href": LICENCE_URL})
        SubElement(feed, f"{{{NS}}}link", {"rel": "related", "type": "text/html", "href": f"{self._url}/sources"})
        author = SubElement(feed, f"{{{NS}}}author")
        put_text(author, "name", self._public.strategy.identity.tracker_name)
        SubElement(feed, f"{{{HISTORY}}}complete")
        for change, moment in zip(newest, updated, strict=True):
            self._entry(feed, change, change_view(change, current), page, moment)
        return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(feed, encoding="unicode")}'.encode()

    def _corrected(self, current: State) -> dict[str, datetime]:
        """When what is shown of a corrected change was recorded, by the key of the change."""
        return {
            change.fact.of: change.recorded_at
            for change in self._public.changes
            if isinstance(change.fact, Corrected) and change.fact.of and change.fact.known_on <= current.known_at
        }

    def _entry(self, feed: Element, change: Change, view: ChangeView, page: str, updated: datetime) -> None:
        entry = SubElement(feed, f"{{{NS}}}entry")
        put_text(entry, "id", self._tag(f"change/{change.strategy}/{change.key}"))
        told = view.text.removeprefix(f"{view.kind_text}: ")
        put_text(entry, "title", f"{view.kind_text}: {told}")
        put_text(entry, "published", f"{view.known_on}T00:00:00Z")
        put_text(entry, "updated", utc_text(updated))
        place = f"/announcements/{view.announcements[0]}" if view.announcements else "/changes"
        # An announcement's own feed leads to its own page, also for what it shares with others.
        address = page if "/announcements/" in page else self._public.link(place)
        href = f"{self._url}{address}#change-{change.seq}"
        SubElement(entry, f"{{{NS}}}link", {"rel": "alternate", "type": "text/html", "href": href})
        for number in view.announcements:
            SubElement(entry, f"{{{NS}}}category", {"term": f"{change.strategy}/{number}"})
        content = SubElement(entry, f"{{{NS}}}content", {"type": "text"})
        content.text = _content(view)

    def _tag(self, what: str) -> str:
        """A permanent id (RFC 4151): it does not depend on the order or the moment of loading."""
        return f"tag:{self._authority},{self._public.days.first.year}:{what.replace('//', '/')}"


def _content(view: ChangeView) -> str:
    """The full note of a change, readable without following a link."""
    lines = [view.text, f"Happened: {view.happened_text}. Certainty: {view.certainty}."]
    lines += [f"Inferred: {view.inferred}"] if view.inferred else []
    lines += [view.note] if view.note else []
    lines += [f"Why it was corrected: {view.details['why']}"] if "why" in view.details else []
    for difference in view.details.get("differences", ()):
        old, new = (difference[name] or "nothing" for name in ("old", "new"))
        lines.append(f"{difference['where']}: before “{old}”, now “{new}”")
    for item in view.evidence:
        lines.append(f"Evidence: {item.title} ({item.publisher})" + (f" {item.url}" if item.url else ""))
    return "\n".join(lines)


def put_text(parent: Element, name: str, text: str) -> None:
    """Put an element with this text into another."""
    SubElement(parent, f"{{{NS}}}{name}").text = text


def utc_text(moment: datetime) -> str:
    """A moment as feeds write it: in UTC, to the second."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
