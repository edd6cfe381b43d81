"""Things that tests are about, made in one line."""

from tracker.strategies import facts
from tracker.strategies.facts import Change
from tracker.strategies.files import Folder


def provisional(folder: Folder) -> list[Change]:
    """A folder's history as changes in the order in which they could be known, without a database."""
    entries = sorted(folder.history, key=lambda entry: entry.fact.known_on)
    slug = folder.strategy.identity.slug
    return [facts.provisional(seq, slug, entry.key, entry.fact) for seq, entry in enumerate(entries, start=1)]
