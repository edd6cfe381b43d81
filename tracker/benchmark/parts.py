"""Small things that the whole benchmark shares."""

from tracker.authorities.files import authorities
from tracker.authorities.schemas import Authority


def authority_of(key: str) -> Authority | None:
    """The authority with a key; None where there is none."""
    return next((authority for authority in authorities() if authority.key == key), None)


def name_of(key: str) -> str:
    """The name of an authority, its key where it is none any more."""
    found = authority_of(key)
    return found.name if found else key
