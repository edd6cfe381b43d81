"""The template engine: escaping always on, and a missing name is an error, never an empty place on a page."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


class Templates:
    """Templates from a folder, rendered to bytes."""

    def __init__(self, folder: Path, *, filters: Mapping[str, Callable[..., Any]]) -> None:
        self._environment = _environment(folder, tuple(filters.items()))

    def render(self, name: str, **context: Any) -> bytes:
        """A template filled in, as UTF-8."""
        return self._environment.get_template(name).render(**context).encode()


@lru_cache(maxsize=8)
def _environment(folder: Path, filters: tuple[tuple[str, Callable[..., Any]], ...]) -> Environment:
    """One for each folder in a process: compiling all templates takes most of a second."""
    made = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(filters)
    return made
