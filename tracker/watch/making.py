"""What watches, as the settings want it."""

from pathlib import Path

from tracker.outbound import Outbound, agent_of
from tracker.paths import FEEDS
from tracker.settings import Settings
from tracker.watch.matching.rules import RuleSet, read_rules

RULES = "rules"
CONNECTIONS = 100


def outbound_of(settings: Settings) -> Outbound:
    """The way to the web; only to this machine where the settings say so."""
    return Outbound(agent=agent_of(settings), loopback=settings.watch_loopback, most=CONNECTIONS)


def rules_of(settings: Settings) -> tuple[RuleSet, ...]:
    """The matching rules beside the sources, else the packaged ones; raises Invalid."""
    own: Path = settings.feeds_dir / RULES
    return read_rules(own if own.is_dir() else FEEDS / RULES)
