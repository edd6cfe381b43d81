"""RSS and Atom of any site."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tracker.watch import identity
from tracker.watch.kinds import as_feed, common
from tracker.watch.plain import LONGEST_SUMMARY, LONGEST_TITLE
from tracker.watch.schemas import Answer, Found, Reading, Spec


class FeedFile(common.File, frozen=True, kw_only=True, tag="feed"):
    """The feed's address, and the page that people read instead."""

    url: str
    link: str = ""

    def specs(self, key: str) -> Iterable[Spec]:
        url = common.web_address("url", self.url)
        link = common.web_address("link", self.link) if self.link else url
        yield self.spec(key, url, link=link, base=common.origin(url))


def read(spec: Spec, answer: Answer) -> Reading:
    """The entries of a feed; what says nothing by which it could be known again is left out."""
    feed = as_feed.read_feed(answer)
    homes = {identity.canonical(address) for address in (feed.link, spec.link) if address}
    named = [_named(entry, answer.url) for entry in feed.entries]
    shared = Counter(Address(link, when) for _, link, when in set(named))
    left_out: list[str] = []
    found = []
    for entry, (identifier, link, when) in zip(feed.entries, named, strict=True):
        item = identity.canonical(link)
        # Some feeds give the same address to all: then the id tells entries apart.
        if identifier and (not link or item in homes or shared[Address(link, when)] > 1):
            item = identity.canonical(identifier)
        made = _found(spec, entry, item, link, when)
        if made.item:
            found.append(made)
        else:
            left_out.append("an entry was left out, which has neither an address, an id nor a title")
    return Reading(found=tuple(found), remarks=feed.remarks + common.remarks_on(left_out))


class Address(NamedTuple):
    """Where a version of an entry can be read."""

    link: str
    when: datetime | None


def _named(entry: as_feed.Entry, url: str) -> tuple[str, str, datetime | None]:
    """The id of an entry, its address, and the moment of this version, which is when it was changed if it says so."""
    identifier = str(dict.get(entry, "id") or "").strip()
    when = as_feed.time_of(entry, "updated") or as_feed.time_of(entry, "published")
    return identifier, as_feed.address_of(entry, url), when


def _found(spec: Spec, entry: as_feed.Entry, item: str, link: str, when: datetime | None) -> Found:
    title, summary = as_feed.text_of(entry, "title", LONGEST_TITLE), as_feed.text_of(entry, "summary", LONGEST_SUMMARY)
    if not item and (title or summary):
        # Without an address or an id, what it says is all it can be known by.
        item = f"{identity.canonical(spec.url)}#{hashlib.sha256((title or summary).encode()).hexdigest()[:16]}"
    return Found(
        item=item,
        url=link or spec.link,
        title=title or summary[:80] or link or item,
        summary=summary,
        publisher=spec.publisher,
        published_at=when,
        first_published_at=as_feed.time_of(entry, "published"),
    )


KIND = common.Kind(file=FeedFile, read=read, accept=as_feed.ACCEPT)
