"""GOV.UK's Search API: documents with the note of their last change, whether withdrawn, and their type."""

from collections.abc import Iterable

import msgspec

from tracker.errors import Invalid
from tracker.watch import identity
from tracker.watch.kinds import common, govuk
from tracker.watch.kinds.as_json import ACCEPT, read_json
from tracker.watch.plain import LONGEST_TITLE, moment, plain
from tracker.watch.schemas import Answer, Found, NoteIs, Reading, Spec

PATH = "/api/search.json"
FIELDS = (
    "title", "link", "description", "public_timestamp", "first_published_at", "latest_change_note",
    "content_store_document_type", "organisations", "is_withdrawn", "is_historic", "content_id",
)  # fmt: skip
"""What is asked for: left alone it gives neither notes nor whether a page is withdrawn."""
LARGEST_WINDOW = 1_500


class SearchFile(common.File, frozen=True, kw_only=True, tag="search"):
    """What is searched for, in the API's own words; the newest change comes first."""

    filters: dict[str, str | list[str]]
    """Like filter_organisations, reject_…, filter_any_…, q"""
    count: int = 100
    base: str = govuk.BASE

    def specs(self, key: str) -> Iterable[Spec]:
        address = common.base_address(self.base)
        if not 1 <= self.count <= LARGEST_WINDOW:
            raise Invalid(f"count is {self.count}: it must be from 1 to {LARGEST_WINDOW:,}")
        asked = common.query("filters", self.filters, never=("order", "count", "start", "fields"))
        fixed = common.query("", {"order": "-public_timestamp", "count": self.count, "fields": ",".join(FIELDS)})
        url = f"{address}{PATH}?{asked}{'&' if asked else ''}{fixed}"
        yield self.spec(key, url, link=url, base=address)


class Organisation(msgspec.Struct):
    title: str = ""
    slug: str = ""


class Result(msgspec.Struct):
    link: str | None = None
    title: str | None = None
    description: str | None = None
    public_timestamp: str | None = None
    first_published_at: str | None = None
    latest_change_note: str | None = None
    content_store_document_type: str | None = None
    organisations: list[Organisation | str] = []
    is_withdrawn: bool | None = None
    is_historic: bool | None = None


class Results(msgspec.Struct):
    results: list[Result]
    total: int | None = None
    start: int = 0


def read(spec: Spec, answer: Answer) -> Reading:
    """The documents of one window."""
    said = read_json(answer, Results)
    left_out: list[str] = []
    found = tuple(item for result in said.results if (item := _found(spec, result, left_out)))
    after = said.start + len(said.results)
    further = f"{spec.url}&start={after}" if said.results and said.total and after < said.total else None
    return Reading(found=found, further=further, remarks=common.remarks_on(left_out))


def _found(spec: Spec, result: Result, left_out: list[str]) -> Found | None:
    link = (result.link or "").strip()
    path = govuk.path_of_link(link, spec.base)
    if path is None and not common.is_web_address(link):
        left_out.append(f"a result was left out, which has no address: {(result.title or '')[:120]}")
        return None
    when, first = moment(result.public_timestamp), moment(result.first_published_at)
    note = plain(result.latest_change_note or "")
    return Found(
        item=identity.of_govuk(path) if path else identity.canonical(link),
        url=govuk.address(path) if path else link,
        title=plain(result.title or "", most=LONGEST_TITLE) or link,
        summary=plain(result.description or ""),
        publisher=_publisher(result) or spec.publisher,
        document_type=result.content_store_document_type,
        published_at=when,
        first_published_at=first,
        # The note belongs to public_timestamp and to no earlier change.
        note=note if note and when else None,
        note_is=_note_is(note, on_govuk=path is not None),
        note_url=govuk.content_address(path, spec.base) if path else None,
        withdrawn=bool(result.is_withdrawn),
        historic=bool(result.is_historic),
    )


def _note_is(note: str, *, on_govuk: bool) -> NoteIs:
    if note:
        return "known"
    # Also of what is new: its page says "First published.", and that must not hang on which source shows it first.
    return "awaited" if on_govuk else "none"


def _publisher(result: Result) -> str:
    names = [body if isinstance(body, str) else body.title for body in result.organisations]
    return plain(", ".join(name for name in names if name))


KIND = common.Kind(file=SearchFile, read=read, accept=ACCEPT, most_bytes=8 * common.MEGABYTE)
