"""Small things that the whole benchmark shares."""

from tracker.authorities.invented import authority_of


def name_of(key: str) -> str:
    """The name of an authority, its key where it is none any more."""
    found = authority_of(key)
    return found.name if found else key
