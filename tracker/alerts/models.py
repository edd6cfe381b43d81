"""Tables of alerts: destinations and their topics, and the deliveries they are owed (the outbox)."""

from datetime import datetime

import msgspec
from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from tracker.db import NEVER_AGAIN, Instant


class Destination(SQLModel, table=True):
    """An address or endpoint with many topics: whoever follows 13 and 14 gets one message about a change to both."""

    __tablename__ = "destination"
    # One row per address is what makes one message of many topics; addresses of those who left are null.
    __table_args__ = (UniqueConstraint("channel", "address"), NEVER_AGAIN)

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(sa_type=Text)
    """email or webhook."""
    address: str | None = Field(default=None, sa_type=Text)
    """An e-mail address in small letters, or a URL; None when it has been erased."""
    address_hash: str | None = Field(default=None, sa_type=Text, index=True)
    """What is left of an address that was erased: keyed, so that nobody without the key can try addresses on it."""
    name: str = Field(default="", sa_type=Text)
    """What its owner calls a webhook."""
    owner_id: int | None = Field(default=None, foreign_key="destination.id", index=True)
    """The e-mail destination that manages a webhook and hears of its troubles."""
    cadence: str = Field(default="at-once", sa_type=Text)
    """at-once, daily, weekly or monthly; webhooks are always told at once."""
    summary: str = Field(default="", sa_type=Text)
    """weekly or monthly: a list of what was told in that time, sent also when that is nothing; "" for none."""
    created_at: datetime = Field(sa_type=Instant)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_at: datetime | None = Field(default=None, sa_type=Instant)
    paused_until: datetime | None = Field(default=None, sa_type=Instant)
    """When it resumes by itself; None for a pause without an end."""
    stopped_at: datetime | None = Field(default=None, sa_type=Instant)
    stopped_because: str | None = Field(default=None, sa_type=Text)
    """asked, bounced, gone, moved, refused (its owner never asked for anything) or erased."""
    digested_to: int = 0
    """The last publication that a digest has covered or that came before this cadence was chosen."""
    secret: str | None = Field(default=None, sa_type=Text)
    """A webhook's signing secret (whsec_…); the one before it goes on signing for a day."""
    old_secret: str | None = Field(default=None, sa_type=Text)
    old_secret_until: datetime | None = Field(default=None, sa_type=Instant)
    failing_since: datetime | None = Field(default=None, sa_type=Instant)
    warned_at: datetime | None = Field(default=None, sa_type=Instant)
    parked_at: datetime | None = Field(default=None, sa_type=Instant)
    """Since when an endpoint is not tried any more; what it is owed stays owed."""
    not_before: datetime | None = Field(default=None, sa_type=Instant)
    """What its Retry-After asked for."""


class Subscription(SQLModel, table=True):
    """One topic that a destination asked for. It receives only what is published after its confirmation."""

    __tablename__ = "subscription"
    __table_args__ = (UniqueConstraint("destination_id", "topic"),)

    id: int | None = Field(default=None, primary_key=True)
    destination_id: int = Field(foreign_key="destination.id")
    topic: str = Field(sa_type=Text, index=True)
    asked_at: datetime = Field(sa_type=Instant)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    after: int = 0
    """The last publication when it was confirmed."""


class Asking(SQLModel, table=True):
    """An address that somebody typed: what is to go there, or to move there, once its owner has said so.

    Link and code in its mail are HMACs of its id. Nothing is sent on the strength of it but that one mail.
    """

    __tablename__ = "asking"
    __table_args__ = NEVER_AGAIN

    id: int | None = Field(default=None, primary_key=True)
    destination_id: int = Field(foreign_key="destination.id", index=True)
    """Whose owner has to confirm."""
    moves_id: int | None = Field(default=None, foreign_key="destination.id", index=True)
    """The destination that is to move to this address; None when topics are asked for."""
    topics: str = Field(sa_type=Text)
    """JSON: the topics that were ticked."""
    cadence: str = Field(sa_type=Text)
    asked_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    tries: int = 0
    """How often a wrong code was typed."""
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)

    @property
    def wanted(self) -> list[str]:
        """The topics that were ticked."""
        return msgspec.json.decode(self.topics, type=list[str])


