"""What an editor can record: each kind of fact, what it is about, and the fields of its form."""

from typing import Literal

import msgspec

from tracker.strategies import facts
from tracker.strategies.facts import AnyFact, kind_of

Control = Literal["line", "text", "when", "tick", "lines", "number", "choice"]
About = Literal["deliverables", "milestones", "any"]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One question of a form; its name is that of the fact's own field."""

    name: str
    label: str
    control: Control = "line"
    hint: str | None = None
    required: str = ""
    """What to say when it is empty; "" where it may be."""
    options: tuple[tuple[str, str], ...] = ()
    folded: bool = False
    """True for what is seldom needed, so that the form can be read at a glance."""


class FactKind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of fact as an editor meets it."""

    fact: type[AnyFact]
    title: str
    hint: str
    about: About
    fields: tuple[Field, ...] = ()
    needs_subject: bool = True
    sentence: str = ""
    """What its sentence says unless the editor says otherwise."""

    @property
    def name(self) -> str:
        return str(self.fact.__struct_config__.tag)


HAPPENED = Field(
    name="happened_on",
    label="When did it happen?",
    control="when",
    hint="Like 11 October 2024, October 2024, spring 2024, today, or “March 2024 to April 2024”. Leave it empty if it "
    "is the date of the document.",
    required="Say when it happened",
)
SENTENCE = Field(
    name="text",
    label="What happened, in one plain sentence",
    control="text",
    hint="It is the message and stands on the page. Say who did what.",
    required="Say in one sentence what happened",
)
BESIDE = (
    Field(
        name="certainty",
        label="How sure are we?",
        control="choice",
        options=(("high", "Sure"), ("medium", "Fairly sure"), ("low", "Not sure")),
        folded=True,
    ),
    Field(name="inferred", label="What in this is our inference", control="text", folded=True),
    Field(name="note", label="Note to readers", control="text", folded=True),
)
BY = Field(name="by", label="Who stated it", required="Say who stated it", hint="A person, body or document.")

FACT_KINDS = (
    FactKind(
        fact=facts.Delivered,
        title="Delivered",
        hint="What counts as done has happened.",
        about="deliverables",
    ),
    FactKind(
        fact=facts.Started,
        title="Started",
        hint="Work is known to have begun.",
        about="deliverables",
    ),
    FactKind(
        fact=facts.MilestoneReached,
        title="Milestone reached",
        hint="A dated step on the way has happened.",
        about="milestones",
    ),
    FactKind(
        fact=facts.MilestoneDropped,
        title="Milestone dropped",
        hint="A dated step will not be pursued any more.",
        about="milestones",
    ),
    FactKind(
        fact=facts.DateStated,
        title="Date restated",
        hint="Somebody named a date for a step again. The first published promise still governs.",
        about="milestones",
        fields=(
            Field(name="as_printed", label="The date as printed", required="Copy the date as it is printed"),
            Field(
                name="edtf",
                label="How the date is read",
                control="when",
                hint="Like spring 2027 or 31 March 2027. Leave empty if the words fix no day.",
            ),
            BY,
        ),
    ),
    FactKind(
        fact=facts.ScopeStated,
        title="Scope stated",
        hint="Somebody said how much, for whom or where.",
        about="any",
        fields=(
            Field(name="measure", label="What is measured", hint="Like areas or money.", required="Say what it is"),
            Field(name="programme", label="Programme, in its own name", required="Name the programme"),
            Field(name="as_printed", label="The figure as printed", required="Copy the figure as it is printed"),
            Field(name="value", label="The figure as a number", control="number", hint="Leave empty if there is none."),
            Field(name="unit", label="Unit", hint="Like areas or pounds."),
            Field(name="basis", label="What it rests on", hint="Like one year, or a trial."),
            BY,
            Field(name="material", label="This changes what was promised", control="tick"),
        ),
    ),
    FactKind(
        fact=facts.Ongoing,
        title="Confirmed ongoing",
        hint="Something without an end is confirmed to be running.",
        about="deliverables",
    ),
    FactKind(
        fact=facts.Stopped,
        title="Stopped",
        hint="It was given up.",
        about="deliverables",
    ),
    FactKind(
        fact=facts.Superseded,
        title="Superseded",
        hint="Something else replaced it.",
        about="deliverables",
        fields=(Field(name="by", label="What replaced it", required="Say what replaced it"),),
    ),
    FactKind(
        fact=facts.Noted,
        title="Evidence or context",
        hint="Something published that bears on a promise without changing where it stands.",
        about="any",
        needs_subject=False,
    ),
    FactKind(
        fact=facts.Reviewed,
        title="Looked and found nothing",
        hint="You searched today and found no progress. It is put on record and sends no message.",
        about="any",
        needs_subject=False,
        fields=(
            Field(
                name="looked",
                label="Where you looked, one place a line",
                control="lines",
                required="Say where you looked",
            ),
        ),
        sentence="We looked for progress and found nothing new.",
    ),
)  # fmt: skip
"""In the order in which an editor is offered them."""

VERDICT = FactKind(
    fact=facts.VerdictGiven,
    title="Verdict",
    hint="What your organisation thinks of it. It stands beside the facts and is never mixed with them.",
    about="any",
    needs_subject=False,
    fields=(
        Field(
            name="rating", label="Your rating", hint="In your own words, only if you give ratings: like “Partly met”."
        ),
        Field(
            name="topic",
            label="Topic",
            hint="Your own heading, if this is about something beyond the announcements.",
        ),
        Field(name="next", label="What should happen next", control="text"),
    ),
)
VERDICT_SENTENCE = Field(
    name="text",
    label="Your verdict in one sentence",
    control="text",
    hint="Write it as others would report it: “Kinship welcomed …”.",
    required="Say in one sentence what you think of it",
)
VERDICT_HAPPENED = Field(
    name="happened_on",
    label="When did you say so?",
    control="when",
    hint="The day of your statement, like 11 October 2024, or today.",
    required="Say when you said so",
)
BY_NAME = {kind.name: kind for kind in (*FACT_KINDS, VERDICT)}


def kind_for(fact: AnyFact) -> FactKind:
    """The form that a fact is edited with."""
    return BY_NAME[kind_of(fact)]


def fields_of(kind: FactKind) -> tuple[Field, ...]:
    """Every question of a kind's form, in the order of the page; evidence follows them."""
    first = (VERDICT_SENTENCE, VERDICT_HAPPENED) if kind is VERDICT else (SENTENCE, HAPPENED)
    beside = () if kind is VERDICT else BESIDE
    return (*first, *kind.fields, *beside)
