"""What each announcement means for each beneficiary group: as the strategy says, and as it holds on a day. Pure."""

from collections.abc import Iterator

from tracker.strategies.schemas import AnnouncementView, GroupView, View
from tracker.strategies.statuses import State
from tracker.strategies.structure import Strategy
from tracker.strategies.views.benefits import Holding, eligibilities, holding


class GroupStanding(View, frozen=True, kw_only=True):
    """One group and one announcement: the strategy's answer, and what held on the day looked at."""

    announcement: AnnouncementView
    key: str
    title: str
    kind: str
    said: GroupView | None
    holds: Holding | None


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
