"""From answers to what could be done about them: legal duties first. Pure."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tracker.benchmark.planning.schemas import Action, Planned
from tracker.benchmark.rules import Standing
from tracker.benchmark.schemas import Basis, Criterion, Level, Suggested
from tracker.benchmark.words import duty_not_shown, is_gap


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """An answer below in place, or not known, with what the questions suggest and what the plan has for it."""

    criterion: Criterion
    level: Level
    sentence: str
    gap: str
    suggested: tuple[Suggested, ...]
    """What is not in the plan yet."""
    planned: tuple[Action, ...]
    is_duty: bool
    """Whether it leaves a legal duty open."""

    @property
    def target(self) -> Level | None:
        """What an action for it leads to; finding out leads to no level."""
        return None if self.level is Level.NOT_KNOWN else Level.IN_PLACE


def gaps(asked: Iterable[Criterion], standings: Mapping[str, Standing], actions: Sequence[Action]) -> list[Gap]:
    """Every gap, by what it rests on, the strictest first, and in the order of the questions."""
    found = [_gap(item, standings[item.key], actions) for item in asked if item.key in standings]
    order = list(Basis)
    return sorted((gap for gap in found if gap), key=lambda gap: order.index(gap.criterion.basis))


def _gap(criterion: Criterion, at: Standing, actions: Sequence[Action]) -> Gap | None:
    if at.answer is None or at.level is None or not is_gap(at.level):
        return None
    planned = tuple(action for action in actions if action.criterion == criterion.key)
    titles = {action.title.casefold() for action in planned}
    offered = suggested(criterion, at.level)
    return Gap(
        criterion=criterion,
        level=at.level,
        sentence=at.answer.sentence,
        gap=at.answer.details.gap,
        suggested=tuple(item for item in offered if item.title.casefold() not in titles),
        planned=planned,
        is_duty=duty_not_shown(criterion, at.level),
    )


def suggested(criterion: Criterion, level: Level) -> tuple[Suggested, ...]:
    """What is offered to who answered this: for what is not known, always a way to find out."""
    if level is not Level.NOT_KNOWN:
        return tuple(item for item in criterion.actions if item.for_level in (None, level))
    own = tuple(item for item in criterion.actions if item.for_level is level)
    return own or (Suggested(title=f"Find out where we stand: {criterion.title}", for_level=level),)


def planned_for(gap: Gap, place: int, *, assessment_id: int) -> Planned:
    """The action that a suggestion makes."""
    item = gap.suggested[place]
    return Planned(
        criterion=gap.criterion.key,
        version=gap.criterion.version,
        title=item.title,
        measure=item.measure,
        target=gap.target,
        assessment_id=assessment_id,
    )
