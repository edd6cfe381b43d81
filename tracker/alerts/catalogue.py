"""Everything that can be asked for, in words: the topics of each strategy, as forms and messages name them."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tracker.strategies.structure import Strategy

EVERYTHING = "all"
"""Every strategy of this site, those that come later included."""
CADENCES: Mapping[str, str] = {
    "at-once": "As soon as something changes",
    "daily": "Once a day",
    "weekly": "Once a week",
    "monthly": "Once a month",
}
HINTS: Mapping[str, str] = {
    "at-once": "One email for each change. Some weeks have none.",
    "daily": "At 8:30am, on days when something changed.",
    "weekly": "On Mondays at 8:30am, with everything of the week before. None when nothing changed.",
    "monthly": "On the first of the month at 8:30am, also to say that nothing changed.",
}
NONE = "none"
SUMMARIES: Mapping[str, tuple[str, str]] = {
    NONE: ("No summary", ""),
    "weekly": ("A summary once a week", "On Mondays at 8:30am."),
    "monthly": ("A summary once a month", "On the first of the month at 8:30am."),
}
"""A list of what was told, beside it; it comes also when that is nothing, so that silence can be told from failure."""
KINDS: Mapping[str, tuple[str, str]] = {
    "facts": ("Something happened", "A promise was started, delivered, changed or stopped."),
    "dates": ("Dates", "A date was promised or moved."),
    "evidence": ("New evidence", "Something was published that shows where a promise stands."),
    "verdicts": ("Opinions", "An organisation said what it thinks of a promise."),
    "overdue": ("Something is overdue", "A promised date passed without what was promised."),
}


class Choice(msgspec.Struct, frozen=True):
    """One topic as it is offered, and how a list names it where nothing stands around it."""

    topic: str
    text: str
    hint: str | None
    name: str


class Section(msgspec.Struct, frozen=True):
    """Topics that belong together, under the question that they answer."""

    key: str
    title: str
    choices: tuple[Choice, ...]


class Offer(msgspec.Struct, frozen=True):
    """Everything that one strategy has to offer."""

    slug: str
    title: str
    sections: tuple[Section, ...]


class Catalogue:
    """The topics of these strategies, in the order of the page."""

    def __init__(self, strategies: Sequence[Strategy]) -> None:
        several = len(strategies) > 1
        self.offers = tuple(_offer(strategy, several=several) for strategy in strategies)
        self.whole = (
            (Choice(EVERYTHING, "Everything on this site", None, "Everything on this site"),) if several else ()
        )
        self._choices = {
            choice.topic: choice
            for choice in (
                *self.whole,
                *(item for offer in self.offers for part in offer.sections for item in part.choices),
            )
        }

    @property
    def topics(self) -> list[str]:
        """Every topic that can be asked for."""
        return list(self._choices)

    def known(self, topics: Iterable[str]) -> list[str]:
        """Those of these topics that there are, each once, in the order of the page."""
        asked = set(topics)
        return [topic for topic in self._choices if topic in asked]

    def name(self, topic: str) -> str:
        """A topic in words; one that is offered no longer is named as it is kept."""
        if topic == EVERYTHING:
            return "Everything on this site"
        choice = self._choices.get(topic)
        return choice.name if choice else topic

    def names(self, topics: Iterable[str]) -> list[str]:
        """These topics in words, in the order of the page, those offered no longer last."""
        asked = list(topics)
        known = self.known(asked)
        return [self.name(topic) for topic in (*known, *(topic for topic in asked if topic not in known))]


def _offer(strategy: Strategy, *, several: bool) -> Offer:
    slug, title = strategy.identity.slug, strategy.identity.title
    sections = (
        Section("all", "Everything", (_everything(strategy),)),
        Section("theme", "A theme", tuple(_themes(strategy))),
        Section("announcement", "Single announcements", tuple(_announcements(strategy))),
        Section("kind", "A kind of news", tuple(_kinds(slug))),
        Section("group", "News for a group of families", tuple(_groups(strategy))),
        Section("coming-up", "Reminders", (_coming_up(slug),)),
    )
    whole = tuple(_within(section, title if several else None) for section in sections if section.choices)
    return Offer(slug, title, whole)


def _within(section: Section, title: str | None) -> Section:
    """A section whose names say which strategy they are about, where there are several."""
    if title is None:
        return section
    named = (msgspec.structs.replace(choice, name=f"{title}: {choice.name}") for choice in section.choices)
    return msgspec.structs.replace(section, choices=tuple(named))


def _everything(strategy: Strategy) -> Choice:
    count = len(strategy.announcements)
    return Choice(
        f"all/{strategy.identity.slug}",
        f"Everything about the {count} announcements",
        "Everything in the choices below, except reminders.",
        f"Everything about the {count} announcements",
    )


def _themes(strategy: Strategy) -> Iterable[Choice]:
    for theme in strategy.themes:
        numbers = [item.number for item in strategy.announcements if item.theme == theme.key]
        topic = f"theme/{strategy.identity.slug}/{theme.key}"
        yield Choice(topic, theme.title, f"Announcements {_listed(numbers)}.", f"The theme “{theme.title}”")


def _announcements(strategy: Strategy) -> Iterable[Choice]:
    for item in strategy.announcements:
        text = f"{item.number}. {item.title}"
        yield Choice(f"announcement/{strategy.identity.slug}/{item.number}", text, None, f"Announcement {text}")


def _kinds(slug: str) -> Iterable[Choice]:
    for key, (text, hint) in KINDS.items():
        yield Choice(f"kind/{slug}/{key}", text, hint, f"{text}, in any announcement")


def _groups(strategy: Strategy) -> Iterable[Choice]:
    for group in strategy.groups:
        topic = f"group/{strategy.identity.slug}/{group.key}"
        yield Choice(topic, group.title, None, f"What the strategy promises to this group: {group.title}")


def _coming_up(slug: str) -> Choice:
    text = "Reminders 30 days and 7 days before a promised date"
    return Choice(
        f"coming-up/{slug}",
        text,
        "These do not come with “everything”: choose them if you want them.",
        text,
    )


def _listed(numbers: Sequence[int]) -> str:
    """Numbers as a sentence has them: “1 to 7”, or “8, 9 and 12”."""
    if len(numbers) > 2 and list(numbers) == list(range(numbers[0], numbers[-1] + 1)):
        return f"{numbers[0]} to {numbers[-1]}"
    return " and ".join(filter(None, (", ".join(map(str, numbers[:-1])), str(numbers[-1])))) if numbers else ""
