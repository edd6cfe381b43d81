"""The app with a picture of its own of what is public, for tests that publish."""

import pytest_asyncio

from tests.conftest import SETTINGS, FixedClock
from tracker.app import create_app
from tracker.db import Database
from tracker.web.front import Front


@pytest_asyncio.fixture
async def live(database: Database, clock: FixedClock) -> Front:
    made = create_app(SETTINGS, database=database, clock=clock)
    await made.keeper.refresh()
    return made
