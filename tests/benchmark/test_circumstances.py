"""What of an authority decides which questions it is asked."""

import pytest

from tracker.authorities.files import authorities, by_key
from tracker.benchmark.circumstances import circumstances_of, kinship_zones
from tracker.benchmark.schemas import Circumstances


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        pytest.param("bolton", Circumstances(kinship_zone=True), id="a Kinship Zone"),
        pytest.param("kent", Circumstances(two_tier=True), id="a county, where housing is with districts"),
        pytest.param("slough", Circumstances(delivered_by_other=True), id="a company delivers"),
        pytest.param("city-of-london", Circumstances(very_small=True), id="very small"),
        pytest.param("leeds", Circumstances(), id="none of them"),
    ],
)
def test_circumstances_are_what_the_sources_say(key: str, wanted: Circumstances) -> None:
    assert circumstances_of(by_key(authorities(), key)) == wanted


def test_every_kinship_zone_on_record_is_an_authority_and_each_of_the_21_counties_has_districts() -> None:
    assert kinship_zones() == {
        "Bexley",
        "Bolton",
        "Medway",
        "Newcastle upon Tyne",
        "North East Lincolnshire",
        "Thurrock",
        "Wiltshire",
    }
    found = [circumstances_of(authority) for authority in authorities()]
    assert sum(item.kinship_zone for item in found) == 7
    assert sum(item.two_tier for item in found) == 21
