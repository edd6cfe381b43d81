"""A strategy as data: what was promised, exactly as printed. Decoded strictly from the files of one folder."""

from datetime import date
from typing import Literal

from tracker.strategies.facts import Evidence
from tracker.strategies.finder import Finder
from tracker.strategies.parts import Key, Part

Answer = Literal["named", "excluded", "all", "not-said"]
Benefit = Literal["direct", "system"]


class Document(Part, frozen=True, kw_only=True):
    """A document we quote or rely on."""

    key: Key
    title: str
    publisher: str
    published_on: str
    """EDTF; the day the document itself appeared."""
    reference: str | None = None
    url: str | None = None
    licence: str | None = None
    quoted: bool = False
    """True when its words may be printed at length (open licence)."""
    note: str | None = None


class Quotation(Part, frozen=True, kw_only=True):
    """The source's exact words: whitespace folded and bold marks dropped, nothing else changed."""

    text: str
    document: Key
    page: str
    """Reckoned, since the text has no page breaks: "about p. 11"."""
    place: str | None = None
    """Where on the page: "list of announcements", "chapter box", "benefit table"…"""
    continues: str | None = None
    """The second part, where a page break cuts the quotation in two."""


class PrintedDate(Part, frozen=True, kw_only=True):
    """A date as one document prints it."""

    as_printed: str
    edtf: str | None = None
    """None where the words fix no day: "TBC", "Ongoing delivery"."""
    document: Key
    page: str
    place: str
    """"milestone chart", "running text", "benefit table"…"""
    counts: bool = True
    """False where the date cannot make anything late; note says why."""
    note: str | None = None


class Milestone(Part, frozen=True, kw_only=True):
    """A dated promise about a deliverable."""

    key: Key
    title: str
    dates: tuple[PrintedDate, ...]
    note: str | None = None


class Deliverable(Part, frozen=True, kw_only=True):
    """One thing an announcement promises, with what would count as done."""

    key: Key
    title: str
    done_when: str
    checkable: Literal["yes", "partly", "no"]
    checkable_because: str
    milestones: tuple[Milestone, ...] = ()
    note: str | None = None


class GroupAnswer(Part, frozen=True, kw_only=True):
    """What an announcement says of one beneficiary group."""

    group: Key
    answer: Answer
    text: str | None = None
    """One plain sentence of ours; the source's words are in who_benefits."""


class Beneficiaries(Part, frozen=True, kw_only=True):
    """Who, when and where in the source's words, and what that means for each group."""

    who: tuple[Quotation, ...] = ()
    when_where: tuple[Quotation, ...] = ()
    groups: tuple[GroupAnswer, ...] = ()
    turns_on: str | None = None
    """What eligibility turns on, when it is not the kinship arrangement."""


class Eligible(Part, frozen=True, kw_only=True):
    """What a day's eligibility means for some groups, in one plain sentence to them."""

    groups: tuple[Key, ...]
    answer: Literal["yes", "some", "no", "not-said"]
    text: str


class Eligibility(Part, frozen=True, kw_only=True):
    """Who could use it from a day on, as a dated fact with evidence."""

    since: date
    known_on: date
    text: str
    evidence: tuple[Key, ...]
    stands: Literal["promised", "usable"] = "promised"
    """Whether from this day on it could be used, or only was promised."""
    programme: str | None = None
    """The programme in whose places alone it can be used; None means everywhere."""
    groups: tuple[Eligible, ...] = ()
    note: str | None = None


class Usable(Part, frozen=True, kw_only=True):
    """The plain sentence that opens an announcement: who can use this, from a given day on."""

    since: date
    known_on: date
    text: str


class Money(Part, frozen=True, kw_only=True):
    """A sum as printed. Sums are never added up."""

    as_printed: str
    quotation: Quotation | None = None
    new_money: Literal["yes", "no", "not-said"]
    text: str
    """One sentence: what the money is for, and why it is new or not."""
    since: date
    evidence: tuple[Key, ...] = ()


class Role(Part, frozen=True, kw_only=True):
    """A body and what it does for an announcement."""

    body: Key
    does: str


