"""Announcements as they are shown: in a list, and whole."""

from datetime import date

import msgspec

from tracker.strategies.dates import read_edtf
from tracker.strategies.explain import rolled_up
from tracker.strategies.schemas import (
    AnnouncementSummary,
    AnnouncementView,
    BeneficiariesView,
    EligibilityView,
    GroupView,
    MoneyView,
    NextDate,
    NoteView,
    OutcomeMention,
    PlaceView,
    RoleView,
    UsableView,
    WordingView,
)
from tracker.strategies.statuses import ENDED, AnnouncementState, MilestoneState, State
from tracker.strategies.structure import Announcement, Beneficiaries, Quotation, Strategy
from tracker.strategies.views.changes import about, change_view, latest_first, verdicts
from tracker.strategies.views.deliverables import deliverable_view
from tracker.strategies.views.ledger import ledger, scope_ledger
from tracker.strategies.words import day_text, edtf_text, status_text

ANSWERS = {
    "named": "Named",
    "excluded": "Named as excluded",
    "all": "All, whatever the legal status",
    "not-said": "Not said",
}


def wording_view(quotation: Quotation) -> WordingView:
    return WordingView(
        text=quotation.text,
        document=quotation.document,
        page=quotation.page,
        place=quotation.place,
        continues=quotation.continues,
    )


def summaries(strategy: Strategy, current: State) -> tuple[AnnouncementSummary, ...]:
    """Every announcement in a line, in the order of the strategy."""
    return tuple(
        summary(strategy, announcement, at)
        for announcement, at in zip(strategy.announcements, current.announcements, strict=True)
    )


def summary(strategy: Strategy, announcement: Announcement, at: AnnouncementState) -> AnnouncementSummary:
    """One announcement in a line."""
    return AnnouncementSummary(
        id=f"{strategy.identity.slug}/{announcement.number}",
        number=announcement.number,
        slug=announcement.slug,
        title=announcement.title,
        theme=announcement.theme,
        benefit=announcement.benefit,
        status=at.status,
        status_text=status_text(at.status, at.scope),
        rolled_up=rolled_up(at),
        deliverable_count=len(at.deliverables),
        delivered_count=at.delivered,
        next_date=next_date(at),
        url=f"/announcements/{announcement.number}",
    )


def next_date(at: AnnouncementState) -> NextDate | None:
    """The nearest promised day still to come; failing that, the longest missed one."""
    pursued = [deliverable for deliverable in at.deliverables if deliverable.stage not in ENDED]
    open_ones = [m for d in pursued for m in d.milestones if m.due and not m.reached and not m.dropped]
    ahead = [milestone for milestone in open_ones if not milestone.days_overdue]
    missed = [milestone for milestone in open_ones if milestone.days_overdue]
    chosen = min(ahead or missed, key=lambda milestone: milestone.due or date.max, default=None)
    return _next_date(chosen) if chosen else None


def _next_date(milestone: MilestoneState) -> NextDate:
    governing = max(
        (d for d in milestone.dates if d.governs and d.span), key=lambda d: d.span.latest if d.span else date.min
    )
    due = milestone.due or date.max
    overdue = bool(milestone.days_overdue)
    return NextDate(
        title=milestone.title,
        as_printed=governing.as_printed,
        latest=due,
        text=f"{'was due by' if overdue else 'by'} {day_text(due)}",
        ref=milestone.ref,
        overdue=overdue,
    )


def announcement_view(strategy: Strategy, current: State, number: int) -> AnnouncementView:
    """One announcement, whole, on the day of the state."""
    announcement = next(item for item in strategy.announcements if item.number == number)
    at = next(item for item in current.announcements if item.number == number)
    mine = about(current.changes, number)
    deliverables = tuple(
        deliverable_view(d, s) for d, s in zip(announcement.deliverables, at.deliverables, strict=True)
    )
    lines = ledger(strategy, current, number)
    return AnnouncementView(
        **msgspec.structs.asdict(summary(strategy, announcement, at)),
        theme_title=next(theme.title for theme in strategy.themes if theme.key == announcement.theme),
        pages=announcement.pages,
        on=current.on,
        known_at=current.known_at,
        who_can_use=_usable(announcement, current),
        wordings=tuple(wording_view(wording) for wording in announcement.wordings),
        deliverables=deliverables,
        milestones=tuple(milestone for deliverable in deliverables for milestone in deliverable.milestones),
        beneficiaries=_beneficiaries(announcement.beneficiaries, strategy) if announcement.beneficiaries else None,
        benefits_through=announcement.benefits_through,
        eligibility=_eligibility(strategy, announcement, current),
        money=_money(strategy, announcement, current),
        roles=_roles(strategy, announcement),
        places=places(strategy, current, number),
        outcomes=_outcomes(strategy, number),
        ledger=lines,
        scope_ledger=scope_ledger(lines),
        verdicts=verdicts(mine),
        changes=tuple(change_view(change, current) for change in latest_first(mine)),
        notes=notes_at(strategy, str(number)),
        named_by=tuple(
            document.title
            for document in strategy.documents
            if document.key in announcement.named_by
            and read_edtf(document.published_on).earliest <= min(current.on, current.known_at)
        ),
    )


