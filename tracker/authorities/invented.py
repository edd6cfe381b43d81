"""An authority that does not exist, for the demonstration: a real one has only the levels that it gave itself.

It is in no list, file or comparison. Only who was given a role for it finds it, and only the demonstration gives one.
"""

from tracker.authorities.files import authorities
from tracker.authorities.schemas import Authority

EXAMPLESHIRE = Authority(
    dfe_number="000",
    key="exampleshire",
    gss_code="",
    name="Exampleshire (invented)",
    official_name="Exampleshire County Council (invented)",
    kind="county",
    region="Nowhere (invented)",
    invented=True,
)


def everywhere() -> tuple[Authority, ...]:
    """The authorities of England, and after them the one that is invented: where a role may be held."""
    return (*authorities(), EXAMPLESHIRE)


def authority_of(key: str) -> Authority | None:
    """The authority with a key, invented or not; None where there is none."""
    return next((authority for authority in everywhere() if authority.key == key), None)
