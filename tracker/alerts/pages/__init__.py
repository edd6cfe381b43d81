"""The pages of alerts: asking for them, confirming, and everything that their owner can see and do."""

from tracker.alerts.pages import confirm, erase, feed, lost, manage, stop, subscribe, webhooks

HANDLERS = (
    *subscribe.HANDLERS,
    *confirm.HANDLERS,
    *lost.HANDLERS,
    *manage.HANDLERS,
    *stop.HANDLERS,
    *erase.HANDLERS,
    *webhooks.HANDLERS,
    *feed.HANDLERS,
)
"""What the application serves of alerts to everybody; nobody needs an account for any of it."""
