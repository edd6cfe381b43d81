"""The authorities of the demonstration: somebody can have a part in it, and nobody else meets it."""

import httpx
import pytest

from tracker.accounts.people import read_of
from tracker.accounts.policies import Role
from tracker.authorities.files import authorities
from tracker.authorities.invented import EXAMPLESHIRE, INVENTED, authority_of
from tracker.authorities.schemas import Authority
from tracker.benchmark.circumstances import circumstances_of


@pytest.mark.parametrize("made_up", INVENTED, ids=lambda item: item.key)
def test_an_invented_authority_is_in_no_list_and_like_no_other(made_up: Authority) -> None:
    assert len(authorities()) == 153
    assert not any(item.key == made_up.key or item.dfe_number == made_up.dfe_number for item in authorities())
    assert "(invented)" in made_up.name
    assert "(invented)" in made_up.region
    assert not any(made_up.key == near.key for item in authorities() for near in item.neighbours)


def test_a_role_can_be_held_for_it() -> None:
    assert read_of(Role.CONTRIBUTOR, EXAMPLESHIRE.key) == EXAMPLESHIRE.key
    assert authority_of(EXAMPLESHIRE.key) is EXAMPLESHIRE
    assert circumstances_of(EXAMPLESHIRE).two_tier


async def test_no_public_page_or_file_shows_them(reader: httpx.AsyncClient) -> None:
    for path in ("/authorities", "/authorities.csv", "/api/v1/authorities", "/who-benefits?england=yes"):
        page = (await reader.get(path)).text
        assert not any(item.name in page or item.key in page for item in INVENTED)
    for item in INVENTED:
        assert (await reader.get(f"/authorities/{item.key}")).status_code == 404
