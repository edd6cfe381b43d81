"""The packaged list of authorities, decoded strictly."""

import csv
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from tracker.authorities.schemas import Authority, LocalOffer
from tracker.errors import Invalid

DATA = Path(__file__).parent / "data"


@cache
def authorities() -> tuple[Authority, ...]:
    """The authorities of England in order of name."""
    return read_authorities(DATA)


def read_authorities(folder: Path) -> tuple[Authority, ...]:
    """The authorities of a folder; raises Invalid when a local offer belongs to none of them."""
    offers = _offers(folder / "local_offers.toml")
    with (folder / "authorities.csv").open(encoding="utf-8", newline="") as file:
        found = [_authority(row, offers) for row in csv.DictReader(file)]
    unknown = set(offers) - {authority.key for authority in found}
    if unknown:
        raise Invalid(f"local_offers.toml names councils that do not exist: {', '.join(sorted(unknown))}")
    return tuple(sorted(found, key=lambda authority: authority.name))


def by_key(found: Iterable[Authority], key: str) -> Authority:
    """The authority with this key; raises Invalid saying what to do."""
    for authority in found:
        if authority.key == key:
            return authority
    raise Invalid(f"There is no council “{key[:60]}” in our list of English councils with children’s services.")


def _authority(row: dict[str, str], offers: dict[str, LocalOffer]) -> Authority:
    # GOV.UK gives no name in addresses to the councils made by the latest reorganisations.
    key = row["gov_uk_slug"] or re.sub(r"[^a-z0-9]+", "-", row["name"].casefold()).strip("-")
    return Authority(
        dfe_number=row["dfe_la_number"],
        key=key,
        gss_code=row["gss_code"],
        name=row["name"],
        official_name=row["official_name"],
        kind=row["type"],
        region=row["region"],
        local_offer=offers.get(key),
    )


def _offers(path: Path) -> dict[str, LocalOffer]:
    try:
        given = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), dict[str, list[LocalOffer]])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise Invalid(f"{path.name}: {error}") from error
    return {offer.council: offer for offers in given.values() for offer in offers}
