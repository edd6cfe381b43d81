"""The second half of the panel paper: the plan, what changed, implications, the national state, every answer."""

from collections.abc import Iterable, Sequence

from tracker.benchmark.flags import FlagView
from tracker.benchmark.office.documents import Bold, Link, Paper, Piece, Text
from tracker.benchmark.office.material import Material
from tracker.benchmark.planning.about import title_of
from tracker.benchmark.planning.rules import due_text
from tracker.benchmark.planning.schemas import PRIORITY_TEXT, PROGRESS_TEXT, Action
from tracker.benchmark.schemas import Arrangement, Document, FrozenAnswer, Proof, Sure
from tracker.benchmark.words import ARRANGEMENT_WORDS, BASIS_WORDS, LEVEL_WORDS, level_words
from tracker.strategies.words import day_text, edtf_text, happened_text

METHOD = (
    "Self-assessed, not validated: the authority answered for itself, and nobody outside has checked it.",
    (
        "Each of 27 lines (18 announcements and 9 parts of the kinship local offer) has a level that is described for "
        "that line: not in place, developing, in place, leading. “We do not know yet” and “does not apply” are "
        "answers. No points are given, and levels are not added up."
    ),
    (
        "A line rests on law, statutory guidance, guidance or good practice, or on a national promise that binds no "
        "council. Each answer in the appendix says on which."
    ),
    (
        "Where the appendix says “by account of”, the makers of the questions did not see the document and relied on "
        "somebody who had. Read it before you rely on it."
    ),
    "Working notes are not in this paper. They are part of the authority’s own export.",
)
TO_COMPLETE = "To be completed by the authority: "


def write(paper: Paper, material: Material, *, operator: str) -> None:
    """Everything that comes after the gap analysis."""
    _plan(paper, material)
    _since(paper, material)
    _implications(paper, material)
    _national(paper, material)
    _method(paper, material, operator=operator)
    paper.page_break()
    paper.heading("Appendix: every answer")
    for answer in material.answers:
        _answer(paper, answer)


def _plan(paper: Paper, material: Material) -> None:
    paper.page_break()
    paper.heading("5. Action plan")
    paper.paragraph(
        f"As at {day_text(material.today)}. The plan goes on from round to round; overdue actions come first."
    )
    if not material.plan.actions:
        paper.paragraph("There are no actions yet.")
        return
    rows = [_action(action, material) for action in material.plan.actions]
    heads = ("Action and how we will see that it worked", "Owner", "Due", "Priority and target", "Status")
    paper.table("Action plan", heads, rows, widths=(4, 2.2, 1.8, 1.6, 2.6))


def _action(action: Action, material: Material) -> Sequence[Text]:
    said = material.plan.last_word(action.number)
    about = f"Action {action.number}: {action.title}\nFor {action.criterion}. {title_of(action)}"
    measure = f"\nMeasure: {action.measure}" if action.measure else ""
    target = f"\nLeads to: {LEVEL_WORDS[action.target].lower()}" if action.target else ""
    return (
        about + measure,
        action.owner or "Nobody yet",
        due_text(action, material.today),
        PRIORITY_TEXT[action.priority] + target,
        PROGRESS_TEXT[action.status] + (f"\n{said.text}" if said else ""),
    )


def _since(paper: Paper, material: Material) -> None:
    paper.heading("6. What has changed since the last panel")
    since = material.since
    if since is None or material.before is None:
        paper.paragraph("This is the first benchmark, so there is nothing to compare it with.")
        return
    before = material.before
    paper.paragraph(f"The last one was signed on {day_text(since.since)} ({before.round_title}, {before.reference}).")
    if material.moves:
        rows = [(f"{x.criterion.key}. {x.criterion.title}", then, now) for x, then, now in material.moves]
        paper.table("Answers of another level", ("Question", "Then", "Now"), rows, widths=(4, 2, 2))
    else:
        paper.paragraph("No answer has changed its level.")
    moved = [
        f"{action.title}: {item.before or 'no date'} became {item.after or 'no date'}" for action, item in since.moved
    ]
    for heading, items in (
        ("Actions done", [action.title for action in since.done]),
        ("Actions begun", [action.title for action in since.begun]),
        ("Actions stopped", [action.title for action in since.stopped]),
        ("Actions added", [action.title for action in since.added]),
        ("Actions with another due date", moved),
        ("Actions still open of which nothing was said", [action.title for action in since.unchanged]),
    ):
        if items:
            paper.heading(f"{heading} ({len(items)})", 2)
            paper.bullets(items)


def _implications(paper: Paper, material: Material) -> None:
    paper.heading("7. Implications")
    paper.heading("Legal", 2)
    keys = ", ".join(answer.criterion.key for answer in material.open_duties)
    told = (
        f"Duties not yet shown to be met: {keys} (section 3). "
        if keys
        else "No duty in force is left open by these answers. "
    )
    paper.paragraph(told + "The answers are not legal advice.")
    _complete(paper, "advice of the legal service on section 3.")
    paper.heading("Financial", 2)
    needs = [
        f"{action.title}: {action.resources}" for action in material.plan.actions if action.is_open and action.resources
    ]
    if needs:
        paper.paragraph("What open actions say they need:")
        paper.bullets(" ".join(item.split()) for item in needs)
    else:
        paper.paragraph("No open action says what it needs.")
    _complete(paper, "cost, where the money comes from, and what happens without it.")
    paper.heading("Equality", 2)
    _covered(paper, material.answers)
    _complete(
        paper, "who is affected, by protected characteristic, and whether an equality impact assessment is needed."
    )


