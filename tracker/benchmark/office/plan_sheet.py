"""A plan as a table, in the columns of the template: what is taken away can be brought in again. Pure."""

from collections.abc import Callable, Sequence
from datetime import date

from tracker.benchmark.office.sheets import Sheet
from tracker.benchmark.planning.importing import COLUMNS
from tracker.benchmark.planning.rules import is_overdue
from tracker.benchmark.planning.schemas import PRIORITY_TEXT, PROGRESS_TEXT, Action, Plan, Planned
from tracker.benchmark.schemas import Criterion
from tracker.benchmark.words import BASIS_WORDS, LEVEL_WORDS
from tracker.clock import london_day

HEADS = tuple(column.head for column in COLUMNS)
EXAMPLE = (
    "K1", "Publish our kinship local offer on one page", "", "31 March 2027", "High", "In place",
    "The page is public, and carers who were asked understood it", "Two days of the web team", "Not started",
)  # fmt: skip


def plan_sheet(plan: Plan, *, title_of: Callable[[Planned], str], today: date) -> Sheet:
    """Every action, in the order of its page, with further columns that are not read again."""
    rows = [
        (*_columns(action), action.number, title_of(action), action.status_on, *_said(plan, action, today))
        for action in plan.actions
    ]
    heads = (*HEADS, "Action number", "About", "Status since", "Overdue", "Last update", "Last updated")
    return Sheet(name="Action plan", heads=heads, rows=rows)


def _columns(action: Action) -> tuple[str | date | None, ...]:
    return (
        action.criterion,
        action.title,
        action.owner,
        action.due_on,
        PRIORITY_TEXT[action.priority],
        LEVEL_WORDS[action.target] if action.target else "",
        action.measure,
        action.resources,
        PROGRESS_TEXT[action.status],
    )


def _said(plan: Plan, action: Action, today: date) -> tuple[str, str, date | None]:
    newest = plan.last_word(action.number)
    late = "Yes" if is_overdue(action, today) else "No"
    return late, newest.text if newest else "", london_day(newest.at) if newest else None


def template(criteria: Sequence[Criterion]) -> tuple[Sheet, ...]:
    """The empty template, and beside it the questions and what each column is for."""
    return (
        Sheet(name="Action plan", heads=HEADS, rows=()),
        Sheet(
            name="Questions",
            heads=("Question", "Title", "Rests on"),
            rows=[(item.key, item.title, BASIS_WORDS[item.basis]) for item in criteria],
        ),
        Sheet(
            name="How to fill it in",
            heads=("Column", "What goes in it", "Example"),
            rows=[(column.head, column.about, EXAMPLE[place]) for place, column in enumerate(COLUMNS)],
        ),
    )
