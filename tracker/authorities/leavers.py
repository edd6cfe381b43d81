"""How many children left care to a special guardian or under a child arrangements order, as DfE publishes it.

They do not measure how good a service is: a high share can mean many families found early, or few children in care.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import msgspec

from tracker.authorities.files import DATA, authorities, sources
from tracker.authorities.schemas import Authority, Source
from tracker.errors import Invalid

FILE = "leavers.csv"
ORDERS = {"SGO": "Special guardianship order", "CAO/residence order": "Child arrangements order"}
"""The two reasons, as DfE's file names them and as we do."""
OWN, REGION, ENGLAND, NEIGHBOURS = "Local authority", "Regional", "National", "Statistical neighbours (median)"
NOT_GIVEN = "<NA>"
WORDS = {"c": "Suppressed (c)", "z": "Not applicable (z)", "k": "Under 0.5 (k)", NOT_GIVEN: "Not published"}
"""What DfE writes in the place of a number."""
DIGITS = re.compile(r"\d+")


class Cell(msgspec.Struct, frozen=True):
    """A published figure: a number, or why there is none."""

    value: int | None
    word: str = ""

    @property
    def text(self) -> str:
        return self.word if self.value is None else f"{self.value:,}"

    @property
    def percent(self) -> str:
        return self.word if self.value is None else f"{self.value}%"


UNPUBLISHED = Cell(None, WORDS[NOT_GIVEN])


class Year(msgspec.Struct, frozen=True, kw_only=True):
    """One year of one order."""

    ends: int
    """The year that ended on 31 March."""
    number: Cell
    percent: Cell
    """Of all children who left care that year, rounded by DfE."""
    leavers: Cell
    """All children who left care that year."""
    neighbours: Cell
    """The median percentage of the statistical neighbours."""
    region: Cell
    england: Cell


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One reason for leaving care, over the years, and what can be said of them."""

    key: str
    title: str
    years: tuple[Year, ...]
    trend: str


class Leavers(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one authority."""

    authority: str
    orders: tuple[Order, ...]
    source: Source


Rows = Mapping[tuple[str, str, str, int], Mapping[str, Cell]]
"""Cells by level, area (the number of an authority, else a name), reason and year."""


def leavers_of(authority: Authority) -> Leavers | None:
    """The published figures of an authority; None for one that is invented, which has none."""
    if authority.invented:
        return None
    rows = _packaged()
    years = sorted({year for _, _, _, year in rows})
    return Leavers(
        authority=authority.name,
        orders=tuple(_order(rows, authority, reason, years) for reason in ORDERS),
        source=sources()["leavers"],
    )


def _order(rows: Rows, authority: Authority, reason: str, years: Iterable[int]) -> Order:
    found = tuple(_year(rows, authority, reason, year) for year in years)
    key = "sgo" if reason == "SGO" else "cao"
    return Order(key=key, title=ORDERS[reason], years=found, trend=trend_text(found))


def _year(rows: Rows, authority: Authority, reason: str, year: int) -> Year:
    own = rows.get((OWN, authority.dfe_number, reason, year), {})
    near = rows.get((NEIGHBOURS, authority.dfe_number, reason, year), {})
    return Year(
        ends=year,
        number=own.get("number", UNPUBLISHED),
        percent=own.get("percent", UNPUBLISHED),
        leavers=own.get("leavers", UNPUBLISHED),
        neighbours=near.get("percent", UNPUBLISHED),
        region=rows.get((REGION, authority.region, reason, year), {}).get("percent", UNPUBLISHED),
        england=rows.get((ENGLAND, ENGLAND, reason, year), {}).get("percent", UNPUBLISHED),
    )


def trend_text(years: tuple[Year, ...]) -> str:
    """From the first to the last year with a percentage, in words that judge nothing."""
    shown = [(year.ends, year.percent.value) for year in years if year.percent.value is not None]
    if len(shown) < 2:
        return "There are too few published figures to show a trend."
    (first, then), (last, now) = shown[0], shown[-1]
    newest = years[-1]
    missing = "" if newest.ends == last else f" For {newest.ends} there is no figure: {newest.percent.word.lower()}."
    if now == then:
        return f"{now}% in {last}, the same as in {first}.{missing}"
    return f"{now}% in {last}, {'up' if now > then else 'down'} from {then}% in {first}.{missing}"


@cache
def _packaged() -> Rows:
    return read_leavers(DATA / FILE, {authority.dfe_number for authority in authorities()})


def read_leavers(path: Path, known: Iterable[str]) -> Rows:
    """The figures of a file as DfE gives them; raises Invalid for an area or a word that is not known."""
    numbers = set(known)
    found: dict[tuple[str, str, str, int], Mapping[str, Cell]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            level, number = row["geographic_level"], row["dfe_la_number"]
            if level in (OWN, NEIGHBOURS) and number not in numbers:
                raise Invalid(f"{path.name} has figures for an authority “{number}”, which is not in the list")
            area = number if level in (OWN, NEIGHBOURS) else row["area"]
            found[level, area, row["reason"], int(row["year_ending_march"])] = {
                "number": _cell(row["number_raw"]),
                "percent": _cell(row["percentage_raw"]),
                "leavers": _cell(row["total_ceased_raw"]),
            }
    return found


def _cell(text: str) -> Cell:
    if DIGITS.fullmatch(text):
        return Cell(int(text))
    if text in WORDS:
        return Cell(None, WORDS[text])
    raise Invalid(f"A figure is “{text[:20]}”: DfE’s words for one that is not shown are {', '.join(WORDS)}")
