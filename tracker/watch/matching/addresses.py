"""A web address as one name for one page, however it was written."""

from urllib.parse import parse_qsl, urlencode, urlsplit

_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid")


def canonical(url: str) -> str:
    """Host and path in one form: no scheme, www., fragment, trailing slash or tracking parameters."""
    try:
        parts = urlsplit(url.strip().replace("tag:www.gov.uk,2005:/", "https://www.gov.uk/", 1))
    except ValueError:
        return ""
    query = urlencode([pair for pair in parse_qsl(parts.query) if not pair[0].startswith(_TRACKING)])
    host = (parts.netloc.rpartition("@")[2]).lower().removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}" + (f"?{query}" if query else "")
