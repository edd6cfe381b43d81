"""What every paper and table of a round is made from: signed as it was frozen, before that as a draft. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

import msgspec

from tracker.benchmark.flags import FlagView
from tracker.benchmark.planning.gaps import suggested
from tracker.benchmark.planning.rules import Since, since_panel
from tracker.benchmark.planning.schemas import Action, Plan
from tracker.benchmark.schemas import Basis, Criterion, Frozen, FrozenAnswer, Level
from tracker.benchmark.words import duty_not_shown, is_gap, level_words


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A round of an authority with everything that is said about it elsewhere."""

    frozen: Frozen
    """As it was signed; or, of a draft, as it would be if it were signed now, without reference and signature."""
    asked: tuple[Criterion, ...]
    plan: Plan
    before: Frozen | None
    """The round that was signed before this one: what the panel saw last."""
    now: datetime
    today: date
    flags: tuple[FlagView, ...] = ()
    """What changed nationally since these answers were given, and nobody has looked at yet."""

    @property
    def is_signed(self) -> bool:
        return bool(self.frozen.reference)

    @property
    def answers(self) -> tuple[FrozenAnswer, ...]:
        return self.frozen.answers

    @property
    def first_pass(self) -> tuple[FrozenAnswer, ...]:
        """The answers of the 27 lines."""
        return tuple(answer for answer in self.answers if answer.criterion.first_pass)

    @property
    def unanswered(self) -> tuple[Criterion, ...]:
        """What is asked and has no answer: in a signed round only questions beyond the first pass."""
        answered = {answer.criterion.key for answer in self.answers}
        return tuple(item for item in self.asked if item.key not in answered)

    @property
    def open_duties(self) -> tuple[FrozenAnswer, ...]:
        """Legal duties that are not yet shown to be met."""
        return tuple(answer for answer in self.answers if duty_not_shown(answer.criterion, answer.level))

    @property
    def duties(self) -> tuple[FrozenAnswer, ...]:
        """Every answer about law that is in force."""
        return tuple(answer for answer in self.answers if answer.criterion.basis is Basis.LAW)

    @property
    def gaps(self) -> tuple[FrozenAnswer, ...]:
        """Answers below in place or not known that are no duty in force, the strictest basis first."""
        order = list(Basis)
        found = [x for x in self.answers if is_gap(x.level) and x.criterion.basis is not Basis.LAW]
        return tuple(sorted(found, key=lambda answer: order.index(answer.criterion.basis)))

    def actions_for(self, criterion: Criterion) -> tuple[Action, ...]:
        """What the plan has for a question."""
        return tuple(action for action in self.plan.actions if action.criterion == criterion.key)

    @property
    def unplanned(self) -> tuple[FrozenAnswer, ...]:
        """Gaps, duties among them, for which nothing is open and nothing was done."""
        return tuple(answer for answer in (*self.open_duties, *self.gaps) if not self.actions_for(answer.criterion))

    @property
    def since(self) -> Since | None:
        """What has become of the plan since the panel saw it; None the first time."""
        if self.before is None:
            return None
        return since_panel(self.plan.actions, self.plan.updates, self.before.signed_at)

    @property
    def moves(self) -> tuple[tuple[FrozenAnswer, str, str], ...]:
        """Answers of another level than in the round before: the words then, and now."""
        then = {answer.criterion.key: answer for answer in self.before.answers} if self.before else {}
        return tuple(
            (answer, level_words(old.criterion, old.level), level_words(answer.criterion, answer.level))
            for answer in self.answers
            if (old := then.get(answer.criterion.key)) and old.level != answer.level
        )


def counts(answers: Iterable[FrozenAnswer]) -> Mapping[Level, int]:
    """How many answers there are of each level."""
    given = [answer.level for answer in answers]
    return {level: given.count(level) for level in Level}


def said_of_gap(answer: FrozenAnswer) -> str:
    """What an authority says of a gap: what shows where it stands, and what is missing if it wrote that."""
    missing = f"Missing: {answer.details.gap}" if answer.details.gap else ""
    return "\n".join(filter(None, (answer.sentence, missing))) or "Nothing written"


def offered_for(answer: FrozenAnswer) -> str:
    """What the questions suggest for a gap that the plan says nothing about."""
    found = suggested(answer.criterion, answer.level) if answer.level else ()
    return found[0].title if found else ""
