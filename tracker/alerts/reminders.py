"""Reminders of dates ahead, 30 and 7 days before: publications without a change. Nothing here commits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.actions import owe, present
from tracker.alerts.rules import coming_up_topic
from tracker.clock import london_day
from tracker.strategies.dates import days_between
from tracker.strategies.models import Publication, PublicationTopic
from tracker.strategies.publications import Address, Published
from tracker.strategies.queries import Record, records
from tracker.strategies.rules import state
from tracker.strategies.schemas import MilestoneView
from tracker.strategies.structure import Strategy
from tracker.strategies.views.overview import ahead
from tracker.strategies.words import day_text

AHEAD = (7, 30)
"""Days before; whoever hears of a date late hears how many days are left, and of the nearer one only."""


async def remind(db: AsyncSession, *, now: datetime) -> int:
    """Publish and owe every reminder that is due and was not given; missed days are made up. Returns how many."""
    held = await records(db)
    today = london_day(now)
    given = 0
    for place, record in enumerate(held.strategies):
        slug = record.strategy.identity.slug
        prefix = "" if place == 0 else f"/strategies/{slug}"
        told = await _told(db, slug)
        for days, due, milestones in due_soon(record, today=today):
            new = [item for item in milestones if (days, due, item.ref) not in told]
            if new:
                await _publish(db, reminder(record.strategy, new, days=days, prefix=prefix, now=now), slug, now=now)
                given += 1
    return given


def due_soon(record: Record, *, today: date) -> Iterator[tuple[int, date, list[MilestoneView]]]:
    """Open milestones whose last day is near, those of one day together."""
    open_ones = ahead(state(record.strategy, record.changes, on=today, known_at=today))
    dated = sorted((item for item in open_ones if item.due), key=_due)
    for due, same_day in groupby(dated, key=_due):
        left = days_between(today, due)
        days = next((days for days in AHEAD if 0 <= left <= days), None)
        if days is not None:
            yield days, due, list(same_day)


def _due(milestone: MilestoneView) -> date:
    return milestone.due or date.max


async def _told(db: AsyncSession, slug: str) -> set[tuple[int, date, str]]:
    """Which reminders were given: how many days before, of which day, of what."""
    keys = await db.exec(select(Publication.key).where(col(Publication.key).startswith(f"coming-up:{slug}:")))
    found: set[tuple[int, date, str]] = set()
    for key in keys.all():
        _, _, days, due, refs = key.split(":")
        found.update((int(days), date.fromisoformat(due), ref) for ref in refs.split("+"))
    return found


def reminder(
    strategy: Strategy, milestones: Sequence[MilestoneView], *, days: int, prefix: str, now: datetime
) -> Publication:
    """What is said of milestones of one day; the row is not stored yet."""
    due = _due(milestones[0])
    left = days_between(london_day(now), due)
    when = "today" if not left else "tomorrow" if left == 1 else f"in {left} days"
    more = f" and {len(milestones) - 1} more" if len(milestones) > 1 else ""
    headline = f"Due {when}: {milestones[0].title}{more}"
    sentences = tuple(_sentence(item, due) for item in milestones)
    content = Published(
        headline=headline,
        sentences=sentences,
        addresses=tuple(_addresses(strategy, milestones, prefix=prefix)),
        happened_on=due.isoformat(),
        kinds=("coming-up",),
    )
    name = strategy.identity.short_name or strategy.identity.tracker_name
    return Publication(
        key=f"coming-up:{strategy.identity.slug}:{days}:{due}:{'+'.join(item.ref for item in milestones)}",
        strategy=strategy.identity.slug,
        published_at=now,
        subject=f"{name}: {headline}",
        text="\n\n".join([headline, *sentences, "Nothing has happened yet: this is a reminder of a date promised."]),
        content=msgspec.json.encode(content, order="sorted").decode(),
    )


def _sentence(milestone: MilestoneView, due: date) -> str:
    printed = next((stated.as_printed for stated in milestone.dates if stated.governs), day_text(due))
    return f"{milestone.title}: promised for “{printed}”, so by {day_text(due)}."


def _addresses(strategy: Strategy, milestones: Iterable[MilestoneView], *, prefix: str) -> Iterator[Address]:
    numbers = {int(item.ref.split("/")[0]) for item in milestones}
    for announcement in strategy.announcements:
        if announcement.number in numbers:
            path = f"{prefix}/announcements/{announcement.number}"
            yield Address(f"{announcement.number}. {announcement.title}", path)


async def _publish(db: AsyncSession, row: Publication, slug: str, *, now: datetime) -> None:
    db.add(row)
    await db.flush()
    db.add(PublicationTopic(publication_id=present(row.id), topic=coming_up_topic(slug)))
    await db.flush()
    await owe(db, row, now=now)
