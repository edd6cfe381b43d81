"""The bench of benchmarks: every page is there, every round closes, and its rows are whole."""

from pathlib import Path

from tests.bench import benchmarking


async def test_every_figure_is_measured_beside_one_by_hand(tmp_path: Path) -> None:
    rows = await benchmarking.benchmarking(tmp_path, 1, 12)
    assert len({row.bench for row in rows}) == 4
    assert {row.subject for row in rows} >= {f"{name} on sqlite" for name in ("tracker", "openpyxl alone")}
    assert all(row.figure > 0 and row.ratio > 0 for row in rows)
