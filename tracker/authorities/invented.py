"""Authorities that do not exist, for the demonstration: a real one has only the levels that it gave itself.

They are in no list, file or comparison. Only who was given a role for one finds it, and only the demonstration does.
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
SAMPLEBURY = Authority(
    dfe_number="001",
    key="samplebury",
    gss_code="",
    name="Samplebury (invented)",
    official_name="Samplebury Council (invented)",
    kind="unitary authority",
    region="Nowhere (invented)",
    invented=True,
)
INVENTED = (EXAMPLESHIRE, SAMPLEBURY)


def everywhere() -> tuple[Authority, ...]:
    """The authorities of England, and after them those that are invented: where a role may be held."""
    return (*authorities(), *INVENTED)


def authority_of(key: str) -> Authority | None:
    """The authority with a key, invented or not; None where there is none."""
    return next((authority for authority in everywhere() if authority.key == key), None)
