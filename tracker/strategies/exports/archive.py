"""Everything in one file, from which the record can be read and its chain checked without us."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from tracker.strategies.exports.day import Day
from tracker.strategies.queries import ChainLink
from tracker.strategies.schemas import AnnouncementList, AnnouncementSummary
from tracker.strategies.views.announcements import summaries
from tracker.strategies.words import day_text
from tracker.web.layout import LICENCE_URL

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The moment each part carries, so that the same content is the same file."""
LOG = "changes.jsonl"


class _Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change of the chain; without a body when it is not among those this archive is about."""

    seq: int
    strategy: str | None = None
    key: str | None = None
    body: str | None = None
    body_sha256: str
    hash: str


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Parts in one ZIP file: the same parts are always the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts):
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            archive.writestr(info, parts[name])
    return packed.getvalue()


def announcements(day: Day) -> Iterator[tuple[str, bytes]]:
    """What the API says of each announcement, byte by byte."""
    listed: tuple[AnnouncementSummary, ...] = summaries(day.strategy, day.state)
    yield "announcements.json", msgspec.json.encode(AnnouncementList(items=listed, next=None))
    for view in day.announcements:
        yield f"announcements/{view.number}.json", msgspec.json.encode(view)


def log(day: Day, chain: Sequence[ChainLink]) -> bytes:
    """The chain from its first change to its last, with the bodies of those that belong to the day."""
    told = {change.seq: change for change in day.told}
    lines = []
    for link in chain:
        change = told.get(link.seq)
        lines.append(
            _Line(
                seq=link.seq,
                strategy=change.strategy if change else None,
                key=change.key if change else None,
                body=change.body if change else None,
                body_sha256=link.digest,
                hash=link.hash,
            )
        )
    return b"".join(msgspec.json.encode(line) + b"\n" for line in lines)


def licence(day: Day) -> bytes:
    """Under which terms it may be used."""
    identity = day.strategy.identity
    return _text(
        f"Words quoted from {identity.full_title}: {identity.licence}",
        "Our own texts and data may be used under the Open Government Licence v3.0:",
        LICENCE_URL,
        f"Say where they come from: “Contains information from {identity.tracker_name}, licensed under the Open "
        "Government Licence v3.0.” Do not suggest that we endorse what you make of it.",
        "Short quotations from other publishers, in evidence.csv and in the JSON files, remain under their own terms.",
    )


def readme(day: Day, parts: Mapping[str, str]) -> bytes:
    """What is in it, and how to check that nothing was changed."""
    identity = day.strategy.identity
    head = day.public.head
    return _text(
        f"{identity.tracker_name}: everything on record about “{identity.full_title}”",
        f"As on {day_text(day.on)}, from what was known on {day_text(day.known_at)}. Run by {day.operator}, "
        f"independently of government. {day.address('/downloads')}",
        f"The record ends at change {head.seq}, with the hash\n{head.hash}",
        "WHAT IS IN IT",
        "\n".join(f"{name}\n    {words}" for name, words in parts.items()),
        "HOW TO READ THE CSV FILES",
        "RFC 4180, UTF-8, one header row, empty where unknown, dates as 2024-10-11. In a spreadsheet, open them as "
        "UTF-8 with columns of text, so that dates like 2024-05 stay as they are. A text that a spreadsheet would "
        "take for a formula has one apostrophe put before it.",
        "HOW TO CHECK THE CHAIN",
        f"{LOG} has one change a line, in the order of the record. Start with a hash of 64 zeros. For each line:\n"
        "1. where there is a body, the SHA-256 of its UTF-8 bytes must be body_sha256\n"
        "2. the SHA-256 of the 32 bytes of the hash before, followed by the 32 bytes of body_sha256, must be hash\n"
        "The last hash must be the one above. A line without a body is of another strategy in the same record, was "
        "redacted, or became known or happened only after the day above.",
    )


def _text(*paragraphs: str) -> bytes:
    return ("\n\n".join(paragraphs) + "\n").encode()
