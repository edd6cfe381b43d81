"""What each announcement means for each beneficiary group: as the strategy says, and as it holds on a day. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date

from tracker.strategies.facts import Evidence
from tracker.strategies.schemas import AnnouncementView, GroupView, View
from tracker.strategies.statuses import State
from tracker.strategies.structure import Announcement, Eligibility, Strategy
from tracker.strategies.views.benefits import Holding, eligibilities, holding


class GroupStanding(View, frozen=True, kw_only=True):
    """One group and one announcement: the strategy's answer, and what held on the day looked at."""

    announcement: AnnouncementView
    key: str
    title: str
    kind: str
    said: GroupView | None
    holds: Holding | None


class EligibilityMove(View, frozen=True, kw_only=True):
    """Who can use an announcement from a day on, as it came to be known between two days."""

    number: int
    title: str
    since: date
    known_on: date
    text: str
    note: str | None
    evidence: tuple[Evidence, ...]


def group_standings(strategy: Strategy, views: tuple[AnnouncementView, ...], current: State) -> Iterator[GroupStanding]:
    """Every group that an announcement or a later fact about who can use it names, in the order of the strategy."""
    for announcement, view in zip(strategy.announcements, views, strict=True):
        said = {item.group: item for item in view.beneficiaries.groups} if view.beneficiaries else {}
        dated = bool(eligibilities(announcement, current))
        for group in strategy.groups:
            holds = holding(strategy, announcement, current, group.key, None, late=False) if dated else None
            if group.key in said or holds:
                yield GroupStanding(
                    announcement=view,
                    key=group.key,
                    title=group.title,
                    kind=group.kind,
                    said=said.get(group.key),
                    holds=holds,
                )


def eligibility_moves(
    strategy: Strategy, announcements: Iterable[Announcement], before: State, after: State
) -> tuple[EligibilityMove, ...]:
    """What holds of who can use these announcements on the second day and did not show on the first, newest first."""
    moves = (
        EligibilityMove(
            number=announcement.number,
            title=announcement.title,
            since=item.since,
            known_on=item.known_on,
            text=item.text,
            note=item.note,
            evidence=tuple(strategy.evidence[key] for key in item.evidence),
        )
        for announcement in announcements
        for item in announcement.eligibility
        if _shows(item, after) and not _shows(item, before)
    )
    return tuple(sorted(moves, key=lambda item: item.since, reverse=True))


def _shows(item: Eligibility, state: State) -> bool:
    return item.since <= state.on and item.known_on <= state.known_at
