"""From the rows of a file to actions: which are right, and what is wrong with the others, cell by cell. Pure."""

import base64
import re
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import msgspec

from tracker.benchmark.planning.days import read_day
from tracker.benchmark.planning.opening import Cell, Row
from tracker.benchmark.planning.schemas import PRIORITY_TEXT, PROGRESS_TEXT, Planned, Priority, Progress
from tracker.benchmark.queries import Colleague
from tracker.benchmark.schemas import LEVELS, Criterion, Level
from tracker.benchmark.words import LEVEL_WORDS
from tracker.errors import Invalid

LONGEST_TITLE = 300
LONGEST_TEXT = 4_000
UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
LARGEST_KEPT = 1_500_000
"""Bytes of what a preview holds until it is confirmed, unpacked."""
LISTED = "The second sheet of the .xlsx template lists them."
E = TypeVar("E", Priority, Progress, Level)


class Column(msgspec.Struct, frozen=True):
    """A column of the template: its head, what it is for, and other heads that mean the same."""

    name: str
    head: str
    about: str
    also: tuple[str, ...] = ()
    required: bool = False


COLUMNS = (
    Column(
        "criterion",
        "Question",
        f"Its number, like 14 or K6. {LISTED}",
        ("criterion", "commitment", "number"),
        True,
    ),
    Column(
        "title",
        "Action",
        f"What will be done, in one line of up to {LONGEST_TITLE} characters.",
        ("title", "what"),
        True,
    ),
    Column(
        "owner",
        "Owner",
        "The name or email address of somebody who takes part for your authority, or empty.",
        ("lead", "who"),
    ),
    Column("due_on", "Due date", "A day, like 31 March 2027 or 31/3/2027, or empty.", ("due", "deadline", "when")),
    Column("priority", "Priority", "High, medium or low. Empty means medium."),
    Column("target", "Target level", "Not in place, developing, in place or leading, or empty.", ("target",)),
    Column("measure", "Measure of success", "How you will see that it worked.", ("measure", "success measure")),
    Column("resources", "Resources", "Money, time and people that it needs.", ("resource",)),
    Column("status", "Status", "Not started, in progress, done or stopped. Empty means not started."),
)
"""The columns that are read. Our own list of a plan has further ones, which are left alone."""
LEFT_ALONE = ("action number", "about", "status since", "overdue", "last update", "last updated")
"""Heads of our own list that are not read again."""


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a row, and in which cell."""

    row: int
    cell: str
    text: str


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A row that is right: the action, its place in the file, and what was let go, which its first update tells."""

    row: int
    planned: Planned
    owner: str = ""
    """The mark of who owns it, while it waits in a form."""
    note: str = ""


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says: actions to add, those that the plan has already, and what is wrong."""

    wanted: tuple[Wanted, ...]
    known: tuple[Wanted, ...]
    problems: tuple[Problem, ...]
    unread: tuple[str, ...]
    """Heads of columns that mean nothing to us."""


def read_rows(
    rows: Sequence[Row], *, criteria: Sequence[Criterion], owners: Sequence[Colleague], known: set[tuple[str, str]]
) -> Read:
    """What a table says; raises Invalid when its first row has not the heads of the template."""
    if not rows:
        raise Invalid("The file has no rows. Fill in our template and choose it.")
    places, unread = _heads(rows[0])
    read = _Reader(places, {item.key.casefold(): item for item in criteria}, owners)
    found = [wanted for row in rows[1:] if (wanted := read(row))]
    new: dict[tuple[str, str], Wanted] = {}
    again = []
    for wanted in found:
        name = (wanted.planned.criterion, wanted.planned.title.casefold())
        if name in known or name in new:
            again.append(wanted)
        else:
            new[name] = wanted
    return Read(wanted=tuple(new.values()), known=tuple(again), problems=tuple(read.problems), unread=unread)


def keep(wanted: Iterable[Wanted]) -> str:
    """What a preview holds in its form until it is confirmed: nothing is stored before."""
    return base64.b64encode(zlib.compress(msgspec.json.encode(tuple(wanted)))).decode()


def kept(text: str) -> tuple[Wanted, ...]:
    """What a preview held; raises Invalid when it is not whole. It is as little to be believed as anything typed."""
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(base64.b64decode(text, validate=True), LARGEST_KEPT)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise ValueError("it goes on")
        found = msgspec.json.decode(content, type=tuple[Wanted, ...])
    except (ValueError, zlib.error, msgspec.DecodeError) as error:
        raise Invalid("The preview did not arrive whole. Choose the file again.") from error
    for item in found:
        _require_texts(item)
    return found


def _require_texts(wanted: Wanted) -> None:
    planned = wanted.planned
    texts = (planned.measure, planned.resources, wanted.note)
    is_long = len(planned.title) > LONGEST_TITLE or any(len(text) > LONGEST_TEXT for text in texts)
    if is_long or not planned.title or UNSHOWN.search("".join((planned.title, *texts))):
        raise Invalid("The preview did not arrive whole. Choose the file again.")


def _heads(row: Row) -> tuple[Mapping[str, int], tuple[str, ...]]:
    """At which place of a row each column stands, and the heads that mean nothing."""
    meant = {name.casefold(): item.name for item in COLUMNS for name in (item.head, item.name, *item.also)}
    places: dict[str, int] = {}
    unread = []
    for place, cell in enumerate(row):
        head = " ".join(cell.text.casefold().replace("_", " ").split())
        if name := meant.get(head) or meant.get(head.replace(" ", "_")):
            if name in places:
                raise Invalid(f"Two columns are for the same: “{cell.text[:40]}” ({cell.name}). Take one out.")
            places[name] = place
        elif head and head not in LEFT_ALONE:
            unread.append(cell.text[:60])
    missing = [item.head for item in COLUMNS if item.required and item.name not in places]
    if missing:
        raise Invalid(
            f"The first row has no column “{' and no column “'.join(f'{head}”' for head in missing)}. "
            "Use our template: its first row names the columns."
        )
    return places, tuple(unread)


class _Reader:
    """Reads rows, and collects what is wrong with them."""

    def __init__(
        self, places: Mapping[str, int], criteria: Mapping[str, Criterion], owners: Sequence[Colleague]
    ) -> None:
        self.problems: list[Problem] = []
        self._places = places
        self._criteria = criteria
        self._owners = owners

    def __call__(self, row: Row) -> Wanted | None:
        """The action of a row; None when something is wrong with it, which is noted."""
        number = int(re.sub(r"\D", "", row[0].name))
        before = len(self.problems)
        for cell in row:
            if cell.is_formula:
                self._wrong(number, cell, "holds a formula. Paste its value in its place: formulas are not read")
        if len(self.problems) > before:
            return None
        get = self._values(number, row)
        criterion = get("criterion", self._criterion)
        owner_id, note = get("owner", self._owner) or (None, "")
        values: dict[str, Any] = {
            "title": get("title", lambda text: _title(text)),
            "due_on": get("due_on", lambda text: read_day(text) if text else None),
            "priority": get("priority", lambda text: _one(text, PRIORITY_TEXT, Priority.MEDIUM)),
            "target": get("target", lambda text: _one(text, _TARGETS, None)),
            "measure": get("measure", _long),
            "resources": get("resources", _long),
            "status": get("status", lambda text: _one(text, PROGRESS_TEXT, Progress.NOT_STARTED)),
        }
        if len(self.problems) > before or criterion is None:
            return None
        planned = Planned(criterion=criterion.key, version=criterion.version, owner_id=owner_id, **values)
        return Wanted(row=number, planned=planned, note=note)

    def _values(self, number: int, row: Row) -> Callable[[str, Callable[[str], Any]], Any]:
        """What reads a column of a row and notes what is wrong with it."""

        def get(name: str, read: Callable[[str], Any]) -> Any:
            place = self._places.get(name)
            cell = row[place] if place is not None and place < len(row) else Cell(f"row {number}", "")
            try:
                return read(cell.text)
            except Invalid as error:
                self._wrong(number, cell, str(error))
                return None

        return get

    def _wrong(self, number: int, cell: Cell, text: str) -> None:
        self.problems.append(Problem(number, cell.name, text))

    def _criterion(self, text: str) -> Criterion:
        if not text:
            raise Invalid("is empty: give the number of the question, like 14 or K6")
        key = re.split(r"[\s.:]", text.casefold(), maxsplit=1)[0]
        if key not in self._criteria:
            raise Invalid(f"“{text[:40]}” is not the number of a question. {LISTED}")
        return self._criteria[key]

    def _owner(self, text: str) -> tuple[int | None, str]:
        """Who owns it. Somebody who does not take part yet is let go, and named in the first update."""
        if not text:
            return None, ""
        said = text.casefold()
        found = [owner for owner in self._owners if said in (owner.name.casefold(), owner.address.casefold())]
        if len(found) == 1:
            return found[0].id, ""
        return None, f"The file named “{_short(text)[:100]}” as its owner, who is not known here by that name."


_TARGETS = {level: LEVEL_WORDS[level] for level in LEVELS}


def _one(text: str, words: Mapping[E, str], default: Any) -> Any:
    """The option that a text names, by its words or its code."""
    if not text:
        return default
    said = " ".join(text.casefold().replace("-", " ").split())
    for option, word in words.items():
        if said == word.casefold():
            return option
    raise Invalid(f"“{text[:40]}” is not one of: {', '.join(word.lower() for word in words.values())}")


def _title(text: str) -> str:
    text = _short(text)
    if not text:
        raise Invalid("is empty: say what will be done")
    if len(text) > LONGEST_TITLE:
        raise Invalid(f"has {len(text):,} characters: an action may have {LONGEST_TITLE}")
    return text


def _short(text: str) -> str:
    return UNSHOWN.sub("", " ".join(text.split()))


def _long(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Invalid(f"has {len(text):,} characters: {LONGEST_TEXT:,} are the most")
    return UNSHOWN.sub("", re.sub(r"\r\n?", "\n", text)).strip()


def due(day: date | None) -> str:
    """A day as the template writes it."""
    return day.isoformat() if day else ""
