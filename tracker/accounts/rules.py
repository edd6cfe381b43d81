"""Signing in, decided without I/O: where it may lead, how long it lasts, which browser it is."""

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

LASTS = timedelta(minutes=30)
"""How long link and code can be used: long enough for a slow mail, short enough for a mailbox left open."""
MOST_TRIES = 5
"""Wrong codes before a sign-in is worth nothing: one in twenty million to guess it."""
IDLE = timedelta(hours=2)
"""Without a request for so long, a session is over: an unattended desk. What was typed is not lost by it."""
LONGEST = timedelta(hours=12)
"""A working day, however busy."""
SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is noted when a session was last used: not a write for each request."""
LANDING = "/account"
LONGEST_NEXT = 1000


class Standing(StrEnum):
    """What can still be done with a sign-in."""

    OPEN = "open"
    USED = "used"
    EXPIRED = "expired"
    TRIED = "tried"


class Asked(Protocol):
    """A sign-in, or as much of one as decides."""

    @property
    def expires_at(self) -> datetime: ...
    @property
    def tries(self) -> int: ...
    @property
    def used_at(self) -> datetime | None: ...


def standing(asked: Asked, *, now: datetime) -> Standing:
    """Whether a sign-in can still be used, and why not."""
    if asked.used_at:
        return Standing.USED
    if now >= asked.expires_at:
        return Standing.EXPIRED
    return Standing.TRIED if asked.tries >= MOST_TRIES else Standing.OPEN


def safe_next(given: str) -> str:
    """Where to go after signing in: a path of ours, or the landing page for anything else."""
    # Browsers take “//host”, “/\\host” and a tab or a line break between the two for another website's address.
    plain = given.startswith("/") and given.isascii() and given.isprintable() and len(given) <= LONGEST_NEXT
    if not plain or "\\" in given or given.startswith("//"):
        return LANDING
    path = urlsplit(given).path
    return LANDING if path == "/sign-out" or path.startswith("/sign-in") else given


_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"))
_ENGINES = (("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(user_agent: str) -> str:
    """Which browser on which system, as it says itself; no version, so that it tells as little as is useful."""
    browser = _named(user_agent, (*_BROWSERS, *_ENGINES))
    system = _named(user_agent, _SYSTEMS)
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or "Another browser"


def _named(user_agent: str, names: tuple[tuple[str, str], ...]) -> str | None:
    return next((name for sign, name in names if re.search(rf"\b{re.escape(sign)}", user_agent)), None)
