"""Structs of the benchmark: questions as their files state them, answers, and what is frozen at a signature."""

from datetime import date, datetime
from enum import StrEnum

import msgspec


class Basis(StrEnum):
    """What a criterion rests on, the strictest first."""

    LAW = "law"
    LAW_NOT_IN_FORCE = "law-not-in-force"
    STATUTORY_GUIDANCE = "statutory-guidance"
    GUIDANCE = "guidance"
    GOOD_PRACTICE = "good-practice"
    NATIONAL_ONLY = "national-only"


class Sure(StrEnum):
    """How we know what a document says."""

    READ = "read"
    """The document itself was read."""
    EXCERPT = "excerpt"
    """An excerpt of the document itself was read."""
    ACCOUNT = "account"
    """Somebody else's account of it was read, who is named."""


class Level(StrEnum):
    """Where a service stands, the lowest first; then the two answers that are no level."""

    NOT_IN_PLACE = "not-in-place"
    DEVELOPING = "developing"
    IN_PLACE = "in-place"
    LEADING = "leading"
    NOT_KNOWN = "not-known"
    DOES_NOT_APPLY = "does-not-apply"


LEVELS = (Level.NOT_IN_PLACE, Level.DEVELOPING, Level.IN_PLACE, Level.LEADING)


class Arrangement(StrEnum):
    """The kinds of family that an answer can cover."""

    INFORMAL = "informal"
    PRIVATE_FOSTERING = "private-fostering"
    CAO_LOOKED_AFTER = "cao-looked-after"
    CAO = "cao"
    SGO_LOOKED_AFTER = "sgo-looked-after"
    SGO = "sgo"
    KINSHIP_FOSTER = "kinship-foster"
    ADOPTION = "adoption"


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A struct of a file: a word that it does not know is refused."""


class Document(Strict, frozen=True, kw_only=True):
    """What a criterion rests on, where in it, and how we know."""

    title: str
    place: str = ""
    """Section, page or paragraph; "" where none was seen."""
    url: str | None = None
    dated: str | None = None
    """EDTF; None where unknown."""
    quotation: str = ""
    """Word for word; "" where the words were not seen."""
    sure: Sure
    by_account_of: str = ""
    """Who told, where `sure` is account."""


class LevelText(Strict, frozen=True, kw_only=True):
    """One level of one criterion: what it means here, and what would show it."""

    means: str
    shown_by: str


class Suggested(Strict, frozen=True, kw_only=True):
    """An action that often closes a gap; "find out" for an answer that is not known."""

    title: str
    measure: str = ""
    for_level: Level | None = None
    """Offered to who answered this; None: to whoever is below in place."""


class When(Strict, frozen=True, kw_only=True):
    """Which authorities are asked. Empty: all. Each field that is set must fit."""

    kinship_zone: bool | None = None
    two_tier: bool | None = None
    """Housing is with the districts (the 21 counties)."""
    delivered_by_other: bool | None = None
    """A trust or company delivers."""
    very_small: bool | None = None


class Variant(Strict, frozen=True, kw_only=True):
    """A hint that only some authorities read."""

    when: When
    text: str


class Criterion(Strict, frozen=True, kw_only=True):
    """One version of one question. A released one is never changed: a new version is added to its file."""

    key: str
    """Stable for good: 1, 1b, K6."""
    version: int
    since: date
    line: str
    """1 to 18, or K1 to K9: the line of the benchmark it belongs to."""
    first_pass: bool
    """Whether the first pass asks it: one criterion of each line."""
    title: str
    ask: str
    why: str
    basis: Basis
    in_force: date | None = None
    """Of law: since when."""
    documents: tuple[Document, ...]
    levels: dict[Level, LevelText]
    """The four of LEVELS."""
    actions: tuple[Suggested, ...]
    rests_on: tuple[str, ...]
    """What of the record it rests on, as facts name what they are about: 14, or 3/rename for one deliverable."""
    may_not_apply: bool = False
    compared: bool = True
    caution: str = ""
    when: When = When()
    hints: tuple[Variant, ...] = ()


class Line(Strict, frozen=True, kw_only=True):
    """One line of the benchmark: an announcement of the Strategy, or a part of the kinship local offer."""

    key: str
    """1 to 18, or K1 to K9."""
    title: str

    @property
    def announcement(self) -> int | None:
        """Its number in the record; None for the kinship local offer."""
        return None if self.key.startswith("K") else int(self.key)


class Edition(Strict, frozen=True, kw_only=True):
    """The questions of a time: which version of each criterion."""

    key: str
    """As 2026-11."""
    since: date
    versions: dict[str, int]


class Round(Strict, frozen=True, kw_only=True):
    """A half-year in which each authority can make one assessment; when it has closed, the others can be compared."""

    key: str
    title: str
    opens: date
    closes: date
    """The last day (London); it is closed in the night after it."""


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What of an authority decides which questions it is asked."""

    kinship_zone: bool = False
    two_tier: bool = False
    delivered_by_other: bool = False
    very_small: bool = False


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence of an answer: never a file."""

    title: str
    link: str = ""
    reference: str = ""
    page: str = ""


class Details(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer says beside its level and its sentence."""

    now: str = ""
    """What we do now."""
    covers: tuple[Arrangement, ...] = ()
    asked_families: bool | None = None
    """Whether carers and children were asked."""
    asked_when: str = ""
    proofs: tuple[Proof, ...] = ()
    gap: str = ""
    notes: str = ""
    """Working notes: may have to be disclosed."""
    because: str = ""
    """Why it does not apply."""


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """One saving of an answer, as its history shows it."""

    number: int
    """1, 2, 3 … of this answer, in the order in which they were saved."""
    criterion: str
    version: int
    kind: str
    author_id: int | None
    author: str
    """A name; "somebody who has left" where it is gone."""
    saved_at: datetime
    level: Level | None
    sentence: str
    details: Details


class FrozenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One agreed answer as it was signed, with the question it answers."""

    criterion: Criterion
    level: Level | None
    sentence: str
    details: Details
    national: str
    """Where the announcement stood nationally on that day, in the record's words; "" for what has none."""


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment as it was signed: everything that its papers show, so that they never change."""

    authority: str
    authority_name: str
    round: str
    round_title: str
    edition: str
    reference: str
    signed_at: datetime
    signed_name: str
    """The approver's name and position as they typed them."""
    asked_name: str = ""
    """Who asked for the signature."""
    signed_by_asker: bool = False
    """Whether one person asked and signed, because nobody else there may approve: its papers say so."""
    as_at: date
    record_seq: int
    answers: tuple[FrozenAnswer, ...]


class AssessmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A round of an authority, without its answers."""

    id: int
    authority: str
    round: str
    edition: str
    started_at: datetime
    before_id: int | None
    asked_at: datetime | None
    asked_by: int | None
    approver_id: int | None
    given_back: str | None
    signed_at: datetime | None
    signed_name: str | None
    reference: str | None

    @property
    def is_open(self) -> bool:
        """Whether its answers can be changed: it is neither signed nor with an approver."""
        return self.signed_at is None and self.asked_at is None
