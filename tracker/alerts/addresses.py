"""Addresses that people type: which of them are one, and what is wrong with the others. Pure."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

from tracker.errors import Invalid

LONGEST_EMAIL = 254
"""What fits into the path of an SMTP command (RFC 5321 §4.5.3.1.3, erratum 1690)."""
LONGEST_LOCAL = 64
LONGEST_URL = 500
EXAMPLE = "Enter an email address in the correct format, like name@example.com"
# The dot-atom of RFC 5322, without quoted parts: nobody has them, and they are what headers are injected with.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"[a-z][a-z0-9-]*[a-z0-9]")
PRIVATE_NAMES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".intranet", ".corp", ".home")
"""Names that no public name server answers for (RFC 6761, 6762, 8375, and what networks use by themselves)."""


def read_email(text: str) -> str:
    """The address as it is kept, in small letters; raises Invalid saying what to do."""
    address = text.strip().lower()
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        raise Invalid(EXAMPLE)
    if not local.isascii():
        raise Invalid("The part before the @ can have only unaccented letters: use another address")
    ascii_domain = _ascii(domain)
    if not _LOCAL.fullmatch(local) or ascii_domain is None or not _is_public_name(ascii_domain):
        raise Invalid(EXAMPLE)
    if len(local) > LONGEST_LOCAL or len(local) + 1 + len(ascii_domain) > LONGEST_EMAIL:
        raise Invalid("This email address is longer than any can be: check that it holds only one")
    return f"{local}@{ascii_domain}"


def read_webhook(text: str, *, loopback: bool) -> str:
    """The address of an endpoint as it is kept; raises Invalid saying what to do.

    Names are judged again by the addresses that they lead to, each time something is sent there.
    """
    parts = _split(text.strip())
    host = (parts.hostname or "").rstrip(".")
    if parts.username is not None or parts.password is not None:
        raise Invalid(
            "Take the user name and password out of the address. Every call is signed: check the signature instead"
        )
    if parts.fragment:
        raise Invalid("Take the part after # out of the address: it is never sent to a server")
    if loopback and _is_loopback(host):
        return _joined(parts, host)
    if parts.scheme != "https":
        raise Invalid("The address must begin with https://, so that nobody can read or change what is sent")
    if not _is_public(host):
        raise Invalid(
            f"“{host[:100]}” is in a private network, which this server does not reach into. "
            "Give an address that can be reached from the internet"
        )
    return _joined(parts, host)


def _split(address: str) -> SplitResult:
    if not address or len(address) > LONGEST_URL or not address.isascii() or re.search(r"[\s\\\x00-\x1f\x7f]", address):
        raise Invalid(f"Enter an address of up to {LONGEST_URL} plain characters, like https://example.com/hooks/kinship")
    try:
        parts = urlsplit(address)
        usable = bool(parts.scheme in ("http", "https") and parts.hostname and parts.port != 0)
    except ValueError:
        usable = False
    if not usable:
        raise Invalid("Enter the whole address of your endpoint, like https://example.com/hooks/kinship")
    return parts


def _joined(parts: SplitResult, host: str) -> str:
    """One spelling for each endpoint, so that nobody is told twice."""
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
        return _is_public_ip(ipaddress.ip_address(host))
    except ValueError:
        return _is_public_name(host)


def _is_public_ip(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    mapped = getattr(address, "ipv4_mapped", None)
    judged = mapped or address
    return judged.is_global and not judged.is_multicast and not judged.is_reserved


def _is_public_name(host: str) -> bool:
    """Whether this is a name in the public tree: at least two labels, and the last is none of a private network."""
    labels = host.split(".")
    named = len(labels) > 1 and len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return bool(named and _TOP.fullmatch(labels[-1]) and not host.endswith(PRIVATE_NAMES))


def _ascii(domain: str) -> str | None:
    """A domain as name servers know it, None when it cannot be one."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
