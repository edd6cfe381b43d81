"""What the pages of changes show."""

from tracker.errors import Invalid
from tracker.strategies.milestones import happened
from tracker.strategies.pages.record import Context
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import State
from tracker.strategies.views.changes import KINDS, announcements_of, change_view, latest_first
from tracker.strategies.words import day_text
from tracker.web.documents import Asked, read_day


def changes(public: PublicRecord, asked: Asked, current: State) -> Context:
    strategy = public.strategy
    theme = asked.filter("theme", (theme.key for theme in strategy.themes))
    kind = asked.filter("kind", KINDS)
    since = read_day("since", asked.filters["since"], public.days) if "since" in asked.filters else None
    if since and since > asked.on:
        raise Invalid(f"since is {since}, which is after {asked.on}, the day you are looking at.")
    themed = {item.number for item in strategy.announcements if theme in (None, item.theme)}
    views = [
        change_view(change, current)
        for change in latest_first(current.changes)
        if (since is None or happened(change).latest >= since)
        and (theme is None or themed.intersection(announcements_of(change)))
    ]
    return "changes", {
        "items": [view for view in views if kind in (None, view.kind)],
        "chosen": {"theme": theme, "kind": kind, "since": since.isoformat() if since else None},
        "kinds": KINDS,
        "since_text": day_text(since) if since else None,
        "head": public.head,
    }
