"""Letters: one text from which both halves of a mail are made, so that neither says more than the other."""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tracker.errors import Misconfigured

MANAGE = "\x01"
"""Stands in a text for the recipient's own address to change or stop what comes.

One control character: no form lets it in, and quoted-printable cannot split it.
"""
_LINK = re.compile(rf"(?:(?P<label>.+): )?(?P<address>https?://\S+|{MANAGE})")
_UNPRINTABLE = re.compile(r"[\x00\x02-\x08\x0b-\x1f\x7f]")


class Letter(msgspec.Struct, frozen=True):
    """What a mail says. A line may be a heading (# …), an item (- …) or a link (what it is: https://…)."""

    subject: str
    text: str
    dated: datetime | None = None
    """When what it tells became news; None for what does not age."""

    @property
    def plain(self) -> str:
        """The plain half."""
        return re.sub(r"(?m)^# ", "", self.text)

    @property
    def kept(self) -> str:
        """What may be kept of it: without the recipient's own link, which opens what it leads to."""
        return self.plain.replace(MANAGE, "(your own link)")

    @property
    def html(self) -> str:
        """The half with headings, lists and links, made of the same words."""
        title = html.escape(self.subject)
        return (
            f'<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'
            f'<body style="{_STYLE}">\n{chr(10).join(_blocks(self.text))}\n</body>\n</html>\n'
        )


_STYLE = "font-family: Arial, sans-serif; font-size: 16px; line-height: 1.5; max-width: 40em"


class Letters:
    """Writes letters from the templates of a folder; the first line of each is its subject."""

    def __init__(self, folder: Path) -> None:
        self._environment = _environment(folder)

    def write(self, name: str, **context: Any) -> Letter:
        """The letter that a template makes of this; raises Misconfigured when it has no subject."""
        written = self._environment.get_template(f"{name}.txt").render(**context, manage=MANAGE)
        first, _, rest = written.partition("\n")
        subject = " ".join(first.removeprefix("Subject:").split())
        if not first.startswith("Subject:") or not subject:
            raise Misconfigured(f"The template {name}.txt must begin with “Subject: ” and a subject")
        tidy = re.sub(r"\n{3,}", "\n\n", _UNPRINTABLE.sub("", rest)).strip()
        return Letter(_UNPRINTABLE.sub("", subject), f"{tidy}\n")


@lru_cache(maxsize=8)
def _environment(folder: Path) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=False,  # noqa: S701 - plain text: the HTML half is escaped when it is made of it
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _blocks(text: str) -> Iterator[str]:
    """Paragraphs, headings and lists, as HTML."""
    for block in re.split(r"\n{2,}", text.strip()):
        for kind, lines in _runs(block):
            match kind:
                case "# ":
                    yield "".join(f"<h2>{html.escape(line[2:])}</h2>" for line in lines)
                case "- ":
                    yield f"<ul>{''.join(f'<li>{item}</li>' for item in _items(lines))}</ul>"
                case _:
                    yield f"<p>{'<br>'.join(map(_line, lines))}</p>"


def _runs(block: str) -> list[tuple[str, list[str]]]:
    """Lines of one kind that follow each other, in whatever order: a text may hold somebody's own words."""
    runs: list[tuple[str, list[str]]] = []
    for line in block.split("\n"):
        before = runs[-1][0] if runs else ""
        kind = line[:2] if line.startswith(("# ", "- ")) else "- " if line.startswith("  ") and before == "- " else ""
        if not runs or kind != before:
            runs.append((kind, []))
        runs[-1][1].append(line)
    return runs


def _items(lines: list[str]) -> Iterator[str]:
    """Each item with the lines that are indented below it."""
    item: list[str] = []
    for line in lines:
        if line.startswith("- ") and item:
            yield "<br>".join(item)
            item = []
        item.append(_line(line[2:]))
    yield "<br>".join(item)


def _line(line: str) -> str:
    found = _LINK.fullmatch(line)
    if not found:
        return html.escape(line)
    address = html.escape(found["address"])
    return f'<a href="{address}">{html.escape(found["label"] or found["address"])}</a>'
