"""The packaged list of authorities and where they publish their local offers."""

import shutil
from pathlib import Path

import pytest

from tracker.authorities.files import DATA, authorities, by_key, read_authorities
from tracker.errors import Invalid


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def offer(council: str, url: str = "https://example.org/offer") -> str:
    return f'[[offer]]\ncouncil = "{council}"\ntitle = "Offer"\nurl = "{url}"\n'


def test_every_english_authority_with_childrens_services_is_listed_once() -> None:
    assert len(authorities()) == 153
    assert len({authority.key for authority in authorities()}) == 153


def test_every_local_offer_is_on_a_secure_page_of_a_council() -> None:
    offers = [authority.local_offer for authority in authorities() if authority.local_offer]
    assert offers
    assert [found.url for found in offers if ".gov.uk/" not in found.url or not found.url.startswith("https://")] == []


def test_a_local_offer_without_the_day_of_its_copy_is_read(copied: Path) -> None:
    (copied / "local_offers.toml").write_text(offer("bolton"), encoding="utf-8")
    found = by_key(read_authorities(copied), "bolton").local_offer
    assert found is not None
    assert found.seen_on is None


def test_a_local_offer_of_no_council_is_refused_by_name(copied: Path) -> None:
    (copied / "local_offers.toml").write_text(offer("atlantis"), encoding="utf-8")
    with pytest.raises(Invalid, match="atlantis"):
        read_authorities(copied)


def test_an_unknown_council_is_refused_saying_what_was_typed() -> None:
    with pytest.raises(Invalid, match="There is no council “atlantis”"):
        by_key(authorities(), "atlantis")
