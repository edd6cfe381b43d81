"""The letter about one publication: the same for everybody who follows it."""

import msgspec
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.messages import Papers
from tracker.alerts.schemas import Owed
from tracker.strategies.models import Publication
from tracker.web.letters import Letter


class Place(msgspec.Struct, frozen=True):
    """Where on this site something can be read."""

    title: str
    path: str


class Places(msgspec.Struct, frozen=True):
    """The part of a publication's content that leads back to this site."""

    addresses: tuple[Place, ...] = ()


async def write_publication(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """What was published, where to read it, and how far silence can be trusted; None when it was taken back."""
    row = await db.get(Publication, owed.first)
    if row is None:
        return None
    return await publication_letter(db, row.subject, row.text, row.content, papers)


async def publication_letter(db: AsyncSession, subject: str, text: str, content: str | bytes, papers: Papers) -> Letter:
    """The letter about something that is published, or would be; content is a Published as JSON."""
    return papers.letters.write(
        "alerts/publication",
        subject=subject,
        text=text,
        places=msgspec.json.decode(content, type=Places).addresses,
        silence=await papers.silence(db),
        papers=papers,
    )
