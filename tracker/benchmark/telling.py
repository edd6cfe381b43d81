"""Mails about a round: asked to sign, given back, signed; and about what changed since its answers were given."""

from collections.abc import Mapping

from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts.mail import About
from tracker.authorities.invented import authority_of
from tracker.benchmark import flags, letters, queries
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.leaving import ERASED_LETTER
from tracker.benchmark.messages import Papers, Write, write
from tracker.benchmark.models import Assessment, BenchmarkLetter
from tracker.benchmark.planning.counts import plan_counts
from tracker.benchmark.questions import asked, round_of
from tracker.benchmark.resting import moved, sentence
from tracker.benchmark.signing import ASKED, GIVEN_BACK, SIGNED_LETTER
from tracker.clock import london_day
from tracker.strategies.words import day_text
from tracker.web.letters import Letter

CHANGED = "benchmark-changed"


async def write_asked(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To the approver: somebody asks for their signature; None when it was given or taken back meanwhile."""
    letter, round = await _round(db, owed)
    if letter is None or round is None or round.signed_at or round.approver_id != letter.person_id:
        return None
    names = await queries.names_of(db, [round.asked_by])
    by = "" if round.asked_by == letter.person_id else names[round.asked_by]
    return await write(db, letter, papers, "asked", by=by, round=round_of(round.round))


async def write_given_back(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To who asked for a signature: it was given back; None when it has been asked for again. The reason stays here."""
    letter, round = await _round(db, owed)
    if letter is None or round is None or round.asked_at or round.signed_at:
        return None
    return await write(db, letter, papers, "given_back", round=round_of(round.round))


async def write_signed(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To the leads: it is signed, with its reference."""
    letter, round = await _round(db, owed)
    if letter is None or round is None or round.signed_at is None:
        return None
    return await write(db, letter, papers, "signed", round=round_of(round.round), signed=queries.view(round))


async def _round(db: AsyncSession, owed: About) -> tuple[BenchmarkLetter | None, Assessment | None]:
    """The letter of a delivery, and the round that it is about."""
    letter = await letters.of(db, owed.about)
    return letter, await db.get(Assessment, letters.content_of(letter)["assessment"]) if letter else None


async def write_changed(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To a lead: what changed since answers were given, and how many rest on it; None when all of it was cleared."""
    letter = await letters.of(db, owed.about)
    authority = authority_of(letter.authority) if letter else None
    if letter is None or authority is None:
        return None
    told = letters.content_of(letter)
    new = await flags.open_flags(db, letter.authority, first=told["first"], last=told["last"])
    if not new:
        return None
    newest = next(iter(await queries.assessments_of(db, letter.authority)), None)
    answers = await queries.answers_of(db, newest) if newest else {}
    plan = await plan_counts(db, letter.authority, today=london_day(letter.asked_at))
    groups = moved(
        new,
        answers=sum(at.answer is not None for at in answers.values()),
        actions=plan.open,
        criteria=asked(newest.edition, circumstances_of(authority)) if newest else (),
        about=await flags.subjects(db),
    )
    return await write(db, letter, papers, "changed", groups=groups, sentence=sentence)


async def write_erased(db: AsyncSession, owed: About, papers: Papers) -> Letter | None:
    """To everybody who took part: a lead has erased everything."""
    letter = await letters.of(db, owed.about)
    if letter is None:
        return None
    by = letters.content_of(letter)["by"]
    names = await queries.names_of(db, [by])
    return await write(db, letter, papers, "erased", by=names[by], day=day_text(london_day(letter.asked_at)))


WRITERS: Mapping[str, Write] = {
    ASKED: write_asked,
    GIVEN_BACK: write_given_back,
    SIGNED_LETTER: write_signed,
    CHANGED: write_changed,
    ERASED_LETTER: write_erased,
}
