"""A strategy's folder, decoded strictly: a wrong file is refused with its name, the place in it, and the reason."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from tracker.errors import Invalid
from tracker.strategies.facts import AnyFact, Evidence
from tracker.strategies.structure import Announcement, Strategy

T = TypeVar("T")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a history file: its stable key, its fact, and why it was corrected if it was."""

    key: str
    fact: AnyFact
    correction: str | None
    file: str


class Folder(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a strategy's folder says."""

    strategy: Strategy
    history: tuple[Entry, ...]
    correction: str | None
    """Why quotations or structure were corrected, when the folder says so."""


def folders(root: Path) -> list[Path]:
    """The folders of strategies below a folder, in order of name; raises Invalid when there is none."""
    if (root / "strategy.toml").is_file():
        return [root]
    found = sorted(path.parent for path in root.glob("*/strategy.toml"))
    if not found:
        raise Invalid(f"{root} holds no strategy: a strategy is a folder with a strategy.toml in it")
    return found


def read_folder(folder: Path) -> Folder:
    """One strategy from its files; raises Invalid naming file, place and reason."""
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == "evidence.toml":
            continue
        for name, value in _toml(path).items():
            if name in merged:
                raise Invalid(f"{path.name}: “{name}” is also given in {origin[name]}")
            merged[name], origin[name] = value, path.name
    correction = merged.pop("correction", None)
    if correction is not None and not isinstance(correction, str):
        raise Invalid(f"{origin['correction']}: correction must say why, in words")
    evidence = _evidence(folder / "evidence.toml")
    announcements = [
        _convert(_toml(path), Announcement, path) for path in sorted((folder / "announcements").glob("*.toml"))
    ]
    merged |= {"evidence": evidence, "announcements": sorted(announcements, key=lambda item: item.number)}
    strategy = _convert_merged(merged, origin)
    return Folder(strategy=strategy, history=tuple(_history(folder, evidence)), correction=correction)


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path.name}: {error}") from error


def _convert(value: Any, kind: type[T], path: Path) -> T:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise Invalid(f"{path.parent.name}/{path.name}: {error}") from error


def _convert_merged(merged: Mapping[str, Any], origin: Mapping[str, str]) -> Strategy:
    try:
        return msgspec.convert(merged, Strategy)
    except msgspec.ValidationError as error:
        place = str(error).partition("$.")[2]
        file = next((name for key, name in origin.items() if place.startswith(key)), "strategy.toml")
        raise Invalid(f"{file}: {error}") from error


def _evidence(path: Path) -> dict[str, Evidence]:
    return {key: _convert(value, Evidence, path) for key, value in _toml(path).items()} if path.is_file() else {}


def _history(folder: Path, evidence: Mapping[str, Evidence]) -> Iterable[Entry]:
    seen: dict[str, str] = {}
    for path in sorted((folder / "history").glob("*.toml")):
        content = _toml(path)
        if set(content) - {"change"} or not all(isinstance(raw, dict) for raw in content.get("change", [])):
            raise Invalid(f"history/{path.name} may hold [[change]] tables and nothing else")
        for number, raw in enumerate(content.get("change", []), start=1):
            entry = _entry(raw, evidence, path, number)
            if entry.key in seen:
                raise Invalid(f"history/{path.name}: key “{entry.key}” is also used in {seen[entry.key]}")
            seen[entry.key] = path.name
            yield entry


def _entry(raw: dict[str, Any], evidence: Mapping[str, Evidence], path: Path, number: int) -> Entry:
    given = dict(raw)
    key = given.pop("key", None)
    where = f"history/{path.name}: change {number}" + (f" (“{key}”)" if key else "")
    if not isinstance(key, str) or not key:
        raise Invalid(f"{where} has no key")
    correction = given.pop("correction", None)
    if correction is not None and (not isinstance(correction, str) or not correction.strip()):
        raise Invalid(f"{where}: correction must say why, in words")
    names = given.pop("evidence", [])
    missing = [name for name in names if name not in evidence]
    if missing:
        raise Invalid(f"{where} names evidence “{missing[0]}”, which evidence.toml does not have")
    try:
        fact = msgspec.convert({**given, "evidence": [evidence[name] for name in names]}, AnyFact)
    except msgspec.ValidationError as error:
        raise Invalid(f"{where}: {error}") from error
    unknown = sorted(set(given) - set(fact.__struct_fields__) - {"kind"})
    if unknown:
        raise Invalid(f"{where} has “{unknown[0]}”, which a fact of kind {given['kind']} does not have")
    return Entry(key=key, fact=fact, correction=correction, file=path.name)
