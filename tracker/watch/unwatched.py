"""Where the tracker does not look, and why: data beside the sources, decoded as strictly."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tracker.errors import Invalid

FILE = Path("not-watched") / "places.toml"


class Unwatched(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A place where news may appear that is not read by itself."""

    title: str
    publisher: str
    why: str
    link: str | None = None


class _Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    place: tuple[Unwatched, ...] = ()


def read_unwatched(folder: Path) -> tuple[Unwatched, ...]:
    """What a folder of sources says is not watched; nothing where it does not say. Raises Invalid with the reason."""
    file = folder / FILE
    if not file.is_file():
        return ()
    try:
        places = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), _Places).place
    except (OSError, ValueError) as error:  # TOML, UTF-8 and validation errors are ValueErrors
        raise Invalid(f"{FILE}: {error}") from error
    for item in places:
        if item.link and urlsplit(item.link).scheme not in ("http", "https"):
            raise Invalid(f"{FILE}: the link of “{item.title}” does not begin with https:// or http://")
    return places
