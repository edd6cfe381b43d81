"""GOV.UK's Content API: one page with its text, its public change notes, and whether it is withdrawn."""

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from tracker.watch import identity
from tracker.watch.kinds import common, govuk
from tracker.watch.kinds.as_json import ACCEPT, read_json
from tracker.watch.plain import LONGEST_TITLE, moment, plain
from tracker.watch.schemas import Answer, Found, NoteIs, Reading, Spec, Unreadable
from tracker.watch.text import normalised

LONGEST_NOTE = 4_000
_BODIES = ("introductory_paragraph", "introduction", "body", "final_outcome_detail", "public_feedback_detail")
_RENDERED = ("documents", "final_outcome_documents", "public_feedback_documents")
"""Attachments as HTML, where they are not also given as data."""
_DAYS = {"opening_date": "Opens", "closing_date": "Closes"}


class ContentFile(common.File, frozen=True, kw_only=True, tag="content"):
    """Pages of GOV.UK whose text is watched, by their paths."""

    pages: list[str]
    base: str = govuk.BASE
    per_second: float | None = govuk.PER_SECOND

    def specs(self, key: str) -> Iterable[Spec]:
        address = common.base_address(self.base)
        for page in self.pages:
            path = common.path_of("pages", page).rstrip("/")
            yield self.spec(
                f"{key}#{path}",
                govuk.content_address(path, address),
                link=f"{address}{path}",
                base=address,
                title=f"{self.title}: {_words(path)}",
            )


def _words(path: str) -> str:
    """A page's own part of its address, as words: its title is not known before it is read."""
    # --2 tells it from an older page of the same name.
    name = re.sub(r"--\d+$", "", path.rpartition("/")[2])
    return name.replace("-", " ").capitalize()


class Item(msgspec.Struct):
    """A content item as the API gives it; most kinds of document leave much of it out."""

    base_path: str
    document_type: str
    title: str | None = None
    description: str | None = None
    public_updated_at: str | None = None
    first_published_at: str | None = None
    withdrawn_notice: dict[str, Any] | None = None
    redirects: list[dict[str, Any]] = []
    details: dict[str, Any] = {}
    links: dict[str, Any] = {}


def read(spec: Spec, answer: Answer) -> Reading:
    """The page as it is now; raises Unreadable, for good, when it was taken away or has moved."""
    item = _item(answer)
    asked = spec.url.removeprefix(f"{spec.base}{govuk.CONTENT}")
    moved = (f"it now answers with {item.base_path}",) if item.base_path != asked else ()
    return Reading(found=(_found(spec, item),), remarks=moved)


def note(spec: Spec, answer: Answer) -> Found:
    """The page that the answer at a note_url is about, with its public change notes."""
    return _found(spec, _item(answer))


def _item(answer: Answer) -> Item:
    if answer.status == 410:
        answer = msgspec.structs.replace(answer, status=200) if b'"gone"' in answer.body else answer
    item = read_json(answer, Item)
    if item.document_type == "gone":
        why = plain(str(item.details.get("explanation") or ""), marked_up=True, most=200)
        raise Unreadable("GOV.UK says that this page is gone" + (f": {why}" if why else ""), for_good=True)
    if item.document_type == "redirect":
        target = next((str(to.get("destination") or "") for to in item.redirects), "")
        raise Unreadable(f"GOV.UK says that this page has moved to {target[:300] or 'somewhere else'}", for_good=True)
    return item


def _found(spec: Spec, item: Item) -> Found:
    details = item.details
    when, first = moment(item.public_updated_at), _first(item)
    history = _history(details)
    note_is, note = _note(history, when, (first, moment(details.get("first_public_at"))), "change_history" in details)
    withdrawn = item.withdrawn_notice or {}
    return Found(
        item=identity.of_govuk(item.base_path),
        url=govuk.address(item.base_path),
        title=plain(item.title or "", most=LONGEST_TITLE) or item.base_path,
        summary=plain(item.description or ""),
        publisher=_publisher(item.links) or spec.publisher,
        document_type=item.document_type,
        published_at=when,
        first_published_at=first,
        note=note,
        note_is=note_is,
        history=history,
        withdrawn=bool(withdrawn),
        withdrawn_at=moment(withdrawn.get("withdrawn_at")),
        withdrawn_note=plain(str(withdrawn.get("explanation") or ""), marked_up=True, most=LONGEST_NOTE) or None,
        historic=_is_historic(item),
        text=normalised("\n".join(_html(item)))[: common.MEGABYTE],
    )


