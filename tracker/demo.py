"""Invented people, subscribers and entries, for whoever wants to see everything at work. Each says that it is invented.

Their addresses end in example.invalid, which nobody can have (RFC 6761). Keys of entries begin with INVENTED, by which
every page of such a record says what it is.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta
from secrets import token_bytes

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from tracker.accounts import people
from tracker.accounts.models import Person
from tracker.accounts.policies import Role
from tracker.alerts.actions import WEBHOOK, email_destination
from tracker.alerts.models import Destination, Subscription
from tracker.alerts.rules import ALL
from tracker.clock import london_day
from tracker.demo_benchmark import STAFF, invent_benchmarks
from tracker.demo_sightings import invent_sightings
from tracker.editing import actions
from tracker.editing.models import Draft
from tracker.editing.schemas import Entry
from tracker.errors import Misconfigured
from tracker.settings import Settings
from tracker.strategies import facts
from tracker.strategies.facts import EDITED, INVENTED, AnyFact, Evidence
from tracker.strategies.models import StoredChange
from tracker.strategies.queries import Record, records
from tracker.strategies.rules import state
from tracker.strategies.statuses import Stage

DOMAIN = "example.invalid"
ORGANISATION = "Example Organisation (invented)"
PEOPLE = (
    ("admin", "Ada Admin (invented)", Role.ADMIN, ""),
    ("editor", "Edwin Editor (invented)", Role.EDITOR, ""),
    ("second-editor", "Edith Editor (invented)", Role.EDITOR, ""),
    ("author", "Olive Author (invented)", Role.ORGANISATION_AUTHOR, ORGANISATION),
)
FIRST = {Role.ADMIN: "/people", Role.EDITOR: "/editor", Role.ORGANISATION_AUTHOR: "/organisation"}
"""Where each of them has something to do."""
HOLD = timedelta(minutes=2)
"""Long enough to sign in and see an entry wait, short enough to see it published."""
TEXT = "(Invented for this demonstration.)"
PROOF = Evidence(title="A document that does not exist (invented)", publisher=ORGANISATION, url="https://example.org/")
OPEN = frozenset({Stage.NOT_YET_REVIEWED, Stage.NO_PROGRESS_FOUND, Stage.IN_PROGRESS})


def require_harmless(settings: Settings) -> None:
    """Raise Misconfigured where anybody could take what is invented for the real thing, or be mailed."""
    if settings.production:
        raise Misconfigured("TRACKER_PRODUCTION is on: invented people and entries are only for trying the tracker out")
    if settings.mail_url:
        raise Misconfigured("TRACKER_MAIL_URL is set: the demonstration shows its mail at /dev/mailbox and sends none")


async def require_nobody_real(db: AsyncSession) -> None:
    """Raise Misconfigured for a database that is in real use; one that was made for this is not, whoever joined it."""
    if await _is_invented(db):
        return
    entries = select(func.count()).select_from(StoredChange).where(col(StoredChange.key).startswith(EDITED))
    in_use = (await db.exec(entries)).one()
    for table in (Person, Destination, Draft):
        in_use += (await db.exec(select(func.count()).select_from(table))).one()
    if in_use:
        raise Misconfigured(
            "This database is in use: people, subscribers or entries in it are not invented. "
            "Name an empty folder with TRACKER_DATA_DIR, or an empty database with TRACKER_DATABASE_URL"
        )


async def _is_invented(db: AsyncSession) -> bool:
    invented = select(StoredChange.seq).where(col(StoredChange.key).startswith(INVENTED)).limit(1)
    return (await db.exec(invented)).first() is not None


async def invent(db: AsyncSession, *, now: datetime) -> None:
    """Add people, their benchmarks, who hears of what, three entries, two sightings. Twice is once."""
    if await _is_invented(db):
        return
    editor = await _invent_people(db, now=now)
    await invent_benchmarks(db, domain=DOMAIN, now=now)
    record = (await records(db)).strategies[0]
    await _invent_subscribers(db, record, now=now)
    slug = record.strategy.identity.slug
    published, on_hold, open_ended = _entries(record, now=now)
    first = await _draft(db, "published", published, slug, by=editor, now=now)
    await actions.publish(db, first.id or 0, by=editor, now=now)
    second = await _draft(db, "on-hold", on_hold, slug, by=editor, now=now)
    second.publish_at = now + HOLD
    await _draft(db, "draft", open_ended, slug, by=editor, now=now)
    two = _two(record)
    await invent_sightings(db, slug, two, publisher=ORGANISATION, domain=DOMAIN, said=TEXT, now=now)
    await db.flush()


async def _invent_people(db: AsyncSession, *, now: datetime) -> int:
    """Everybody who can sign in; returns the editor who wrote the entries."""
    ids = []
    for local, name, role, of in PEOPLE:
        person = await people.add_person(db, f"{local}@{DOMAIN}", name=name, by=None, now=now)
        await people.give(db, person.id or 0, role, of, by=None, now=now)
        ids.append(person.id or 0)
    return ids[1]


async def _invent_subscribers(db: AsyncSession, record: Record, *, now: datetime) -> None:
    """Readers who follow different things at different paces, and an endpoint that nobody answers at."""
    slug = record.strategy.identity.slug
    two = [f"announcement/{slug}/{number}" for number in _two(record)]
    theme = f"theme/{slug}/{record.strategy.announcements[0].theme}"
    for local, cadence, topics in (
        ("follows-everything", "at-once", [ALL]),
        ("follows-two", "at-once", two),
        ("follows-a-theme", "at-once", [theme]),
        ("reads-daily", "daily", [ALL]),
        ("reads-weekly", "weekly", [ALL, theme]),
    ):
        reader = await email_destination(db, f"{local}@{DOMAIN}", now=now)
        reader.cadence, reader.confirmed_at = cadence, now
        _subscribe(db, reader, topics, now=now)
    url = f"https://hooks.{DOMAIN}/tracker"
    endpoint = Destination(
        channel=WEBHOOK,
        address=url,
        name="An endpoint that nobody answers at (invented)",
        owner_id=(await email_destination(db, f"follows-everything@{DOMAIN}", now=now)).id,
        created_at=now,
        confirmed_at=now,
        secret=f"whsec_{b64encode(token_bytes(24)).decode()}",
    )
    db.add(endpoint)
    await db.flush()
    _subscribe(db, endpoint, [ALL], now=now)
    await db.flush()


def _subscribe(db: AsyncSession, to: Destination, topics: Sequence[str], *, now: datetime) -> None:
    db.add(to)
    db.add_all(Subscription(destination_id=to.id or 0, topic=topic, asked_at=now, confirmed_at=now) for topic in topics)


def _entries(record: Record, *, now: datetime) -> tuple[Entry, Entry, Entry]:
    """A note about two announcements, a note about one, and a delivery that would change a status."""
    two = _two(record)
    today = london_day(now)
    stands = state(record.strategy, record.changes, on=today, known_at=today)
    last = stands.announcements[-1]
    parts = [
        part.ref for announcement in stands.announcements for part in announcement.deliverables if part.stage in OPEN
    ]
    day = today.isoformat()
    return (
        _entry(
            facts.Noted(about=two, text=f"{TEXT} A page about both was published.", happened_on=day, known_on=today)
        ),
        _entry(
            facts.Noted(
                about=(str(last.number),), text=f"{TEXT} A page was published.", happened_on=day, known_on=today
            )
        ),
        _entry(
            facts.Delivered(about=tuple(parts[:1]), text=f"{TEXT} It was delivered.", happened_on=day, known_on=today)
        ),
    )


def _entry(fact: AnyFact) -> Entry:
    return Entry(facts=(fact,), evidence=(PROOF,))


def _two(record: Record) -> tuple[str, str]:
    """Two announcements near each other, which somebody may well follow both of."""
    numbers = [str(announcement.number) for announcement in record.strategy.announcements]
    return ("13", "14") if "14" in numbers else (numbers[0], numbers[-1])


async def _draft(db: AsyncSession, name: str, entry: Entry, slug: str, *, by: int, now: datetime) -> Draft:
    draft = await actions.start(db, entry, strategy=slug, by=by, now=now)
    draft.key = f"{INVENTED}{name}"
    db.add(draft)
    await db.flush()
    return draft


def welcome(settings: Settings) -> str:
    """What to try first."""
    people = [
        *((local, name, FIRST[role]) for local, name, role, _ in PEOPLE),
        *((local, name, "/benchmark") for local, name, _ in STAFF),
    ]
    who = "\n".join(
        f"  {local + '@' + DOMAIN:<32}{settings.public_url + first:<40}{name}" for local, name, first in people
    )
    return (
        f"Everything that is invented says so. Sign in as one of these, each at their own page:\n{who}\n"
        f"Read what the tracker sends, to them and to the subscribers, at {settings.public_url}/dev/mailbox"
    )
