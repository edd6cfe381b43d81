"""Letters of editing: the answer to a contest, and word that the facts have overtaken an opinion."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.messages import Papers
from tracker.alerts.schemas import Owed
from tracker.editing.announce import prefix_of, stale_seqs
from tracker.editing.models import Contest
from tracker.editing.queries import answered
from tracker.strategies.facts import Change, VerdictGiven
from tracker.strategies.queries import Records, records
from tracker.strategies.rules import visible
from tracker.strategies.views.changes import overtaken_by
from tracker.strategies.words import happened_text
from tracker.web.letters import Letter


async def write_answer(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """The answer to a contest, for who asked for it; None when there is none to give."""
    row = await db.get(Contest, int(owed.about.rpartition(":")[2]))
    if row is None or row.answered_at is None:
        return None
    told = answered(row)
    prefix = prefix_of(await records(db), row.strategy)
    return papers.letters.write(
        "editing/contest_answered", contest=told, prefix=prefix, silence=await papers.silence(db), papers=papers
    )


async def write_stale(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """Which opinions of an organisation the facts have overtaken; None when none of them stands any more."""
    held = await records(db)
    standing = _verdicts(held, stale_seqs(owed.about))
    if not standing:
        return None
    return papers.letters.write(
        "editing/verdict_stale",
        organisation=standing[0][1].organisation,
        verdicts=[(fact, _path(held, change), _moved(held, change)) for change, fact in standing],
        happened_text=happened_text,
        silence=await papers.silence(db),
        papers=papers,
    )


def _verdicts(held: Records, seqs: list[int]) -> list[tuple[Change, VerdictGiven]]:
    """The opinions at these places on record as they stand."""
    return [
        (change, change.fact)
        for record in held.strategies
        for change in visible(record.changes, on=date.max, known_at=date.max)
        if change.seq in seqs and isinstance(change.fact, VerdictGiven)
    ]


def _moved(held: Records, change: Change) -> Change | None:
    """What moved last since an opinion was given; None when nothing did after all."""
    record = next(item for item in held.strategies if item.strategy.identity.slug == change.strategy)
    moved = overtaken_by(change, visible(record.changes, on=date.max, known_at=date.max))
    return moved[0] if moved else None


def _path(held: Records, change: Change) -> str:
    """Where the fact that an opinion is about can be read."""
    prefix = prefix_of(held, change.strategy)
    if not change.fact.about:
        return f"{prefix}/changes#change-{change.seq}"
    return f"{prefix}/announcements/{change.fact.about[0].split('/')[0]}#change-{change.seq}"
