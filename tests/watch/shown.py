"""What sources show, and a record in memory that decisions are put on: for tests of what is pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from tests.conftest import NOON
from tracker.watch.decide import decide
from tracker.watch.schemas import Found, Reading, Spec
from tracker.watch.versions import Decided, KnownItem, KnownVersion, NewSighting, SourceState, at, said

NOW, HOUR, DAY = NOON, timedelta(hours=1), timedelta(days=1)
ITEM = "gov.uk/guidance/kinship"
TITLE = "Kinship care: statutory guidance"


def source(kind: str, *, key: str = "", **given: Any) -> Spec:
    url = f"https://www.gov.uk/{kind}"
    said_of = {"title": kind, "publisher": "DfE", "url": url, "link": url, "host": "https://www.gov.uk", "every": HOUR}
    return Spec(key=key or kind, kind=kind, **(said_of | {"base": "https://www.gov.uk"} | given))  # type: ignore[arg-type]


def entry(published_at: datetime | None, *, item: str = ITEM, **given: Any) -> Found:
    said_of = {"item": item, "url": f"https://www.{item}", "title": TITLE, "published_at": published_at}
    return Found(**(said_of | given))


def feed(found: Sequence[Found], further: str | None = None) -> Reading:
    return Reading(found=tuple(found), further=further)


def version(published_at: datetime | None, *, source: str = "finder", **given: Any) -> KnownVersion:
    """A row on record."""
    row = {"id": 1, "version": at(published_at) if published_at else "digest:x", "seen_at": NOW - 20 * DAY}
    return KnownVersion(**(row | {"source": source, "published_at": published_at, "said": said(TITLE, "")} | given))


def known_of(*versions: KnownVersion, item: str = ITEM) -> dict[str, KnownItem]:
    return {item: KnownItem(item=item, versions=versions)}


class Record:
    """A record in memory, kept as the tables are: what is decided is saved whole."""

    def __init__(self, *versions: KnownVersion, item: str = ITEM) -> None:
        self.rows: dict[str, list[KnownVersion]] = {item: list(versions)} if versions else {}
        self.states: dict[str, SourceState] = {}
        self.added: list[NewSighting] = []
        self.withdrawn: set[str] = set()
        self.began: datetime | None = NOW - 30 * DAY if versions else None

    def read(self, spec: Spec, found: Sequence[Found], now: datetime, *, further: str | None = None) -> Decided:
        """Decide what a source shows, and save it."""
        state = self.states.get(spec.key, SourceState())
        known = {item: KnownItem(item=item, versions=tuple(rows)) for item, rows in self.rows.items()}
        asked = msgspec.structs.replace(state, began=self.began)
        decided = decide(spec, asked, feed(found, further), known, now=now)
        self._save(spec, decided, now)
        self.states[spec.key] = SourceState(
            read_at=now,
            high_water=decided.high_water,
            changed_at=now if decided.new else state.changed_at,
            text_digest=decided.text_digest,
            doubt_digest=decided.doubt_digest,
        )
        return decided

    def _save(self, spec: Spec, decided: Decided, now: datetime) -> None:
        for new in decided.new:
            rows = self.rows.setdefault(new.item, [])
            if all(row.version != new.version for row in rows):
                self.added.append(new)
                rows.append(self._row(spec, new, now))
        for item in decided.found_withdrawn:
            self.rows[item] = [msgspec.structs.replace(row, withdrawn=True) for row in self.rows[item]]
        for text in decided.texts:
            self.rows[text.item] = [
                msgspec.structs.replace(row, text_digest=text.text_digest, has_snapshot=text.text is not None)
                if row.version == text.version
                else row
                for row in self.rows[text.item]
            ]
        self.withdrawn = {item for item, rows in self.rows.items() if any(row.withdrawn for row in rows)}
        self.began = self.began or (now if self.rows else None)

    def _row(self, spec: Spec, new: NewSighting, now: datetime) -> KnownVersion:
        return KnownVersion(
            id=len(self.added) + 100,
            version=new.version,
            source=spec.key,
            seen_at=now,
            published_at=new.published_at,
            said=said(new.title, new.summary),
            note_is=new.note_is,
            withdrawn=new.withdrawn,
            baseline=new.baseline,
            text_digest=new.text_digest,
            has_snapshot=new.text is not None,
        )

    @property
    def versions(self) -> set[str]:
        return {row.version for rows in self.rows.values() for row in rows}

    @property
    def events(self) -> set[tuple[str, str]]:
        return {(item, row.version) for item, rows in self.rows.items() for row in rows}
