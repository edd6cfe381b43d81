"""The addresses in messages that are one recipient's own. They are made from rows, so the outbox holds no secret."""

from datetime import datetime

import msgspec

from tracker.alerts.schemas import Owed
from tracker.web.mail import Envelope
from tracker.web.secrets import Secrets

MAIL = "mail"
"""By which the address of a one-click form says in which mail it stands: no secret."""
CODE_DIGITS = 6
"""Few enough to be typed from another screen; the tries are counted."""


def manage_token(secrets: Secrets, destination_id: int, created_at: datetime) -> str:
    """What lets the owner of a destination see and change it."""
    return secrets.token("manage", destination_id, created_at)


def one_click_token(secrets: Secrets, destination_id: int, created_at: datetime) -> str:
    """What lets a mail program stop everything for a destination (RFC 8058), and nothing else."""
    return secrets.token("one-click", destination_id, created_at)


def manage_address(public_url: str, secrets: Secrets, destination_id: int, created_at: datetime) -> str:
    """The page where a recipient changes or stops what comes."""
    return f"{public_url}/subscriptions/{destination_id}/{manage_token(secrets, destination_id, created_at)}"


def one_click_address(public_url: str, secrets: Secrets, destination_id: int, created_at: datetime) -> str:
    """Where a mail program posts to stop everything."""
    token = one_click_token(secrets, destination_id, created_at)
    return f"{public_url}/subscriptions/{destination_id}/{token}/one-click"


def confirm_token(secrets: Secrets, asking_id: int, asked_at: datetime) -> str:
    """What lets the owner of an address say that it is to have what was asked for."""
    return secrets.token("confirm", asking_id, asked_at)


def confirm_address(public_url: str, secrets: Secrets, asking_id: int, asked_at: datetime) -> str:
    """The page where the owner of an address says so."""
    return f"{public_url}/subscriptions/confirm/{asking_id}/{confirm_token(secrets, asking_id, asked_at)}"


def confirm_code(secrets: Secrets, asking_id: int, asked_at: datetime) -> str:
    """What can be typed instead of following the link."""
    return secrets.code("confirm", asking_id, asked_at, digits=CODE_DIGITS)


def sent_token(secrets: Secrets, asking_id: int, asked_at: datetime) -> str:
    """What lets whoever typed an address see that page again and type the code, and nothing else."""
    return secrets.token("sent", asking_id, asked_at)


class Links(msgspec.Struct, frozen=True, kw_only=True):
    """Makes what of a message is one recipient's own; the same each time a delivery is tried."""

    public_url: str
    secrets: Secrets
    mail_host: str
    """The domain that message ids are of: the sender's."""

    def envelope(self, owed: Owed, *, now: datetime) -> Envelope:
        """The headers and links of a mail."""
        whose = (self.public_url, self.secrets, owed.destination_id, owed.created_at)
        return Envelope(
            to=owed.address or "",
            message_id=f"{self._name(owed)}@{self.mail_host}",
            sent_at=now,
            manage=manage_address(*whose),
            one_click=f"{one_click_address(*whose)}?{MAIL}={owed.id}",
        )

    def _name(self, owed: Owed) -> str:
        """By which mail programs know a mail again, and nobody can count what else is owed, or about whom."""
        return self.secrets.token("mail", owed.about, owed.created_at, owed.id)

    def webhook_id(self, owed: Owed) -> str:
        """By which a receiver knows an event again: the same at each try, and in a replay."""
        return webhook_id(owed.about, owed.created_at, owed.id)


def webhook_id(about: str, created_at: datetime, delivery_id: int) -> str:
    """The same, from what it is made of: what is told, when the endpoint was added, and the delivery."""
    return f"msg_{_mark(about, created_at, delivery_id)}"


def _mark(about: str, created_at: datetime, delivery_id: int) -> str:
    """What a delivery is known by outside: nothing secret, and no other's, also where a restored backup counts anew."""
    return f"{about.replace(':', '-')}.{created_at.timestamp():.0f}.{delivery_id}"
