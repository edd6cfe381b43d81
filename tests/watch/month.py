"""What is published in our own GOV.UK during thirty days: documents, and everything that happens to them."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
START = datetime(2026, 10, 1, tzinfo=UTC)
END = START + 30 * DAY
"""Clocks go back on 25 October, so times of Europe/London change their offset inside."""
OUTAGE = (START + 17 * DAY + 6 * HOUR, START + 17 * DAY + 14 * HOUR)
OVERFLOW = START + 10 * DAY + 9 * HOUR
LAG = 9 * MINUTE
"""How long the Content API may give the older version of a page whose newer one a feed shows already."""

FINDERS = {
    "policy_paper": "policy-papers-and-consultations",
    "open_consultation": "policy-papers-and-consultations",
    "guidance": "guidance-and-regulation",
    "statutory_guidance": "guidance-and-regulation",
    "press_release": "news-and-communications",
    "research": "research-and-statistics",
    "transparency": "transparency-and-freedom-of-information-releases",
}
ORGANISATIONS = {
    "department-for-education": "Department for Education",
    "ofsted": "Ofsted",
    "cafcass": "Cafcass",
}
RENAMED = ("cafcass", START + 12 * DAY)
"""An organisation whose address is gone (404) from then on."""
ENDED = ("transparency-and-freedom-of-information-releases", START + 15 * DAY)
"""A finder that says “This feed has ended” from then on."""
TOPICS = (
    "kinship care", "special guardianship", "virtual school heads", "school attendance", "early years", "adoption",
    "teacher training", "school buildings", "family networks", "children’s homes", "apprenticeships", "fostering",
)  # fmt: skip


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A public change: its note, and the text from then on."""

    at: datetime
    note: str | None
    text: str
    lag: timedelta = timedelta(0)


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """A text that changed without a public word; `until` when it was only there for a moment."""

    at: datetime
    text: str
    until: datetime | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A page of GOV.UK and what becomes of it."""

    path: str
    title: str
    summary: str
    type: str
    organisation: str
    changes: tuple[Change, ...]
    """The first is its publication."""
    edits: tuple[Edit, ...] = ()
    withdrawn_at: datetime | None = None
    historic_from: datetime | None = None
    watched: bool = False
    """Whether a file of sources asks for its text."""


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What happened once, and must be sighted exactly once."""

    url: str
    at: datetime
    published_at: datetime | None
    """The public time of this version; None for what has none: silent edits and withdrawals."""
    note: str | None
    silent: bool = False
    withdrawn: bool = False


def documents(seed: int = 1) -> tuple[Document, ...]:
    """All documents of the month and of the time before it; the same ones for the same seed."""
    pick = random.Random(seed)
    return (*_before(pick), *_during(pick), *_overflow(pick), *_special(pick))


def events(published: tuple[Document, ...]) -> tuple[Event, ...]:
    """What must be sighted of these documents between START and END, the oldest first."""
    return tuple(sorted((each for document in published for each in _events(document)), key=lambda event: event.at))


def _events(document: Document) -> Iterator[Event]:
    url = f"https://www.gov.uk{document.path}"
    for change in document.changes:
        if START < change.at <= END:
            yield Event(url=url, at=change.at, published_at=change.at, note=change.note)
    for edit in document.edits if document.watched else ():
        if edit.until is None:
            yield Event(url=url, at=edit.at, published_at=None, note=None, silent=True)
    if document.withdrawn_at:
        yield Event(url=url, at=document.withdrawn_at, published_at=None, note=None, withdrawn=True)


def prose(pick: random.Random, topic: str, paragraphs: int = 6) -> str:
    """Paragraphs of HTML as GOV.UK's editors make them."""
    verbs = ("should consider", "must publish", "will review", "are asked to set out", "may extend", "work with")
    subjects = ("Local authorities", "Schools", "Family courts", "Carers", "Virtual school heads", "Partners")
    objects = ("the local offer", "their plans", "support for carers", "the guidance", "training", "allowances")
    lines = [
        f"<p>{pick.choice(subjects)} {pick.choice(verbs)} {pick.choice(objects)} for {topic} "
        f"by {pick.choice(('spring', 'summer', 'autumn'))} {pick.randint(2024, 2028)}.</p>"
        for _ in range(paragraphs)
    ]
    return f'<div class="govspeak"><h2 id="overview">Overview</h2>\n\n{"".join(lines)}</div>'


