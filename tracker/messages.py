"""The table of messages: every kind that can be owed, from whichever feature. The worker writes letters by it."""

from tracker.accounts import mail
from tracker.alerts.messages import Message, Messages
from tracker.alerts.messages.publication import write_publication
from tracker.alerts.messages.subscriptions import write_confirm, write_link, write_moved
from tracker.editing.announce import STALE
from tracker.editing.contests import ANSWERED
from tracker.editing.messages import write_answer, write_stale

MESSAGES: Messages = {
    "publication": Message(write=write_publication, shared=True, asked_for=False),
    "confirm": Message(write=write_confirm),
    "manage-link": Message(write=write_link),
    "moved": Message(write=write_moved),
    ANSWERED: Message(write=write_answer),
    STALE: Message(write=write_stale),
    mail.MESSAGE: Message(write=mail.write_sign_in),
}
"""A feature adds its kinds here: sign-in from accounts, confirm from subscribing, contest-answer from editing."""
