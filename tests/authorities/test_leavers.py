"""The published figures of an area, and what is drawn of them."""

from pathlib import Path

import pytest

from tracker.authorities.bars import BOTTOM, TOP, chart_of, scale_top, shown_of
from tracker.authorities.files import authorities, by_key
from tracker.authorities.leavers import Order, leavers_of, read_leavers
from tracker.errors import Invalid

HEAD = (
    "year_ending_march,geographic_level,area,dfe_la_number,gss_code,reason,number_raw,percentage_raw,total_ceased_raw\n"
)


def order(key: str, which: str = "sgo") -> Order:
    leavers = leavers_of(by_key(authorities(), key))
    assert leavers
    return next(item for item in leavers.orders if item.key == which)


def test_figures_are_as_published() -> None:
    found = order("barking-and-dagenham").years
    assert [(year.ends, year.number.text, year.percent.percent, year.leavers.text) for year in found] == [
        (2021, "20", "10%", "198"),
        (2022, "17", "10%", "177"),
        (2023, "26", "11%", "236"),
        (2024, "20", "11%", "186"),
        (2025, "28", "13%", "212"),
    ]
    assert [year.neighbours.percent for year in found] == ["11%", "10%", "8%", "10%", "13%"]
    assert (found[-1].region.percent, found[-1].england.percent) == ("11%", "12%")


def test_what_is_suppressed_or_does_not_apply_is_said_and_never_a_number() -> None:
    assert order("barking-and-dagenham", "cao").years[1].percent.percent == "Suppressed (c)"
    assert [year.percent.percent for year in order("cumberland").years[:3]] == ["Not applicable (z)"] * 3
    assert {year.number.value for year in order("isles-of-scilly").years[1:]} == {None}


@pytest.mark.parametrize(
    ("key", "which", "trend"),
    [
        pytest.param("barking-and-dagenham", "sgo", "13% in 2025, up from 10% in 2021.", id="up"),
        pytest.param("barking-and-dagenham", "cao", "4% in 2025, the same as in 2021.", id="the same"),
        pytest.param(
            "slough",
            "sgo",
            "10% in 2024, down from 11% in 2021. For 2025 there is no figure: suppressed (c).",
            id="down, and the newest is suppressed",
        ),
        pytest.param("cumberland", "sgo", "19% in 2025, up from 14% in 2024.", id="since it exists"),
        pytest.param("isles-of-scilly", "sgo", "There are too few published figures to show a trend.", id="too few"),
    ],
)
def test_the_trend_says_what_is_published_and_judges_nothing(key: str, which: str, trend: str) -> None:
    assert order(key, which).trend == trend


def test_every_authority_has_figures_for_five_years_of_both_orders() -> None:
    for authority in authorities():
        shown = shown_of(authority)
        assert shown
        for item, chart in shown.charts:
            assert [year.ends for year in item.years] == [2021, 2022, 2023, 2024, 2025]
            assert len(chart.bars) == 5
            assert (
                len({line.label for line in chart.lines}) == len({line.y for line in chart.lines}) == len(chart.lines)
            )
            for year, bar in zip(item.years, chart.bars, strict=True):
                assert (bar.y is None) == (year.percent.value is None)
                assert all(TOP <= y <= BOTTOM for y in (bar.y, bar.median_y) if y is not None)


def test_bars_stand_in_proportion_to_what_they_show() -> None:
    item = order("barking-and-dagenham")
    chart = chart_of(item, name="Barking and Dagenham")
    heights = [
        bar.height / year.percent.value for bar, year in zip(chart.bars, item.years, strict=True) if year.percent.value
    ]
    assert max(heights) - min(heights) < 0.02
    assert chart.said.startswith("Special guardianship order, share of children who left care in Barking and Dagenham")


@pytest.mark.parametrize(
    ("values", "top"), [([], 5), ([3], 5), ([None, 6], 10), ([21], 30), ([100], 100), ([130], 100)]
)
def test_the_scale_holds_every_value(values: list[int | None], top: int) -> None:
    assert scale_top(values) == top


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param("2025,Local authority,Atlantis,999,E1,SGO,1,1,1\n", "999", id="an authority that is none"),
        pytest.param("2025,National,National,,,SGO,about 3,1,1\n", "about 3", id="a word of nobody's"),
    ],
)
def test_a_figure_that_cannot_be_read_is_refused(tmp_path: Path, row: str, said: str) -> None:
    path = tmp_path / "leavers.csv"
    path.write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(Invalid, match=said):
        read_leavers(path, {"301"})
