"""How our own GOV.UK looks from outside: Atom, JSON and HTML in the shapes of the real one."""

import html
import json
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.watch.month import DAY, ORGANISATIONS, Change, Document

SITE = "https://www.gov.uk"
LONDON = ZoneInfo("Europe/London")
WINDOW = 20
ROBOTS = "User-agent: *\nDisallow: /*/print$\nDisallow: /search/all*\nSitemap: https://www.gov.uk/sitemap.xml\n"


class Shown:
    """A document as it is at a moment."""

    def __init__(self, document: Document, now: datetime) -> None:
        self.document = document
        self.now = now
        self.changes: Sequence[Change] = [each for each in document.changes if each.at <= now]
        self.withdrawn = document.withdrawn_at is not None and document.withdrawn_at <= now
        self.historic = document.historic_from is not None and document.historic_from <= now

    @property
    def public_at(self) -> datetime:
        return self.changes[-1].at

    @property
    def first_at(self) -> datetime:
        return self.changes[0].at

    @property
    def text(self) -> str:
        texts = [(each.at, each.text) for each in self.changes]
        texts += [(each.at, each.text) for each in self.document.edits if each.at <= self.now and not each.until]
        passing = [e.text for e in self.document.edits if e.until and e.at <= self.now < e.until]
        return passing[0] if passing else max(texts, key=lambda text: text[0])[1]

    @property
    def type_in_words(self) -> str:
        return self.document.type.replace("_", " ").capitalize()


def finder_atom(finder: str, query: str, shown: Sequence[Shown], *, cut: bool) -> bytes:
    """A window of a finder: ids of paths, times of London, no notes; summaries may be cut."""
    entries = "".join(_finder_entry(each, cut=cut) for each in shown)
    updated = f"<updated>{_london(shown[0].public_at)}</updated>" if shown else ""
    return _atom(
        f"<id>tag:www.gov.uk,2005:/search/{finder}</id>"
        f'<link rel="alternate" type="text/html" href="{SITE}"/>'
        f'<link rel="self" type="application/atom+xml" href="{SITE}/search/{finder}.atom?{html.escape(query)}"/>'
        f"<title>{finder.replace('-', ' ').capitalize()}</title>{updated}"
        f"<author><name>HM Government</name></author>{entries}"
    )


def _finder_entry(each: Shown, *, cut: bool) -> str:
    page = each.document
    summary = f"{page.summary[:40]}…" if cut else page.summary
    return (
        f"<entry><id>tag:www.gov.uk,2005:{page.path}</id><updated>{_london(each.public_at)}</updated>"
        f'<link rel="alternate" type="text/html" href="{SITE}{page.path}"/><title>{html.escape(page.title)}</title>'
        f'<summary type="html">{html.escape(summary)}</summary></entry>'
    )


def ended_atom(finder: str) -> bytes:
    """What a finder that is no more answers, with 200."""
    name = f"tag:www.gov.uk,2005:/search/{finder}"
    return _atom(
        f"<id>{name}</id><title>{finder}</title><updated>2026-10-16T00:00:00+01:00</updated>"
        f"<entry><id>{name}/feed-ended</id><updated>2026-10-16T00:00:00+01:00</updated>"
        f'<link rel="alternate" type="text/html" href="{SITE}"/><title>This feed has ended</title>'
        '<summary type="html">This feed has ended. You can use another.</summary></entry>'
    )


def organisation_atom(slug: str, shown: Sequence[Shown]) -> bytes:
    """The only window of an organisation: ids with times, UTC, types before titles."""
    entries = "".join(
        f"<entry><id>{SITE}{each.document.path}#{_utc(each.public_at)}</id><updated>{_utc(each.public_at)}</updated>"
        f'<link rel="alternate" type="text/html" href="{SITE}{each.document.path}"/>'
        f"<title>{each.type_in_words}: {html.escape(each.document.title)}</title>"
        f'<category label="{each.type_in_words}" term="{each.type_in_words}"/>'
        f"<summary>{html.escape(each.document.summary)}</summary></entry>"
        for each in shown[:WINDOW]
    )
    home = f"{SITE}/government/organisations/{slug}"
    updated = f"<updated>{_utc(shown[0].public_at)}</updated>" if shown else ""
    return _atom(
        f"<id>tag:www.gov.uk,2005:/government/organisations/{slug}</id>"
        f'<link rel="alternate" type="text/html" href="{home}"/><title>{ORGANISATIONS[slug]} - Activity</title>'
        f"<author><name>HM Government</name></author>{updated}{entries}"
    )


