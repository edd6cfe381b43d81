"""Where the shapes of the chart of figures stand, reckoned in plain numbers. Pure."""

from collections.abc import Iterable

import msgspec

from tracker.authorities.leavers import Leavers, Order, leavers_of
from tracker.authorities.schemas import Authority

WIDTH, HEIGHT = 288, 168
LEFT, RIGHT, TOP, BOTTOM = 30, 284, 12, 140
STEPS = (5, 10, 20, 30, 40, 50, 60, 80, 100)
"""Where the scale may end, in per cent."""


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """One year: the authority's own bar, and the mark of its neighbours' median."""

    label: str
    x: float
    width: float
    y: float | None
    """The top of the bar; None where the figure is not shown."""
    height: float
    text: str
    median_y: float | None


class Line(msgspec.Struct, frozen=True):
    """A line of the scale."""

    y: float
    label: str


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """All shapes of one chart, and what it says in words."""

    width: int
    height: int
    left: int
    right: int
    bottom: int
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    said: str


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What templates/authorities/figures.html draws: the figures of an area, and a chart beside each order."""

    leavers: Leavers
    charts: tuple[tuple[Order, Chart], ...]


def shown_of(authority: Authority) -> Shown | None:
    """The figures of an authority with their charts; None for one that is invented, which has none."""
    leavers = leavers_of(authority)
    if leavers is None:
        return None
    charts = tuple((order, chart_of(order, name=authority.name)) for order in leavers.orders)
    return Shown(leavers=leavers, charts=charts)


def chart_of(order: Order, *, name: str) -> Chart:
    """The chart of one order: bars for the authority, marks for the median of its statistical neighbours."""
    top = scale_top(value for year in order.years for value in (year.percent.value, year.neighbours.value))
    slot = (RIGHT - LEFT) / max(1, len(order.years))
    bars = tuple(
        Bar(
            label=str(year.ends),
            x=round(LEFT + number * slot + slot * 0.2, 1),
            width=round(slot * 0.6, 1),
            y=place(year.percent.value, top),
            height=round(BOTTOM - (place(year.percent.value, top) or BOTTOM), 1),
            text=f"{year.percent.value}" if year.percent.value is not None else "–",
            median_y=place(year.neighbours.value, top),
        )
        for number, year in enumerate(order.years)
    )
    marks = (0, top) if top % 2 else (0, top // 2, top)
    lines = tuple(Line(place(value, top) or BOTTOM, f"{value}%") for value in marks)
    said = f"{order.title}, share of children who left care in {name}, years ending March. {order.trend}"
    return Chart(width=WIDTH, height=HEIGHT, left=LEFT, right=RIGHT, bottom=BOTTOM, bars=bars, lines=lines, said=said)


def scale_top(values: Iterable[int | None]) -> int:
    """The smallest end of the scale that holds every value."""
    most = max((value for value in values if value is not None), default=0)
    return next(step for step in STEPS if step >= min(most, STEPS[-1]))


def place(value: int | None, top: int) -> float | None:
    """The height at which a percentage stands; None where there is none."""
    return None if value is None else round(BOTTOM - (BOTTOM - TOP) * min(value, top) / top, 1)