def _first(item: Item) -> datetime | None:
    return moment(item.first_published_at) or moment(item.details.get("first_public_at"))


def _history(details: dict[str, Any]) -> tuple[tuple[datetime, str], ...]:
    changes = _dicts(details.get("change_history"))
    notes = [
        (moment(each.get("public_timestamp")), plain(str(each.get("note") or ""), most=LONGEST_NOTE))
        for each in changes
    ]
    return tuple(sorted((when, said) for when, said in notes if when))


def _note(
    history: tuple[tuple[datetime, str], ...],
    when: datetime | None,
    firsts: tuple[datetime | None, ...],
    has_notes: bool,
) -> tuple[NoteIs, str | None]:
    """The note of the version that was made public at a moment: by that very second, never by what is near."""
    said = next((said for at, said in reversed(history) if at == when and said), None)
    if said:
        return "known", said
    return ("none" if not has_notes or when is None or when in firsts else "unknown"), None


def _publisher(links: dict[str, Any]) -> str:
    named = _dicts(links.get("organisations")) or _dicts(links.get("primary_publishing_organisation"))
    return plain(", ".join(str(body["title"]) for body in named if body.get("title")))


def _is_historic(item: Item) -> bool:
    """Whether it is political content of a government that is no more."""
    given = item.details.get("government")
    linked = [each.get("details") or {} for each in _dicts(item.links.get("government"))]
    governments = [given] if isinstance(given, dict) else linked
    return bool(item.details.get("political")) and any(each.get("current") is False for each in governments)


def _html(item: Item) -> Iterator[str]:
    """What the page says, without what the site puts around it."""
    details = item.details
    yield f"<h1>{html.escape(item.title or '')}</h1><p>{html.escape(item.description or '')}</p>"
    for name, label in _DAYS.items():
        if details.get(name):
            yield f"<p>{label}: {html.escape(str(details[name]))}</p>"
    for name in _BODIES:
        yield _body(details.get(name))
    for part in _dicts(details.get("parts")):
        yield f"<h2>{html.escape(str(part.get('title') or ''))}</h2>{_body(part.get('body'))}"
    yield from _groups(item)
    yield from _attachments(details)


def _body(value: object) -> str:
    """HTML of a body, which comes as such or in several types."""
    if isinstance(value, str):
        return f"<div>{value}</div>"
    typed = {str(each.get("content_type")): str(each.get("content") or "") for each in _dicts(value)}
    return f"<div>{typed.get('text/html', '')}</div>"


def _groups(item: Item) -> Iterator[str]:
    """The groups of a collection, with the titles of their documents."""
    titles = {str(each.get("content_id")): str(each.get("title") or "") for each in _dicts(item.links.get("documents"))}
    for group in _dicts(item.details.get("collection_groups")):
        listed = [titles[str(each)] for each in group.get("documents") or () if titles.get(str(each))]
        points = "".join(f"<li>{html.escape(title)}</li>" for title in listed)
        yield f"<h2>{html.escape(str(group.get('title') or ''))}</h2>{_body(group.get('body'))}<ul>{points}</ul>"


def _attachments(details: dict[str, Any]) -> Iterator[str]:
    attachments = _dicts(details.get("attachments"))
    for each in attachments:
        # A file that is replaced gets another folder; its server and its size in words may change without that.
        name = "/".join(str(each.get("url") or "").partition("?")[0].rstrip("/").split("/")[-2:])
        yield f"<p>{html.escape(str(each.get('title') or ''))} ({html.escape(name)})</p>"
    for key in _RENDERED if not attachments else ():
        for rendered in details.get(key) or ():
            yield _body(rendered)


def _dicts(value: object) -> list[dict[str, Any]]:
    """The objects of a list, whatever else is given."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


KIND = common.Kind(
    file=ContentFile,
    read=read,
    accept=ACCEPT,
    watches_a_page=True,
    most_bytes=8 * common.MEGABYTE,
    note=note,
    notes_at=f"{govuk.CONTENT}/",
)
