"""E-mail addresses that people type: which of them are one, and what is wrong with the others. Pure."""

import re
import unicodedata

from tracker.errors import Invalid

LONGEST_EMAIL = 254
"""What fits into the path of an SMTP command (RFC 5321 §4.5.3.1.3, erratum 1690)."""
LONGEST_LOCAL = 64
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
    if not _LOCAL.fullmatch(local) or ascii_domain is None or not is_public_name(ascii_domain):
        raise Invalid(EXAMPLE)
    if len(local) > LONGEST_LOCAL or len(local) + 1 + len(ascii_domain) > LONGEST_EMAIL:
        raise Invalid("This email address is longer than any can be: check that it holds only one")
    return f"{local}@{ascii_domain}"


def is_public_name(host: str) -> bool:
    """Whether this is a name in the public tree: at least two labels, and the last is none of a private network."""
    labels = host.split(".")
    named = len(labels) > 1 and len(host) <= 253 and all(_LABEL.fullmatch(label) for label in labels)
    return bool(named and _TOP.fullmatch(labels[-1]) and not host.endswith(PRIVATE_NAMES))


def _ascii(domain: str) -> str | None:
    """A domain as name servers know it, None when it cannot be one, or would be another than the one that was typed."""
    if domain.isascii():
        return domain
    typed = unicodedata.normalize("NFC", domain)
    try:
        known = typed.encode("idna")
        # What is mapped to other letters, like ß to ss, may be somebody else's domain.
        return known.decode("ascii").lower() if known.decode("idna") == typed else None
    except UnicodeError:
        return None
