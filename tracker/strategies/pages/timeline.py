"""What the timeline shows."""

from tracker.strategies.dates import READINGS
from tracker.strategies.pages.record import Context
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import State, Status
from tracker.strategies.views import overview
from tracker.strategies.views.ledger import ledger, whole_ledger
from tracker.strategies.views.timeline import narrowed
from tracker.strategies.views.timeline import timeline as whole_timeline
from tracker.strategies.words import STATUS_TEXT
from tracker.web.documents import Asked

FILTERS = ("theme", "status")
STATUSES = {status: text for status, text in STATUS_TEXT.items() if status is not Status.PARTLY_DELIVERED}
"""What a deliverable can be; only an announcement can be partly delivered."""


def timeline(public: PublicRecord, asked: Asked, current: State) -> Context:
    strategy = public.strategy
    theme = asked.filter("theme", (theme.key for theme in strategy.themes))
    status = asked.filter("status", STATUSES)
    whole = whole_timeline(strategy, current)
    shown = narrowed(whole, theme=theme, status=status)
    return "timeline", {
        "whole": whole,
        "shown": shown,
        "chosen": {"theme": theme, "status": status},
        "status_text": STATUS_TEXT[Status(status)] if status else None,
        "counts": overview.counts(whole.promises),
        "readings": READINGS,
        "ledgers": [(group, ledger(strategy, current, group.announcement.number)) for group in shown.groups],
        "whole_ledger": whole_ledger(current),
    }
