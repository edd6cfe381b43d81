"""The packaged list of authorities and where they publish their local offers."""

import shutil
from datetime import date
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


def test_every_neighbour_is_an_authority_and_each_has_ten_of_them() -> None:
    keys = {authority.key for authority in authorities()}
    for authority in authorities():
        assert [neighbour.rank for neighbour in authority.neighbours] == list(range(1, 11))
        assert {neighbour.key for neighbour in authority.neighbours} <= keys - {authority.key}


def test_codes_that_changed_with_a_boundary_are_both_known() -> None:
    changed = {item.name: (item.gss_code, item.gss_code_previous) for item in authorities() if item.gss_code_previous}
    assert changed == {"Barnsley": ("E08000038", "E08000016"), "Sheffield": ("E08000039", "E08000019")}


def test_only_a_deliverer_of_several_councils_has_a_domain_that_several_share() -> None:
    of: dict[str, set[str]] = {}
    for authority in authorities():
        for known in authority.mail_domains:
            of.setdefault(known.domain, set()).add(authority.key)
    shared = {domain: keys for domain, keys in of.items() if len(keys) > 1}
    three = {"kingston-upon-thames", "richmond-upon-thames", "windsor-and-maidenhead"}
    assert shared == {"achievingforchildren.org.uk": three}


def test_a_domain_outside_gov_uk_is_only_known_for_a_deliverer_and_never_inferred() -> None:
    for authority in authorities():
        for known in authority.mail_domains:
            labels = known.domain.split(".")
            if labels[-2:] == ["gov", "uk"]:
                assert len(labels) == 3
            else:
                assert known.seen_in == "mail address"
                assert authority.delivered_by


def test_who_delivers_is_said_where_a_source_says_it() -> None:
    said = {authority.key: authority.delivered_by.name for authority in authorities() if authority.delivered_by}
    assert said == {
        "kingston-upon-thames": "Achieving for Children",
        "richmond-upon-thames": "Achieving for Children",
        "slough": "Slough Children First",
        "windsor-and-maidenhead": "Achieving for Children",
    }


def test_an_authority_that_ends_names_what_takes_its_place(copied: Path) -> None:
    path = copied / "authorities.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    ended = [f"{line[:-2]},2031-03-31,301 302" if line.startswith("936,") else line for line in lines]
    path.write_text("\n".join(ended), encoding="utf-8")
    surrey = by_key(read_authorities(copied), "surrey")
    assert (surrey.until, surrey.successors) == (date(2031, 3, 31), ("barking-and-dagenham", "barnet"))
    path.write_text("\n".join(ended).replace("301 302", "301 998"), encoding="utf-8")
    with pytest.raises(Invalid, match="998"):
        read_authorities(copied)


def test_no_authority_is_said_to_end_while_no_source_that_was_read_says_so() -> None:
    assert [authority.key for authority in authorities() if authority.until or authority.successors] == []


@pytest.mark.parametrize("file", ["mail_domains.csv", "deliverers.toml"])
def test_a_fact_without_a_source_is_refused(copied: Path, file: str) -> None:
    changed = (copied / file).read_text(encoding="utf-8").replace("slough-children-first", "hearsay")
    (copied / file).write_text(changed, encoding="utf-8")
    with pytest.raises(Invalid, match=f"{file} names the source “hearsay”"):
        read_authorities(copied)


@pytest.mark.parametrize("file", ["mail_domains.csv", "neighbours.csv"])
def test_a_fact_about_no_council_is_refused_by_number(copied: Path, file: str) -> None:
    changed = (copied / file).read_text(encoding="utf-8").replace("871", "999")
    (copied / file).write_text(changed, encoding="utf-8")
    with pytest.raises(Invalid, match="999"):
        read_authorities(copied)
