"""The form of an action: which questions and owners it offers, what was typed, and how an action fills it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from tracker.benchmark.circumstances import circumstances_of
from tracker.benchmark.pages.access import Member
from tracker.benchmark.pages.filling import ask_about_names
from tracker.benchmark.planning.about import title_of
from tracker.benchmark.planning.days import read_day
from tracker.benchmark.planning.importing import LONGEST_TEXT, LONGEST_TITLE
from tracker.benchmark.planning.schemas import PRIORITY_TEXT, PROGRESS_TEXT, Planned, Priority, Progress
from tracker.benchmark.queries import Colleague
from tracker.benchmark.questions import asked, newest_edition
from tracker.benchmark.schemas import LEVELS, Criterion, Level
from tracker.benchmark.words import LEVEL_WORDS
from tracker.errors import Invalid
from tracker.strategies.words import day_text
from tracker.web.forms import Form


def questions_for(member: Member, today: date) -> tuple[Criterion, ...]:
    """The questions of today that this authority is asked: what an action can be about."""
    return asked(newest_edition(today).key, circumstances_of(member.authority))


def choices(
    member: Member, criteria: Sequence[Criterion], owners: Sequence[Colleague], action: Planned | None
) -> dict[str, Any]:
    """What the form offers; what an action has stays among it, though it be offered no more."""
    questions = [{"value": item.key, "text": f"{item.key}. {item.title}"} for item in criteria]
    people = [{"value": member.mark(owner.id), "text": owner.name} for owner in owners]
    if action and action.criterion not in {item.key for item in criteria}:
        questions.append({"value": action.criterion, "text": f"{action.criterion}. {title_of(action)}"})
    return {
        "questions": [{"value": "", "text": "Choose a question"}, *questions],
        "people": [{"value": "", "text": "Nobody yet"}, *people],
        "priorities": [{"value": item.value, "text": text, "hint": None} for item, text in PRIORITY_TEXT.items()],
        "targets": [{"value": "", "text": "None"}, *({"value": x.value, "text": LEVEL_WORDS[x]} for x in LEVELS)],
        "progress": progress_choices(),
    }


def progress_choices() -> list[dict[str, Any]]:
    """The status words, as a form offers them."""
    return [{"value": item.value, "text": text, "hint": None} for item, text in PROGRESS_TEXT.items()]


def fill(member: Member, planned: Planned, *, edits: int = 0) -> Form:
    """A form filled in with an action."""
    values = {
        "title": planned.title,
        "criterion": planned.criterion,
        "owner": member.mark(planned.owner_id) if planned.owner_id else "",
        "due": day_text(planned.due_on) if planned.due_on else "",
        "priority": planned.priority.value,
        "target": planned.target.value if planned.target else "",
        "measure": planned.measure,
        "resources": planned.resources,
        "status": planned.status.value,
        "seen": str(edits),
    }
    return Form(values.items())


def read_action(
    member: Member,
    form: Form,
    criteria: Sequence[Criterion],
    owners: Sequence[Colleague],
    *,
    before: Planned | None = None,
) -> Planned:
    """The action that was typed; what is wrong with it is noted in the form."""
    criterion = _criterion(form, criteria, before)
    title = form.line("title", required="Enter what will be done", most=LONGEST_TITLE, label="The action")
    marks = [member.mark(item.id) for item in owners]
    owner = form.one("owner", ["", *marks], required="Choose an owner from the list")
    due_on = _due(form)
    priority = form.one("priority", list(Priority), required="Choose how much it matters")
    target = form.one("target", ["", *LEVELS], required="Choose a level from the list")
    status = form.one("status", list(Progress), required="Choose how it goes") if before else ""
    planned = Planned(
        criterion=criterion[0],
        version=criterion[1],
        title=title,
        owner_id=member.marked(owner, owners) or None,
        due_on=due_on,
        priority=Priority(priority or Priority.MEDIUM),
        target=Level(target) if target else None,
        measure=form.text("measure", most=LONGEST_TEXT, label="The measure of success"),
        resources=form.text("resources", most=LONGEST_TEXT, label="What it needs"),
        status=Progress(status or Progress.NOT_STARTED),
    )
    ask_about_names(form, [planned.title, planned.measure, planned.resources])
    return planned


def _criterion(form: Form, criteria: Sequence[Criterion], before: Planned | None) -> tuple[str, int]:
    versions: Mapping[str, int] = {item.key: item.version for item in criteria}
    chosen = form.value("criterion")
    if before and chosen == before.criterion:
        return before.criterion, before.version
    form.one("criterion", list(versions), required="Choose the question that it is about")
    return chosen, versions.get(chosen, 0)


def _due(form: Form) -> date | None:
    typed = form.line("due", most=60, label="The due date")
    if not typed or form.error("due"):
        return None
    try:
        return read_day(typed)
    except Invalid as error:
        form.wrong("due", str(error))
        return None
