"""What a family is told, held against what a careful reader wrote down by hand."""

import tomllib
from datetime import date
from typing import Any

import pytest

from tests.conftest import DATA
from tracker.authorities.files import authorities, by_key
from tracker.strategies.public import PublicRecord
from tracker.strategies.views.benefits import Section, benefits
from tracker.web.front import Front

CASES = tomllib.loads((DATA / "expected_benefits.toml").read_text(encoding="utf-8"))["case"]
TODAY = date(2026, 11, 22)


def named(case: dict[str, Any]) -> str:
    return f"{case['arrangement']} on {case['on']}" + (f" in {case['council']}" if "council" in case else "")


@pytest.fixture
def public(site: Front) -> PublicRecord:
    return next(iter(site.keeper.snapshot.context.values()))


@pytest.mark.parametrize("case", CASES, ids=named)
async def test_a_family_is_told_what_a_careful_reader_says(public: PublicRecord, case: dict[str, Any]) -> None:
    council = by_key(authorities(), case["council"]).name if "council" in case else None
    current = public.at(case["on"], TODAY)
    found = benefits(public.strategy, current, [case["arrangement"]], council=council)
    told = {str(b.number): [b.holds[0].answer, b.holds[0].stands] for b in found if b.holds}
    expected = case["answers"]
    assert (told if council is None else {number: told[number] for number in expected}) == expected


async def test_arrangements_that_are_treated_alike_share_one_sentence(public: PublicRecord) -> None:
    groups = [group.key for group in public.strategy.groups if group.kind == "arrangement"]
    found = {item.number: item for item in benefits(public.strategy, public.now(), groups, council=None)}
    assert len(found[6].holds) == 1
    assert len(found[6].holds[0].groups) == len(groups)
    assert found[1].section is Section.DEPENDS
    assert sum(len(held.groups) for held in found[1].holds) == len(groups)


async def test_every_direct_benefit_says_what_it_turns_on_and_every_other_through_what_families_gain(
    public: PublicRecord,
) -> None:
    for item in benefits(public.strategy, public.now(), ["informal"], council=None):
        assert item.turns_on if item.direct else item.through, item.number
        assert item.wordings


async def test_what_is_promised_and_overdue_is_late_and_not_merely_announced(public: PublicRecord) -> None:
    for day in (date(2024, 1, 15), date(2024, 7, 1), TODAY):
        for group in ("informal", "sgo", "adoption-by-kin"):
            for item in benefits(public.strategy, public.at(day, TODAY), [group], council=None):
                if item.section is Section.ANNOUNCED:
                    assert not item.late, (item.number, day)
                if item.section is Section.LATE:
                    assert item.late, (item.number, day)


async def test_what_holds_is_dated_from_when_it_first_held_with_all_its_evidence(public: PublicRecord) -> None:
    found = {
        item.number: item.holds[0]
        for item in benefits(public.strategy, public.now(), ["sgo"], council=None)
        if item.holds
    }
    assert found[2].since == date(2024, 9, 30)
    assert found[9].since == date(2023, 12, 15)
    assert found[1].since == date(2026, 2, 27)
    earlier = benefits(public.strategy, public.at(date(2025, 1, 1), TODAY), ["sgo"], council=None)
    assert len(found[2].evidence) > len(earlier[1].holds[0].evidence)
