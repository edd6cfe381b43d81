"""What the Content API says of versions that feeds showed without their change note. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from tracker.watch.items import Look, look_at
from tracker.watch.schemas import Found, NoteIs, Spec
from tracker.watch.text import digest
from tracker.watch.versions import WITHDRAWN, KnownItem, NewSighting, SourceState, whole

FIRST_AGAIN = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)
GIVES_UP = timedelta(days=7)
"""After so long without a note it is unknown, and shown as such: never guessed."""


class Awaited(msgspec.Struct, frozen=True, kw_only=True):
    """A version on record that the Content API is to be asked about."""

    id: int
    source: str
    tries: int
    seen_at: datetime
    sighting: NewSighting
    """The row as it stands, without its text."""


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of it."""

    awaited: Awaited
    sighting: NewSighting
    """The row as it is to stand: with its text where the answer shows that very version, to be matched again."""
    tries: int
    new: tuple[NewSighting, ...] = ()
    """Versions in the page's history that no source showed, and its withdrawal."""
    found_withdrawn: bool = False
    """The page was withdrawn before anybody watched: a flag, no event."""


def settle_note(
    awaited: Awaited, found: Found | None, known: KnownItem | None, *, began: datetime | None, now: datetime
) -> Settled:
    """What an answer says of a version, and of others of its page; `found` is None where there was none to read."""
    if found is None or _is_stale(awaited, found):
        return _again(awaited, now=now)
    settled = Settled(awaited=awaited, sighting=_settled(awaited, found, known), tries=awaited.tries + 1)
    if found.item != awaited.sighting.item:
        # The page has moved: its history holds the note, and what else is new of it is the new address's.
        return settled
    # Read for the first time where the version was: what is older than that is how things were found.
    read_at = None if awaited.sighting.baseline else now
    look = Look(spec=spec_of(awaited), state=SourceState(read_at=read_at, began=began), now=now)
    shown = look_at(look, found.item, [found], known)
    return msgspec.structs.replace(settled, new=tuple(shown.new), found_withdrawn=shown.found_withdrawn)


def note_at(history: Iterable[tuple[datetime, str]], moment: datetime | None) -> str | None:
    """The public note of the version of a moment, by strict match of the second: a neighbour's is never taken."""
    if moment is None:
        return None
    return next((note for when, note in history if note and whole(when) == whole(moment)), None)


def _is_stale(awaited: Awaited, found: Found) -> bool:
    """Whether an answer is from before the version: GOV.UK keeps answers for some minutes."""
    sighting = awaited.sighting
    if sighting.version.startswith(WITHDRAWN):
        return not found.withdrawn
    if sighting.published_at is None or found.published_at is None:
        return False
    return whole(found.published_at) < sighting.published_at and note_at(found.history, sighting.published_at) is None


def _again(awaited: Awaited, *, now: datetime) -> Settled:
    """Ask again later, and not for ever."""
    wait = min(FIRST_AGAIN * 2 ** min(awaited.tries, 10), LONGEST_WAIT)
    gives_up = now + wait > awaited.seen_at + GIVES_UP
    was: NoteIs = awaited.sighting.note_is
    sighting = msgspec.structs.replace(
        awaited.sighting,
        note_is="unknown" if gives_up and was == "awaited" else was,
        note_due_at=None if gives_up else now + wait,
    )
    return Settled(awaited=awaited, sighting=sighting, tries=awaited.tries + 1)


def _settled(awaited: Awaited, found: Found, known: KnownItem | None) -> NewSighting:
    before, shows_it = awaited.sighting, _shows_this_version(awaited.sighting, found)
    note, note_is = _note(before, found)
    compared = known.text_before(awaited.id) if known and shows_it else None
    told = msgspec.structs.replace(
        before,
        note=note,
        note_is=note_is,
        note_due_at=None,
        first_published_at=found.first_published_at or before.first_published_at,
    )
    if before.version.startswith(WITHDRAWN):
        return msgspec.structs.replace(told, published_at=found.withdrawn_at and whole(found.withdrawn_at))
    if not shows_it:
        return told
    return msgspec.structs.replace(
        told,
        document_type=found.document_type or before.document_type,
        historic=found.historic,
        text=found.text,
        text_digest=digest(found.text) if found.text else None,
        before_id=compared.id if compared else None,
    )


def _shows_this_version(sighting: NewSighting, found: Found) -> bool:
    return found.published_at is not None and sighting.published_at == whole(found.published_at)


def _note(sighting: NewSighting, found: Found) -> tuple[str | None, NoteIs]:
    if sighting.note_is == "known":
        return sighting.note, "known"
    if sighting.version.startswith(WITHDRAWN):
        return found.withdrawn_note, "known" if found.withdrawn_note else "none"
    note = note_at(found.history, sighting.published_at)
    if note is not None:
        return note, "known"
    first = found.first_published_at
    # What is published for the first time need not say what changed.
    return None, "none" if first and sighting.published_at == whole(first) else "unknown"


def spec_of(awaited: Awaited) -> Spec:
    """What the answer is read as: the page itself, watched by the source that showed the version."""
    sighting = awaited.sighting
    base = (sighting.note_url or "").partition("/api/content")[0]
    return Spec(
        key=awaited.source,
        kind="content",
        title=sighting.title,
        publisher=sighting.publisher,
        url=sighting.note_url or "",
        link=sighting.url,
        host=base,
        every=LONGEST_WAIT,
        base=base,
    )
