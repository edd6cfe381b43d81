"""The paper for a panel or committee: a page of summary, what is to be decided, duties first, then the rest."""

from collections.abc import Iterable, Sequence

from tracker.benchmark.office import paper_back
from tracker.benchmark.office.documents import Bold, Paper, Piece, Text
from tracker.benchmark.office.material import Material, counts, offered_for, said_of_gap
from tracker.benchmark.planning.rules import due_text, summary
from tracker.benchmark.planning.schemas import PROGRESS_TEXT, Action
from tracker.benchmark.schemas import Basis, FrozenAnswer, Level
from tracker.benchmark.words import BASIS_WORDS, LEVEL_WORDS, level_words
from tracker.strategies.words import day_text, moment_text

DRAFT = "Draft, not signed"
SELF = "Self-assessed, not validated"
FILL_IN = "(to be filled in)"


def panel_paper(material: Material, *, operator: str) -> bytes:
    """The paper as a Word document. Slow: use a thread."""
    frozen = material.frozen
    mark = f"Reference {frozen.reference}" if material.is_signed else DRAFT
    paper = Paper(
        f"Kinship care in {frozen.authority_name}: self-assessment and action plan",
        author=frozen.authority_name,
        at=material.now,
        subject=f"{frozen.round_title}. {SELF}.",
        foot=f"{frozen.authority_name}, {frozen.round_title} · {mark} · {SELF}",
    )
    _head(paper, material)
    _summary(paper, material)
    paper.page_break()
    _decisions(paper, material)
    _duties(paper, material)
    _gaps(paper, material)
    paper_back.write(paper, material, operator=operator)
    return paper.content()


def _head(paper: Paper, material: Material) -> None:
    frozen = material.frozen
    paper.title(f"Kinship care in {frozen.authority_name}: self-assessment and action plan")
    if material.is_signed:
        signed = f"Signed on {moment_text(frozen.signed_at)} by {frozen.signed_name}. Reference {frozen.reference}."
        if frozen.signed_by_asker:
            signed += " The same person prepared and signed it, because nobody else there may sign."
        status: Sequence[Piece] = [signed]
    else:
        status = [Bold(DRAFT), f". Prepared on {moment_text(material.now)}, and may still change."]
    for label, text in (
        ("Report to", f"panel or committee, and date of its meeting {FILL_IN}"),
        ("Report of", f"name and position {FILL_IN}"),
        ("Covers", frozen.round_title),
    ):
        paper.paragraph([Bold(f"{label}: "), text])
    paper.paragraph([Bold("Status: "), *status])
    paper.paragraph([Bold(f"{SELF}."), " These are the authority’s own answers. Nobody outside it has checked them."])


def _summary(paper: Paper, material: Material) -> None:
    paper.heading("1. Summary")
    paper.paragraph(
        f"How {material.frozen.authority_name} stands against the 18 announcements of the national kinship strategy "
        "and the duty to publish a kinship local offer, and what it will do about the gaps."
    )
    paper.bullets(_points(material))
    all_lines, duties = counts(material.first_pass), counts(material.duties)
    rows = [(LEVEL_WORDS[level], str(all_lines[level]), str(duties[level])) for level in Level]
    missing = sum(item.first_pass for item in material.unanswered)
    law = sum(item.basis is Basis.LAW for item in material.unanswered)
    if missing or law:
        rows.append(("Not answered yet", str(missing), str(law)))
    paper.table(
        f"The {len(material.first_pass) + missing} lines, and the {len(material.duties) + law} duties in law",
        ("Level", "Lines", "Duties in law"),
        rows,
        widths=(4, 1, 1.5),
    )


def _points(material: Material) -> Iterable[Text]:
    duties, still = material.duties, material.open_duties
    if duties:
        yield [Bold("Legal duties: "), _duties_text(len(duties), still)]
    if unanswered := [item.key for item in material.unanswered if item.basis is Basis.LAW]:
        yield [Bold("Duties without an answer: "), f"{', '.join(unanswered)}. Nobody has said whether they are met."]
    gaps = material.gaps
    yield [Bold("Other gaps: "), f"{_many(len(gaps), 'answer')} below “in place” or not known yet."]
    plan = summary(material.plan.actions, material.today)
    told = f"{plan.open} of {_many(plan.all, 'action')} still open"
    told += f", {plan.overdue} overdue" if plan.overdue else ", none overdue"
    yield [Bold("Action plan: "), f"{told}, {plan.done} done. {_unplanned(material)}"]
    since = material.since
    if since:
        done = f"{_many(len(since.done), 'action')} done, {len(since.added)} added"
        moved = f"{_many(len(material.moves), 'answer')} changed level"
        yield [Bold("Since the last panel: "), f"{done}, {moved} (signed {day_text(since.since)})."]


def _duties_text(all_: int, still: Sequence[FrozenAnswer]) -> str:
    if not still:
        return f"all {all_} are answered “in place” or better, or do not apply."
    keys = ", ".join(answer.criterion.key for answer in still)
    return f"{len(still)} of {all_} are not yet shown to be met ({keys})."


def _unplanned(material: Material) -> str:
    found = material.unplanned
    if not found:
        return "Every gap has an action."
    return f"{_many(len(found), 'gap')} without an action: {', '.join(x.criterion.key for x in found)}."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number != 1 else ''}"