class Place(Part, frozen=True, kw_only=True):
    """An area that takes part in something, from a day on."""

    name: str
    programme: str
    announcement: int | None = None
    since: str
    known_on: date
    evidence: tuple[Key, ...]
    note: str | None = None


class Announcement(Part, frozen=True, kw_only=True):
    """One of the strategy's numbered promises."""

    number: int
    slug: Key
    title: str
    theme: Key
    benefit: Benefit
    wordings: tuple[Quotation, ...]
    pages: str
    deliverables: tuple[Deliverable, ...]
    who_can_use: tuple[Usable, ...]
    beneficiaries: Beneficiaries | None = None
    benefits_through: str | None = None
    """For a system benefit: how families gain through the system, in one sentence."""
    eligibility: tuple[Eligibility, ...] = ()
    money: tuple[Money, ...] = ()
    roles: tuple[Role, ...] = ()
    named_by: tuple[Key, ...] = ()
    """Other documents that name this announcement."""


class Theme(Part, frozen=True, kw_only=True):
    key: Key
    title: str
    printed: tuple[Quotation, ...] = ()


class Group(Part, frozen=True, kw_only=True):
    """A beneficiary group: a kinship arrangement, or another group the source names."""

    key: Key
    title: str
    kind: Literal["arrangement", "other"]
    plain: str


class OutcomeEntry(Part, frozen=True, kw_only=True):
    """One bullet of an outcome row."""

    quotation: Quotation
    announcements: tuple[int, ...] = ()
    deliverables: tuple[str, ...] = ()
    note: str | None = None


class Outcome(Part, frozen=True, kw_only=True):
    """A row of the implementation table: what the department says it has delivered, and what it will do next."""

    key: Key
    title: str
    page: str
    delivered: tuple[OutcomeEntry, ...] = ()
    next: tuple[OutcomeEntry, ...] = ()


class ChartRow(Part, frozen=True, kw_only=True):
    """A row of the milestone chart, as printed."""

    group: str
    row: str
    cells: tuple[str, ...]
    announcement: int | None = None
    note: str | None = None


class OtherCommitment(Part, frozen=True, kw_only=True):
    """A promise the strategy makes outside its numbered announcements."""

    key: Key
    text: str
    quotation: Quotation | None = None
    announcement: int | None = None
    """The nearest announcement, if any."""
    note: str | None = None


class Body(Part, frozen=True, kw_only=True):
    key: Key
    name: str
    kind: str
    note: str | None = None


class Term(Part, frozen=True, kw_only=True):
    term: str
    text: str
    quotation: Quotation | None = None


class Note(Part, frozen=True, kw_only=True):
    """An editor's note: what we say about a misprint or a contradiction. The wording is never corrected."""

    number: int
    title: str
    text: str
    places: tuple[str, ...]
    """Where a reader meets it: "3", "3/rename", "outcomes", "methodology", "about", "chart"."""


class Identity(Part, frozen=True, kw_only=True):
    """What the strategy is called, who published it, and what this tracker calls itself."""

    slug: Key
    title: str
    full_title: str
    tracker_name: str
    short_name: str | None = None
    """What this tracker calls itself at the head of a subject, where room is scarce."""
    reference: str
    published_on: date
    published_by: str
    government: str
    """Which government published it, and what changed since."""
    geography: str
    opened_on: date
    """The day this record was opened; earlier days are reconstructed from when evidence was published."""
    document: Key
    summary: str
    licence: str
    numbers: tuple[Quotation, ...] = ()


class Strategy(Part, frozen=True, kw_only=True):
    """One strategy, whole."""

    identity: Identity
    documents: tuple[Document, ...]
    themes: tuple[Theme, ...]
    groups: tuple[Group, ...]
    outcomes: tuple[Outcome, ...]
    chart: tuple[ChartRow, ...]
    other_commitments: tuple[OtherCommitment, ...]
    bodies: tuple[Body, ...]
    places: tuple[Place, ...]
    glossary: tuple[Term, ...]
    notes: tuple[Note, ...]
    evidence: dict[Key, Evidence]
    finder: Finder | None = None
    announcements: tuple[Announcement, ...]
