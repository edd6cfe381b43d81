"""Which channels there are, from the settings: who may get real mail is decided here and nowhere else."""

import logging

from tracker.alerts.channels import Channel
from tracker.alerts.channels.email import EmailChannel
from tracker.alerts.channels.mailbox import AllowedOnly, MailboxChannel
from tracker.alerts.channels.webhook import AT_ONCE, WebhookChannel
from tracker.alerts.links import Links
from tracker.alerts.schemas import EMAIL, WEBHOOK
from tracker.clock import Clock
from tracker.errors import Misconfigured
from tracker.outbound import Outbound, agent_of
from tracker.settings import Settings
from tracker.web.secrets import Secrets

log = logging.getLogger(__name__)

MAILBOX = "mailbox"
"""The folder, inside the data folder, of mail that was not sent."""


def channels_of(settings: Settings, secrets: Secrets, *, clock: Clock) -> dict[str, Channel]:
    """Mail and webhooks, as the settings want them; raises Misconfigured for production without a mail server."""
    links = Links(public_url=settings.public_url, secrets=secrets, mail_host=settings.mail_from.rpartition("@")[2])
    outbound = Outbound(agent=agent_of(settings), loopback=settings.webhook_loopback, most=AT_ONCE)
    return {
        EMAIL: _mail(settings, links, clock=clock),
        WEBHOOK: WebhookChannel(outbound, links=links, clock=clock),
    }


def _mail(settings: Settings, links: Links, *, clock: Clock) -> Channel:
    mailbox = MailboxChannel(settings.data_dir / MAILBOX, links=links, clock=clock)
    if not settings.mail_url:
        if settings.production:
            raise Misconfigured("TRACKER_PRODUCTION is on and TRACKER_MAIL_URL is not set: no mail could be sent")
        return mailbox
    real = EmailChannel(settings.mail_url, sender=settings.mail_from, links=links, clock=clock)
    return real if settings.production else AllowedOnly(real, mailbox, allowed=settings.mail_allow)
