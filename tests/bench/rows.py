"""What a bench gives: rows that can be compared from day to day, since each carries its ratio to something."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

import msgspec


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A figure of a subject, and how many times that of what it is held against."""

    bench: str
    subject: str
    figure: float
    unit: str
    against: str
    ratio: float


def versus(bench: str, unit: str, rounds: Mapping[str, Sequence[float]]) -> list[Row]:
    """The first subject against every other and the other way round: the median of the ratios of each round."""
    first = next(iter(rounds))
    rows = []
    for other, ratios in _ratios(rounds).items():
        ratio = median(ratios)
        for subject, against, value in ((first, other, ratio), (other, first, 1 / ratio)):
            figure = median(rounds[subject])
            rows.append(Row(bench=bench, subject=subject, figure=figure, unit=unit, against=against, ratio=value))
    return rows


def spread(rounds: Mapping[str, Sequence[float]]) -> str:
    """The least and the greatest ratio of the first subject to each other, so that a noisy machine shows."""
    return ", ".join(f"{min(each):.3g} to {max(each):.3g} × {other}" for other, each in _ratios(rounds).items())


def middle(rounds: Mapping[str, Sequence[float]]) -> str:
    """The median ratio of the first subject to each other."""
    return ", ".join(f"{median(each):.3g} × {other}" for other, each in _ratios(rounds).items())


def _ratios(rounds: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    first, *others = rounds
    return {other: [a / b for a, b in zip(rounds[first], rounds[other], strict=True)] for other in others}


def keep(rows: Sequence[Row], path: Path) -> None:
    """Write rows in the place of older ones of the same bench; those of other benches stay."""
    kept = msgspec.json.decode(path.read_bytes(), type=list[Row]) if path.exists() else []
    measured = {row.bench for row in rows}
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = [*(row for row in kept if row.bench not in measured), *rows]
    path.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=1) + b"\n")


def table(rows: Iterable[Row]) -> str:
    """Rows as lines to read."""
    lines = []
    for row in rows:
        figure = f"{row.figure:,.0f}" if row.figure >= 100 else f"{row.figure:.3g}"
        lines.append(f"  {row.subject:<28} {figure:>8} {row.unit:<12} {row.ratio:>8.3g} × {row.against}")
    return "\n".join(lines)