def _complete(paper: Paper, what: str) -> None:
    paper.paragraph([Bold(TO_COMPLETE), what])


def _covered(paper: Paper, answers: Sequence[FrozenAnswer]) -> None:
    told = [answer for answer in answers if answer.details.covers]
    asked = [answer for answer in answers if answer.details.asked_families is not None]
    if told:
        rows = [(ARRANGEMENT_WORDS[item], f"{_covering(told, item)} of {len(told)}") for item in Arrangement]
        caption = "Families covered, in the answers that say which"
        paper.table(caption, ("Kind of family", "Answers that cover it"), rows, widths=(4, 1.6))
    else:
        paper.paragraph("No answer says yet which kinds of family it covers.")
    if asked:
        yes = sum(answer.details.asked_families is True for answer in asked)
        paper.paragraph(f"Carers and children were asked for {yes} of the {len(asked)} answers that say so.")
    else:
        paper.paragraph("No answer says yet whether carers and children were asked.")


def _covering(answers: Iterable[FrozenAnswer], arrangement: Arrangement) -> int:
    return sum(arrangement in answer.details.covers for answer in answers)


def _national(paper: Paper, material: Material) -> None:
    frozen = material.frozen
    paper.heading("8. The national state")
    paper.paragraph(
        f"Where the government’s announcements stood on {day_text(frozen.as_at)}, in the words of our record, "
        f"up to its entry {frozen.record_seq}. They are promises of the government, not findings about this authority."
    )
    said: dict[str, list[str]] = {}
    for answer in frozen.answers:
        if answer.national:
            said.setdefault(answer.national, []).append(answer.criterion.key)
    rows = [(", ".join(keys), text) for text, keys in said.items()]
    if rows:
        paper.table("National state by question", ("Questions", "Where it stands nationally"), rows, widths=(1.2, 5))
    else:
        paper.paragraph("No answer of this round rests on an announcement.")
    if material.flags:
        paper.heading("Changed since, and not yet looked at", 2)
        paper.bullets(_changed(material.flags))


def _changed(found: Sequence[FlagView]) -> list[str]:
    """Each thing that changed, with the answers that rest on it."""
    resting: dict[tuple[str, str, str], list[str]] = {}
    for flag in found:
        resting.setdefault((flag.cause, flag.happened_on, flag.said), []).append(flag.criterion)
    return [
        f"{happened_text(on)}: {said} Answers that rest on it: {', '.join(keys)}."
        for (_, on, said), keys in resting.items()
    ]


def _method(paper: Paper, material: Material, *, operator: str) -> None:
    frozen = material.frozen
    paper.heading("9. How this was assessed")
    paper.bullets(METHOD)
    paper.bullets(
        (
            f"Questions: edition {frozen.edition}. {len(material.unanswered)} of them were not answered.",
            f"Made with the tracker of the national kinship strategy, run by {operator}, independently of government.",
        )
    )


def _answer(paper: Paper, answer: FrozenAnswer) -> None:
    criterion, details = answer.criterion, answer.details
    paper.heading(f"{criterion.key}. {criterion.title}", 2)
    paper.paragraph(criterion.ask)
    paper.paragraph([Bold("Rests on: "), f"{BASIS_WORDS[criterion.basis]}. ", *_documents(criterion.documents)])
    paper.paragraph(
        [
            Bold("Where we stand: "),
            level_words(criterion, answer.level),
            f". {answer.sentence}" if answer.sentence else "",
        ]
    )
    for label, text in (
        ("Why it does not apply", details.because),
        ("What we do now", details.now),
        ("What is missing", details.gap),
    ):
        if text:
            paper.paragraph([Bold(f"{label}: "), " ".join(text.split())])
    if details.covers:
        paper.paragraph(
            [Bold("Families that this covers: "), "; ".join(ARRANGEMENT_WORDS[item] for item in details.covers)]
        )
    if details.asked_families is not None:
        when = f" ({details.asked_when})" if details.asked_when else ""
        paper.paragraph(
            [Bold("Carers and children were asked: "), f"{'yes' if details.asked_families else 'no'}{when}"]
        )
    if details.proofs:
        paper.paragraph(Bold("Evidence:"))
        paper.bullets(_proof(proof) for proof in details.proofs)


def _documents(documents: Sequence[Document]) -> Iterable[Piece]:
    """The documents that a question rests on, each once, and by whose account where the tracker did not see it."""
    for place, item in enumerate({(item.title, item.place): item for item in documents}.values()):
        told = f"by account of {item.by_account_of}" if item.sure is Sure.ACCOUNT else ""
        where = ", ".join(filter(None, (item.place, edtf_text(item.dated) if item.dated else "", told)))
        yield "; " if place else ""
        yield Link(item.title, item.url) if item.url else item.title
        yield f" ({where})" if where else ""


def _proof(proof: Proof) -> Text:
    rest = ", ".join(filter(None, (proof.reference, f"page {proof.page}" if proof.page else "")))
    title: Piece = (
        Link(proof.title or proof.link, proof.link) if proof.link.startswith(("http://", "https://")) else proof.title
    )
    return [title, f", {rest}" if rest else ""]