def _decisions(paper: Paper, material: Material) -> None:
    paper.heading("2. What the panel is asked to decide")
    paper.numbers(_asked(material))


def _asked(material: Material) -> Iterable[Text]:
    frozen, actions = material.frozen, material.plan.actions
    yield f"To note how {frozen.authority_name} assesses its kinship service ({frozen.round_title})."
    if still := len(material.open_duties):
        duties = "1 legal duty is" if still == 1 else f"{still} legal duties are"
        yield f"To note that {duties} not yet shown to be met, and to agree what is done about each (section 3)."
    if unplanned := len(material.unplanned):
        yield f"To say what is to be done about {_many(unplanned, 'gap')} that no action closes (sections 3 and 4)."
    opened = [action for action in actions if action.is_open]
    if opened:
        yield f"To agree the action plan of {_many(len(opened), 'open action')} (section 5)."
    if lacking := sum(not action.owner or not action.due_on for action in opened):
        yield f"To name an owner and a date for {_many(lacking, 'action')} without one or the other."
    if late := summary(actions, material.today).overdue:
        yield f"To decide what is done about {_many(late, 'overdue action')}."
    yield f"To say when it wants to hear of progress again {FILL_IN}."


def _duties(paper: Paper, material: Material) -> None:
    paper.heading("3. Legal duties")
    paper.paragraph(
        "For law in force, “in place” means that the authority says it meets the duty. Anything below is a duty not "
        "yet shown to be met. That is not a finding that the law was broken."
    )
    still = material.open_duties
    paper.heading("Not yet shown to be met", 2)
    if still:
        _gap_table(paper, "Each duty, where we stand, and what we will do", material, still)
    else:
        paper.paragraph("None.")
    met = [answer for answer in material.duties if answer not in still]
    paper.heading("Met, by our own assessment", 2)
    _answer_table(paper, "Each duty that we say we meet, or that does not apply to us", met)
    coming = [answer for answer in material.answers if answer.criterion.basis is Basis.LAW_NOT_IN_FORCE]
    if coming:
        paper.heading("Law that is not yet in force", 2)
        _answer_table(paper, "Duties that Parliament has made and that do not bind yet", coming)


def _gaps(paper: Paper, material: Material) -> None:
    paper.heading("4. Gap analysis")
    paper.paragraph("What is below “in place” or not known, other than duties in force; the strictest basis first.")
    if material.gaps:
        _gap_table(paper, "Each gap, and what we will do", material, material.gaps)
    else:
        paper.paragraph("There are no further gaps.")
    shown = {answer.criterion.key for answer in (*material.gaps, *material.duties)}
    coming = Basis.LAW_NOT_IN_FORCE
    rest = [x for x in material.answers if x.criterion.key not in shown and x.criterion.basis is not coming]
    paper.heading("Where we say that we are in place or leading, or that it does not apply", 2)
    _answer_table(paper, "Answers without a gap", rest)
    first = [item for item in material.unanswered if item.first_pass]
    if first:
        paper.heading("Not answered yet", 2)
        paper.bullets(f"{item.key}. {item.title}" for item in first)


def _gap_table(paper: Paper, caption: str, material: Material, answers: Sequence[FrozenAnswer]) -> None:
    rows = [
        (
            f"{answer.criterion.key}. {answer.criterion.title}\n{_basis(answer)}",
            level_words(answer.criterion, answer.level),
            said_of_gap(answer),
            _planned(material, answer),
        )
        for answer in answers
    ]
    heads = ("Question and what it rests on", "Where we stand", "What shows it, and what is missing", "What we will do")
    paper.table(caption, heads, rows, widths=(3, 2, 3, 3.4))


def _basis(answer: FrozenAnswer) -> str:
    """What a question rests on; of law also where it stands."""
    basis = BASIS_WORDS[answer.criterion.basis]
    if answer.criterion.basis is not Basis.LAW or not answer.criterion.documents:
        return basis
    document = answer.criterion.documents[0]
    return f"{basis}: {', '.join(filter(None, (document.title, document.place)))}"


def _planned(material: Material, answer: FrozenAnswer) -> str:
    actions = material.actions_for(answer.criterion)
    if not actions:
        offered = offered_for(answer)
        return f"No action yet. Often done: {offered}" if offered else "No action yet"
    return "\n".join(_action(action, material) for action in actions)


def _action(action: Action, material: Material) -> str:
    owner, due = action.owner or "no owner yet", due_text(action, material.today) if action.due_on else "no date"
    return f"Action {action.number}: {action.title} ({owner}; {due}; {PROGRESS_TEXT[action.status].lower()})"


def _answer_table(paper: Paper, caption: str, answers: Sequence[FrozenAnswer]) -> None:
    if not answers:
        paper.paragraph("None.")
        return
    rows = [
        (
            f"{answer.criterion.key}. {answer.criterion.title}",
            LEVEL_WORDS[answer.level] if answer.level else "",
            answer.details.because if answer.level is Level.DOES_NOT_APPLY else answer.sentence,
        )
        for answer in answers
    ]
    paper.table(caption, ("Question", "Where we stand", "In one sentence"), rows, widths=(3, 1.7, 5))
