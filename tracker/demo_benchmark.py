"""The worked example of the demonstration: two invented authorities, their benchmarks and a plan.

What they answer is in demo_benchmark.toml. Names of people and authorities say that they are invented.
"""

import tomllib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import people
from tracker.accounts.policies import Role
from tracker.authorities.invented import EXAMPLESHIRE, SAMPLEBURY
from tracker.authorities.schemas import Authority
from tracker.benchmark import actions, flags, signing
from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.freezing import NationalState
from tracker.benchmark.national import national_states, record_of
from tracker.benchmark.planning import actions as plans
from tracker.benchmark.planning.schemas import Planned, Priority, Progress
from tracker.benchmark.questions import asked, newest_edition, round_on, rounds
from tracker.benchmark.schemas import Arrangement, Criterion, Details, Level, Proof, Round
from tracker.clock import london_day
from tracker.strategies.public import PublicRecord
from tracker.strategies.queries import records

DATA = Path(__file__).with_suffix(".toml")
STAFF = (
    ("lead", "Lena Lead (invented)", ((EXAMPLESHIRE, Role.AUTHORITY_LEAD), (SAMPLEBURY, Role.AUTHORITY_LEAD))),
    ("contributor", "Carl Contributor (invented)", ((EXAMPLESHIRE, Role.CONTRIBUTOR), (SAMPLEBURY, Role.CONTRIBUTOR))),
    ("second", "Cora Contributor (invented)", ((EXAMPLESHIRE, Role.CONTRIBUTOR), (SAMPLEBURY, Role.CONTRIBUTOR))),
    ("approver", "Anna Approver (invented)", ((EXAMPLESHIRE, Role.APPROVER), (SAMPLEBURY, Role.APPROVER))),
    ("reader", "Rita Reader (invented)", ((EXAMPLESHIRE, Role.READER),)),
)
SIGNED_AS = "Anna Approver (invented), assistant director"
NOON = time(12)
JOINED = timedelta(days=300)
"""How long ago they joined: nobody has to be told of it."""


class Worked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is answered to one question, in the round before and in this one."""

    key: str
    level: Level
    said: str
    before: Level | None = None
    said_before: str = ""
    now: str = ""
    covers: tuple[Arrangement, ...] = ()
    asked: str = ""
    proof: str = ""
    gap: str = ""
    because: str = ""

    def details(self) -> Details:
        """All that is said beside level and sentence."""
        return Details(
            now=self.now,
            covers=self.covers,
            asked_families=bool(self.asked) or None,
            asked_when=self.asked,
            proofs=(Proof(title=self.proof),) if self.proof else (),
            gap=self.gap,
            because=self.because,
        )


class WorkedAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One action of the plan, in days from today."""

    criterion: str
    title: str
    made: int
    due: int
    status: Progress
    measure: str
    who: str = ""
    priority: Priority = Priority.MEDIUM
    target: Level | None = None
    resources: str = ""
    update: str = ""
    said: int = 0


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file."""

    answer: tuple[Worked, ...]
    action: tuple[WorkedAction, ...]


class Stage(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, and where."""

    ids: dict[str, int]
    authority: Authority
    round: Round
    edition: str
    criteria: tuple[Criterion, ...]

    async def begin(self, db: AsyncSession, *, now: datetime) -> int:
        """Begin the round; returns the assessment's id."""
        begun = await actions.begin(
            db,
            self.authority.key,
            self.round.key,
            edition=self.edition,
            asked=self.criteria,
            by=self.ids["lead"],
            now=now,
        )
        return begun.id

    async def answer(
        self, db: AsyncSession, item: Worked, *, by: str, first_pass: bool, now: datetime, after: int = 0
    ) -> int:
        """Save one answer after a saving that was seen; what the lead saves is agreed. Returns the saving's number."""
        given = actions.Given(
            criterion=next(one for one in self.criteria if one.key == item.key),
            level=item.before if first_pass else item.level,
            sentence=item.said_before if first_pass else item.said,
            details=Details(because=item.because) if first_pass else item.details(),
            after=after,
        )
        saved = await actions.save(
            db,
            self.authority.key,
            self.round.key,
            given,
            by=self.ids[by],
            agrees=by == "lead",
            now=now,
        )
        return saved.number

    async def sign(self, db: AsyncSession, *, now: datetime) -> None:
        """The lead asks the approver, who signs."""
        key, approver = self.authority.key, self.ids["approver"]
        asked = await signing.ask(
            db, key, self.round.key, approver_id=approver, asked=self.criteria, by=self.ids["lead"], now=now
        )
        signature = signing.Signature(
            person_id=approver,
            name=SIGNED_AS,
            asked_at=signing.asking_of(asked),
            authority_name=self.authority.name,
            round_title=self.round.title,
        )
        national = await _national(db, self.criteria, on=london_day(now))
        await signing.sign(db, key, self.round.key, signature, asked=self.criteria, national=national, now=now)


