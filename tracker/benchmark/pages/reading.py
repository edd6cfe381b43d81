"""What the pages of a round read first: whose it is, what is asked, how every answer stands, and what changed."""

from typing import Any

import msgspec
from litestar import Response
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark import flags, queries
from tracker.benchmark.actions import NOT_BEGUN
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.flags import FlagView
from tracker.benchmark.freezing import NationalState
from tracker.benchmark.national import national_states, record_of
from tracker.benchmark.pages.access import Asking, Member
from tracker.benchmark.questions import asked, lines, questions, round_of
from tracker.benchmark.rules import NOTHING, Standing
from tracker.benchmark.schemas import AssessmentView, Criterion, Round
from tracker.errors import Conflict, NotFound
from tracker.web.dynamic import render
from tracker.web.forms import Form

LABELS = {
    "level": "Level",
    "sentence": "In one sentence",
    "because": "Why it does not apply",
    "now": "What we do now",
    "covers": "Families that this covers",
    "asked_families": "Carers and children were asked",
    "asked_when": "When they were asked",
    "gap": "What is missing",
    "notes": "Working notes",
    "why": "Why",
    "name": "Name",
    "position": "Position",
}
"""What the fields of our forms are called when what was typed is shown again."""
LINES = {line.key: line for line in lines()}
TITLES = {item.key: item.title for item in questions().versions.values()}
"""What each question is called, the newest version's words where they differ."""


class AtRound(msgspec.Struct, frozen=True, kw_only=True):
    """A round of the authority that somebody takes part in, with everything that its pages need."""

    member: Member
    round: Round
    assessment: AssessmentView
    asked: tuple[Criterion, ...]
    standings: dict[str, Standing]
    flags: tuple[FlagView, ...]
    """What is not cleared, about this round's answers."""

    @property
    def home(self) -> str:
        return home_of(self.member)

    @property
    def path(self) -> str:
        return f"{self.home}/rounds/{self.round.key}"

    @property
    def may_answer(self) -> bool:
        """Whether who asks can change answers now."""
        return self.member.may_answer and self.assessment.is_open

    def at(self, criterion: Criterion) -> Standing:
        """How one answer stands."""
        return self.standings.get(criterion.key, NOTHING)

    def criterion(self, key: str) -> Criterion:
        """A question that this authority is asked in this round; raises NotFound."""
        found = next((item for item in self.asked if item.key == key), None)
        if found is None:
            raise NotFound("This question is not asked in this round. Go back to the list of questions.")
        return found

    def flags_of(self, criterion: Criterion) -> tuple[FlagView, ...]:
        """What changed since one answer was given."""
        about = flags.of_answer(self.assessment, criterion.key)
        return tuple(flag for flag in self.flags if flag.about == about)


def home_of(member: Member) -> str:
    """Where an authority's benchmark begins."""
    return f"/benchmark/{member.authority.key}"


def asked_of(member: Member, edition: str) -> tuple[Criterion, ...]:
    """What an edition asks this authority."""
    return asked(edition, circumstances_of(member.authority))


async def at_round(db: AsyncSession, member: Member, key: str) -> AtRound:
    """A round that has been begun; raises NotFound."""
    round = round_of(key)
    assessment = await queries.assessment_of(db, member.authority.key, round.key)
    if assessment is None:
        raise NotFound(f"{NOT_BEGUN} Go back to the benchmark of {member.authority.name} and begin it there.")
    mine = flags.of_answer(assessment, "")
    return AtRound(
        member=member,
        round=round,
        assessment=assessment,
        asked=asked_of(member, assessment.edition),
        standings=await queries.answers_of(db, assessment),
        flags=tuple(flag for flag in await flags.open_flags(db, member.authority.key) if flag.about.startswith(mine)),
    )


async def read_round(request: Asking, member: Member, key: str) -> AtRound:
    """The same, in a transaction of its own."""
    async with request.app.state.database.reading() as db:
        return await at_round(db, member, key)


def national_of(request: Asking, criteria: tuple[Criterion, ...]) -> NationalState:
    """The public record at this moment, as it bears on these questions."""
    public = record_of(request.app.state.keeper.snapshot.context)
    return NationalState(
        by_criterion=national_states(public, criteria),
        on=request.app.state.keeper.snapshot.today,
        seq=public.head.seq if public else 0,
    )


def refused(request: Asking, member: Member, error: Conflict, form: Form, *, back: str) -> Response[Any]:
    """A page that says why a form was not taken, with everything that was typed into it."""
    typed = [(LABELS.get(name, _proof(name)), value) for name, value in form.items if value.strip()]
    return render(
        request,
        "benchmark/refused.html",
        status=409,
        member=member,
        said=str(error),
        typed=[(label, value) for label, value in typed if label],
        back=back,
    )


def _proof(name: str) -> str:
    """What a field of evidence is called; "" for what nobody typed."""
    start, _, part = name.partition("-")
    return f"Evidence: {part.partition('-')[2]}" if start == "proof" and part else ""
