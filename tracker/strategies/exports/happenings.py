"""Tables of what happened, on what evidence, and what organisations think of it."""

from collections.abc import Callable, Iterator
from typing import Any

from tracker.strategies.exports.day import Day
from tracker.strategies.exports.tables import Reference, Table, column
from tracker.strategies.facts import Evidence
from tracker.strategies.schemas import ChangeView, VerdictView, View
from tracker.strategies.views.changes import announcements_of, verdicts


def _urls(row: Any) -> tuple[str, ...]:
    return tuple(item.url for item in row.evidence if item.url)


def _detail(name: str) -> Callable[[ChangeView], object]:
    """Reads what only some kinds of change say."""

    def read(row: ChangeView) -> object:
        value = row.details.get(name)
        return tuple(value) if isinstance(value, list) else value

    return read


CHANGES = Table(
    name="changes",
    title="Changes",
    text="One row for each change in effect: corrections are applied, and what was withdrawn is left out. "
    "The log as it was recorded, with every body and hash, is in the archive and in the API.",
    columns=(
        column("seq", "Number in the log.", "integer", required=True),
        column("key", "Permanent key of the event.", required=True),
        column("kind", "Kind of fact, as a word for programs.", required=True),
        column("kind_text", "Kind of fact, in words.", required=True),
        column("announcements", "Numbers of the announcements it bears on.", "integer", separator=";"),
        column("about", "What it is about, down to the milestone; empty for the strategy itself.", separator=";"),
        column("text", "What happened, in one sentence of ours.", required=True),
        column("happened_on", "When it happened, in EDTF.", required=True),
        column("happened_text", "When it happened, in words.", required=True),
        column("known_on", "First day it could be known from outside.", "date", required=True),
        column("recorded_at", "When it was recorded here.", "dateTime", required=True),
        column("certainty", "How sure we are.", required=True),
        column("inferred", "What in it is our inference."),
        column("note", "Our note."),
        column("corrected", "Whether what is shown corrects what was first recorded.", "boolean", required=True),
        column("as_printed", "The date or figure as its source prints it.", at=_detail("as_printed")),
        column("edtf", "That date in EDTF.", at=_detail("edtf")),
        column("by", "Who stated it, or what replaced it.", at=_detail("by")),
        column("measure", "What is measured.", at=_detail("measure")),
        column("programme", "The programme a figure belongs to.", at=_detail("programme")),
        column("value", "The figure.", "integer", at=_detail("value")),
        column("unit", "Its unit.", at=_detail("unit")),
        column("basis", "The period or condition it rests on.", at=_detail("basis")),
        column("material", "Whether it changes what was promised.", "boolean", at=_detail("material")),
        column("organisation", "Whose opinion it is.", at=_detail("organisation")),
        column("looked", "Where we looked.", at=_detail("looked"), separator=" | "),
        column("due", "The day that was missed.", "date", at=_detail("due")),
        column("corrects", "Key of the change it corrects.", at=_detail("of")),
        column("why", "Why it was corrected.", at=_detail("why")),
        column("evidence_urls", "Where it can be read; more in evidence.csv.", "anyURI", at=_urls, separator=" "),
        column("hash", "Its hash in the chain.", required=True),
    ),
    key=("seq",),
    rows=lambda day: day.changes,
)


class _Evidence(View, frozen=True, kw_only=True):
    change: int
    number: int
    item: Evidence


def _evidence(day: Day) -> Iterator[_Evidence]:
    for change in day.changes:
        for number, item in enumerate(change.evidence, start=1):
            yield _Evidence(change=change.seq, number=number, item=item)


OF_CHANGE = Reference("change", "changes", "seq")

EVIDENCE = Table(
    name="evidence",
    title="Evidence",
    text="One row for each change and each piece of evidence for it. Quotations remain under their publishers’ terms.",
    columns=(
        column("change", "Number of the change.", "integer", required=True),
        column("number", "Place among the evidence for it.", "integer", required=True),
        column("title", "Title of what we read.", at="item.", required=True),
        column("publisher", "Who published it.", at="item.", required=True),
        column("url", "Where it can be read.", "anyURI", at="item."),
        column("dated", "Its own date, in EDTF.", at="item."),
        column("quotation", "Its exact words.", at="item."),
        column("page", "Page.", at="item."),
        column("claimed_by", "Who claims it, when it is the promiser’s own claim.", at="item."),
        column("note", "Our note.", at="item."),
    ),
    key=("change", "number"),
    references=(OF_CHANGE,),
    rows=_evidence,
)


class _Verdict(View, frozen=True, kw_only=True):
    announcement: int | None
    view: VerdictView
    urls: tuple[str, ...]


def _verdicts(day: Day) -> Iterator[_Verdict]:
    given = [(view.number, verdict) for view in day.announcements for verdict in view.verdicts]
    beyond = verdicts([change for change in day.state.changes if not announcements_of(change)])
    for number, verdict in [*given, *((None, verdict) for verdict in beyond)]:
        yield _Verdict(announcement=number, view=verdict, urls=_urls(verdict))


VERDICTS = Table(
    name="verdicts",
    title="Verdicts of organisations",
    text="One row for each opinion and each announcement it is about. Opinions never decide a status.",
    columns=(
        column("change", "Number of the change that records it.", "integer", at="view.seq", required=True),
        column("announcement", "Number of the announcement; empty when it is about none of them.", "integer"),
        column("organisation", "Whose opinion it is.", at="view.", required=True),
        column("rating", "Its own rating, only if it gave one.", at="view."),
        column("summary", "Its opinion, in one sentence of ours.", at="view.", required=True),
        column("next", "What it says should happen next, in our words.", at="view."),
        column("topic", "Its own heading, for a topic beyond the announcements.", at="view."),
        column("happened_on", "When it was given, in EDTF.", at="view.", required=True),
        column("happened_text", "When it was given, in words.", at="view.", required=True),
        column("inferred", "What in it is our inference.", at="view."),
        column("stale", "Whether the fact it judged has changed since.", "boolean", at="view.", required=True),
        column("evidence_urls", "Where it can be read.", "anyURI", at="urls", separator=" "),
    ),
    key=("change", "announcement"),
    references=(OF_CHANGE,),
    rows=_verdicts,
)
