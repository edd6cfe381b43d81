"""GOV.UK's Atom of an organisation, a topical event or the whole government: 20 entries, no paging."""

from collections.abc import Iterable

import msgspec

from tracker.watch.kinds import as_feed, common, finder, govuk
from tracker.watch.plain import plain
from tracker.watch.schemas import Answer, Found, Reading, Spec


class OrganisationFile(common.File, frozen=True, kw_only=True, tag="organisation"):
    """The path of its feed."""

    feed: str
    """Like /government/organisations/department-for-education.atom"""
    base: str = govuk.BASE

    def specs(self, key: str) -> Iterable[Spec]:
        address = common.base_address(self.base)
        path = common.path_of("feed", self.feed)
        yield self.spec(key, f"{address}{path}", link=f"{address}{path.removesuffix('.atom')}", base=address)


def read(spec: Spec, answer: Answer) -> Reading:
    """The documents of the only window there is."""
    feed = as_feed.read_feed(answer)
    left_out: list[str] = []
    found = tuple(
        _without_type(item, entry) for entry in feed.entries if (item := finder.found_in(spec, entry, left_out))
    )
    return Reading(found=found, remarks=feed.remarks + common.remarks_on(left_out))


def _without_type(found: Found, entry: as_feed.Entry) -> Found:
    """The title without “Statutory guidance: ”, which is the document's type and is given as such."""
    tags = dict.get(entry, "tags") or [{}]
    kind = plain(str(tags[0].get("label") or tags[0].get("term") or ""))
    if not kind:
        return found
    title = found.title.removeprefix(f"{kind}: ") or found.title
    return msgspec.structs.replace(found, title=title, document_type=kind.casefold().replace(" ", "_"))


KIND = common.Kind(file=OrganisationFile, read=read, accept=as_feed.ACCEPT)
