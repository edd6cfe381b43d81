"""Load a strategy's files: absent is appended, the same is skipped, different needs a stated correction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import msgspec
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.clock import london_day
from tracker.errors import Invalid
from tracker.strategies import facts
from tracker.strategies.actions import NewChange, append, lock_head
from tracker.strategies.dates import read_edtf
from tracker.strategies.facts import EDITED, Change, Corrected, Difference, encode_fact
from tracker.strategies.files import Entry, Folder
from tracker.strategies.lapses import may_wait, mistaken, unnoticed, withdrawal
from tracker.strategies.models import StoredStrategy
from tracker.strategies.queries import changes_of
from tracker.strategies.search.index import bring_up
from tracker.strategies.structure import Strategy
from tracker.strategies.texts import differences
from tracker.strategies.validation import problems

Keyed = tuple[str, facts.AnyFact]
"""A fact with the stable key of its event."""


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What one load did."""

    slug: str
    appended: int
    skipped: int
    corrected: int
    differences: int
    notices: int
    gone: tuple[str, ...]
    """Keys on record that the files no longer hold; reported, never removed."""
    changes: tuple[Change, ...] = ()
    """Everything that was put on record, notices and corrections included."""

    def __str__(self) -> str:
        done = (
            f"{self.slug}: {self.appended} changes appended, {self.skipped} already on record, "
            f"{self.corrected} corrected, {self.differences} texts corrected in place, {self.notices} overdue notices"
        )
        return done + (f"; no longer in the files: {', '.join(self.gone)}" if self.gone else "")


async def load(db: AsyncSession, folder: Folder, *, now: datetime) -> Loaded:
    """Bring the record up to the files; all or nothing, and twice is once. Raises Invalid saying what is wrong."""
    wrong = problems(folder)
    if wrong:
        raise Invalid("The strategy's files contradict themselves:\n" + "\n".join(f"  {line}" for line in wrong))
    head = await lock_head(db)
    today = london_day(now)
    ahead = [entry.key for entry in folder.history if entry.fact.known_on > today]
    if ahead:
        raise Invalid(f"“{ahead[0]}” is known on a day that is still to come: today is {today}")
    slug = folder.strategy.identity.slug
    differences = await _store_structure(db, folder, now=now)
    everything = await changes_of(db)
    on_record = [change for change in everything if change.strategy == slug]
    written = effective(change for change in on_record if not change.key.startswith(EDITED))
    fresh, corrections = compare(folder.history, effective(on_record), written, today=today, seq=head.seq)
    pending = [*on_record, *_provisional(slug, head.seq, [*fresh, *corrections])]
    # Those that lapsed just now are news: the job tells of them, when nothing unread is in their way.
    news = {key for key, fact in unnoticed(folder.strategy, on_record, today=today) if may_wait(fact, today=today)}
    left = news if on_record else set()
    notices = [(key, fact) for key, fact in unnoticed(folder.strategy, pending, today=today) if key not in left]
    withdrawals: list[Keyed] = [
        withdrawal(key, about, today=today) for key, about in mistaken(folder.strategy, pending, today=today)
    ]
    if differences:
        withdrawals.append(structure_correction(differences, folder.correction, today=today, seq=head.seq))
    new = [*_in_order([*fresh, *notices]), *corrections, *withdrawals]
    appended = await append(db, head, [NewChange(strategy=slug, key=key, fact=fact) for key, fact in new], now=now)
    await _bring_up_all(db, [*everything, *appended])
    return Loaded(
        slug=slug,
        appended=len(fresh),
        skipped=len(folder.history) - len(fresh) - len(corrections),
        corrected=len(corrections),
        differences=len(differences),
        notices=len(notices),
        gone=_gone(folder.history, on_record),
        changes=tuple(appended),
    )


def compare(
    history: Sequence[Entry], on_record: Mapping[str, bytes], written: Mapping[str, bytes], *, today: date, seq: int
) -> tuple[list[Keyed], list[Keyed]]:
    """What the files add and what they correct; raises Invalid for a difference without a reason.

    `written` is what files put on record: an event that an editor corrected since stands, until its file is altered.
    """
    fresh: list[Keyed] = []
    corrections: list[Keyed] = []
    for entry in history:
        body = encode_fact(entry.fact)
        if entry.key not in on_record:
            fresh.append((entry.key, entry.fact))
        elif body not in (on_record[entry.key], written.get(entry.key)):
            corrections.append(_correction(entry, body, on_record[entry.key], today=today, seq=seq))
    return fresh, corrections


