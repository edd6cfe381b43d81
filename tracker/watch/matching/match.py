"""Which announcements an item is evidence for: a score for each, and the reasons an editor can check."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from math import prod

import msgspec

from tracker.watch.identity import canonical
from tracker.watch.matching.phrases import Compiler, Phrases, beginnings
from tracker.watch.matching.rules import Against, Page, Rule, RuleSet
from tracker.watch.matching.text import folded, plain, without_display_type

Asked = Phrases | None
Compile = Callable[[tuple[str, ...]], Asked]
_ISO = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?(?![\d])")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_TEXT_READ = 40_000
"""Characters of a page's text that are read; what a page is about is said before."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One published item, as far as a feed, an API or its page tells."""

    title: str
    summary: str = ""
    publisher: str = ""
    url: str = ""
    document_type: str = ""
    published: str | None = None
    text: str = ""
    """The page's text, when it was read."""
    note: str = ""
    """What the publisher says has changed."""


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """That an item is evidence for an announcement, how sure, and why."""

    strategy: str
    announcement: int
    score: float
    reasons: tuple[str, ...]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """For each strategy, the announcements that a page, by its canonical address, is evidence for."""

    pages: Mapping[str, Mapping[str, tuple[int, ...]]] = {}


class Reading:
    """An item as the rules see it; what costs time is made when a rule asks for it."""

    def __init__(self, item: Item) -> None:
        parts = (without_display_type(item.title), item.summary, item.note)
        self.item = item
        # The mark between them is read as the end of a sentence.
        self.folded = folded("\x00".join(part for part in parts if part))
        self.by = folded(item.publisher)
        self._found: dict[tuple[Phrases, str], re.Match[str] | None] = {}
        self._beginnings: dict[str, frozenset[str]] = {}
        self.address = canonical(item.url) if item.url else ""

    @cached_property
    def headline(self) -> str:
        """Title, summary and change note as plain text."""
        return plain(self.folded)

    @cached_property
    def publisher(self) -> str:
        """The publisher's name as plain text."""
        return plain(self.by)

    @cached_property
    def kind(self) -> str:
        """The type of document as plain text."""
        return plain(folded(self.item.document_type.replace("_", " ")))

    @cached_property
    def text(self) -> str:
        """The page's text as plain text; empty when it was not read."""
        return plain(folded(self.item.text[:_TEXT_READ])) if self.item.text else ""

    def found(self, phrases: Asked, text: str) -> re.Match[str] | None:
        """The first of some phrases in a text of this item; many rules ask for the same ones."""
        if phrases is None:
            return None
        asked = (phrases, text)
        if asked not in self._found:
            if text not in self._beginnings:
                self._beginnings[text] = beginnings(text)
            self._found[asked] = phrases.search(text, self._beginnings[text])
        return self._found[asked]

    def holds(self, phrases: Asked, text: str) -> bool:
        """Whether a text of this item holds one of the phrases."""
        return self.found(phrases, text) is not None

    @cached_property
    def published(self) -> str | None:
        """The latest day the item can be from."""
        return _latest(self.item.published)


class Because(msgspec.Struct, frozen=True):
    """One reason for an announcement and what it is worth."""

    announcement: int
    score: float
    reason: str


class Matcher:
    """The rules of every strategy, ready to be asked."""

    def __init__(self, rulesets: Sequence[RuleSet], known: Known = Known()) -> None:  # noqa: B008 — it is frozen
        self._strategies = [_Strategy(rules, known.pages.get(rules.strategy, {})) for rules in rulesets]

    def suggestions(self, item: Item) -> tuple[Suggestion, ...]:
        """The announcements the item is evidence for, the surest first."""
        reading = Reading(item)
        found = [suggestion for strategy in self._strategies for suggestion in strategy.suggestions(reading)]
        return tuple(sorted(found, key=lambda one: (-one.score, one.strategy, one.announcement)))


