"""What cannot be shown is refused before it is kept."""

import msgspec
import pytest

from tests.conftest import SETTINGS
from tracker.app import require_showable
from tracker.db import Database
from tracker.errors import Invalid
from tracker.strategies.queries import records


async def test_a_record_is_showable_or_refused_whole(database: Database) -> None:
    async with database.reading() as db:
        found = await records(db)
    require_showable(SETTINGS, found)
    record = found.strategies[0]
    outcome = record.strategy.outcomes[0]
    entry = msgspec.structs.replace(outcome.next[0], announcements=(99,))
    outcomes = (msgspec.structs.replace(outcome, next=(entry,)), *record.strategy.outcomes[1:])
    strategy = msgspec.structs.replace(record.strategy, outcomes=outcomes)
    broken = msgspec.structs.replace(found, strategies=(msgspec.structs.replace(record, strategy=strategy),))
    with pytest.raises(Invalid, match="A page cannot be made"):
        require_showable(SETTINGS, broken)