def effective(changes: Iterable[Change]) -> dict[str, bytes]:
    """The facts on record by key, as bytes, with every correction applied."""
    current: dict[str, bytes] = {}
    for change in changes:
        if isinstance(change.fact, Corrected):
            if change.fact.of:
                current[change.fact.of] = _instead(change.fact)
        else:
            current[change.key] = bytes(msgspec.json.decode(change.body, type=dict[str, msgspec.Raw])["fact"])
    return current


def _instead(correction: Corrected) -> bytes:
    """The bytes of the fact that holds since a correction; empty when it was withdrawn."""
    return msgspec.json.encode(correction.instead, order="sorted") if correction.instead else b""


def _correction(entry: Entry, body: bytes, old: bytes, *, today: date, seq: int) -> Keyed:
    if not entry.correction:
        raise Invalid(
            f"history/{entry.file}: “{entry.key}” differs from what is on record. The record is never rewritten: "
            'put it back as it was, or add correction = "why" to record a correction'
        )
    before = facts.decode_fact(old).text if old else "withdrawn"
    fact = Corrected(
        about=entry.fact.about,
        text=f"Corrected: {entry.fact.text}",
        happened_on=today.isoformat(),
        known_on=today,
        why=entry.correction,
        of=entry.key,
        instead=msgspec.json.decode(body),
        note=f"Before: {before}" if before != entry.fact.text else None,
    )
    # Numbered by where the record stood: a correction may be made again after it was reverted.
    return f"correction-of-{entry.key}-{seq}", fact


def structure_correction(differences: Sequence[Difference], why: str | None, *, today: date, seq: int) -> Keyed:
    """One change that lists every quotation or text that was corrected in place."""
    numbers = {
        difference.where.split("/")[1] for difference in differences if difference.where.startswith("announcements/")
    }
    fact = Corrected(
        about=tuple(sorted(numbers, key=int)),
        text=f"{len(differences)} text{'s' * (len(differences) != 1)} corrected in place",
        happened_on=today.isoformat(),
        known_on=today,
        why=why or "The files were corrected against their source",
        differences=tuple(differences),
    )
    return f"structure-{today.isoformat()}-{seq}", fact


async def _store_structure(db: AsyncSession, folder: Folder, *, now: datetime) -> list[Difference]:
    """Write the structure when it is new or differs; returns how it differs from what stood before."""
    encoded = msgspec.json.encode(folder.strategy, order="sorted")
    digest = facts.full_digest(encoded)
    slug = folder.strategy.identity.slug
    row = (await db.exec(select(StoredStrategy).where(StoredStrategy.slug == slug))).one_or_none()
    if row is None:
        db.add(StoredStrategy(slug=slug, structure=encoded.decode(), digest=digest, loaded_at=now))
        await db.flush()
        return []
    if row.digest == digest == facts.full_digest(row.structure.encode()):
        return []
    # What is added is new, not corrected; only a text that stood on record and changed or went is.
    found = [item for item in differences(msgspec.json.decode(row.structure), msgspec.json.decode(encoded)) if item.old]
    row.structure, row.digest, row.loaded_at = encoded.decode(), digest, now
    db.add(row)
    await db.flush()
    return found


async def _bring_up_all(db: AsyncSession, changes: Sequence[Change]) -> None:
    """Make every strategy on record findable, also one whose files are elsewhere."""
    for row in (await db.exec(select(StoredStrategy))).all():
        # What is not as it was loaded is for “tracker check” to report, not for a search to show.
        if row.digest == facts.full_digest(row.structure.encode()):
            strategy = msgspec.json.decode(row.structure, type=Strategy)
            await bring_up(db, strategy, [change for change in changes if change.strategy == row.slug])


def _in_order(new: Iterable[Keyed]) -> list[Keyed]:
    """The order in which the world could know these things, so that the record reads as history."""
    return sorted(new, key=lambda item: (item[1].known_on, read_edtf(item[1].happened_on).latest))


def _provisional(slug: str, seq: int, new: Sequence[Keyed]) -> list[Change]:
    return [facts.provisional(number, slug, key, fact) for number, (key, fact) in enumerate(new, start=seq + 1)]


def _gone(history: Iterable[Entry], on_record: Iterable[Change]) -> tuple[str, ...]:
    """Keys that only files write (not notices, corrections, editors’ entries) and that the files no longer hold."""
    kept = {entry.key for entry in history}
    written = (c.key for c in on_record if not isinstance(c.fact, facts.BecameOverdue | Corrected))
    return tuple(key for key in written if key not in kept and not key.startswith(EDITED))
