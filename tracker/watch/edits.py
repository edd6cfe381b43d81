"""Whether the text of a watched page changed, and whether its publisher said so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tracker.watch.items import Look, sighting
from tracker.watch.schemas import Found, Unreadable
from tracker.watch.text import digest
from tracker.watch.versions import SILENT, KnownItem, KnownVersion, NewSighting, ReadText, at, nth, plausible

SECOND_LOOK = timedelta(minutes=10)
"""How soon a page is read again whose text changed without a word: what a failing server shows is gone by then."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the text of a page."""

    text_digest: str
    doubt_digest: str | None = None
    look_again_at: datetime | None = None
    new: tuple[NewSighting, ...] = ()
    texts: tuple[ReadText, ...] = ()


def require_text(found: Sequence[Found]) -> Found:
    """The one page that a reading of a page shows; raises Unreadable when there is no text to it."""
    if len(found) != 1 or not (found[0].text or "").strip():
        raise Unreadable("The page has no text that could be read")
    return found[0]


def look_at_text(look: Look, found: Found, known: KnownItem | None, new: Sequence[NewSighting]) -> Edit:
    """Compare a page's text with the one last known; `new` is what is new of it anyway."""
    known = known or KnownItem(item=found.item, versions=())
    now_digest = digest(found.text or "")
    last = _last_digest(look, found, known)
    if last is not None and _is_older(look, found):
        return Edit(text_digest=last)
    texts = _text_for(look, found, known, now_digest)
    if last is None or last == now_digest or _was_announced(look, found, known, new):
        return Edit(text_digest=now_digest, texts=texts)
    if look.state.doubt_digest != now_digest:
        again = look.now + min(SECOND_LOOK, look.spec.every)
        return Edit(text_digest=last, doubt_digest=now_digest, look_again_at=again)
    return Edit(text_digest=now_digest, new=(_silent(look, found, known, now_digest),))


def _is_older(look: Look, found: Found) -> bool:
    """Whether an answer is from before the version that was read last: what a cache kept, however often it is asked."""
    moment = plausible(found.published_at, now=look.now)
    return moment is not None and look.state.high_water is not None and moment < look.state.high_water


def _last_digest(look: Look, found: Found, known: KnownItem) -> str | None:
    """The text that is known: as this source read it, or at its first look as it is on record of this version."""
    on_record = _on_record(look, found, known) if look.is_first else None
    return look.state.text_digest or (on_record.text_digest if on_record else None)


def _on_record(look: Look, found: Found, known: KnownItem) -> KnownVersion | None:
    """The public version that a page shows, where it is on record already.

    A page that does not say when it was published shows the one that another source has shown since the last reading.
    """
    moment, read_at = plausible(found.published_at, now=look.now), look.state.read_at
    if moment:
        return known.named(at(moment))
    public = (each for each in reversed(known.versions) if each.published_at and not each.withdrawn)
    return next((each for each in public if read_at and each.seen_at >= read_at), None)


def _was_announced(look: Look, found: Found, known: KnownItem, new: Sequence[NewSighting]) -> bool:
    """Whether a public version explains another text: one that is new, or that another source has shown meanwhile."""
    if any(each.published_at and each.version == at(each.published_at) for each in new):
        return True
    moment, before = plausible(found.published_at, now=look.now), look.state.high_water
    if moment is None:
        return _on_record(look, found, known) is not None
    return before is not None and moment > before


def _text_for(look: Look, found: Found, known: KnownItem, now_digest: str) -> tuple[ReadText, ...]:
    """The text for a version that another source put on record without it."""
    on_record = _on_record(look, found, known)
    if on_record is None or on_record.text_digest is not None:
        return ()
    text = found.text if look.spec.keep == "text" else None
    return (ReadText(item=found.item, version=on_record.version, text=text, text_digest=now_digest),)


def _silent(look: Look, found: Found, known: KnownItem, now_digest: str) -> NewSighting:
    same = sum(each.version.split(":")[:2] == [SILENT, now_digest] for each in known.versions)
    event = sighting(look, found, known, version=nth(f"{SILENT}:{now_digest}", same), withdrawn=found.withdrawn)
    return msgspec.structs.replace(
        event, silent=True, published_at=None, note=None, note_is="none", note_due_at=None, baseline=False
    )
