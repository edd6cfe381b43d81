"""Where announcements stand, in the words that an editor sees beside a suggestion. Pure."""

import msgspec

from tracker.strategies.moved import standing_text
from tracker.strategies.public import PublicRecord
from tracker.strategies.statuses import AnnouncementState
from tracker.strategies.structure import Announcement
from tracker.strategies.words import status_text


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An announcement as it stands, beside a suggestion."""

    strategy: str
    """Its title."""
    number: int
    title: str
    status: str
    text: str
    """The word, with its days where everything that was promised stands alike."""
    each: tuple[str, ...] = ()
    """Where the things stand that were promised, where they differ."""


def standings(public: PublicRecord) -> dict[str, Standing]:
    """Every announcement by what suggestions call it."""
    return {
        f"{public.slug}/{announcement.number}": _standing(public.strategy.identity.title, announcement, at)
        for announcement, at in zip(public.strategy.announcements, public.now().announcements, strict=True)
    }


def _standing(strategy: str, announcement: Announcement, at: AnnouncementState) -> Standing:
    each = list(dict.fromkeys(standing_text(deliverable) for deliverable in at.deliverables))
    several = len(each) > 1
    word = status_text(at.status, at.scope)
    return Standing(
        strategy=strategy,
        number=announcement.number,
        title=announcement.title,
        status=at.status,
        text=word if several else each[0][:1].upper() + each[0][1:],
        each=tuple(each) if several else (),
    )
