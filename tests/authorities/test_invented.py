"""The authority of the demonstration: somebody can have a part in it, and nobody else meets it."""

import httpx

from tracker.accounts.people import read_of
from tracker.accounts.policies import Role
from tracker.authorities.files import authorities
from tracker.authorities.invented import EXAMPLESHIRE, authority_of
from tracker.benchmark.circumstances import circumstances_of


def test_the_invented_authority_is_in_no_list_and_like_no_other() -> None:
    assert len(authorities()) == 153
    assert not any(item.key == EXAMPLESHIRE.key or item.dfe_number == EXAMPLESHIRE.dfe_number for item in authorities())
    assert "(invented)" in EXAMPLESHIRE.name
    assert "(invented)" in EXAMPLESHIRE.region
    assert not any(EXAMPLESHIRE.key == near.key for item in authorities() for near in item.neighbours)


def test_a_role_can_be_held_for_it() -> None:
    assert read_of(Role.CONTRIBUTOR, EXAMPLESHIRE.key) == EXAMPLESHIRE.key
    assert authority_of(EXAMPLESHIRE.key) is EXAMPLESHIRE
    assert circumstances_of(EXAMPLESHIRE).two_tier


async def test_no_public_page_or_file_shows_it(reader: httpx.AsyncClient) -> None:
    for path in ("/authorities", "/authorities.csv", "/api/v1/authorities", "/who-benefits?england=yes"):
        assert "xampleshire" not in (await reader.get(path)).text
    assert (await reader.get(f"/authorities/{EXAMPLESHIRE.key}")).status_code == 404
