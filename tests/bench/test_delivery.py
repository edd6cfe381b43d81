"""The bench of sending: everything that is owed arrives, and its rows are whole."""

from pathlib import Path

from tests.bench import delivery


async def test_so_many_deliveries_are_written(tmp_path: Path) -> None:
    rows = await delivery.written(tmp_path, 1, 50)
    assert {row.subject for row in rows} >= {"50 on sqlite"}
    assert all(row.figure > 0 for row in rows)


async def test_mails_arrive_from_both_sides(tmp_path: Path) -> None:
    tracker, client = await delivery.mails(tmp_path, 1, 50)
    assert (tracker.against, client.against) == (client.subject, tracker.subject)
    assert min(tracker.figure, client.figure) > 0


async def test_webhooks_arrive_from_both_sides(tmp_path: Path) -> None:
    tracker, client = await delivery.hooks(tmp_path, 1, 50)
    assert (tracker.against, client.against) == (client.subject, tracker.subject)
    assert min(tracker.figure, client.figure) > 0
