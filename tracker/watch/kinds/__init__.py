"""The kinds of sources: one module each. A new kind is a new module and a line here."""

from collections.abc import Mapping
from types import MappingProxyType

from tracker.watch.kinds import content, feed, finder, legislation, organisation, page, questions, search, statements
from tracker.watch.kinds.common import Kind

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "finder": finder.KIND,
        "organisation": organisation.KIND,
        "search": search.KIND,
        "content": content.KIND,
        "feed": feed.KIND,
        "questions": questions.KIND,
        "statements": statements.KIND,
        "legislation": legislation.KIND,
        "page": page.KIND,
    }
)


def noting(kinds: Mapping[str, Kind], url: str) -> Kind:
    """The kind that knows the answers at a note_url; GOV.UK's Content API, if it is like none."""
    return next((kind for kind in kinds.values() if kind.note and kind.notes_at in url), content.KIND)
