"""The application over a database of its own for one test, its mailbox, and somebody who subscribes."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.alerts.mailbox import Mailbox
from tests.browsers import Browser
from tests.conftest import FixedClock
from tracker.db import Database
from tracker.web.front import Front


@pytest.fixture
def mailbox(database: Database, clock: FixedClock) -> Mailbox:
    return Mailbox(database, clock)


@pytest_asyncio.fixture
async def browser(front: Front) -> AsyncIterator[Browser]:
    """Somebody without an account."""
    made = Browser(front)
    yield made
    await made.client.aclose()


@pytest_asyncio.fixture(scope="session")
async def stranger(site: Front) -> AsyncIterator[Browser]:
    """Somebody whose forms are all refused, and whose links are all wrong: nothing of what they do is stored."""
    made = Browser(site)
    yield made
    await made.client.aclose()