def search_json(shown: Sequence[Shown], start: int, count: int) -> bytes:
    """A window of the Search API; the index says nothing of minor changes."""
    results = [
        {
            "_id": each.document.path,
            "link": each.document.path,
            "title": each.document.title,
            "description": each.document.summary,
            "public_timestamp": _utc(each.public_at),
            "first_published_at": _utc(each.first_at),
            "latest_change_note": each.changes[-1].note if len(each.changes) > 1 else None,
            "content_store_document_type": each.document.type,
            "organisations": [{"slug": each.document.organisation, "title": ORGANISATIONS[each.document.organisation]}],
            "is_withdrawn": each.withdrawn,
            "is_historic": each.historic,
        }
        for each in shown[start : start + count]
    ]
    return json.dumps({"results": results, "total": len(shown), "start": start, "aggregates": {}}).encode()


def content_json(each: Shown, related: Sequence[Document]) -> bytes:
    """A content item; what is around its text moves every day."""
    page = each.document
    lagging = [change for change in each.changes if change.at + change.lag <= each.now] or list(each.changes[:1])
    seen = each if len(lagging) == len(each.changes) else Shown(page, lagging[-1].at)
    history = [{"public_timestamp": _london(c.at), "note": c.note} for c in reversed(lagging) if c.note]
    day = each.now.replace(hour=3, minute=0, second=0, microsecond=0)
    organisation = {
        "title": ORGANISATIONS[page.organisation],
        "base_path": f"/government/organisations/{page.organisation}",
    }
    item = {
        "base_path": page.path,
        "document_type": page.type,
        "schema_name": "publication",
        "title": page.title,
        "description": page.summary,
        "locale": "en",
        "public_updated_at": _london(lagging[-1].at),
        "first_published_at": _london(each.first_at),
        "updated_at": _london(day if day <= each.now else day - DAY),
        "withdrawn_notice": (
            {"explanation": "<p>It was replaced.</p>", "withdrawn_at": _london(page.withdrawn_at)}
            if each.withdrawn and page.withdrawn_at
            else {}
        ),
        "details": {
            "body": seen.text,
            "change_history": history,
            "first_public_at": _london(each.first_at),
            "political": each.historic,
            "government": {"title": "An earlier government", "current": not each.historic},
        },
        "links": {
            "organisations": [organisation],
            "ordered_related_items": [{"title": other.title, "base_path": other.path} for other in related],
        },
    }
    return json.dumps(item).encode()


def page_html(each: Shown, related: Sequence[Document]) -> bytes:
    """The page for people, with what a site puts around a text."""
    links = "".join(f'<li><a href="{other.path}">{html.escape(other.title)}</a></li>' for other in related)
    banner = (
        '<section class="gem-c-notice">This was published under an earlier government</section>'
        if each.historic
        else ""
    )
    return (
        f"<!DOCTYPE html><html lang=en><head><title>{html.escape(each.document.title)} - GOV.UK</title></head><body>"
        f"<div id=global-cookie-message><p>Cookies on GOV.UK</p></div>{banner}"
        f'<main id="content"><h1>{html.escape(each.document.title)}</h1>{each.text}</main>'
        f"<aside><h2>Related content</h2><ul>{links}</ul></aside>"
        f"<footer><p>Read on {each.now:%-d %B %Y}</p></footer></body></html>"
    ).encode()


def _atom(inner: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">'
    return f"{head}{inner}</feed>\n".encode()


def _utc(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def _london(when: datetime) -> str:
    return when.astimezone(LONDON).isoformat(timespec="seconds")
