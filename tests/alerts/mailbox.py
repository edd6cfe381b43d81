"""What the worker would mail: the letters of what is owed, written as it writes them."""

import re
from urllib.parse import urlsplit

from sqlmodel import col, select

from tests.conftest import SETTINGS, FixedClock
from tracker import paths
from tracker.alerts import links
from tracker.alerts.messages import Papers
from tracker.alerts.models import Delivery, Destination
from tracker.alerts.schemas import Owed
from tracker.db import Database
from tracker.messages import MESSAGES
from tracker.web.letters import MANAGE, Letter, Letters
from tracker.web.secrets import Secrets

SECRETS = Secrets(SETTINGS.secret.encode())
CODE = re.compile(r"asked: (\d{6})$", flags=re.MULTILINE)


async def silent(_db: object) -> str:
    return "Record last reviewed by a person on 22 November 2026."


PAPERS = Papers(
    public_url=SETTINGS.public_url,
    operator=SETTINGS.operator,
    contact="",
    secrets=SECRETS,
    letters=Letters(paths.TEMPLATES),
    silence=silent,
)


class Mail:
    """One letter as its reader has it, with the links of their own filled in."""

    def __init__(self, letter: Letter, row: Destination) -> None:
        token = SETTINGS.public_url, SECRETS, row.id or 0, row.created_at
        self.subject = letter.subject
        self.manage = path_of(links.manage_address(*token))
        self.one_click = path_of(links.one_click_address(*token))
        self.text = letter.plain.replace(MANAGE, self.manage)
        self.html = letter.html

    @property
    def confirm(self) -> str:
        """Where its link to confirm leads."""
        found = re.search(r"Confirm: (\S+)", self.text)
        assert found, self.text
        return path_of(found[1])

    @property
    def code(self) -> str:
        found = CODE.search(self.text)
        assert found, self.text
        return found[1]


def path_of(address: str) -> str:
    return urlsplit(address).path


class Mailbox:
    """Everything that is owed to addresses and not sent yet."""

    def __init__(self, database: Database, clock: FixedClock) -> None:
        self._database = database
        self._clock = clock

    async def to(self, address: str) -> list[Mail]:
        """The letters that an address is owed, in the order in which they were asked for."""
        mails = []
        async with self._database.reading() as db:
            found = await db.exec(
                select(Delivery, Destination)
                .join(Destination, col(Destination.id) == col(Delivery.destination_id))
                .where(Destination.address == address, Destination.channel == "email")
                .order_by(col(Delivery.id))
            )
            for row, destination in found.all():
                owed = _owed(row, destination)
                letter = await MESSAGES[row.message].write(db, owed, PAPERS)
                if letter is not None:
                    mails.append(Mail(letter, destination))
        return mails

    async def newest(self, address: str) -> Mail:
        """The last letter to an address."""
        mails = await self.to(address)
        assert mails, f"nothing is owed to {address}"
        return mails[-1]


def _owed(row: Delivery, to: Destination) -> Owed:
    assert row.id is not None
    assert row.due_at is not None
    return Owed(
        id=row.id,
        about=row.about,
        message=row.message,
        channel=row.channel,
        destination_id=row.destination_id,
        first=row.first,
        last=row.last,
        attempts=row.attempts,
        due_at=row.due_at,
        address=to.address,
        cadence=to.cadence,
        created_at=to.created_at,
        stopped=to.stopped_at is not None,
    )
