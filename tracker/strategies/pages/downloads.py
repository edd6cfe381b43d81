"""The page that says what can be taken away, and how."""

from collections.abc import Callable

import msgspec

from tracker.strategies.exports.badge import delivered_text
from tracker.strategies.exports.dataset import dataset
from tracker.strategies.exports.files import ARCHIVE, CALENDAR_FILE, GROUP_FILE, TABLES, Exports, File
from tracker.strategies.exports.tables import DAYS
from tracker.strategies.pages.record import Context
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import State
from tracker.web.documents import Asked


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it is offered: its size is that of today's, and None on another day."""

    file: File
    size: str | None


def downloads(exports: Exports) -> Callable[[PublicRecord, Asked, State], Context]:
    def context(public: PublicRecord, asked: Asked, current: State) -> Context:
        today, day = exports.today, exports.of(asked).day

        def offer(name: str) -> Offer:
            return Offer(file=exports.files[name], size=_size(len(today[name])) if asked.is_now else None)

        return "downloads", {
            "offered": [(offer(table.file), len(table.columns) + len(DAYS)) for table in TABLES],
            "group": offer(GROUP_FILE),
            "calendar": offer(CALENDAR_FILE),
            "archive": offer(ARCHIVE),
            "address": day.address,
            "dataset": dataset(exports, asked),
            "delivered": delivered_text(day),
            "first": day.announcements[0],
        }

    return context


def _size(octets: int) -> str:
    """A size as a person reads it."""
    return f"{octets / 1_000_000:.1f} MB" if octets >= 1_000_000 else f"{max(1, round(octets / 1000))} kB"
