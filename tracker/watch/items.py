"""What one source shows of one item: which of it is new, and whether the item was withdrawn."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from tracker.watch.schemas import Found, NoteIs, Spec
from tracker.watch.text import digest
from tracker.watch.versions import (
    DIGEST,
    GOVUK_ITEM,
    RESTORED,
    WITHDRAWN,
    KnownItem,
    KnownVersion,
    Learned,
    NewSighting,
    SourceState,
    at,
    nth,
    plausible,
    said_by,
    whole,
)

MOST_PRINTED_TIMES = 24
"""How often an item counts as changed by its digest or by a time alone: some feeds print the time they were asked."""
SETTING_UP = timedelta(days=1)
"""Sources that are read for the first time so close together found things as they were before anybody watched."""
TIMES_EVERY_VERSION = frozenset({"finder", "organisation", "search", "content"})
"""GOV.UK's, whose times move with every public version: another title under the same time is only cut otherwise."""


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """One look at a source."""

    spec: Spec
    state: SourceState
    now: datetime

    @property
    def is_first(self) -> bool:
        return self.state.read_at is None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What is new of an item."""

    new: tuple[NewSighting, ...]
    learned: tuple[Learned, ...]
    found_withdrawn: bool = False
    found_historic: tuple[str, ...] = ()
    """Versions on record that are in history mode by now."""


def look_at(look: Look, item: str, found: Sequence[Found], known: KnownItem | None) -> Shown:
    """Compare what a source shows of an item with what is on record of it."""
    known = known or KnownItem(item=item, versions=())
    withdrawn = [each for each in found if each.withdrawn]
    as_found = bool(withdrawn) and _is_as_found(look, found, known)
    stays_so = as_found or known.withdrawn_by is not None
    new = [
        sighting(look, each, known, version=version, withdrawn=each.withdrawn and stays_so)
        for version, each in new_versions(look, found, known)
    ]
    new += missed_versions(look, found[0], known, besides={each.version for each in new})
    if withdrawn and not as_found:
        new += _withdrawal(look, withdrawn[0], known)
    elif not withdrawn:
        new += _restoration(look, found[0], known)
    learned = tuple(_learned(found, known, now=look.now))
    return Shown(
        new=tuple(new),
        learned=learned,
        found_withdrawn=as_found and bool(known.versions),
        found_historic=tuple(_historic(found, known, now=look.now)),
    )


def new_versions(look: Look, found: Sequence[Found], known: KnownItem) -> Iterator[tuple[str, Found]]:
    """The versions shown that are not on record, each once."""
    by_time: dict[datetime | None, list[Found]] = {}
    for each in found:
        by_time.setdefault(plausible(each.published_at, now=look.now), []).append(each)
    for moment, same in by_time.items():
        yield from _without_time(look, same, known) if moment is None else _at_a_time(look, moment, same, known)


def _without_time(look: Look, same: Sequence[Found], known: KnownItem) -> Iterator[tuple[str, Found]]:
    was_read = look.state.text_digest is not None or any(each.text_digest for each in known.versions)
    if same[0].text is not None and was_read:
        # Once a page was read, what its text does is told by edits.py, also when its file has changed since.
        return
    left = MOST_PRINTED_TIMES - known.count(DIGEST)
    named = {f"{DIGEST}:{said_by(each) if each.text is None else digest(each.text)}": each for each in reversed(same)}
    new = [(version, each) for version, each in reversed(named.items()) if known.named(version) is None]
    yield from new[: max(left, 0)]


def _at_a_time(look: Look, moment: datetime, same: Sequence[Found], known: KnownItem) -> Iterator[tuple[str, Found]]:
    version, first = at(moment), same[0]
    on_record = known.named(version)
    tells_versions = look.spec.kind in TIMES_EVERY_VERSION or first.item.startswith(GOVUK_ITEM)
    if on_record is None and tells_versions and _is_from_before(look, moment, known):
        return
    if on_record is None:
        only_time = [each for each in known.versions if each.published_at and each.said == said_by(first)]
        if tells_versions or len(only_time) < MOST_PRINTED_TIMES:
            yield version, first
    elif not tells_versions and on_record.source == look.spec.key:
        # Two sources may word the same differently for good: only one that words it anew has changed it.
        yield from _said_otherwise(version, on_record, same, known)


def _is_from_before(look: Look, moment: datetime, known: KnownItem) -> bool:
    """Whether a version of an item on record is older than all of it, and than watching: what a cache or index kept."""
    oldest, began = known.first_published_at, look.state.began
    return oldest is not None and began is not None and moment < min(oldest, began)


def _said_otherwise(
    version: str, on_record: KnownVersion, same: Sequence[Found], known: KnownItem
) -> Iterator[tuple[str, Found]]:
    names = {f"{version}#{said_by(each)[:8]}" for each in same}
    on_file = {f"{version}#{on_record.said[:8]}", *(each.version for each in known.versions)}
    if names.isdisjoint(on_file) and sum("#" in each.version for each in known.versions) < MOST_PRINTED_TIMES:
        yield f"{version}#{said_by(same[0])[:8]}", same[0]


def missed_versions(look: Look, found: Found, known: KnownItem, *, besides: set[str]) -> Iterator[NewSighting]:
    """Public versions in an item's history that were published since we watch it, and that no source showed in time."""
    starts = [moment for moment in (known.first_published_at, look.state.began) if moment]
    if not starts:
        return
    for when, note in found.history:
        moment = plausible(when, now=look.now)
        if moment is None or not min(starts) < moment <= look.now:
            continue
        if at(moment) not in besides and known.named(at(moment)) is None:
            yield _missed(look, found, known, moment=moment, note=note)


