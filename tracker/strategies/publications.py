"""One event as it goes out: its subject and words, and statuses before and after. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import msgspec

from tracker.strategies import facts
from tracker.strategies.facts import Change, Evidence, kind_of
from tracker.strategies.models import Publication
from tracker.strategies.moved import Moved, moves
from tracker.strategies.rules import state
from tracker.strategies.statuses import State
from tracker.strategies.structure import Announcement, Strategy
from tracker.strategies.views.changes import KINDS, announcements_of
from tracker.strategies.words import happened_text

_VERDICT = str(facts.VerdictGiven.__struct_config__.tag)
LONGEST_TITLE = 70
"""A subject is read on a phone: a longer title is cut at a word."""


class Address(msgspec.Struct, frozen=True):
    """Where on this site something can be read: its title, and the path with the entry in it."""

    title: str
    path: str


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """What a publication says, piece by piece; messages and pages are made from it."""

    headline: str
    """The subject without the tracker's name."""
    sentences: tuple[str, ...]
    addresses: tuple[Address, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    statuses: tuple[Moved, ...] = ()
    happened_on: str
    """EDTF; of the first fact."""
    one_day: bool = True
    """Whether that holds for every fact; if not, each sentence says when its own happened."""
    kinds: tuple[str, ...] = ()
    """Kinds of its facts, as in the API."""
    overdue_first: bool = False
    """True when something became overdue: it stands first in a digest."""


class Composed(msgspec.Struct, frozen=True, kw_only=True):
    """A publication before it is a row."""

    subject: str
    text: str
    content: Published


def compose(
    strategy: Strategy, changes: Sequence[Change], before: State, after: State, *, prefix: str = ""
) -> Composed:
    """What goes out about changes that lead from one state to another; prefix is where the strategy's pages are."""
    moved = _told(moves(strategy, before, after), changes)
    headline = _headline(strategy, changes, moved)
    one_day = len({change.fact.happened_on for change in changes}) == 1
    content = Published(
        headline=headline,
        sentences=tuple(
            dict.fromkeys(sentence for change in changes for sentence in _sentences(change.fact, dated=not one_day))
        ),
        addresses=tuple(_addresses(strategy, changes, prefix=prefix)),
        evidence=tuple(dict.fromkeys(item for change in changes for item in evidence_of(change.fact))),
        statuses=moved,
        happened_on=changes[0].fact.happened_on,
        one_day=one_day,
        kinds=tuple(sorted({kind_of(change.fact) for change in changes})),
        overdue_first=any(item.after.startswith("overdue") for item in moved),
    )
    name = strategy.identity.short_name or strategy.identity.tracker_name
    return Composed(subject=f"{name}: {headline}", text=plain_text(content), content=content)


def _told(moved: Iterable[Moved], changes: Sequence[Change]) -> tuple[Moved, ...]:
    """What is overdue first. Notices span days, so of all that moved meanwhile they tell only of their own."""
    kept = list(moved)
    if _only_notices(changes):
        own = {ref.rsplit("/", 1)[0] for change in changes for ref in change.fact.about}
        kept = [item for item in kept if item.about in own]
    return tuple(sorted(kept, key=lambda item: not item.after.startswith("overdue")))


def _only_notices(changes: Sequence[Change]) -> bool:
    return all(isinstance(change.fact, facts.BecameOverdue) for change in changes)


def before_and_after(
    strategy: Strategy, standing: Sequence[Change], new: Sequence[Change], *, today: date
) -> tuple[State, State]:
    """Where the strategy stands on a day without some changes, and with them.

    An overdue notice alters no state: time did. It is set against the day on which its promise could still be kept.
    """
    dues = [change.fact.due for change in new if isinstance(change.fact, facts.BecameOverdue)]
    on = min(dues) if dues and _only_notices(new) else today
    return (
        state(strategy, standing, on=on, known_at=today),
        state(strategy, [*standing, *new], on=today, known_at=today),
    )


def publication(
    composed: Composed, *, key: str, changes: Sequence[Change], strategy: str, now: datetime
) -> Publication:
    """The row of a publication; it is not stored yet."""
    seqs = [change.seq for change in changes]
    return Publication(
        key=key,
        strategy=strategy,
        first_seq=min(seqs, default=None),
        last_seq=max(seqs, default=None),
        published_at=now,
        subject=composed.subject,
        text=composed.text,
        content=msgspec.json.encode(composed.content, order="sorted").decode(),
    )


def content_of(row: Publication) -> Published:
    """What a stored publication says."""
    return msgspec.json.decode(row.content, type=Published)


def _headline(strategy: Strategy, changes: Sequence[Change], moved: Sequence[Moved]) -> str:
    if not moved:
        return f"{_named(strategy, changes)}: {_phrase(strategy, changes[0])}"
    first, others = moved[0], len(moved) - 1
    name = _short_name(strategy, first)
    step = f"{first.before} → {first.after}"
    if not others:
        return f"{name}: {step}"
    if all((item.before, item.after) == (first.before, first.after) for item in moved):
        return f"{name} and {others} more: {step}"
    return f"{name}: {step}, and {others} more"


def _short_name(strategy: Strategy, moved: Moved) -> str:
    """A deliverable in a subject: where its announcement has several, both are named."""
    number = int(moved.about.split("/")[0])
    announcement = next(item for item in strategy.announcements if item.number == number)
    if len(announcement.deliverables) == 1:
        return short_title(announcement)
    return f"{short_title(announcement)}: {_cut(moved.title.removeprefix(f'{announcement.title}: '))}"


def short_title(announcement: Announcement) -> str:
    """The few words that an announcement's address has, as its title writes them: “Statutory guidance”."""
    written = {word.strip(",.’").lower(): word.strip(",.’") for word in announcement.title.split()}
    told = " ".join(written.get(word, word) for word in announcement.slug.split("-"))
    return told[:1].upper() + told[1:]


def _named(strategy: Strategy, changes: Sequence[Change]) -> str:
    """What changes are about, short enough for a subject."""
    numbers = sorted({number for change in changes for number in announcements_of(change)})
    titles = {item.number: short_title(item) for item in strategy.announcements}
    if not numbers:
        topic = next((change.fact.topic for change in changes if isinstance(change.fact, facts.VerdictGiven)), None)
        return _cut(topic) if topic else "The strategy as a whole"
    if len(numbers) == 1:
        return titles[numbers[0]]
    return f"Announcements {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _phrase(strategy: Strategy, change: Change) -> str:
    """What a change that moved nothing is, in a few words."""
    match change.fact:
        case facts.DateStated(as_printed=printed):
            return f"date stated: “{_cut(printed)}”"
        case facts.ScopeStated(as_printed=printed):
            return f"scope stated: “{_cut(printed)}”"
        case facts.VerdictGiven(organisation=organisation, rating=rating):
            return f"opinion of {organisation}" + (f" (“{_cut(rating)}”)" if rating else "")
        case facts.MilestoneReached(about=about):
            return f"reached: {_cut(_milestone_title(strategy, about[0]))}"
        case facts.MilestoneDropped(about=about):
            return f"no longer pursued: {_cut(_milestone_title(strategy, about[0]))}"
        case facts.Noted():
            return "new evidence"
    kind = kind_of(change.fact)
    return KINDS.get(kind, kind).lower()


def _milestone_title(strategy: Strategy, ref: str) -> str:
    titles = {
        f"{item.number}/{deliverable.key}/{milestone.key}": milestone.title
        for item in strategy.announcements
        for deliverable in item.deliverables
        for milestone in deliverable.milestones
    }
    return titles.get(ref, ref)


def _sentences(fact: facts.AnyFact | facts.Unknown, *, dated: bool) -> Iterator[str]:
    """What a fact says, sentence by sentence; with its day where the others have another."""
    yield f"{fact.text} {_day_told(kind_of(fact), fact.happened_on)}" if dated else fact.text
    match fact:
        case facts.Corrected(why=why):
            yield f"Why it was corrected: {why}"
        case facts.VerdictGiven(organisation=organisation, next=following) if following:
            yield f"What {organisation} says should happen next: {following}"
        case facts.Reviewed(looked=looked):
            yield f"Where we looked: {'; '.join(looked)}"


def evidence_of(fact: facts.AnyFact | facts.Unknown) -> tuple[Evidence, ...]:
    """What a fact rests on; of a correction, what holds instead rests on it."""
    if isinstance(fact, facts.Corrected) and fact.instead is not None:
        return facts.fact_from(fact.instead).evidence
    return fact.evidence


def _addresses(strategy: Strategy, changes: Sequence[Change], *, prefix: str) -> Iterator[Address]:
    """The page of each announcement with its first entry, or the list of changes for what is about none."""
    titles = {item.number: item.title for item in strategy.announcements}
    found: dict[int, int] = {}
    for change in changes:
        for number in announcements_of(change):
            found.setdefault(number, change.seq)
    for number, seq in sorted(found.items()):
        yield Address(f"{number}. {titles[number]}", f"{prefix}/announcements/{number}#change-{seq}")
    if not found:
        yield Address("Changes", f"{prefix}/changes#change-{changes[0].seq}")


def plain_text(content: Published) -> str:
    """A publication as plain words, without addresses of this site; # begins a heading, - an item."""
    return "\n\n".join("\n".join(lines) for lines in _paragraphs(content))


def _paragraphs(content: Published) -> Iterator[list[str]]:
    yield [content.headline]
    yield from ([sentence] for sentence in content.sentences)
    if content.one_day:
        yield [_day_told(content.kinds[0] if len(content.kinds) == 1 else "", content.happened_on)]
    if content.statuses:
        yield [
            "# Where it stood, and where it stands",
            *(f"- {m.title}: {m.before} → {m.after}" for m in content.statuses),
        ]
    if content.evidence:
        yield ["# Evidence", *(line for item in content.evidence for line in evidence_lines(item))]


def _day_told(kind: str, edtf: str) -> str:
    return f"It {'was said' if kind == _VERDICT else 'happened'} {_when(edtf)}."


def _when(edtf: str) -> str:
    told = happened_text(edtf)
    if "/" in edtf:
        return told
    return f"on {told}" if edtf.count("-") == 2 else f"in {told}"


def evidence_lines(item: Evidence) -> Iterable[str]:
    """One piece of evidence in a few lines of text."""
    told = [item.publisher, *([happened_text(item.dated)] if item.dated else []), *([item.page] if item.page else [])]
    yield f"- {item.title} ({', '.join(told)})"
    if item.claimed_by:
        yield f"  Claimed by {item.claimed_by}"
    if item.url:
        yield f"  {item.url}"
    if item.quotation:
        yield f"  “{item.quotation}”"
