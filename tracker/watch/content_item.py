"""What GOV.UK's Content API says of a page: read for watched pages and for the notes of what feeds show."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from tracker.watch import text
from tracker.watch.schemas import NoteIs, Unreadable
from tracker.watch.versions import whole

History = tuple[tuple[datetime, str], ...]
GONE = frozenset({"gone", "redirect", "vanish", "unpublished"})
"""Kinds of item that stand where a page was."""
MOST_NOTES = 2000


class ContentItem(msgspec.Struct, frozen=True, kw_only=True):
    """A page of GOV.UK with its public history."""

    path: str
    title: str
    summary: str
    publisher: str
    document_type: str | None
    published_at: datetime | None
    """When its newest public version was published (public_updated_at)."""
    first_published_at: datetime | None
    history: History
    """Public change notes by their moments, the oldest first; notes of the same second are one."""
    withdrawn: bool
    withdrawn_at: datetime | None
    withdrawn_note: str | None
    """Why it was withdrawn, in its publisher's words."""
    historic: bool
    gone: bool
    """Its page was taken away or moved."""
    text: str


def read(body: bytes) -> ContentItem:
    """A content item from the API's answer; raises Unreadable for what is none."""
    try:
        item = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Unreadable("The answer is not JSON") from error
    if not isinstance(item, dict) or not isinstance(item.get("base_path"), str):
        raise Unreadable("The answer is no item of the Content API: it has no base_path")
    return _read(item)


def _read(item: Mapping[str, Any]) -> ContentItem:
    details = _mapping(item.get("details"))
    notice = _mapping(item.get("withdrawn_notice"))
    kind = _text(item.get("document_type")) or _text(item.get("schema_name")) or None
    first = _moment(item.get("first_published_at")) or _moment(details.get("first_public_at"))
    withdrawn_at = _moment(notice.get("withdrawn_at"))
    return ContentItem(
        path=item["base_path"],
        title=text.line(_text(item.get("title"))),
        summary=text.line(text.normalised(_text(item.get("description")))),
        publisher=_publisher(item),
        document_type=kind,
        published_at=_moment(item.get("public_updated_at")),
        first_published_at=first,
        history=_history(details.get("change_history")),
        withdrawn=bool(notice.get("explanation") or withdrawn_at),
        withdrawn_at=withdrawn_at,
        withdrawn_note=text.normalised(_text(notice.get("explanation"))) or None,
        historic=_is_historic(item, details),
        gone=kind in GONE or _text(item.get("schema_name")) in GONE,
        text=text.of_content_item(item),
    )


def _history(entries: object) -> History:
    notes: dict[datetime, list[str]] = {}
    for entry in (entries if isinstance(entries, list) else [])[:MOST_NOTES]:
        moment, note = _moment(_mapping(entry).get("public_timestamp")), _text(_mapping(entry).get("note"))
        if moment and note.strip():
            said = notes.setdefault(moment, [])
            plain = text.line(text.normalised(note))
            said += [plain] if plain not in said else []
    return tuple((moment, " ".join(notes[moment])) for moment in sorted(notes))


def _is_historic(item: Mapping[str, Any], details: Mapping[str, Any]) -> bool:
    """History mode: political content of a government that is not in office any more."""
    linked = _list(_mapping(item.get("links")).get("government"))
    governments = [_mapping(details.get("government")), *(_mapping(_mapping(each).get("details")) for each in linked)]
    return details.get("political") is True and any(each.get("current") is False for each in governments)


def _publisher(item: Mapping[str, Any]) -> str:
    links = _mapping(item.get("links"))
    linked = [*_list(links.get("primary_publishing_organisation")), *_list(links.get("organisations"))]
    names = (text.line(_text(_mapping(each).get("title"))) for each in linked)
    return next((name for name in names if name and name != "Government Digital Service"), "")


def note_of(
    history: Iterable[tuple[datetime, str]], moment: datetime | None, first: datetime | None
) -> tuple[str | None, NoteIs]:
    """The public note of the version of a moment, by strict match of the second; never a neighbour's.

    A page's first publication need not have a note: there is none then. Else it is unknown.
    """
    if moment is None:
        return None, "none"
    for when, note in history:
        if whole(when) == whole(moment):
            return note, "known"
    return None, "none" if first is not None and whole(first) == whole(moment) else "unknown"


def _moment(value: object) -> datetime | None:
    """An ISO time as the API writes it; None for anything else, also for one without a zone."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return whole(found) if found is not None and found.tzinfo is not None and 1 < found.year < 9999 else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
