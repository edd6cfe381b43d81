"""The bench of watching: everything that is new is found, and its rows are whole."""

from pathlib import Path

from tests.bench import watching


async def test_sources_are_read_and_their_news_found(tmp_path: Path) -> None:
    rows = await watching.sources(tmp_path, 1, 40)
    assert {row.bench for row in rows} >= {watching.ENTRIES_READ}
    assert all(row.figure > 0 for row in rows)


async def test_pages_that_stayed_the_same_raise_no_alarm() -> None:
    (row,) = await watching.pages(50)
    assert row.figure == 0
