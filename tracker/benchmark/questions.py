"""The questions of the benchmark, read from data/: what is asked, in which edition and round, and of whom.

A released version of a criterion is never changed: released.toml holds the digest of each, and `problems` compares.
"""

import hashlib
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tracker.benchmark.schemas import LEVELS, Basis, Circumstances, Criterion, Edition, Line, Round, Sure, When
from tracker.errors import Invalid, NotFound

DATA = Path(__file__).parent / "data"
T = TypeVar("T")


class Questions(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a folder of questions says."""

    lines: tuple[Line, ...]
    versions: dict[str, Criterion]
    """By key and version, like 1b/2."""
    digests: dict[str, str]
    """SHA-256 of each version as its file has it."""
    released: dict[str, str]
    """What each digest was when it was released."""
    editions: tuple[Edition, ...]
    rounds: tuple[Round, ...]

    def criteria_of(self, edition: str) -> tuple[Criterion, ...]:
        """The criteria of an edition in order of lines; the one of the first pass stands first in its line."""
        found = next((item for item in self.editions if item.key == edition), None)
        if found is None:
            raise NotFound(f"There is no edition “{edition[:20]}” of the questions.")
        order = {line.key: place for place, line in enumerate(self.lines)}
        chosen = [self.versions[f"{key}/{version}"] for key, version in found.versions.items()]
        return tuple(sorted(chosen, key=lambda item: (order.get(item.line, len(order)), not item.first_pass, item.key)))


@cache
def questions() -> Questions:
    """The questions that are shipped; raises Invalid when their files do not agree."""
    return read_questions(DATA)


def lines() -> tuple[Line, ...]:
    """The 27 lines of a benchmark: the 18 announcements, then the kinship local offer."""
    return questions().lines


def criteria_of(edition: str) -> tuple[Criterion, ...]:
    """Every criterion of an edition, in order of lines."""
    return questions().criteria_of(edition)


def asked(edition: str, circumstances: Circumstances) -> tuple[Criterion, ...]:
    """The criteria of an edition that an authority in these circumstances is asked."""
    return tuple(item for item in criteria_of(edition) if fits(item.when, circumstances))


def first_pass(edition: str, circumstances: Circumstances) -> tuple[Criterion, ...]:
    """What the first pass asks: one criterion of each line."""
    return tuple(item for item in asked(edition, circumstances) if item.first_pass)


def hints_for(criterion: Criterion, circumstances: Circumstances) -> tuple[str, ...]:
    """What only an authority in these circumstances reads beside a question."""
    return tuple(hint.text for hint in criterion.hints if fits(hint.when, circumstances))


def fits(when: When, circumstances: Circumstances) -> bool:
    """Whether every circumstance that is named is as it is named."""
    named = {name: getattr(when, name) for name in when.__struct_fields__}
    return all(wanted is None or wanted == getattr(circumstances, name) for name, wanted in named.items())


def criterion_of(key: str, version: int) -> Criterion:
    """One version of one criterion, released at any time; raises NotFound."""
    try:
        return questions().versions[f"{key}/{version}"]
    except KeyError:
        raise NotFound(f"There is no version {version} of a question “{key[:20]}”.") from None


def newest_edition(on: date) -> Edition:
    """The edition that a benchmark begun on this day answers; the first one where the day is before all of them."""
    editions = questions().editions
    return next((item for item in reversed(editions) if item.since <= on), editions[0])


def rounds() -> tuple[Round, ...]:
    """Every round, the earliest first."""
    return questions().rounds


def round_of(key: str) -> Round:
    """The round with this key; raises NotFound."""
    found = next((item for item in rounds() if item.key == key), None)
    if found is None:
        raise NotFound(f"There is no round “{key[:20]}”.")
    return found


def round_on(day: date) -> Round:
    """The round that a day (London) falls in; the last one where the files do not reach that far."""
    return next((item for item in rounds() if item.opens <= day <= item.closes), rounds()[-1])


def read_questions(folder: Path) -> Questions:
    """A folder of questions; raises Invalid naming file, place and reason."""
    raw = [
        (path, table)
        for path in sorted((folder / "criteria").glob("*.toml"))
        for table in _list(path, "criterion", dict[str, Any])
    ]
    versions: dict[str, Criterion] = {}
    digests: dict[str, str] = {}
    for path, table in raw:
        criterion = _convert(table, Criterion, path)
        name = f"{criterion.key}/{criterion.version}"
        if name in versions:
            raise Invalid(f"{path.name}: {name} is given twice")
        versions[name] = criterion
        digests[name] = _digest(table)
    found = Questions(
        lines=tuple(_list(folder / "lines.toml", "line", Line)),
        versions=versions,
        digests=digests,
        released=_convert(_toml(folder / "released.toml"), dict[str, str], folder / "released.toml"),
        editions=tuple(sorted(_list(folder / "editions.toml", "edition", Edition), key=lambda item: item.since)),
        rounds=tuple(sorted(_list(folder / "rounds.toml", "round", Round), key=lambda item: item.opens)),
    )
    missing = sorted({f"{key}/{n}" for item in found.editions for key, n in item.versions.items()} - set(versions))
    if missing or not found.editions or not found.rounds:
        raise Invalid(f"editions.toml names “{missing[0]}”, which no file has" if missing else "no edition or no round")
    return found


def problems(found: Questions) -> list[str]:
    """Everything that is wrong with a set of questions, a line each; empty when it is whole."""
    return [
        *_released_problems(found),
        *(problem for item in found.versions.values() for problem in _criterion_problems(item, found)),
        *(problem for item in found.editions for problem in _edition_problems(item, found)),
        *_round_problems(found.rounds),
    ]


def _released_problems(found: Questions) -> Iterator[str]:
    for name, digest in found.released.items():
        if found.digests.get(name) != digest:
            yield f"question {name} is not as it was released: put it back and add a version with the new words"
    named = {f"{key}/{version}" for item in found.editions for key, version in item.versions.items()}
    for name in sorted(named - set(found.released)):
        yield f"question {name} is in an edition and not in released.toml: add “{name}” = “{found.digests[name]}”"


def _criterion_problems(item: Criterion, found: Questions) -> Iterator[str]:
    name = f"question {item.key}/{item.version}"
    if item.line not in {line.key for line in found.lines}:
        yield f"{name} belongs to line “{item.line}”, which lines.toml does not have"
    if set(item.levels) != set(LEVELS):
        yield f"{name} does not describe exactly the four levels"
    if not item.documents or not item.actions:
        yield f"{name} has no document or no suggested action"
    if item.first_pass and item.when != When():
        yield f"{name} is of the first pass, which everybody is asked, and asks only some"
    if item.in_force is not None and item.basis is not Basis.LAW:
        yield f"{name} says since when it is in force and is not law in force"
    for document in item.documents:
        if document.sure is Sure.ACCOUNT and (not document.by_account_of or document.quotation):
            yield f"{name} quotes by account, or does not say whose account it is"


def _edition_problems(edition: Edition, found: Questions) -> Iterator[str]:
    counted = Counter(item.line for item in found.criteria_of(edition.key) if item.first_pass)
    for line in found.lines:
        if counted[line.key] != 1:
            yield f"edition {edition.key} has {counted[line.key]} questions of the first pass for line {line.key}"
    for key, version in edition.versions.items():
        if found.versions[f"{key}/{version}"].since > edition.since:
            yield f"edition {edition.key} has question {key}/{version}, which is younger"


def _round_problems(rounds: Iterable[Round]) -> Iterator[str]:
    before: Round | None = None
    for item in rounds:
        if before is not None and (item.opens - before.closes).days != 1:
            yield f"round {item.key} does not open on the day after round {before.key} closes"
        before = item


def _digest(table: Mapping[str, Any]) -> str:
    """Of what the file says, so that a field added to our structs later changes no digest."""
    return hashlib.sha256(msgspec.json.encode(table, order="deterministic")).hexdigest()


def _list(path: Path, name: str, kind: type[T]) -> list[T]:
    content = _toml(path)
    if set(content) != {name}:
        raise Invalid(f"{path.name} may hold [[{name}]] tables and nothing else")
    return _convert(content[name], list[kind], path)  # type: ignore[valid-type]  # a type that is given


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Invalid(f"{path.name}: {error}") from error


def _convert(value: Any, kind: type[T], path: Path) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"{path.name}: {error}") from error
