"""Sources as data: each file of a folder says what to watch, and is decoded strictly."""

import re
import tomllib
from collections.abc import Iterable
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any

import msgspec

from tracker.errors import Invalid, Misconfigured
from tracker.watch.kinds import KINDS
from tracker.watch.kinds.common import File
from tracker.watch.schemas import Spec

_SHAPES: Any = reduce(or_, (kind.file for kind in KINDS.values()))
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_UNKNOWN_KIND = re.compile(r"Invalid value '(.*)' - at `\$\.kind`")


def read_sources(folder: Path) -> tuple[Spec, ...]:
    """What a folder asks to watch, in order of its files; raises Invalid naming file, key and reason."""
    if not folder.is_dir():
        raise Misconfigured(f"TRACKER_FEEDS_DIR names {folder}, which is no folder")
    return tuple(_all_different(spec for path in sorted(folder.glob("*.toml")) for spec in _read(path)))


def read_each(folder: Path) -> tuple[tuple[Spec, ...], tuple[Invalid, ...]]:
    """What the files of a folder ask to watch that can be read, and what is wrong with the others."""
    if not folder.is_dir():
        raise Misconfigured(f"TRACKER_FEEDS_DIR names {folder}, which is no folder")
    specs: list[Spec] = []
    wrong: list[Invalid] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            specs += _all_different(_read(path))
        except Invalid as error:
            wrong.append(error)
    return tuple(specs), tuple(wrong)


def _read(path: Path) -> Iterable[Spec]:
    if not _NAME.fullmatch(path.stem):
        raise Invalid(f"{path.name}: the name of a source has small letters, digits and single hyphens")
    try:
        return tuple(_file(path).specs(path.stem))
    except Invalid as error:
        raise Invalid(f"{path.name}: {error}") from error


def _file(path: Path) -> File:
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Invalid(f"it cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Invalid("it is not text in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(str(error)) from error
    try:
        file: File = msgspec.convert(given, _SHAPES)
    except msgspec.ValidationError as error:
        raise Invalid(_in_words(str(error))) from error
    return file


def _in_words(error: str) -> str:
    """What msgspec says, in the words of whoever writes a file."""
    unknown = _UNKNOWN_KIND.fullmatch(error)
    if unknown:
        return f"kind is “{unknown[1]}”: it must be one of {', '.join(KINDS)}"
    for theirs, ours in (
        ("Object missing required field", "it lacks"),
        ("Object contains unknown field", "nothing is known of"),
        ("`$.", "`"),
    ):
        error = error.replace(theirs, ours)
    return error.removesuffix(" - at `$`")


def _all_different(specs: Iterable[Spec]) -> Iterable[Spec]:
    seen: set[str] = set()
    for spec in specs:
        if spec.key in seen:
            raise Invalid(f"{spec.key.partition('#')[0]}.toml: pages names {spec.key.partition('#')[2]} twice")
        seen.add(spec.key)
        yield spec
