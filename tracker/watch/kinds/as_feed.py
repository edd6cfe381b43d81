"""Feeds: Atom and RSS by feedparser, which mends what is broken; hostile XML is refused before it."""

import calendar
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
from feedparser.encodings import convert_to_utf8

from tracker.watch.hostile import refuse_hostile
from tracker.watch.kinds.common import is_web_address, looks_like_html, refuse_status
from tracker.watch.plain import LONGEST_TITLE, moment, plain
from tracker.watch.schemas import Answer, Unreadable

ACCEPT = "application/atom+xml, application/rss+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.7, */*;q=0.1"
ENDED = "This feed has ended"
"""The title of the one entry that GOV.UK gives a feed that is no more."""
READ_ANYWAY = ", and was read as well as can be"

Entry = Any  # feedparser is untyped
_SLOW = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?(?:punycode|idna)", re.IGNORECASE)
"""Python decodes these in a time that grows with the square of the length."""
_ONLY_LABELS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
"""What feedparser remarks on a feed that is whole, only wrongly labelled."""


class Feed:
    """A feed that was read: its entries, and what was wrong with it."""

    def __init__(self, parsed: Any, url: str) -> None:
        self.entries: list[Entry] = parsed.entries
        self.title = text_of(parsed.feed, "title", LONGEST_TITLE)
        self.link = address_of(parsed.feed, url)
        self.links = list(links_of(parsed.feed))
        self.remarks = _remarks(parsed)


def read_feed(answer: Answer) -> Feed:
    """The feed in an answer; raises Unreadable when there is none, or it must not be read."""
    refuse_status(answer)
    if looks_like_html(answer):
        raise Unreadable("it is a web page (HTML), not a feed", for_good=True)
    if not answer.body.strip():
        raise Unreadable("its answer is empty")
    headers = {name: answer.headers[name] for name in ("content-type", "content-language") if name in answer.headers}
    # What is checked and what is read are the same bytes.
    xml = _in_utf8(answer.body, headers)
    refuse_hostile(xml)
    parsed = _parse(xml, {**headers, "content-type": "application/xml; charset=utf-8"})
    if not parsed.entries and not parsed.get("version"):
        raise Unreadable("it is not a feed, neither Atom nor RSS")
    if len(parsed.entries) == 1 and text_of(parsed.entries[0], "title", LONGEST_TITLE) == ENDED:
        raise Unreadable("its publisher says: This feed has ended", for_good=True)
    feed = Feed(parsed, answer.url)
    if not feed.entries and feed.remarks:
        # Nothing is left of it: what it showed nobody knows.
        raise Unreadable(feed.remarks[0].replace(READ_ANYWAY, ", and nothing in it can be read"))
    return feed


def _in_utf8(body: bytes, headers: dict[str, str]) -> bytes:
    named = headers.get("content-type", "").encode() + body[:400].replace(b"\0", b"")
    if _SLOW.search(named):
        raise Unreadable("it names a character set that is not for texts")
    try:
        return bytes(convert_to_utf8(headers, body, {}))
    except (UnicodeError, LookupError, ValueError) as error:
        raise Unreadable("it names a character set that does not exist") from error


def _parse(xml: bytes, headers: dict[str, str]) -> Any:
    try:
        return feedparser.parse(
            io.BytesIO(xml), response_headers=headers, sanitize_html=True, resolve_relative_uris=False
        )
    except Exception as error:  # it meets anything that anybody may publish
        raise Unreadable(f"its XML cannot be read ({type(error).__name__})") from error


def _remarks(parsed: Any) -> tuple[str, ...]:
    error = parsed.get("bozo_exception")
    if not parsed.get("bozo") or error is None or isinstance(error, _ONLY_LABELS):
        return ()
    return (plain(f"its XML is broken{READ_ANYWAY}: {error}", most=200),)


def text_of(entry: Entry, name: str, most: int) -> str:
    """A text of an entry, plain; "" when it has none."""
    value = dict.get(entry, name)
    if not value or not isinstance(value, str):
        return ""
    detail = dict.get(entry, f"{name}_detail") or {}
    return plain(value, marked_up=detail.get("type") != "text/plain", most=most)


def time_of(entry: Entry, name: str) -> datetime | None:
    """A moment of an entry, by its name; None when it has none or it is no moment."""
    given = dict.get(entry, name)
    if not given:
        return None
    # feedparser has read it already, in hundreds of forms.
    parsed = dict.get(entry, f"{name}_parsed")
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC) if parsed else moment(given)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def address_of(entry: Entry, url: str) -> str:
    """The address of an entry of the feed that was found at a URL; "" when it has none that people can follow."""
    link = str(dict.get(entry, "link") or "").strip()
    if link and not link.startswith(("http://", "https://")):
        # Told where a feed was found, feedparser joins addresses at every element: a third more time for all of them.
        try:
            link = urljoin(url, link)
        except ValueError:
            return ""
    return link if is_web_address(link) else ""


def links_of(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """The links of an entry: relation, type and address."""
    for link in dict.get(entry, "links") or ():
        yield str(link.get("rel") or "alternate"), str(link.get("type") or ""), str(link.get("href") or "")
