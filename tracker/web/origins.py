"""Whether a form was sent from our own pages. Public forms set no cookie and need no token: the browser tells."""

from typing import Any
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection

from tracker.errors import Forbidden

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
OWN = ("same-origin", "none")


def require_own_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Raise Forbidden for a form that another website's page sent."""
    if not is_own_origin(connection):
        raise Forbidden("This form was sent from another website. Open its page here, and send it from there.")


def is_own_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether a page of ours sent this, or something that is no browser.

    Browsers say Sec-Fetch-Site wherever the address is https or this machine, and Origin with every form. Our dynamic
    pages ask for the referrer policy same-origin, because under no-referrer a browser says “Origin: null”.
    """
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        return site in OWN
    origin = connection.headers.get("origin")
    if origin is None:
        return True
    try:
        return urlsplit(origin).netloc.lower() == connection.headers.get("host", "").lower() != ""
    except ValueError:
        return False