def _usable(announcement: Announcement, current: State) -> UsableView | None:
    held = [item for item in announcement.who_can_use if item.since <= current.on and item.known_on <= current.known_at]
    latest = max(held, key=lambda item: item.since, default=None)
    return UsableView(since=latest.since, text=latest.text) if latest else None


def _beneficiaries(given: Beneficiaries, strategy: Strategy) -> BeneficiariesView:
    groups = {group.key: group for group in strategy.groups}
    return BeneficiariesView(
        who=tuple(wording_view(quotation) for quotation in given.who),
        when_where=tuple(wording_view(quotation) for quotation in given.when_where),
        groups=tuple(
            GroupView(
                group=answer.group,
                title=groups[answer.group].title,
                kind=groups[answer.group].kind,
                answer=answer.answer,
                answer_text=ANSWERS[answer.answer],
                text=answer.text,
            )
            for answer in given.groups
        ),
        turns_on=given.turns_on,
    )


def _eligibility(strategy: Strategy, announcement: Announcement, current: State) -> tuple[EligibilityView, ...]:
    return tuple(
        EligibilityView(
            since=item.since,
            text=item.text,
            evidence=tuple(strategy.evidence[key] for key in item.evidence),
            note=item.note,
        )
        for item in announcement.eligibility
        if item.since <= current.on and item.known_on <= current.known_at
    )


def _money(strategy: Strategy, announcement: Announcement, current: State) -> tuple[MoneyView, ...]:
    return tuple(
        MoneyView(
            as_printed=item.as_printed,
            new_money=item.new_money,
            text=item.text,
            since=item.since,
            quotation=wording_view(item.quotation) if item.quotation else None,
            evidence=tuple(strategy.evidence[key] for key in item.evidence),
        )
        for item in announcement.money
        if item.since <= min(current.on, current.known_at)
    )


def _roles(strategy: Strategy, announcement: Announcement) -> tuple[RoleView, ...]:
    names = {body.key: body.name for body in strategy.bodies}
    return tuple(RoleView(body=role.body, name=names[role.body], does=role.does) for role in announcement.roles)


def places(strategy: Strategy, current: State, number: int | None) -> tuple[PlaceView, ...]:
    """Areas known to take part in something that belongs to an announcement, or to none."""
    return tuple(place for place in all_places(strategy, current) if place.announcement == number)


def all_places(strategy: Strategy, current: State) -> tuple[PlaceView, ...]:
    """Every area known to take part in something."""
    return tuple(
        PlaceView(
            name=place.name,
            programme=place.programme,
            announcement=place.announcement,
            since=edtf_text(place.since),
            since_edtf=place.since,
            evidence=tuple(strategy.evidence[key] for key in place.evidence),
            note=place.note,
        )
        for place in strategy.places
        if place.known_on <= min(current.known_at, current.on)
    )


def _outcomes(strategy: Strategy, number: int) -> tuple[OutcomeMention, ...]:
    return tuple(
        OutcomeMention(
            key=outcome.key,
            title=outcome.title,
            column=column,
            text=entry.quotation.text,
            page=entry.quotation.page,
            note=entry.note,
        )
        for outcome in strategy.outcomes
        for column, entries in (("delivered", outcome.delivered), ("next", outcome.next))
        for entry in entries
        if number in entry.announcements
    )


def notes_at(strategy: Strategy, place: str) -> tuple[NoteView, ...]:
    """The editor's notes that a reader meets at a place, or at anything inside it."""
    return tuple(
        NoteView(number=note.number, title=note.title, text=note.text)
        for note in strategy.notes
        if any(spot == place or spot.startswith(f"{place}/") for spot in note.places)
    )
