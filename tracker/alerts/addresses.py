"""Addresses of endpoints that people type: which of them are one, and what is wrong with the others. Pure."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from tracker.errors import Invalid
from tracker.outbound import Refused, require_address
from tracker.web.addresses import is_public_name

LONGEST_URL = 500
EXAMPLE = "Enter the whole address of your endpoint, like https://example.com/hooks/kinship"
_NEVER = re.compile(r"[\s\\\x00-\x1f\x7f]")
"""What no address holds, and what programs disagree about."""


def read_webhook(text: str, *, loopback: bool) -> str:
    """The address of an endpoint as it is kept; raises Invalid saying what to do.

    Names are judged again by where they lead to, each time something is sent there.
    """
    parts = _split(text.strip())
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None:
        raise Invalid("Take the user name and password out of the address: each call is signed, so check the signature")
    if parts.fragment:
        raise Invalid("Take the part from # on out of the address: it is never sent to a server")
    if loopback and _is_loopback(host):
        return _joined(parts, host)
    if parts.scheme != "https":
        raise Invalid("Enter an address that begins with https://, so that nobody can read or change what is sent")
    if not _is_public(host):
        raise Invalid(
            f"Enter an address that can be reached from the internet: “{host[:100]}” is in a private network, "
            "and nothing is sent into those"
        )
    return _joined(parts, host)


def _split(address: str) -> SplitResult:
    if not address:
        raise Invalid(EXAMPLE)
    if len(address) > LONGEST_URL or not address.isascii() or _NEVER.search(address):
        raise Invalid(f"Enter an address of up to {LONGEST_URL} plain characters, without spaces")
    try:
        parts = urlsplit(address)
        usable = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError as error:
        raise Invalid(EXAMPLE) from error
    if not usable:
        raise Invalid(EXAMPLE)
    return parts


def _joined(parts: SplitResult, host: str) -> str:
    """One spelling for each endpoint, so that it is not told twice."""
    named = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port and parts.port != {"https": 443, "http": 80}[parts.scheme] else ""
    return urlunsplit((parts.scheme, f"{named}{port}", parts.path or "/", parts.query, ""))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_public(host: str) -> bool:
    try:
        require_address(host)
    except Refused:
        return False
    except ValueError:
        return is_public_name(host)
    return True
