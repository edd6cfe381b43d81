"""What every page carries: who runs it, where to go, which day it shows, how to cite it."""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec


class Link(msgspec.Struct, frozen=True):
    href: str
    text: str
    current: bool = False


class Feed(msgspec.Struct, frozen=True):
    href: str
    title: str


class Notice(msgspec.Struct, frozen=True):
    text: str


class Citation(msgspec.Struct, frozen=True):
    """What somebody else needs to find the very same page: its address, its day, when it was read, the record's end."""

    name: str
    address: str
    on: date
    read_on: date
    seq: int
    hash: str


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """The frame around a page."""

    name: str
    root: str
    """The home page on the day that is looked at."""
    home: str
    """The home page today."""
    css: str
    icon: str
    navigation: tuple[Link, ...]
    operator: str
    contact: str
    geography: str
    is_demo: bool
    """Whether it shows something invented."""
    asat: Notice | None
    path: str
    footer: tuple[Link, ...]
    freshness: str
    cite: Citation | None
    """None for pages that are nobody else's to find: forms, and those behind a sign-in."""
    feeds: tuple[Feed, ...]
    first_day: date
    today: date
    as_at: str
    known_at: str
    filters: tuple[tuple[str, str], ...]
    linked: Mapping[str, object] | None
    """What the page is, as linked data without its name; None for pages that say nothing of the record."""
    search: str
    """Where the search of what is looked at is."""


class Assets:
    """Static files under names that carry their digest, so that they can be kept for ever."""

    def __init__(self, folder: Path) -> None:
        self.files: dict[str, tuple[bytes, str]] = {}
        self._names: dict[str, str] = {}
        for path in sorted(folder.iterdir()):
            if path.suffix in MEDIA:
                body = path.read_bytes()
                href = f"/static/{path.stem}.{hashlib.sha256(body).hexdigest()[:12]}{path.suffix}"
                self.files[href] = (body, MEDIA[path.suffix])
                self._names[path.name] = href

    def href(self, name: str) -> str:
        """The address of a static file."""
        return self._names[name]


MEDIA = {
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".png": "image/png",
}

LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
"""Open Government Licence v3.0: of the Crown's words that we quote, and of our own data."""
LICENCE_LINK = f'<{LICENCE_URL}>; rel="license"'
"""The header that says so."""
FRESHNESS_LINK = '</sources>; rel="related"; title="Until when sources were read"'
"""The header that leads from what says nothing of its own freshness (feeds, files, JSON) to what does."""
LINKS = f"{LICENCE_LINK}, {FRESHNESS_LINK}"