async def invent_benchmarks(db: AsyncSession, *, domain: str, now: datetime) -> None:
    """Exampleshire: a signed first pass, then a full benchmark, signed, and a plan. Samplebury: one under way.

    What the record says so far is old news to them; what is published from now on raises flags.
    """
    await flags.raise_flags(db, now=now, today=london_day(now))
    ids = await _staff(db, domain=domain, now=now - JOINED)
    example = msgspec.convert(tomllib.loads(DATA.read_text(encoding="utf-8")), Example)
    this, before = _two_rounds(london_day(now))
    full = _stage(ids, EXAMPLESHIRE, this, now=now)
    await _first_pass(db, _stage(ids, EXAMPLESHIRE, before, now=now), example.answer, now=now)
    assessment = await _full(db, full, example.answer, now=now)
    await _plan(db, full, example.action, assessment=assessment, now=now)
    await _under_way(db, _stage(ids, SAMPLEBURY, this, now=now), example.answer, now=now)


def _two_rounds(today: date) -> tuple[Round, Round]:
    """The round of this day, and the one before it, or the next where the files begin with this one."""
    this, every = round_on(today), rounds()
    place = every.index(this)
    return (this, every[place - 1]) if place else (every[1], this)


def _stage(ids: dict[str, int], authority: Authority, round: Round, *, now: datetime) -> Stage:
    edition = newest_edition(london_day(now)).key
    criteria = asked(edition, circumstances_of(authority))
    return Stage(ids=ids, authority=authority, round=round, edition=edition, criteria=criteria)


async def _staff(db: AsyncSession, *, domain: str, now: datetime) -> dict[str, int]:
    ids: dict[str, int] = {}
    for local, name, held in STAFF:
        person = await people.add_person(db, f"{local}@{domain}", name=name, by=None, now=now)
        ids[local] = person.id or 0
        for authority, role in held:
            await people.give(db, ids[local], role, authority.key, by=None, now=now)
    return ids


async def _first_pass(db: AsyncSession, stage: Stage, answers: Sequence[Worked], *, now: datetime) -> None:
    """A level and a sentence for each line, near the end of its round and signed in it."""
    end = min(datetime.combine(stage.round.closes, NOON, tzinfo=UTC), now - timedelta(days=21))
    at = end - timedelta(days=20)
    await stage.begin(db, now=at)
    for item in answers:
        if item.before:
            await stage.answer(db, item, by="lead", first_pass=True, now=at)
    await stage.sign(db, now=end - timedelta(days=12))


async def _full(db: AsyncSession, stage: Stage, answers: Sequence[Worked], *, now: datetime) -> int:
    """Everything: a contributor writes, the lead agrees, the approver signs."""
    assessment = await stage.begin(db, now=now - timedelta(days=20))
    for item in answers:
        seen = await stage.answer(db, item, by="contributor", first_pass=False, now=now - timedelta(days=16))
        await stage.answer(db, item, by="lead", first_pass=False, after=seen, now=now - timedelta(days=9))
    await stage.sign(db, now=now - timedelta(days=5))
    return assessment


async def _plan(
    db: AsyncSession, stage: Stage, planned: Sequence[WorkedAction], *, assessment: int, now: datetime
) -> None:
    """The actions, each with what was last said of it."""
    versions = {item.key: item.version for item in stage.criteria}
    today, lead = london_day(now), stage.ids["lead"]
    for item in planned:
        wanted = Planned(
            criterion=item.criterion,
            version=versions[item.criterion],
            title=item.title,
            owner_id=stage.ids[item.who] if item.who else None,
            due_on=today + timedelta(days=item.due),
            priority=item.priority,
            target=item.target,
            measure=item.measure,
            resources=item.resources,
            assessment_id=assessment,
        )
        made = now - timedelta(days=item.made)
        (row,) = await plans.add(db, stage.authority.key, [wanted], by=lead, now=made)
        if item.update:
            by, at = row.owner_id or lead, now - timedelta(days=item.said)
            await plans.report(
                db, stage.authority.key, str(row.id), status=item.status, text=item.update, by=by, now=at
            )


async def _under_way(db: AsyncSession, stage: Stage, answers: Sequence[Worked], *, now: datetime) -> None:
    """Half of a first pass by two colleagues who differ on one line, and a lead who has not looked yet."""
    await stage.begin(db, now=now - timedelta(days=6))
    of_lines = [item for item in answers if item.before]
    for item in of_lines[:14]:
        await stage.answer(db, item, by="contributor", first_pass=True, now=now - timedelta(days=4))
    await stage.answer(db, of_lines[1], by="second", first_pass=False, now=now - timedelta(days=2))


async def _national(db: AsyncSession, criteria: Sequence[Criterion], *, on: date) -> NationalState:
    """Where the record stood on a day."""
    found = await records(db)
    public = {
        item.strategy.identity.slug: PublicRecord(item, head=found.head, prefix="", today=on)
        for item in found.strategies
    }
    return NationalState(by_criterion=national_states(record_of(public), criteria), on=on, seq=found.head.seq)
