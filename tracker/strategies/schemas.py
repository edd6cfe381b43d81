"""What crosses the boundary: the same frozen structs feed pages, feeds and the API, so every figure is equal."""

from datetime import date, datetime
from typing import Any

import msgspec

from tracker.strategies.facts import Evidence
from tracker.strategies.statuses import Days, Scope, Stage, Status, Timing


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that goes out."""


class WordingView(View, frozen=True, kw_only=True):
    """The source's exact words and where they stand."""

    text: str
    document: str
    page: str
    place: str | None
    continues: str | None
    """The second part, where a page break cuts the quotation in two."""


class DateView(View, frozen=True, kw_only=True):
    """One date ever stated for a milestone, as printed and as read."""

    as_printed: str
    edtf: str | None
    earliest: date | None
    latest: date | None
    reading: str | None
    """The days it is read as, in words."""
    document: str
    page: str | None
    place: str | None
    counts: bool
    governs: bool
    effect: str
    """What it counts for, in words."""
    seq: int | None
    """The change that stated it; None when a document of the strategy prints it."""
    note: str | None


class MilestoneView(View, frozen=True, kw_only=True):
    """Planned against actual."""

    ref: str
    title: str
    dates: tuple[DateView, ...]
    due: date | None
    """The latest day that the first published promise allows."""
    stricter: date | None
    """The earlier of two latest days, when one document prints two dates."""
    reached_on: str | None
    """EDTF."""
    reached_text: str | None
    reached_seq: int | None
    """The change that reached it."""
    days_late: Days | None
    days_overdue: int | None
    outcome: str
    """Planned against actual in words."""
    dropped: bool
    note: str | None


class DeliverableView(View, frozen=True, kw_only=True):
    """One thing promised, where it stands, by which rule, from which changes, and what would change it."""

    ref: str
    title: str
    done_when: str
    checkable: str
    checkable_because: str
    stage: Stage
    stage_text: str
    timing: Timing
    timing_text: str
    days: Days | None
    scope: Scope
    status: Status
    status_text: str
    rule: str
    inputs: tuple[int, ...]
    would_change: str
    last_confirmed: str | None
    last_searched: date | None
    milestones: tuple[MilestoneView, ...]
    note: str | None


class NextDate(View, frozen=True, kw_only=True):
    """The nearest date promised that is still to come or was missed."""

    title: str
    as_printed: str
    latest: date
    text: str
    ref: str
    overdue: bool


class AnnouncementSummary(View, frozen=True, kw_only=True):
    """One announcement in a list."""

    id: str
    number: int
    slug: str
    title: str
    theme: str
    benefit: str
    status: Status
    status_text: str
    rolled_up: str
    """How the word follows from the deliverables: “1 of 3 delivered”."""
    deliverable_count: int
    delivered_count: int
    next_date: NextDate | None
    url: str


class GroupView(View, frozen=True, kw_only=True):
    """What an announcement says of one beneficiary group."""

    group: str
    title: str
    kind: str
    answer: str
    answer_text: str
    text: str | None


class BeneficiariesView(View, frozen=True, kw_only=True):
    """Who benefits, in the source's words and group by group."""

    who: tuple[WordingView, ...]
    when_where: tuple[WordingView, ...]
    groups: tuple[GroupView, ...]
    turns_on: str | None


class EligibilityView(View, frozen=True, kw_only=True):
    """Who could use it from a day on."""

    since: date
    text: str
    evidence: tuple[Evidence, ...]
    note: str | None


class MoneyView(View, frozen=True, kw_only=True):
    """A sum as printed; never added to another."""

    as_printed: str
    new_money: str
    text: str
    since: date
    quotation: WordingView | None
    evidence: tuple[Evidence, ...]


class RoleView(View, frozen=True, kw_only=True):
    body: str
    name: str
    does: str


class PlaceView(View, frozen=True, kw_only=True):
    name: str
    programme: str
    announcement: int | None
    since: str
    since_edtf: str
    evidence: tuple[Evidence, ...]
    note: str | None


class OutcomeMention(View, frozen=True, kw_only=True):
    """Where an announcement stands in the implementation table."""

    key: str
    title: str
    column: str
    """“delivered” is the publisher's own claim; “next” is what it said it would do."""
    text: str
    page: str
    note: str | None


class NoteView(View, frozen=True, kw_only=True):
    number: int
    title: str
    text: str


class ChangeView(View, frozen=True, kw_only=True):
    """One change on the record."""

    seq: int
    key: str
    kind: str
    kind_text: str
    about: tuple[str, ...]
    announcements: tuple[int, ...]
    text: str
    happened_on: str
    happened_text: str
    known_on: date
    recorded_at: datetime
    certainty: str
    inferred: str | None
    note: str | None
    details: dict[str, Any]
    """What this kind of fact says beside its text."""
    evidence: tuple[Evidence, ...]
    corrected: bool
    hash: str


