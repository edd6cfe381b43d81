"""What GOV.UK's kinds share: one item is one path of www.gov.uk, wherever and however it is read."""

import re
from urllib.parse import urlsplit

from tracker.watch import identity
from tracker.watch.kinds.common import origin

BASE = "https://www.gov.uk"
CONTENT = "/api/content"
PER_SECOND = 10.0
"""Its published limit for the Content API."""

_TAG = re.compile(r"tag:(?:www\.)?gov\.uk,\d{4}:(?=/)")
_PLAIN = re.compile(r"(?:https://www\.gov\.uk|tag:www\.gov\.uk,2005:)((?:/[A-Za-z0-9_.~-]+)+)")
_CANNOT_BE_PATHS = re.compile(r"[\x00-\x20\x7f<>\"\\]")


def path_of_link(link: str, base: str) -> str | None:
    """The path of a page of GOV.UK by its link, full or not, or by either scheme of ids; None for other sites."""
    if usual := _PLAIN.fullmatch(link):
        return usual[1]
    link = _TAG.sub("", link.strip())
    if _CANNOT_BE_PATHS.search(link):
        return None
    if not link.startswith("/"):
        try:
            parts = urlsplit(link)
        except ValueError:
            return None
        if origin(link) != origin(base) and (parts.hostname or "").removeprefix("www.") != identity.GOVUK:
            return None
        # A base with a path of its own begins every link to its pages.
        path = parts.path.removeprefix(urlsplit(base).path.rstrip("/"))
        link = path + (f"?{parts.query}" if parts.query else "")
    return link.partition("#")[0] if link.startswith("/") and not link.startswith("//") else None


def address(path: str) -> str:
    """Where people read a page of GOV.UK."""
    return f"{BASE}{path}"


def content_address(path: str, base: str) -> str:
    """Where the Content API says what a page of GOV.UK says, with the notes of its changes."""
    return f"{base}{CONTENT}{path.partition('?')[0]}"
