"""The blank set of questions as a Word document, for meetings and for those who would rather write on paper."""

from collections.abc import Iterable
from datetime import UTC, datetime, time

from tracker.benchmark.office.documents import Bold, Link, Paper, Text
from tracker.benchmark.questions import Questions
from tracker.benchmark.schemas import LEVELS, Basis, Criterion, Document, Edition, Line, Sure, When
from tracker.benchmark.words import (
    ARRANGEMENT_WORDS,
    BASIS_MEANS,
    BASIS_WORDS,
    DUTY_NOT_SHOWN,
    LEVEL_WORDS,
    SURE_WORDS,
    asked_of,
)
from tracker.strategies.words import day_text, edtf_text

EMPTY = "☐ "
BEFORE = (
    "The first pass asks a level and one sentence for each of 27 lines. Everything else can follow.",
    "Do not write the names of children or carers.",
    "“We do not know yet” is an answer. It becomes an action to find out.",
    f"Where a question rests on law, “in place” means that the duty is met. Below it we say “{DUTY_NOT_SHOWN}”.",
    "Nothing here says that a council broke the Strategy, which makes promises for the Department for Education.",
    "This is a self-assessment. It is not legal advice.",
)


def blank_set(questions: Questions, edition: Edition, *, operator: str, address: str) -> bytes:
    """The file: how it works, the first pass on a few pages, then each question in full with room to answer."""
    paper = Paper(
        "Kinship care benchmark: the questions",
        author=operator,
        at=datetime.combine(edition.since, time(), tzinfo=UTC),
        subject=f"Edition {edition.key}, blank",
        foot=f"Kinship care benchmark, questions of edition {edition.key}",
    )
    criteria = questions.criteria_of(edition.key)
    paper.title("Kinship care benchmark: the questions")
    _introduce(paper, edition, address, count=len(criteria))
    _first_pass(paper, [item for item in criteria if item.first_pass])
    blocks = (("Part 2: the 18 announcements in full", False), ("Part 3: the kinship local offer in full", True))
    for title, is_offer in blocks:
        paper.heading(title, new_page=True)
        for line in questions.lines:
            if (line.announcement is None) is is_offer:
                _line(paper, line, [item for item in criteria if item.line == line.key])
    return paper.content()


def _introduce(paper: Paper, edition: Edition, address: str, *, count: int) -> None:
    paper.paragraph(
        f"These are the {count} questions of edition {edition.key}, which is used from {day_text(edition.since)}. "
        "An authority answers them about its own service. Nobody else checks the answers."
    )
    paper.paragraph(["The newest questions, and this file, are at ", Link(address, address), "."])
    paper.heading("Before you begin")
    paper.bullets(BEFORE)
    paper.table(
        "What a question can rest on",
        ["It rests on", "What that means"],
        [[Bold(BASIS_WORDS[basis]), BASIS_MEANS[basis]] for basis in Basis],
        widths=[1, 3],
    )


def _first_pass(paper: Paper, criteria: Iterable[Criterion]) -> None:
    paper.heading("Part 1: the first pass", new_page=True)
    paper.paragraph("Tick one level for each line and write one sentence. Part 2 and part 3 say what each level means.")
    levels = "\n".join(EMPTY + LEVEL_WORDS[level] for level in LEVELS) + f"\n{EMPTY}We do not know yet"
    paper.table(
        "The 27 lines of the first pass",
        ["Line", "What is asked", "Level", "One sentence"],
        [[Bold(item.line), [Bold(item.title + ". "), item.ask], levels, ""] for item in criteria],
        widths=[0.75, 3.2, 2.2, 2.6],
    )


def _line(paper: Paper, line: Line, criteria: Iterable[Criterion]) -> None:
    paper.heading(f"{line.key}. {line.title}", 2)
    for item in criteria:
        _question(paper, item)


def _question(paper: Paper, item: Criterion) -> None:
    paper.heading(f"Question {item.key}: {item.title}", 3)
    if item.when != When():
        paper.paragraph(f"Asked only of {asked_of(item.when)}.")
    paper.paragraph(Bold(item.ask))
    paper.paragraph(item.why)
    paper.paragraph([Bold("It rests on: "), _basis(item)])
    paper.bullets(document_text(document) for document in item.documents)
    if item.caution:
        paper.paragraph([Bold("Take care: "), item.caution])
    for hint in item.hints:
        paper.paragraph([Bold(f"For {asked_of(hint.when)}: "), hint.text])
    paper.table(
        f"Levels of question {item.key}",
        ["Level", "What it means here", "What would show it"],
        [[EMPTY + LEVEL_WORDS[level], item.levels[level].means, item.levels[level].shown_by] for level in LEVELS]
        + [[EMPTY + "We do not know yet", "Becomes an action to find out.", ""]]
        + ([[EMPTY + "Does not apply to us, because:", "", ""]] if item.may_not_apply else []),
        widths=[1.3, 3, 2.6],
    )
    paper.table(
        f"Your answer to question {item.key}",
        ["What", "Your words"],
        [
            ["One sentence", ""],
            ["What we do now", ""],
            ["Which families it covers", "\n".join(EMPTY + words for words in ARRANGEMENT_WORDS.values())],
            ["Have carers and children told us this?", f"{EMPTY}Yes, on (date):\n{EMPTY}Not asked"],
            ["Evidence: title, link, reference, page", ""],
            ["The gap", ""],
            ["Working notes (they may have to be disclosed)", ""],
        ],
        widths=[1, 2.6],
        least=1.3,
    )


def _basis(item: Criterion) -> str:
    since = f", in force since {day_text(item.in_force)}" if item.in_force else ""
    return f"{BASIS_WORDS[item.basis]}{since}."


def document_text(document: Document) -> Text:
    """What a question rests on: title, place, date, words and how we know."""
    dated = f", {edtf_text(document.dated)}" if document.dated else ""
    place = f", {document.place}" if document.place else ""
    said = f": “{document.quotation}”" if document.quotation else ""
    known = SURE_WORDS[document.sure]
    known = f"{known[:-1]}: {document.by_account_of}." if document.sure is Sure.ACCOUNT else known
    title = Link(document.title, document.url) if document.url else document.title
    return [title, f"{place}{dated}{said} {known}" if said else f"{place}{dated}. {known}"]