def _document(pick: random.Random, number: int, at: datetime, **given: object) -> Document:
    topic = pick.choice(TOPICS)
    kind = str(given.pop("type", "") or pick.choice(sorted(FINDERS)))
    place = {"press_release": "news", "open_consultation": "consultations"}.get(kind, "publications")
    slug = topic.replace(" ", "-").replace("’", "")
    text = prose(pick, topic)
    made = {
        "path": f"/government/{place}/{slug}-{number}",
        "title": f"{topic[0].upper()}{topic[1:]}: {kind.replace('_', ' ')} {number}",
        "summary": f"What {pick.choice(('councils', 'schools', 'carers'))} need to know about {topic} & more.\r\n",
        "type": kind,
        "organisation": pick.choice(("department-for-education", "department-for-education", "ofsted")),
        "changes": (Change(at=at, note="First published." if number % 5 else None, text=text),),
    }
    return msgspec.convert({**made, **given}, Document, strict=False)


def _updated(pick: random.Random, document: Document, *moments: datetime, lag: timedelta = timedelta(0)) -> Document:
    later = tuple(
        Change(at=at, note=f"Added a section for {at:%B %Y} ({number}).", text=prose(pick, "updates"), lag=lag)
        for number, at in enumerate(moments, start=2)
    )
    return msgspec.structs.replace(document, changes=document.changes + later)


def _moment(pick: random.Random) -> datetime:
    """A working hour of the month, outside what has a time of its own; never two alike."""
    while True:
        at = (
            START
            + pick.randint(0, 28) * DAY
            + pick.randint(8, 16) * HOUR
            + pick.randint(1, 3_599) * timedelta(seconds=1)
        )
        if not OUTAGE[0] - HOUR < at < OUTAGE[1] + HOUR and not OVERFLOW - HOUR < at < OVERFLOW + 3 * HOUR:
            return at


def _before(pick: random.Random) -> Iterator[Document]:
    """Documents that were there already; half of them are changed in the month."""
    for number in range(100, 130):
        document = _document(pick, number, START - pick.randint(2, 400) * DAY - pick.randint(0, 86_399) * MINUTE / 60)
        yield (
            _updated(pick, document, *sorted(_moment(pick) for _ in range(pick.randint(1, 2))))
            if number % 2
            else document
        )


def _during(pick: random.Random) -> Iterator[Document]:
    """Documents that are published in the month, and some changed soon after."""
    for number in range(200, 222):
        first = _moment(pick)
        document = _document(pick, number, first)
        again = [at for at in (_moment(pick),) if at > first + HOUR]
        yield _updated(pick, document, *again) if number % 3 == 0 else document


def _overflow(pick: random.Random) -> Iterator[Document]:
    """Twenty-six in half an hour: more than a window holds."""
    for number in range(300, 326):
        at = OVERFLOW + (number - 300) * MINUTE
        yield _document(pick, number, at, type="guidance", organisation="department-for-education")


def _special(pick: random.Random) -> Iterator[Document]:
    """Watched pages, one for each thing that can go wrong."""
    long_ago = START - 200 * DAY

    def page(name: str, **given: object) -> Document:
        path = f"/government/publications/{name}"
        made = {"organisation": "department-for-education", "type": "statutory_guidance", "watched": True, **given}
        return _document(pick, 401, long_ago, path=path, **made)

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return START + day * DAY + hour * HOUR + minute * MINUTE

    edited = page("edited-silently")
    yield msgspec.structs.replace(edited, edits=(Edit(at=at(5, 10), text=prose(pick, "kinship care")),))
    back = page("edited-and-put-back")
    original = back.changes[0].text
    there = (Edit(at=at(6, 11), text=prose(pick, "allowances")), Edit(at=at(8, 9), text=original))
    yield msgspec.structs.replace(back, edits=there)
    wrong = page("wrong-for-a-moment")
    yield msgspec.structs.replace(
        wrong, edits=(Edit(at=at(7, 13, 58), until=at(7, 14, 6), text="<div><p>We are sorry: try later.</p></div>"),)
    )
    yield msgspec.structs.replace(page("withdrawn-in-the-month"), withdrawn_at=at(13, 12))
    yield msgspec.structs.replace(page("history-mode", type="policy_paper"), historic_from=at(14, 8))
    yield _updated(pick, page("changed-twice-in-an-outage"), OUTAGE[0] + HOUR, OUTAGE[0] + 4 * HOUR)
    yield _updated(pick, page("changed-in-public"), at(3, 9, 30), at(21, 15, 15))
    yield _updated(pick, page("seen-late"), at(23, 11), lag=LAG)
    yield page("never-changed")
    yield msgspec.structs.replace(_document(pick, 402, at(2, 10), type="transparency"), organisation="cafcass")
