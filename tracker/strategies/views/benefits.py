"""What a strategy means for one family: what can be used, what is announced or late, what does not apply and why."""

from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

import msgspec

from tracker.strategies.facts import Evidence
from tracker.strategies.schemas import MilestoneView, View, WordingView
from tracker.strategies.statuses import AnnouncementState, State, Status
from tracker.strategies.structure import Announcement, Eligibility, Eligible, Strategy
from tracker.strategies.views.announcements import wording_view
from tracker.strategies.views.deliverables import milestone_view
from tracker.strategies.words import status_text


class Section(StrEnum):
    """Under which heading an announcement stands for a family."""

    USE = "use"
    DEPENDS = "depends"
    ANNOUNCED = "announced"
    LATE = "late"
    NOT_SAID = "not-said"
    NOT = "not"
    BEHIND = "behind"
    """It works through the system: there is nothing that a family uses."""


class Holding(View, frozen=True, kw_only=True):
    """What is known for some groups on the day asked about."""

    groups: tuple[str, ...]
    """Titles of the groups."""
    section: Section
    answer: str
    stands: str
    """"usable" or "promised"."""
    text: str
    since: date
    programme: str | None
    areas: tuple[str, ...]
    """Where alone it can be used; empty means everywhere."""
    evidence: tuple[Evidence, ...]


class Benefit(View, frozen=True, kw_only=True):
    """One announcement, for one family."""

    number: int
    title: str
    direct: bool
    section: Section
    status: Status
    status_text: str
    holds: tuple[Holding, ...]
    """One when all arrangements that are possible are treated alike."""
    wordings: tuple[WordingView, ...]
    """The source's words on who benefits, else the promise."""
    turns_on: str | None
    through: str | None
    late: tuple[MilestoneView, ...]
    """Promised dates of this announcement that have passed."""


def benefits(strategy: Strategy, current: State, groups: Sequence[str], *, council: str | None) -> tuple[Benefit, ...]:
    """Every announcement for a family that is in one of these groups; council is the name of an area, if known."""
    return tuple(
        _benefit(strategy, announcement, at, current, groups, council)
        for announcement, at in zip(strategy.announcements, current.announcements, strict=True)
    )


def _benefit(
    strategy: Strategy,
    announcement: Announcement,
    at: AnnouncementState,
    current: State,
    groups: Sequence[str],
    council: str | None,
) -> Benefit:
    late = tuple(milestone_view(m) for deliverable in at.deliverables for m in deliverable.milestones if m.days_overdue)
    found = [holding(strategy, announcement, current, group, council, late=bool(late)) for group in groups]
    holds = tuple(_alike(held for held in found if held))
    given = announcement.beneficiaries
    return Benefit(
        number=announcement.number,
        title=announcement.title,
        direct=announcement.benefit == "direct",
        section=_joint({held.section for held in holds}),
        status=at.status,
        status_text=status_text(at.status, at.scope),
        holds=holds,
        wordings=tuple(wording_view(quoted) for quoted in (given.who if given else announcement.wordings[:1])),
        turns_on=given.turns_on if given else None,
        through=announcement.benefits_through,
        late=late,
    )


def _joint(sections: set[Section]) -> Section:
    """The one heading for all arrangements that are possible."""
    if not sections:
        return Section.BEHIND
    return next(iter(sections)) if len(sections) == 1 else Section.DEPENDS


def _alike(found: Iterable[Holding]) -> list[Holding]:
    """Holdings that differ only in their group become one that names every group."""
    joined: dict[Holding, tuple[str, ...]] = {}
    for held in found:
        bare = msgspec.structs.replace(held, groups=())
        joined[bare] = (*joined.get(bare, ()), *held.groups)
    return [msgspec.structs.replace(bare, groups=groups) for bare, groups in joined.items()]


def holding(
    strategy: Strategy, announcement: Announcement, current: State, group: str, council: str | None, *, late: bool
) -> Holding | None:
    """What holds for one group: the last eligibility that is known by then, else what the strategy itself says."""
    title = next(item.title for item in strategy.groups if item.key == group)
    held = eligibilities(announcement, current)
    if not held:
        return _as_promised(strategy, announcement, group, title, late=late)
    now, eligible = held[-1], _eligible(held[-1], group)
    if eligible is None:
        return None
    unchanged = _unchanged(held, group)
    areas = _areas(strategy, now.programme, current)
    limited = now.programme is not None and now.stands == "usable"
    answer = "no" if limited and council is not None and council not in areas else eligible.answer
    section = _section(answer, usable=now.stands == "usable", late=late)
    if limited and council is None and section is Section.USE:
        section = Section.DEPENDS
    return Holding(
        groups=(title,),
        section=section,
        answer=answer,
        stands=now.stands,
        text=eligible.text,
        since=unchanged[0].since,
        programme=now.programme,
        areas=areas,
        evidence=tuple(strategy.evidence[key] for key in dict.fromkeys(k for item in unchanged for k in item.evidence)),
    )


def eligibilities(announcement: Announcement, current: State) -> list[Eligibility]:
    """What was known about who can use it, group by group, up to a day: the last one holds."""
    held = [
        item
        for item in announcement.eligibility
        if item.groups and item.since <= current.on and item.known_on <= current.known_at
    ]
    return sorted(held, key=lambda item: item.since)


def _eligible(item: Eligibility, group: str) -> Eligible | None:
    return next((eligible for eligible in item.groups if group in eligible.groups), None)


def _unchanged(held: Sequence[Eligibility], group: str) -> list[Eligibility]:
    """The last entries that say the same to a group: what holds has held since the first of them."""

    def said(item: Eligibility) -> tuple[object, ...]:
        eligible = _eligible(item, group)
        return (item.stands, item.programme, eligible and eligible.answer, eligible and eligible.text)

    same = [said(item) == said(held[-1]) for item in held]
    first = len(held) - next((number for number, is_same in enumerate(reversed(same)) if not is_same), len(held))
    return list(held[first:])


_PROMISED = {"named": "yes", "all": "yes", "excluded": "no", "not-said": "not-said"}


def _as_promised(
    strategy: Strategy, announcement: Announcement, group: str, title: str, *, late: bool
) -> Holding | None:
    given = announcement.beneficiaries.groups if announcement.beneficiaries else ()
    said = next((item for item in given if item.group == group), None)
    if said is None or said.text is None:
        return None
    answer = _PROMISED[said.answer]
    return Holding(
        groups=(title,),
        section=_section(answer, usable=False, late=late),
        answer=answer,
        stands="promised",
        text=said.text,
        since=strategy.identity.published_on,
        programme=None,
        areas=(),
        evidence=(),
    )


def _section(answer: str, *, usable: bool, late: bool) -> Section:
    match answer:
        case "no":
            return Section.NOT
        case "not-said":
            return Section.NOT_SAID
        case _ if usable:
            return Section.USE
    return Section.LATE if late else Section.ANNOUNCED


def _areas(strategy: Strategy, programme: str | None, current: State) -> tuple[str, ...]:
    seen = min(current.on, current.known_at)
    return tuple(
        place.name for place in strategy.places if programme and place.programme == programme and place.known_on <= seen
    )
