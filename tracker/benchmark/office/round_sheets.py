"""A round as tables: about it, its answers, the evidence of each. Pure."""

from datetime import date, datetime

import msgspec

from tracker.benchmark.office.material import Material
from tracker.benchmark.office.plan_sheet import plan_sheet
from tracker.benchmark.office.sheets import Sheet, Value
from tracker.benchmark.planning.about import title_of
from tracker.benchmark.planning.schemas import Priority, Progress, Update
from tracker.benchmark.schemas import Frozen, FrozenAnswer, Level
from tracker.benchmark.words import ARRANGEMENT_WORDS, BASIS_WORDS, LEVEL_WORDS, duty_not_shown
from tracker.strategies.words import moment_text

FORMAT = "kinship-benchmark/1"
NOTES = "Working notes (may have to be disclosed)"
ANSWER_HEADS = (
    "Question", "Line", "Title", "Rests on", "First pass", "Level", "Duty not yet shown to be met", "In one sentence",
    "What we do now", "Families that this covers", "Carers and children were asked", "When they were asked",
    "What is missing", "Why it does not apply", NOTES, "Evidence", "Where it stands nationally", "Version of question",
)  # fmt: skip


def sheets(material: Material) -> tuple[Sheet, ...]:
    """Every table of a round: one a sheet of its workbook."""
    plan = plan_sheet(material.plan, title_of=title_of, today=material.today)
    return (about_sheet(material), answers_sheet(material), evidence_sheet(material), plan)


def about_sheet(material: Material) -> Sheet:
    """What the round is, and how far it can be relied on."""
    frozen = material.frozen
    rows: list[tuple[str, Value]] = [
        ("Authority", frozen.authority_name),
        ("Round", frozen.round_title),
        ("Status", f"Signed on {moment_text(frozen.signed_at)}" if material.is_signed else "Draft, not signed"),
        ("Signed by", frozen.signed_name),
        ("Reference", frozen.reference),
        ("What it is", "Self-assessed, not validated"),
        ("National state as at", frozen.as_at),
        ("Action plan as at", material.today),
        ("Edition of the questions", frozen.edition),
        ("Questions not answered", len(material.unanswered)),
    ]
    return Sheet(name="About", heads=("What", "Says"), rows=rows)


def answers_sheet(material: Material) -> Sheet:
    """A row for each answer, and one for each question that has none."""
    rows = [_answer(answer) for answer in material.answers]
    rows += [
        (x.key, x.line, x.title, BASIS_WORDS[x.basis], _yes(x.first_pass), "Not answered yet", *[""] * 11, x.version)
        for x in material.unanswered
    ]
    return Sheet(name="Answers", heads=ANSWER_HEADS, rows=rows)


def _answer(answer: FrozenAnswer) -> tuple[Value, ...]:
    criterion, details = answer.criterion, answer.details
    return (
        criterion.key,
        criterion.line,
        criterion.title,
        BASIS_WORDS[criterion.basis],
        _yes(criterion.first_pass),
        LEVEL_WORDS[answer.level] if answer.level else "",
        _yes(duty_not_shown(criterion, answer.level)),
        answer.sentence,
        details.now,
        "; ".join(ARRANGEMENT_WORDS[item] for item in details.covers),
        "" if details.asked_families is None else _yes(details.asked_families),
        details.asked_when,
        details.gap,
        details.because,
        details.notes,
        len(details.proofs),
        answer.national,
        criterion.version,
    )


def evidence_sheet(material: Material) -> Sheet:
    """A row for each piece of evidence."""
    rows = [
        (answer.criterion.key, answer.criterion.title, proof.title, proof.link, proof.reference, proof.page)
        for answer in material.answers
        for proof in answer.details.proofs
    ]
    return Sheet(name="Evidence", heads=("Question", "Title", "Evidence", "Link", "Reference", "Page"), rows=rows)


def _yes(value: bool) -> str:
    return "Yes" if value else "No"


class PlannedLine(msgspec.Struct, frozen=True, kw_only=True):
    """An action as programs read it: its owner by name, as a paper has it."""

    number: int
    criterion: str
    version: int
    title: str
    owner: str
    due_on: date | None
    priority: Priority
    target: Level | None
    measure: str
    resources: str
    status: Progress
    status_on: date
    made_at: datetime


class RoundFile(msgspec.Struct, frozen=True, kw_only=True):
    """A round as JSON. Its names stay, so that programs can rely on them."""

    format: str
    status: str
    """signed, or draft."""
    benchmark: Frozen
    not_answered: tuple[str, ...]
    """Keys of questions."""
    plan: tuple[PlannedLine, ...]
    updates: tuple[Update, ...]
    made_at: str


def round_json(material: Material) -> bytes:
    """Everything of a round and the plan as it is now."""
    made = RoundFile(
        format=FORMAT,
        status="signed" if material.is_signed else "draft",
        benchmark=material.frozen,
        not_answered=tuple(item.key for item in material.unanswered),
        plan=tuple(msgspec.convert(action, PlannedLine, from_attributes=True) for action in material.plan.actions),
        updates=material.plan.updates,
        made_at=material.now.isoformat(),
    )
    return msgspec.json.format(msgspec.json.encode(made), indent=2)
