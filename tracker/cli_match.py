"""tracker match: what published items would be evidence for, from lines of JSON; needs no database."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec

from tracker.paths import FEEDS, STRATEGIES
from tracker.strategies.files import folders, read_folder
from tracker.watch.matching.known import known_from_facts
from tracker.watch.matching.match import Item, Known, Matcher
from tracker.watch.matching.rules import read_rules


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What is read of a line; whatever else it holds is handed back as it came."""

    title: str
    summary: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None


@click.command("match")
@click.option(
    "--feeds",
    type=click.Path(path_type=Path),
    envvar="TRACKER_FEEDS_DIR",
    default=FEEDS,
    help="The folder whose rules to use, if not the packaged one.",
)
def match_command(feeds: Path) -> None:
    """Read items as JSON Lines and write each back with announcements, score and reasons; exit 1 if a line was bad.

    An item has a title, and may have a summary, publisher, url and published; other fields are handed back unread.
    """
    matcher = Matcher(read_rules(feeds / "rules"), packaged_knowledge())
    bad = False
    for number, line in enumerate(sys.stdin.buffer, start=1):
        if not line.strip():
            continue
        try:
            answer = answered(matcher, line)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            click.echo(f"line {number}: {error}", err=True)
            bad = True
            continue
        sys.stdout.buffer.write(answer + b"\n")
        # Whoever feeds one line at a time waits for its answer.
        sys.stdout.buffer.flush()
    if bad:
        raise click.exceptions.Exit(1)


def answered(matcher: Matcher, line: bytes) -> bytes:
    """A line with the matcher's answer; raises what msgspec raises for a line that is not an item."""
    fields: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    given = msgspec.convert(fields, Given)
    item = Item(**{name: value for name, value in msgspec.structs.asdict(given).items() if value is not None})
    found = matcher.suggestions(item)
    answer = {
        "announcements": sorted(suggestion.announcement for suggestion in found),
        "score": max((suggestion.score for suggestion in found), default=0.0),
        "reasons": [f"{one.announcement}: {reason}" for one in found for reason in one.reasons],
    }
    return msgspec.json.encode(fields | answer)


def packaged_knowledge() -> Known:
    """What the strategies' files, as they are packaged, know of pages."""
    contents = [read_folder(folder) for folder in folders(STRATEGIES)]
    return known_from_facts(
        (content.strategy.identity.slug, entry.fact) for content in contents for entry in content.history
    )
