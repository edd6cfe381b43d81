"""tracker send: send what is due from here, or say what would be sent."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import click
import msgspec
from sqlalchemy import func
from sqlalchemy import select as columns_of
from sqlmodel import col

from tracker import worker
from tracker.alerts.actions import STILL_OWED
from tracker.alerts.models import Delivery
from tracker.alerts.sender import Sender
from tracker.clock import utc_now
from tracker.console import progress, read_settings, run
from tracker.db import Database
from tracker.migrate import require_current
from tracker.strategies.words import moment_text

SHOW_SECONDS = 0.2


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What is due of one kind of message."""

    channel: str
    message: str
    count: int
    since: datetime

    def __str__(self) -> str:
        return f"{self.count:>8,} {self.channel:<8} {self.message:<16} the oldest due {moment_text(self.since)}"


@click.command("send")
@click.option("--dry-run", is_flag=True, help="Say what is due, and send nothing.")
def send_command(dry_run: bool) -> None:
    """Send what is due now, beside the workers if they run; nothing goes out twice."""
    settings = read_settings()

    async def work(database: Database) -> None:
        await require_current(database)
        due = await what_is_due(database, now=utc_now())
        for line in due:
            click.echo(str(line))
        if dry_run or not due:
            click.echo("Nothing was sent" if due else "Nothing is due")
            return
        sender = worker.make_sender(settings, database)
        try:
            sent = await _shown(sender, total=sum(line.count for line in due))
        finally:
            await sender.close()
        left = sum(line.count for line in await what_is_due(database, now=utc_now()))
        click.echo(f"{sent:,} sent" + (f", {left:,} still due" if left else ""))

    run(settings, work)


async def what_is_due(database: Database, *, now: datetime) -> Sequence[Due]:
    """How much is due of each kind, the most first."""
    asked = (
        columns_of(col(Delivery.channel), col(Delivery.message), func.count(), func.min(col(Delivery.due_at)))
        .where(*STILL_OWED, col(Delivery.due_at) <= now)
        .group_by(col(Delivery.channel), col(Delivery.message))
        .order_by(func.count().desc(), col(Delivery.channel), col(Delivery.message))
    )
    async with database.reading() as db:
        rows = (await (await db.connection()).execute(asked)).all()
    return [Due(channel=row[0], message=row[1], count=row[2], since=row[3] or now) for row in rows]


async def _shown(sender: Sender, *, total: int) -> int:
    """Send what is due, with a bar where somebody watches; returns how many were sent."""
    sending = asyncio.create_task(sender.drain())
    with progress("Sending", total) as step:
        shown = 0
        while not sending.done():
            await asyncio.wait([sending], timeout=SHOW_SECONDS)
            step(sender.sent - shown)
            shown = sender.sent
    return await sending
