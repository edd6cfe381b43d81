"""Files of sources: decoded strictly, refused with file, key and reason."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from tests.processes import tracker
from tracker import paths
from tracker.errors import Invalid, Misconfigured
from tracker.strategies.files import Folder
from tracker.watch import identity
from tracker.watch.kinds import KINDS
from tracker.watch.schemas import Spec
from tracker.watch.sources import read_sources

FINDER = """
kind = "finder"
title = "Guidance from the DfE"
publisher = "Department for Education"
every = "30m"
finder = "/search/guidance-and-regulation"
[facets]
keywords = "kinship"
"organisations[]" = ["department-for-education", "ofsted"]
"""


def read(folder: Path, text: str, name: str = "example") -> tuple[Spec, ...]:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return read_sources(folder)


def refusal(folder: Path, text: str, name: str = "example") -> str:
    with pytest.raises(Invalid) as refused:
        read(folder, text, name)
    return str(refused.value)


def test_every_packaged_file_can_be_read() -> None:
    specs = read_sources(paths.FEEDS)
    assert {spec.kind for spec in specs} <= set(KINDS)
    assert len({spec.key for spec in specs}) == len(specs)


def test_a_finder_is_asked_with_its_facets_and_read_by_people_without_atom(tmp_path: Path) -> None:
    (spec,) = read(tmp_path, FINDER)
    facets = "keywords=kinship&organisations%5B%5D=department-for-education&organisations%5B%5D=ofsted"
    assert spec.url == f"https://www.gov.uk/search/guidance-and-regulation.atom?{facets}"
    assert spec.link == f"https://www.gov.uk/search/guidance-and-regulation?{facets}"
    assert (spec.key, spec.host, spec.every) == ("example", "https://www.gov.uk", timedelta(minutes=30))


def test_a_file_may_name_another_base_for_everything_it_asks(tmp_path: Path) -> None:
    text = (
        'kind = "content"\ntitle = "T"\npublisher = "P"\nevery = "1s"\nbase = "http://127.0.0.1:81/"\npages = ["/a/b"]'
    )
    (spec,) = read(tmp_path, text)
    assert (spec.key, spec.url, spec.link) == (
        "example#/a/b",
        "http://127.0.0.1:81/api/content/a/b",
        "http://127.0.0.1:81/a/b",
    )
    assert (spec.base, spec.host, spec.every) == ("http://127.0.0.1:81", "http://127.0.0.1:81", timedelta(seconds=1))


def test_what_a_file_says_makes_its_digest(tmp_path: Path) -> None:
    (first,), (same,) = read(tmp_path, FINDER), read(tmp_path, FINDER)
    (other,) = read(tmp_path, FINDER.replace("kinship", "carer"))
    assert first.digest == same.digest != other.digest


def test_an_empty_folder_watches_nothing(tmp_path: Path) -> None:
    assert read_sources(tmp_path) == ()


def test_a_folder_that_is_missing_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"TRACKER_FEEDS_DIR names .*missing, which is no folder"):
        read_sources(tmp_path / "missing")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("title =", "titel =", "example.toml: nothing is known of `titel`"),
        ('title = "Guidance from the DfE"\n', "", "example.toml: it lacks `title`"),
        ('"Guidance from the DfE"', "7", "example.toml: Expected `str`, got `int` - at `title`"),
        ('"Guidance from the DfE"', '" "', "example.toml: title and publisher may not be empty: readers see them"),
        ('"finder"', '"scraper"', "example.toml: kind is “scraper”: it must be one of finder, organisation, search"),
        ('kind = "finder"', "", "example.toml: it lacks `kind`"),
        ("30m", "14m", "example.toml: every is “14m”: ask others every 15m at the most"),
        ("30m", "often", "example.toml: every is “often”: write a number with m, h or d, like 30m, 6h or 1d"),
        ("/search/guidance-and-regulation", "search/x", "example.toml: finder is “search/x”: write a path that begins"),
        ("/search/guidance-and-regulation", "/search/all", "example.toml: finder is /search/all, which GOV.UK's"),
        ("/search/guidance-and-regulation", "/search/all?a=b", "example.toml: finder is “/search/all?a=b”: write what"),
        ("keywords =", "page =", "example.toml: facets gives “page”, which the tracker sets by itself"),
        ("[facets]", "per_second = 0\n[facets]", "example.toml: per_second is 0.0: it must be above 0"),
        ("[facets]", 'base = "ftp://x"\n[facets]', "example.toml: base is “ftp://x”: write a web address, like"),
        ("[facets]", 'base = "https://a:b@c.uk"\n[facets]', "example.toml: base holds a user name or password"),
        ("[facets]", "[facets", "example.toml: Expected ']' at the end of a table declaration"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_its_name_the_key_and_the_reason(
    tmp_path: Path, old: str, new: str, reason: str
) -> None:
    assert old in FINDER
    assert refusal(tmp_path, FINDER.replace(old, new)).startswith(reason)


def test_a_name_that_could_not_be_shown_in_an_address_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, FINDER, "My Feed").startswith("My Feed.toml: the name of a source has small letters")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match=r"example\.toml: it is not text in UTF-8"):
        read_sources(tmp_path)


def test_a_page_named_twice_is_refused(tmp_path: Path) -> None:
    text = 'kind = "content"\ntitle = "T"\npublisher = "P"\npages = ["/a/b", "/a/b/"]'
    assert refusal(tmp_path, text) == "example.toml: pages names /a/b twice"


@pytest.mark.parametrize("within", ["div.main", "main, aside", "", "#", "a b"])
def test_a_part_of_a_page_is_named_by_an_element_or_an_id(tmp_path: Path, within: str) -> None:
    text = (
        'kind = "page"\ntitle = "T"\npublisher = "P"\nwithout = ["{}"]\n[[pages]]\nurl = "https://a.uk/"\ntitle = "A"'
    )
    assert "within and without take names of elements and #ids" in refusal(tmp_path, text.format(within))


def test_what_the_readme_shows_of_each_kind_can_be_read(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n(.*?)```", (paths.FEEDS / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    for number, example in enumerate(examples):
        (tmp_path / f"example-{number}.toml").write_text(example, encoding="utf-8")
    assert {spec.kind for spec in read_sources(tmp_path)} == set(KINDS)


def test_check_names_the_file_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "example.toml").write_text(FINDER.replace("30m", "30"), encoding="utf-8")
    done = tracker("check", feeds_dir=tmp_path)
    assert done.returncode == 2
    assert "example.toml: every is “30”: write a number with m, h or d" in done.stderr


def test_every_cited_page_of_govuk_is_watched_and_robots_are_obeyed(kinship: Folder) -> None:
    specs = read_sources(paths.FEEDS)
    cited = {
        identity.canonical(evidence.url)
        for evidence in kinship.strategy.evidence.values()
        if evidence.url and evidence.url.startswith("https://www.gov.uk/")
    }
    assert len(cited) > 5
    assert cited <= {identity.canonical(spec.link) for spec in specs if spec.kind == "content"}
    assert not any("/search/all" in spec.url for spec in specs)


def test_nothing_but_https_is_asked_and_no_text_of_charities_is_kept() -> None:
    specs = read_sources(paths.FEEDS)
    official = (".gov.uk", ".parliament.uk")
    assert {spec.url.partition(":")[0] for spec in specs} == {"https"}
    assert all(spec.keep == "hash" for spec in specs if not spec.host.endswith((*official, "//lawcom.gov.uk")))