class _Strategy:
    """One strategy's rules, compiled."""

    def __init__(self, rules: RuleSet, pages: Mapping[str, tuple[int, ...]]) -> None:
        self.rules = rules
        self.known = pages

        # Equal phrases are one object, which an item is searched for once.
        phrases = Compiler(rules.lists).compiled
        self.speaking_for = [_For(rule, rules.in_text_only, phrases) for rule in rules.rules]
        self.guessing = [_For(rule, rules.in_text_only, phrases) for rule in rules.guesses]
        self.speaking_against = [_Against(against, phrases) for against in rules.against]

    def suggestions(self, reading: Reading) -> Iterator[Suggestion]:
        pages = list(self._pages(reading.address))
        worth_reading = any(part in reading.folded or part in reading.by for part in self.rules.worth_reading)
        if not worth_reading and not pages:
            return
        told = worth_reading and not self._too_early(reading)
        words = [because for rule in self.speaking_for for because in rule.reasons(reading)] if told else []
        sure = self._suggested(reading, words, pages, self.rules.threshold)
        yield from sure
        if told and not sure:
            words += [because for rule in self.guessing for because in rule.reasons(reading)]
            guesses = self._suggested(reading, words, pages, self.rules.guess)
            for best in sorted(guesses, key=lambda one: -one.score)[:1]:
                yield msgspec.structs.replace(best, reasons=(*best.reasons, "a guess: nothing says it clearly"))

    def _suggested(
        self, reading: Reading, words: list[Because], pages: list[Because], least: float
    ) -> list[Suggestion]:
        against = [one for one in self.speaking_against if one.holds(reading)] if words else []
        numbers = sorted({because.announcement for because in (*pages, *words)})
        weighed = [self._weighed(number, words, pages, against) for number in numbers]
        return [suggestion for suggestion in weighed if suggestion.score >= least]

    def _pages(self, address: str) -> Iterator[Because]:
        if not address or address.startswith(self.rules.identity.never):
            return
        for page in self.rules.pages:
            if address == page.path or (page.below and address.startswith(f"{page.path}/")):
                yield from _page_reasons(page)
        yield from self._known(address)

    def _known(self, address: str) -> Iterator[Because]:
        identity = self.rules.identity
        if numbers := self.known.get(address):
            several = "" if len(numbers) == 1 else f", and for {len(numbers) - 1} more"
            worth = identity.alone if len(numbers) == 1 else identity.few
            score = worth if len(numbers) <= identity.several else identity.many
            reason = f"the record knows this page as evidence for it{several}"
        elif numbers := self.known.get(address.rpartition("/")[0]):
            score, reason = identity.part, "it belongs to a page that the record knows as evidence for it"
        for number in numbers or ():
            yield Because(number, score, reason)

    def _too_early(self, reading: Reading) -> bool:
        """Whether the item is from before anything of the strategy could be published; unknown dates are not."""
        return reading.published is not None and reading.published < self.rules.since.isoformat()

    def _weighed(
        self, number: int, words: list[Because], pages: list[Because], against: Sequence["_Against"]
    ) -> Suggestion:
        words = [because for because in words if because.announcement == number]
        pages = [because for because in pages if because.announcement == number]
        against = [one for one in against if words and number in (one.against.announcements or (number,))]
        kept = prod(1 - one.against.takes for one in against)
        said = 1 - prod(1 - because.score for because in words)
        # What a page is does not weigh less because of what it says this time.
        score = 1 - (1 - said * kept) * prod(1 - because.score for because in pages)
        reasons = [because.reason for because in (*words, *pages)]
        reasons += [f"less sure: {one.against.because}" for one in against]
        return Suggestion(
            strategy=self.rules.strategy,
            announcement=number,
            score=round(score, 3),
            reasons=tuple(dict.fromkeys(reasons)),
        )


class _For:
    """A rule that speaks for announcements, compiled."""

    def __init__(self, rule: Rule, in_text_only: float, phrases: Compile) -> None:
        self.rule = rule
        self.in_text_only = in_text_only
        self.any, self.with_, self.by, self.also, self.without = (
            phrases(some) for some in (rule.any, rule.with_, rule.by, rule.also, rule.without)
        )

    def reasons(self, reading: Reading) -> Iterator[Because]:
        score = self.rule.score
        said = self._said(reading, reading.headline)
        if said is None and reading.text:
            said, score = self._said(reading, reading.text), score * self.in_text_only
        if said is not None:
            for number in self.rule.announcements:
                yield Because(number, score, f"{self.rule.because} (“{said}”)")

    def _said(self, reading: Reading, text: str) -> str | None:
        """The words by which the rule holds."""
        if not self._accompanied(reading, text):
            return None
        found = reading.found(self.any, text)
        if found is None or reading.holds(self.without, text):
            return None
        return found[0].replace(" . ", " ").strip()

    def _accompanied(self, reading: Reading, text: str) -> bool:
        if self.also and not reading.holds(self.also, text):
            return False
        if self.with_ is None and self.by is None:
            return True
        return reading.holds(self.with_, text) or reading.holds(self.by, reading.publisher)


class _Against:
    """A rule that speaks against, compiled."""

    def __init__(self, against: Against, phrases: Compile) -> None:
        self.against = against
        self.any, self.by, self.types, self.without = (
            phrases(some) for some in (against.any, against.by, against.types, against.without)
        )

    def holds(self, reading: Reading) -> bool:
        if reading.holds(self.without, reading.headline) or reading.holds(self.without, reading.publisher):
            return False
        return (
            reading.holds(self.any, reading.headline)
            or reading.holds(self.by, reading.publisher)
            or reading.holds(self.types, reading.kind)
            or self._hosted(reading.address)
        )

    def _hosted(self, address: str) -> bool:
        host = address.partition("/")[0]
        return any(host == ending or host.endswith(f".{ending}") for ending in self.against.hosts)


def _page_reasons(page: Page) -> Iterator[Because]:
    for number in page.announcements:
        yield Because(number, page.score, page.because)


def _latest(published: str | None) -> str | None:
    """The latest day a date can mean, as text; None when there is no year in it."""
    if not published:
        return None
    if iso := _ISO.match(published.strip()):
        return iso[0] + "-12-31"[len(iso[0]) - 4 :]
    year = _YEAR.search(published)
    return f"{year[0]}-12-31" if year else None