class VerdictView(View, frozen=True, kw_only=True):
    """An organisation's opinion, beside the fact and never mixed with it."""

    seq: int
    organisation: str
    rating: str | None
    summary: str
    next: str | None
    topic: str | None
    happened_on: str
    happened_text: str
    inferred: str | None
    stale: bool
    """True when the fact it judged has changed since."""
    evidence: tuple[Evidence, ...]


class LedgerLine(View, frozen=True, kw_only=True):
    """One statement of what was promised: the promise itself, a date, how much or for whom, or the end of it."""

    kind: str
    kind_text: str
    subject: str
    """The announcement, deliverable or milestone it is about, or what is measured."""
    happened_on: str
    """EDTF; the day it was stated."""
    happened_text: str
    effect: str
    """What it did to what stood before, in words."""
    as_printed: str | None = None
    by: str | None = None
    """Who stated it; None for what was found and not stated."""
    document: str | None = None
    page: str | None = None
    seq: int | None = None
    """The change that stated it; None when a document of the strategy prints it."""
    text: str | None = None
    """What happened, in one plain sentence; None for what a document of the strategy prints."""
    publishers: tuple[str, ...] = ()
    """Who published the evidence."""
    measure: str | None = None
    programme: str | None = None
    basis: str | None = None
    replaces: str | None = None
    """What was stated before of the same milestone, or of the same measure, programme and basis."""
    governs: bool = False
    material: bool = False
    """True when this changes what was promised."""
    inferred: str | None = None
    note: str | None = None


class UsableView(View, frozen=True, kw_only=True):
    since: date
    text: str


class AnnouncementView(AnnouncementSummary, frozen=True, kw_only=True):
    """One announcement, whole."""

    theme_title: str
    pages: str
    on: date
    known_at: date
    who_can_use: UsableView | None
    wordings: tuple[WordingView, ...]
    deliverables: tuple[DeliverableView, ...]
    milestones: tuple[MilestoneView, ...]
    beneficiaries: BeneficiariesView | None
    benefits_through: str | None
    eligibility: tuple[EligibilityView, ...]
    money: tuple[MoneyView, ...]
    roles: tuple[RoleView, ...]
    places: tuple[PlaceView, ...]
    outcomes: tuple[OutcomeMention, ...]
    ledger: tuple[LedgerLine, ...]
    """Everything promised and each restatement, in the order of the days."""
    scope_ledger: tuple[LedgerLine, ...]
    """The lines of the ledger that say how much, for whom or where, measure by measure."""
    verdicts: tuple[VerdictView, ...]
    changes: tuple[ChangeView, ...]
    notes: tuple[NoteView, ...]
    named_by: tuple[str, ...]


class HeadInfo(View, frozen=True, kw_only=True):
    """The end of the chain, so that a cut tail can be noticed."""

    seq: int
    hash: str


class AnnouncementList(View, frozen=True, kw_only=True):
    items: tuple[AnnouncementSummary, ...]
    next: str | None


class LoggedChange(ChangeView, frozen=True, kw_only=True):
    """A change as it was recorded, with what is needed to check the chain."""

    strategy: str
    body: str
    body_sha256: str


class ChangeLog(View, frozen=True, kw_only=True):
    """A page of the replayable log."""

    items: tuple[LoggedChange, ...]
    next: int | None
    head: HeadInfo


class OutcomeRow(View, frozen=True, kw_only=True):
    """A bullet of the implementation table with where its announcements stand now."""

    text: str
    page: str
    announcements: tuple[AnnouncementSummary, ...]
    note: str | None


class OutcomeView(View, frozen=True, kw_only=True):
    key: str
    title: str
    page: str
    delivered: tuple[OutcomeRow, ...]
    next: tuple[OutcomeRow, ...]


class StatusCount(View, frozen=True, kw_only=True):
    status: Status
    text: str
    count: int
    meaning: str


class OutcomeList(View, frozen=True, kw_only=True):
    items: tuple[OutcomeView, ...]
    next: str | None


class StrategyView(View, frozen=True, kw_only=True):
    """A strategy in a line."""

    slug: str
    title: str
    reference: str
    published_on: date
    published_by: str
    geography: str
    opened_on: date
    announcements: int
    counts: dict[str, int]
    head: HeadInfo


class StrategyList(View, frozen=True, kw_only=True):
    items: tuple[StrategyView, ...]
    next: str | None
