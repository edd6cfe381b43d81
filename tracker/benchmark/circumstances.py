"""What of an authority decides which questions it is asked."""

from functools import cache

from tracker import paths
from tracker.authorities.schemas import Authority
from tracker.benchmark.national import STRATEGY
from tracker.benchmark.schemas import Circumstances
from tracker.strategies.files import read_folder

KINSHIP_ZONES = "Kinship Zones"


def circumstances_of(authority: Authority) -> Circumstances:
    """The circumstances of an authority, as its own facts and the record's list of places have them."""
    return Circumstances(
        kinship_zone=authority.name in kinship_zones() and not authority.invented,
        two_tier=authority.is_county,
        delivered_by_other=authority.delivered_by is not None,
        very_small=authority.is_very_small,
    )


@cache
def kinship_zones() -> frozenset[str]:
    """The names of the areas that are Kinship Zones, from the packaged strategy."""
    places = read_folder(paths.STRATEGIES / STRATEGY).strategy.places
    return frozenset(place.name for place in places if place.programme == KINSHIP_ZONES)
