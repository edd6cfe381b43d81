"""The letter of a digest: everything that somebody follows, in one, what is urgent first. Written many at a time."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.messages import Papers
from tracker.alerts.messages.naming import short_name
from tracker.alerts.models import Delivery, Subscription
from tracker.alerts.rules import DIGEST, MONTHLY, SUMMARY, Slot
from tracker.alerts.schemas import Owed
from tracker.strategies.models import Publication, PublicationTopic
from tracker.strategies.publications import Address, content_of
from tracker.strategies.queries import version
from tracker.strategies.words import moment_text
from tracker.web.letters import Letter

KEPT = 64
"""Letters that are kept: whoever follows the same gets the same digest."""


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One event in a digest."""

    id: int
    headline: str
    text: str
    places: tuple[Address, ...]
    urgent: bool
    published: str
    late: bool


class Digests:
    """Writes digests, or summaries; the same content is written once.

    `always` is for what is sent also to say that nothing came.
    """

    def __init__(self, template: str = "alerts/digest", *, always: bool = False) -> None:
        self._template, self._always = template, always
        self._kept: OrderedDict[tuple[object, ...], Letter] = OrderedDict()

    async def __call__(self, db: AsyncSession, owed: Sequence[Owed], papers: Papers) -> Mapping[int, Letter | None]:
        """The letters of these digests, by delivery."""
        numbers = await publications_of(db, [item.id for item in owed])
        wanted = sorted({number for found in numbers.values() for number in found})
        rows = (await db.exec(select(Publication).where(col(Publication.id).in_(wanted)))).all()
        head = await version(db)
        same = {
            "tracker": await short_name(db),
            "seq": head.seq,
            "hash": head.hash,
            "silence": await papers.silence(db),
        }
        return {
            item.id: self._letter(
                Slot.of(item.about), [row for row in rows if row.id in numbers[item.id]], papers, same
            )
            for item in owed
        }

    def _letter(self, slot: Slot, rows: list[Publication], papers: Papers, same: dict[str, object]) -> Letter | None:
        """A digest; None when what it was about is gone and nobody waits to hear that nothing came."""
        if not rows and slot.cadence != MONTHLY and not self._always:
            return None
        key = (slot, tuple(sorted(row.key for row in rows)), papers.public_url, *same.values())
        if key not in self._kept:
            self._kept[key] = papers.letters.write(
                self._template,
                items=in_order(_item(row, slot) for row in rows),
                cadence=slot.cadence,
                since=moment_text(slot.before),
                due=moment_text(slot.at),
                papers=papers,
                **same,
            )
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


async def publications_of(db: AsyncSession, ids: Sequence[int]) -> dict[int, set[int]]:
    """What each digest tells: the window of topics it covers, and whatever was folded into it."""
    found: dict[int, set[int]] = defaultdict(set)
    parts = select(Delivery).where(col(Delivery.id).in_(ids) | col(Delivery.digest_id).in_(ids))
    windows: dict[int, int] = {}
    for row in (await db.exec(parts)).all():
        root = row.digest_id or row.id or 0
        if row.first is None:
            continue
        if row.message in (DIGEST, SUMMARY):
            windows[row.id or 0] = root
        else:
            found[root].add(row.first)
    followed = (
        select(Delivery.id, PublicationTopic.publication_id)
        .join(Subscription, col(Subscription.destination_id) == col(Delivery.destination_id))
        .join(PublicationTopic, col(PublicationTopic.topic) == col(Subscription.topic))
        .where(
            col(Delivery.id).in_(windows),
            col(PublicationTopic.publication_id).between(col(Delivery.first), col(Delivery.last)),
            col(PublicationTopic.publication_id) > col(Subscription.after),
            col(Subscription.confirmed_at).is_not(None),
        )
        .distinct()
    )
    for number, publication in (await db.exec(followed)).all():
        found[windows[number or 0]].add(publication)
    return found


def _item(row: Publication, slot: Slot) -> Item:
    content = content_of(row)
    return Item(
        id=row.id or 0,
        headline=content.headline,
        # Its first paragraph is the headline, which stands above it here.
        text=row.text.partition("\n\n")[2],
        places=content.addresses,
        urgent=content.overdue_first,
        published=moment_text(row.published_at),
        late=row.published_at < slot.before,
    )


def in_order(items: Iterable[Item]) -> list[Item]:
    """What became overdue first, then in the order in which it was published."""
    return sorted(items, key=lambda item: (not item.urgent, item.id))
