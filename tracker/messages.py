"""The table of messages: every kind that can be owed, from whichever feature, and what they are written with."""

from tracker import paths
from tracker.accounts import mail
from tracker.alerts.messages import Message, Messages, Papers
from tracker.alerts.messages.digest import Digests
from tracker.alerts.messages.endpoints import write_trouble
from tracker.alerts.messages.publication import publication_event, write_publication
from tracker.alerts.messages.subscriptions import webhook_test_event, write_confirm, write_link, write_moved
from tracker.benchmark import telling
from tracker.benchmark.messages import WRITERS
from tracker.clock import Clock
from tracker.editing.announce import STALE
from tracker.editing.contests import ANSWERED
from tracker.editing.messages import write_answer, write_stale
from tracker.editing.silence import silence_line
from tracker.settings import Settings
from tracker.web.letters import Letters
from tracker.web.secrets import Secrets

MESSAGES: Messages = {
    "publication": Message(write=write_publication, event=publication_event, shared=True, asked_for=False),
    "confirm": Message(write=write_confirm),
    "manage-link": Message(write=write_link),
    "moved": Message(write=write_moved),
    "digest": Message(write_many=Digests(), asked_for=False),
    "summary": Message(write_many=Digests("alerts/summary", always=True), asked_for=False),
    **{name: Message(write=write_trouble, kept=True) for name in ("webhook-failing", "webhook-parked", "webhook-gone")},
    "webhook-test": Message(event=webhook_test_event),
    ANSWERED: Message(write=write_answer, kept=True),
    STALE: Message(write=write_stale, kept=True),
    mail.MESSAGE: Message(write=mail.write_sign_in),
    # Not kept: who runs the tracker cannot look up what a benchmark's letters say.
    **{kind: Message(write=write) for kind, write in {**WRITERS, **telling.WRITERS}.items()},
}
"""A feature adds its kinds here: sign-in from accounts, confirm from subscribing, contest-answer from editing."""


def papers_of(settings: Settings, secrets: Secrets, *, clock: Clock) -> Papers:
    """What every letter is written with."""
    return Papers(
        public_url=settings.public_url,
        operator=settings.operator,
        contact=settings.contact,
        secrets=secrets,
        letters=Letters(paths.TEMPLATES),
        silence=silence_line(clock),
    )