OWED = text("sent_at IS NULL AND failed_at IS NULL AND digest_id IS NULL")
"""What makes a delivery one that is still owed by itself."""
SENT, FAILED = text("sent_at IS NOT NULL"), text("failed_at IS NOT NULL")
IN_DIGEST = text("digest_id IS NOT NULL")
ON_ITS_WAY = text(f"channel = 'webhook' AND leased_until IS NOT NULL AND {OWED.text}")


class Delivery(SQLModel, table=True):
    """One message owed to one destination. The outbox: state is these columns, and a row is claimed by its lease.

    Without foreign keys: 100,000 rows are read from the very table that they would be checked against, which takes
    longer than everything else together. Who deletes a destination deletes its deliveries first.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        # Nobody is told of the same thing twice, however many of their topics it bears on. The destination leads, so
        # that this is also the index by which a destination's own deliveries are found.
        UniqueConstraint("destination_id", "about"),
        # In the order of claiming, over what is still owed only: the table grows for ever, and this does not.
        Index("ix_delivery_due", "channel", "bulk", "due_at", "id", sqlite_where=OWED, postgresql_where=OWED),
        # What an operator asks: how many lately, and what went wrong.
        Index("ix_delivery_sent_at", "sent_at", sqlite_where=SENT, postgresql_where=SENT),
        Index("ix_delivery_failed_at", "failed_at", sqlite_where=FAILED, postgresql_where=FAILED),
        # What is on its way to endpoints, so that none gets more than a few at once.
        Index("ix_delivery_leased", "leased_until", sqlite_where=ON_ITS_WAY, postgresql_where=ON_ITS_WAY),
        Index("ix_delivery_digest_id", "digest_id", sqlite_where=IN_DIGEST, postgresql_where=IN_DIGEST),
        NEVER_AGAIN,
    )

    id: int | None = Field(default=None, primary_key=True)
    about: str = Field(sa_type=Text)
    """publication:12, digest:daily:2026-11-22, confirm:7, sign-in:9, … : what it is, once for each destination."""
    message: str = Field(sa_type=Text)
    """Which kind of message is made of it: publication, digest, confirm, sign-in, …"""
    destination_id: int
    channel: str = Field(sa_type=Text)
    """Its destination's, so that each channel is a queue of its own."""
    bulk: bool = False
    """News for many waits behind what somebody has just asked for: a link to sign in is not the 100,000th mail."""
    first: int | None = None
    """The publications it covers: a digest's window, or one."""
    last: int | None = None
    due_at: datetime | None = Field(default=None, sa_type=Instant)
    """None while it waits for something else than the clock: a parked endpoint, the next digest."""
    leased_until: datetime | None = Field(default=None, sa_type=Instant)
    worker: str | None = Field(default=None, sa_type=Text)
    attempts: int = 0
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    failed_at: datetime | None = Field(default=None, sa_type=Instant)
    last_error: str | None = Field(default=None, sa_type=Text)
    late: bool = False
    """Too old to be news when its turn came: it goes into the next digest, and says so."""
    digest_id: int | None = None
    """The digest that it goes into: from then on it is sent when that is."""
    body: str | None = Field(default=None, sa_type=Text)
    """What was sent to this destination alone, for seven days."""


class Attempt(SQLModel, table=True):
    """One try to deliver to a webhook, for its owner to see."""

    __tablename__ = "attempt"

    id: int | None = Field(default=None, primary_key=True)
    # Cascading: an attempt may be written while its delivery is being erased.
    delivery_id: int = Field(foreign_key="delivery.id", index=True, ondelete="CASCADE")
    at: datetime = Field(sa_type=Instant)
    status: int | None = None
    error: str | None = Field(default=None, sa_type=Text)
    took_ms: int
    """Milliseconds until it was answered or given up."""
