"""Matching rules as data: one file for each strategy, decoded strictly."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec

from tracker.errors import Invalid
from tracker.watch.matching.phrases import Compiler

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Number = Annotated[int, msgspec.Meta(ge=1)]
Numbers = Annotated[tuple[Number, ...], msgspec.Meta(min_length=1)]
Phrases = tuple[Annotated[str, msgspec.Meta(min_length=1)], ...]
Words = Annotated[str, msgspec.Meta(min_length=3)]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of a rules file: an unknown key is an error."""


class Rule(Strict, frozen=True, kw_only=True, rename={"with_": "with"}):
    """What speaks for an announcement: any of the phrases, with what has to stand beside them."""

    announcements: Numbers
    because: Words
    score: Share
    any: Annotated[Phrases, msgspec.Meta(min_length=1)]
    with_: Phrases = ()
    """One of these has to be there too, unless the publisher is one of `by`."""
    by: Phrases = ()
    also: Phrases = ()
    """And one of these."""
    without: Phrases = ()


class Against(Strict, frozen=True, kw_only=True):
    """What speaks against: words, a publisher, a host or a document type; takes a share of what speaks for."""

    because: Words
    takes: Share
    announcements: tuple[Number, ...] = ()
    """Empty for every announcement."""
    any: Phrases = ()
    by: Phrases = ()
    hosts: Phrases = ()
    types: Phrases = ()
    without: Phrases = ()


class Page(Strict, frozen=True, kw_only=True):
    """A place on the web that is about announcements by what it is: a project, a bill, an Act's section."""

    path: Words
    announcements: Numbers
    because: Words
    score: Share
    below: bool = False
    """Whether pages below it count as well."""


class Identity(Strict, frozen=True, kw_only=True):
    """What it is worth that an item is a page which is evidence already."""

    alone: Share
    """For one announcement and no other."""
    few: Share
    """For a few announcements, as `several` says."""
    many: Share
    """For more: such a page tells of everything, so what it says now must decide."""
    several: int
    part: Share
    """For a page below one that is evidence."""
    never: Phrases = ()
    """How addresses begin that show something else each day: lists and searches."""


class RuleSet(Strict, frozen=True, kw_only=True):
    """Everything one strategy's rules file says."""

    strategy: str
    since: date
    """What was published before cannot be evidence."""
    threshold: Share
    guess: Share = 1.0
    """What a guess has to score."""
    in_text_only: Share
    """What a rule is worth that speaks from the page's text, not from its title, summary or change note."""
    identity: Identity
    worth_reading: Annotated[Phrases, msgspec.Meta(min_length=1)]
    """Parts of words: a text with none of them is not looked at by any rule."""
    lists: dict[str, Phrases] = {}
    rules: Annotated[tuple[Rule, ...], msgspec.Meta(min_length=1)]
    guesses: tuple[Rule, ...] = ()
    """Asked only when nothing scores `threshold`; the best that scores `guess` is suggested alone."""
    against: tuple[Against, ...] = ()
    pages: tuple[Page, ...] = ()


def read_rules(folder: Path) -> tuple[RuleSet, ...]:
    """Every rules file of a folder, in order of name; raises Invalid naming file, key and reason."""
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise Invalid(f"{folder} holds no rules: each strategy has its own file, named after its slug")
    return tuple(_read(path) for path in files)


def _read(path: Path) -> RuleSet:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path.name} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"{path.name}: {error}") from error
    try:
        rules = msgspec.convert(content, RuleSet)
    except msgspec.ValidationError as error:
        raise Invalid(f"{path.name}: {error}") from error
    if rules.strategy != path.stem:
        raise Invalid(f"{path.name}: strategy says “{rules.strategy}”, and the file is named “{path.stem}”")
    _require_phrases(rules, path)
    return rules


def _require_phrases(rules: RuleSet, path: Path) -> None:
    """Raise Invalid for a phrase that cannot be read, saying where it stands."""
    compiler = Compiler(rules.lists)
    for place, phrases in _places(rules):
        try:
            compiler.compiled(phrases)
        except Invalid as error:
            raise Invalid(f"{path.name}: {place}: {error}") from error


def _places(rules: RuleSet) -> list[tuple[str, Phrases]]:
    found = [(f"lists.{name}", phrases) for name, phrases in rules.lists.items()]
    asked = [("rule", number, rule) for number, rule in enumerate(rules.rules, start=1)]
    asked += [("guess", number, rule) for number, rule in enumerate(rules.guesses, start=1)]
    for kind, number, rule in asked:
        where = f"{kind} {number} (“{rule.because}”)"
        found += [(where, rule.any), (where, rule.with_), (where, rule.by), (where, rule.also), (where, rule.without)]
    for number, against in enumerate(rules.against, start=1):
        where = f"against {number} (“{against.because}”)"
        found += [(where, against.any), (where, against.by), (where, against.types), (where, against.without)]
    return found