def _missed(look: Look, found: Found, known: KnownItem, *, moment: datetime, note: str) -> NewSighting:
    note_is: NoteIs = "known" if note else "unknown"
    then = msgspec.structs.replace(found, published_at=moment, note=note or None, note_is=note_is, text=None)
    # The page as it is now is another version: there is nothing to ask it about this one.
    return msgspec.structs.replace(sighting(look, then, known, version=at(moment), withdrawn=False), note_due_at=None)


def _learned(found: Sequence[Found], known: KnownItem, *, now: datetime) -> Iterator[Learned]:
    """Notes that another source still had to ask for."""
    for each in found:
        moment = plausible(each.published_at, now=now)
        on_record = known.named(at(moment)) if moment else None
        if on_record and on_record.note_is in ("awaited", "unknown") and each.note_is == "known" and each.note:
            yield Learned(item=each.item, version=on_record.version, note=each.note)


def _historic(found: Sequence[Found], known: KnownItem, *, now: datetime) -> Iterator[str]:
    """Versions on record that are shown in history mode now: no event, for all pages of a government go at once."""
    for each in found:
        moment = plausible(each.published_at, now=now) if each.historic else None
        on_record = known.named(at(moment)) if moment else None
        if on_record and not on_record.historic:
            yield on_record.version


def _is_as_found(look: Look, found: Sequence[Found], known: KnownItem) -> bool:
    """Whether a first reading shows what was so before anybody watched: that it is withdrawn is no event then."""
    began = look.state.began
    moments = [plausible(each.published_at, now=look.now) for each in found]
    was_there = began is None or not any(moment and moment > began for moment in moments)
    # Other sources found it a moment ago, or none did.
    just_found = all(each.baseline and look.now - each.seen_at < SETTING_UP for each in known.versions)
    return look.is_first and was_there and just_found


def _withdrawal(look: Look, found: Found, known: KnownItem) -> Iterator[NewSighting]:
    """The event of being withdrawn, once. After a restoration only the Content API is believed: search lags."""
    if known.withdrawn_by is not None or (known.count(RESTORED) and look.spec.kind != "content"):
        return
    event = sighting(look, found, known, version=nth(WITHDRAWN, known.count(WITHDRAWN)), withdrawn=True)
    url, note = event.note_url, found.withdrawn_note
    note_is: NoteIs = "known" if note else "awaited" if url else "unknown"
    yield msgspec.structs.replace(
        event,
        published_at=whole(found.withdrawn_at) if found.withdrawn_at else None,
        note=note,
        note_is=note_is,
        note_due_at=look.now if note_is == "awaited" else None,
        text=None,
        text_digest=None,
        before_id=None,
    )


def _restoration(look: Look, found: Found, known: KnownItem) -> Iterator[NewSighting]:
    """Being put back, told by the Content API where the Content API had told of the withdrawal, with its time."""
    by = known.withdrawn_by
    told = by is not None and (
        by.published_at is not None if by.version.startswith(WITHDRAWN) else by.source == look.spec.key
    )
    if look.spec.kind != "content" or not told:
        return
    event = sighting(look, found, known, version=nth(RESTORED, known.count(RESTORED)), withdrawn=False)
    yield msgspec.structs.replace(
        event,
        published_at=None,
        note=None,
        note_is="none",
        note_due_at=None,
        text=None,
        text_digest=None,
        before_id=None,
    )


def sighting(look: Look, found: Found, known: KnownItem, *, version: str, withdrawn: bool) -> NewSighting:
    """A version to be put on record, as its source shows it."""
    published_at = plausible(found.published_at, now=look.now)
    url = found.note_url or _note_url(look.spec, found.item)
    text = found.text if look.spec.keep == "text" else None
    before = known.newest_text if text is not None else None
    return NewSighting(
        item=found.item,
        version=version,
        url=found.url,
        title=found.title,
        summary=found.summary,
        publisher=found.publisher or look.spec.publisher,
        document_type=found.document_type,
        published_at=published_at,
        first_published_at=plausible(found.first_published_at, now=look.now),
        note=found.note,
        note_is="unknown" if found.note_is == "awaited" and url is None else found.note_is,
        note_url=url,
        note_due_at=look.now if url and (found.note_is == "awaited" or _lacks_text(look, found)) else None,
        silent=False,
        withdrawn=withdrawn,
        historic=found.historic,
        baseline=look.is_first,
        text=text,
        text_digest=digest(found.text) if found.text is not None else None,
        before_id=before.id if before else None,
    )


def _lacks_text(look: Look, found: Found) -> bool:
    """Whether the page itself may tell more of what is new: how things were found is not asked for page by page."""
    return found.text is None and not look.is_first


def _note_url(spec: Spec, item: str) -> str | None:
    # Other sites speak of GOV.UK's pages too, and have no Content API.
    if spec.kind not in TIMES_EVERY_VERSION or not spec.base or not item.startswith(GOVUK_ITEM):
        return None
    return f"{spec.base}/api/content{item.removeprefix('gov.uk').partition('?')[0]}"
