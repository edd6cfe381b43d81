"""How good the matcher is on labelled items: figures, folds, striking of what only held-out items support, masking."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tracker.paths import FEEDS
from tracker.watch.matching.match import Item, Known, Matcher, Reading
from tracker.watch.matching.phrases import Compiler, Phrases, beginnings
from tracker.watch.matching.rules import Against, Rule, RuleSet, read_rules

ITEMS = Path(__file__).parent.parent / "data" / "matching"
FOLDS = 5

NAMES = re.compile(
    "|".join(
        (
            # people
            r"Jahnine Davis|Josh MacAlister|Janet Daby|David Johnston|Munira Wilson|Lucy Peake",
            # programmes and schemes
            r"Championing Kinship Care|Kinship Zones?|Kinship Connected|Kinship Reach(?:ed)?|Kinship Compass",
            r"Reaching Out",
            r"Kinship Knowledge Exchange|Kinship Friendly Employer(?: Scheme)?|Kinship Care Week|#?ValueOurLove",
            r"Families First (?:Partnership|for Children)(?: Programme| Pathfinder)?|Family Network Pilot|Pathfinder",
            r"Kinship (?:Financial )?Allowances? Pilot|Data First|Stable Homes, Built on Love",
            r"Keeping Children Safe[:,] Helping Families Thrive|Data and digital solutions fund",
            # organisations and places
            r"Foundations|CoramBAAF|Family Rights Group|North Yorkshire(?: Council)?|Central Bedfordshire",
            r"Bexley|Bolton|Medway|Newcastle|North East Lincolnshire|Thurrock|Wiltshire",
        )
    ),
    re.IGNORECASE,
)
"""Names of programmes, people and places: masked, a rule must hold by what the item is about."""


class Labelled(msgspec.Struct, frozen=True):
    """An item and what it is evidence for."""

    title: str
    summary: str
    publisher: str
    url: str
    published: str
    labels: tuple[int, ...]
    real: bool
    note: str = ""

    def item(self) -> Item:
        return Item(
            title=self.title,
            summary=self.summary,
            publisher=self.publisher,
            url=self.url,
            published=self.published or None,
        )


class Figures(msgspec.Struct):
    """Counts over announcements and over items."""

    right: Counter[int] = msgspec.field(default_factory=Counter)
    wrong: Counter[int] = msgspec.field(default_factory=Counter)
    missed: Counter[int] = msgspec.field(default_factory=Counter)
    relevant: int = 0
    relevant_found: int = 0
    others: int = 0
    false_alarms: list[str] = msgspec.field(default_factory=list)
    not_found: list[str] = msgspec.field(default_factory=list)

    def count(self, labelled: Labelled, found: Iterable[int]) -> None:
        wanted, got = set(labelled.labels), set(found)
        self.right.update(wanted & got)
        self.wrong.update(got - wanted)
        self.missed.update(wanted - got)
        if wanted:
            self.relevant += 1
            self.relevant_found += bool(got)
            self.not_found += [] if got else [labelled.title]
        else:
            self.others += 1
            self.false_alarms += [labelled.title] if got else []

    @property
    def recall_of_items(self) -> float:
        return self.relevant_found / self.relevant

    @property
    def share_of_false_alarms(self) -> float:
        return len(self.false_alarms) / self.others

    @property
    def micro_f1(self) -> float:
        return f1(self.right.total(), self.wrong.total(), self.missed.total())

    def precision(self, number: int) -> float:
        return ratio(self.right[number], self.right[number] + self.wrong[number])

    def recall(self, number: int) -> float:
        return ratio(self.right[number], self.right[number] + self.missed[number])

    def f1(self, number: int) -> float:
        return f1(self.right[number], self.wrong[number], self.missed[number])

    def __str__(self) -> str:
        return (
            f"micro-F1 {self.micro_f1:.3f} · items found {self.relevant_found}/{self.relevant} · "
            f"false alarms {len(self.false_alarms)}/{self.others}"
        )


def ratio(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def f1(right: int, wrong: int, missed: int) -> float:
    return ratio(2 * right, 2 * right + wrong + missed)


@cache
def labelled_items(name: str) -> tuple[Labelled, ...]:
    """The items of a file, without the Strategy itself, which is evidence for everything."""
    lines = (ITEMS / f"{name}_items.jsonl").read_text(encoding="utf-8").splitlines()
    every = [msgspec.convert(json.loads(line), Labelled) for line in lines]
    return tuple(item for item in every if len(item.labels) < 18)


@cache
def packaged_rules() -> RuleSet:
    (rules,) = read_rules(FEEDS / "rules")
    return rules


def by_words_alone(rules: RuleSet) -> RuleSet:
    """The rules without what they know of addresses."""
    return msgspec.structs.replace(rules, pages=())


def measured(rules: RuleSet, items: Iterable[Labelled], known: Known = Known()) -> Figures:  # noqa: B008 — frozen
    figures = Figures()
    matcher = Matcher([rules], known)
    for labelled in items:
        figures.count(labelled, [found.announcement for found in matcher.suggestions(labelled.item())])
    return figures


def cross_validated(rules: RuleSet, items: Sequence[Labelled]) -> Figures:
    """Each fold measured by rules without every phrase and word that only items of that fold support.

    The rules are written by hand, so there is nothing to fit. What cross-validation can show is whether an item is
    found by something that other items, or nothing but knowledge of the subject, would have led to. So, for each fold,
    every phrase of every rule and every entry of every list that occurs in labelled items of this fold and in no
    others is struck out, and a rule with nothing left to stand on is dropped; what speaks against is struck likewise,
    by items without a label. Words that occur in no item at all stay: no item can have led to them.
    """
    figures = Figures()
    folds = dealt(items)
    for held_out in folds:
        outside = [item for fold in folds if fold is not held_out for item in fold]
        matcher = Matcher([struck(rules, outside, held_out)])
        for labelled in held_out:
            figures.count(labelled, [found.announcement for found in matcher.suggestions(labelled.item())])
    return figures


def dealt(items: Sequence[Labelled]) -> list[list[Labelled]]:
    """The items in folds, the items of each announcement spread over them."""
    order = sorted(items, key=lambda item: (item.labels, item.title, item.published))
    return [order[start::FOLDS] for start in range(FOLDS)]


def struck(rules: RuleSet, outside: Sequence[Labelled], held_out: Sequence[Labelled]) -> RuleSet:
    """The rules without what only the held-out items support."""
    speaking = support(rules, [item for item in outside if item.labels], [item for item in held_out if item.labels])
    against = support(rules, [item for item in outside if not item.labels], [i for i in held_out if not i.labels])
    return msgspec.structs.replace(
        rules,
        lists={name: tuple(filter(speaking, entries)) for name, entries in rules.lists.items()},
        rules=tuple(kept for rule in rules.rules if (kept := struck_rule(rule, speaking))),
        guesses=tuple(kept for rule in rules.guesses if (kept := struck_rule(rule, speaking))),
        against=tuple(struck_against(one, against) for one in rules.against),
        pages=(),
    )


def support(rules: RuleSet, outside: Sequence[Labelled], held_out: Sequence[Labelled]) -> Callable[[str], bool]:
    """Whether a phrase may stay: something outside supports it, or nothing at all does."""

    def stays(phrase: str) -> bool:
        held = in_lists(rules, phrase)
        inside = any(held.search(text, starts(text)) for text in texts(tuple(held_out)))
        return not inside or any(held.search(text, starts(text)) for text in texts(tuple(outside)))

    return stays


def in_lists(rules: RuleSet, phrase: str) -> Phrases:
    """A phrase compiled with the lists of some rules, once."""
    _, compiler = COMPILERS.setdefault(id(rules.lists), (rules, Compiler(rules.lists)))
    one = compiler.compiled([phrase])
    assert one is not None
    return one


COMPILERS: dict[int, tuple[RuleSet, Compiler]] = {}
"""By the identity of the lists; the rules are held so that it stays theirs."""
starts = cache(beginnings)


@cache
def texts(items: tuple[Labelled, ...]) -> tuple[str, ...]:
    readings = [Reading(labelled.item()) for labelled in items]
    return tuple(f"{reading.headline}\n{reading.publisher}" for reading in readings)


def struck_rule(rule: Rule, stays: Callable[[str], bool]) -> Rule | None:
    """The rule with what is left of it; None when a condition it had can no longer hold."""
    left: dict[str, Any] = {name: tuple(filter(stays, getattr(rule, name))) for name in ("any", "with_", "by", "also")}
    accompanied = left["with_"] or left["by"] or not (rule.with_ or rule.by)
    if not left["any"] or not accompanied or (rule.also and not left["also"]):
        return None
    return msgspec.structs.replace(rule, **left)


def struck_against(against: Against, stays: Callable[[str], bool]) -> Against:
    left: dict[str, Any] = {name: tuple(filter(stays, getattr(against, name))) for name in ("any", "by")}
    return msgspec.structs.replace(against, **left, hosts=())


def masked(items: Iterable[Labelled]) -> list[Labelled]:
    """The items with names of programmes, people and places replaced by a neutral word."""
    return [
        msgspec.structs.replace(
            item, title=NAMES.sub("Programme", item.title), summary=NAMES.sub("Programme", item.summary)
        )
        for item in items
    ]
