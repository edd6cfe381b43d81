"""What makes two addresses the same item: one short form for every way in which it is written."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

GOVUK = "gov.uk"
_TAG = re.compile(r"tag:(?:www\.)?gov\.uk,\d{4}:(?=/)")
_PLAIN_PATH = re.compile(r"(?:/[A-Za-z0-9_.~-]+)+")
_FOLLOWS_READERS = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")
"""How parameters begin that only say where a reader came from."""


@lru_cache(maxsize=8192)
def canonical(address: str) -> str:
    """An address without what does not tell items apart; what is no web address is given back as it is, stripped.

    Both of GOV.UK's schemes of ids give the same: tag:www.gov.uk,2005:/a and https://www.gov.uk/a#2024-10-11T11:00:00Z.
    """
    address = _TAG.sub("https://www.gov.uk", address.strip())
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return address
    if parts.scheme not in ("http", "https") or not host:
        return address
    own_port = f":{port}" if port not in (None, 80, 443) else ""
    path = quote(unquote(parts.path), safe="/~!$&'()*+,;=:@-._").rstrip("/")
    kept = sorted(pair for pair in parse_qsl(parts.query) if not pair[0].casefold().startswith(_FOLLOWS_READERS))
    query = f"?{urlencode(kept)}" if kept else ""
    # "/?p=1" and "?p=1" are one address.
    return f"{host.removeprefix('www.')}{own_port}{path or ('/' if query else '')}{query}"


def of_govuk(path: str) -> str:
    """The canonical address of a page of GOV.UK, by its path, wherever it was read."""
    if _PLAIN_PATH.fullmatch(path):
        # Nearly all are like this, and feeds hold thousands of them.
        return f"{GOVUK}{path}"
    return canonical(f"https://www.gov.uk{path}")
