"""Reading of what a closed round showed: one authority's own, and nothing of any other."""

from collections.abc import Iterable

import msgspec
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.benchmark.closing import Shown, mark_of
from tracker.benchmark.models import Closing, Comparison
from tracker.web.secrets import Secrets

_SHOWN = msgspec.json.Decoder(Shown)


async def is_closed(db: AsyncSession, round: str) -> bool:
    """Whether the comparison of a round has been worked out."""
    return (await db.exec(select(Closing.round).where(Closing.round == round))).first() is not None


async def shown_in(db: AsyncSession, authority: str, round: str) -> Shown | None:
    """What an authority is shown of a round; None where it had not signed when the round closed."""
    found = select(Comparison.content).where(Comparison.round == round, Comparison.authority == authority)
    content = (await db.exec(found)).first()
    return _SHOWN.decode(content) if content else None


async def joined_since(
    db: AsyncSession, shown: Shown, round: str, others: Iterable[str], keys: Secrets
) -> frozenset[str]:
    """Those of these authorities that are shown this round too, and that were not taken into account together.

    Who saw both would know both own answers, and could subtract what one is shown from what the other is.
    """
    apart = [other for other in others if mark_of(keys, other) not in shown.linked]
    found = select(Comparison.authority).where(Comparison.round == round, col(Comparison.authority).in_(apart))
    return frozenset((await db.exec(found)).all()) if apart else frozenset()
