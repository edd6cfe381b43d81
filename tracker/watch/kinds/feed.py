"""RSS and Atom of any site."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

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
    """The entries of a feed; what has neither an address nor an id is left out."""
    feed = as_feed.read_feed(answer)
    homes = {identity.canonical(address) for address in (feed.link, spec.link) if address}
    shared = _shared(feed.entries)
    left_out: list[str] = []
    found = []
    for entry in feed.entries:
        identifier, link = _names(entry)
        if not identifier and not link:
            left_out.append(f"an entry was left out, which has no address: {as_feed.text_of(entry, 'title', 120)}")
            continue
        # Some feeds give the same address to all: then the id tells entries apart.
        by_id = bool(identifier) and (not link or identity.canonical(link) in homes or shared[link, _when(entry)] > 1)
        found.append(_found(spec, entry, identity.canonical(identifier if by_id else link), link or spec.link))
    return Reading(found=tuple(found), remarks=feed.remarks + common.remarks_on(left_out))


def _names(entry: as_feed.Entry) -> tuple[str, str]:
    """The id and the address that an entry gives, each "" when there is none that can be used."""
    identifier = str(dict.get(entry, "id") or "").strip()
    link = str(dict.get(entry, "link") or "").strip()
    return identifier, link if common.is_web_address(link) else ""


def _when(entry: as_feed.Entry) -> datetime | None:
    """The moment of this version: when it was changed, if the feed says so, or else when it was published."""
    return as_feed.time_of(entry, "updated") or as_feed.time_of(entry, "published")


def _shared(entries: list[as_feed.Entry]) -> Counter[tuple[str, datetime | None]]:
    """How many entries with ids of their own have one address and moment."""
    apart = {(_names(entry), _when(entry)) for entry in entries}
    return Counter((link, when) for (_, link), when in apart)


def _found(spec: Spec, entry: as_feed.Entry, item: str, url: str) -> Found:
    published, when = as_feed.time_of(entry, "published"), _when(entry)
    summary = as_feed.text_of(entry, "summary", LONGEST_SUMMARY)
    return Found(
        item=item,
        url=url,
        title=as_feed.text_of(entry, "title", LONGEST_TITLE) or summary[:80] or url,
        summary=summary,
        publisher=spec.publisher,
        published_at=when,
        first_published_at=published,
    )


KIND = common.Kind(file=FeedFile, read=read, accept=as_feed.ACCEPT)
