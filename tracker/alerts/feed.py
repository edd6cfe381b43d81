"""An Atom feed of whatever is chosen: the same news as the emails, for who gives no address."""

from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.strategies.atom import NS, put_text, utc_text
from tracker.strategies.models import Publication, PublicationTopic
from tracker.strategies.publications import content_of
from tracker.web.layout import LICENCE_URL

PATH = "/news.atom"
NEWEST = 50
"""Publications in a feed. Readers ask again long before there are more."""
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
BEGAN = "2026-01-01T00:00:00Z"
"""When a feed changed last in which nothing has come yet: before the first publication there can be."""


def feed_path(topics: Sequence[str]) -> str:
    """Where the feed of these topics is."""
    return f"{PATH}?{urlencode([('topic', topic) for topic in topics])}"


async def newest(db: AsyncSession, topics: Sequence[str]) -> Sequence[Publication]:
    """What was published last that bears on any of these topics, the newest first, each once."""
    bears = select(PublicationTopic.publication_id).where(col(PublicationTopic.topic).in_(topics))
    asked = select(Publication).where(col(Publication.id).in_(bears)).order_by(col(Publication.id).desc())
    return (await db.exec(asked.limit(NEWEST))).all()


def write_feed(rows: Sequence[Publication], topics: Sequence[str], *, name: str, title: str, public_url: str) -> bytes:
    """The feed (RFC 4287); ids are permanent, so the same news in two feeds is known as the same."""
    authority = urlsplit(public_url).hostname or "localhost"
    feed = Element(f"{{{NS}}}feed", {LANGUAGE: "en-GB"})
    put_text(feed, "id", f"tag:{authority},2026:news/{'+'.join(topics)}")
    put_text(feed, "title", title)
    put_text(feed, "updated", utc_text(rows[0].published_at) if rows else BEGAN)
    _link(feed, "self", "application/atom+xml", f"{public_url}{feed_path(topics)}")
    _link(feed, "alternate", "text/html", f"{public_url}/changes")
    SubElement(feed, f"{{{NS}}}link", {"rel": "license", "href": LICENCE_URL})
    put_text(SubElement(feed, f"{{{NS}}}author"), "name", name)
    for row in rows:
        _entry(feed, row, authority=authority, public_url=public_url)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(feed, encoding="unicode")}'.encode()


def _entry(feed: Element, row: Publication, *, authority: str, public_url: str) -> None:
    content = content_of(row)
    entry = SubElement(feed, f"{{{NS}}}entry")
    put_text(entry, "id", f"tag:{authority},2026:publication/{row.strategy}/{row.key}")
    put_text(entry, "title", content.headline)
    put_text(entry, "published", utc_text(row.published_at))
    put_text(entry, "updated", utc_text(row.published_at))
    for place in content.addresses[:1]:
        _link(entry, "alternate", "text/html", f"{public_url}{place.path}")
    SubElement(entry, f"{{{NS}}}content", {"type": "text"}).text = row.text


def _link(parent: Element, rel: str, media_type: str, href: str) -> None:
    SubElement(parent, f"{{{NS}}}link", {"rel": rel, "type": media_type, "href": href})
