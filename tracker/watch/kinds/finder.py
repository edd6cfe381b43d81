"""GOV.UK's finders as Atom: documents by facets, the newest change first, 20 to a window."""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs, urlsplit

import msgspec

from tracker.errors import Invalid
from tracker.watch import identity
from tracker.watch.kinds import as_feed, common, govuk
from tracker.watch.plain import LONGEST_SUMMARY, LONGEST_TITLE
from tracker.watch.schemas import Answer, Found, Reading, Spec

WINDOW = 20
"""Entries to a window, of every finder but the one for everything."""


class FinderFile(common.File, frozen=True, kw_only=True, tag="finder"):
    """A finder and its facets, as in the address that a person sees."""

    finder: str
    facets: Mapping[str, str | list[str]] = msgspec.field(default_factory=dict)
    base: str = govuk.BASE

    def specs(self, key: str) -> Iterable[Spec]:
        address = common.base_address(self.base)
        path = common.path_of("finder", self.finder)
        if "?" in path:
            raise Invalid(f"finder is “{self.finder}”: write what follows its path as facets")
        if path.removesuffix(".atom") == "/search/all":
            raise Invalid("finder is /search/all, which GOV.UK's robots.txt keeps programs out of: name another")
        asked = common.query("facets", self.facets, never=("page", "order"))
        link = f"{address}{path}" + (f"?{asked}" if asked else "")
        url = f"{address}{path}.atom" + (f"?{asked}" if asked else "")
        yield self.spec(key, url, link=link, base=address)


def read(spec: Spec, answer: Answer) -> Reading:
    """The documents of one window. What changed is not in it: the note is asked for."""
    feed = as_feed.read_feed(answer)
    left_out: list[str] = []
    found = tuple(item for entry in feed.entries if (item := found_in(spec, entry, left_out)))
    return Reading(
        found=found,
        further=_further(spec, answer) if len(feed.entries) >= WINDOW else None,
        remarks=feed.remarks + common.remarks_on(left_out),
    )


def found_in(spec: Spec, entry: as_feed.Entry, left_out: list[str]) -> Found | None:
    """The document of an entry, by its link or either scheme of ids; None, saying why, when it has none."""
    identifier = str(dict.get(entry, "id") or "")
    link = str(dict.get(entry, "link") or "")
    path = govuk.path_of_link(link, spec.base) or govuk.path_of_link(identifier, spec.base)
    when = as_feed.time_of(entry, "updated")
    if path is None:
        left_out.append(
            f"an entry was left out, which is no page of GOV.UK: {(link or identifier or 'no address')[:120]}"
        )
        return None
    return Found(
        item=identity.of_govuk(path),
        url=govuk.address(path),
        title=as_feed.text_of(entry, "title", LONGEST_TITLE) or path,
        summary=as_feed.text_of(entry, "summary", LONGEST_SUMMARY),
        publisher=spec.publisher,
        published_at=when,
        note_is="awaited",
        note_url=govuk.content_address(path, spec.base),
    )


def _further(spec: Spec, answer: Answer) -> str:
    page = parse_qs(urlsplit(answer.url).query).get("page", ["1"])[0]
    following = int(page) + 1 if page.isascii() and page.isdigit() and len(page) < 6 else 2
    return f"{spec.url}{'&' if '?' in spec.url else '?'}page={following}"


KIND = common.Kind(file=FinderFile, read=read, accept=as_feed.ACCEPT)
