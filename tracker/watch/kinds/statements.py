"""Written statements that ministers made in Parliament."""

from collections.abc import Iterable
from html import escape

import msgspec

from tracker.watch import identity
from tracker.watch.kinds import common, parliament
from tracker.watch.kinds.as_json import ACCEPT, read_json
from tracker.watch.plain import LONGEST_SUMMARY, LONGEST_TITLE, plain
from tracker.watch.schemas import Answer, Found, Reading, Spec, Unreadable
from tracker.watch.text import normalised

PATH = "/api/writtenstatements/statements"


class StatementsFile(parliament.ParliamentFile, frozen=True, kw_only=True, tag="statements"):
    """Like searchTerm, answeringBodies, madeWhenFrom."""

    def specs(self, key: str) -> Iterable[Spec]:
        return self.listed(key, PATH, "written-statements")


class Statement(msgspec.Struct, rename="camel"):
    id: int
    uin: str | None = None
    date_made: str | None = None
    title: str | None = None
    text: str | None = None
    answering_body_name: str | None = None


def read(spec: Spec, answer: Answer) -> Reading:
    """The statements of one window."""
    return parliament.read_list(spec, answer, parliament.Results[Statement], _listed)


def note(spec: Spec, answer: Answer) -> Found:
    """One statement whole, where the list cut it."""
    statement = read_json(answer, parliament.Result[Statement]).value
    found = _found(spec, statement)
    if found is None:
        raise Unreadable("it is a statement without a number or a day")
    return msgspec.structs.replace(found, text=normalised(f"<h1>{escape(found.title)}</h1>{statement.text or ''}"))


def _listed(spec: Spec, statement: Statement) -> Found | None:
    found = _found(spec, statement)
    if found is None or not parliament.is_cut(statement.text):
        return found
    return msgspec.structs.replace(found, note_is="awaited", note_url=f"{spec.base}{PATH}/{statement.id}")


def _found(spec: Spec, statement: Statement) -> Found | None:
    made = parliament.day(statement.date_made)
    if not statement.uin or made is None:
        return None
    url = f"{parliament.READERS}/written-statements/detail/{(statement.date_made or '')[:10]}/{statement.uin.lower()}"
    return Found(
        item=identity.canonical(url),
        url=url,
        title=plain(statement.title or f"Written statement {statement.uin}", most=LONGEST_TITLE),
        summary=plain(statement.text or "", marked_up=True, most=LONGEST_SUMMARY),
        publisher=plain(statement.answering_body_name or "") or spec.publisher,
        document_type="written_statement",
        published_at=made,
        first_published_at=made,
    )


KIND = common.Kind(
    file=StatementsFile, read=read, accept=ACCEPT, most_bytes=8 * common.MEGABYTE, note=note, notes_at=f"{PATH}/"
)
