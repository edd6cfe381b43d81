"""What runs by the clock for the benchmark."""

from tracker.benchmark import joining, members
from tracker.clock import Clock
from tracker.db import Database


async def answer_access(database: Database, clock: Clock) -> str:
    """Let in, or announce to the leads, whoever has proved an address since the last time."""
    async with database.writing() as db:
        found = await joining.answer_proved(db, now=clock())
    return f"{found} request{'s' * (found != 1)} for access"


async def tell_of_roles(database: Database, clock: Clock) -> str:
    """Owe word of roles of authorities that were given or taken since the last time."""
    async with database.writing() as db:
        told = await members.tell_of_roles(db, now=clock())
    return f"{told} role{'s' * (told != 1)} of authorities"


async def forget_access(database: Database, clock: Clock) -> str:
    """Delete, once a day, requests for access whose time is over."""
    async with database.writing() as db:
        forgotten = await joining.forget_requests(db, now=clock())
    return f"{forgotten} request{'s' * (forgotten != 1)} for access forgotten"
