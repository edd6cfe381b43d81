"""Small pictures that say where a promise stands, for other people's pages: no script, no font, no tracking."""

from collections.abc import Callable
from html import escape

from tracker.strategies.exports.day import Day
from tracker.strategies.statuses import DONE, Status
from tracker.strategies.words import day_text

BRAND = ("#ffffff", "#07343b")
COLOURS = {
    Status.NOT_YET_REVIEWED: ("#44535a", "#ffffff"),
    Status.NO_PROGRESS_FOUND: ("#2f3b40", "#e6eaeb"),
    Status.IN_PROGRESS: ("#07343b", "#d3e9eb"),
    Status.ONGOING: ("#2a2f6e", "#e0e3f6"),
    Status.PARTLY_DELIVERED: ("#0d4530", "#e6f2e2"),
    Status.DELIVERED: ("#083f29", "#cbe8d7"),
    Status.DELIVERED_LATE: ("#42450b", "#eceec2"),
    Status.OVERDUE: ("#7a150e", "#fadad6"),
    Status.CHANGED_IN_SCOPE: ("#633900", "#fde5c0"),
    Status.SUPERSEDED: ("#482766", "#eadff2"),
    Status.STOPPED: ("#ffffff", "#39464b"),
}
"""Text and background of each status, as on the pages."""
LONGEST = 48
"""Letters of a title that fit; the whole title is still read out."""
HEIGHT = 24
_NARROW = frozenset("iIjl.,:;'’|!()[] ftr1")
_WIDE = frozenset("mwMW@%—")


def of_announcement(number: int) -> Callable[[Day], bytes]:
    """Makes the badge of one announcement."""

    def make(day: Day) -> bytes:
        view = next(item for item in day.announcements if item.number == number)
        status = f"{view.status_text}{_when(day)}"
        full = f"{day.strategy.identity.title}, announcement {number}, {view.title}: {status}"
        return draw(f"{number}. {view.title}", status, full, COLOURS[view.status])

    return make


def of_strategy(day: Day) -> bytes:
    """How many of the announcements are delivered."""
    said = f"{delivered_text(day)}{_when(day)}"
    title = day.strategy.identity.title
    return draw(title, said, f"{title}: {said}", COLOURS[Status.IN_PROGRESS])


def delivered_text(day: Day) -> str:
    """How many announcements are delivered, in time or late."""
    return f"{sum(view.status in DONE for view in day.announcements)} of {len(day.announcements)} delivered"


def _when(day: Day) -> str:
    """The day it is about, when that was asked for; a badge of today may be kept for a while and says none."""
    if not day.query:
        return ""
    known = f", known {day_text(day.known_at)}" if day.known_at not in (day.on, day.public.days.last) else ""
    return f", as at {day_text(day.on)}{known}"


def draw(label: str, said: str, full: str, colours: tuple[str, str]) -> bytes:
    """Two fields side by side, with the whole text for those who hear it."""
    label = label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"
    left, right = (_width(words) + 16 for words in (label, said))
    ink, paper = colours
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" '
        f'viewBox="0 0 {left + right} {HEIGHT}" role="img" aria-labelledby="title">\n'
        f'<title id="title">{escape(full)}</title>\n'
        f'<rect width="{left + right}" height="{HEIGHT}" rx="4" fill="{BRAND[1]}"/>\n'
        f'<path d="M{left} 1h{right - 5}a4 4 0 0 1 4 4v14a4 4 0 0 1-4 4h-{right - 5}z" fill="{paper}"/>\n'
        '<g font-family="Arial,Helvetica,sans-serif" font-size="13">\n'
        f"{_words(label, 8, BRAND[0])}\n{_words(said, left + 8, ink, weight='bold')}\n"
        "</g>\n</svg>\n"
    ).encode()


def _words(words: str, x: int, fill: str, weight: str = "normal") -> str:
    # The length is set, so that words fit whatever font the reader has.
    return (
        f'<text x="{x}" y="16.5" fill="{fill}" font-weight="{weight}" textLength="{_width(words)}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(words)}</text>'
    )


def _width(words: str) -> int:
    """About how wide words are at 13 pixels; letters of unknown scripts count as wide ones."""
    return round(sum(4.2 if c in _NARROW else 11.5 if c in _WIDE or ord(c) > 0x2E80 else 7.4 for c in words))
