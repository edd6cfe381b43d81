"""What operators see: figures for their monitoring, and how delivery and the jobs stand, for admins."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any, get_args

import msgspec
from litestar import HttpMethod, Request, Response, route
from litestar.datastructures import State
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.policies import Role, borne, held
from tracker.alerts.figures import Figures, figures, without_addresses
from tracker.editing.models import Draft
from tracker.editing.queue.reading import waits
from tracker.jobs import JOBS, Job, JobRun
from tracker.watch.exports import HealthWord
from tracker.watch.freshness import source_views, trouble_views
from tracker.web.dynamic import render
from tracker.web.snapshot import Keeper

READ = [HttpMethod.GET, HttpMethod.HEAD]
Asking = Request[Any, Any, State]
Sample = tuple[str, dict[str, str], float]
"""A name, labels and a value."""


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it stands."""

    name: str
    when: str
    last_slot: datetime | None
    finished_at: datetime | None
    running_since: datetime | None
    error: str | None


class Drafts(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that are not public yet."""

    written: int
    """Being written, or given back to their authors."""
    held: int
    """Their hold has not ended, or has just ended."""
    first_publish_at: datetime | None


@route("/metrics", http_method=READ, include_in_schema=False, opt={"policy": borne("metrics_token", Role.ADMIN)})
async def show_metrics(request: Asking) -> Response[str]:
    """What an operator's monitoring reads, in the Prometheus text format."""
    now = request.app.state.clock()
    samples = list(_of_pages(request.app.state.keeper))
    async with request.app.state.database.reading() as db:
        samples += _of_delivery(await figures(db, now=now), now=now)
        samples += _of_jobs(await jobs(db, now=now))
        samples += _of_drafts(await drafts(db), now=now)
        samples += await _of_watching(db, now=now)
    return Response(prometheus(samples), media_type="text/plain; version=0.0.4", headers={"cache-control": "no-store"})


@route("/operator/deliveries", http_method=READ, include_in_schema=False, opt={"policy": held(Role.ADMIN)})
async def show_deliveries(request: Asking) -> Response[Any]:
    """How delivery and the jobs stand, for people."""
    now = request.app.state.clock()
    async with request.app.state.database.reading() as db:
        stand = await figures(db, now=now)
        runs = await jobs(db, now=now)
        waiting = await drafts(db)
    return render(
        request, "site/deliveries.html", figures=stand, jobs=runs, drafts=waiting, now=now, for_how_long=for_how_long
    )


async def jobs(db: AsyncSession, *, now: datetime, known: Sequence[Job] = JOBS) -> list[JobView]:
    """Every job of this version, in the order of the table, whether or not it has run."""
    rows = {row.job: row for row in (await db.exec(select(JobRun))).all()}
    return [_view(job, rows.get(job.name) or JobRun(job=job.name), now=now) for job in known]


def _view(job: Job, row: JobRun, *, now: datetime) -> JobView:
    leased = row.leased_until is not None and row.leased_until > now
    return JobView(
        name=job.name,
        when=f"every {for_how_long(job.every)}" if job.every else _daily(job.at),
        last_slot=row.last_slot,
        finished_at=row.finished_at,
        # After an error the lease only keeps the job from being tried again at once.
        running_since=row.started_at if leased and not row.last_error else None,
        error=without_addresses(row.last_error) if row.last_error else None,
    )


def _daily(at: clock_time | None) -> str:
    """A time of day in words."""
    return f"at {at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}, London time" if at else ""


async def drafts(db: AsyncSession) -> Drafts:
    """How many entries wait for their authors, and how many for the end of their hold."""
    every, on_hold, first = func.count(), func.count(col(Draft.publish_at)), func.min(col(Draft.publish_at))
    whole, held_now, first_at = (await db.exec(select(every, on_hold, first).select_from(Draft))).one()
    return Drafts(written=whole - held_now, held=held_now, first_publish_at=first_at)


def for_how_long(span: timedelta) -> str:
    """A length of time as people say it, in its largest unit."""
    seconds = max(0, int(span.total_seconds()))
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length or seconds == length:
            return f"{seconds // length} {unit}{'s' * (seconds // length != 1)}"
    return f"{seconds} second{'s' * (seconds != 1)}"


def _of_pages(keeper: Keeper) -> Iterator[Sample]:
    snapshot = keeper.snapshot
    head = next(iter(snapshot.context.values())).head
    yield "tracker_head_seq", {}, head.seq
    yield "tracker_snapshot_age_seconds", {}, round(time.time() - snapshot.built_at.timestamp(), 1)
    yield "tracker_record_readable", {}, int(keeper.last_error is None)
    yield "tracker_documents", {}, len(snapshot.documents)
    yield "tracker_documents_failed", {}, len(snapshot.ready.failed)
    yield "tracker_kept_bytes", {}, snapshot.kept.bytes


def _of_delivery(stand: Figures, *, now: datetime) -> Iterator[Sample]:
    for queue in stand.queues:
        channel = {"channel": queue.channel}
        age = (now - queue.oldest_due_at).total_seconds() if queue.oldest_due_at else 0
        yield "tracker_deliveries_waiting", channel, queue.waiting
        yield "tracker_deliveries_due", channel, queue.due
        yield "tracker_deliveries_oldest_due_seconds", channel, round(age, 1)
        yield "tracker_deliveries_held", channel, queue.held
        yield "tracker_deliveries_sent_last_hour", channel, queue.sent_last_hour
        yield "tracker_deliveries_sent_last_day", channel, queue.sent_last_day
    for item in stand.failed:
        yield "tracker_deliveries_failed_last_day", {"channel": item.channel, "kind": item.kind}, item.count
    for item in stand.retried:
        yield "tracker_deliveries_retried", {"channel": item.channel, "kind": item.kind}, item.count
    yield "tracker_endpoints_failing", {}, stand.failing_endpoints
    yield "tracker_endpoints_parked", {}, stand.parked_endpoints
    yield "tracker_endpoints_gone", {}, stand.gone_endpoints
    yield "tracker_addresses_unreachable", {}, stand.bounced_addresses


def _of_jobs(runs: Sequence[JobView]) -> Iterator[Sample]:
    for run in runs:
        job = {"job": run.name}
        if run.last_slot:
            yield "tracker_job_last_slot_timestamp_seconds", job, run.last_slot.timestamp()
        # Only the kind of error: a label that changes with every message is a new series each time.
        error = run.error.partition(":")[0] if run.error else ""
        yield "tracker_job_failed", {**job, "error": error}, int(run.error is not None)


def _of_drafts(waiting: Drafts, *, now: datetime) -> Iterator[Sample]:
    yield "tracker_drafts_written", {}, waiting.written
    yield "tracker_drafts_held", {}, waiting.held
    late = (now - waiting.first_publish_at).total_seconds() if waiting.first_publish_at else 0
    yield "tracker_drafts_overdue_seconds", {}, round(max(0.0, late), 1)


async def _of_watching(db: AsyncSession, *, now: datetime) -> list[Sample]:
    """Sources by their health, gaps that nobody has looked through, and what waits for an editor."""
    health = Counter(source.health for source in await source_views(db))
    pages, oldest = await waits(db, now=now)
    return [
        *(("tracker_sources", {"health": name.replace(" ", "-")}, health[name]) for name in get_args(HealthWord)),
        ("tracker_source_gaps", {}, len(await trouble_views(db, open_gaps=True))),
        ("tracker_queue_pages", {}, pages),
        ("tracker_queue_oldest_seconds", {}, round((now - oldest).total_seconds(), 1) if oldest else 0),
    ]


def prometheus(samples: Sequence[Sample]) -> str:
    """Gauges in the Prometheus text format, samples of one name together."""
    lines = []
    for name in dict.fromkeys(sample[0] for sample in samples):
        lines.append(f"# TYPE {name} gauge")
        lines += [f"{name}{_labels(labels)} {value:.15g}" for of, labels, value in samples if of == name]
    return "\n".join([*lines, ""])


def _labels(labels: dict[str, str]) -> str:
    said = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{said}}}" if said else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
