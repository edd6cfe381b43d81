"""What is said of one publication: the letter and the event, each the same for everybody who follows it."""

import msgspec
from msgspec import structs
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.alerts.events import ChangeRange, Content, Event, EventData, Place
from tracker.alerts.messages import Papers
from tracker.alerts.schemas import Owed
from tracker.strategies.models import Publication
from tracker.strategies.publications import Published, content_of
from tracker.web.letters import Letter

LARGEST_EVENT = 20_000
"""Bytes of an event, as Standard Webhooks advise; a larger one leads to its content instead of holding it."""


async def write_publication(db: AsyncSession, owed: Owed, papers: Papers) -> Letter | None:
    """What was published, where to read it, and how far silence can be trusted; None when it was taken back."""
    row = await db.get(Publication, owed.first)
    if row is None:
        return None
    letter = await publication_letter(db, row.subject, row.text, row.content, papers)
    return msgspec.structs.replace(letter, dated=row.published_at)


async def publication_letter(db: AsyncSession, subject: str, text: str, content: str | bytes, papers: Papers) -> Letter:
    """The letter about something that is published, or would be; content is a Published as JSON."""
    return papers.letters.write(
        "alerts/publication",
        subject=subject,
        text=text,
        places=msgspec.json.decode(content, type=Published).addresses,
        silence=await papers.silence(db),
        papers=papers,
    )


async def publication_event(db: AsyncSession, owed: Owed, papers: Papers) -> bytes | None:
    """The same for a program: what was published, its place in the sequence, and where the log goes on."""
    row = await db.get(Publication, owed.first)
    if row is None:
        return None
    said = content_of(row)
    places = tuple(
        Place(title=place.title, path=place.path, url=f"{papers.public_url}{place.path}") for place in said.addresses
    )
    log = f"{papers.public_url}/api/v1/changes?after={row.first_seq - 1}" if row.first_seq else None
    data = EventData(
        sequence=row.id or 0,
        strategy=row.strategy,
        key=row.key,
        subject=row.subject,
        text=row.text,
        changes=ChangeRange(first=row.first_seq, last=row.last_seq, url=log),
        content=Content(**{**structs.asdict(said), "addresses": places}),
    )
    whole = Event(type="change.published" if row.first_seq else "date.coming_up", timestamp=row.published_at, data=data)
    event = msgspec.json.encode(whole)
    if len(event) <= LARGEST_EVENT:
        return event
    return msgspec.json.encode(structs.replace(whole, data=structs.replace(data, text=None, content=None)))
