"""The closed list of facts a change can state. No fact carries a status: statuses are worked out from facts."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec

Certainty = Literal["high", "medium", "low"]
EDITED = "entry-"
"""How the key of an event begins that an editor recorded; keys in files begin otherwise."""
INVENTED = f"{EDITED}demo-"
"""How the key of an event begins that was invented for a demonstration: every page of such a record says so."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Where a fact can be read: what we saw, who published it, and what it says."""

    title: str
    publisher: str
    url: str | None = None
    dated: str | None = None
    """The document's own date as EDTF; None when it is not known."""
    quotation: str | None = None
    page: str | None = None
    claimed_by: str | None = None
    """Who claims it, when the source is the promiser's own claim rather than an independent observation."""
    note: str | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag=True, omit_defaults=True):
    """One dated fact about a strategy: when it happened, when it could be known, about what, on what evidence."""

    about: tuple[str, ...] = ()
    """References like "14", "14/guidance" or "14/guidance/published"; empty means the strategy itself."""
    text: str
    """One plain sentence saying what happened."""
    happened_on: str
    """EDTF; a fuzzy day counts from its latest day."""
    known_on: date
    """The first day the fact could be known from outside: the date of the earliest evidence."""
    certainty: Certainty = "high"
    inferred: str | None = None
    """What in this fact is our inference rather than the source's words."""
    note: str | None = None
    evidence: tuple[Evidence, ...] = ()


class DateStated(Fact, frozen=True, kw_only=True, tag="date-stated"):
    """Somebody stated a date for a milestone (again)."""

    as_printed: str
    edtf: str | None = None
    by: str


class MilestoneReached(Fact, frozen=True, kw_only=True, tag="milestone-reached"):
    """A milestone that is a step on the way was reached."""


class MilestoneDropped(Fact, frozen=True, kw_only=True, tag="milestone-dropped"):
    """A milestone will not be pursued any more."""


class Started(Fact, frozen=True, kw_only=True, tag="started"):
    """Work on a deliverable is known to have begun."""


class Delivered(Fact, frozen=True, kw_only=True, tag="delivered"):
    """A deliverable met its done_when; it reaches every milestone of the deliverable that was still open."""


class Ongoing(Fact, frozen=True, kw_only=True, tag="ongoing"):
    """A deliverable without an end is confirmed to be running."""


class Stopped(Fact, frozen=True, kw_only=True, tag="stopped"):
    """A deliverable was given up."""


class Superseded(Fact, frozen=True, kw_only=True, tag="superseded"):
    """A deliverable was replaced by something else."""

    by: str


class ScopeStated(Fact, frozen=True, kw_only=True, tag="scope-stated"):
    """Somebody stated how much, for whom or where; compared only within one measure, basis and programme."""

    measure: str
    """What is measured: "areas", "funding", "eligibility", "children"…"""
    programme: str
    """The programme the figure belongs to, in its own name; figures of two programmes are never one series."""
    as_printed: str
    value: int | None = None
    unit: str | None = None
    basis: str | None = None
    """The period or condition the figure rests on ("one year", "a trial")."""
    by: str
    material: bool = False
    """True when this changes what was promised."""


class VerdictGiven(Fact, frozen=True, kw_only=True, tag="verdict-given"):
    """An organisation gave its opinion; text is our one-sentence summary."""

    organisation: str
    rating: str | None = None
    """The organisation's own rating words, only if it gave one."""
    topic: str | None = None
    """The organisation's own heading, for a topic beyond the announcements."""
    next: str | None = None
    """What the organisation says should happen next, in our words."""


class Reviewed(Fact, frozen=True, kw_only=True, tag="reviewed"):
    """Somebody looked for progress and found nothing (more)."""

    looked: tuple[str, ...]
    """Where we looked."""


class Noted(Fact, frozen=True, kw_only=True, tag="noted"):
    """Context that bears on a promise without changing where it stands."""


class BecameOverdue(Fact, frozen=True, kw_only=True, tag="became-overdue"):
    """A notice that a milestone's latest day passed; ignored when statuses are worked out."""

    due: date


class Difference(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One quotation or structural text that was corrected: where, and what it said before and after."""

    where: str
    old: str | None
    new: str | None


class Corrected(Fact, frozen=True, kw_only=True, tag="corrected"):
    """An earlier change, or a quotation, was wrong."""

    why: str
    of: str | None = None
    """The key of the change that is corrected; None when quotations or structure are."""
    instead: dict[str, Any] | None = None
    """The fact that holds instead, in full; None withdraws the change without a replacement."""
    differences: tuple[Difference, ...] = ()


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """A fact of a kind that a newer version wrote: shown by its text, ignored by the rules."""

    kind: str
    about: tuple[str, ...] = ()
    text: str
    happened_on: str
    known_on: date
    certainty: Certainty = "high"
    inferred: str | None = None
    note: str | None = None
    evidence: tuple[Evidence, ...] = ()


AnyFact = (
    DateStated | MilestoneReached | MilestoneDropped | Started | Delivered | Ongoing | Stopped | Superseded
    | ScopeStated | VerdictGiven | Reviewed | Noted | BecameOverdue | Corrected
)  # fmt: skip


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A fact on the record: its place in the chain, when it was recorded, and its exact bytes."""

    seq: int
    strategy: str
    key: str
    recorded_at: datetime
    fact: AnyFact | Unknown
    body: str
    body_digest: str
    hash: str


def kind_of(fact: AnyFact | Unknown) -> str:
    """The word that names the kind of a fact."""
    return fact.kind if isinstance(fact, Unknown) else str(fact.__struct_config__.tag)


def encode_fact(fact: AnyFact) -> bytes:
    """A fact as its canonical bytes: keys sorted, defaults left out."""
    return msgspec.json.encode(fact, order="sorted")


def decode_fact(raw: bytes | msgspec.Raw) -> AnyFact | Unknown:
    """The fact in these bytes; a kind that this version does not know is kept as Unknown."""
    unknown = _UNKNOWN.decode(raw)
    return _KNOWN.decode(raw) if unknown.kind in KINDS else unknown


KINDS = frozenset(str(kind.__struct_config__.tag) for kind in AnyFact.__args__)
_KNOWN: msgspec.json.Decoder[AnyFact] = msgspec.json.Decoder(AnyFact)
_UNKNOWN = msgspec.json.Decoder(Unknown)


def full_digest(body: bytes) -> str:
    """SHA-256 of exact bytes, in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def fact_from(given: dict[str, Any]) -> AnyFact | Unknown:
    """The fact that a plain dictionary spells out."""
    return decode_fact(msgspec.json.encode(given, order="sorted"))


def provisional(seq: int, strategy: str, key: str, fact: AnyFact) -> Change:
    """A fact dressed as a change so that the rules can be asked what it would lead to; it is not on record."""
    moment = datetime.min.replace(tzinfo=UTC)
    return Change(seq=seq, strategy=strategy, key=key, recorded_at=moment, fact=fact, body="", body_digest="", hash="")
