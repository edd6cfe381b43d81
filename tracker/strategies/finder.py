"""Plain questions that lead a family to its arrangement, as data, and what the answers leave possible. Pure."""

from collections.abc import Iterable, Mapping

import msgspec

from tracker.errors import Invalid
from tracker.strategies.parts import Key, Part


class Choice(Part, frozen=True, kw_only=True):
    """One answer to a question."""

    key: Key
    text: str
    hint: str | None = None
    keeps: tuple[Key, ...] | None = None
    """The arrangements that this answer leaves possible; None ("I do not know") leaves all."""
    outside: bool = False
    """True when nothing of the strategy holds for whoever answers so."""


class Question(Part, frozen=True, kw_only=True):
    """One plain question, asked only while its answer can tell arrangements apart."""

    key: Key
    title: str
    hint: str | None = None
    short: str
    """What is asked, in a word or two, for the list of answers."""
    choices: tuple[Choice, ...]


class Contact(Part, frozen=True, kw_only=True):
    """Somebody who gives advice free of charge."""

    name: str
    does: str
    phone: str | None = None
    costs: str | None = None
    """What a call costs, as the source says it."""
    hours: str | None = None
    url: str | None = None
    evidence: tuple[Key, ...]


class Advice(Part, frozen=True, kw_only=True):
    """Something that families should know, all of them or those in some arrangements."""

    title: str
    text: tuple[str, ...]
    groups: tuple[Key, ...] = ()
    """Whom it concerns; empty means every family."""
    evidence: tuple[Key, ...] = ()


class Finder(Part, frozen=True, kw_only=True):
    """How a family finds itself among the groups: questions in order, advice, and who helps."""

    title: str
    intro: tuple[str, ...]
    questions: tuple[Question, ...]
    councils: bool = False
    """True when the English local authority is asked for too."""
    outside_title: str
    outside: tuple[str, ...]
    """What is said to those for whom nothing of the strategy holds."""
    unsure: tuple[str, ...] = ()
    """How to find out which arrangement it is."""
    advice: tuple[Advice, ...] = ()
    contacts: tuple[Contact, ...] = ()


class Given(msgspec.Struct, frozen=True):
    """A question that was answered, and how."""

    question: Question
    choice: Choice


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """How far somebody has come: what is still possible, what was answered, what to ask next."""

    possible: tuple[str, ...]
    given: tuple[Given, ...]
    next: Question | None
    choices: tuple[Choice, ...]
    """The answers to the next question that can be true after those before."""
    outside: bool = False


def position(finder: Finder, arrangements: Iterable[str], answers: Mapping[str, str]) -> Position:
    """Where these answers lead; raises Invalid for one that is not among the choices."""
    possible = tuple(arrangements)
    given: list[Given] = []
    for question in finder.questions:
        choices = _open(question, possible)
        if not _tells(choices, possible):
            continue
        if question.key not in answers:
            return Position(possible=possible, given=tuple(given), next=question, choices=choices)
        choice = _chosen(question, answers[question.key])
        if choice not in choices:  # an earlier answer was changed, and rules this one out: ask again
            return Position(possible=possible, given=tuple(given), next=question, choices=choices)
        given.append(Given(question, choice))
        if choice.outside:
            return Position(possible=(), given=tuple(given), next=None, choices=(), outside=True)
        possible = _left(choice, possible)
    return Position(possible=possible, given=tuple(given), next=None, choices=())


def _left(choice: Choice, possible: tuple[str, ...]) -> tuple[str, ...]:
    return possible if choice.keeps is None else tuple(group for group in possible if group in choice.keeps)


def _open(question: Question, possible: tuple[str, ...]) -> tuple[Choice, ...]:
    return tuple(choice for choice in question.choices if choice.outside or _left(choice, possible))


def _tells(choices: tuple[Choice, ...], possible: tuple[str, ...]) -> bool:
    """Whether the answer would make a difference."""
    return len({() if choice.outside else _left(choice, possible) for choice in choices}) > 1


def _chosen(question: Question, answer: str) -> Choice:
    for choice in question.choices:
        if choice.key == answer:
            return choice
    told = ", ".join(choice.key for choice in question.choices)
    raise Invalid(f"“{answer[:60]}” is not an answer to “{question.title}”. Possible: {told}.")
