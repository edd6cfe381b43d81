"""Plain text and moments out of what others publish: no markup, no control characters, aware UTC in whole seconds."""

import html
import re
from datetime import UTC, datetime

LONGEST_TITLE = 400
LONGEST_SUMMARY = 2_000

_SILENT = re.compile(r"<(script|style|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL | re.IGNORECASE)
"""Elements whose content is nothing to read."""
_INLINE = re.compile(
    r"</?(?:a|abbr|b|bdi|bdo|cite|code|del|em|i|ins|mark|q|s|small|span|strong|sub|sup|u|wbr)\b[^<>]*>", re.I
)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.IGNORECASE)
_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\ufffe\uffff]"
)
"""Control characters, what turns the direction of reading around, and what cannot be seen."""


def plain(text: str, *, marked_up: bool = False, most: int = LONGEST_SUMMARY) -> str:
    """One line of text without markup and without characters that act instead of being read.

    `marked_up` says that it is HTML, where &amp; means &; tags are taken out either way.
    """
    if "<" in text:
        text = _without_tags(text)
    if marked_up and "&" in text:
        text = html.unescape(text)
        if "<" in text:
            # Feeds often mark up twice.
            text = _without_tags(text)
    if not text.isascii() or not text.isprintable():
        text = _UNSAFE.sub("", text)
    # Splitting at any white space makes one line of it, without non-breaking spaces.
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _without_tags(text: str) -> str:
    return _TAG.sub(" ", _INLINE.sub("", _SILENT.sub(" ", text)))


def moment(text: object) -> datetime | None:
    """A moment as ISO 8601 has it, in UTC and whole seconds; None when it is none. Without a zone it is UTC."""
    if not isinstance(text, str) or len(text) < 10:
        return None
    try:
        return whole(datetime.fromisoformat(text.strip()))
    except ValueError:
        return None


def whole(when: datetime) -> datetime | None:
    """A moment in UTC and whole seconds; None when no calendar reaches it."""
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return None
