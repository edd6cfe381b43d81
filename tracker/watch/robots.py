"""Whether a server wants to be read by programs: its robots.txt, kept for a day."""

from datetime import datetime, timedelta
from functools import lru_cache

import msgspec
from protego import Protego

KEPT = timedelta(hours=24)
PATH = "/robots.txt"
MOST_BYTES = 512_000
"""What Google reads at most (RFC 9309 asks for at least this much)."""
MOST_STARS = 4
"""Wildcards of one rule: matching takes long with many, and somebody else writes them."""
NAME = "KinshipTracker"
"""The name that a robots.txt can speak to."""


class Robots(msgspec.Struct, frozen=True):
    """What a server's robots.txt says; "" where it has none."""

    text: str
    read_at: datetime

    def is_fresh(self, *, now: datetime) -> bool:
        return timedelta(0) <= now - self.read_at < KEPT

    def allows(self, url: str) -> bool:
        return not self.text or bool(_rules(self.text).can_fetch(url, NAME))

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between two questions, where it asks for them."""
        return _rules(self.text).crawl_delay(NAME) if self.text else None


@lru_cache(maxsize=64)
def _rules(text: str) -> Protego:
    return Protego.parse("\n".join(filter(None, map(_tame, text.splitlines()))))


def _tame(line: str) -> str:
    """A rule with too many wildcards, cut so that it forbids rather more and allows rather less."""
    if line.count("*") <= MOST_STARS:
        return line
    kept = "*".join(line.split("*")[: MOST_STARS + 1])
    return kept if line.lstrip().lower().startswith("disallow") else ""


def text_of(status: int, body: bytes) -> str | None:
    """What an answer to the question for robots.txt means; None when nothing may be read until it is answered.

    RFC 9309: a server that has none (4xx) allows everything, one that cannot say (5xx) nothing.
    """
    if 200 <= status < 300:
        # PostgreSQL keeps no text with a NUL in it.
        return body[:MOST_BYTES].decode("utf-8", errors="replace").replace("\x00", "\ufffd")
    return "" if 400 <= status < 500 and status != 429 else None
